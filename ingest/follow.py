"""Stay with a growing file: what is appended is read, stored and in the facts within a moment."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, overload

from ingest.accept import accept
from ingest.connector import Chunk, Connector, Options
from ingest.job import Progress
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
            size = path.stat().st_size if path.exists() else place  # between two files of a rotation there may be none
            if size < place:
                place, head = 0, b""
            lines = _lines(path, place) if size > place else b""
            if not lines:
                writer.settle()
                time.sleep(_PAUSE_S)
                continue
            head = head or _first_line(path)
            text = lines if place == 0 or path.suffix not in (".csv", ".tsv") else head + lines
            chunks = (_placed(chunk, place) for chunk in connector.read(io.BytesIO(text), options))
            accepted = [accept(chunk, terms, writer.keys) for chunk in chunks]
            total = total + writer.commit(accepted, connector.name, path.name, settle=len(lines) < _AT_ONCE // 2)
            place += len(lines)
            progress(len(lines))
    except KeyboardInterrupt:
        return total


def _placed(chunk: Chunk, place: int) -> Chunk:
    """The chunk with its refusals placed in the file: its own lines are counted from where this stretch began."""
    if place:
        chunk.refused = [replace(each, position=f"after byte {place}, {each.position}") for each in chunk.refused]
        chunk.positions = Placed(chunk.positions, place)
    return chunk


class Placed(Sequence[str]):
    """Positions within a stretch, told from the start of the file, written only when asked for."""

    def __init__(self, positions: Sequence[str], place: int) -> None:
        self._positions, self._place = positions, place

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        found = self._positions[place]
        within = [found] if isinstance(found, str) else found
        told = [f"after byte {self._place}, {each}" for each in within]
        return told[0] if isinstance(place, int) else told


def _lines(path: Path, place: int) -> bytes:
    """The whole lines after a place, or a stretch of one that is too long to wait for."""
    with path.open("rb") as file:
        file.seek(place)
        text = file.read(_AT_ONCE)
    return text if len(text) == _AT_ONCE and b"\n" not in text else text[: text.rfind(b"\n") + 1]


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()
