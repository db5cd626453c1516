"""The places of the live page as elements: what the stream changes (`data-leaf`), and where a figure leads: its meaning, its contacts."""

from __future__ import annotations

from typing import Any

import orjson
from dash import html
from dash.development.base_component import Component

from dashboard.live.board import Line
from dashboard.live.floor import FILTERS
from dashboard.page import Visit

Leaves = dict[str, str]
WAITING = "/live/waiting"


def sentence(place: str, first: Leaves, most: int) -> list[Component]:
    """A sentence with bold numbers as fixed leaves: odd pieces are bold; a shorter sentence leaves the last ones empty."""
    return [
        (html.B if at % 2 else html.Span)(first.get(f"{place}.{at}", ""), **{"data-leaf": f"{place}.{at}", "data-calm": ""})
        for at in range(most)
    ]


def waits(visit: Visit, line: Line | None = None, late: str | None = None) -> str:
    """Where the waiting contacts behind a figure are listed: those of a row, within the filters of the page."""
    where = {name: visit.filters[name] for name in FILTERS if visit.first(name)}
    if line is not None:
        where |= {"channel": (line.channel,), **({"queue": (line.queue,)} if line.queue else {})}
    return visit.href(WAITING, **where, late=late)


def means(visit: Visit, text: str, metric: str) -> Component:
    """The head of a column, which leads to what its figures mean."""
    return html.A(text, href=visit.href(f"/handbook/{metric}"))


def mark(
    place: str, first: Leaves, tag: Any = html.Span, children: Any = None, calm: bool = False, name: str = "", href: str = ""
) -> Component:
    """An element that the stream changes: its text unless it has children of its own, its class, title and drawings."""
    aspects = {key.partition("@")[2]: value for key, value in first.items() if key.startswith(f"{place}@")}
    drawn = {key: value for key, value in aspects.items() if key not in {"class", "title"}}
    extra: dict[str, Any] = {"data-leaf": place, **({"href": href} if href else {})}
    tag = html.A if href else tag
    if drawn:
        extra["data-first"] = orjson.dumps(drawn).decode()
    if calm:
        extra["data-calm"] = ""
    text = first.get(place) if children is None else children
    return tag(text, className=aspects.get("class", name) or None, title=aspects.get("title"), **extra)


def cell(place: str, first: Leaves, name: str, calm: bool = False, href: str = "") -> Component:
    """A cell whose class the column fixes and whose text the stream changes; under it the figure of the day before, while there is one.
    `href` leads to the contacts behind it."""
    then = [mark(f"{place}.then", first, tag=html.Small, calm=True, name="then")] if f"{place}.then" in first else []
    return html.Td([mark(place, first, calm=calm, href=href), *then], className=f"num {name}")
