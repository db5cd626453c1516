"""What marks mean, said once where they are used."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.parts import status


def legend(marks: Sequence[tuple[str, str]]) -> Component:
    """(class of the mark, what it means): the classes are `key-band`, `key-target`, `key-out`, `key-now`, `key-before`, `key-solid`, …"""
    return html.Span([html.Span([html.I(className=f"key-mark {name}"), said]) for name, said in marks], className="legend")


def statuses(language: Language, words: dict[str, str] | None = None) -> Component:
    """The four statuses and what they mean here; `words` overrides the general wording."""
    said = {verdict: status.word(verdict, language) for verdict in status.STATUSES} | (words or {})
    return html.Span([status.mark(verdict, said[verdict]) for verdict in status.STATUSES], className="legend")
