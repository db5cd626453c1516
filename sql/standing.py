"""How the store stands: how fresh each source is, what became of what was received, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sql.clickhouse import Store, load


@dataclass(frozen=True, slots=True)
class Source:
    """A source and the instant (UTC) of its latest event."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """Everything ever received, in events: received = stored + duplicate + quarantined."""

    received: int
    stored: int
    duplicate: int
    quarantined: int

    @property
    def residual(self) -> int:
        """What the equation lacks: 0, or something is wrong (`apogee check`)."""
        return self.received - self.stored - self.duplicate - self.quarantined


def sources(store: Store) -> tuple[Source, ...]:
    """Every source that has sent an event, by name."""
    return tuple(Source(str(row["source"]), row["at"]) for row in store.rows(load("standing.sources")))


def balance(store: Store) -> Balance:
    """The balance of all sources together."""
    rows = store.rows(load("batch.totals"))
    return Balance(*(sum(int(row[name]) for row in rows) for name in ("received", "stored", "duplicate", "quarantined")))


def names(store: Store) -> Mapping[tuple[str, str], str]:
    """What queues, teams, sites and agents are called today, by (kind, key)."""
    return {(str(row["kind"]), str(row["key"])): str(row["called"]) for row in store.rows(load("standing.names"))}
