"""The rows behind figures, for those who may see them: what an agent had in hand during a period, and the events of one contact.

The asker's scope is part of every statement here, as it is of every question about metrics, and no row outside it comes back. What an
agent did needs the right to see single agents (`Scope.named`). Focus is never read: it is off unless an installation decides otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from metrics import dimension
from metrics.fact import FACTS
from metrics.placing import Placing
from metrics.promise import PROMISES, Promises
from metrics.query import Pairs, Refused, Scope
from metrics.refusal import refuse
from sql.clickhouse import Store, load
from sql.derive import spared
from sql.place import Spans, places

_WORK, _SIGNED, _READY = 1, 2, 3  # layers of a boundary (sql/queries/agent.sweep.sql)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase (ring, talk, hold, wrap) of one agent's part in a contact. `ended_at` is None while it goes on."""

    interaction: str
    stint: str
    channel: str
    queue: str
    role: str
    phase: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """One state an agent was in, in a channel domain ('' is all of them), in the words of its source."""

    domain: str
    state: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What held from `at` until `until`: contacts in hand by channel (those above 0), and whether signed in and ready for more."""

    at: datetime
    until: datetime
    held: tuple[tuple[str, int], ...]
    signed_in: bool
    ready: bool

    @property
    def contacts(self) -> int:
        """Contacts in hand at once."""
        return sum(count for _, count in self.held)


@dataclass(frozen=True, slots=True)
class AgentDay:
    """An agent's work in [since, until), cut at the present moment: what was recorded, and how it was counted (`moments`).

    `moments` is None where the asker is limited by something an agent's time as a whole is not known by, such as a queue: then only the
    work he may see is here, and nothing is said of the rest. `present` says whether the agent's presence is known at all, on these days or
    those before: where it is not, being busy without being signed in contradicts nothing.
    """

    stretches: tuple[Stretch, ...]
    states: tuple[State, ...]
    moments: tuple[Moment, ...] | None
    present: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact in a queue, since `entered_at`; `late` once it has waited longer than its channel promises."""

    interaction: str
    channel: str
    queue: str
    entered_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """How many contacts are in a queue, how many of them are late, and the first of them."""

    many: int = 0
    late: int = 0
    first: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a contact. `agent` is empty where the asker may not see whose it was; `seen` says whether there was one."""

    at: datetime
    type: str
    source: str
    channel: str
    queue: str
    agent: str
    seen: bool
    details: tuple[tuple[str, str], ...]
    revision: int
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact and its events in their order; `channel` and `queue` are those of its beginning."""

    interaction: str
    channel: str
    queue: str
    started_at: datetime
    events: tuple[Event, ...]


def agent_day(store: Store, scope: Scope, agent: str, since: datetime, until: datetime, now: datetime) -> AgentDay:
    """What `agent` did in [since, until), as far as `scope` goes. Instants are aware; nothing after `now` is told.

    Raises Refused without the right to see single agents.
    """
    if not scope.named:
        raise refuse("agents")
    edge = min(until, now)
    if edge <= since:
        return AgentDay((), (), ())
    values: dict[str, Any] = {"agent": agent, "since": since, "until": edge}
    first = store.value(load("detail.first"), values) or since.astimezone(UTC).date()
    values["first"] = min(first, since.astimezone(UTC).date())
    stretches = tuple(Stretch(**_without(row, "contact")) for row in _rows(store, "detail.work", "work", scope, values))
    try:
        states = tuple(State(**row) for row in _rows(store, "detail.presence", "presence", scope, values))
        moments = tuple(_clipped(_moments(_rows(store, "detail.bound", "presence", scope, values, "from_at")), since, edge))
        present = any(each.signed_in for each in moments) or bool(_rows(store, "detail.present", "presence", scope, values))
    except Refused:
        return AgentDay(stretches, (), None)
    return AgentDay(stretches, states, moments, present)


def waiting(
    store: Store, scope: Scope, where: Pairs, now: datetime, most: int, promises: Promises = PROMISES, *, late_first: bool = False
) -> Waits:
    """The contacts in a queue at `now`, of those that meet `where`, as far as `scope` goes: all are counted, at most so many are told.

    The oldest come first, or with `late_first` the oldest of those beyond what `promises` says of their channel, then the others.
    Raises Refused for a dimension that visits to a queue are not known by.
    """
    seen, channels = replace(scope, only=_narrowed(scope.only, where)), sorted(promises)
    promised = {"channels": channels, "seconds": [float(promises[each].within_s) for each in channels]}
    rows = _rows(store, "detail.waiting", "stay", seen, {"now": now, "most": most, "late_first": int(late_first), **promised})
    if not rows:
        return Waits()
    first = tuple(Waiting(**{**_without(row, "many", "many_late"), "late": bool(row["late"])}) for row in rows)
    return Waits(int(rows[0]["many"]), int(rows[0]["many_late"]), first)


def _narrowed(only: Pairs, where: Pairs) -> Pairs:
    """What both leave: a value has to be among those of each that names its dimension; none may be left."""
    found = dict(only)
    for name, values in where:
        found[name] = tuple(each for each in found.get(name, values) if each in values)
    return tuple(sorted(found.items()))


