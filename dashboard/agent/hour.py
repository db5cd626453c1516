"""What agents do at which hour of the day: the chosen share of each channel by the clock, as minutes of an average day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.agent.span import Span
from dashboard.agent.tally import SHARES, Ask
from dashboard.format import hours
from dashboard.page import Visit
from dashboard.parts import channel, picture
from dashboard.parts.drawing import Node, node, svg
from dashboard.parts.scale import Scale
from dashboard.parts.table import plainly
from dashboard.word import plain
from metrics.query import Grain, Query

MOST_DAYS = 28  # of a longer period the last ones: what people do at which hour changes with the seasons
WIDTH, HEIGHT = 440.0, 120.0


def by_hour(ask: Ask, base: Query, span: Span, share: str) -> dict[int, dict[str, float]]:
    """Seconds of each channel in each hour of the clock, over the last days of the period."""
    short = span.last(MOST_DAYS)
    query = replace(base, metrics=(SHARES[share],), by=("channel",), grain=Grain.HOUR, since=short.since, until=short.until)
    found: dict[int, dict[str, float]] = {}
    for row in ask(query).rows:
        at, value = row.keys["at"], row.figures[SHARES[share]].value
        if isinstance(at, datetime) and value:
            mine = found.setdefault(at.hour, {})
            code = str(row.keys["channel"])
            mine[code] = mine.get(code, 0.0) + value
    return found


def mix(visit: Visit, found: Mapping[int, Mapping[str, float]], span: Span, codes: Sequence[str]) -> Component | None:
    """The day's hours side by side, the channels stacked in their order."""
    if not found:
        return None
    language, days = visit.language, min(span.days, MOST_DAYS)
    most = max(sum(mine.values()) for mine in found.values())
    first, last = min(found), max(found)
    x, y = Scale(first, last + 1, 0, WIDTH), Scale(0, most, HEIGHT - 18, 4)
    drawn: list[Node | None] = []
    for hour in range(first, last + 1):
        level = 0.0
        for code in codes:
            amount = found.get(hour, {}).get(code, 0.0)
            if amount:
                top, bottom = y(level + amount), y(level)
                drawn.append(
                    node(
                        "rect",
                        x=x(hour) + 1,
                        width=x(hour + 1) - x(hour) - 2,
                        y=top,
                        height=bottom - top,
                        className=f"share {channel.css(code)}",
                    )
                )
            level += amount
        if (hour - first) % 2 == 0:
            drawn.append(node("text", f"{hour:02d}:00", x=x(hour), y=HEIGHT - 4, className="tick", textAnchor="start"))
    drawn.append(node("line", x1=0, x2=WIDTH, y1=HEIGHT - 18, y2=HEIGHT - 18, className="dot-ground"))
    fullest = max(found, key=lambda hour: sum(found[hour].values()))
    said = plain("agent_time.hours_said", language, at=f"{fullest:02d}:00", time=hours(most / days, language))
    titles = [plain("agent_time.hour", language), *[channel.label(code, language) for code in codes]]
    rows = [
        [f"{hour:02d}:00", *[hours(found.get(hour, {}).get(code, 0.0) / days, language, short=True) for code in codes]]
        for hour in range(first, last + 1)
    ]
    title = plain("agent_time.hours", language)
    note = plain("agent_time.hours_note", language, n=days)
    figure = picture.framed(svg(WIDTH, HEIGHT, drawn, said, "hours"), plainly(titles, rows, language, title), language)
    return html.Section(
        [html.Header([html.H2(title), html.Span(note, className="asof")]), figure, html.P(said, className="note")], className="sec"
    )
