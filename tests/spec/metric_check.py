"""Ask the engine and the oracles the same thing about the same rows, and say where they differ."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from metrics.query import Grain, Query
from metrics.registry import metrics
from metrics.run import ask
from metrics.setting import settings
from sql.clickhouse import Store
from tests.spec.metric_asked import Asked
from tests.spec.metric_oracle import ORACLES
from tests.spec.metric_world import World


def differences(store: Store, rows: World, query: Query) -> list[str]:
    """One line for each figure of the answer that is not the oracle's, and for each group the answer lacks though it has a figure."""
    found: list[str] = []
    for name in query.metrics:
        found += _compared(store, rows, replace(query, metrics=(name,)), name)
    return found


def _compared(store: Store, rows: World, query: Query, name: str) -> list[str]:
    result = {tuple(row.keys.values()): row.figures[name] for row in ask(store, query).rows}
    said = dict(settings(query, metrics()[name]))
    lines = []
    groups = _grouped(rows, query.by)
    for since, until in _periods(query):
        if query.grain is not None and query.now is not None and since > query.now:
            continue
        at = () if query.grain is None else (_bucket(query.grain, query.zone, since),)
        for group, mine in groups.items():
            common = dict(zip(query.by, group, strict=True))
            asked = Asked(mine, rows, since, until, query.now or until, said, rows["opening"], common, bool(store.opted_in))
            expected, figure = ORACLES[name](asked), result.get((*group, *at))
            if figure is None:
                lines += [f"{name} {said} {group} {at}: no row, definition {expected}"] if expected["value"] else []
                continue
            for part, value in expected.items():
                got = getattr(figure, part)
                if not _same(got, value):
                    lines.append(f"{name} {said} {group} {at} {part}: engine {got}, definition {value}")
    return lines


def _same(got: Any, value: Any) -> bool:
    if got is None or value is None:
        return got is None and value is None
    return math.isclose(float(got), float(value), rel_tol=1e-9, abs_tol=1e-9)


def _grouped(rows: World, by: tuple[str, ...]) -> dict[tuple[str, ...], World]:
    """The rows of each group that any fact has."""
    found: dict[tuple[str, ...], World] = {}
    for fact, own in rows.items():
        for row in own:
            if all(name in row for name in by):
                group = tuple(str(row[name]) for name in by)
                found.setdefault(group, {name: [] for name in rows})[fact].append(row)
    return found


@cache
def _bucket(grain: Grain, zone: str, begin: datetime) -> datetime:
    """The start of the whole bucket a piece of it belongs to."""
    return max(border for border in _borders(grain, zone, begin - timedelta(days=40), begin) if border <= begin)


def _periods(query: Query) -> list[tuple[datetime, datetime]]:
    """The period, or its buckets, cut at the period's ends."""
    assert query.since is not None
    assert query.until is not None
    if query.grain is None:
        return [(query.since, query.until)]
    borders = [at for at in _borders(query.grain, query.zone, query.since, query.until) if query.since < at < query.until]
    ends = [query.since, *borders, query.until]
    return list(pairwise(ends))


@cache
def _borders(grain: Grain | None, zone: str, first: datetime, last: datetime) -> list[datetime]:
    """Walk in quarter hours and note where the local clock shows another bucket than before."""
    at = first.replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    found, before = [], None
    while at <= last + timedelta(hours=1):
        local = at.astimezone(ZoneInfo(zone))
        shown: Any = {
            Grain.QUARTER_HOUR: at,
            Grain.HOUR: (local.date(), local.hour, local.utcoffset()),
            Grain.DAY: local.date(),
            Grain.WEEK: local.isocalendar()[:2],
            Grain.MONTH: (local.year, local.month),
        }[grain or Grain.DAY]
        if before is not None and shown != before:
            found.append(at.astimezone(UTC))
        before = shown
        at += timedelta(minutes=15)
    return found
