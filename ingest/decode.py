"""JSON read more strictly than Python does, with what was wrong in words, and written however deep it is."""

from __future__ import annotations

import json
from typing import Any

MOST_DEEP = 100  # lists and objects within each other: no export nests so deep, and Python's stack ends not far beyond


def decode(text: str, at: int) -> tuple[Any, int]:
    """The value that begins at a place, and where it ends.

    Raises JSONDecodeError, and RecursionError or another ValueError for what our stack does not reach or numbers of too many digits.
    """
    return _DECODER.raw_decode(text, at)


def deep(value: object) -> bool:
    """Whether lists and objects are nested deeper than whoever walks through a record could follow."""
    level = [value]
    for _ in range(MOST_DEEP + 1):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list))]
        level = [each for some in inner for each in some]
        if not inner:
            return False
    return True


def unrolled(value: object) -> str:
    """Any value as JSON, however deep: input decides the depth, not our stack."""
    out: list[str] = []
    todo: list[tuple[bool, Any]] = [(False, value)]  # (written already, what)
    while todo:
        written, each = todo.pop()
        if written:
            out.append(each)
        elif isinstance(each, dict | list):
            first, last = "{}" if isinstance(each, dict) else "[]"
            parts: list[tuple[bool, Any]] = [(True, first)]
            for number, item in enumerate(each):
                parts.append((True, "," if number else ""))
                parts += [(True, json.dumps(str(item)) + ":"), (False, each[item])] if isinstance(each, dict) else [(False, item)]
            todo += reversed([*parts, (True, last)])
        else:
            out.append(json.dumps(each, default=repr))
    return "".join(out)


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"a number, not {name}", "", 0)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
IN_A_TEXT = ("Unterminated", "Invalid")  # how messages begin of what is wrong within a text, and not in structure
_MEANING = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Invalid control character at": "no line break or control character inside a text",
    "Invalid \\escape": "a known escape after a backslash",
}


def expected(error: json.JSONDecodeError, text: str, *, ended: bool) -> str:
    """What should have stood where `error` was met in a text; `ended` when nothing comes after it."""
    if (ended and error.pos >= len(text.rstrip())) or error.msg.startswith("Unterminated"):
        return "the file to go on: it ends inside a record"
    found = text[error.pos : error.pos + 1]
    return _MEANING.get(error.msg, f"JSON ({error.msg})") + (f", not {found}" if found.isprintable() and found else "")
