"""The live board of one scope and filter at one moment: asked once, shown to everybody who watches the same.

Every figure is a metric's (`metrics.run.ask`); totals are asked, not added. What the board adds is comparison: the oldest wait as a
multiple of its channel's promise, today's arrivals beside those of the same weekday in the past six weeks, a status; and what a reader
must know to trust it: who is there, which source is late, and how the last whole day went while today has hardly begun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.live.arrival import Arrivals, Whose, arrivals
from dashboard.live.asker import Asker, Key, Rows
from dashboard.live.crew import Crew, crews, hidden
from dashboard.live.day import Day, ended
from dashboard.live.feed import Feed, feeds
from dashboard.live.floor import NAMES_S, Floor
from dashboard.live.memory import Memory
from dashboard.parts.channel import ordered
from dashboard.setting import Settings
from metrics.promise import Promise, Promises
from metrics.result import Figure
from sql import standing
from sql.clickhouse import Store

ENOUGH = 30  # contacts from which a verdict is given
NEAR = 0.75  # of its promise: from here an oldest wait puts the promise at stake
NONE = Figure(None, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a queue of a channel, a whole channel (`queue` is empty), or everything (both are)."""

    channel: str
    queue: str
    name: str
    promise: Promise | None
    figures: Mapping[str, Figure]
    arrivals: Arrivals | None = None
    silent_since: datetime | None = None  # a source of this row is late: since then nothing is known of what it sends

    @property
    def waiting(self) -> int:
        """Contacts waiting now."""
        return self.counted("waiting")

    @property
    def late(self) -> int | None:
        """Contacts waiting longer than promised, None without a promise."""
        return None if self.promise is None else self.counted("waiting_late")

    @property
    def oldest_s(self) -> float | None:
        """How long the one who waits longest has waited."""
        return self.figure("oldest_wait").value

    @property
    def multiple(self) -> float | None:
        """The oldest wait in units of the promise."""
        return None if self.promise is None or self.oldest_s is None else self.oldest_s / self.promise.within_s

    def figure(self, metric: str) -> Figure:
        """A metric of this row; one that was not asked of it has no value."""
        return self.figures.get(metric, NONE)

    def counted(self, metric: str) -> int:
        """What a metric counts in this row: where nothing happened the answer has no row, and that is 0, not "no value"."""
        return int(self.figure(metric).value or 0)

    @property
    def decided(self) -> int:
        """How many contacts the live service level may come to rest on: those decided and those still waiting in time."""
        level = self.figure("service_level_live")
        return round(undecided(level) + (level.bottom or 0))

    @property
    def status(self) -> str:
        """From bounds, never from the point: bad when even the best end misses, watch when waiting decides and the oldest nears its
        promise, good otherwise; unknown below thirty contacts, without a promise, and while a source of the row is late."""
        level = self.figure("service_level_live")
        if self.silent_since is not None or self.promise is None or self.decided < ENOUGH or level.low is None or level.high is None:
            return "unknown"
        if level.high < self.promise.share:
            return "bad"
        return "watch" if level.low < self.promise.share and (self.multiple or 0) > NEAR else "good"


def undecided(level: Figure) -> float:
    """Contacts that may still join a live service level: high = (top + undecided) / (bottom + undecided), solved for them."""
    if level.high is None or not level.high < 1 or level.top is None or level.bottom is None:
        return 0.0
    return max(0.0, (level.high * level.bottom - level.top) / (1 - level.high))


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the live page shows, without a language."""

    at: datetime
    zone: str
    channels: tuple[Line, ...]
    queues: tuple[Line, ...]
    total: Line
    sources: tuple[Feed, ...] = ()
    balance: standing.Balance | None = None
    filtered: bool = False
    limited: bool = False  # a part of the company: what arrived of the rest is not known here
    crews: tuple[Crew, ...] = ()  # that of all teams together first
    day: Day | None = None  # the last day that is over, while today has hardly begun

    @property
    def late(self) -> tuple[Feed, ...]:
        """The sources that are late, the one that has been silent longest first."""
        return tuple(sorted((each for each in self.sources if each.late), key=lambda each: each.at))

    @property
    def restless(self) -> bool:
        """Ages grow while somebody waits or something was ever received (its freshness is shown)."""
        return bool(self.total.waiting or self.sources)

    def leaves(self, language: str) -> Mapping[str, str]:
        """Every text and mark by its place (`dashboard.live.leaf`)."""
        from dashboard.live.leaf import leaves

        return leaves(self, "en" if language == "en" else "fr")

    def shape(self, language: str) -> str:
        """What rows there are, in which language."""
        from dashboard.live.leaf import shape

        return shape(self, language)


def draw(store: Store, settings: Settings, floor: Floor, memory: Memory, at: datetime | None = None) -> Board:
    """Ask everything a board shows, as of one moment (now by default); `memory` spares what changes slowly."""
    asker = Asker(store, settings, floor, memory, at or datetime.now(UTC))
    names = memory.recall("names", NAMES_S, lambda: standing.names(store))
    whose = Whose(floor.scope, floor.where, settings.zone)
    flow = arrivals(store, memory, whose, asker.now)
    working, present, sources = asker.working(), asker.present(), feeds(store, memory, settings, asker.now)
    rows, known = asker.rows(working), asker.known()
    if floor.scope.only:  # the other sources, and how much the company received, are not his to know
        mine = {key[2] for key in known}
        sources = tuple(each for each in sources if each.name in mine)
    since = {each.name: each.at for each in sources if each.late}
    told = crews(working, present, {key[3] for key in known} - {""}, names)
    return Board(
        at=asker.now,
        zone=settings.zone,
        channels=_channels(rows, flow, settings.promises, _silent(known, since, 1)),
        queues=_queues(rows, names, settings.promises, _silent(known, since, 2)),
        total=Line("", "", "", None, rows[()], flow.get("")),
        sources=sources,
        balance=None if floor.scope.only else standing.balance(store),
        filtered=bool(floor.where),
        limited=bool(floor.scope.only),
        crews=told if floor.scope.named else hidden(told),
        day=ended(store, memory, settings, whose, asker.now, flow[""].arrived),
    )


def _channels(rows: Rows, flow: Mapping[str, Arrivals], promises: Promises, silent: Mapping[Key, datetime]) -> tuple[Line, ...]:
    """The channels in their fixed order."""
    codes = ordered(key[0] for key in rows if len(key) == 1)
    return tuple(Line(code, "", "", promises.get(code), rows[code,], flow.get(code), silent.get((code,))) for code in codes)


def _queues(rows: Rows, names: Mapping[tuple[str, str], str], promises: Promises, silent: Mapping[Key, datetime]) -> tuple[Line, ...]:
    """The queues in the order of their channels, then by name."""
    codes = ordered(key[0] for key in rows if len(key) == 1)
    named = {key: names.get(("queue", key[1]), key[1]) for key in rows if len(key) == 2 and key[1]}
    listed = sorted(named, key=lambda key: (codes.index(key[0]), named[key]))
    return tuple(Line(key[0], key[1], named[key], promises.get(key[0]), rows[key], None, silent.get(key)) for key in listed)


def _silent(known: Iterable[Key], since: Mapping[str, datetime], length: int) -> dict[Key, datetime]:
    """By the first `length` parts of what is known: since when a source of it has been silent, the earliest of several."""
    found: dict[Key, datetime] = {}
    for key in known:
        if key[2] in since:
            found[key[:length]] = min(since[key[2]], found.get(key[:length], since[key[2]]))
    return found
