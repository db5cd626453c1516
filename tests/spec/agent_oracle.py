"""Agent time again, slowly and obviously, in exact fractions: written from docs/events.md and the definitions, not from the SQL.

`measure` takes fact rows (dicts, as `fact_oracle.facts` gives them) and looks at one agent between two instants; `stretches` says which
stretches of work count at all. Everything is in milliseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Facts = dict[str, list[Row]]

DAY = timedelta(days=1)
BUSY = ("talk", "hold", "wrap")
READY = ("ready", "available", "signed_in")
AWAY = ("offline", "signed_out", "logged_out")
LIVE, CHATTED, LETTERS = (
    ("voice", "video", "store", "kiosk", "field"), ("chat", "messaging", "sms", "app"), ("email", "social", "web", "post", "fax"),
)  # fmt: skip
UNHURRIED = ("messaging", "sms", "app", *LETTERS)


def ms(instant: datetime) -> int:
    """Milliseconds since 1970."""
    return round((instant - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


@dataclass(frozen=True)
class Stretch:
    """A stretch of work that counts: one contact of one agent from an instant to another, milliseconds."""

    agent: str
    interaction: str
    stint: str
    channel: str
    phase: str
    since: int
    until: int
    unended: bool
    began: datetime


@dataclass
class Measure:
    """What there is to say of one agent between two instants; channels are keys, shares are exact."""

    gross: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    open: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    alone: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    equal: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    even: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    weighted: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    beside_voice: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unsplit_of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    together: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    odd: list[tuple[str, int, int]] = field(default_factory=list)
    weightless: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    load_of: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    focus: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    interrupted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unexplained: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    going_on: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    level: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    pair: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    load: Fraction = Fraction(0)
    covered: int = 0
    covered_load: Fraction = Fraction(0)
    wall: int = 0
    several: int = 0
    staffed: int = 0
    free: int = 0
    paused: int = 0
    outside: int = 0
    unsplit: int = 0
    unweighed: int = 0
    unended: int = 0
    voiced: int = 0
    linear: int = 0

    @property
    def auxiliary(self) -> int:
        """Signed in, neither busy nor ready."""
        return self.staffed - self.wall - self.free

    @property
    def peak(self) -> int:
        """The most contacts at once."""
        return max(self.level, default=0)


def sessions(facts: Facts, agent: str, states: Iterable[str] | None = None) -> list[tuple[int, int]]:
    """When the agent was signed in (or in one of some states), from instant to instant, seams removed."""
    spans = []
    for row in facts.get("presence", []):
        if row["agent"] != agent or row["state"] in AWAY or (states is not None and row["state"] not in states):
            continue
        end = min(row["ended_at"] or row["started_at"] + DAY, row["started_at"] + 31 * DAY)
        if end > row["started_at"]:
            spans.append((ms(row["started_at"]), ms(end)))
    joined: list[tuple[int, int]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined


def stretches(facts: Facts, agent: str) -> list[Stretch]:
    """The work of an agent that counts, as long as it counts."""
    found = []
    there = sessions(facts, agent)
    for row in facts.get("work", []):
        if row["agent"] != agent or row["phase"] not in BUSY:
            continue
        start, end = row["started_at"], row["ended_at"]
        own = next(((a, b) for a, b in there if a <= ms(start) < b), None)
        until = ms(min(end or start + DAY, start + 31 * DAY))
        if end is None:
            later = [own[1]] if own else [a for a, _ in there if a > ms(start)][:1]
            until = min([until, *later])
        pieces = [(ms(start), until)]
        if own and row["channel"] in UNHURRIED:
            pieces = [(max(a, ms(start)), min(b, until)) for a, b in there if a < until and b > ms(start)]
        for a, b in pieces:
            if a < b:
                found.append(
                    Stretch(agent, row["interaction"], row["stint"], row["channel"], row["phase"], a, b, end is None, row["started_at"])
                )
    return found


def capacities(facts: Facts, agent: str) -> list[tuple[int, int, str, float]]:
    """Stated capacities in order: instant, sequence, domain, capacity."""
    mine = [row for row in facts.get("capacity", []) if row["agent"] == agent]
    return sorted((ms(row["valid_from"]), row.get("sequence", 0), row["domain"], row["capacity"]) for row in mine)


def weight(stated: list[tuple[int, int, str, float]], channel: str, at: int) -> Fraction:
    """One contact's share of an agent's capacity, 0 where it is not known. A 26771144400th is the finest there is."""
    known = {domain: capacity for since, _, domain, capacity in stated if since <= at}  # the later of one domain stands
    kind = "voice" if channel in LIVE else "chat" if channel in CHATTED else "email" if channel in LETTERS else channel
    for domain in (channel, kind, ""):
        if known.get(domain, 0) > 0:
            return Fraction(max(1, round(26771144400 / known[domain])), 26771144400)
    return Fraction(0)


def measure(facts: Facts, agent: str, since: datetime, until: datetime) -> Measure:
    """Everything about one agent in [since, until), instant by instant between any two changes."""
    first, last = ms(since), ms(until)
    work = stretches(facts, agent)
    there, ready, stated = sessions(facts, agent), sessions(facts, agent, READY), capacities(facts, agent)
    looked = [
        (row["stint"], ms(row["started_at"]), ms(row["ended_at"] or row["started_at"] + DAY))
        for row in facts.get("focus", [])
        if row["agent"] == agent
    ]
    marks = {first, last} | {x for s in work for x in (s.since, s.until)} | {x for a, b in (*there, *ready) for x in (a, b)}
    marks |= {x for _, a, b in looked for x in (a, b)} | {x for x, *_ in stated}
    borders = sorted(mark for mark in marks if first <= mark <= last)
    found = Measure()
    for a, b in pairwise(borders):
        hand = [s for s in work if s.since <= a < s.until]
        focus = [stint for stint, x, y in looked if x <= a < y]
        _add(found, facts, hand, focus, b - a, [weight(stated, s.channel, a) for s in hand])
        inside, free = any(x <= a < y for x, y in there), any(x <= a < y for x, y in ready)
        found.staffed += (b - a) * bool(inside or hand)
        found.free += (b - a) * bool(inside and free and not hand)
        found.paused += (b - a) * bool(inside and not free and hand)
        found.outside += (b - a) * bool(not inside and hand)
        if hand and (not inside or not free):
            _odd(found, "pause" if inside else "signed_out", a, b)
    return found


def day_parts(
    facts: Facts, agent: str, since: datetime, until: datetime, measured: Callable[[str, datetime, datetime], Measure]
) -> list[tuple[datetime, datetime, bool]]:
    """What lies in the period of each day, or part of it between two statements about the agent, and whether it is covered, but for the
    time with a contact of unknown capacity in hand: some capacity is known in it, and the agent was signed in at any time; `measured`
    measures the agent.
    """
    capable = capacities(facts, agent)
    stated = [row["valid_from"] for row in facts["capacity"] if row["agent"] == agent]
    told = [row for row in facts["reference"] if row["kind"] == "agent" and row["key"] == agent]
    stated += [row["valid_from"] for row in told]
    for row in facts["reference"]:  # his team moves, and he with it
        own = [one for one in told if one["valid_from"] <= row["valid_from"]]
        last = max(own, key=lambda one: (one["valid_from"], one.get("sequence", 0)), default=None)
        if row["kind"] == "team" and last and last.get("team") == row["key"] and not last.get("site"):
            stated.append(row["valid_from"])
    rows = [row for fact in ("work", "presence") for row in facts[fact] if row["agent"] == agent]
    lived = [(row["started_at"], min(row["ended_at"] or row["started_at"] + DAY, row["started_at"] + 31 * DAY)) for row in rows]
    first = since.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for day in (first + step * DAY for step in range((until - first).days + 1)):
        if not any(begins < day + DAY and ends > day for begins, ends in lived):
            continue
        for part in pairwise(sorted({day, *(at for at in stated if day < at < day + DAY), day + DAY})):
            known = {domain: capacity for at, _, domain, capacity in capable if at <= ms(part[0])}  # the later of one domain stands
            inside = max(part[0], since), min(part[1], until)
            if inside[0] < inside[1]:
                whole = measured(agent, *part)
                found.append((*inside, any(known.values()) and whole.staffed > whole.outside))
    return found


def _odd(found: Measure, kind: str, since: int, until: int) -> None:
    """A stretch goes on where the one before it ended."""
    if found.odd and found.odd[-1][0] == kind and found.odd[-1][2] == since:
        since = found.odd.pop()[1]
    found.odd.append((kind, since, until))


def _add(found: Measure, facts: Facts, hand: list[Stretch], focus: list[str], long: int, weights: list[Fraction]) -> None:
    """Add a moment of `long` milliseconds with these contacts in hand."""
    if not hand:
        return
    n = len(hand)
    channels = sorted({s.channel for s in hand})
    known, total = all(weights), sum(weights)
    found.wall += long
    found.level[n] += long
    found.several += long * (len(channels) > 1)
    found.unweighed += long * (not known)
    found.unsplit += long * (not known and len(channels) > 1)
    found.load += long * min(Fraction(1), total) * known
    found.unended += long * any(s.unended for s in hand)
    for s, w in zip(hand, weights, strict=True):
        found.gross[s.channel] += long
        found.equal[s.channel] += Fraction(long, n)
        found.load_of[s.channel] += long * w
        found.weightless[s.channel] += long * (w == 0)
        if known or len(channels) == 1:
            found.weighted[s.channel] += long * w / total if known else Fraction(long, n)
        found.going_on[s.channel] += long * s.unended
        found.spent[s.interaction] += long
        found.together[s.interaction] += long * n
        if s.phase == "hold":
            reason = _reason(facts, s)
            found.interrupted[s.channel] += long * (reason == "interrupted")
            found.unexplained[s.channel] += long * (reason == "")
        found.focus[s.channel] += long * (s.stint in focus)
    for channel in channels:
        found.open[channel] += long
        found.alone[channel] += long * (len(channels) == 1)
        found.even[channel] += Fraction(long, len(channels))
        found.beside_voice[channel] += long * ("voice" in channels and len(channels) > 1)
        found.unsplit_of[channel] += long * (not known and len(channels) > 1)
    for i, one in enumerate(channels):
        for other in channels[i + 1 :]:
            found.pair[one, other] += long
    found.voiced += long * ("voice" in channels and len(channels) > 1)
    found.linear += long * ("voice" in channels or any(s.stint in focus for s in hand))


def _reason(facts: Facts, stretch: Stretch) -> str:
    said = [
        row["reason"]
        for row in facts.get("hold", [])
        if row["interaction"] == stretch.interaction and row["stint"] == stretch.stint and row["held_at"] == stretch.began
    ]
    return max(said, default="")
