"""What the deployment declares about its sources: personal fields, and whether undeclared fields are kept.

Read from `apogee.toml` in the data folder (or the file APOGEE_SETTINGS names):

    [source."genesys/eu"]
    keep = true                  # keep the fields the contract does not declare
    personal = ["email", "id"]   # fields that identify a person, beside `customer`
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ingest.accept import Terms


class BadSettings(ValueError):
    """The settings file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The declared terms of each source."""

    declared: dict[str, Terms] = field(default_factory=dict)

    def terms(self, personal: frozenset[str], *, keep: bool) -> Callable[[str], Terms]:
        """For one reading: the connector's terms joined with what the deployment declares of each source."""

        @cache
        def of(source: str) -> Terms:
            mine = self.declared.get(source, Terms())
            return Terms(personal | mine.personal, keep or mine.keep)

        return of


def sources_in(path: Path | None) -> Sources:
    """The sources declared in a settings file; none when there is no file. Raises BadSettings in words."""
    if path is None or not path.is_file():
        if path is not None and os.environ.get("APOGEE_SETTINGS"):  # named on purpose: going on without would leave persons unsealed
            raise BadSettings(f"There is no settings file {path}: APOGEE_SETTINGS names it.")
        return Sources()
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path.name} is not valid TOML: {error}.") from None
    declared = {}
    sources = text.get("source", {})
    if not isinstance(sources, dict) or not all(isinstance(terms, dict) for terms in sources.values()):
        raise BadSettings(f'{path.name}: source is a table of tables, [source."name"].')
    for name, terms in sources.items():
        unknown = set(terms) - {"keep", "personal"}
        if unknown:
            raise BadSettings(f'{path.name}: [source."{name}"] knows keep and personal, not {", ".join(sorted(unknown))}.')
        personal, keep = terms.get("personal", []), terms.get("keep", False)
        if not isinstance(keep, bool) or not isinstance(personal, list) or not all(isinstance(each, str) for each in personal):
            raise BadSettings(f'{path.name}: [source."{name}"] wants keep = true or false and personal = ["field", …].')
        declared[name] = Terms(frozenset(personal), keep)
    return Sources(declared)
