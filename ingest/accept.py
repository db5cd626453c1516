"""The fast accept test: whole columns at a time, from the table of fields. What fails is explained one event at a time.

The result is an Arrow table of sealed events, ready for the log, and the refusals. `ingest/explain.py` reads the same table of fields
and must reach the same verdict (tests/test_accept.py holds them together).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ingest.column import Mask, Values, allowed, checked, empty, mask, only, ranked
from ingest.connector import Chunk, Refusal
from ingest.decode import unrolled
from ingest.event import ARROW, DATA, DECLARED, ENVELOPE, MOST_DATA_BYTES, MOST_DEPTH, TYPE_OF, Kind
from ingest.explain import claim_of, depth, explain, source_of
from ingest.garbage import uncollected
from ingest.seal import Keys
from ingest.source import Terms

Rows = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(slots=True)
class Accepted:
    """Sealed events as an Arrow table (columns of the log), and what was refused.

    `positions` are those of the whole chunk and `missing` the rows of it that were refused, so that a row's place can be told later.
    """

    table: pa.Table
    refused: list[Refusal]
    records: int
    read_bytes: int = 0
    positions: Sequence[str] = ()
    missing: Rows | None = None

    @property
    def received(self) -> int:
        """How many events came, good and bad."""
        return int(self.table.num_rows) + len(self.refused)

    def position(self, row: int) -> str:
        """The place in the input that a row of the table came from."""
        if self.missing is not None:
            row += int(np.searchsorted(self.missing - np.arange(len(self.missing)), row, side="right"))
        return self.positions[row]


def accept(chunk: Chunk, terms_of: Callable[[str], Terms], keys: Keys) -> Accepted:
    """Check and seal a chunk. Never raises for what the chunk holds: each event that fails becomes a Refusal.

    Events that came as typed columns take the quick road, which lets pass what is plainly right; what it doubts takes the careful road,
    one Python object an event, which has the last word. The events are taken apart on the way: a chunk is accepted once.
    """
    with uncollected():
        if chunk.frame is None:
            table, refused, missing = _careful(chunk.events, chunk.positions, terms_of, keys)
        else:
            table, refused, missing = _quick(chunk, chunk.frame, terms_of, keys)
    refused = [_claiming(each, terms_of, keys) for each in (*chunk.refused, *refused)]
    return Accepted(table, refused, chunk.records, chunk.read_bytes, chunk.positions, missing)


def _quick(chunk: Chunk, frame: pa.Table, terms_of: Callable[[str], Terms], keys: Keys) -> tuple[pa.Table, list[Refusal], Rows]:
    assert chunk.line is not None  # noqa: S101 - a frame comes with its lines
    columns, texts, doubt = plain(frame, terms_of, keys, escaped=chunk.escaped)
    sure = _table(columns, texts, terms_of, keys, doubt)
    rest = np.flatnonzero(doubt)
    if not len(rest):
        return sure, [], rest
    events, positions = [chunk.line(place) for place in rest.tolist()], [chunk.positions[place] for place in rest.tolist()]
    taken, refused, missing = _careful(events, positions, terms_of, keys, rest)
    both = pa.concat_tables([sure.append_column("row", pa.array(np.flatnonzero(~doubt))), taken], promote_options="default")
    return _filled(both.sort_by("row").drop_columns(["row"])), refused, missing


def _careful(
    events: Sequence[Any], positions: Sequence[str], terms_of: Callable[[str], Terms], keys: Keys, rows: Rows | None = None
) -> tuple[pa.Table, list[Refusal], Rows]:
    """The careful road. `rows` numbers the events where they are a part of a chunk: the table then has them in its column `row`."""
    bad = np.array([type(event) is not dict for event in events], dtype=bool)
    shaped = [event if type(event) is dict else {} for event in events] if bad.any() else events
    columns = {field.name: checked(field, [event.get(field.name) for event in shaped], bad) for field in ENVELOPE}
    data = _data_of(shaped, bad)
    taken = _take(data)
    columns |= {name: checked(DECLARED[name], values, bad) for name, values in taken.items()}
    _check_types(columns, bad)
    texts = _rest(data, columns, terms_of, keys, bad)
    refused = list(_explained(events, positions, data, taken, bad))
    table = _table(columns, pa.array(texts, pa.string()), terms_of, keys, bad)
    if rows is None:
        return table, refused, np.flatnonzero(bad)
    return table.append_column("row", pa.array(rows[~bad])), refused, rows[bad]


# The data object -----------------------------------------------------------------------------------------------------


def _data_of(events: Sequence[dict[str, Any]], bad: Mask) -> list[dict[str, Any]]:
    found = only({dict, type(None)}, [event.get("data") for event in events], bad)
    data = [{} if each is None else each for each in found]
    shared = len(set(map(id, data))) < len(data)  # one dict under two events would be taken apart once for both
    return [dict(each) for each in data] if shared else data


def _take(data: list[dict[str, Any]]) -> dict[str, Values]:
    """The values of the declared fields that occur: taken out where they have a column, left in place where they have none."""
    present = set().union(*data) if data else set()
    return {
        field.name: [each.pop(field.name, None) for each in data] if field.column else [each.get(field.name) for each in data]
        for field in DATA
        if field.name in present
    }


def _check_types(columns: dict[str, pa.Array], bad: Mask) -> None:
    """The type is known, the subject is about what the type says, and the fields it needs are there."""
    kinds, subjects = columns["type"].dictionary_encode(), columns["subject"]
    met = [TYPE_OF.get(name) for name in kinds.dictionary.to_pylist()]
    known = {place: kind for place, kind in enumerate(met) if kind is not None}
    missing = {need: mask(empty(columns[need])) if need in columns else np.True_ for kind in known.values() for need in kind.needs}
    named = {about: mask(_named(subjects, about)) for about in {kind.about for kind in known.values()}}
    # Numbers instead of names, and NumPy's masks: a chunk holds some sixty types, and each is looked at over all its rows.
    number = _codes(kinds)
    bad |= np.array([*(kind is None for kind in met), True])[number]
    for place, kind in known.items():
        mine = number == place
        bad |= mine & ~named[kind.about]
        for need in kind.needs:
            bad |= mine & missing[need]


def _codes(words: pa.DictionaryArray) -> Rows:
    """The number of each row's word; −1, which is the last, where it has none."""
    found: Rows = words.indices.fill_null(-1).to_numpy()
    return found


