"""From a question to SQL: pure, and the only place where SQL is put together.

Parts that read the same fact by the same instant share one statement. Identifiers come from the registries only; whatever the asker
wrote is bound. The text is laid out to be read: the handbook and the screen show it as it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from metrics import bucket, dimension, setting
from metrics.fact import FACTS, JOINS
from metrics.metric import Metric, Part, Span
from metrics.placing import Placing
from metrics.promise import PROMISES, Promises
from metrics.query import Grain, Query, Refused, Scope
from metrics.reading import bare, elapsed_ms, open_ms, source, viewed, worked_since
from metrics.registry import metric as registered
from metrics.registry import nearest
from sql.agent_time import OFF, READY
from sql.place import Places

SLICED, OPEN = "sliced", "open"
MOMENT = timedelta(milliseconds=1)
_NOWHERE = Span("", "", open=False)
INSTANT = "DateTime64(3, 'UTC')"
_TOKEN = re.compile(r"\{(\w+)\}")
_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One query: its text, the values bound in it, and its key columns. The other columns are named <metric>_<role>."""

    sql: str
    parameters: dict[str, Any]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What has to be equal for parts to share a statement: the fact, the instant, the span where rows are cut or joined by it, and the
    parameters that a fact without a table is read with."""

    fact: str
    stamp: str
    span: Span | None
    business: bool
    given: tuple[tuple[str, str | float], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """One aggregate of a statement: SQL with its parameters renamed after the metric, and the span it measures."""

    name: str
    sql: str
    span: Span | None


@dataclass(slots=True)
class _Draft:
    """A statement being written: conditions and joins gathered while its pieces are put in words."""

    query: Query
    reading: _Reading
    db: str
    promises: Promises
    places: Places | None
    bound: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    joins: dict[str, None] = field(default_factory=dict)
    where: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The present moment, which `statement` has made sure of."""
        if self.query.now is None:
            raise Refused("A question needs its present moment: give it now.")
        return self.query.now

    def bind(self, name: str, kind: str, value: Any) -> str:
        self.bound[name] = value
        return f"{{{name}:{kind}}}"

    def instant(self, name: str, value: datetime) -> str:
        return self.bind(name, INSTANT, value)

    def dimension(self, name: str) -> str:
        """The value of a row in a dimension."""
        return self._joined(dimension.value(self.reading.fact, name, self.placing))

    def among(self, name: str, values: Sequence[str], prefix: str) -> str:
        """Whether a row's value in a dimension is one of these."""
        return self._joined(dimension.among(self.reading.fact, name, values, prefix, self.placing))

    def _joined(self, found: tuple[str, tuple[str, ...]]) -> str:
        for join in found[1]:
            self.join(join)
        return found[0]

    @property
    def placing(self) -> Placing:
        """How the rows are placed: by their own stamp, which lies in the period asked about where that is what they are counted by."""
        fact = FACTS[self.reading.fact]
        period = (self.query.since, self.query.until) if self.reading.stamp == fact.stamp or fact.view else (None, None)
        return Placing(self.places, fact.stamp, self.bind, *period)

    def join(self, name: str) -> None:
        for needed in JOINS[name].needs:
            self.joins[needed] = None
        self.joins[name] = None


def statement(query: Query, database: str = "", promises: Promises = PROMISES, places: Places | None = None) -> tuple[Statement, ...]:
    """The statements that answer `query`, one for each fact and instant of counting.

    `database` is the one to read, the store's own when empty; `promises` are those of the installation; `places` is where agents and
    queues were: without it a statement about teams, sites or brands can only be shown. `query.now` has to be set. Raises Refused.
    """
    if query.scope is None:
        raise Refused("A question needs to say who asks: give it a scope.")
    asked = [registered(name) for name in query.metrics]
    _check(query, asked)
    if database and not _DATABASE.fullmatch(database):
        raise Refused("That is not the name of a database.")
    readings: dict[_Reading, dict[str, _Column]] = {}
    bound: dict[str, Any] = {}
    for metric in asked:
        values = setting.settings(query, metric)
        for role, part in metric.roles:
            reading, column = _column(metric, role, part, values, bound)
            readings.setdefault(reading, {})[column.name] = column
    db = f"`{database}`." if database else ""
    return tuple(
        _write(_Draft(query, reading, db, promises, places), tuple(columns.values()), bound) for reading, columns in readings.items()
    )


