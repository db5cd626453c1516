"""How the store stands: how fresh each source is, what became of what was received, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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


@dataclass(frozen=True, slots=True)
class Clock:
    """A source whose clock is ahead of ours: `ahead` of its `events` were stamped more than a second after they were received, by `usual_s`
    in the middle and `most_s` seconds at most. By how much a clock is behind nobody can tell from this: what comes late may have waited.
    """

    source: str
    events: int
    ahead: int
    usual_s: float
    most_s: float


def sources(store: Store) -> tuple[Source, ...]:
    """Every source that has sent an event, by name."""
    return tuple(Source(str(row["source"]), row["at"]) for row in store.rows(load("standing.sources")))


def silences(store: Store, instants: Sequence[datetime], back: timedelta) -> Mapping[str, Mapping[datetime, float]]:
    """How many seconds each source had been silent at instants of the past, by source and instant.

    The instants are whole quarters of an hour (UTC). One is missing where nothing is known of the time before it, which is looked at from
    `back` before the first of them on.
    """
    bounds = {"first": (min(instants) - back).date(), "last": max(instants).date()}
    found: dict[str, dict[datetime, float]] = {}
    for row in store.rows(load("standing.silences"), {"instants": list(instants), **bounds}):
        found.setdefault(str(row["source"]), {})[row["instant"]] = float(row["silent_s"])
    return found


def clocks(store: Store, since: datetime, until: datetime) -> tuple[Clock, ...]:
    """The sources with events in [since, until), about contacts or presence, that are stamped ahead of when they were received, by name."""
    return tuple(
        Clock(str(row["source"]), row["events"], row["ahead"], float(row["usual_ms"]) / 1000, row["most_ms"] / 1000)
        for row in store.rows(load("standing.clocks"), {"since": since, "until": until})
    )


def presence(store: Store) -> bool:
    """Whether any source says who is signed in."""
    return bool(store.value("SELECT 1 FROM watermark WHERE family = 'agent' LIMIT 1"))


def balance(store: Store) -> Balance:
    """The balance of all sources together."""
    rows = store.rows(load("batch.totals"))
    return Balance(*(sum(int(row[name]) for row in rows) for name in ("received", "stored", "duplicate", "quarantined")))


def teams(store: Store, agent: str) -> list[tuple[datetime, str]]:
    """The teams an agent was in, each with the instant he joined it, in this order."""
    return [(row["valid_from"], str(row["team"])) for row in store.rows(load("standing.teams"), {"agent": agent})]


def brands(store: Store) -> tuple[str, ...]:
    """The brands that contacts or orders name, in order."""
    return tuple(str(row["brand"]) for row in store.rows(load("brand.list")))


def names(store: Store) -> Mapping[tuple[str, str], str]:
    """What queues, teams, sites and agents are called today, by (kind, key)."""
    return {(str(row["kind"]), str(row["key"])): str(row["called"]) for row in store.rows(load("standing.names"))}
