"""CloudEvents 1.0 as JSON: one event a line (NDJSON), a batch (a JSON list), or events that are spread over lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import pyarrow as pa

from ingest.connector import Chunk, Connector, Options, Places, Refusal
from ingest.document import Broken, Record, parted, records
from ingest.frame import Shape, escaped
from ingest.garbage import uncollected

LINES = 20_000  # events a chunk where each is an object
BYTES = 16 << 20  # bytes a chunk of lines: enough to work by columns, little enough to hold in memory
MOST_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_OPEN = b"{"

_decode = msgspec.json.Decoder().decode


def read(source: Path | BinaryIO, options: Options) -> Iterator[Chunk]:
    """Chunks of events from a file or a stream; a line that is not JSON is refused and stops nothing."""
    del options
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _read(stream)
    else:
        yield from _read(source)


def _read(stream: BinaryIO) -> Iterator[Chunk]:
    head = stream.read(65_536).removeprefix(_BOM)
    start = head.lstrip()
    if start[:1] == b"[":
        yield from _whole(head + stream.read(BYTES), stream)
        return
    if start[:1] == b"{" and _cut(start.partition(b"\n")[0]):
        head += stream.read(BYTES)
        if _spread(head):
            yield from _whole(head, stream)
            return
    number, shape = 0, Shape()
    shape.learn(_decoded(head.split(b"\n")[:200], 0)[0])
    for block in _blocks(head, stream):
        frame = shape.frame(block, MOST_LINE) if shape.hopeful else None
        if frame is not None:
            yield _framed(frame, block, number)
            number += frame.num_rows
            continue
        lines = block.split(b"\n")
        for first in range(0, len(lines), LINES):  # short lines are many, and each becomes objects
            chunk = lines_chunk(lines[first : first + LINES], number + first)
            shape.learn(chunk.events)
            yield chunk
        number += len(lines) - (not lines[-1])


def _blocks(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """Stretches of whole lines. Of a line that is too long only the beginning is held, one byte more than is allowed."""
    rest, block = b"", head
    while block:
        cut = block.rfind(b"\n") + 1
        if cut and len(rest) <= MOST_LINE:
            yield b"".join((rest, memoryview(block)[:cut]))
        elif cut:
            yield rest + block[block.index(b"\n") : cut]
        rest = block[cut : cut + MOST_LINE + 1] if cut else rest + block[: MOST_LINE + 1 - len(rest)]
        block = stream.read(BYTES)
    if rest:
        yield rest


def _framed(frame: pa.Table, block: bytes, before: int) -> Chunk:
    lines: list[bytes] = []

    def line(place: int) -> dict[str, Any]:
        lines.extend(() if lines else block.split(b"\n"))
        event: dict[str, Any] = _decode(lines[place])
        return event

    places = Places("line", range(before + 1, before + 1 + frame.num_rows))
    return Chunk([], places, frame.num_rows, [], len(block), frame, line, escaped(block))


def _cut(line: bytes) -> bool:
    """Whether a line is the beginning of something in JSON, and no more."""
    try:
        _decode(line)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    except (RecursionError, UnicodeDecodeError):
        pass
    return False


def _spread(text: bytes) -> bool:
    """Whether text whose first line is cut begins with an object laid out over several lines, rather than with a damaged line."""
    if text.lstrip().partition(b"\n")[0].strip() == _OPEN:
        return True
    found = next(records(io.BytesIO(text)), None)
    return isinstance(found, Record) and isinstance(found.value, dict)


def _whole(text: bytes, stream: BinaryIO) -> Iterator[Chunk]:
    """The events of JSON that is not one a line: at once when it is short and sound, else one after the other, past what cannot be read."""
    if len(text) < BYTES:
        try:
            found = _decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass  # what is sound in it is found below
        else:
            events = found if isinstance(found, list) else [found]
            yield Chunk(events, [f"event {number}" for number in range(1, len(events) + 1)], len(events), [], len(text))
            return
    each_one = records(cast("BinaryIO", _Joined(text, stream)))
    before = 0
    for part in parted(each_one, LINES):
        positions: list[str] = []
        chunk = Chunk([], positions, len(part), read_bytes=len(text) if not before else 0)
        for number, each in enumerate(part, before + 1):
            if isinstance(each, Broken):
                kept = each.text.encode("utf-8", "surrogateescape")
                chunk.refused.append(Refusal(f"event {number}, line {each.line}", "event", each.found, each.expected, kept, whole=True))
            else:
                chunk.events.append(each.value)
                positions.append(f"event {number}")
        before += len(part)
        yield chunk


class _Joined(io.RawIOBase):
    """What was read of a stream, then the rest of it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head, self._stream = io.BytesIO(head), stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes, b'' at the end."""
        return self._head.read(size) or self._stream.read(size)


def lines_chunk(lines: list[bytes], before: int) -> Chunk:
    """A chunk from lines of JSON; `before` lines came before them in the file. Empty lines are nothing, not even refused."""
    with uncollected():
        events, positions, refused = _decoded(lines, before)
    return Chunk(events, positions, len(events) + len(refused), refused, sum(map(len, lines)) + len(lines))


def _decoded(lines: list[bytes], before: int) -> tuple[list[Any], list[str], list[Refusal]]:
    events: list[Any] = []
    positions: list[str] = []
    refused: list[Refusal] = []
    for number, line in enumerate(lines, before + 1):
        if len(line) > MOST_LINE:
            kept, expected = line[:MOST_LINE], f"at most {MOST_LINE} bytes a line"
            refused.append(Refusal(f"line {number}", "event", f"{len(line)} bytes or more", expected, kept, whole=True))
            continue
        try:
            events.append(_decode(line))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            if line.strip():
                shown, expected = line[:60].decode("utf-8", "replace"), f"one JSON object a line ({_short(error)})"
                refused.append(Refusal(f"line {number}", "event", shown, expected, line, whole=True))
            continue
        positions.append(f"line {number}")
    return events, positions, refused


def _short(error: Exception) -> str:
    """What the parser says, without the text it saw."""
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).split(":")[0]


connector = Connector(
    name="cloudevents",
    summary="CloudEvents 1.0, one event a line, a JSON list of them, or laid out over lines",
    read=read,
    help="""A line of the file is one event:

  {"specversion":"1.0","id":"9f3c","source":"genesys/eu","type":"interaction.accepted","time":"2026-11-21T09:00:04.120Z",
   "subject":"interaction/7d2","data":{"stint":"7d2/2","channel":"chat","queue":"orders","agent":"a17","customer":"c-88"}}

A JSON list of events is read as well, and events laid out over several lines. docs/events.md has the types and fields.
Undeclared fields of `data` are dropped, and fields beside `customer` are not sealed, unless apogee.toml in the data folder says so:

  [source."genesys/eu"]
  keep = true
  personal = ["email"]
""",
)
