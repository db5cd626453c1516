"""One agent's day: what was recorded, how it was counted, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from dashboard.agent.moment import Window
from dashboard.agent.tally import Ask, Tally, tallies
from dashboard.parts.channel import ordered
from metrics.detail import AgentDay, Moment, Stretch, agent_day
from metrics.query import Query, Refused, Scope
from sql import standing
from sql.agent_time import OFF, READY
from sql.clickhouse import Store


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part in one contact of a queue (by its name).

    `stretches` are in their order, from `start` to `end`, which is the present moment while it goes on.
    """

    interaction: str
    channel: str
    queue: str
    stretches: tuple[Stretch, ...]
    start: datetime
    end: datetime
    going_on: bool

    @property
    def taken(self) -> bool:
        """Whether the agent had it in hand at any time; else it only rang."""
        return any(each.phase != "ring" for each in self.stretches)


@dataclass(frozen=True, slots=True)
class Day:
    """A day (or the part of it looked at) of one agent.

    `tally`, `levels`, `pairs` are of the whole day, None where the viewer's scope is limited by what they are not known by; `limited` says
    whether it is limited at all.
    """

    agent: str
    name: str
    window: Window
    now: datetime
    detail: AgentDay
    parts: tuple[Part, ...]
    tally: Tally | None
    levels: tuple[tuple[int, float], ...]
    pairs: Mapping[tuple[str, str], float]
    limited: bool

    @property
    def order(self) -> list[str]:
        """The channels of the day, in their fixed order."""
        return ordered({part.channel for part in self.parts if part.taken} | set(self.tally.channels if self.tally else ()))

    @property
    def shown(self) -> list[Part]:
        """The parts that lie in the window, in the order in which they began."""
        return [part for part in self.parts if part.start < self.window.ends and part.end > self.window.begins]

    @property
    def live(self) -> bool:
        """Whether the day is not over."""
        return self.now < self.window.at(self.window.length)

    @property
    def known(self) -> bool:
        """Whether anything at all is known of the agent on this day."""
        return bool(self.parts or self.detail.states or (self.tally and (self.tally.wall or self.tally.seconds("staffed_time"))))

    @property
    def held(self) -> bool:
        """Whether the viewer's scope holds the agent on this day, so that it shows something: without limits an empty day does too."""
        return self.known or not self.limited


def gather(ask: Ask, store: Store, scope: Scope, agent: str, window: Window, now: datetime, share: str = "equal") -> Day:
    """Everything the page of a day shows, as of the second of `now`. Raises Refused without the right to see single agents."""
    names = standing.names(store)
    since, until, now = window.at(0), window.at(window.length), now.replace(microsecond=0)
    detail = agent_day(store, scope, agent, since, until, now)
    # while the day goes on, its figures are those of the same moment as its lanes; once it is over they do not change with the clock
    at = now if since < now < until else None
    base = Query(("agent_time_wall",), since=since, until=until, zone=window.zone, where=(("agent", (agent,)),), scope=scope, now=at)
    tally = None
    try:
        tally = tallies(ask, base, "", share).get("", Tally())
    except Refused:
        if detail.moments is not None:  # not the scope: the question itself
            raise
    parts = tuple(_parts(detail, min(until, now), names))
    began = [part.start for part in parts] + [each.at for each in detail.moments or () if each.held or each.signed_in]
    ended = [part.end for part in parts] + [each.until for each in detail.moments or () if each.held or each.signed_in]
    fitted = window.fitted(min(began), max(ended)) if began else window
    seen = parts or detail.states or not scope.only  # of somebody out of sight not even the name is told
    name = (names.get(("agent", agent)) if seen else None) or agent
    return Day(agent, name, fitted, now, detail, parts, tally, *_together(detail), limited=bool(scope.only))


def _together(detail: AgentDay) -> tuple[tuple[tuple[int, float], ...], dict[tuple[str, str], float]]:
    """Seconds at one, two, three… contacts, and with both channels of a pair open: from the very boundaries the measures are made of."""
    found, both = dict[int, float](), dict[tuple[str, str], float]()
    for each in detail.moments or ():
        long = (each.until - each.at).total_seconds()
        if each.contacts:
            found[each.contacts] = found.get(each.contacts, 0.0) + long
        for pair in combinations((code for code, _ in each.held), 2):
            both[pair] = both.get(pair, 0.0) + long
    return tuple(sorted(found.items())), both


def _parts(detail: AgentDay, edge: datetime, names: Mapping[tuple[str, str], str]) -> Iterator[Part]:
    """The stretches of each stint together, in the order in which they began."""
    found: dict[tuple[str, str], list[Stretch]] = {}
    for each in detail.stretches:
        found.setdefault((each.interaction, each.stint), []).append(each)
    for (interaction, _), mine in sorted(found.items(), key=lambda pair: (pair[1][0].started_at, pair[0])):
        ends = [each.ended_at or edge for each in mine]
        open_ = any(each.ended_at is None for each in mine)
        queue = names.get(("queue", mine[0].queue)) or mine[0].queue
        yield Part(interaction, mine[0].channel, queue, tuple(mine), mine[0].started_at, max(ends), open_)


def odd(moment: Moment, *, present: bool) -> str:
    """What cannot be as it is said: busy while signed out ("out"), busy in a pause ("pause"); '' where nothing is odd.

    `present`: whether the agent's presence is known at all.
    """
    if not moment.contacts or not present:
        return ""
    if not moment.signed_in:
        return "out"
    return "" if moment.ready else "pause"


def state(moment: Moment) -> str:
    """What the agent was: busy before ready before away; '' while signed out."""
    if moment.contacts:
        return "busy"
    return "" if not moment.signed_in else "ready" if moment.ready else "away"


def spans(day: Day) -> list[tuple[str, str, datetime, datetime]]:
    """The day by state and oddity, stretches of equal ones joined: (state, oddity, from, until)."""
    moments, present = day.detail.moments or (), day.detail.present
    found: list[tuple[str, str, datetime, datetime]] = []
    for each in moments:
        kind, strange = state(each), odd(each, present=present)
        if found and found[-1][:2] == (kind, strange) and found[-1][3] == each.at:
            found[-1] = (kind, strange, found[-1][2], each.until)
        else:
            found.append((kind, strange, each.at, each.until))
    return [each for each in found if each[0]]


NO_PAUSE = frozenset({*READY, *OFF, "busy"})


def called(day: Day, since: datetime, until: datetime) -> str:
    """What the source calls the state an agent was away in: the one that covers most of the stretch."""
    best, most = "", timedelta(0)
    for each in day.detail.states:
        if each.state in NO_PAUSE:
            continue
        cover = min(each.ended_at or until, until) - max(each.started_at, since)
        if cover > most:
            best, most = each.state, cover
    return best
