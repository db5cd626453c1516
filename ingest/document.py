"""Records of a JSON file, one at a time and in constant memory, whatever its outer shape.

A file may hold one object, several one after another (NDJSON or not), a list, or an object with a list inside, such as
{"conversations": […]}. What cannot be read is handed back as `Broken` with where and why, all of it; reading goes on where the next record
begins (see `ingest/gap.py`), and nothing stops it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ingest.decode import IN_A_TEXT, MOST_DEEP, decode, deep, expected, unrolled
from ingest.gap import Gap, Names

BLOCK_BYTES = 1 << 20
MOST_CHARACTERS = 1 << 26  # one record may not be longer than this
PIECE = 1 << 18  # characters of a broken stretch that are handed back at a time: at most a mebibyte
HELD = 1 << 24  # characters of records that are held at once
_INK = re.compile(r"[^ \t\r\n\ufeff]")
_MOST_INDENT = 200  # how far back the beginning of a record's line is looked for: a file may be one line of a gigabyte
_LONG_AGO = 1 << 16  # characters handed out that are carried along: the parser's errors count lines from the beginning of what there is
_MOST_LEFT = 100  # closing brackets that are remembered
_NEARLY_THE_END = 16  # an error this close to the end of what was read may only mean that more must be read


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch of text that is no record: `found` is its beginning, `expected` is in words, `text` is all of it, for a replay.

    A longer one comes in pieces.
    """

    line: int
    found: str
    expected: str
    text: str

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Record:
    """One value, the line (from 1) on which it starts, how many characters it has, and brackets that open at most."""

    line: int
    value: Any
    size: int = 0
    opened: int = 0


class _MalformedError(Exception):
    """The text at `_Text.at` cannot be the value that was looked for."""


