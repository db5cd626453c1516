"""The last day that is over, beside a day that has hardly begun.

Just after midnight everything a board says of "today" is nothing, while the day that just ended is what its readers want to know. So
until today has seen a tenth of that day's contacts (and thirty at least), the figures of that day stand beside today's, and say so.
It is asked once in a while: only late events change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.live.arrival import Whose, hours, midnight
from dashboard.live.memory import Memory
from dashboard.setting import Settings
from metrics import run
from metrics.judge import Verdict, judge
from metrics.metric import Target
from metrics.promise import Promises
from metrics.query import Grain, Query
from metrics.registry import metric
from metrics.result import Figure
from sql.clickhouse import Store

BEFORE = 7  # days looked back for one with a contact
DAY_S = 600.0
BEGUN, FEW = 0.1, 30  # today has begun when it has seen this share of that day's contacts, and this many
FLOWED = ("handled", "abandoned", "abandon_rate", "promise_kept")
NONE = Figure(None, None)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is over: its figures by channel ("" for all together), and its contacts by local hour.

    `yesterday`: whether it is the day just before today; otherwise nothing happened in between.
    """

    date: date
    yesterday: bool
    figures: Mapping[str, Mapping[str, Figure]]
    arrived: Mapping[str, tuple[int, ...]]
    missed: tuple[str, ...]  # channels that surely missed what they promise

    def figure(self, channel: str, name: str) -> Figure:
        """A metric of that day for a channel, without a value where there was nothing."""
        return self.figures.get(channel, {}).get(name, NONE)

    def contacts(self, channel: str) -> int:
        """Contacts that arrived that day."""
        return sum(self.arrived.get(channel, ()))


def ended(store: Store, memory: Memory, settings: Settings, whose: Whose, now: datetime, arrived: int) -> Day | None:
    """The last day that is over and had a contact, as long as today (`arrived` contacts so far) has hardly begun; None afterwards."""
    key = ("ended", whose, midnight(now, whose.zone))
    day: Day | None = memory.recall(key, DAY_S, lambda: _ended(store, settings.promises, whose, now))
    return day if day is not None and arrived < max(FEW, BEGUN * day.contacts("")) else None


def _ended(store: Store, promises: Promises, whose: Whose, now: datetime) -> Day | None:
    counted = Query(
        metrics=("contacts",),
        since=midnight(now, whose.zone, -BEFORE),
        until=midnight(now, whose.zone),
        grain=Grain.DAY,
        zone=whose.zone,
        where=whose.where,
        scope=whose.scope,
        now=now,
    )
    days = [row.keys["at"] for row in run.ask(store, counted).rows if row.figures["contacts"].value]
    if not days:
        return None
    today, last = now.astimezone(ZoneInfo(whose.zone)).date(), max(at for at in days if isinstance(at, datetime)).date()
    back = (last - today).days
    figures = _figures(store, promises, whose, now, back)
    told = metric("promise_kept")
    missed = tuple(
        code
        for code, row in figures.items()
        if code in promises and judge(told, row["promise_kept"], Target(promises[code].share, None, told.name)) is Verdict.BAD
    )
    arrived = {code: tuple(found) for code, found in hours(store, whose, now, back).items()}
    return Day(last, back == -1, figures, arrived, missed)


def _figures(store: Store, promises: Promises, whose: Whose, now: datetime, back: int) -> dict[str, Mapping[str, Figure]]:
    """That day's figures by channel, and under "" of all channels together."""
    found: dict[str, Mapping[str, Figure]] = {}
    for by in ((), ("channel",)):
        query = Query(
            metrics=FLOWED,
            by=by,
            since=midnight(now, whose.zone, back),
            until=midnight(now, whose.zone, back + 1),
            zone=whose.zone,
            where=whose.where,
            scope=whose.scope,
            now=now,
        )
        for row in run.ask(store, query, promises).rows:
            found[str(row.keys.get("channel", ""))] = row.figures
    return found
