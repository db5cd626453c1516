"""Stay with a growing file: what is appended is read, stored and in the facts within a moment."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, overload

from ingest.accept import accept
from ingest.connector import Chunk, Connector, Growth, Options
from ingest.job import Progress
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer

_PAUSE_S = 0.2
_PATIENCE_S = 30  # for the end of a row that goes on over lines: whoever writes it does not take that long
_AT_ONCE = 8 << 20
_WHOLE = frozenset({".parquet", ".json", ".gz"})  # formats without lines cannot be followed


def follow(
    connector: Connector, sources: Sequence[Path | BinaryIO], options: Options, writer: Writer, declared: Sources, progress: Progress
) -> Receipt:
    """Read a file and then whatever is appended to it, until told to end (Ctrl-C, SIGTERM); returns the receipt of the whole.

    Only whole lines are taken, of a table only whole rows, whose cells may hold line breaks. A file that shrinks, or that another has taken
    the name of, was replaced: what was still unread of it is read, then the new one from its start; nothing is counted twice.
    """
    if len(sources) != 1 or not isinstance(sources[0], Path) or sources[0].suffix in _WHOLE:
        raise ValueError("--follow reads one file of lines: NDJSON, CSV or TSV.")
    path, total = sources[0], Receipt()
    personal, keep = connector.terms(options)
    terms = declared.terms(personal, keep=keep)
    growth = connector.growth(path.name, options) if connector.growth else None
    file: BinaryIO = path.open("rb")
    place, rows = 0, _Rows(growth)
    try:
        with _heard() as told:
            while not told:
                lines = rows.whole(_lines(file, place), place)
                ended = not lines and _replaced(path, file, place)
                lines = lines or (_rest(file, place) if ended else b"")
                if lines:
                    stretch = _Stretch(lines if place == 0 else rows.head + lines, path.name)
                    chunks = (_placed(chunk, place) for chunk in connector.read(stretch, options))
                    accepted = [accept(chunk, terms, writer.keys) for chunk in chunks]
                    total = total + writer.commit(accepted, connector.name, path.name, settle=len(lines) < _AT_ONCE // 2)
                    place += len(lines)
                    progress(len(lines))
                elif not ended:
                    writer.settle()
                    time.sleep(_PAUSE_S)
                if ended:
                    with suppress(FileNotFoundError):  # gone again: the next look will tell
                        place, rows, file = 0, _Rows(growth), _reopened(path, file)
            writer.settle()  # what came much at once may wait for its facts
    finally:
        file.close()
    return total


@contextmanager
def _heard() -> Iterator[list[int]]:
    """The signals to end that have come, Ctrl-C or SIGTERM: the turn is finished first. The first gives both their former meaning back, so
    that a second one ends it where it stands; what it then was storing may be stored and in no receipt.

    A signal that whoever started us had us ignore stays ignored; only the main thread hears any.
    """
    told: list[int] = []
    here = threading.current_thread() is threading.main_thread()
    former = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM) if here}
    former = {each: meaning for each, meaning in former.items() if meaning not in (signal.SIG_IGN, None)}

    def give_back() -> None:
        for each, meaning in former.items():
            signal.signal(each, meaning)

    def hear(number: int, _: object) -> None:
        told.append(number)
        give_back()

    try:
        for each in former:
            signal.signal(each, hear)
        yield told
    finally:
        give_back()


class _Stretch(io.BytesIO):
    """A part of a file under its name, which says how it is written."""

    def __init__(self, text: bytes, name: str) -> None:
        super().__init__(text)
        self.name = name


class _Rows:
    """How much of what is there is whole. A row that is open is waited for, for a while: a quote may never be closed."""

    def __init__(self, growth: Growth | None) -> None:
        self._growth = growth
        self._open, self._since = -1, 0.0  # where the row begins that is waited for, and since when
        self.head = b""

    def whole(self, lines: bytes, place: int) -> bytes:
        """The whole rows among whole lines that stand at a place."""
        if self._growth is None or not lines:
            return lines
        if place == 0:
            head = self._growth.head(lines)
            self.head = lines[: lines.find(b"\n") + 1] if head is None else head
            whole = 0 if head is None else self._growth.whole(lines)
        else:
            whole = self._growth.whole(self.head + lines) - len(self.head)
        if whole == len(lines):
            return lines
        if whole <= 0 and len(lines) > _AT_ONCE // 2:
            return lines
        if place + whole != self._open:
            self._open, self._since = place + whole, time.monotonic()
        return lines if time.monotonic() - self._since > _PATIENCE_S else lines[:whole]


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
