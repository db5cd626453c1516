"""What indicators are computed from: each measure is one statement that lists the things it counts (metrics/maturity/statement.py).

Counting is the same for all measures of a kind, and the rows behind a figure are the same statement, unfolded. All measures are asked
together, in as few statements as there are threads: each reads every fact it needs once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.maturity.model import Kind, Model
from metrics.maturity.score import Reading
from metrics.maturity.statement import Writer
from metrics.maturity.uplift import uplift
from metrics.query import Pairs, Scope
from metrics.refusal import refuse
from sql.clickhouse import QUESTION, Store, StoreError, TooMuch, load

MOST_ROWS = 200
PARTS = (True, False)  # measures of acts and orders, and all others
# Named parts are counted wherever they stand, though made once: bounds on the size of statements do not foresee that.
LARGE = {**QUESTION, "max_ast_elements": 1_000_000, "max_expanded_ast_elements": 5_000_000}
# Joins are made as they are written: an order chosen without knowing how large a named part is was the slower one by a sixth.
# A set is made while the statement runs, not while it is planned, which one thread does alone: no key is looked up by these.
# Nothing is compiled: what is asked once in a while is done before compiling it would be.
SHARED = {
    **LARGE,
    "enable_materialized_cte": 1,
    "query_plan_optimize_join_order_limit": 0,
    "use_index_for_in_with_subqueries": 0,
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
}
# What an engine says that knows neither the word nor the setting, or knows them and fails: they are experimental, and those before 26.9
# are known to refuse what they could answer.
UNABLE = (None, 49, 62, 115)

# How the rows of a measure are counted, by kind: the same columns for all, as a union wants.
_NONE = "CAST(([], []), 'Tuple(Array(Int64), Array(UInt64))')"
_WAITED = "sumMapIf([toInt64(weight)], [toUInt64(1)], {})"
_COUNTED = f"'' AS rule, toFloat64(countIf(ok)) AS top, toFloat64(count()) AS bottom, count() AS n, {_NONE} AS ends, {_NONE} AS censored"
_FOLD: Mapping[Kind, str] = {
    Kind.RATE: _COUNTED,
    Kind.CENSUS: _COUNTED,
    Kind.COUNT: _COUNTED,
    Kind.MARGIN: _COUNTED,
    Kind.SUM: _COUNTED.replace("countIf(ok)", "sumIf(weight, ok)").replace("toFloat64(count())", "toFloat64(sum(weight))"),
    Kind.CURVE: _COUNTED.replace(f"{_NONE} AS ends", f"{_WAITED.format('ok')} AS ends").replace(
        f"{_NONE} AS censored", f"{_WAITED.format('NOT ok')} AS censored"
    ),
    # of each rule: those treated who bought, those treated, everybody; and among those held out
    Kind.UPLIFT: "toString(what) AS rule, toFloat64(countIf(weight = 1 AND ok)) AS top, toFloat64(countIf(weight = 1)) AS bottom, "
    "count() AS n, ([toInt64(0)], [countIf(weight = 0 AND ok)]) AS ends, ([toInt64(0)], [countIf(weight = 0)]) AS censored",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose scorecard: the asker's scope, an entity within it (brand or site; empty for the company), and the company's zone.

    `database` names the facts as they were known at an instant (sql.derive.as_known), the store's own when empty.
    """

    scope: Scope | None
    entity: Pairs = ()
    zone: str = "Europe/Paris"
    database: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row behind a figure."""

    what: str
    at: datetime
    ok: bool
    weight: float


Readings = dict[tuple[str, int], Reading]


def readings(store: Store, model: Model, instants: Sequence[datetime], asked: Asked) -> dict[datetime, Readings]:
    """What every measure of the model found in the window before each instant (UTC), by (measure, days). What found nothing is absent."""
    _check(asked)
    bars = {(bar.measure, bar.days, bar.kind) for criterion in model.criteria for bar in criterion.tests}
    found: dict[datetime, Readings] = {at: {} for at in instants}
    with ThreadPoolExecutor(len(PARTS)) as pool:
        for job in [pool.submit(_read, store, part, instants, asked, model.scoring.minimum) for part in _parts(bars, asked)]:
            for at, measure, days, reading in job.result():
                if at in found:
                    found[at][measure, days] = reading
    return found


def things(store: Store, measure: str, days: int, at: datetime, asked: Asked, most: int = MOST_ROWS) -> tuple[Thing, ...]:
    """The rows behind a figure, those that are not as they should be first, the latest of each first."""
    _check(asked)
    writer = _writer([at], asked)
    text = writer.measure(measure, days)
    if text is None:
        return ()
    sql = f"{writer.beginning(text)}SELECT what, stated_at, ok, weight FROM (\n{text}\n) ORDER BY ok, stated_at DESC, what LIMIT {most:d}"
    rows = _asked(store, sql, writer.values(sql))
    return tuple(Thing(str(row["what"]), row["stated_at"], bool(row["ok"]), float(row["weight"])) for row in rows)


def verdicts(store: Store, decisions: Iterable[str], at: datetime, asked: Asked) -> dict[str, str]:
    """The measured effect of decisions, by id: improved, unchanged, worsened or not_evaluable; what was not evaluated by `at` is absent.

    A committee's decisions are the company's: nobody whose scope is a part of it is told.
    """
    _check(asked)
    wanted = sorted(set(decisions))
    if not wanted or (asked.scope is not None and asked.scope.only):
        return {}
    text = load("decision.verdict").replace("{db}", f"`{asked.database}`." if asked.database else "")
    return {str(row["key"]): str(row["verdict"]) for row in store.rows(text, {"keys": wanted, "until": at}, QUESTION)}


def called(store: Store, measure: str) -> dict[str, str]:
    """What the rows of a measure that counts the entries of a register are called, by key; empty for all other measures."""
    kind = re.search(r"^FROM \{register (\w+)\}", load(f"maturity.{measure}"), re.MULTILINE)
    return {str(row["key"]): str(row["called"]) for row in store.rows(load("register.called"), {"kind": kind[1]})} if kind else {}


def shown(measure: str, days: int, asked: Asked) -> str:
    """The statement of a measure as it runs, for the reader who wants to see it."""
    writer = _writer([datetime(2026, 1, 1)], asked)  # noqa: DTZ001 - never run, only shown
    text = writer.measure(measure, days)
    return "" if text is None else writer.beginning(text) + text


def _writer(instants: Sequence[datetime], asked: Asked, *, named: bool = True) -> Writer:
    only = {"scope": asked.scope.only if asked.scope else (), "entity": asked.entity}
    return Writer(instants, only, asked.zone, asked.database, named)


def _check(asked: Asked) -> None:
    if asked.scope is None:
        raise refuse("scorecard_scope")
    for name, _ in (*asked.scope.only, *asked.entity):
        if name not in ("brand", "site"):
            raise refuse("scorecard_part", name=name)


def _parts(bars: Iterable[tuple[str, int, Kind]], asked: Asked) -> list[list[tuple[str, int, Kind]]]:
    """The measures in two statements, which run beside each other, as each is planned by one thread; acts and orders are read by one."""
    writer = _writer([datetime(2026, 1, 1)], asked)  # noqa: DTZ001 - only to see what is read
    acting = {bar: not writer.reads(bar[0], bar[1]).isdisjoint(("act", "order")) for bar in bars}
    return [sorted(bar for bar in acting if acting[bar] == part) for part in PARTS]


def _read(
    store: Store, bars: Sequence[tuple[str, int, Kind]], instants: Sequence[datetime], asked: Asked, minimum: int
) -> list[tuple[datetime, str, int, Reading]]:
    """What some measures found, each with its instant, name and days, from one statement."""
    writer, counts = _writer(instants, asked, named=False), []
    for number, (measure, days, kind) in enumerate(bars):
        text = writer.measure(measure, days)
        if text is not None:
            by = "at, what" if kind is Kind.UPLIFT else "at"
            counts.append(f"SELECT {number:d} AS number, at, {_FOLD[kind]} FROM (\n{text}\n) GROUP BY {by}  -- {measure}")
    if not counts:
        return []
    # the parts are named outside the union: within it, each of its branches would have parts of its own to plan
    union = "SELECT * FROM (\n" + "\nUNION ALL\n".join(counts) + "\n)"
    sql = writer.beginning(union) + union
    found: dict[tuple[datetime, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in _asked(store, sql, writer.values(sql)):
        found[row["at"], row["number"]].append(row)
    read = [(at, *bars[number][:2], _reading(bars[number][2], rows, minimum)) for (at, number), rows in found.items()]
    return [(at, measure, days, reading) for at, measure, days, reading in read if reading is not None]


def _asked(store: Store, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement with named parts, each made once; an engine that cannot do that makes them again wherever they stand."""
    try:
        return store.rows(sql, values, SHARED)
    except StoreError as refused:
        if isinstance(refused, TooMuch) or refused.code not in UNABLE:
            raise
        return store.rows(sql.replace(" AS MATERIALIZED (", " AS ("), values, LARGE)


