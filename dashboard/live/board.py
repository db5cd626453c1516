"""The live board of one scope and filter at one moment: asked once, shown to everybody who watches the same.

Every figure is a metric's (`metrics.run.ask`); totals are asked, not added. What the board adds is comparison: the oldest wait as a
multiple of its channel's promise, today's arrivals beside those of the same weekday in the past six weeks, and a status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.live.arrival import Arrivals, Whose, arrivals
from dashboard.live.asker import Asker
from dashboard.live.floor import NAMES_S, Floor
from dashboard.live.memory import Memory
from dashboard.parts.channel import ordered
from dashboard.setting import Settings
from metrics.promise import Promise
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

    @property
    def waiting(self) -> int:
        """Contacts waiting now."""
        return int(self.figure("waiting").value or 0)

    @property
    def late(self) -> int | None:
        """Contacts waiting longer than promised, None without a promise."""
        value = self.figure("waiting_late").value
        return None if value is None or self.promise is None else int(value)

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

    @property
    def decided(self) -> int:
        """How many contacts the live service level may come to rest on: those decided and those still waiting in time."""
        level = self.figure("service_level_live")
        return round(undecided(level) + (level.bottom or 0))

    @property
    def status(self) -> str:
        """From bounds, never from the point: bad when even the best end misses, watch when waiting decides and the oldest nears its
        promise, good otherwise, unknown below thirty contacts or without a promise."""
        level = self.figure("service_level_live")
        if self.promise is None or self.decided < ENOUGH or level.low is None or level.high is None:
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
    sources: tuple[standing.Source, ...] = ()
    balance: standing.Balance | None = None
    filtered: bool = False

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
    flow = arrivals(store, memory, Whose(floor.scope, floor.where, settings.zone), asker.now)
    rows = asker.rows()
    queues, channels = {key: row for key, row in rows.items() if len(key) == 2}, {key[0]: rows[key] for key in rows if len(key) == 1}
    codes = ordered(channels)
    listed = sorted((key for key in queues if key[1]), key=lambda key: (codes.index(key[0]), names.get(("queue", key[1]), key[1])))
    promises = settings.promises
    return Board(
        at=asker.now,
        zone=settings.zone,
        channels=tuple(Line(code, "", "", promises.get(code), channels[code], flow.get(code)) for code in codes),
        queues=tuple(Line(key[0], key[1], names.get(("queue", key[1]), key[1]), promises.get(key[0]), queues[key]) for key in listed),
        total=Line("", "", "", None, rows[()], flow.get("")),
        sources=standing.sources(store),
        balance=standing.balance(store),
        filtered=bool(floor.where),
    )
