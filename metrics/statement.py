"""From a question to SQL: pure. With draft and counting, which it is written in, the only place where SQL is put together.

Parts that read the same fact by the same instant share one statement. Identifiers come from the registries only; whatever the asker
wrote is bound. The text is laid out to be read: the handbook and the screen show it as it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from metrics import bucket, dimension, setting
from metrics.counting import counted_at
from metrics.draft import OPEN, SLICED, Draft, Reading, table
from metrics.fact import FACTS, JOINS, NOT_SINCE, WORKED_BEFORE
from metrics.metric import Metric, Part, Span
from metrics.promise import PROMISES, Promises
from metrics.query import Query, Scope
from metrics.reading import bare, elapsed_ms, of_contacts, open_ms, source, viewed, worked_since
from metrics.refusal import nearest, refuse
from metrics.registry import metric as registered
from sql.agent_time import OFF, READY
from sql.place import Places

_TOKEN = re.compile(r"\{(\w+)\}")
_AGENTS = re.compile(r"uniqExactIf\(agent_hash, ((?:[^()]|\([^()]*\))*)\)")
_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One query: its text, the values bound in it, and its key columns; `columns` says by <metric>_<role> which of the others has it:
    what several ask for is worked out once."""

    sql: str
    parameters: dict[str, Any]
    keys: tuple[str, ...]
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Column:
    """One aggregate of a statement: SQL with its parameters renamed after the metric, and the span it measures."""

    name: str
    sql: str
    span: Span | None


def statement(query: Query, database: str = "", promises: Promises = PROMISES, places: Places | None = None) -> tuple[Statement, ...]:
    """The statements that answer `query`, one for each fact and instant of counting.

    `database` is the one to read, the store's own when empty; `promises` are those of the installation; `places` is where agents and
    queues were: without it a statement about teams, sites or brands can only be shown. `query.now` has to be set. Raises Refused.
    """
    if query.scope is None:
        raise refuse("no_scope")
    asked = [registered(name) for name in query.metrics]
    _check(query, asked)
    if database and not _DATABASE.fullmatch(database):
        raise refuse("no_database")
    readings: dict[Reading, dict[str, _Column]] = {}
    bound: dict[str, Any] = {}
    for metric in asked:
        values = setting.settings(query, metric)
        for role, part in metric.roles:
            reading, column = _column(metric, role, part, values, bound)
            readings.setdefault(reading, {})[column.name] = column
    db = f"`{database}`." if database else ""
    return tuple(
        _write(Draft(query, reading, db, promises, places), tuple(columns.values()), bound) for reading, columns in readings.items()
    )


def _check(query: Query, asked: list[Metric]) -> None:
    if not asked:
        raise refuse("no_metrics")
    bucket.zone(query.zone)
    for name in (*query.by, *(name for name, _ in query.where), *(name for name, _ in (query.scope or Scope()).only)):
        if name not in dimension.DIMENSIONS:
            raise refuse("no_dimension", name=name, near=nearest(name, dimension.DIMENSIONS))
    if len(set(query.by)) < len(query.by):
        raise refuse("grouped_twice")
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise refuse("empty_period")
    if query.names_agents() and query.scope is not None and not query.scope.named:
        raise refuse("agents")
    setting.check(query, asked)


