"""The fast accept test: whole columns at a time, from the table of fields. What fails is explained one event at a time.

The result is an Arrow table of sealed events, ready for the log, and the refusals. `ingest/explain.py` reads the same table of fields
and must reach the same verdict (tests/test_accept.py holds them together).
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import polars as pl
import pyarrow as pa

from ingest.connector import Chunk, Refusal
from ingest.event import (
    CONTROL_PATTERN,
    DATA,
    DECLARED,
    ENVELOPE,
    INSTANT_PATTERN,
    MOST_DATA_BYTES,
    MOST_DEPTH,
    TYPE_OF,
    TYPE_RANK,
    Field,
    Kind,
)
from ingest.explain import depth, explain
from ingest.seal import Keys

Values = list[Any]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one source declares: personal fields beside `customer` (also "id", "record", "subject"), and whether to keep undeclared ones."""

    personal: frozenset[str] = frozenset()
    keep: bool = False


@dataclass(slots=True)
class Accepted:
    """Sealed events as an Arrow table (columns of the log), the position of each row, and what was refused."""

    table: pa.Table
    positions: list[str]
    refused: list[Refusal]
    records: int
    read_bytes: int = 0


def accept(chunk: Chunk, terms_of: Callable[[str], Terms], keys: Keys) -> Accepted:
    """Check and seal a chunk. Never raises for what the chunk holds: each event that fails becomes a Refusal."""
    with _no_collector():
        events, count = chunk.events, len(chunk.events)
        bad = np.zeros(count, dtype=bool)
        for place in (i for i, event in enumerate(events) if type(event) is not dict):
            bad[place] = True
        shaped = [event if type(event) is dict else {} for event in events] if bad.any() else events
        columns = {field.name: _checked(field, [event.get(field.name) for event in shaped], bad) for field in ENVELOPE}
        data = _data_of(shaped, bad)
        taken = _take(data)
        columns |= {name: _checked(DECLARED[name], values, bad) for name, values in taken.items()}
        _check_types(columns, data, bad)
        texts = _rest(data, columns, terms_of, keys, bad)
        refused = [*chunk.refused, *_explained(chunk, data, taken, bad)]
        table = _table(columns, texts, terms_of, keys, bad)
        positions = [position for position, wrong in zip(chunk.positions, bad, strict=True) if not wrong] if bad.any() else chunk.positions
    return Accepted(table, positions, refused, chunk.records, chunk.read_bytes)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Millions of small objects and no cycle among them: the collector would only walk them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


# One field, one column ------------------------------------------------------------------------------------------------


def _checked(field: Field, values: Values, bad: Mask) -> pl.Series:
    """The column of a field; rows whose value is not allowed are marked bad and made null."""
    series = _CHECKS[field.kind](field, values, bad)
    if field.required:
        missing = series.is_null()
        if field.kind is Kind.TEXT:
            missing = missing | (series == "").fill_null(value=True)
        bad |= missing.to_numpy()
    return series


def _only(kinds: set[type], values: Values, bad: Mask) -> Values:
    """Values of the allowed Python types; the others are marked bad and made null. Almost always one pass in C."""
    if set(map(type, values)) <= kinds:
        return values
    for place, value in enumerate(values):
        if type(value) not in kinds:
            bad[place] = True
    return [value if type(value) in kinds else None for value in values]


def _mark(series: pl.Series, wrong: pl.Series, bad: Mask) -> pl.Series:
    wrong = wrong.fill_null(value=False)
    if wrong.any():
        bad |= wrong.to_numpy()
        return series.set(wrong, None)
    return series


def _strings(values: Values, bad: Mask) -> pl.Series:
    values = _only({str, type(None)}, values, bad)
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeEncodeError:  # half of a surrogate pair: not text
        for place, value in enumerate(values):
            if value is not None and any("\ud800" <= letter <= "\udfff" for letter in value):
                bad[place] = True
        return pl.Series([None if bad[place] else value for place, value in enumerate(values)], dtype=pl.String)


def _text(field: Field, values: Values, bad: Mask) -> pl.Series:
    series = _strings(values, bad)
    return _mark(series, (series.str.len_bytes() > field.most) | series.str.contains(CONTROL_PATTERN), bad)


def _choice(field: Field, values: Values, bad: Mask) -> pl.Series:
    series = _strings(values, bad)
    return _mark(series, ~(series.is_in(list(field.choices)) | (series == "")), bad)