def _check(query: Query, asked: list[Metric]) -> None:
    if not asked:
        raise Refused("A question needs at least one metric.")
    bucket.zone(query.zone)
    for name in (*query.by, *(name for name, _ in query.where), *(name for name, _ in (query.scope or Scope()).only)):
        if name not in dimension.DIMENSIONS:
            raise Refused(f"There is no dimension {name!r}{nearest(name, dimension.DIMENSIONS)}")
    if len(set(query.by)) < len(query.by):
        raise Refused("A dimension can be grouped by only once.")
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise Refused("The period is empty: its end must come after its beginning.")
    if query.names_agents() and query.scope is not None and not query.scope.named:
        raise Refused("You may not see single agents: ask by team or by channel, or ask your administrator for that right.")
    setting.check(query, asked)


def _column(metric: Metric, role: str, part: Part, values: setting.Settings, bound: dict[str, Any]) -> tuple[_Reading, _Column]:
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
    return _Reading(part.fact, stamp, cut, business, given), _Column(f"{metric.id}_{role}", sql, part.span)


def _write(draft: _Draft, columns: tuple[_Column, ...], bound: dict[str, Any]) -> Statement:
    query = draft.query
    keys = [(name, draft.dimension(name)) for name in query.by]
    _filter(draft)
    if query.grain is not None:
        draft.bound["zone"] = query.zone
        keys.append(("at", ""))
    at = _period(draft)
    texts = [(column.name, _worded(draft, column.sql)) for column in _measured(draft, columns)]
    keys = [(name, sql or at) for name, sql in keys]
    selected = [f"{sql} AS {name}" if name != sql else name for name, sql in keys] + [f"{sql} AS {name}" for name, sql in texts]
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
    return Statement(text, {name: values[name] for name in used}, tuple(name for name, _ in keys))


def _lines(items: Iterable[str], joint: str = ",") -> str:
    return f"{joint}\n".join("    " + item.replace("\n", "\n    ") for item in items)


def _filter(draft: _Draft) -> None:
    """What the question asks for, and what its asker may see: one does not replace the other."""
    scope = draft.query.scope or Scope()
    for prefix, pairs in (("only", draft.query.where), ("scope", scope.only)):
        draft.where += [draft.among(name, values, prefix) for name, values in pairs]


def _worded(draft: _Draft, sql: str) -> str:
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
    everyone = "OVER (PARTITION BY at)" if draft.query.grain is not None else "OVER ()"
    return sql.replace("{person}", "ifNull(person, customer)").replace("{over everyone}", everyone)


def _promise(draft: _Draft) -> str:
    """The seconds within which a row's channel promises an answer, defined once for the statement; NULL where it promises nothing."""
    channels = draft.bind("promise_channels", "Array(String)", sorted(draft.promises))
    seconds = draft.bind("promise_seconds", "Array(Float64)", [float(draft.promises[each].within_s) for each in sorted(draft.promises)])
    defined = f"transform({draft.dimension('channel')}, {channels}, {seconds}, NULL) AS promise_s"
    if defined not in draft.words:
        draft.words.append(defined)
    return "promise_s"


def _measured(draft: _Draft, columns: tuple[_Column, ...]) -> Iterator[_Column]:
    """The columns with `span_ms` defined: once for the statement, or for each span where they differ."""
    reading = draft.reading
    if reading.stamp in (SLICED, OPEN):
        yield from columns
        return
    spans = list(dict.fromkeys(column.span for column in columns if column.span is not None))
    names = {span: "span_ms" if len(spans) == 1 else f"span_{index}_ms" for index, span in enumerate(spans, 1)}
    for span, name in names.items():
        end = _end(draft, span)
        draft.words.append(f"{open_ms(span.start, end) if reading.business else elapsed_ms(span.start, end)} AS {name}")
    for column in columns:
        yield replace(column, sql=re.sub(r"\bspan_ms\b", names[column.span], column.sql)) if column.span is not None else column