def _named(subjects: pa.Array, about: str) -> pa.Array:
    """Whether each subject is `about/` and something."""
    return pc.and_(pc.starts_with(subjects, about + "/"), pc.greater(pc.binary_length(subjects), len(about) + 1))


def plain(frame: pa.Table, terms_of: Callable[[str], Terms], keys: Keys, *, escaped: bool) -> tuple[dict[str, pa.Array], pa.Array, Mask]:
    """The columns of a frame, the JSON of what has no column, and which rows are not plainly right (see `ingest/frame.py`)."""
    count = frame.num_rows
    doubt = np.zeros(count, dtype=bool)
    read = dict(zip(frame.column_names, (column.combine_chunks() for column in frame.columns), strict=True))
    columns: dict[str, pa.Array] = {}
    for field in ENVELOPE:
        absent = pa.nulls(count, pa.string() if field.kind is Kind.INSTANT else ARROW[field.kind])
        columns[field.name] = allowed(field, read.pop(field.name, absent), doubt, escaped=escaped)
    for field in DATA:
        column = read.pop("data." + field.name, None)
        if column is None:
            continue
        columns[field.name] = allowed(field, column, doubt, escaped=escaped)
        if not field.column:  # kept as JSON: plainly right when it is text that need not be rewritten
            doubt |= mask(column.is_valid())
    _check_types(columns, doubt)
    others = {name.removeprefix("data."): column for name, column in sorted(read.items()) if name.startswith("data.")}
    terms = {terms_of(source or "") for source in columns["source"].unique().to_pylist()}
    if len(terms) != 1:
        return columns, pa.repeat("", count), np.ones(count, dtype=bool)
    [term] = terms
    size = np.zeros(count)
    for name, column in others.items():
        if escaped:
            doubt |= mask(pc.match_substring_regex(column, _ESCAPED))
        size += pc.binary_length(column).fill_null(0).to_numpy()
        if name in term.personal:
            others[name] = _sealed_column(column, keys.seal)
    texts = _encoded(others) if others and term.keep else pa.repeat("", count)
    doubt |= size + _MOST_NAMED_BYTES > MOST_DATA_BYTES  # dropped or not, there may not be too much of it
    return columns, texts, doubt