def _instant(_: Field, values: Values, bad: Mask) -> pl.Series:
    texts = _strings(values, bad)
    shaped = texts.str.contains(INSTANT_PATTERN)
    moments = texts.set(~shaped.fill_null(value=False), None).str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
    wrong = texts.is_not_null() & (moments.is_null() | (moments.dt.epoch("ms") < 0).fill_null(value=False))
    return _mark(moments, wrong, bad)


def _count(_: Field, values: Values, bad: Mask) -> pl.Series:
    values = _only({int, type(None)}, values, bad)
    try:
        return pl.Series(values, dtype=pl.UInt64)
    except (OverflowError, TypeError, pl.exceptions.PolarsError):
        wrong = [value is not None and not 0 <= value < 2**64 for value in values]
        bad |= np.array(wrong)
        return pl.Series([None if out else value for out, value in zip(wrong, values, strict=True)], dtype=pl.UInt64)


def _number(_: Field, values: Values, bad: Mask) -> pl.Series:
    values = _only({int, float, type(None)}, values, bad)
    wrong = np.array([value is not None and not -1e15 < value < 1e15 for value in values], dtype=bool)
    bad |= wrong
    return pl.Series([None if out or value is None else float(value) for out, value in zip(wrong, values, strict=True)], dtype=pl.Float64)


def _flag(_: Field, values: Values, bad: Mask) -> pl.Series:
    return pl.Series(_only({bool, type(None)}, values, bad), dtype=pl.Boolean)


def _object(_: Field, values: Values, bad: Mask) -> pl.Series:
    kept = _only({dict, list, type(None)}, values, bad)
    return pl.Series([value is not None or None for value in kept], dtype=pl.Boolean)


_CHECKS: dict[Kind, Callable[[Field, Values, Mask], pl.Series]] = {
    Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.INSTANT: _instant, Kind.COUNT: _count,
    Kind.NUMBER: _number, Kind.FLAG: _flag, Kind.OBJECT: _object,
}  # fmt: skip


# The data object -----------------------------------------------------------------------------------------------------


def _data_of(events: Sequence[dict[str, Any]], bad: Mask) -> list[dict[str, Any]]:
    found = _only({dict, type(None)}, [event.get("data") for event in events], bad)
    return [{} if data is None else data for data in found]


def _take(data: list[dict[str, Any]]) -> dict[str, Values]:
    """The values of the declared fields that occur: taken out where they have a column, left in place where they have none."""
    present = set().union(*data) if data else set()
    return {
        field.name: [each.pop(field.name, None) for each in data] if field.column else [each.get(field.name) for each in data]
        for field in DATA
        if field.name in present
    }


def _check_types(columns: dict[str, pl.Series], data: list[dict[str, Any]], bad: Mask) -> None:
    """The type is known, the subject is about what the type says, and the fields it needs are there."""
    kinds, subjects = columns["type"], columns["subject"]
    known = kinds.is_in(list(TYPE_OF))
    bad |= ~known.fill_null(value=False).to_numpy()
    for name in kinds.unique().drop_nulls().to_list():
        kind = TYPE_OF.get(name)
        if kind is None:
            continue
        rows = kinds == name
        wrong = ~subjects.str.contains(f"^{kind.about}/.").fill_null(value=False)
        for need in kind.needs:
            wrong = wrong | _missing(need, columns, data)
        bad |= (rows & wrong).fill_null(value=False).to_numpy()


def _missing(name: str, columns: dict[str, pl.Series], data: list[dict[str, Any]]) -> pl.Series:
    series = columns.get(name)
    if series is None:
        return pl.repeat(value=True, n=len(data), eager=True)
    empty = series.is_null()
    return empty | (series == "").fill_null(value=False) if series.dtype == pl.String else empty


def _rest(data: list[dict[str, Any]], columns: dict[str, pl.Series], terms_of: Callable[[str], Terms], keys: Keys, bad: Mask) -> list[str]:
    """What has no column, as canonical JSON: personal values sealed, undeclared fields dropped unless the source keeps them."""
    sources = columns["source"].to_list()
    terms = {source: terms_of(source or "") for source in set(sources)}
    sealed = {name for name, field in DECLARED.items() if field.personal} | {name for term in terms.values() for name in term.personal}
    plain = not sealed.intersection(*[set().union(*data)] if data else [set()])
    texts = [""] * len(data)
    promises = columns.get("promised_at")
    for place, rest in enumerate(data):
        if not rest or bad[place]:
            continue
        text = _dumped(rest, place, bad)
        term = terms[sources[place]]
        kept = rest if term.keep else {name: value for name, value in rest.items() if name in DECLARED}
        if not plain or promises is not None:
            kept = _sealed(kept, term, keys)
            if promises is not None and promises[place] is not None:
                kept["promised_at"] = promises[place].strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        texts[place] = text if kept is rest or not text else (orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode() if kept else "")
    return texts