def _reading(kind: Kind, rows: Sequence[Mapping[str, Any]], minimum: int) -> Reading | None:
    if kind is Kind.UPLIFT:
        return _best(rows, minimum)
    [row] = rows
    return Reading(row["top"], row["bottom"], int(row["n"]), _pairs(row["ends"]), _pairs(row["censored"]))


def _pairs(value: Any) -> tuple[tuple[int, int], ...]:
    keys, numbers = value.values() if isinstance(value, dict) else value
    return tuple((int(key), int(number)) for key, number in zip(keys, numbers, strict=True))


def _best(rows: Iterable[Mapping[str, Any]], minimum: int) -> Reading | None:
    """Of the rules with a control group the one whose gain has the highest lower bound (of equals, that of more people); one of fewer
    than `minimum` people, of which nothing is known, stands behind all others."""
    best: tuple[tuple[bool, float, int, str], Reading] | None = None
    for row in rows:
        won, treated, n = int(row["top"]), int(row["bottom"]), int(row["n"])
        [(_, anyway)], [(_, held)] = _pairs(row["ends"]), _pairs(row["censored"])
        gain = uplift((won, treated), (anyway, held))
        if gain is None:
            continue
        rank = (n >= minimum, gain[1], n, str(row["rule"]))
        if best is None or rank > best[0]:
            best = (rank, Reading(float(won), float(treated), n, value=gain[0], low=gain[1], high=gain[2]))
    return None if best is None else best[1]
