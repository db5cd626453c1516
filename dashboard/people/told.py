"""Accounts and their scopes in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from dashboard.format import Language
from dashboard.people.people import RESERVED, scope_of
from dashboard.viewer import Role
from dashboard.word import in_words, known, plain
from metrics.dimension import DIMENSIONS
from metrics.query import Scope

__all__ = ["limit", "rights", "role", "scope", "scope_of", "way", "who"]
Names: TypeAlias = Mapping[tuple[str, str], str]  # what registers call a value of a dimension


def role(which: Role | str, language: Language) -> str:
    """What a role is called."""
    return plain(f"people.role_{which}", language)


def scope(seen: Scope, language: Language, names: Names | None = None, nothing: str = "") -> str:
    """What a scope holds: the whole company, nothing (in words for its holder, or `nothing`), or the values of each dimension by name."""
    if any(not values for _, values in seen.only):
        return nothing or plain("people.nothing", language)
    if any(name == "agent" for name, _ in seen.only):
        return plain("people.himself", language)
    words = [limit(name, values, names or {}, language) for name, values in seen.only]
    text = " · ".join(words) or plain("people.everything", language)
    return plain("people.and_named", language, scope=text) if seen.named else text


def limit(dimension: str, values: Iterable[str], names: Names, language: Language) -> str:
    """The values of one dimension, each by its name and with its id where that is another."""
    called = [(names.get((dimension, value), value), value) for value in values]
    listed = ", ".join(name if name == value else f"{name} ({value})" for name, value in called)
    return f"{in_words(DIMENSIONS[dimension], language).lower() if dimension in DIMENSIONS else dimension} {listed}"


def who(by: str, language: Language) -> str:
    """Who did something, as the audit log has it: the name of an account, or what does things without being anybody."""
    key = "people.by_" + re.sub(r"\W", "_", by)
    return plain(key, language) if by in RESERVED else by


def way(through: str, language: Language) -> str:
    """The page, file or other way in which somebody was looked at."""
    key = "people.through_" + re.sub(r"\W", "_", through)
    return plain(key, language) if known(key) else through


def rights(which: Iterable[str], language: Language) -> str:
    """The rights of a token."""
    return ", ".join(plain(f"people.right_{each}", language) for each in which)
