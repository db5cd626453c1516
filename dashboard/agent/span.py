"""The periods agent time is looked at over, as an address names them, in local days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.format import Language, span
from dashboard.period import Period, known_day, midnight, parse
from dashboard.word import plain

KEYS = ("today", "yesterday", "7d", "28d", "13m")
USUAL = "7d"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` up to, not including, `end`; `key` is how the address names them."""

    key: str
    first: date
    end: date
    zone: str

    @property
    def since(self) -> datetime:
        """The instant it begins."""
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The instant after its end."""
        return midnight(self.end, self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    def last(self, days: int) -> Span:
        """Its last so many days; itself where it has no more."""
        return self if self.days <= days else Span(self.key, self.end - timedelta(days=days), self.end, self.zone)

    def name(self, language: Language) -> str:
        """Its days in words."""
        return span(self.first, self.end - timedelta(days=1), language)


def of(key: str, now: datetime, zone: str, since: str = "", until: str = "") -> Span:
    """The period of an address: a key, a month ("2026-10"), or the days `since` to `until`, both included; the last week otherwise."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first, last = known_day(since), known_day(until)
    if first and last and first <= last < first + timedelta(days=800):
        return Span("days", first, last + timedelta(days=1), zone)
    month = parse(key)
    if month:
        return Span(month.key, month.first, month.end, zone)
    back = {"today": (0, 1), "yesterday": (1, 0), "28d": (28, 0), "13m": (0, 0)}.get(key)
    if back is None:
        return Span(USUAL, today - timedelta(days=7), today, zone)
    if key == "13m":
        month = Period("month", today.replace(day=1))
        return Span(key, month.moved(-12).first, today + timedelta(days=1), zone)
    return Span(key, today - timedelta(days=back[0]), today + timedelta(days=back[1]), zone)


def choices(months: Sequence[Period], chosen: Span, language: Language) -> list[tuple[str, str]]:
    """(key, words) of what may be chosen: the usual ones, then the months with contacts, the latest first."""
    found = [(key, plain(f"agent_time.period_{key}", language)) for key in KEYS]
    found += [(month.key, month.name(language)) for month in sorted(months, key=lambda each: each.first, reverse=True)[:13]]
    if chosen.key not in {key for key, _ in found}:
        found.insert(0, (chosen.key, chosen.name(language)))
    return found