def _end(draft: _Draft, span: Span) -> str:
    return f"ifNull({span.end}, {draft.instant('now', draft.now)})" if span.open else span.end


def _from(draft: _Draft) -> str:
    """The fact and what is joined to it."""
    reading, span = draft.reading, draft.reading.span
    if reading.business:
        for name in ("open_known", "open_start", "open_end"):
            draft.join(name)
    words = {
        "{at}": FACTS[reading.fact].stamp,
        "{start}": span.start if span else "",
        "{end}": _end(draft, span) if span else "",
        "{worked_since}": draft.instant("worked_since", worked_since(draft.query)),
    }
    text = "\n".join([_rows(draft), *(JOINS[name].sql for name in draft.joins)])
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _rows(draft: _Draft) -> str:
    """Where the rows of the fact come from: a table, a statement of its own, or a view that is told what is asked."""
    name = draft.reading.fact
    if FACTS[name].read is not None:
        return f"FROM\n(\n    {{read}}\n) AS {name}"
    return f"FROM {{db}}{viewed(name, draft.query, draft.now, draft.bind)}" if FACTS[name].view else f"FROM {{db}}{_table(name)} FINAL"


def _read(draft: _Draft, text: str) -> str:
    """How the rows of a fact without a table are read for the statement `text`; what that takes is bound."""
    if FACTS[draft.reading.fact].read is None:
        return ""
    query, given = draft.query, dict(draft.reading.given)
    found, bound = source(draft.reading.fact, given, query.since, query.until, text)
    draft.bound |= bound
    return found.replace("\n", "\n    ")


def _table(fact: str) -> str:
    return "`order`" if fact == "order" else fact


def _period(draft: _Draft) -> str:
    """Add the conditions of the period; give the expression of a row's bucket ('' without a grain)."""
    if draft.reading.stamp == SLICED:
        return _sliced(draft)
    if draft.reading.stamp == OPEN:
        return _standing(draft)
    query, stamp, own = draft.query, draft.reading.stamp, FACTS[draft.reading.fact].stamp
    if FACTS[draft.reading.fact].view:
        return bucket.start_sql(query.grain, stamp, query.zone) if query.grain is not None else ""
    inside = []
    if query.since is not None:
        inside.append(f"{stamp} >= {draft.instant('since', query.since)}")
    if query.until is not None:
        inside.append(f"{stamp} < {draft.instant('until', query.until)}")
    table = FACTS[draft.reading.fact].read is None
    if table and stamp == own:
        _days(draft, "since" if query.since is not None else "", "until" if query.until is not None else "")
    elif table and inside:
        draft.where.append(_candidates(draft, "day", inside))
    draft.where += inside if inside or stamp == own else [f"{stamp} IS NOT NULL"]
    return bucket.start_sql(query.grain, stamp, query.zone) if query.grain is not None else ""


def _days(draft: _Draft, since: str, until: str) -> None:
    """The day leads every key and is that of the fact's own stamp: naming it spares reading the other days."""
    if since:
        draft.where.append(f"day >= toDate({{{since}:{INSTANT}}})")
    if until:
        draft.where.append(f"day <= toDate({{{until}:{INSTANT}}})")


def _candidates(draft: _Draft, key: str, conditions: list[str]) -> str:
    """Keys of which some version meets the conditions, found without FINAL, so that FINAL reads no more than those keys."""
    picked = f"({key})" if "," in key else key
    return f"{picked} IN (SELECT {key} FROM {draft.db}{_table(draft.reading.fact)} WHERE {' AND '.join(conditions)})"


