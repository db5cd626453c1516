"""What is wrong with a mapping file, in words that name the place and the closest thing that would have been right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any


class MappingError(ValueError):
    """The mapping cannot be used, or does not fit the file: one sentence that says where, what and what to do."""


def near(word: str, known: Collection[str]) -> str:
    """A hint: the closest known word, or all of them when they are few."""
    close = get_close_matches(word.lower(), list(known), 1, 0.5) or [each for each in known if each.lower() == word.lower()]
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known: {', '.join(known)}." if len(known) <= 30 else ""


def only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refuse a key that is not known. Raises MappingError."""
    for key in table:
        if key not in known:
            raise MappingError(f"{path(where, key)} is not a key that can stand there. {near(key, known)}")


def path(where: str, key: str) -> str:
    """A key with the table it stands in."""
    return f"{where}.{key}" if where else key


def text(table: Mapping[str, Any], key: str, where: str, default: str = "") -> str:
    """The text under a key. Raises MappingError when it is something else."""
    value = table.get(key, default)
    if not isinstance(value, str):
        raise MappingError(f"{path(where, key)} must be a text in quotes, not {shown(value)}.")
    return value


def texts(table: Mapping[str, Any], key: str, where: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The list of texts under a key. Raises MappingError when it is something else."""
    value = table.get(key, list(default))
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise MappingError(f'{path(where, key)} must be a list of texts such as ["one", "two"], not {shown(value)}.')
    return tuple(value)


def choice(table: Mapping[str, Any], key: str, where: str, known: tuple[str, ...], default: str = "") -> str:
    """One of the known words. Raises MappingError with the closest."""
    value = text(table, key, where, default)
    if value not in known:
        words = ", ".join(filter(None, known))
        raise MappingError(f"{path(where, key)} must be one of {words}, not {shown(value)}. {near(value, known)}".rstrip())
    return value


def shown(value: object) -> str:
    """A value of the mapping file as it is quoted in a message."""
    names = {bool: "true or false", dict: "a table", list: "a list"}
    return names.get(type(value)) or (f'"{value}"' if isinstance(value, str) else str(value))
