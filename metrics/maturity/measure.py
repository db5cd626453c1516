"""What indicators are computed from: each measure is one statement that lists the things it counts (metrics/maturity/statement.py).

Counting is the same for all measures of a kind, and the rows behind a figure are the same statement, unfolded. All measures are asked
together, in as few statements as there are threads: each reads every fact it needs once.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakSet

from metrics.maturity.model import Kind, Model
from metrics.maturity.score import Reading
from metrics.maturity.statement import Writer
from metrics.maturity.uplift import uplift
from metrics.query import Pairs, Scope
from metrics.refusal import refuse
from sql.clickhouse import QUESTION, Store, StoreError, load

MOST_ROWS = 200
PARTS = (True, False)  # measures of acts and orders, and of contacts and all else
# Named parts are counted wherever they stand, though made once: bounds on the size of statements do not foresee that.
LARGE = {**QUESTION, "max_ast_elements": 1_000_000, "max_expanded_ast_elements": 5_000_000}
# Joins are made as they are written: an order chosen without knowing how large a named part is was the slower one by a sixth.
# A set is made while the statement runs, not while it is planned, which one thread does alone: no key is looked up by these.
# Nothing is compiled: what is asked once in a while is done before compiling it would be.
SHARED = {
    **LARGE,
    "query_plan_optimize_join_order_limit": 0,
    "use_index_for_in_with_subqueries": 0,
    "compile_expressions": 0,
    "compile_aggregate_expressions": 0,
}

CROWD = 50_000  # customers of several ids: so many are joined faster than each is looked up

# Codes of an engine that makes no temporary tables, or does not know them again: not allowed, unknown, not implemented.
UNABLE = (48, 57, 60, 62, 115, 164, 372, 373, 497)


def _counted(rule: str = "''", part: str = "0", of: str = "countIf(ok)", all_: str = "count()") -> str:
    return f"{rule} AS rule, {part} AS part, toFloat64({of}) AS top, toFloat64({all_}) AS bottom, count() AS n"


# How the rows of a measure are counted, by kind, and by what: the same columns for all, as a union wants. `part` is, of curves, the days
# waited, and of gains, which are told by rule, whether people were treated.
_FOLD: Mapping[Kind, tuple[str, str]] = {
    **dict.fromkeys((Kind.RATE, Kind.CENSUS, Kind.COUNT, Kind.MARGIN), (_counted(), "at")),
    Kind.SUM: (_counted(of="sumIf(weight, ok)", all_="sum(weight)"), "at"),
    Kind.CURVE: (_counted(part="weight"), "at, weight"),
    Kind.UPLIFT: (_counted(rule="toString(what)", part="weight"), "at, what, weight"),
}
_log = logging.getLogger(__name__)
_unable: WeakSet[Store] = WeakSet()


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
    rows = _asked(store, writer, f"SELECT what, stated_at, ok, weight FROM (\n{text}\n) ORDER BY ok, stated_at DESC, what LIMIT {most:d}")
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
    return "" if text is None else _whole(writer.read(text), text)


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
    """The measures in two statements, which run beside each other and take about as long, as each is planned by one thread: those of acts
    and of orders, and those of contacts and all others. Acts are read by the first alone."""
    writer = _writer([datetime(2026, 1, 1)], asked)  # noqa: DTZ001 - only to see what is read
    reads = {bar: writer.reads(bar[0], bar[1]) for bar in bars}
    acting = {bar for bar, facts in reads.items() if "act" in facts or ("order" in facts and "interaction" not in facts)}
    return [sorted(bar for bar in reads if (bar in acting) == part) for part in PARTS]


def _read(
    store: Store, bars: Sequence[tuple[str, int, Kind]], instants: Sequence[datetime], asked: Asked, minimum: int
) -> list[tuple[datetime, str, int, Reading]]:
    """What some measures found, each with its instant, name and days, from one statement."""
    writer, counts = _writer(instants, asked, named=False), []
    for number, (measure, days, kind) in enumerate(bars):
        text = writer.measure(measure, days)
        if text is not None:
            counted, by = _FOLD[kind]
            counts.append(f"SELECT {number:d} AS number, at, {counted} FROM (\n{text}\n) GROUP BY {by}  -- {measure}")
    if not counts:
        return []
    found: dict[tuple[datetime, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in _asked(store, writer, "\nUNION ALL\n".join(counts)):
        found[row["at"], row["number"]].append(row)
    read = [(at, *bars[number][:2], _reading(bars[number][2], rows, minimum)) for (at, number), rows in found.items()]
    return [(at, measure, days, reading) for at, measure, days, reading in read if reading is not None]


def _asked(store: Store, writer: Writer, text: str) -> list[dict[str, Any]]:
    """The rows of a statement with named parts, each made once; where an engine keeps none, they are made again wherever they stand."""
    writer.crowd = store.value(f"SELECT count() FROM {writer.db}person") > CROWD
    parts = writer.read(text)
    if store not in _unable:
        try:
            with store.keeping(parts, writer.values, SHARED) as ask:
                return ask(text)
        except StoreError as refused:
            if refused.code not in UNABLE:
                raise
            _unable.add(store)
            _log.warning("The engine keeps no temporary tables (code %s): scorecards take several times as long.", refused.code)
    return store.rows(sql := _whole(parts, text), writer.values(sql), LARGE)


def _whole(parts: Mapping[str, str], text: str) -> str:
    """A statement with its named parts, as one; what it names itself stands after these."""
    if not parts:
        return text
    own = f",\n{text.removeprefix('WITH ')}" if text.startswith("WITH ") else f"\n{text}"
    return "WITH\n" + ",\n".join(f"{name} AS (\n    {part}\n)" for name, part in parts.items()) + own


def _reading(kind: Kind, rows: Sequence[Mapping[str, Any]], minimum: int) -> Reading | None:
    if kind is Kind.UPLIFT:
        return _best(rows, minimum)
    counts = {name: sum(row[name] for row in rows) for name in ("top", "bottom", "n")}
    if kind is not Kind.CURVE:
        return Reading(**counts)
    waited = sorted((int(row["part"]), int(row["top"]), int(row["n"])) for row in rows)
    ends = tuple((days, ended) for days, ended, _ in waited if ended)
    return Reading(**counts, ends=ends, censored=tuple((days, n - ended) for days, ended, n in waited if n > ended))


def _best(rows: Iterable[Mapping[str, Any]], minimum: int) -> Reading | None:
    """Of the rules with a control group the one whose gain has the highest lower bound (of equals, that of more people); one of fewer
    than `minimum` people, of which nothing is known, stands behind all others."""
    found: dict[str, dict[bool, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        found[str(row["rule"])][row["part"] == 1] = (int(row["top"]), int(row["n"]))
    best: tuple[tuple[bool, float, int, str], Reading] | None = None
    for rule, groups in found.items():
        won, treated = groups.get(True, (0, 0))
        anyway, held = groups.get(False, (0, 0))
        gain = uplift((won, treated), (anyway, held))
        if gain is None:
            continue
        n = treated + held
        rank = (n >= minimum, gain[1], n, rule)
        if best is None or rank > best[0]:
            best = (rank, Reading(float(won), float(treated), n, value=gain[0], low=gain[1], high=gain[2]))
    return None if best is None else best[1]