_ESCAPED = r'[\x00-\x1f"\\]'
_MOST_NAMED_BYTES = MOST_DATA_BYTES // 2  # left for the names and signs around the values of a frame


def _encoded(others: dict[str, pa.Array]) -> pa.Array:
    """Undeclared fields as canonical JSON, a text a row: names sorted, absent ones left out. In their texts nothing has to be escaped."""
    said = (pc.binary_join_element_wise(f'"{name}":"', column, '",', "").fill_null("") for name, column in others.items())
    opened = pc.ascii_rtrim(pc.binary_join_element_wise("{", *said, ""), ",")
    return pc.if_else(pc.equal(opened, "{"), "", pc.binary_join_element_wise(opened, "}", ""))


def _rest(data: list[dict[str, Any]], columns: dict[str, pa.Array], terms_of: Callable[[str], Terms], keys: Keys, bad: Mask) -> list[str]:
    """What has no column, as canonical JSON: personal values sealed, undeclared fields dropped unless the source keeps them."""
    sources = columns["source"].to_pylist()
    terms = {source: terms_of(source or "") for source in set(sources)}
    sealed = _PERSONAL.union(*(term.personal for term in terms.values()))
    simple = all(name not in sealed and not isinstance(value, dict | list) for rest in data for name, value in rest.items())
    texts = [""] * len(data)
    promises = columns["promised_at"].to_pylist() if "promised_at" in columns else None
    for place, rest in enumerate(data):
        if not rest or bad[place]:
            continue
        text = _dumped(rest, place, bad)
        if bad[place]:
            continue
        term = terms[sources[place]]
        if not term.keep or None in rest.values():  # null is absent
            kept = {name: value for name, value in rest.items() if value is not None and (term.keep or name in DECLARED)}
        else:
            kept = rest
        if not simple:
            kept = _sealed(kept, _PERSONAL | term.personal, keys)
        if promises is not None and promises[place] is not None:
            kept = dict(kept)
            kept["promised_at"] = promises[place].strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        texts[place] = text if kept is rest else (orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode() if kept else "")
    return texts


_PERSONAL = frozenset(name for name, field in DECLARED.items() if field.personal)


def _sealed(rest: Any, names: frozenset[str], keys: Keys) -> Any:
    """The same with every value of a personal name sealed, at any depth (which is bounded: the test has passed)."""
    if isinstance(rest, list):
        return [_sealed(each, names, keys) for each in rest]
    if not isinstance(rest, dict):
        return rest
    return {name: _seal(value, keys) if name in names else _sealed(value, names, keys) for name, value in rest.items()}


def _seal(value: Any, keys: Keys) -> str | None:
    if value is None:
        return None
    return keys.seal(value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())


def _dumped(rest: dict[str, Any], place: int, bad: Mask) -> str:
    if not rest:
        return ""
    try:
        text = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # numbers beyond 64 bits, nesting beyond reason, halves of surrogate pairs
        bad[place] = True
        return ""
    nested = text.count(b"{") + text.count(b"[") > 1
    if len(text) > MOST_DATA_BYTES or (nested and depth(rest) > MOST_DEPTH):
        bad[place] = True
        return ""
    return text.decode()


# The outcome ---------------------------------------------------------------------------------------------------------


