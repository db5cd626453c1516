"""The live board of one scope and filter at one moment: asked once, shown to everybody who watches the same.

Every figure is a metric's (`metrics.run.ask`); totals are asked, not added. What the board adds is comparison: the oldest wait as a
multiple of its channel's promise, today's arrivals beside those of the same weekday in the past six weeks, and a status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dashboard.live.arrival import Arrivals, Past, Whose, midnight
from dashboard.live.promise import Promise
from dashboard.parts.channel import ordered
from dashboard.setting import Settings
from metrics import run
from metrics.query import Pairs, Query, Scope
from metrics.result import Figure, Row
from sql import standing
from sql.clickhouse import Store

FILTERS = ("channel", "queue", "team", "site")
RECENT = timedelta(days=7)  # a channel or queue is on the board when it had a contact in this time, or has somebody waiting
ENOUGH = 30  # contacts from which a verdict is given
NEAR = 0.75  # of its promise: from here an oldest wait puts the promise at stake
NONE = Figure(None, None)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """What a viewer watches: his scope and the filters of the address. It is the key of a live channel."""

    scope: Scope
    where: Pairs = ()

    @classmethod
    def of(cls, scope: Scope, filters: Mapping[str, tuple[str, ...]]) -> "Floor":
        """The floor of an address; what is not a filter of this page is left alone."""
        return cls(scope, tuple((name, tuple(sorted(set(filters[name])))) for name in FILTERS if filters.get(name)))


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
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)

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


def draw(store: Store, settings: Settings, floor: Floor, past: Past, at: datetime | None = None) -> Board:
    """Ask everything a board shows, as of one moment (now by default); `past` remembers what other days were like."""
    now = at or datetime.now(UTC)
    asker = _Asker(store, settings, floor, now)
    names = standing.names(store)
    by_queue, by_channel, total = (asker.lines(by) for by in (("channel", "queue"), ("channel",), ()))
    known = asker.known()
    codes = ordered({channel for channel, _ in known} | {key[0] for key in by_channel if _present(by_channel[key])})
    queues = [key for key in sorted(known | {key for key in by_queue if _present(by_queue[key])}) if key[1]]
    flow = past.arrivals(Whose(floor.scope, floor.where, settings.zone), now)
    rows = [Line(code, "", "", settings.promises.get(code), by_channel.get((code,), {}), flow.get(code)) for code in codes]
    listed = sorted(queues, key=lambda key: (codes.index(key[0]) if key[0] in codes else len(codes), names.get(("queue", key[1]), key[1])))
    lists = [
        Line(channel, queue, names.get(("queue", queue), queue), settings.promises.get(channel), by_queue.get((channel, queue), {}))
        for channel, queue in listed
    ]
    return Board(
        at=now,
        zone=settings.zone,
        channels=tuple(rows),
        queues=tuple(lists),
        total=Line("", "", "", None, total.get((), {}), flow.get("")),
        sources=standing.sources(store),
        balance=standing.balance(store),
        filtered=bool(floor.where),
        names=names,
    )


def _present(figures: Mapping[str, Figure]) -> bool:
    return bool(figures.get("waiting", NONE).value or figures.get("in_hand", NONE).value)


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the metrics of one board, all as of the same moment."""

    store: Store
    settings: Settings
    floor: Floor
    now: datetime

    def lines(self, by: tuple[str, ...]) -> dict[Key, dict[str, Figure]]:
        """The figures of every row of one level (queues, channels, all)."""
        found: dict[Key, dict[str, Figure]] = {}
        today = midnight(self.now, self.settings.zone)
        self._ask(found, ("waiting", "oldest_wait", "in_hand"), by)
        self._ask(found, ("handled", "abandoned", "abandon_rate"), by, since=today)
        late = 0
        for promise, channels in self._promises().items():
            parameters = (("threshold_s", promise),)
            if by:
                self._ask(found, ("service_level_live",), by, since=today, channels=channels, parameters=parameters)
                self._ask(found, ("waiting_late",), by, channels=channels, parameters=parameters)
            else:
                late += self._late(channels, parameters)
        if not by:
            found.setdefault((), {})["waiting_late"] = Figure(late, late)
        return found

    def known(self) -> set[tuple[str, str]]:
        """Channels and queues that had a contact lately."""
        rows = run.ask(self.store, self._query(("offered",), ("channel", "queue"), since=self.now - RECENT)).rows
        return {(str(row.keys["channel"]), str(row.keys["queue"])) for row in rows if row.keys["channel"]}

    def _promises(self) -> dict[int, tuple[str, ...]]:
        """Channels by the time they promise, so that those with the same are asked together."""
        grouped: dict[int, list[str]] = {}
        for channel, promise in self.settings.promises.items():
            grouped.setdefault(promise.within_s, []).append(channel)
        return {within: tuple(channels) for within, channels in grouped.items()}

    def _late(self, channels: tuple[str, ...], parameters: tuple[tuple[str, int], ...]) -> int:
        rows = run.ask(self.store, self._query(("waiting_late",), (), None, channels, parameters)).rows
        return sum(int(row.figures["waiting_late"].value or 0) for row in rows)

    def _query(
        self,
        metrics: tuple[str, ...],
        by: tuple[str, ...],
        since: datetime | None = None,
        channels: tuple[str, ...] = (),
        parameters: tuple[tuple[str, int], ...] = (),
    ) -> Query:
        where = dict(self.floor.where)
        if channels:
            kept = tuple(channel for channel in channels if channel in where.get("channel", channels))
            where["channel"] = kept or ("",)
        return Query(
            metrics=metrics,
            by=by,
            since=since,
            where=tuple(where.items()),
            parameters=parameters,
            zone=self.settings.zone,
            scope=self.floor.scope,
            now=self.now,
        )

    def _ask(
        self,
        found: dict[Key, dict[str, Figure]],
        metrics: tuple[str, ...],
        by: tuple[str, ...],
        since: datetime | None = None,
        channels: tuple[str, ...] = (),
        parameters: tuple[tuple[str, int], ...] = (),
    ) -> None:
        for row in run.ask(self.store, self._query(metrics, by, since, channels, parameters)).rows:
            found.setdefault(_key(row, by), {}).update(row.figures)


def _key(row: Row, by: tuple[str, ...]) -> Key:
    return tuple(str(row.keys[name]) for name in by)
