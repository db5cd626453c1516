"""Agent time as pages put it together: what was asked of the metrics, by group and by channel, and sums of it that stay exact.

Everything here adds up: times of a group are the times of its agents, shares of channels are the time worked. What does not add up (a
peak, a ratio) is taken from its parts or asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from metrics import small
from metrics.query import Query
from metrics.result import Figure, Result

Ask: TypeAlias = Callable[[Query], Result]
NONE = Figure(None, None)

SHARES = {"equal": "agent_time_equal", "channel": "agent_time_by_channel", "capacity": "agent_time_weighted"}
"""The kinds of share a reader may choose, by their name in the address. Focus is not among them: it is off."""

STATE = (
    "agent_time_wall", "agent_time_multichannel", "staffed_time", "ready_time", "auxiliary_time", "busy_in_pause", "busy_signed_out",
    "agent_time_provisional", "occupancy", "capacity_utilisation", "capacity_coverage",
)  # fmt: skip
CHANNEL = ("agent_time_gross", "agent_time_union", "agent_time_exclusive")
HANDLED = ("aht", "aht_adjusted")
LONG = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Tally:
    """The time of one group of agents (or of one agent) over a period. Seconds throughout.

    states    figures by metric id, those of STATE
    narrowed  whether `channels` are some only: then nothing is said of contacts at once
    as_of     up to when the slowest source behind it has reported; None where nothing has come
    slowest   that source, where others are further
    channels  figures by channel, then by metric id: gross, union, exclusive, handle times, and the chosen share as "share"
    """

    states: Mapping[str, Figure] = field(default_factory=dict)
    channels: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    as_of: datetime | None = None
    narrowed: bool = False
    slowest: str = ""

    def seconds(self, name: str) -> float:
        """The seconds of a metric of STATE; nothing known is nothing spent. What is held back (`held`) is not nothing: ask first."""
        return self.states.get(name, NONE).value or 0.0

    def held(self, *names: str) -> bool:
        """Whether one of these metrics of STATE is held back."""
        return any(small.hides(self.states.get(name)) for name in names)

    def hides(self, channel: str, name: str) -> bool:
        """Whether a metric of a channel is held back."""
        return small.hides(self.channels.get(channel, {}).get(name))

    @property
    def wall(self) -> float:
        """Time with at least one contact in hand."""
        return self.seconds("agent_time_wall")

    @property
    def withheld(self) -> bool:
        """Whether its figures are held back: it has too few agents for a viewer who may not see single ones (metrics/small.py)."""
        return self.held("agent_time_wall")

    @property
    def partly(self) -> bool:
        """Whether figures of some channel are held back, so that the channels told do not add up."""
        return any(self.hides(code, "agent_time_gross") for code in self.channels)

    @property
    def agents(self) -> int:
        """How many agents there are: those there at any time, or at work."""
        return max(self.states.get(name, NONE).n or 0 for name in ("agent_time_wall", "staffed_time"))

    @property
    def gross(self) -> float:
        """Time with every contact in full."""
        return sum(self.of(code, "agent_time_gross") for code in self.channels)

    @property
    def at_once(self) -> float | None:
        """Contacts at once while there was one, on average."""
        return self.gross / self.wall if self.wall and not self.narrowed and not self.partly else None

    @property
    def several(self) -> float | None:
        """The part of the time worked that was on more than one channel."""
        return self.seconds("agent_time_multichannel") / self.wall if self.wall and not self.held("agent_time_multichannel") else None

    @property
    def untold(self) -> float:
        """The time worked that is in no share told: that of the channels held back, together."""
        return max(self.wall - sum(self.of(code, "share") for code in self.channels), 0.0) if self.partly else 0.0

    @property
    def covered(self) -> float | None:
        """The part of the presence that the share of capacity speaks of, where that is not all of it."""
        part = self.states.get("capacity_coverage", NONE).value
        return part if part is not None and part < 1 and self.states.get("capacity_utilisation", NONE).value is not None else None

    @property
    def contacts(self) -> int | None:
        """Contacts whose handling ended, once for each agent; None where they were not asked for or are partly held back."""
        if self.partly:
            return None
        asked = any("aht" in each for each in self.channels.values()) or not self.channels
        return sum(self.ended(code) for code in self.channels) if asked else None

    def of(self, channel: str, name: str) -> float:
        """The seconds of a metric on a channel."""
        return self.channels.get(channel, {}).get(name, NONE).value or 0.0

    def ended(self, channel: str) -> int:
        """Contacts of a channel whose handling ended."""
        return round(self.channels.get(channel, {}).get("aht", NONE).bottom or 0)

    def shares(self, order: Sequence[str]) -> list[tuple[str, float]]:
        """The chosen share of each channel, in an order, those without any left out."""
        return [(code, self.of(code, "share")) for code in order if self.of(code, "share") > 0]

    @property
    def unshared(self) -> bool:
        """Whether some time could not be shared out as chosen: the capacity of a channel is not known."""
        return any(
            each.get("share", NONE).value is None and (each.get("agent_time_gross", NONE).value or 0) > 0 for each in self.channels.values()
        )


def tallies(ask: Ask, base: Query, by: str, share: str) -> dict[str, Tally]:
    """The time of each group told apart by the dimension `by` ('' for all together under ''), in two questions."""
    keys = (by,) if by else ()
    states: dict[str, Mapping[str, Figure]] = {}
    apart = replace(base, where=tuple(pair for pair in base.where if pair[0] != "channel"))
    told = ask(replace(apart, metrics=STATE, by=keys))
    for row in told.rows:
        states[str(row.keys[by]) if by else ""] = row.figures
    channels: dict[str, dict[str, dict[str, Figure]]] = {}
    for row in ask(by_channel(base, keys, share)).rows:
        figures = dict(row.figures)
        figures["share"] = figures[SHARES[share]]
        channels.setdefault(str(row.keys[by]) if by else "", {})[str(row.keys["channel"])] = figures
    narrowed = apart.where != base.where
    return {
        key: Tally(states.get(key, {}), channels.get(key, {}), told.as_of, narrowed, told.slowest) for key in sorted({*states, *channels})
    }


def by_channel(base: Query, keys: tuple[str, ...], share: str) -> Query:
    """The question about times of channels, of groups told apart by `keys`.

    Contacts and handle times are read contact by contact: over long periods they are asked of all groups together only.
    """
    long = base.since is None or base.until is None or base.until - base.since > LONG
    handled = () if keys and long else HANDLED
    return replace(base, metrics=(*CHANNEL, *handled, SHARES[share]), by=(*keys, "channel"))


def levels(ask: Ask, base: Query) -> list[tuple[int, float]]:
    """Seconds spent with one, two, three… contacts in hand; nothing where some of them are held back, as they would not add up."""
    rows = ask(replace(_whole(base), metrics=("agent_time_level",), by=("level",))).rows
    if any(small.hides(row.figures["agent_time_level"]) for row in rows):
        return []
    return sorted((int(str(row.keys["level"])), row.figures["agent_time_level"].value or 0.0) for row in rows)


def pairs(ask: Ask, base: Query) -> dict[tuple[str, str], float | None]:
    """Seconds with both channels of a pair open at once; None where they are held back."""
    rows = ask(replace(_whole(base), metrics=("agent_time_overlap",), by=("pair",))).rows
    found: dict[tuple[str, str], float | None] = {}
    for row in rows:
        (one, _, other), figure = str(row.keys["pair"]).partition(" + "), row.figures["agent_time_overlap"]
        found[one, other] = None if small.hides(figure) else figure.value or 0.0
    return found


def _whole(base: Query) -> Query:
    """The same question without its filter by channel: what several channels have in common is not known by one."""
    return replace(base, where=tuple(pair for pair in base.where if pair[0] != "channel"))