def _explained(
    events: Sequence[Any], positions: Sequence[str], data: list[dict[str, Any]], taken: dict[str, Values], bad: Mask
) -> Iterator[Refusal]:
    """Say what was wrong with each bad row, from the event put together again."""
    for place in np.flatnonzero(bad).tolist():
        event = events[place]
        if isinstance(event, dict) and isinstance(event.get("data"), dict):
            back = {name: values[place] for name, values in taken.items() if values[place] is not None}
            event = {**event, "data": data[place] | back}
        field, value, expected = explain(event) or ("event", "", "an event of the contract: see docs/events.md")
        record, revision, name = claim_of(event)
        yield Refusal(positions[place], field, value, expected, payload(event), source_of(event), record=record, revision=revision, id=name)


def _claiming(refusal: Refusal, terms_of: Callable[[str], Terms], keys: Keys) -> Refusal:
    """A refusal whose record and id are as the log would have them: sealed where the source has them sealed."""
    sealed = terms_of(refusal.source).personal if refusal.record else frozenset()
    if "record" in sealed:
        refusal = replace(refusal, record=keys.seal(refusal.record))
    return replace(refusal, id=keys.seal(refusal.id)) if "id" in sealed and refusal.id else refusal


def payload(event: object) -> bytes:
    """An event as bytes for quarantine, whatever it holds."""
    try:
        return bytes(memoryview(orjson.dumps(event)))  # a copy: each result keeps some 4 KB, however short it is
    except (TypeError, ValueError):
        return unrolled(event).encode("utf-8", "surrogatepass")


def _table(columns: dict[str, pa.Array], texts: pa.Array, terms_of: Callable[[str], Terms], keys: Keys, bad: Mask) -> pa.Table:
    """The rows that passed, sealed, under the names and types of the log; columns nobody used are left to the log's defaults."""
    table = pa.table({name: column for name, column in columns.items() if name in _LOGGED} | {"data": texts})
    if bad.any():
        table = table.filter(pa.array(~bad))
    passed = {name: column.combine_chunks() for name, column in zip(table.column_names, table.columns, strict=True)}
    passed["day"] = passed["time"].cast(pa.date32())
    passed["type_rank"] = ranked(passed["type"])
    sources = passed["source"]
    personal = {source: terms_of(source).personal for source in sources.unique().to_pylist()}
    for name, column in passed.items():
        asking = [source for source, names in personal.items() if name in names]
        if name == "customer":
            passed[name] = _sealed_column(column, keys.seal)
        elif name == "subject":
            chosen = pc.or_(pc.starts_with(column, "customer/"), _among(sources, asking))
            passed[name] = _sealed_column(column, keys.seal_subject, chosen)
        elif asking and pa.types.is_string(column.type) and name not in ("source", "type", "data"):
            passed[name] = _sealed_column(column, keys.seal, _among(sources, asking))
    return _filled(pa.table(passed))


def _among(sources: pa.Array, asking: list[str]) -> pa.Array:
    return pc.is_in(sources, pa.array(asking, pa.string()))


def _filled(table: pa.Table) -> pa.Table:
    """Absent values as the log writes them."""
    for place, column in enumerate(table.columns):
        if column.null_count:
            table = table.set_column(place, table.field(place).name, column.fill_null(_EMPTY[column.type]))
    return table


_EMPTY = {pa.string(): "", pa.bool_(): False, pa.uint64(): 0}


def _sealed_column(column: pa.Array, seal: Callable[[str], str], chosen: pa.Array | None = None) -> pa.Array:
    """The column with its values sealed (where `chosen`); each distinct value is sealed once."""
    if chosen is not None and not pc.any(chosen).as_py():
        return column
    mine = column if chosen is None else pc.if_else(chosen, column, pa.scalar(None, column.type))
    values = mine.dictionary_encode()
    seals = pa.array([seal(value) for value in values.dictionary.to_pylist()], pa.string()).take(values.indices)
    return seals if chosen is None else pc.coalesce(seals, column)


_LOGGED = frozenset({field.name for field in (*ENVELOPE, *DATA) if field.column})
