"""A local day and the part of it that is looked at, in the words of an address: minutes since its midnight, right over clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from dashboard.format import clock
from dashboard.period import known_day, midnight

SHORTEST_MIN = 5


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a local day: `since` and `until` are minutes that have passed since its midnight, not readings of a clock."""

    day: date
    zone: str
    since: int
    until: int
    length: int  # of the whole day: 1440, 1380 or 1500 where the clocks change
    given: bool = False  # whether somebody asked for this part

    @classmethod
    def of(cls, day: date, zone: str, since: str = "", until: str = "") -> Window:
        """The window an address names; anything it cannot be is the whole day."""
        length = round((midnight(day + timedelta(days=1), zone) - midnight(day, zone).astimezone(UTC)) / timedelta(minutes=1))
        begin, end = (int(text) if text.isdecimal() and len(text) < 5 else -1 for text in (since, until))
        if begin >= 0 and begin + SHORTEST_MIN <= end <= length:
            return cls(day, zone, begin, end, length, given=True)
        return cls(day, zone, 0, length, length)

    def fitted(self, first: datetime, last: datetime) -> Window:
        """The hours of the day in which something happened, unless somebody asked for a part of it."""
        if self.given:
            return self
        since = int(max(self.minute(first), 0)) // 60 * 60
        until = min(-(-int(self.minute(last) + 1) // 60) * 60, self.length)
        return self if until <= since else replace(self, since=since, until=until)

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return self.at(self.since)

    @property
    def ends(self) -> datetime:
        """The instant after its last."""
        return self.at(self.until)

    def at(self, minute: float) -> datetime:
        """The instant so many minutes after midnight."""
        return midnight(self.day, self.zone).astimezone(UTC) + timedelta(minutes=minute)

    def minute(self, instant: datetime) -> float:
        """How many minutes after midnight an instant is."""
        return (instant - self.at(0)) / timedelta(minutes=1)

    @property
    def shown(self) -> str:
        """From when to when, by the clock; the day ends at 24:00, not at the 00:00 it begins with."""
        end = "24:00" if self.until == self.length else clock(self.ends, self.zone)
        return f"{clock(self.begins, self.zone)} – {end}"

    def share(self, instant: datetime) -> float:
        """Where an instant lies in the window: 0 at its beginning, 1 at its end, cut there."""
        return min(max((self.minute(instant) - self.since) / (self.until - self.since), 0.0), 1.0)

    def marks(self, about: int = 12) -> Iterator[int]:
        """Round minutes inside it, some twelve of them."""
        step = next((each for each in (5, 10, 15, 30, 60, 120) if (self.until - self.since) / each <= about), 180)
        yield from range(-(-self.since // step) * step, self.until + 1, step)

    def moved(self, share: float) -> tuple[int, int]:
        """A window as long, moved by a share of its length, inside the day."""
        long = self.until - self.since
        since = min(max(round(self.since + share * long), 0), self.length - long)
        return since, since + long

    def scaled(self, factor: float) -> tuple[int, int]:
        """A window around the same middle, so many times as long, inside the day."""
        long = min(max(round((self.until - self.since) * factor), 3 * SHORTEST_MIN), self.length)
        middle = (self.since + self.until) / 2
        since = min(max(round(middle - long / 2), 0), self.length - long)
        return since, since + long


def day_of(text: str, today: date) -> date:
    """The day an address names, today when it names none."""
    return known_day(text) or today
