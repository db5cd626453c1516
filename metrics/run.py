"""Ask a question and get its figures: one statement after another, joined on their keys, finished once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from metrics import bucket, small
from metrics.counting import MOMENT
from metrics.fact import FACTS
from metrics.finish import finish
from metrics.metric import Metric
from metrics.promise import PROMISES, Promises
from metrics.query import Query, Refused, Scope
from metrics.refusal import later, refuse
from metrics.registry import metric as registered
from metrics.result import Figure, Result, Row
from metrics.setting import settings
from metrics.statement import Statement, statement
from sql.clickhouse import QUESTION, Store, TooMuch
from sql.derive import Building, as_known, settled
from sql.place import Place, Places, places

__all__ = ["Figure", "Refused", "Result", "Row", "ask"]

Key = tuple[Any, ...]

ENDED = 62  # days of silence, beside others that report: twice what a system is silent for that reports by the month
BEHIND = timedelta(hours=1)  # so much less far than another, a source is told by its name
MOST_FIGURES = 200_000  # of a level, which has one in every bucket of every group, whether anything happened there or not


def ask(store: Store, query: Query, promises: Promises = PROMISES) -> Result:
    """Answer `query` from the facts in `store`; `promises` are those of the installation.

    Rows come in the order of their keys. A grouped question has a row for every group that has facts; one without groups and grain
    always has one row. Raises Refused, with a sentence for the asker, when the question has no scope or cannot be answered, and Later when
    the past it asks for is being put together for somebody else.
    """
    if query.known_at is not None:
        return _past(store, query, settled(store, query.known_at), promises)
    query = replace(query, now=query.now or datetime.now(UTC))
    return _answer(store, query, statement(query, "", promises, _places(store, query)), "")


def _past(store: Store, query: Query, at: datetime, promises: Promises) -> Result:
    """The answer as of what was known at an instant that is settled."""
    query = replace(query, known_at=at, now=query.now or min(at, datetime.now(UTC)))
    statement(query, "", promises)  # a question that cannot be answered is refused before a past is rebuilt for it
    with ExitStack() as stack:
        try:
            database = stack.enter_context(as_known(store, at))
        except Building:
            raise later("building") from None
        result = _answer(store, query, statement(query, database, promises, _places(store, query, database)), database)
    newer = "SELECT 1 FROM batch WHERE known_at > {known_at:DateTime64(3, 'UTC')} LIMIT 1"
    if database == store.database and store.value(newer, {"known_at": at}):
        return _past(store, query, at, promises)  # read while more was written: from now on it is a past of its own
    return replace(result, known_at=at)


def _places(store: Store, query: Query, database: str = "") -> Places | None:
    """Where agents and queues were, if the question or its scope speaks of that."""
    named = {*query.by, *(name for name, _ in query.where), *(name for name, _ in (query.scope or Scope()).only)}
    return places(store, database) if named & {*Place._fields} else None


def _answer(store: Store, query: Query, statements: tuple[Statement, ...], database: str) -> Result:
    """Run the statements and put their rows together."""
    asked = [registered(name) for name in dict.fromkeys(query.metrics)]
    found = _Found({}, {})
    for each in statements:
        _gather(found, store, each, query)
    if query.grain is not None:
        _fill(found, asked, query)
    names = (*query.by, "at") if query.grain is not None else query.by
    columns = {name: _spread(places, values, len(found.keys)) for name, (places, values) in found.columns.items()}
    figures = {metric.id: _figures(metric, query, store, columns, len(found.keys)) for metric in asked}
    rows = [
        Row(dict(zip(names, key, strict=True)), {name: each[at] for name, each in figures.items()})
        for key, at in sorted(found.keys.items())
    ]
    as_of, slowest = _as_of(store, asked, query, database)
    return Result(as_of, small.withheld(rows, asked, query), tuple(each.sql for each in statements), slowest=slowest)


@dataclass(frozen=True, slots=True)
class _Found:
    """What statements gave, put together: the place of each key, and of each column its values with the places they belong to."""

    keys: dict[Key, int]
    columns: dict[str, tuple[list[int], list[Any]]]


def _gather(found: _Found, store: Store, each: Statement, query: Query) -> None:
    """Run one statement and put its aggregates beside those of the others with the same key."""
    try:
        told = store.columns(each.sql, each.parameters, QUESTION)
    except TooMuch:
        raise refuse("too_much") from None
    keys = [[_local(at, query) for at in told[name]] if name == "at" else told[name] for name in each.keys]
    rows: Iterable[Key] = zip(*keys, strict=True) if keys else [()]
    places = [found.keys.setdefault(key, len(found.keys)) for key in rows]
    found.columns.update((name, (places, told[column])) for name, column in each.columns.items())


def _spread(places: list[int], values: list[Any], size: int) -> list[Any]:
    """Values at their places; None where there is none."""
    spread: list[Any] = [None] * size
    for place, value in zip(places, values, strict=True):
        spread[place] = value
    return spread


def _local(at: Any, query: Query) -> datetime:
    """A bucket's start as the engine gives it (seconds since 1970 or an instant), by the zone's clock."""
    instant = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return bucket.shown(instant, query.zone)


def _fill(found: _Found, asked: list[Metric], query: Query) -> None:
    """A level is known in every bucket, also where nothing stood open: buckets without a row are 0, not unknown."""
    if not any(metric.standing for metric in asked) or query.grain is None or query.now is None:
        return
    first = query.since or min((key[-1] for key in found.keys), default=None)
    if first is None:
        return
    edge = min(query.until or query.now + MOMENT, query.now + MOMENT)
    if first >= edge:
        return
    groups = {key[:-1] for key in found.keys} or (set() if query.by else {()})
    if (edge - first).total_seconds() / bucket.step_s(query.grain, query.zone) * len(groups) > MOST_FIGURES:
        raise refuse("too_many_levels", grain=str(query.grain), groups=len(groups), most=MOST_FIGURES)
    for at in bucket.between(query.grain, first, edge, query.zone):
        for group in groups:
            found.keys.setdefault((*group, at), len(found.keys))


def _figures(metric: Metric, query: Query, store: Store, columns: Mapping[str, list[Any]], size: int) -> list[Figure]:
    """The figures of a metric; without any part, so without a value, where this installation did not opt in to it."""
    withheld = metric.opt_in and metric.opt_in not in store.opted_in
    parts = {} if withheld else {role: columns[f"{metric.id}_{role}"] for role, _ in metric.roles}
    return finish(metric, settings(query, metric), parts, size)


def _as_of(store: Store, asked: Iterable[Metric], query: Query, database: str) -> tuple[datetime | None, str]:
    """Up to when the slowest source these facts come from has reported, or had at the instant asked about, and which it is.

    One that fell silent more than ENDED days before the last report of them all has ended (an archive that was read once, a system that
    was replaced): what it had to say is there, and it holds nothing back. The slowest is named where others are an hour further (BEHIND),
    and not to whoever sees a part of the company: which sources there are elsewhere is not his to know.
    """
    families = sorted({family for metric in asked for fact in metric.facts for family in FACTS[fact].families})
    sources = [list(values) for name, values in query.where if name == "source"]
    found = store.rows(
        f"SELECT source, max(at) AS said FROM {f'`{database}`.' if database else ''}watermark"
        " WHERE family IN {families:Array(String)} AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})"
        " GROUP BY source",
        {"families": families, "sources": sources[0] if sources else []},
    )
    if not found:
        return None, ""
    further = max(row["said"] for row in found)
    at, slowest = min((row["said"], str(row["source"])) for row in found if further - row["said"] <= timedelta(days=ENDED))
    if query.known_at is not None:
        at, further = min(at, query.known_at), min(further, query.known_at)
    told = further - at >= BEHIND and query.scope is not None and not query.scope.only
    return at, slowest if told else ""
