"""Why an event is refused: the first thing wrong, with the field, what was found and what was expected.

Reads the same table of fields as the fast test in `ingest/accept.py` and must reach the same verdict; it is written the slow, obvious
way, one event at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import orjson

from ingest.event import (
    CONTROL_PATTERN,
    DATA,
    DECLARED,
    ENVELOPE,
    INSTANT_PATTERN,
    MOST_DATA_BYTES,
    MOST_DEPTH,
    TYPE_OF,
    EventType,
    Field,
    Kind,
)
from sql import opening

Reason = tuple[str, object, str]  # field, value found, what was expected


_ENVELOPE = {field.name: field for field in ENVELOPE}


def explain(event: object) -> Reason | None:
    """The first reason to refuse an event, or None when it is accepted."""
    if not isinstance(event, dict):
        return "event", event, "a JSON object"
    for field in ENVELOPE:
        if reason := _wrong(field, event.get(field.name), field.name):
            return reason
    kind = TYPE_OF.get(event["type"])
    if kind is None:
        return "type", event["type"], _A_TYPE + _near(event["type"])
    if not event["subject"].startswith(kind.about + "/") or event["subject"] == kind.about + "/":
        return "subject", event["subject"], f"{kind.about}/ and a name, as {kind.name} is about one {kind.about}"
    data = event.get("data")
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return "data", data, "an object"
    return _wrong_data(kind, data)


_A_TYPE = "a type of docs/events.md"
_MOST_NEAR = 60  # characters of a word that is looked for: no type is half as long


@lru_cache(4096)
def _near(word: str) -> str:
    """A hint at the type that was meant. Looking for it takes a millisecond, and events of an unknown type come by the thousand."""
    near = get_close_matches(word, TYPE_OF, 1) if len(word) <= _MOST_NEAR else []
    return f", such as {near[0]}" if near else ""


def _wrong_data(kind: EventType, data: dict[str, Any]) -> Reason | None:
    for field in DATA:
        if reason := _wrong(field, data.get(field.name), f"data.{field.name}"):
            return reason
    for need in kind.needs:
        if data.get(need) in (None, ""):
            return f"data.{need}", data.get(need), f"{DECLARED[need].expected}: {kind.name} needs it"
    rest = {name: value for name, value in data.items() if name not in DECLARED or not DECLARED[name].column}
    try:
        text = orjson.dumps(rest)
    except (TypeError, ValueError):
        return "data", "", "plain JSON: whole numbers within 64 bits, text in Unicode"
    if len(text) > MOST_DATA_BYTES:
        return "data", f"{len(text)} bytes", f"at most {MOST_DATA_BYTES} bytes"
    if depth(rest) > MOST_DEPTH:
        return "data", f"{depth(rest)} levels", f"at most {MOST_DEPTH} levels of nesting"
    return None


def _wrong(field: Field, value: Any, path: str) -> Reason | None:
    empty = value is None or (field.kind in (Kind.TEXT, Kind.ZONE) and value == "")
    if empty:
        return (path, value, field.expected) if field.required else None
    if field.kind is Kind.WEEK and (fault := opening.fault(value)):
        return path + fault[0], fault[1], field.expected
    return None if _ALLOWED[field.kind](field, value) else (path, value, field.expected)


def _is_text(field: Field, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError:
        return False
    return size <= field.most and not re.search(CONTROL_PATTERN, value)


def _is_instant(_: Field, value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(INSTANT_PATTERN[1:-1], value):
        return False
    try:
        whole = datetime.fromisoformat(value[:19] + value[19:].lstrip(".0123456789").replace("Z", "+00:00"))
    except ValueError:  # a 30 February
        return False
    return whole >= datetime(1970, 1, 1, tzinfo=UTC)


_ALLOWED: dict[Kind, Callable[[Field, Any], bool]] = {
    Kind.TEXT: _is_text,
    Kind.CHOICE: lambda field, value: isinstance(value, str) and (value in field.choices or (value == "" and not field.required)),
    Kind.INSTANT: _is_instant,
    Kind.COUNT: lambda _, value: type(value) is int and 0 <= value < 2**64,
    Kind.NUMBER: lambda field, value: (
        type(value) in (int, float)
        and -1e15 < value < 1e15  # neither NaN nor an int too large for a float
        and (field.least is None or value >= field.least)
    ),
    Kind.FLAG: lambda _, value: isinstance(value, bool),
    Kind.OBJECT: lambda _, value: isinstance(value, dict | list),
    Kind.ZONE: lambda _, value: isinstance(value, str) and value in opening.zones(),
    Kind.WEEK: lambda _, value: opening.fault(value) is None,
    Kind.DAYS: lambda _, value: isinstance(value, list) and all(opening.day(each) for each in value),
}


def source_of(event: object) -> str:
    """The source of a refused event, or '' when it is no valid name of one: nothing unchecked is written beside the sealed log."""
    source = event.get("source") if isinstance(event, dict) else None
    return source if isinstance(source, str) and _wrong(_ENVELOPE["source"], source, "source") is None else ""


def claim_of(event: object) -> tuple[str, int, str]:
    """The vendor record, revision and id of a refused event; '' for an id that is not valid, and for a record nobody can be sure of: where
    it, its revision or the source is not valid."""
    if not isinstance(event, dict) or not source_of(event):
        return "", 0, ""
    said = [event.get(name) for name in ("record", "revision", "id")]
    record, revision, name = (value if _wrong(_ENVELOPE[name], value, name) is None else None
                              for name, value in zip(("record", "revision", "id"), said, strict=True))  # fmt: skip
    if not record or (revision is None and said[1] is not None):
        return "", 0, ""
    return record, revision or 0, name or ""


def depth(value: Any) -> int:
    """How deep objects and lists are nested: 0 for a plain value. Walks with a list of its own: input decides the depth, not our stack."""
    deepest, todo = 0, [(value, 0)]
    while todo:
        each, level = todo.pop()
        if isinstance(each, dict | list):
            deepest = max(deepest, level + 1)
            todo.extend((inner, level + 1) for inner in (each.values() if isinstance(each, dict) else each))
    return deepest