def reach(store: Store, scope: Scope) -> Mapping[str, Spans]:
    """The agents whom a limited scope holds, and when (milliseconds since 1970, UTC).

    Within teams and sites: while he was there. Within queues and brands, to which nobody belongs: from the first to the last of the
    contacts within the scope that reached him.
    """
    if {name for name, _ in scope.only} <= {"team", "site"}:
        return places(store).held(dict(scope.only))
    rows = _rows(store, "detail.reach", "stint", scope, {})
    return {str(row["agent"]): ((row["since_ms"], row["until_ms"]),) for row in rows}


def contact(store: Store, scope: Scope, interaction: str) -> Contact | None:
    """A contact and its events; None where there is none of that name within the asker's scope.

    Somebody who may see one part of a contact may see its course, but the agents of the other parts stay unnamed.
    """
    text, values = load("detail.contact"), {"interaction": interaction}
    for part, fact in (("contact", "interaction"), ("stint", "stint")):
        seen, bound = _limits(store, fact, scope, FACTS[fact].stamp, f"{part}_")
        text = text.replace(f"{{{part}_seen}}", seen)
        values |= bound
    parts = store.rows(text, values)
    if not parts:
        return None
    mine = {str(row["seen_agent"]) for row in parts if row["stint"] and scope.named}
    begun = min(parts, key=lambda row: (row["stint"] != "", row["started_at"]))
    upto = int(store.value("SELECT max(batch) FROM batch") or 0)
    events = store.rows(load("detail.event").replace("{spared}", spared(_FILED)), {"interaction": interaction, "upto": upto})
    return Contact(
        interaction, str(begun["channel"]), str(begun["queue"]), begun["started_at"], tuple(_event(row, mine, scope) for row in events)
    )


_FILED = """SELECT sipHash64(source, record) FROM event
WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key = contact) AND record != ''"""
_DETAILS = ("role", "reason", "author", "relation", "outcome", "state")


def _event(row: Mapping[str, Any], mine: set[str], scope: Scope) -> Event:
    agent = str(row["agent"])
    named = scope.named and (not scope.only or agent in mine)
    details = tuple((name, str(row[name])) for name in _DETAILS if row[name])
    return Event(
        at=row["time"],
        type=str(row["type"]),
        source=str(row["source"]),
        channel=str(row["channel"]),
        queue=str(row["queue"]),
        agent=agent if named else "",
        seen=bool(agent),
        details=(*details, *([("automatic", "")] if row["automatic"] else [])),
        revision=int(row["revision"]),
        known_at=row["known_at"],
    )


def _rows(store: Store, name: str, fact: str, scope: Scope, values: Mapping[str, Any], stamp: str = "") -> list[dict[str, Any]]:
    """Run a statement of `sql/queries` within a scope; `fact` says by what its rows are known."""
    seen, bound = _limits(store, fact, scope, stamp or FACTS[fact].stamp)
    return store.rows(load(name).replace("{seen}", seen), {**values, **bound})


def _limits(store: Store, fact: str, scope: Scope, stamp: str, prefix: str = "") -> tuple[str, dict[str, Any]]:
    """What a scope adds to a statement over a fact: conditions, and the values bound in them."""
    bound: dict[str, Any] = {}

    def bind(name: str, kind: str, value: Any) -> str:
        bound[name] = value
        return f"{{{name}:{kind}}}"

    if not scope.only:
        return "", bound
    placing = Placing(places(store), stamp, bind)
    found = [dimension.among(fact, name, values, f"{prefix}scope", placing)[0] for name, values in scope.only]
    return "".join(f" AND {each}" for each in found), bound


def _moments(rows: list[dict[str, Any]]) -> Iterator[Moment]:
    """The stretches of time in which nothing changed, from the boundaries of agent-days."""
    for row in rows:
        day = datetime(row["day"].year, row["day"].month, row["day"].day, tzinfo=UTC)
        held, counts, at = dict[str, int](), {_SIGNED: 0, _READY: 0}, row["from_at"]
        for bound in row["bound"]:
            instant = day + timedelta(milliseconds=bound >> 20)
            if instant > at:
                yield _moment(at, instant, held, counts)
                at = instant
            layer, place, step = bound >> 16 & 15, bound >> 1 & 32767, 1 if bound & 1 else -1
            if layer == _WORK:
                channel = row["channels"][place - 1]
                held[channel] = held.get(channel, 0) + step
            elif layer in counts:
                counts[layer] += step
        if row["to_at"] > at:
            yield _moment(at, row["to_at"], held, counts)


def _moment(at: datetime, until: datetime, held: Mapping[str, int], counts: Mapping[int, int]) -> Moment:
    return Moment(at, until, tuple((code, n) for code, n in sorted(held.items()) if n > 0), counts[_SIGNED] > 0, counts[_READY] > 0)


def _clipped(moments: Iterator[Moment], since: datetime, until: datetime) -> Iterator[Moment]:
    """The same within a period, without seams: what went on across a border of days is one moment."""
    last: Moment | None = None
    for each in moments:
        begin, end = max(each.at, since), min(each.until, until)
        if begin >= end:
            continue
        same = last is not None and last.until == begin and _held(last) == _held(each)
        if last is not None and same:
            last = Moment(last.at, end, last.held, last.signed_in, last.ready)
            continue
        if last is not None:
            yield last
        last = Moment(begin, end, each.held, each.signed_in, each.ready)
    if last is not None:
        yield last


def _held(moment: Moment) -> tuple[object, ...]:
    return moment.held, moment.signed_in, moment.ready


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
