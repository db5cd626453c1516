"""Months and quarters as a committee speaks of them, in local time, and the addresses they have ("2026-10", "2026-Q3")."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from dashboard import format as shown
from dashboard.format import Language
from metrics.query import Grain, Query
from metrics.result import Result, Row

Kind = Literal["month", "quarter"]
Ask: TypeAlias = Callable[[Query], Result]
_LENGTH: dict[Kind, int] = {"month": 1, "quarter": 3}
_YEAR = "(19[7-9][0-9]|20[0-9][0-9])"


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or quarter: `first` is its first day. [since, until) are instants of local midnights in the reader's zone."""

    kind: Kind
    first: date

    @property
    def key(self) -> str:
        """How the address names it."""
        return f"{self.first:%Y-%m}" if self.kind == "month" else f"{self.first.year}-Q{(self.first.month - 1) // 3 + 1}"

    @property
    def end(self) -> date:
        """The first day after it."""
        return _moved(self.first, _LENGTH[self.kind])

    def since(self, zone: str) -> datetime:
        """The instant it begins."""
        return midnight(self.first, zone)

    def until(self, zone: str) -> datetime:
        """The instant after its end."""
        return midnight(self.end, zone)

    def moved(self, steps: int) -> "Period":
        """The period so many steps later (earlier when negative)."""
        return Period(self.kind, _moved(self.first, steps * _LENGTH[self.kind]))

    def name(self, language: Language) -> str:
        """The period in words: "octobre 2026", "3e trimestre 2026"."""
        return shown.month(self.first, language) if self.kind == "month" else shown.quarter(self.first, language)


def _moved(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def midnight(on: date, zone: str) -> datetime:
    """The beginning of a local day."""
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))


def parse(text: str) -> Period | None:
    """The period an address names; None when it names none, or one outside the years events may lie in (1970 to 2099)."""
    if found := re.fullmatch(_YEAR + r"-(0[1-9]|1[0-2])", text):
        return Period("month", date(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(_YEAR + r"-Q([1-4])", text):
        return Period("quarter", date(int(found[1]), int(found[2]) * 3 - 2, 1))
    return None


def known_day(text: str) -> date | None:
    """The day an address names, over the years events may lie in; None when it names none."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 1970 < found.year < 2099 else None


def holding(on: date, kind: Kind) -> Period:
    """The period a day lies in."""
    month = on.month if kind == "month" else (on.month - 1) // 3 * 3 + 1
    return Period(kind, date(on.year, month, 1))


def closed(now: datetime, zone: str, kind: Kind = "month") -> Period:
    """The last period that was over at an instant."""
    return holding(now.astimezone(ZoneInfo(zone)).date(), kind).moved(-1)


def weeks(until: date, count: int) -> tuple[date, date]:
    """The first and the end day of the last `count` whole weeks (Monday to Sunday) that are over on the day `until`."""
    end = until - timedelta(days=until.weekday())
    return end - timedelta(weeks=count), end


def months(ask: Ask, name: str, zone: str) -> list[Period]:
    """Every month in which a metric has counted anything, oldest first: what a period may be chosen from."""
    rows = ask(Query(metrics=(name,), grain=Grain.MONTH, zone=zone)).rows
    found = {holding(local_day(row), "month") for row in rows if row.figures[name].n or row.figures[name].value}
    return sorted(found, key=lambda period: period.first)


def latest(some: list[Period], now: datetime, zone: str) -> Period | None:
    """The last of some periods that is over, or the last one when none is; None when there is none."""
    over = [period for period in some if period.until(zone) <= now]
    return next(reversed(over or some), None)


def local_day(row: Row) -> date:
    """The day on which the bucket of a row begins, where the question was asked for. TypeError for a question without a grain."""
    at = row.keys["at"]
    if not isinstance(at, datetime):
        raise TypeError(f"a row under a grain has an instant, not {at!r}")
    return at.date()