def _sealed(rest: dict[str, Any], term: Terms, keys: Keys) -> dict[str, Any]:
    out = dict(rest)
    for name, value in rest.items():
        field = DECLARED.get(name)
        if value is not None and ((field is not None and field.personal) or name in term.personal):
            out[name] = keys.seal(value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())
    return out


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


def _explained(chunk: Chunk, data: list[dict[str, Any]], taken: dict[str, Values], bad: Mask) -> Iterator[Refusal]:
    """Say what was wrong with each bad row, from the event put together again."""
    for place in np.flatnonzero(bad).tolist():
        event = chunk.events[place]
        if isinstance(event, dict) and isinstance(event.get("data"), dict):
            back = {name: values[place] for name, values in taken.items() if values[place] is not None}
            event = {**event, "data": data[place] | back}
        field, value, expected = explain(event) or ("event", "", "an event of the contract: see docs/events.md")
        source = event.get("source") if isinstance(event, dict) else None
        yield Refusal(chunk.positions[place], field, value, expected, payload(event), source if isinstance(source, str) else "")


def payload(event: object) -> bytes:
    """An event as bytes for quarantine, whatever it holds."""
    try:
        return orjson.dumps(event)
    except (TypeError, ValueError):
        return json.dumps(event, default=repr).encode("utf-8", "surrogatepass")


def _table(columns: dict[str, pl.Series], texts: list[str], terms_of: Callable[[str], Terms], keys: Keys, bad: Mask) -> pa.Table:
    """The rows that passed, sealed, under the names and types of the log; columns nobody used are left to the log's defaults."""
    frame = pl.DataFrame([column.alias(name) for name, column in columns.items() if name in _LOGGED])
    frame = frame.with_columns(pl.Series("data", texts, dtype=pl.String), pl.Series("_good", ~bad)).filter("_good").drop("_good")
    frame = frame.with_columns(
        pl.col("time").dt.date().alias("day"),
        pl.col("type").replace_strict(TYPE_RANK, default=0, return_dtype=pl.UInt8).alias("type_rank"),
    )
    personal = {source: terms_of(source).personal for source in frame["source"].unique().to_list()}
    for name in frame.columns:
        if name == "customer":
            frame = frame.with_columns(pl.Series(name, [value and keys.seal(value) for value in frame[name].to_list()], dtype=pl.String))
        elif frame[name].dtype == pl.String and name not in ("source", "type", "data", "subject"):
            frame = _seal_where(frame, name, [source for source, names in personal.items() if name in names], keys)
    frame = _seal_subjects(frame, [source for source, names in personal.items() if "subject" in names], keys)
    empty = [pl.col(name).fill_null("") for name, kind in frame.schema.items() if kind == pl.String]
    flags = [pl.col(name).fill_null(value=False) for name, kind in frame.schema.items() if kind == pl.Boolean]
    numbers = [pl.col(name).fill_null(0) for name, kind in frame.schema.items() if kind == pl.UInt64]
    return frame.with_columns(*empty, *flags, *numbers).to_arrow(compat_level=pl.CompatLevel.oldest())


def _seal_where(frame: pl.DataFrame, name: str, sources: list[str], keys: Keys) -> pl.DataFrame:
    if not sources:
        return frame
    chosen = frame["source"].is_in(sources).to_list()
    sealed = [keys.seal(value) if value and mine else value for value, mine in zip(frame[name].to_list(), chosen, strict=True)]
    return frame.with_columns(pl.Series(name, sealed, dtype=pl.String))


def _seal_subjects(frame: pl.DataFrame, sources: list[str], keys: Keys) -> pl.DataFrame:
    """Subjects that are customers are always sealed, all subjects of a source that asks for it."""
    chosen = frame["subject"].str.starts_with("customer/") | frame["source"].is_in(sources)
    if not chosen.any():
        return frame
    sealed = [
        keys.seal_subject(subject) if mine else subject
        for subject, mine in zip(frame["subject"].to_list(), chosen.to_list(), strict=True)
    ]
    return frame.with_columns(pl.Series("subject", sealed, dtype=pl.String))


_LOGGED = frozenset({field.name for field in (*ENVELOPE, *DATA) if field.column})