def _sliced(draft: _Draft) -> str:
    """Cut each row's span at the borders of the period and of its buckets."""
    query, span = draft.query, draft.reading.span or _NOWHERE
    edge_at = min(query.until or draft.now, draft.now)
    edge = draft.instant("edge", edge_at)
    _begun(draft, edge_at)
    begin, end = span.start, _end(draft, span)
    inside = [f"{span.start} < {edge}", f"{end} > {span.start}"]
    if query.since is not None:
        since = draft.instant("since", query.since)
        begin = f"greatest({span.start}, {since})"
        inside.append(f"{end} > {since}")
    table = FACTS[draft.reading.fact].read is None
    if table and span.start == FACTS[draft.reading.fact].stamp:
        _days(draft, "", "edge")
    if table and query.since is not None:
        draft.where.append(_candidates(draft, "day", inside))
    draft.where += inside
    if query.grain is None:
        draft.words.append(f"{elapsed_ms(begin, f'least({end}, {edge})')} AS span_ms")
        return ""
    draft.words += [f"{begin} AS from_at", f"least({end}, {edge}) AS to_at", *_buckets(query.grain, query.zone, "to_at")]
    draft.words.append("arrayMap((b, e) -> (b, dateDiff('millisecond', greatest(b, from_at), e)), starts, ends) AS slices")
    draft.words += ["arrayJoin(arrayFilter(s -> s.2 > 0, slices)) AS slice", "slice.2 AS span_ms"]
    return "slice.1"


def _standing(draft: _Draft) -> str:
    """Take each row at every instant asked about at which it is open: the end of each bucket, the end of the period, or now."""
    query, span = draft.query, draft.reading.span or _NOWHERE
    edge_at = min(query.until or draft.now + MOMENT, draft.now + MOMENT)
    edge = draft.instant("edge", edge_at)
    inside = [f"{span.start} < {edge}"]
    begin = span.start
    if query.grain is not None and query.since is not None:
        _begun(draft, edge_at)
        begin = f"greatest({span.start}, {draft.instant('since', query.since)})"
    inside.append(f"({span.end} IS NULL OR {span.end} >= {edge if query.grain is None else begin})")
    draft.where += [_candidates(draft, "day, subject_hash", inside), *inside]
    if query.grain is None:
        draft.words.append(f"{elapsed_ms(span.start, draft.instant('instant', min(edge_at, draft.now)))} AS span_ms")
        return ""
    draft.words += [f"{begin} AS from_at", f"least(ifNull({span.end}, {edge}), {edge}) AS to_at", *_buckets(query.grain, query.zone, edge)]
    draft.words.append(
        f"arrayJoin(arrayFilter(s -> s.1 < {edge} AND ({span.end} IS NULL OR s.2 <= {span.end}), arrayZip(starts, ends))) AS slice"
    )
    looked_at = f"least(slice.2, {draft.instant('now', draft.now)})"
    draft.words.append(f"{elapsed_ms(span.start, looked_at)} AS span_ms")
    return "slice.1"


def _begun(draft: _Draft, edge: datetime) -> None:
    """A period that has not begun holds nothing: there is no walk from its beginning to the present."""
    if draft.query.since is not None and draft.query.since >= edge:
        draft.where.append("0")


def _buckets(grain: Grain, zone: str, last: str) -> tuple[str, str]:
    """The starts of the buckets from `from_at` to `to_at`, and the end of each, the last one's being `last`."""
    step, begin = bucket.step_s(grain, zone), bucket.start_sql(grain, "t", zone)
    walk = f"arrayMap(k -> from_at + toIntervalSecond({step} * k), range(toUInt32(dateDiff('second', from_at, to_at) / {step}) + 1))"
    return (
        f"arrayDistinct(arrayMap(\n    t -> toDateTime64({begin}, 3, 'UTC'),\n    arrayPushBack({walk}, to_at)\n)) AS starts",
        f"arrayPushBack(arrayPopFront(starts), {last}) AS ends",
    )