def _column(metric: Metric, role: str, part: Part, values: setting.Settings, bound: dict[str, Any]) -> tuple[Reading, _Column]:
    """Where a part is read and what it reads; its parameters are renamed after the metric and added to `bound`."""
    stamp = setting.chosen(part.stamp, values)
    business = part.span is not None and values.get("clock") == "business"
    cut = part.span if business or stamp in (SLICED, OPEN) else None

    def renamed(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            return match.group(0)
        bound[f"{metric.id}_{name}"] = values[name]
        return f"{{{metric.id}_{name}:{'String' if isinstance(values[name], str) else 'Float64'}}}"

    sql = _TOKEN.sub(renamed, setting.chosen(part.sql, values))
    read = FACTS[part.fact].read
    given = tuple((name, values[name]) for name, _ in read.given) if read else ()
    return Reading(part.fact, stamp, cut, business, given), _Column(f"{metric.id}_{role}", sql, part.span)


def _write(draft: Draft, columns: tuple[_Column, ...], bound: dict[str, Any]) -> Statement:
    query = draft.query
    keys = [(name, draft.dimension(name)) for name in query.by]
    _filter(draft)
    if query.grain is not None:
        draft.bound["zone"] = query.zone
        keys.append(("at", ""))
    at = counted_at(draft)
    texts = [(column.name, _worded(draft, column.sql)) for column in _measured(draft, columns)]
    first = {sql: name for name, sql in reversed(texts)}
    keys = [(name, sql or at) for name, sql in keys]
    selected = [f"{sql} AS {name}" if name != sql else name for name, sql in keys] + [
        f"{sql} AS {name}" for name, sql in texts if first[sql] == name
    ]
    names = ", ".join(name for name, _ in keys)
    text = "".join(
        (
            f"WITH\n{_lines(draft.words)}\n" if draft.words else "",
            f"SELECT\n{_lines(selected)}\n{_from(draft)}\n",
            f"WHERE\n{_lines(draft.where, ' AND')}\n" if draft.where else "",
            f"GROUP BY {names}\nORDER BY {names}\n" if keys else "",
        )
    )
    text = bare(text.replace("{read}", _read(draft, text)).replace("{db}", draft.db))
    used, values = sorted(set(re.findall(r"\{(\w+):", text))), bound | draft.bound
    if draft.places is None:  # to be shown: what places are looked up in is not told
        used = [name for name in used if name in values]
    return Statement(
        text, {name: values[name] for name in used}, tuple(name for name, _ in keys), {name: first[sql] for name, sql in texts}
    )


def _lines(items: Iterable[str], joint: str = ",") -> str:
    return f"{joint}\n".join("    " + item.replace("\n", "\n    ") for item in items)


def _filter(draft: Draft) -> None:
    """What the question asks for, and what its asker may see: one does not replace the other."""
    scope = draft.query.scope or Scope()
    for prefix, pairs in (("only", draft.query.where), ("scope", scope.only)):
        terms = [draft.among(name, values, prefix) for name, values in pairs]
        if terms and of_contacts(draft.reading.fact):
            draft.told[f"{prefix}_holds"] = " AND\n".join(terms)
            terms = [f"{prefix}_holds"]
        draft.where += terms


def _worded(draft: Draft, sql: str) -> str:
    """The words a part's SQL may use beside its parameters."""
    if "{person}" in sql:
        draft.join("person")
    if "{now}" in sql:
        sql = sql.replace("{now}", draft.instant("now", draft.now))
    for name, states in (("off", OFF), ("ready", READY)):
        if f"{{{name}}}" in sql:
            sql = sql.replace(f"{{{name}}}", draft.bind(name, "Array(String)", list(states)))
    if "{promise_s}" in sql:
        sql = sql.replace("{promise_s}", _promise(draft))
    if "agent" in draft.query.by:  # then there is one in each group, or none: a set of them for each takes long to fill
        sql = _AGENTS.sub(r"max(\1)", sql)
    everyone = "OVER (PARTITION BY at)" if draft.query.grain is not None else "OVER ()"
    return sql.replace("{person}", "ifNull(person, customer)").replace("{over everyone}", everyone)


def _promise(draft: Draft) -> str:
    """The seconds within which a row's channel promises an answer, defined once for the statement; NULL where it promises nothing."""
    channels = draft.bind("promise_channels", "Array(String)", sorted(draft.promises))
    seconds = draft.bind("promise_seconds", "Array(Float64)", [float(draft.promises[each].within_s) for each in sorted(draft.promises)])
    defined = f"transform({draft.dimension('channel')}, {channels}, {seconds}, NULL) AS promise_s"
    if defined not in draft.words:
        draft.words.append(defined)
    return "promise_s"


def _measured(draft: Draft, columns: tuple[_Column, ...]) -> Iterator[_Column]:
    """The columns with `span_ms` defined: once for the statement, or for each span where they differ."""
    reading = draft.reading
    if reading.stamp in (SLICED, OPEN):
        yield from columns
        return
    spans = list(dict.fromkeys(column.span for column in columns if column.span is not None))
    names = {span: "span_ms" if len(spans) == 1 else f"span_{index}_ms" for index, span in enumerate(spans, 1)}
    for span, name in names.items():
        end = draft.end(span)
        draft.words.append(f"{open_ms(span.start, end) if reading.business else elapsed_ms(span.start, end)} AS {name}")
    for column in columns:
        yield replace(column, sql=re.sub(r"\bspan_ms\b", names[column.span], column.sql)) if column.span is not None else column


def _from(draft: Draft) -> str:
    """The fact and what is joined to it."""
    reading, span = draft.reading, draft.reading.span
    if reading.business:
        for name in ("open_known", "open_start", "open_end"):
            draft.join(name)
    words = {
        "{at}": FACTS[reading.fact].stamp,
        "{start}": span.start if span else "",
        "{end}": draft.end(span) if span else "",
        "{worked_since}": _worked_since(draft),
        "{asked}": _worked_on(draft),
    }
    text = "\n".join([_rows(draft), *(JOINS[name].sql for name in draft.joins)])
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _worked_since(draft: Draft) -> str:
    return draft.instant("worked_since", worked_since(draft.query))


def _worked_on(draft: Draft) -> str:
    """Which work may be on a contact that is counted, as further conditions. Of the days before the period those are read on which a
    counted contact that had begun by then was worked on: no work on a contact lies before its first event."""
    if not draft.inside:
        return ""
    counted = f"SELECT subject_hash FROM {draft.db}{table(draft.reading.fact)} WHERE {' AND '.join(draft.inside)}"
    near = ""
    if draft.query.since is not None:
        start = f"toDate({draft.instant('since', draft.query.since)})"
        began = f"first_day < {start}" if draft.reading.fact == "interaction" else NOT_SINCE.format(db=draft.db, start=start)
        before = WORKED_BEFORE.format(db=draft.db, worked_since=_worked_since(draft), start=start, began=f"{counted} AND {began}")
        near = f" AND (day >= {start} OR day IN ({before}))"
    return f"{near} AND worked IN ({counted})"


def _rows(draft: Draft) -> str:
    """Where the rows of the fact come from: a table, a statement of its own, or a view that is told what is asked."""
    name = draft.reading.fact
    if FACTS[name].read is not None:
        return f"FROM\n(\n    {{read}}\n) AS {name}"
    return f"FROM {{db}}{viewed(name, draft.query, draft.now, draft.bind)}" if FACTS[name].view else f"FROM {{db}}{table(name)} FINAL"


def _read(draft: Draft, text: str) -> str:
    """How the rows of a fact without a table are read for the statement `text`; what that takes is bound."""
    if FACTS[draft.reading.fact].read is None:
        return ""
    query, given = draft.query, dict(draft.reading.given)
    found, bound = source(draft.reading.fact, given, query.since, query.until, text, draft.told)
    draft.bound |= bound
    return found.replace("\n", "\n    ")
