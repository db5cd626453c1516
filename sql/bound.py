"""Values as they are bound to a statement: instants with their milliseconds, and long values in parts, as a server takes them.

A server refuses a bound value of more than 128 KiB (`http_max_field_value_size`); of values it takes any number. A list or a text that is
longer is bound in parts, which the statement puts together where it names the value. What has no bound at all (whoever was ever erased)
is not bound but read from a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

LONGEST = 30_000  # characters of a value; each takes four bytes at most, one that is escaped two
_NAMED = re.compile(r"\{(\w+):([^{}]+)\}")
_BESIDE = 4  # characters beside each item of a list: its quotes, a comma, a space


def bound(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """Instants are bound as UTC text with milliseconds: the driver would drop the fraction. ValueError for one without a zone."""
    return {name: _as_text(value) for name, value in (parameters or {}).items()}


def parted(sql: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A statement and its values, no value of which is longer than a server takes; the same where none was."""
    parts = {name: found for name, value in values.items() if len(found := _parts(value)) > 1}
    if not parts:
        return sql, values

    def together(match: re.Match[str]) -> str:
        name, kind = match[1], match[2]
        if name not in parts:
            return match[0]
        told = ", ".join(f"{{{own}:{kind}}}" for own in _names(name, parts[name]))
        return f"{'concat' if isinstance(values[name], str) else 'arrayConcat'}({told})"

    short = {name: value for name, value in values.items() if name not in parts}
    long = {own: part for name, found in parts.items() for own, part in zip(_names(name, found), found, strict=True)}
    return _NAMED.sub(together, sql), short | long


def _names(name: str, parts: list[Any]) -> list[str]:
    return [f"{name}_part_{number}" for number in range(1, len(parts) + 1)]


def _parts(value: Any) -> list[Any]:
    """A list or a text in parts; anything else, and what is short, is one."""
    if isinstance(value, str):
        return [value[at : at + LONGEST] for at in range(0, len(value), LONGEST)]
    if not isinstance(value, list):
        return [value]
    parts: list[list[Any]] = [[]]
    room = LONGEST
    for item in value:
        size = len(str(item)) + _BESIDE
        if size > room and parts[-1]:
            parts.append([])
            room = LONGEST
        parts[-1].append(item)
        room -= size
    return parts


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant must carry its zone: give an aware datetime")
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return value
