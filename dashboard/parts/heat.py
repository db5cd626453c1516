"""A square of two equal lists: how much each pair has in common, darker for more; the diagonal is each by itself."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING, Language
from dashboard.parts import channel
from dashboard.parts.prose import spoken

DARKEST = 46  # per cent of the heat colour in the fullest cell: the text on it stays readable


def square(
    codes: Sequence[str], values: Mapping[tuple[str, str], float], texts: Mapping[tuple[str, str], str], language: Language, caption: str
) -> Component:
    """Channels by channels. `values` and `texts` have a pair in either order; a cell without a value shows none."""
    most = max((value for (one, other), value in values.items() if one != other), default=0.0)
    head = html.Tr([html.Td(), *[html.Th(channel.glyph(code, language), scope="col", className="num") for code in codes]])
    rows = [
        html.Tr(
            [html.Th(channel.name(code, language), scope="row"), *[_cell(code, other, values, texts, most, language) for other in codes]]
        )
        for code in codes
    ]
    table = html.Table([html.Caption(caption, className="vh"), html.Thead(head), html.Tbody(rows)], className="tbl heat")
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})


def _cell(
    one: str, other: str, values: Mapping[tuple[str, str], float], texts: Mapping[tuple[str, str], str], most: float, language: Language
) -> Component:
    pair = (one, other) if (one, other) in values else (other, one)
    value, text = values.get(pair, 0.0), texts.get(pair, NOTHING)
    if one == other:
        return html.Td(spoken(text, language), className="num own")
    share = round(DARKEST * value / most) if most and value else 0
    return html.Td(spoken(text, language), className="num", style={"--heat-share": f"{share}%"})
