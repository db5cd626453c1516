"""The exact count the company keeps of itself, written by the state machine as things happen and never read from the events it emits.

Rows are per channel x queue x Paris day, and each count stands under the day and queue of the fact it belongs to:
- of interactions (day they started, first queue; queue '' when they never entered one): contacts, transfers, escalations, reopens,
  first_responses, first_response_ms;
- of stays (day and queue of the entry): offered, answered, answered_in_20s (<= 20 s), wait_ms (of the answered), abandoned,
  short_abandons (<= 5 s), left_<reason>; offered - answered - abandoned - left_* is what still waits;
- of stints (the queue they were offered from or handled in): rang, missed, declined (day it rang), handled (day it was accepted, or
  opened after having been assigned; every role but monitoring);
- of time (sliced at Paris midnights, the stint's queue): talk_ms, hold_ms, wrap_ms, ring_ms; monitor_ms is listening in, not talk;
- of ratings (day given, first queue): ratings_csat, csat_top (4 and 5 of 5), ratings_nps, nps_promoters (9, 10), nps_detractors (0 to 6);
- of orders (day placed, queue ''): orders, order_cents.
Agent time is per agent x Paris day: talk, listening in, hold and wrap-up are busy, ringing is not. The equal share of a channel is the
integral of n_k / n, kept as whole milliseconds per (channel, n), so that it is exact. Beside it stand how long so many contacts were in
hand at once (`levels`), and how long which channels were in use together (`used`), of which pairs and time on several channels are sums.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

Q = math.lcm(*range(1, 41))


@dataclass(slots=True)
class Row:
    """The counts of one channel x queue x day."""

    contacts: int = 0
    transfers: int = 0
    escalations: int = 0
    reopens: int = 0
    first_responses: int = 0
    first_response_ms: int = 0
    offered: int = 0
    answered: int = 0
    answered_in_20s: int = 0
    wait_ms: int = 0
    abandoned: int = 0
    short_abandons: int = 0
    left_callback: int = 0
    left_overflow: int = 0
    left_voicemail: int = 0
    left_timeout: int = 0
    left_transferred: int = 0
    left_closed: int = 0
    left_system: int = 0
    rang: int = 0
    missed: int = 0
    declined: int = 0
    handled: int = 0
    ring_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_ms: int = 0
    monitor_ms: int = 0
    ratings_csat: int = 0
    csat_top: int = 0
    ratings_nps: int = 0
    nps_promoters: int = 0
    nps_detractors: int = 0
    orders: int = 0
    order_cents: int = 0

    def as_dict(self) -> dict[str, int]:
        """The counts that are not zero."""
        return {name: value for name in COUNTS if (value := getattr(self, name))}


COUNTS = tuple(field.name for field in fields(Row))


class AgentDay:
    """What one agent did on one Paris day, in milliseconds: `work` by channel (talk, hold, wrap), `shares` by (channel, n at once),
    `levels` by n at once, `used` by the set of channels in use."""

    __slots__ = ("levels", "shares", "used", "wall", "work")

    def __init__(self) -> None:
        self.work: dict[str, list[int]] = {}
        self.shares: dict[tuple[str, int], int] = {}
        self.levels: dict[int, int] = {}
        self.used: dict[frozenset[str], int] = {}
        self.wall = 0

    def equal(self) -> dict[str, Fraction]:
        """The equal share of each channel in milliseconds; the sum is `wall`."""
        total: dict[str, Fraction] = {}
        for (channel, n), ms in self.shares.items():
            total[channel] = total.get(channel, Fraction(0)) + Fraction(ms, n)
        return total


class Load:
    """How many contacts an agent works at, by channel, since when: the running side of the equal share. `book` is today's page."""

    __slots__ = ("book", "n", "open", "since")

    def __init__(self) -> None:
        self.book = AgentDay()
        self.open: dict[str, int] = {}
        self.n = 0
        self.since = 0

    def pass_time(self, now: int) -> None:
        """Share the time since the last change between what was open."""
        ms = now - self.since
        if self.n and ms:
            book = self.book
            book.wall += ms
            shares, n = book.shares, self.n
            book.levels[n] = book.levels.get(n, 0) + ms
            used = frozenset(self.open)
            book.used[used] = book.used.get(used, 0) + ms
            for channel, count in self.open.items():
                key = (channel, n)
                shares[key] = shares.get(key, 0) + count * ms
        self.since = now

    def change(self, channel: str, by: int, now: int) -> None:
        """One contact more (1) or fewer (-1) at this instant."""
        self.pass_time(now)
        self.n += by
        count = self.open.get(channel, 0) + by
        if count:
            self.open[channel] = count
        else:
            del self.open[channel]


class Tally:
    """All rows. The company turns its pages at every Paris midnight, having booked what is open up to then, so no interval here spans two
    days. `now` is the instant up to which everything is booked.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Row] = {}
        self.agents: dict[tuple[str, str], AgentDay] = {}
        self.presence: dict[tuple[str, str, str, str], int] = {}
        self.now = 0

    def row(self, channel: str, queue: str, day: str) -> Row:
        """The row of a key, made when it is first needed."""
        key = (channel, queue, day)
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = Row()
        return row

    def page(self, agent: str, load: Load, day: str) -> None:
        """Begin an agent's page of a day."""
        load.book = self.agents[agent, day] = AgentDay()

    def be(self, agent: str, day: str, domain: str, state: str, ms: int) -> None:
        """Book a stretch of presence within one day."""
        key = (agent, day, domain, state)
        self.presence[key] = self.presence.get(key, 0) + ms

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data: times in whole milliseconds, the equal share as `equal_q` = milliseconds x `q`.

        `equal_q` is a whole number written as text: it is exact, and larger than what most readers of JSON keep exact.
        """
        agents = []
        for (agent, day), found in sorted(self.agents.items()):
            shares = found.equal()
            channels = {
                channel: {"talk_ms": talk, "hold_ms": hold, "wrap_ms": wrap, "gross_ms": talk + hold + wrap,
                          "equal_q": str(shares.get(channel, Fraction(0)) * Q)}
                for channel, (talk, hold, wrap) in sorted(found.work.items())
            }  # fmt: skip
            if channels:
                agents.append({"agent": agent, "day": day, "wall_ms": found.wall, "channels": channels})
        return {
            "now_ms": self.now,
            "q": Q,
            "rows": [{"channel": c, "queue": q, "day": d, **row.as_dict()} for (c, q, d), row in sorted(self.rows.items())],
            "agents": agents,
            "presence": [
                {"agent": a, "day": d, "domain": domain, "state": state, "ms": ms}
                for (a, d, domain, state), ms in sorted(self.presence.items())
            ],
        }

    def to_json(self) -> str:
        """`as_dict` as JSON text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    def totals(self, day: str | None = None, channel: str | None = None) -> dict[str, int]:
        """The sums of the rows of a day and a channel, or of all."""
        total = dict.fromkeys(COUNTS, 0)
        for (c, _, d), row in self.rows.items():
            if (day is None or d == day) and (channel is None or c == channel):
                for name in COUNTS:
                    total[name] += getattr(row, name)
        return total
