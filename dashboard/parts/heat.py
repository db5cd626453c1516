"""A square of two equal lists: how much each pair has in common, darker for more; the diagonal is each by itself."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING, Language
from dashboard.parts import channel
from dashboard.parts.prose import spoken
from dashboard.parts.state import withheld
from dashboard.word import plain

Values: TypeAlias = Mapping[tuple[str, str], float | None]
HELD = 4  # columns a phone shows beside the names of the rows
ROOMY = 8  # columns that stand in half of a wide page without being drawn closer
DARKEST = 46  # per cent of the heat colour in the fullest cell: the text on it stays readable


def square(codes: Sequence[str], values: Values, texts: Mapping[tuple[str, str], str], language: Language, caption: str) -> Component:
    """Channels by channels. `values` and `texts` have a pair in either order; a cell without one shows none, with None it is withheld."""
    most = max((value or 0.0 for (one, other), value in values.items() if one != other), default=0.0)
    head = html.Tr([html.Td(), *[html.Th(channel.glyph(code, language), scope="col", className="num") for code in codes]])
    rows = [
        html.Tr(
            [html.Th(channel.name(code, language), scope="row"), *[_cell(code, other, values, texts, most, language) for other in codes]]
        )
        for code in codes
    ]
    table = html.Table(
        [html.Caption(caption, className="vh"), html.Thead(head), html.Tbody(rows)],
        className="tbl heat" if len(codes) <= ROOMY else "tbl heat close",
    )
    box = html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})
    if len(codes) <= HELD:
        return box
    return html.Div([html.P(f"{plain('part.sideways', language)} →", className="note sideways"), box])


def _cell(one: str, other: str, values: Values, texts: Mapping[tuple[str, str], str], most: float, language: Language) -> Component:
    pair = (one, other) if (one, other) in values else (other, one)
    value = values.get(pair, 0.0)
    said = withheld(language) if value is None else spoken(texts.get(pair, NOTHING), language)
    if one == other:
        return html.Td(said, className="num own")
    share = round(DARKEST * value / most) if most and value else 0
    return html.Td(said, className="num", style={"--heat-share": f"{share}%"})
