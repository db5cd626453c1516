"""Concurrency with what it may cost: time at one, two, three contacts beside satisfaction, resolution and response of such contacts.

Never the one without the other, and never without its n: a group too small to judge is drawn hollow and gives no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.agent.span import Span
from dashboard.agent.tally import NONE, Ask
from dashboard.format import NOTHING, count, percent, quantity
from dashboard.page import Visit
from dashboard.parts import state, table, whisker
from dashboard.parts.scale import Scale, around
from dashboard.word import in_words, plain
from metrics import small
from metrics.judge import FEW
from metrics.query import Query
from metrics.registry import metric
from metrics.result import Figure

MEASURES = ("csat", "resolution_time", "first_response_time")
LEVELS = ("1", "2", "3+")
# Few customers answer: quality is looked at over the last three months of the period at most. Of a large centre fewer days are enough, and
# more of them would take long to read: the first so many that have ENOUGH contacts.
DAYS = (7, 28, 92)
ENOUGH = 100_000

Quality = Mapping[str, Mapping[str, Figure]]


def looked_at(ask: Ask, base: Query, span: Span) -> Span:
    """The last days of the period that quality is looked at over."""
    for days in DAYS[:-1]:
        short = span.last(days)
        query = replace(base, metrics=("contacts",), by=(), since=short.since, until=short.until)
        if short == span or any((row.figures["contacts"].value or 0) >= ENOUGH for row in ask(query).rows):
            return short
    return span.last(DAYS[-1])


def quality(ask: Ask, base: Query, span: Span) -> Quality:
    """The measures of contacts handled alone, beside one other, and beside several, over these days."""
    found: dict[str, dict[str, Figure]] = {}
    for name in MEASURES:  # each reads rows of its own
        query = replace(base, metrics=(name,), by=("concurrency",), since=span.since, until=span.until)
        for row in ask(query).rows:
            if row.keys["concurrency"] in LEVELS:
                found.setdefault(str(row.keys["concurrency"]), {}).update(row.figures)
    return found


def panel(visit: Visit, found: Quality, days: int) -> Component | None:
    """One row a level: satisfaction with its interval, and the two times, each with how many contacts it rests on, of so many days."""
    if not found:
        return None
    language = visit.language
    figures = {level: found[level].get("csat", NONE) for level in LEVELS if level in found}
    scale = around(
        [end for each in figures.values() if (each.n or 0) >= FEW for end in (each.low, each.high, each.value)], 6, 118, share=0.08
    )
    columns = [table.Column(plain("agent_time.at_once", language))]
    for name in MEASURES:
        href = visit.href(f"/handbook/{name}")
        if name == "csat":
            columns.append(table.Column("", name="dots"))
        columns += [
            table.Column(in_words(metric(name).name, language), numeric=True, href=href, name="measure"),
            table.Column(plain("agent_time.n", language), numeric=True, name="n"),
        ]
    rows = [_row(visit, level, found[level], scale) for level in LEVELS if level in found]
    title = plain("agent_time.quality", language)
    grid = table.table(columns, [table.Group("", rows)], language, title, name="quality")
    head = html.Header([html.H2(title), html.Span(plain("agent_time.quality_note", language, n=days), className="asof")])
    return html.Section([head, grid, html.P(verdict(figures, visit), className="note")], className="sec")


def _row(visit: Visit, level: str, mine: Mapping[str, Figure], scale: Scale) -> list[table.Cell]:
    language = visit.language
    cells: list[table.Cell] = [level]
    for name in MEASURES:
        figure = mine.get(name, NONE)
        if small.hides(mine.get(name)):
            cells += [*([""] if name == "csat" else []), [state.withheld(language)], ""]
            continue
        few = (figure.n or 0) < FEW
        if name == "csat":
            dot = whisker.Dot(figure.value, figure.low, figure.high, small=few)
            cells.append([whisker.row(dot, scale, "", 20)] if figure.value is not None else NOTHING)
        text = quantity(figure.value, metric(name).unit, language)
        cells += [
            [html.Span(text, className="muted" if few else "b")],
            [html.Span(count(figure.n, language), className="few" if few else "")],
        ]
    return cells


def verdict(figures: Mapping[str, Figure], visit: Visit) -> str:
    """What may be said of satisfaction at one contact and at the most: only where the intervals part."""
    language = visit.language
    told = [(level, figures[level]) for level in LEVELS if level in figures and (figures[level].n or 0) >= FEW]
    if len(told) < 2 or told[0][0] != LEVELS[0]:  # nothing is known at one contact to compare with
        return plain("agent_time.quality_few", language, n=FEW)
    (_, one), (level, most) = told[0], told[-1]
    if one.low is not None and most.high is not None and most.high < one.low:
        return plain(
            "agent_time.quality_falls", language, one=percent(one.value, language, 0), most=percent(most.value, language, 0), level=level
        )
    return plain("agent_time.quality_same", language)
