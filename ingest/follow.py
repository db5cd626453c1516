"""Stay with a growing file: what is appended is read, stored and in the facts within a moment."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Sequence
from contextlib import suppress
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
_WHOLE = frozenset({".parquet", ".json", ".gz"})  # formats without lines cannot be followed


def follow(
    connector: Connector, sources: Sequence[Path | BinaryIO], options: Options, writer: Writer, declared: Sources, progress: Progress
) -> Receipt:
    """Read a file and then whatever is appended to it, until interrupted; returns the receipt of the whole.

    Only whole lines are taken. A file that shrinks, or that another has taken the name of, was replaced: what was still unread of it is
    read, then the new one from its start; nothing is counted twice.
    """
    if len(sources) != 1 or not isinstance(sources[0], Path) or sources[0].suffix in _WHOLE:
        raise ValueError("--follow reads one file of lines: NDJSON, CSV or TSV.")
    path, total = sources[0], Receipt()
    personal, keep = connector.terms(options)
    terms = declared.terms(personal, keep=keep)
    file: BinaryIO = path.open("rb")
    place, head = 0, b""
    try:
        while True:
            lines = _lines(file, place)
            ended = not lines and _replaced(path, file, place)
            lines = lines or (_rest(file, place) if ended else b"")
            if lines:
                head = head or _first_line(file)
                text = lines if place == 0 or path.suffix not in (".csv", ".tsv") else head + lines
                chunks = (_placed(chunk, place) for chunk in connector.read(io.BytesIO(text), options))
                accepted = [accept(chunk, terms, writer.keys) for chunk in chunks]
                total = total + writer.commit(accepted, connector.name, path.name, settle=len(lines) < _AT_ONCE // 2)
                place += len(lines)
                progress(len(lines))
            elif not ended:
                writer.settle()
                time.sleep(_PAUSE_S)
            if ended:
                with suppress(FileNotFoundError):  # gone again: the next look will tell
                    place, head, file = 0, b"", _reopened(path, file)
    except KeyboardInterrupt:
        return total
    finally:
        file.close()


def _replaced(path: Path, file: BinaryIO, place: int) -> bool:
    """Whether the name stands for another file by now, or for less of it; between two files of a rotation there may be none."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    return named.st_size < place or not os.path.samestat(named, os.fstat(file.fileno()))


def _reopened(path: Path, file: BinaryIO) -> BinaryIO:
    fresh = path.open("rb")
    file.close()
    return fresh


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


def _lines(file: BinaryIO, place: int) -> bytes:
    """The whole lines after a place, or a stretch of one that is too long to wait for."""
    text = _rest(file, place)
    return text if len(text) == _AT_ONCE and b"\n" not in text else text[: text.rfind(b"\n") + 1]


def _rest(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    return file.read(_AT_ONCE)


def _first_line(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.readline()
