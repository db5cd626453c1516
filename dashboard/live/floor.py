"""What a viewer watches: the key of a live channel, and how long what changes slowly is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.query import Pairs, Scope

FILTERS = ("channel", "queue", "team", "site")
NAMES_S = 30.0  # names of queues and teams, here and in the frame of every page
KNOWN_S = 30.0  # which queues had a contact lately
SHORT_S = 300  # promises up to this are watched by the second, longer ones by the minute
SLOW_S = 5.0  # service levels of longer promises are asked this often


@dataclass(frozen=True, slots=True)
class Floor:
    """What a viewer watches: his scope and the filters of the address. It is the key of a live channel."""

    scope: Scope
    where: Pairs = ()

    @classmethod
    def of(cls, scope: Scope, filters: Mapping[str, tuple[str, ...]]) -> Floor:
        """The floor of an address; what is not a filter of this page is left alone."""
        return cls(scope, tuple((name, tuple(sorted(set(filters[name])))) for name in FILTERS if filters.get(name)))
