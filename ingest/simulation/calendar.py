"""Days of Europe/Paris as instants: midnight to midnight in UTC milliseconds, public holidays, and how busy each day is.

A day is what the zone's rules say it is: 23, 24 or 25 hours. Nothing here adds 24 hours to anything.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
MINUTE = 60_000
HOUR = 3_600_000

WEEKDAY_WEIGHT = (1.20, 1.07, 1.0, 0.97, 1.0, 0.74, 0.40)
HOLIDAY_WEIGHT = 0.35


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The French public holidays of one year."""
    return frozenset(holidays.country_holidays("FR", years=year))


def instant(moment: datetime) -> int:
    """UTC milliseconds of an aware datetime."""
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


class Day:
    """One civil day in Paris: `key` is its ISO date, [start, end) its UTC milliseconds."""

    __slots__ = ("date", "end", "holiday", "key", "start", "weekday")

    def __init__(self, civil: date) -> None:
        self.date = civil
        self.key = civil.isoformat()
        self.weekday = civil.weekday()
        self.holiday = civil in public_holidays(civil.year)
        self.start = _local(civil, 0)
        self.end = _local(civil + timedelta(days=1), 0)

    def at(self, minute: float) -> int:
        """UTC milliseconds of a local wall-clock minute of this day; past 1440 it is the next day's clock.

        A minute the spring change skips is read one hour later; one the autumn change repeats is its first occurrence.
        """
        if self.end - self.start == 24 * HOUR and minute < 1440:
            return self.start + round(minute * MINUTE)
        days, rest = divmod(minute, 1440)
        return _local(self.date + timedelta(days=int(days)), rest)

    def next(self) -> Day:
        """The day after."""
        return day_of(self.date + timedelta(days=1))


def _local(civil: date, minute: float) -> int:
    whole = int(minute)
    local = datetime(civil.year, civil.month, civil.day, whole // 60, whole % 60, tzinfo=PARIS)
    return instant(local.astimezone(UTC)) + round((minute - whole) * MINUTE)


@cache
def day_of(civil: date) -> Day:
    """The Day of a date, made once."""
    return Day(civil)


def day_at(moment: int) -> Day:
    """The Paris day an instant (UTC milliseconds) falls in."""
    return day_of(datetime.fromtimestamp(moment / 1000, PARIS).date())


def season(day: Day) -> float:
    """How busy a day is beside an ordinary Wednesday: weekday, holiday, sales, summer, Black Friday, Christmas."""
    weight = HOLIDAY_WEIGHT if day.holiday else WEEKDAY_WEIGHT[day.weekday]
    month, number = day.date.month, day.date.day
    wave = 1 + 0.04 * math.sin(2 * math.pi * (day.date.timetuple().tm_yday - 60) / 365)
    if (month, number) >= (12, 1) and number <= 24:
        wave *= 1.16
    elif (month == 1 and number >= 8) or (month == 2 and number <= 4):
        wave *= 1.10
    elif (month == 6 and number >= 24) or (month == 7 and number <= 21):
        wave *= 1.06
    elif month == 8:
        wave *= 0.84
    if month == 11 and 23 <= number <= 30:
        wave *= 1.22
    return weight * wave
