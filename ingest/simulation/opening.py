"""Opening hours as instants, so that the company itself keeps the calendars it publishes."""

from __future__ import annotations

from ingest.simulation.calendar import Day
from ingest.simulation.retailer import CALENDARS, CLOSED_ON_HOLIDAYS

_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


class Opening:
    """The calendars in force; `later` replaces one from the moment it is said."""

    def __init__(self) -> None:
        self.hours = dict(CALENDARS)
        self._spans: dict[tuple[str, str], list[tuple[int, int]]] = {}

    def spans(self, calendar: str, day: Day) -> list[tuple[int, int]]:
        """[from, to) in UTC milliseconds of each opening of the day."""
        key = (calendar, day.key)
        found = self._spans.get(key)
        if found is None:
            closed = day.holiday and calendar in CLOSED_ON_HOLIDAYS
            hours = [] if closed else self.hours[calendar][_KEYS[day.weekday]]
            found = self._spans[key] = [(day.at(_minute(a)), day.at(_minute(b))) for a, b in hours]
        return found

    def is_open(self, calendar: str, day: Day, moment: int) -> bool:
        """Whether it is open at an instant of that day."""
        return any(since <= moment < until for since, until in self.spans(calendar, day))

    def next(self, calendar: str, day: Day, moment: int) -> int:
        """The instant itself when open, else the next opening."""
        for _ in range(10):
            for since, until in self.spans(calendar, day):
                if moment < until:
                    return max(moment, since)
            day = day.next()
        return moment

    def later(self, calendar: str, hours: dict[str, list[list[str]]]) -> None:
        """New hours from now on."""
        self.hours[calendar] = hours
        self._spans.clear()
