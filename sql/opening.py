"""When each calendar is open, in UTC: its weekly hours laid over the days of its zone, holidays left out, daylight saving respected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa

from sql.clickhouse import Store
from sql.person import replace

YEARS = 20  # how far past the year of the latest statement about any calendar the hours are laid out

MOST_SPANS = 24  # opening spans of one weekday that are read: one statement must not cost millions of rows

_DAY = 1440  # minutes of a day by the clock

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATEMENTS = """SELECT key, valid_from, data
FROM reference FINAL
WHERE kind = 'calendar'
ORDER BY key, valid_from, sequence"""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """What one statement says: a zone, the opening spans of each weekday in local minutes after its midnight, and days of closure.

    A span that goes on past midnight ends beyond minute 1440.
    """

    zone: ZoneInfo
    week: tuple[tuple[tuple[int, int], ...], ...]
    closed: frozenset[date]


@cache
def zones() -> frozenset[str]:
    """The names of the IANA time zones; what a system keeps beside them for its own use is none."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def fault(hours: object) -> tuple[str, object] | None:
    """The first thing in the hours of a statement that cannot be read: where it is (`.mon[0]`) and what it is; None when there is none.

    The door asks this, so that `understand` has to leave out only what came before it did.
    """
    if not isinstance(hours, dict):
        return "", hours
    for day_, said in hours.items():
        if day_ not in WEEKDAYS:
            return "", day_
        if not isinstance(said, list):
            return f".{day_}", said
        if len(said) > MOST_SPANS:
            return f".{day_}", f"{len(said)} spans"
        for place, pair in enumerate(said):
            if _span(pair) is None:
                return f".{day_}[{place}]", next((each for each in pair if _minute(each) is None), pair) if isinstance(pair, list) else pair
    return None


def day(text: object) -> date | None:
    """A day as written YYYY-MM-DD; None when it is none, or is written as the day of a week ("2026-W52-5"), which SQL does not read."""
    try:
        found = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.isoformat() == text else None


def understand(data: str) -> Hours | None:
    """Read a reference.calendar statement; None when its zone is unknown. A span or day that cannot be read is left out."""
    said = json.loads(data or "{}")
    name = said.get("zone")
    if not isinstance(name, str) or name not in zones():
        return None
    hours = said.get("hours")
    week = tuple(tuple(_spans(hours.get(each))) if isinstance(hours, dict) else () for each in WEEKDAYS)
    holidays = said.get("holidays")
    closed = (day(each) for each in (holidays if isinstance(holidays, list) else []))
    return Hours(ZoneInfo(name), week, frozenset(each for each in closed if each))


def _spans(said: object) -> Iterator[tuple[int, int]]:
    found = (_span(pair) for pair in (said[:MOST_SPANS] if isinstance(said, list) else []))
    yield from (each for each in found if each)


def _span(pair: object) -> tuple[int, int] | None:
    """From when to when, in minutes; what ends before it begins ends on the next day."""
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    begin, end = _minute(pair[0]), _minute(pair[1])
    if begin is None or end is None or begin in (end, _DAY):  # 00:00 to 00:00 is how exports write a day of closure, not one of 24 hours
        return None
    return begin, end if begin < end else end + _DAY


def _minute(text: object) -> int | None:
    hour, colon, minute = str(text).partition(":")
    if not (colon and str(text).isascii() and hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2):
        return None
    value = int(hour) * 60 + int(minute)
    return value if int(minute) < 60 and value <= _DAY else None


def instant(on: date, minute: int, zone: ZoneInfo, *, last: bool) -> datetime:
    """The instant of a local time of day. One that the clock skips is the instant of the skip; one it shows twice, the first or last."""
    local = datetime.combine(on + timedelta(days=minute // _DAY), time(minute % _DAY // 60, minute % 60), zone)
    early, late = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late:
        return late if last else early
    low, high = late, early  # the clock skips this time: the skip lies between the two readings
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def spans(hours: Hours, since: datetime, until: datetime) -> Iterator[Span]:
    """The opening spans of [since, until), cut at both ends. Of one past midnight, what lies on a day of closure is left out."""
    on = since.astimezone(hours.zone).date() - timedelta(days=1)
    last = until.astimezone(hours.zone).date()
    while on <= last:
        shut = on + timedelta(days=1) in hours.closed
        for begin, end in hours.week[on.weekday()] if on not in hours.closed else ():
            opens = max(instant(on, begin, hours.zone, last=False), since)
            closes = min(instant(on, min(end, _DAY) if shut else end, hours.zone, last=True), until)
            if opens < closes:
                yield opens, closes
        on += timedelta(days=1)


def joined(found: list[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    result: list[Span] = []
    for opens, closes in sorted(found):
        if result and opens <= result[-1][1]:
            result[-1] = (result[-1][0], max(closes, result[-1][1]))
        else:
            result.append((opens, closes))
    return result


def calendar(statements: Sequence[tuple[datetime, str]], until: datetime) -> list[Span]:
    """The opening spans of one calendar: each statement holds from its time to the next one's, the last to `until`."""
    ends = [at for at, _ in statements[1:]] + [until]
    found: list[Span] = []
    for (since, data), end in zip(statements, ends, strict=True):
        hours = understand(data)
        if hours is not None and since < end:
            found.extend(spans(hours, since, end))
    return joined(found)


def recompute(store: Store) -> None:
    """Make `opening` anew from the calendars' statements, and put it in place in one step.

    It reaches YEARS past the latest statement, so that it is a function of the statements alone and needs no clock.
    """
    statements: dict[str, list[tuple[datetime, str]]] = {}
    for row in store.rows(STATEMENTS):
        statements.setdefault(row["key"], []).append((row["valid_from"], row["data"]))
    latest = max((at for said in statements.values() for at, _ in said), default=datetime(1970, 1, 1, tzinfo=UTC))
    until = datetime(latest.year + YEARS + 1, 1, 1, tzinfo=UTC)
    rows: list[tuple[str, datetime, datetime, float]] = []
    for key, said in sorted(statements.items()):
        before = 0.0
        for opens, closes in calendar(said, until):
            rows.append((key, opens, closes, before))
            before += (closes - opens).total_seconds()
    instants = pa.timestamp("ms", "UTC")
    replace(
        store,
        "opening",
        pa.table(
            {
                "calendar": pa.array([row[0] for row in rows], pa.string()),
                "opens_at": pa.array([row[1] for row in rows], instants),
                "closes_at": pa.array([row[2] for row in rows], instants),
                "before_s": pa.array([row[3] for row in rows], pa.float64()),
            }
        ),
    )
