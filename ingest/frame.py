"""Events as typed columns, which are checked and sealed several times faster than one Python object an event.

`framed` makes them of the events of a connector, `Shape` of lines of JSON by Arrow's strict reader. Strict means that a value of another
type than the column's, a name that was not foreseen, a name given twice, or anything that is not one JSON object a line fails the whole
stretch, which then takes the careful road. What is foreseen is learnt from the lines themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pj

from ingest.connector import Chunk
from ingest.event import ARROW, COLUMNS, DECLARED, ENVELOPE, Kind

_MOST_NAMES = 120
_BLOCK = 1 << 20
_OPEN, _CLOSE, _BREAK = b"{}\n"
_BREAKS = b"\r\n"
_MOST_NAME = 60  # characters: the names of all columns together stay far below the most an event may hold
_PATIENCE = 4  # stretches in a row that fail before a reading gives up on columns
_TYPE = ARROW | {Kind.INSTANT: pa.string()}  # as it is written
_TOP = {field.name: _TYPE[field.kind] for field in ENVELOPE}
_IN_DATA = {name: _TYPE[DECLARED[name].kind] for name in COLUMNS}
_APART = frozenset(DECLARED.keys() - _IN_DATA.keys())  # kept as JSON
_TOO_MANY = 0.2  # of the events of a chunk that say what has no column: with as many the columns do not pay


def plain_name(name: str) -> bool:
    """Whether a name may be that of a column: short, nothing that JSON escapes, and no dot, which is ours (`data.<name>`)."""
    return len(name) <= _MOST_NAME and name.replace("_", "").replace("-", "").isalnum()


class Shape:
    """What one reading has seen of the names in its events; it only grows, and gives up when the events have no regular shape."""

    def __init__(self) -> None:
        self._top: dict[str, pa.DataType] = {}  # only what occurs: a column that is always absent costs the reader as much as any
        self._data: dict[str, pa.DataType] = {}
        self._failed = 0

    @property
    def hopeful(self) -> bool:
        """Whether trying is still worth it."""
        return self._failed < _PATIENCE and len(self._top) + len(self._data) <= _MOST_NAMES

    def learn(self, events: Iterable[Any]) -> None:
        """Foresee the names of these events. Values that cannot be a column of theirs make no name: the stretch will fail, rightly."""
        for event in events:
            if not isinstance(event, dict):
                continue
            for name in event.keys() - self._top.keys() - {"data"}:
                if plain_name(name):
                    self._top[name] = _TOP.get(name, pa.string())
            data = event.get("data")
            for name, value in data.items() if isinstance(data, dict) else ():
                if name not in self._data and plain_name(name):
                    field = DECLARED.get(name)
                    kind = _TYPE.get(field.kind) if field else pa.string() if isinstance(value, str | None) else None
                    if kind is not None:
                        self._data[name] = kind

    def frame(self, text: bytes, most: int) -> pa.Table | None:
        """The lines of `text` as columns (data fields as `data.<name>`), or None when they are not of the foreseen shape.

        `most` is the largest number of bytes a line may have.
        """
        end = len(text)
        while end and text[end - 1] in _BREAKS:
            end -= 1
        lines = _lines(text, end, most)
        if lines is None or not _is_utf8(text):
            return None
        names = [pa.field(name, kind) for name, kind in self._top.items()]
        if self._data:
            names.append(pa.field("data", pa.struct([pa.field(name, kind) for name, kind in self._data.items()])))
        if not names:  # lines `{}`: columns that are none cannot say how many rows there are
            return None
        parsing = pj.ParseOptions(explicit_schema=pa.schema(names), unexpected_field_behavior="error")
        # Small blocks stay in the processor's cache, and one thread leaves the other core to the writer.
        reading = pj.ReadOptions(use_threads=False, block_size=_BLOCK)
        try:
            table = pj.read_json(pa.BufferReader(pa.py_buffer(text).slice(0, end)), read_options=reading, parse_options=parsing)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
            self._failed += 1
            return None
        flat = table.flatten()
        if flat.num_rows != lines:  # two objects on one line
            self._failed += 1
            return None
        self._failed = 0
        return flat


def framed(chunk: Chunk) -> Chunk:
    """The chunk of a connector with its events as columns beside; as it came when that does not pay, or a value is of another type.

    An event that says what has no column (an object, a number, a promise) gets no version there: it is doubted, and read as it stands.
    """
    events = chunk.events
    said: dict[str, list[Any]] = defaultdict(lambda: [None] * len(events))
    for place, event in enumerate(events):
        for name, value in event["data"].items():
            said[name][place] = value
    apart = [said.pop(name) for name in list(said) if name in _APART or (name not in DECLARED and not plain_name(name))]
    doubted = {place for values in apart for place, value in enumerate(values) if value is not None}
    top = {name: [event.get(name) for event in events] for name in _TOP}
    broken = any(float in map(type, top[name]) for name, kind in _TOP.items() if kind == pa.uint64())  # Arrow would cut 1.5 to 1
    if broken or len(said) > _MOST_NAMES or len(doubted) >= _TOO_MANY * len(events):
        return chunk
    for place in doubted:
        top["specversion"][place] = None
    try:
        columns = {name: pa.array(values, _TOP[name]) for name, values in top.items()}
        columns |= {f"data.{name}": pa.array(values, _IN_DATA.get(name, pa.string())) for name, values in said.items()}
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return chunk
    # Reading an event takes its data apart, and one that is sent again may share them.
    return replace(chunk, frame=pa.table(columns), line=lambda place: events[place] | {"data": dict(events[place]["data"])})


def _is_utf8(text: bytes) -> bool:
    """Arrow's reader takes any bytes for text."""
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines(text: bytes, end: int, most: int) -> int | None:
    """How many lines there are before `end`, when each begins and ends as an object does and none is too long; None otherwise."""
    if not end or text[0] != _OPEN or text[end - 1] != _CLOSE:
        return None
    letters = np.frombuffer(text, np.uint8, end)
    breaks = np.flatnonzero(letters == _BREAK)
    if (letters[breaks - 1] != _CLOSE).any() or (letters[breaks + 1] != _OPEN).any():
        return None
    longest = np.diff(breaks, prepend=-1, append=end).max() - 1
    return len(breaks) + 1 if longest <= most else None


def escaped(text: bytes) -> bool:
    """Whether any string in these lines may hold a control character, a quote or a backslash."""
    return b"\\" in text or b"\x7f" in text
