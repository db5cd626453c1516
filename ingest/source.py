"""What the deployment declares about its sources: personal fields, whether undeclared fields are kept, and when they are late.

Read from `apogee.toml` in the data folder (or the file APOGEE_SETTINGS names):

    [source."genesys/eu"]
    keep = true                  # keep the fields the contract does not declare
    personal = ["email", "id"]   # fields that identify a person, beside `customer`
    late_s = 120                 # it is late after so many seconds of silence, whatever is usual
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sql.folder import BadSettings, settings_in


@dataclass(frozen=True, slots=True)
class Terms:
    """What one source declares: personal fields beside `customer` (also "id", "record", "subject"), and whether to keep undeclared ones."""

    personal: frozenset[str] = frozenset()
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """The declared terms of each source, and for some the seconds of silence after which they are late."""

    declared: dict[str, Terms] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)

    def terms(self, personal: frozenset[str], *, keep: bool) -> Callable[[str], Terms]:
        """For one reading: the connector's terms joined with what the deployment declares of each source."""

        @cache
        def of(source: str) -> Terms:
            mine = self.declared.get(source, Terms())
            return Terms(personal | mine.personal, keep or mine.keep)

        return of


def sources_in(path: Path | None) -> Sources:
    """The sources declared in a settings file; none when there is no file. Raises BadSettings in words."""
    declared, late = {}, {}
    sources = settings_in(path).get("source", {})
    name_of = path.name if path else ""
    if not isinstance(sources, dict) or not all(isinstance(terms, dict) for terms in sources.values()):
        raise BadSettings(f'{name_of}: source is a table of tables, [source."name"].')
    for name, terms in sources.items():
        unknown = set(terms) - {"keep", "personal", "late_s"}
        if unknown:
            raise BadSettings(f'{name_of}: [source."{name}"] knows keep, personal and late_s, not {", ".join(sorted(unknown))}.')
        personal, keep = terms.get("personal", []), terms.get("keep", False)
        if not isinstance(keep, bool) or not isinstance(personal, list) or not all(isinstance(each, str) for each in personal):
            raise BadSettings(f'{name_of}: [source."{name}"] wants keep = true or false and personal = ["field", …].')
        declared[name] = Terms(frozenset(personal), keep)
        if "late_s" in terms:
            late[name] = _seconds(terms["late_s"], f'{name_of}: [source."{name}"]')
    return Sources(declared, late)


def _seconds(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadSettings(f"{where}: late_s is a whole number of seconds of silence, at least 1, not {value!r}.")
    return value
