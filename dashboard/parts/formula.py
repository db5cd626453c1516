"""A formula as people write it: a fraction where there is one, text where there is none."""

import re

from dash import html
from dash.development.base_component import Component


def split(text: str) -> tuple[str, str, str, str]:
    """A formula in words, taken apart: (lead, top, bottom, remark) of "SL3: a ÷ (b + c); remark"; top and bottom are empty without a ÷.

    Parentheses that hold a whole top or bottom fall away, for the line of the fraction says the same.
    """
    head, remark = [*re.split(r"[\u202f\u00a0 ]*; ", text, maxsplit=1), ""][:2]
    if head.count("÷") != 1:
        return "", "", "", text
    left, right = (side.strip() for side in head.split("÷"))
    lead, found, rest = left.partition(":")
    lead, left = (lead.strip(), rest.strip()) if found else ("", left)
    return lead, _bare(left), _bare(right), remark.strip()


def _bare(text: str) -> str:
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and at < len(text) - 1:
            return text
    return text[1:-1].strip()


def formula(name: str, text: str) -> Component:
    """A metric's name, the equals sign and its formula; the remark below."""
    lead, top, bottom, remark = split(text)
    if not top:
        return html.Div(html.P([html.B(f"{name} = "), text]), className="formula whole")
    fraction = html.Span([html.Span(top), html.Span([html.Span("÷", className="vh"), bottom])], className="fraction")
    equation = html.Div([html.B(f"{name}{f' ({lead})' if lead else ''} ="), fraction], className="formula")
    return html.Div([equation, html.P(remark, className="note")]) if remark else equation
