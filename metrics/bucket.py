"""Buckets of local time: the same borders in SQL and in Python, right over clock changes and in zones off the whole hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from metrics.query import Grain, Refused

# The SQL start of the bucket an instant lies in, and a step in seconds shorter than any bucket: walking by it skips none.
_START = {
    Grain.QUARTER_HOUR: "toStartOfInterval({t}, INTERVAL 15 MINUTE, {{zone:String}})",
    Grain.HOUR: "toStartOfHour({t}, {{zone:String}})",
    Grain.DAY: "toStartOfDay({t}, {{zone:String}})",
    Grain.WEEK: "toDateTime(toMonday({t}, {{zone:String}}), {{zone:String}})",
    Grain.MONTH: "toDateTime(toStartOfMonth({t}, {{zone:String}}), {{zone:String}})",
}
STEP_S = {Grain.QUARTER_HOUR: 900, Grain.HOUR: 3600, Grain.DAY: 79200, Grain.WEEK: 6 * 86400, Grain.MONTH: 27 * 86400}


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; any other name is refused in words, also what a system keeps beside the zones for its own use."""
    if name not in _known():
        raise Refused(f"There is no time zone {name!r}; write an IANA name such as Europe/Paris or Asia/Kathmandu.")
    return ZoneInfo(name)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def start_sql(grain: Grain, instant: str) -> str:
    """SQL for the start of the bucket `instant` (a column or expression) lies in."""
    return _START[grain].format(t=instant)


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
        return shown(instant.astimezone(UTC) - past, name)
    day = local.date()
    if grain is Grain.WEEK:
        day -= timedelta(days=day.weekday())
    if grain is Grain.MONTH:
        day = day.replace(day=1)
    midnight = datetime.combine(day, time(), zone(name))
    return shown(midnight.astimezone(UTC), name)


def following(grain: Grain, begin: datetime, name: str) -> datetime:
    """The start of the bucket after the one that starts at `begin`."""
    step = timedelta(seconds=STEP_S[grain])
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
