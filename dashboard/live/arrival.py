"""Arrivals of today beside those of the same weekday in the past weeks, by hour of the local day.

The past does not move while a floor is watched: it is asked once per floor and day and kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from dashboard.live.memory import Memory
from metrics import run
from metrics.query import Grain, Pairs, Query, Scope
from sql.clickhouse import Store

WEEKS = 6
HOURS = 24
ENOUGH = 10
WEEKS_S = 3600.0  # late events of past weeks are seen within the hour


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One channel's contacts by local hour. `today` ends with the last whole hour; `arrived` counts the running one too.

    `low` and `high` are the least and the most of the same hour of the same weekday in the past weeks; `usual` is the median of what had
    arrived by this time of day, None without a past.
    """

    today: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    arrived: int
    usual: float | None

    @property
    def against(self) -> float | None:
        """Arrived so far as a change from the usual, None where too little is usual for a percentage to mean anything."""
        return None if self.usual is None or self.usual < ENOUGH else self.arrived / self.usual - 1


def midnight(at: datetime, zone: str, days: int = 0) -> datetime:
    """The beginning of the local day of an instant, or of the one `days` later, as an instant (days are not always 24 hours long)."""
    local = at.astimezone(ZoneInfo(zone))
    return (local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=days)).replace(tzinfo=ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose contacts: a viewer's scope, his filters, and the zone his days begin in."""

    scope: Scope
    where: Pairs
    zone: str


def arrivals(store: Store, memory: Memory, whose: Whose, now: datetime) -> dict[str, Arrivals]:
    """Today's arrivals beside the usual ones, by channel, and under "" for all channels together."""
    passed = now.astimezone(ZoneInfo(whose.zone))
    whole, part = passed.hour, (passed.minute * 60 + passed.second) / 3600
    day = midnight(now, whose.zone).astimezone(UTC)
    weeks = memory.recall(("weeks", whose, day), WEEKS_S, lambda: _weeks(store, whose, now))
    today = hours(store, whose, now, 0)
    return {code: _compared(today.get(code, [0] * HOURS), weeks.get(code, []), whole, part) for code in today.keys() | weeks.keys()}


def _weeks(store: Store, whose: Whose, now: datetime) -> dict[str, list[list[int]]]:
    """By channel, one list of hours for each past week; weeks in which nothing at all was recorded are not a past."""
    days = [day for day in (hours(store, whose, now, -7 * week) for week in range(1, WEEKS + 1)) if any(day[""])]
    return {code: [day.get(code, [0] * HOURS) for day in days] for day in days for code in day}


def _compared(hours: list[int], weeks: list[list[int]], whole: int, part: float) -> Arrivals:
    by_now = [sum(week[:whole]) + week[whole] * part for week in weeks]
    return Arrivals(
        today=tuple(hours[:whole]),
        low=tuple(min(week[at] for week in weeks) for at in range(HOURS)) if weeks else (),
        high=tuple(max(week[at] for week in weeks) for at in range(HOURS)) if weeks else (),
        arrived=sum(hours),
        usual=median(by_now) if by_now else None,
    )


def hours(store: Store, whose: Whose, now: datetime, days: int) -> dict[str, list[int]]:
    """Contacts by local hour of one local day, by channel and, added up, under "".

    An hour that occurs twice in autumn is one, one skipped in spring is empty.
    """
    query = Query(
        metrics=("contacts",),
        by=("channel",),
        since=midnight(now, whose.zone, days),
        until=midnight(now, whose.zone, days + 1),
        grain=Grain.HOUR,
        zone=whose.zone,
        where=whose.where,
        scope=whose.scope,
        now=now,
    )
    found: dict[str, list[int]] = {"": [0] * HOURS}
    for row in run.ask(store, query).rows:
        at = row.keys.get("at")
        if isinstance(at, datetime):
            for code in {str(row.keys["channel"]), ""}:
                hours = found.setdefault(code, [0] * HOURS)
                hours[at.astimezone(ZoneInfo(whose.zone)).hour] += int(row.figures["contacts"].value or 0)
    return found
