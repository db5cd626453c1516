"""Buckets of local time: the same borders in SQL and in Python, right over clock changes and in zones off the whole hour.

A quarter or an hour begins where the clock shows a whole one; where the clock is set by a part of an hour, as at Lord Howe, the change
begins an hour too. A day begins when its date does, for the last time where the date goes back for a moment, as it did at St John's;
what comes before belongs to the day before. Weeks begin with the Monday, months with the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from metrics.query import Grain
from metrics.refusal import refuse
from sql.opening import zones

# The SQL start of the bucket an instant lies in.
_START = {
    Grain.QUARTER_HOUR: "toStartOfInterval({t}, INTERVAL 15 MINUTE, {{zone:String}})",
    Grain.HOUR: "toStartOfHour({t}, {{zone:String}})",
    Grain.DAY: "toStartOfDay({t}, {{zone:String}})",
    Grain.WEEK: "toDateTime(toMonday({t}, {{zone:String}}), {{zone:String}})",
    Grain.MONTH: "toDateTime(toStartOfMonth({t}, {{zone:String}}), {{zone:String}})",
}
# The engine's own toStartOfHour goes by the beginning of the day: past a change of half an hour its hours begin at half past.
_CLOCK = "toDateTime({t}, {{zone:String}})"
_FULL = f"{_CLOCK} - toUInt32(modulo(toUnixTimestamp({{t}}) + timeZoneOffset({_CLOCK}), 3600))"
_SPLIT = (
    f"if(modulo(timeZoneOffset({_FULL}) - timeZoneOffset({_CLOCK}), 3600) = 0, {_FULL}, arrayFirst("
    f"b -> modulo(timeZoneOffset(b) - timeZoneOffset({_CLOCK}), 3600) = 0, arrayMap(k -> {_FULL} + 900 * k, [1, 2, 3])))"
)
_STEP_S = {Grain.QUARTER_HOUR: 900, Grain.HOUR: 3600, Grain.DAY: 79200, Grain.WEEK: 6 * 86400, Grain.MONTH: 27 * 86400}
_HOUR, _QUARTER = timedelta(hours=1), timedelta(minutes=15)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; any other name is refused in words, also what a system keeps beside the zones for its own use."""
    if name not in zones():
        raise refuse("no_zone", name=name)
    return ZoneInfo(name)


@lru_cache(maxsize=64)
def _split(name: str) -> bool:
    """Whether that zone's clock has ever been set by quarters of an hour (since 1970; no zone does so and back within the ten days)."""
    days = (datetime(1970, 1, 2, tzinfo=UTC) + timedelta(days=10 * n) for n in range(4750))
    past = {(day.astimezone(zone(name)).utcoffset() or timedelta()) % _HOUR for day in days}
    return len({each for each in past if not each % _QUARTER}) > 1


def start_sql(grain: Grain, instant: str, name: str) -> str:
    """SQL for the start of the bucket `instant` (a column or expression) lies in, by the clock of the zone `name`."""
    return (_SPLIT if grain is Grain.HOUR and _split(name) else _START[grain]).format(t=instant)


def step_s(grain: Grain, name: str) -> int:
    """Seconds no longer than any bucket of that zone: walking by them skips none."""
    return _STEP_S[Grain.QUARTER_HOUR if grain is Grain.HOUR and _split(name) else grain]


def walk_sql(grain: Grain, name: str, last: str) -> tuple[str, str]:
    """The starts of the buckets from `from_at` to `to_at`, and the end of each, the last one's being `last`."""
    step, begin = step_s(grain, name), start_sql(grain, "t", name)
    walk = f"arrayMap(k -> from_at + toIntervalSecond({step} * k), range(toUInt32(dateDiff('second', from_at, to_at) / {step}) + 1))"
    return (
        f"arrayDistinct(arrayMap(\n    t -> toDateTime64({begin}, 3, 'UTC'),\n    arrayPushBack({walk}, to_at)\n)) AS starts",
        f"arrayPushBack(arrayPopFront(starts), {last}) AS ends",
    )


def shown(instant: datetime, name: str) -> datetime:
    """The instant by that zone's clock, with the offset it has there and then.

    The offset is fixed because two datetimes of one zone are compared by their clocks: the hour that happens twice would be one.
    """
    local = instant.astimezone(zone(name))
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def start(grain: Grain, instant: datetime, name: str) -> datetime:
    """The start of the bucket `instant` lies in, by that zone's clock."""
    local = instant.astimezone(zone(name))
    if grain in (Grain.QUARTER_HOUR, Grain.HOUR):
        minutes = local.minute % 15 if grain is Grain.QUARTER_HOUR else local.minute
        past = timedelta(minutes=minutes, seconds=local.second, microseconds=local.microsecond)
        begin = instant.astimezone(UTC) - past
        if grain is Grain.HOUR and _split(name):
            begin = next((each for each in (begin + _QUARTER * n for n in range(4)) if _alike(each, local, name)), begin)
        return shown(begin, name)
    day = local.date()
    if instant < _midnight(day, name):
        day -= timedelta(days=1)
    if grain is Grain.WEEK:
        day -= timedelta(days=day.weekday())
    if grain is Grain.MONTH:
        day = day.replace(day=1)
    return shown(_midnight(day, name), name)


def _alike(instant: datetime, local: datetime, name: str) -> bool:
    """Whether the clock at an instant differs from that of a local time by whole hours."""
    here, there = instant.astimezone(zone(name)).utcoffset(), local.utcoffset()
    return not ((here or timedelta()) - (there or timedelta())) % _HOUR


def _midnight(day: date, name: str) -> datetime:
    """When a date begins, in UTC: the last time, where it has ended for a moment in between."""
    first, again = (datetime.combine(day, time(fold=fold), zone(name)).astimezone(UTC) for fold in (0, 1))
    back = again > first and (again - timedelta(milliseconds=1)).astimezone(zone(name)).date() < day
    return again if back else first


def following(grain: Grain, begin: datetime, name: str) -> datetime:
    """The start of the bucket after the one that starts at `begin`."""
    step = timedelta(seconds=step_s(grain, name))
    later = begin.astimezone(UTC)
    while (found := start(grain, later, name)) <= begin:
        later += step
    return found


def between(grain: Grain, first: datetime, edge: datetime, name: str) -> Iterator[datetime]:
    """The starts of all buckets from that of `first` to the last one that begins before `edge`."""
    begin = start(grain, first, name)
    while begin < edge:
        yield begin
        begin = following(grain, begin, name)
