"""Where JSON goes on after something that cannot be read: the beginning of the next record.

A fault may be anywhere and take any mark away, so neither quotes nor brackets can be trusted alone. Text is looked at from quote to quote;
what lies between two of them is taken for structure when it is made of brackets, commas, colons, numbers and constants, whichever side of a
quote it stands on. Its brackets are kept in a stack in which a closing one also closes those inside it that were left open. A record
begins at an opening brace after a comma where nothing is open; inside an object, where no brace may stand; or where it opens with the
name that all records open with and nothing inside them does; and on a line of its own, indented as records are. In the first record of all
that name is not known: there a text such as ":[" may be taken for structure, and what follows is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BETWEEN = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)  # up to the next quote
_STRUCTURE = re.compile(r"(?:[\s{}\[\],:]++|-?\d[\d.eE+-]*+|true|false|null|NaN|-?Infinity)*+")
_BRACKET = re.compile(r"[{}\[\]]")
_LONG = 1 << 18  # characters without a quote, whose end is not waited for any longer
_MOST_NAME = 500
_MOST_NAMES = 1_000
_AHEAD = 1_000  # characters that must be there after what is looked at, for a name
_MOST_DEPTH = 10_000  # brackets remembered; beyond that they are only counted
_OPENING = {"}": "{", "]": "["}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How records begin: the indent of their lines and, where one has been read, the name it opens with and whether that marks a record."""

    indent: str = ""
    name: str = ""
    alone: bool = False

    def opens(self, text: str, at: int) -> bool:
        """Whether what begins with the brace at a place opens with that name."""
        return bool(self.name) and re.compile(rf'\{{\s*+"{re.escape(self.name)}"\s*+:').match(text, at) is not None


class Names:
    """The name the last record that could be read opens with, and those that records open with and things inside of records do too."""

    def __init__(self) -> None:
        self.any = False  # record could be read
        self._name = ""
        self._inside: set[str] = set()

    def note(self, record: object, text: str, start: int, end: int) -> None:
        """Learn from a record and where it is written."""
        self.any = True
        name = next(iter(record), "") if isinstance(record, dict) else ""
        self._name = name if len(name) <= _MOST_NAME else ""
        if not self._name or name in self._inside or len(self._inside) >= _MOST_NAMES:
            return
        quoted = f'"{name}"'
        first = text.find(quoted, start, end)
        if first < 0 or text.find(quoted, first + 1, end) < 0:  # as a rule, and found fast
            return
        if re.compile(rf"\{{\s*+{re.escape(quoted)}\s*+:").search(text, start + 1, end):
            self._inside.add(name)

    def likeness(self, indent: str) -> Likeness:
        """What the next record is like."""
        return Likeness(indent, self._name, bool(self._name) and len(self._inside) < _MOST_NAMES and self._name not in self._inside)


@dataclass(slots=True)
class Gap:
    """A search under way. `reach` is how far the text has been looked at; what lies before it holds no beginning of a record."""

    like: Likeness
    fault: int  # the place of the error: it is in structure, whatever stands there
    reach: int
    stack: list[str] = field(default_factory=list)
    beyond: int = 0
    before: str = ","  # the last mark of structure but blanks
    first: bool = True  # nothing has been looked at
    open: dict[str, int] = field(default_factory=dict)  # how many of each are in the stack

    def __post_init__(self) -> None:
        self.open = {mark: self.stack.count(mark) for mark in "{["}

    def found(self, text: str, *, whole: bool) -> int:
        """The place of the next record in a text, or -1 when it is not in what there is of it. `whole` says that no more will come."""
        while self.reach < len(text):
            between = _BETWEEN.match(text, self.reach)
            end = between.end() if between else self.reach
            if len(text) - end < _AHEAD and not whole and end - self.reach < _LONG:
                return -1  # where it ends, or what follows, is not known yet
            place = self._within(text, self.reach, end)
            if place >= 0:
                return place
            self.reach = min(end + 1, len(text))
        return -1

    def back(self, characters: int) -> None:
        """So many were taken away from the beginning of the text."""
        self.reach -= characters
        self.fault = max(-1, self.fault - characters)

    def _within(self, text: str, start: int, end: int) -> int:
        """The place of a record that begins between two quotes, or -1."""
        line = text.find(f"\n{self.like.indent}{{", start, end)
        limit = end if line < 0 else line
        structure = start <= self.fault <= end or _structure(text[start:end], first=self.first, last=end == len(text))
        self.first = False
        if structure:
            for mark in _BRACKET.finditer(text, start, limit):
                self.before = text[start : mark.start()].rstrip()[-1:] or self.before
                if mark[0] == "{" and self._begins(text, mark.start()):
                    return mark.start()
                self._note(mark[0])
                self.before, start = mark[0], mark.end()
            self.before = text[start:limit].rstrip()[-1:] or self.before
        else:
            self.before = '"'
        return -1 if line < 0 else line + 1 + len(self.like.indent)

    def _begins(self, text: str, at: int) -> bool:
        if self.before not in (",", "[") or (self.before == "[" and self.stack):
            return False
        if not self.stack and not self.beyond:
            return True
        within_object = not self.beyond and self.stack[-1] == "{"
        if not self.like.name:
            return within_object
        return (within_object or self.like.alone) and self.like.opens(text, at)

    def _note(self, mark: str) -> None:
        if mark in "{[":
            if len(self.stack) < _MOST_DEPTH:
                self.stack.append(mark)
                self.open[mark] += 1
            else:
                self.beyond += 1
        elif self.beyond:
            self.beyond -= 1
        elif self.open[_OPENING[mark]]:
            closed = ""
            while closed != _OPENING[mark]:
                closed = self.stack.pop()
                self.open[closed] -= 1


def _structure(text: str, *, first: bool, last: bool) -> bool:
    """Whether what lies between two quotes stands outside of texts. A text of brackets alone does not stand between others as that does."""
    if _STRUCTURE.fullmatch(text) is None:
        return False
    marks = text.strip()
    return not marks or ((first or marks[0] in ":,]}") and (last or marks[-1] in ":,[{"))
