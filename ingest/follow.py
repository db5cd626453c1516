"""Stay with a growing file: what is appended is read, stored and in the facts within a moment."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from ingest.accept import accept
from ingest.connector import Connector, Options
from ingest.job import Progress, read
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer

_PAUSE_S = 0.2
_AT_ONCE = 8 << 20
_WHOLE = frozenset({".parquet", ".json"})  # formats without lines cannot be followed


def follow(
    connector: Connector, sources: Sequence[Path | BinaryIO], options: Options, writer: Writer, declared: Sources, progress: Progress
) -> Receipt:
    """Read a file and then whatever is appended to it, until interrupted; returns the receipt of the whole.

    Only whole lines are taken. A file that shrinks was replaced and is read from its start again; nothing is counted twice.
    """
    if len(sources) != 1 or not isinstance(sources[0], Path) or sources[0].suffix in _WHOLE:
        raise ValueError("--follow reads one file of lines: NDJSON, CSV or TSV.")
    path, total = sources[0], Receipt()
    personal, keep = connector.terms(options)
    terms = declared.terms(personal, keep=keep)
    place, head = 0, b""
    try:
        while True:
            size = path.stat().st_size
            if size < place:
                place = 0
            if place == 0 and size > _AT_ONCE:
                total = total + read(connector, [path], options, writer, declared, progress)
                place = _whole_lines(path, size)
                head = _first_line(path)
                continue
            lines = _lines(path, place)
            if not lines:
                time.sleep(_PAUSE_S)
                continue
            head = head or _first_line(path)
            text = lines if place == 0 or path.suffix not in (".csv", ".tsv") else head + lines
            accepted = [accept(chunk, terms, writer.keys) for chunk in connector.read(io.BytesIO(text), options)]
            total = total + writer.commit(accepted, connector.name, path.name)
            place += len(lines)
            progress(len(lines))
    except KeyboardInterrupt:
        return total


def _lines(path: Path, place: int) -> bytes:
    with path.open("rb") as file:
        file.seek(place)
        text = file.read(_AT_ONCE)
    return text[: text.rfind(b"\n") + 1]


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()


def _whole_lines(path: Path, size: int) -> int:
    with path.open("rb") as file:
        start = max(0, size - _AT_ONCE)
        file.seek(start)
        return start + file.read(size - start).rfind(b"\n") + 1
