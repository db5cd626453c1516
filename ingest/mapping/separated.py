"""Rows of separated text (CSV, TSV), read on past quotes that are opened and never closed.

A quote left open swallows the rows after it, up to the next quote or the end of the file. So the lines of a row are remembered until it is
complete. Where it never is, or where a row over several lines is not one that is well written, the first line alone is `Lost`, and reading
begins anew at the second. A row over several lines that is well written is one row, however many cells it has: were its lines read again,
whoever writes a note of several lines would write rows.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

MOST = 1 << 21  # characters of a row: a row that goes on for longer is none
_HELD = 1 << 24  # characters of a stretch of rows
_UNCLOSED = "a row whose quotes are closed: one is opened here"
_ENDED = f"{_UNCLOSED}, and the file ends before it is closed"
_OPEN = f"{_UNCLOSED} and not closed where the row would end"
_LONG = "a line that is not longer than a row may be: this is a part of one"

KEEP_BYTES = "apogee.keep_bytes"  # how to decode: a byte that is no text becomes half of a surrogate pair, in UTF-16 and UTF-32 too


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(KEEP_BYTES, _keep_bytes)
csv.field_size_limit(2 * MOST)  # of the whole process; rows end before


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that is no row and begins none: as it came, and what was expected of it."""

    text: str
    expected: str


class _Piece(str):
    """A part of a line that is longer than a row may be."""

    __slots__ = ()


def lines_of(text: io.TextIOBase) -> Iterator[str]:
    """The lines with their ends; of one that is too long, pieces."""
    whole = True
    for line in iter(partial(text.readline, MOST), ""):
        ended = len(line) < MOST or line.endswith(("\n", "\r"))
        yield line if ended and whole else _Piece(line)
        whole = ended


class Rows(Iterator["list[str] | Lost"]):
    """The rows of some lines, whatever number of cells they have.

    With `growing`, what follows may still be written: a row that is open at the end of the lines is not given but left in `open`.
    """

    def __init__(self, lines: Iterator[str], separator: str, quote: str, *, growing: bool = False) -> None:
        self._rows: Callable[[Iterable[str]], Iterator[list[str]]] = partial(
            csv.reader, delimiter=separator, quotechar=quote or None, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        )
        self._well_written = _well_written(separator, quote)
        self._fresh, self._growing = lines, growing
        self._again: deque[str] = deque()  # lines that were taken for the rest of a row
        self._held: list[str] = []  # lines of the row that is being read
        self._stopped = ""  # why no more lines are given to it
        self._alone = 0  # so many lines that come again are rows by themselves, or none
        self.read = self._twice = 0  # characters, and those of them that were read before
        self.open: list[str] = []
        self.reader: Iterator[list[str]] = self._rows(self._lines())

    def __next__(self) -> list[str] | Lost:
        held = self._held
        row: list[str] = []
        try:
            row = next(self.reader)
        except StopIteration:
            if not held:
                raise
        except csv.Error as error:
            self._stopped = self._stopped or f"a row that can be read ({error})"
        if not self._stopped and (len(held) == 1 or self._well_written.fullmatch("".join(held))):
            held.clear()
            return row
        if self._growing and self._stopped is _ENDED:
            self.open = [*held]
            held.clear()
            raise StopIteration
        return self._lost(self._stopped or f"{_UNCLOSED}, and the next quote, {len(held) - 1} lines on, does not close it")

    def stretch(self, rows: int) -> list[list[str] | Lost]:
        """The next rows: so many, or fewer when they are long; none at the end."""
        found: list[list[str] | Lost] = []
        until = self.read + _HELD
        while self.read < until and (more := list(islice(self, min(64, rows - len(found))))):
            found += more
        return found

    def _lines(self) -> Iterator[str]:
        """The lines for one reader, until there are none or the row it is at cannot be one."""
        held, again, fresh = self._held, self._again, self._fresh
        size, single = 0, False
        while True:
            line = again.popleft() if again else next(fresh, None)
            if line is None:
                self._stopped = _ENDED if held else ""
                return
            size = size + len(line) if held else len(line)
            long = type(line) is _Piece
            if held and (single or long or size > MOST):
                again.appendleft(line)
                self._stopped = _OPEN
                return
            if not held and (single := self._alone > 0):
                self._alone -= 1
            self.read += len(line)
            held.append(line)
            if long:
                self._stopped = _LONG
                return
            yield line

    def _lost(self, expected: str) -> Lost:
        first, *rest = self._held
        self._twice += sum(map(len, rest))
        if 2 * self._twice > self.read + MOST:  # where each line opens a quote that goes on to the end, that would be without end
            self._alone = max(self._alone, len(rest))
        self._again.extendleft(reversed(rest))
        self._held.clear()
        self._stopped = ""
        self.reader = self._rows(self._lines())
        return Lost(first, expected)


def _well_written(separator: str, quote: str) -> re.Pattern[str]:
    """A row as it must be where it takes several lines: quotes stand around a cell, doubled within, and at neither end of others.

    Blanks may follow a cell in quotes, as some programs pad columns.
    """
    between, mark = re.escape(separator), re.escape(quote or "\0")
    blanks = "[ \t]*+" if separator not in " \t" else ""
    cell = rf"(?:{mark}(?:[^{mark}]++|{mark}{mark})*+{mark}{blanks}|(?!{mark})[^{between}\r\n]*+(?<!{mark}))"
    return re.compile(rf"{cell}(?:{between}{cell})*+[\r\n]*+")