def records(source: Path | BinaryIO, inside: tuple[str, ...] = ()) -> Iterator[Record | Broken]:
    """Each record of a file.

    `inside` are the keys that lead from an outer object to the list of records; an outer object without them is itself a record.
    A list that follows its keys at once is read record by record; an outer object that says other things first is read whole, up to
    MOST_CHARACTERS. The text is UTF-8; a record with other bytes is Broken.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from records(stream, inside)
        return
    for each in _records(_Text(source), inside):
        if isinstance(each, Record) and each.opened > MOST_DEEP and deep(each.value):
            text = unrolled(each.value)
            yield Broken(each.line, _shown(text), f"a record that is not nested more than {MOST_DEEP} deep", text)
        else:
            yield each


def parted(found: Iterable[Record | Broken], rows: int) -> Iterator[list[Record | Broken]]:
    """Lists of at most so many, and of no more text than may be held at once."""
    part: list[Record | Broken] = []
    size = 0
    for each in found:
        part.append(each)
        size += each.size
        if len(part) >= rows or size >= HELD:
            yield part
            part, size = [], 0
    if part:
        yield part


def _records(text: _Text, inside: tuple[str, ...]) -> Iterator[Record | Broken]:
    again = comma = False  # after a fault records are looked for one by one, and a comma may follow one of them
    while mark := text.peek():
        text.done()
        try:
            if comma and mark == ",":
                text.at += 1
                comma = False
                continue
            if mark == text.left[:1]:
                _close(text, again=again)
            elif mark == "[":
                text.left = "]" + text.left[:_MOST_LEFT]
                yield from _list(text, again=again)
            elif mark == "{" and inside and text.enter(inside):
                text.left = "]" + "}" * len(inside)
                yield from _list(text, again=again)
            else:
                yield from _inner(text.record(), inside)
            comma = again
        except _MalformedError as error:
            again, comma = True, False
            yield from _broken(text, str(error), inside)


def _broken(text: _Text, expected: str, inside: tuple[str, ...]) -> Iterator[Broken]:
    """All that is passed over on the way to the next record: at least one, so that the fault is told."""
    line, told = text.back(), False
    for piece in text.passed(inside):
        yield Broken(line, _shown(piece), _GOING_ON if told else expected, piece)
        line, told = text.line(), True
    if not told:
        yield Broken(line, "", expected, "")


_GOING_ON = "a record: this is more of what could not be read before it"


def _inner(record: Record | Broken, inside: tuple[str, ...]) -> Iterator[Record | Broken]:
    value = record.value if isinstance(record, Record) else None
    for key in inside:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(record, Broken):
        yield record
    else:
        parts = value if isinstance(value, list) else [value]
        yield from (Record(record.line, part, record.size // len(parts), record.opened) for part in parts)


def _list(text: _Text, *, again: bool) -> Iterator[Record | Broken]:
    text.at += 1
    if text.peek() == "]":
        _close(text, again=again)
        return
    while True:
        if text.peek() == "[":
            _no_list(text)
        yield text.record()
        mark = text.peek()
        text.done()
        if mark == "{":  # a comma is missing, and nothing else
            continue
        if mark not in (",", "]"):
            raise _MalformedError("a comma or ] after a record" if mark else "the file to go on: it ends inside a list of records")
        if mark == "]":
            _close(text, again=again)
            return
        text.at += 1


def _no_list(text: _Text) -> None:
    """Pass by the bracket of a list of records within a list of records: one too many costs nothing."""
    text.done()
    text.at += 1
    if text.peek() != "{":
        text.back()


def _close(text: _Text, *, again: bool) -> None:
    """Go past what closes the list or object that is open, and past the rest of the objects around it.

    After a fault a record may have been a part of another, and so may be what is taken for that rest: then the file goes on as it could
    not, and all of it is broken.
    """
    left = text.left
    text.at += 1
    text.left = left[1:]
    try:
        while text.left[:1] == "}":
            mark = text.peek()
            if not again:
                text.done()
            if mark not in (",", "}"):
                raise _MalformedError("a comma or } after a list" if mark else "the file to go on: it ends inside an object")
            text.at += 1
            if mark == "}":
                text.left = text.left[1:]
            else:
                _pair(text)
            if again and text.waiting() > HELD:
                raise _MalformedError("less text after a list in which something is wrong")
        if again and not text.left and text.peek() not in ("", "{", "["):
            raise _MalformedError("the file to end where its list does")
    except _MalformedError:
        text.left = left if again else text.left
        raise


def _pair(text: _Text) -> None:
    if text.peek() != '"':
        raise _MalformedError("a name in double quotes")
    text.value()
    if text.peek() != ":":
        raise _MalformedError("a colon after a name")
    text.at += 1
    text.value()


class _Text:
    """A window on the text: `at` is the place in it, blocks are added as they are needed and dropped once read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._window = ""
        self._lines = 1  # the line on which `_counted` lies
        self._counted = 0
        self._ended = False
        self._foreign = False  # bytes that are not UTF-8 have been seen
        self._indent = ""  # of the line on which a record starts
        self._names = Names()  # that records open with
        self._within = False  # a record
        self._fault = -1  # the place of what made it no record, where that is in structure
        self._since = 0  # what lies before was handed out
        self.left = ""  # what closes the list and the objects that are open
        self.at = 0

    def line(self) -> int:
        """The line of the place."""
        self._lines += self._window.count("\n", self._counted, self.at) - self._window.count("\n", self.at, self._counted)
        self._counted = self.at
        return self._lines

    def done(self) -> None:
        """What lies before the place was handed out or means nothing."""
        self._since = self.at

    def waiting(self) -> int:
        """How many characters were read that were not handed out."""
        return self.at - self._since

    def back(self) -> int:
        """Go back to the beginning of what could not be read. Returns its line."""
        self._fault, self.at = self._fault if self._within else self.at, self._since
        if self._window[self.at : self.at + 1] == "," and self.left[:1] != "]":  # a list goes on that seemed to be closed
            self.left = "]" + self.left
        if self.at > _LONG_AGO:
            self._drop()
        return self.line()

    def peek(self) -> str:
        """The next character that is not blank, '' at the end."""
        while True:
            if found := _INK.search(self._window, self.at):
                self.at = found.start()
                return found[0]
            self.at = len(self._window)
            if not self._more():
                return ""

    def enter(self, inside: tuple[str, ...]) -> bool:
        """Go through the opening of the objects around a list, when the text starts with just that: {"conversations": […"""
        if len(self._window) - self.at < BLOCK_BYTES:
            self._more()
        opening = "".join(rf'\{{\s*"{re.escape(key)}"\s*:\s*' for key in inside)
        found = re.compile(opening + r"(?=\[)").match(self._window, self.at)
        self.at = found.end() if found else self.at
        return found is not None

    def record(self) -> Record | Broken:
        """The value at the place as a record, or Broken when it holds bytes that are not UTF-8."""
        self.peek()
        line = self.line()
        before = self._window.rfind("\n", max(0, self.at - _MOST_INDENT), self.at) + 1
        if before and not self._window[before : self.at].strip():
            self._indent = self._window[before : self.at]
        self._since, self._within = self.at, True
        value = self.value()
        if isinstance(value, str) and self.peek() == ":":
            self._fault = self.at
            raise _MalformedError("a brace before a name")
        self._within = False
        self._names.note(value, self._window, self._since, self.at)
        return self.checked(line, value)

    def checked(self, line: int, value: Any) -> Record | Broken:
        """A value read, refused when it holds bytes that are not UTF-8."""
        opened = self._window.count("{", self._since, self.at) + self._window.count("[", self._since, self.at)
        if self._foreign and not (opened > MOST_DEEP and deep(value)):  # which is broken anyway (`records`)
            written = json.dumps(value, ensure_ascii=False)
            try:
                written.encode()
            except UnicodeEncodeError:
                return Broken(line, _shown(written), "UTF-8 text", written if _bytes(written) else json.dumps(value))
        return Record(line, value, self.at - self._since, opened)

    def value(self) -> Any:
        """Read one JSON value. Raises _MalformedError with what was expected."""
        self.peek()
        while True:
            try:
                value, end = decode(self._window, self.at)
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._window) - _NEARLY_THE_END or error.msg.startswith("Unterminated")
                if not cut or not self._more(len(self._window) - self.at):
                    self._fault = -1 if error.msg.startswith(IN_A_TEXT) else max(error.pos, self.at)
                    raise _MalformedError(expected(error, self._window, ended=self._ended)) from None
            except (ValueError, RecursionError):
                self._fault = -1
                raise _MalformedError("a record that is not nested so deep, with numbers of fewer digits") from None
            else:
                if end == len(self._window) and self._more():  # a number may go on in the next block
                    continue
                self.at = end
                return value

    def passed(self, inside: tuple[str, ...]) -> Iterator[str]:
        """Go to where the next record may begin, or to the end. Gives what is passed over."""
        within, self._within = self._within, False
        if within and inside and not self._names.any:
            listed = re.compile(rf'"{re.escape(inside[-1])}"\s*+:\s*+(?=\[)').search(self._window, self.at)
            if listed:  # something is wrong in an object around a list
                self.left = "}" * len(inside)
                yield from self._pieces(listed.end(), 0)
                return
        opened = self._window[self.at : self.at + 1] if within else ""
        gap = Gap(self._names.likeness(self._indent), self._fault, self.at + (opened in ("{", "[")), ["{"] if opened == "{" else [])
        while True:
            place = gap.found(self._window, whole=self._ended)
            over = place >= 0 or self._ended
            yield from self._pieces(place if place >= 0 else gap.reach, 0 if over else PIECE)
            if over:
                return
            gap.back(self.at)
            self._read(BLOCK_BYTES)

    def _pieces(self, until: int, rest: int) -> Iterator[str]:
        """What lies before a place, but for less than `rest` of it."""
        while until - self.at > rest:
            piece = self._window[self.at : min(self.at + PIECE, until)]
            self.at += len(piece)
            self.done()
            yield piece

    def _more(self, wanted: int = 0) -> bool:
        if self._ended or len(self._window) - self.at > MOST_CHARACTERS:
            return False
        self._read(max(BLOCK_BYTES, wanted))
        return not self._ended

    def _read(self, wanted: int) -> None:
        block = self._stream.read(wanted)
        self._ended = not block
        read = self._decode(block, final=not block)
        self._foreign = self._foreign or not _utf8(read)
        self._drop()
        self._window += read

    def _drop(self) -> None:
        """Forget what was handed out."""
        self.line()
        cut = min(self._since, self.at)
        self._window = self._window[cut:]
        self.at, self._since, self._fault = self.at - cut, self._since - cut, max(-1, self._fault - cut)
        self._counted = self.at


def _bytes(text: str) -> bool:
    """Whether whatever in a text is not UTF-8 came as bytes: the half of a character that was written as an escape did not."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _utf8(text: str) -> bool:
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    return text[:60].encode("utf-8", "replace").decode()
