"""Records of a JSON file, one at a time and in constant memory, whatever its outer shape.

A file may hold one object, several one after another (NDJSON or not), a list, or an object with a list inside, such as
{"conversations": […]}. What cannot be read is handed back as `Broken` with where and why; reading goes on at the next line that
starts with an opening brace indented as records are, and nothing else stops it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

BLOCK_BYTES = 1 << 20
MOST_CHARACTERS = 1 << 26  # one record may not be longer than this
MOST_KEPT = 1 << 16  # of a broken stretch, this much is kept for a replay
_INK = re.compile(r"[^ \t\r\n\ufeff]")
_MOST_INDENT = 200  # how far back the beginning of a record's line is looked for: a file may be one line of a gigabyte
_NEARLY_THE_END = 16  # an error this close to the end of what was read may only mean that more must be read


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch of text that is no record: `found` is its beginning, `expected` is in words, `text` is what can be kept for a replay."""

    line: int
    found: str
    expected: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One value and the line (from 1) on which it starts."""

    line: int
    value: Any


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
            yield from _records(_Text(stream), inside)
    else:
        yield from _records(_Text(source), inside)


def _records(text: _Text, inside: tuple[str, ...]) -> Iterator[Record | Broken]:
    found_again = False  # after a broken record: what follows may be the end of the list and object that were left
    while mark := text.peek():
        try:
            if found_again and mark in ",]}":
                text.at += 1
            elif found_again and mark == '"':
                _pair(text)
            elif mark == "[":
                yield from _list(text)
            elif mark == "{" and inside and text.enter(inside):
                yield from _list(text)
                _rest_of_object(text, len(inside))
            else:
                yield from _inner(text.record(), inside)
        except _MalformedError as error:
            line, passed = text.line(), text.skip_to_next_record()
            found_again = True
            yield Broken(line, _shown(passed), str(error), passed)


def _inner(record: Record | Broken, inside: tuple[str, ...]) -> Iterator[Record | Broken]:
    value = record.value if isinstance(record, Record) else None
    for key in inside:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        yield record
    else:
        yield from (Record(record.line, part) for part in (value if isinstance(value, list) else [value]))


def _list(text: _Text) -> Iterator[Record | Broken]:
    text.at += 1
    if text.peek() == "]":
        text.at += 1
        return
    while True:
        yield text.record()
        mark = text.peek()
        if mark not in (",", "]"):
            raise _MalformedError("a comma or ] after a record" if mark else "the file to go on: it ends inside a list of records")
        text.at += 1
        if mark == "]":
            return


def _rest_of_object(text: _Text, depth: int) -> None:
    while depth:
        mark = text.peek()
        if mark not in (",", "}"):
            raise _MalformedError("a comma or } after a list" if mark else "the file to go on: it ends inside an object")
        text.at += 1
        if mark == "}":
            depth -= 1
        else:
            _pair(text)


def _pair(text: _Text) -> None:
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
        self.at = 0

    def line(self) -> int:
        """The line of the place."""
        self._lines += self._window.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._lines

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
        return self.checked(line, self.value())

    def checked(self, line: int, value: Any) -> Record | Broken:
        """A value read, refused when it holds bytes that are not UTF-8."""
        if self._foreign:
            written = json.dumps(value, ensure_ascii=False)
            try:
                written.encode()
            except UnicodeEncodeError:
                return Broken(line, _shown(written), "UTF-8 text", written)
        return Record(line, value)

    def value(self) -> Any:
        """Read one JSON value. Raises _MalformedError with what was expected."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self.at)
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._window) - _NEARLY_THE_END or error.msg.startswith("Unterminated")
                if not cut or not self._more(len(self._window) - self.at):
                    raise _MalformedError(_expected(error, self._window, self._ended)) from None
            except (ValueError, RecursionError):
                raise _MalformedError("a record that is not nested so deep, with numbers of fewer digits") from None
            else:
                if end == len(self._window) and self._more():  # a number may go on in the next block
                    continue
                self.at = end
                return value

    def skip_to_next_record(self) -> str:
        """Go to the next line on which a record may start, or to the end. Returns the beginning of what was passed over."""
        passed, start = "", re.compile(rf"\n{self._indent}(?=\{{)")
        while True:
            found = start.search(self._window, self.at)
            end = found.end() if found else max(self.at, len(self._window) - _NEARLY_THE_END - len(self._indent))
            passed += self._window[self.at : end][: MOST_KEPT - len(passed)]
            self.at = end
            if found:
                return passed
            if not self._more():
                passed += self._window[self.at :][: MOST_KEPT - len(passed)]
                self.at = len(self._window)
                return passed

    def _more(self, wanted: int = 0) -> bool:
        if self._ended or len(self._window) - self.at > MOST_CHARACTERS:
            return False
        block = self._stream.read(max(BLOCK_BYTES, wanted))
        self._ended = not block
        self.line()
        read = self._decode(block, final=not block)
        self._foreign = self._foreign or not _utf8(read)
        self._window = self._window[self.at :] + read
        self.at = self._counted = 0
        return not self._ended


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"a number, not {name}", "", 0)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _utf8(text: str) -> bool:
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    return text[:60].encode("utf-8", "replace").decode()


_MEANING = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Invalid control character at": "no line break or control character inside a text",
    "Invalid \\escape": "a known escape after a backslash",
}


def _expected(error: json.JSONDecodeError, window: str, ended: bool) -> str:
    if (ended and error.pos >= len(window.rstrip())) or error.msg.startswith("Unterminated"):
        return "the file to go on: it ends inside a record"
    found = window[error.pos : error.pos + 1]
    return _MEANING.get(error.msg, f"JSON ({error.msg})") + (f", not {found}" if found.isprintable() and found else "")
