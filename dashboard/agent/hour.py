"""What agents do at which hour of the day: the chosen share of each channel by the clock, as minutes of an average day.

It is asked by hours of the clock over all days together: hour by hour of each day most cells would be of few people and held back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from dashboard.agent.span import Span
from dashboard.agent.tally import SHARES, Ask
from dashboard.format import hours
from dashboard.page import Visit
from dashboard.parts import channel, picture, state
from dashboard.parts.drawing import Node, node, svg
from dashboard.parts.scale import Scale
from dashboard.parts.table import Cell, Column, Group, table
from dashboard.word import plain
from metrics import small
from metrics.query import Query

MOST_DAYS = 28  # of a longer period the last ones: what people do at which hour changes with the seasons
WIDTH, HEIGHT, FOOT = 440.0, 120.0, 18.0


@dataclass(frozen=True, slots=True)
class Hours:
    """Seconds of each hour of the clock and of each channel in it; None where they are held back."""

    whole: Mapping[int, float | None]
    channels: Mapping[int, Mapping[str, float | None]]

    @property
    def shown(self) -> range:
        """The hours from the first to the last in which there is anything."""
        every = {*self.whole, *self.channels}
        return range(min(every), max(every) + 1) if every else range(0)

    @property
    def fullest(self) -> tuple[int, float] | None:
        """The hour with the most time, and how much; None where any hour is held back, as that one may be it."""
        known = [(hour, seconds) for hour, seconds in self.whole.items() if seconds is not None]
        return max(known, key=lambda pair: pair[1]) if known and len(known) == len(self.whole) else None

    def told(self, hour: int) -> float:
        """What is told of an hour channel by channel; what it lacks to the whole hour is that of channels held back, together."""
        return sum(seconds or 0.0 for seconds in self.channels.get(hour, {}).values())


def by_hour(ask: Ask, base: Query, span: Span, share: str) -> Hours:
    """The chosen share by hour of the clock, over the last days of the period. A whole hour is what its channels add up to; where one of
    them is held back or not known it is asked for, as few hours are as small as a channel in them."""
    short, name = span.last(MOST_DAYS), SHARES[share]
    query = replace(base, metrics=(name,), since=short.since, until=short.until)
    whole: dict[int, float | None] = {}
    channels: dict[int, dict[str, float | None]] = {}
    told = ask(replace(query, by=("channel", "hour"))).rows
    for row in told:
        figure = row.figures[name]
        if small.hides(figure) or figure.value:
            channels.setdefault(int(str(row.keys["hour"])), {})[str(row.keys["channel"])] = figure.value
    if all(row.figures[name].value is not None for row in told):
        return Hours({hour: sum(seconds or 0.0 for seconds in mine.values()) for hour, mine in channels.items()}, channels)
    for row in ask(replace(query, by=("hour",))).rows:
        figure = row.figures[name]
        if small.hides(figure) or figure.value:
            whole[int(str(row.keys["hour"]))] = figure.value
    return Hours(whole, channels)


def mix(visit: Visit, found: Hours, span: Span, codes: Sequence[str]) -> Component | None:
    """The day's hours side by side, the channels stacked in their order; over an hour of which something is held back, a veil."""
    if not found.shown:
        return None
    language, days = visit.language, min(span.days, MOST_DAYS)
    title, said = plain("agent_time.hours", language), _said(visit, found, days)
    head = html.Header([html.H2(title), html.Span(plain("agent_time.hours_note", language, n=days), className="asof")])
    veiled = any(seconds is None for mine in found.channels.values() for seconds in mine.values())
    note = f"{said} {plain('agent_time.hours_veil', language)}" if veiled else said
    figure = picture.framed(svg(WIDTH, HEIGHT, _drawn(found, codes), note, "hours"), _table(visit, found, codes, days), language)
    return html.Section([head, figure, html.P(note, className="note")], className="sec")


def _said(visit: Visit, found: Hours, days: int) -> str:
    fullest = found.fullest
    if fullest is None:
        return plain("agent_time.hours_held", visit.language, n=sum(seconds is None for seconds in found.whole.values()))
    hour, seconds = fullest
    return plain("agent_time.hours_said", visit.language, at=f"{hour:02d}:00", time=hours(seconds / days, visit.language))


def _drawn(found: Hours, codes: Sequence[str]) -> list[Node | None]:
    most = max((found.whole.get(hour) or found.told(hour) for hour in found.shown), default=0.0) or 1.0
    x, y = Scale(found.shown[0], found.shown[-1] + 1, 0, WIDTH), Scale(0, most, HEIGHT - FOOT, 4)
    drawn: list[Node | None] = []
    for hour in found.shown:
        left, wide, level = x(hour) + 1, x(hour + 1) - x(hour) - 2, 0.0
        for code in codes:
            amount = found.channels.get(hour, {}).get(code) or 0.0
            if amount:
                top, bottom = y(level + amount), y(level)
                drawn.append(node("rect", x=left, width=wide, y=top, height=bottom - top, className=f"share {channel.css(code)}"))
            level += amount
        whole = found.whole.get(hour, level)
        top = 4.0 if whole is None else y(whole)  # held back as a whole, it may be as high as any
        if y(level) - top > 1:
            drawn.append(node("rect", x=left + 0.5, width=wide - 1, y=top, height=y(level) - top - 0.5, className="veil"))
        if (hour - found.shown[0]) % 2 == 0:
            drawn.append(node("text", f"{hour:02d}:00", x=x(hour), y=HEIGHT - 4, className="tick", textAnchor="start"))
    return [*drawn, node("line", x1=0, x2=WIDTH, y1=HEIGHT - FOOT, y2=HEIGHT - FOOT, className="dot-ground")]


def _table(visit: Visit, found: Hours, codes: Sequence[str], days: int) -> Component:
    language = visit.language

    def cell(seconds: float | None) -> Cell:
        return [state.withheld(language)] if seconds is None else hours(seconds / days, language, short=True)

    columns = [
        Column(plain("agent_time.hour", language)),
        *(Column(channel.label(code, language), numeric=True) for code in codes),
        Column(plain("agent_time.all", language), numeric=True),
    ]
    rows: list[list[Cell]] = [
        [
            f"{hour:02d}:00",
            *(cell(found.channels.get(hour, {}).get(code, 0.0)) for code in codes),
            cell(found.whole.get(hour, found.told(hour))),
        ]
        for hour in found.shown
    ]
    return table(columns, [Group("", rows)], language, plain("agent_time.hours", language))
