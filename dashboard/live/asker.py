"""Asks the metrics of one live board, all as of the same moment, with as few statements as the floor allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboard.live.arrival import midnight
from dashboard.live.crew import Present, Working
from dashboard.live.floor import KNOWN_S, SHORT_S, SLOW_S, Floor
from dashboard.live.memory import Memory
from dashboard.live.total import together
from dashboard.setting import Settings
from metrics import run
from metrics.dimension import has
from metrics.query import Query
from metrics.result import Figure
from sql import standing
from sql.clickhouse import Store

RECENT = timedelta(days=7)  # a queue is on the board when it had a contact in this time, has somebody waiting, or is being worked on
NOW = ("waiting", "oldest_wait")
STAFF = ("agents_signed_in", "agents_ready")
TODAY = ("handled", "abandoned", "abandon_rate")
PROMISED = ("service_level_live", "waiting_late")
QUEUE, CHANNEL = ("channel", "queue"), ("channel",)
KNOWN, WORK, AGENT = (*QUEUE, "source", "team"), (*QUEUE, "team", "agent"), ("team", "agent")
Key = tuple[str, ...]
Rows = dict[Key, dict[str, Figure]]


@dataclass(frozen=True, slots=True)
class Asker:
    """One board's questions. Keys of rows are (channel, queue), (channel,) and ()."""

    store: Store
    settings: Settings
    floor: Floor
    memory: Memory
    now: datetime

    def rows(self, working: Sequence[Working] = ()) -> Rows:
        """The figures of every queue, of every channel, and of all together; `working` gives the contacts in hand."""
        rows: Rows = {key[:2]: {} for key in self.known()}
        self._take(rows, self._ask(NOW, QUEUE))
        self._take(rows, self._in_hand(working))
        self._take(rows, self._ask(TODAY, QUEUE, since=midnight(self.now, self.settings.zone)), only_known=True)
        rows = {key: row for key, row in rows.items() if key[0]}
        asked = set().union(*rows.values()) if rows else set()
        for channel in {key[0] for key in rows}:
            rows[(channel,)] = _added([row for key, row in rows.items() if len(key) == 2 and key[0] == channel], asked)
        rows[()] = _added([row for key, row in rows.items() if len(key) == 2], asked)
        self._promised(rows)
        return rows

    def known(self) -> tuple[Key, ...]:
        """(channel, queue, source, team) of what had a contact lately."""
        return self.memory.recall(("known", self.floor), KNOWN_S, lambda: tuple(self._ask(("offered",), KNOWN, since=self.now - RECENT)))

    def working(self) -> tuple[Working, ...]:
        """What each agent has in hand, whatever channel or queue is looked at: who is busy elsewhere is not free here."""
        found = self._ask(("in_hand",), WORK, apart=QUEUE)
        return tuple(Working(key[0], key[1], key[2], key[3], int(row["in_hand"].value or 0)) for key, row in found.items())

    def present(self) -> tuple[Present, ...] | None:
        """Who is signed in; None where no source says so, or where it cannot be told by what this viewer is limited to."""
        limits = [name for name, _ in self.floor.scope.only] + [name for name, _ in self.floor.where if name not in QUEUE]
        if not all(has("presence", name) for name in limits):
            return None
        if not self.memory.recall("presence", KNOWN_S, lambda: standing.presence(self.store)):
            return None
        found = self._ask(STAFF, AGENT, apart=QUEUE)
        signed_in = {key: row for key, row in found.items() if row["agents_signed_in"].value}
        return tuple(Present(key[0], key[1], bool(row["agents_ready"].value)) for key, row in signed_in.items())

    def _in_hand(self, working: Iterable[Working]) -> Rows:
        """The contacts in hand of each queue looked at."""
        wanted, found = dict(self.floor.where), dict[Key, int]()
        for each in working:
            if all(getattr(each, name) in wanted.get(name, (getattr(each, name),)) for name in QUEUE):
                found[each.channel, each.queue] = found.get((each.channel, each.queue), 0) + each.contacts
        return {key: {"in_hand": Figure(float(count), count)} for key, count in found.items()}

    def _promised(self, rows: Rows) -> None:
        """Live service levels, asked of queues and of channels, those with the same promise together."""
        groups: dict[int, list[str]] = {}
        for channel in sorted({key[0] for key in rows if key}):
            promise = self.settings.promises.get(channel)
            if promise:
                groups.setdefault(promise.within_s, []).append(channel)
        for within, channels in groups.items():
            for by in (QUEUE, CHANNEL):
                self._take(rows, self._levels(within, tuple(channels), by), only_known=True)
        late = [row["waiting_late"] for key, row in rows.items() if len(key) == 1 and "waiting_late" in row]
        rows[()]["waiting_late"] = together("waiting_late", late)

    def _levels(self, within_s: int, channels: tuple[str, ...], by: Key) -> Rows:
        def asked() -> Rows:
            today = midnight(self.now, self.settings.zone)
            return self._ask(PROMISED, by, since=today, channels=channels, within_s=within_s)

        return self.memory.recall(("levels", self.floor, within_s, channels, by), 0 if within_s <= SHORT_S else SLOW_S, asked)

    def _ask(
        self,
        metrics: tuple[str, ...],
        by: Key,
        since: datetime | None = None,
        channels: tuple[str, ...] = (),
        within_s: int = 0,
        apart: Key = (),
    ) -> Rows:
        """Ask metrics of this floor; its filters by the dimensions named in `apart` are left out."""
        where = {name: values for name, values in self.floor.where if name not in apart}
        if channels:
            where["channel"] = tuple(channel for channel in channels if channel in where.get("channel", channels))
        query = Query(
            metrics=metrics,
            by=by,
            since=since,
            where=tuple(where.items()),
            parameters=(("threshold_s", within_s),) if within_s else (),
            zone=self.settings.zone,
            scope=replace(self.floor.scope, named=True),  # agents are told apart to be counted, then forgotten (crew.py)
            now=self.now,
        )
        result = run.ask(self.store, query, self.settings.promises)
        return {tuple(str(row.keys[name]) for name in by): dict(row.figures) for row in result.rows}

    @staticmethod
    def _take(rows: Rows, found: Rows, *, only_known: bool = False) -> None:
        """Put figures beside those a row has. What only flowed, longer ago than a row is kept, stays off."""
        for key, figures in found.items():
            if key in rows:
                rows[key].update(figures)
            elif not only_known and any(figure.value for figure in figures.values()):
                rows[key] = dict(figures)


def _added(rows: list[dict[str, Figure]], metrics: Iterable[str]) -> dict[str, Figure]:
    return {metric: together(metric, (row[metric] for row in rows if metric in row)) for metric in metrics}
