"""Asks the metrics of one live board, all as of the same moment, with as few statements as the floor allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.live.arrival import midnight
from dashboard.live.floor import KNOWN_S, SHORT_S, SLOW_S, Floor
from dashboard.live.memory import Memory
from dashboard.live.total import together
from dashboard.setting import Settings
from metrics import run
from metrics.query import Query
from metrics.result import Figure
from sql.clickhouse import Store

RECENT = timedelta(days=7)  # a queue is on the board when it had a contact in this time, has somebody waiting, or is being worked on
NOW = ("waiting", "oldest_wait", "in_hand")
TODAY = ("handled", "abandoned", "abandon_rate")
PROMISED = ("service_level_live", "waiting_late")
QUEUE, CHANNEL = ("channel", "queue"), ("channel",)
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

    def rows(self) -> Rows:
        """The figures of every queue, of every channel, and of all together."""
        rows: Rows = {key: {} for key in self.memory.recall(("known", self.floor), KNOWN_S, self._known)}
        self._take(rows, self._ask(NOW, QUEUE))
        self._take(rows, self._ask(TODAY, QUEUE, since=midnight(self.now, self.settings.zone)), only_known=True)
        rows = {key: row for key, row in rows.items() if key[0]}
        asked = set().union(*rows.values()) if rows else set()
        for channel in {key[0] for key in rows}:
            rows[(channel,)] = _added([row for key, row in rows.items() if len(key) == 2 and key[0] == channel], asked)
        rows[()] = _added([row for key, row in rows.items() if len(key) == 2], asked)
        self._promised(rows)
        return rows

    def _known(self) -> tuple[Key, ...]:
        """Channels and queues that had a contact lately."""
        return tuple(self._ask(("offered",), QUEUE, since=self.now - RECENT))

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
        self, metrics: tuple[str, ...], by: Key, since: datetime | None = None, channels: tuple[str, ...] = (), within_s: int = 0
    ) -> Rows:
        where = dict(self.floor.where)
        if channels:
            where["channel"] = tuple(channel for channel in channels if channel in where.get("channel", channels))
        query = Query(
            metrics=metrics,
            by=by,
            since=since,
            where=tuple(where.items()),
            parameters=(("threshold_s", within_s),) if within_s else (),
            zone=self.settings.zone,
            scope=self.floor.scope,
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
