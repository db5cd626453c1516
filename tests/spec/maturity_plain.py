"""What a company said, as plain events and rows, for the slow formulas of maturity: registers, last statements, orders, contacts, people.

A formula gives the things it counts, each with whether it is as it should be and its weight; `counted` makes a figure of them. Orders,
contacts, ratings and work are put together from their events by the slow facts of fact_oracle.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from metrics.maturity.model import Kind
from metrics.maturity.uplift import uplift
from tests.spec.fact_oracle import TOUCHES, Row, facts
from tests.spec.person_oracle import persons
from tests.spec.plain_event import Event, live

DAY = timedelta(days=1)
MINIMUM = 30  # people below which nothing is known of a gain
FACTS = ("interaction", "feedback", "order", *TOUCHES)

Thing = tuple[Any, ...]  # (as it should be, weight); of a gain: (rule, bought, treated)
Things = list[Thing]


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure as it was counted; nothing of it where there is nothing to count."""

    top: float = 0
    bottom: float = 0
    n: int = 0
    ends: tuple[tuple[int, int], ...] = ()
    censored: tuple[tuple[int, int], ...] = ()


def counted(kind: Kind, things: Things) -> Counted:
    """What is told of these things by a measure of a kind."""
    if kind is Kind.UPLIFT:
        return _gain(things)
    good = [weight for ok, weight in things if ok]
    bad = [weight for ok, weight in things if not ok]
    if kind is Kind.SUM:
        return Counted(sum(good), sum(good) + sum(bad), len(things))
    if kind is Kind.CURVE:
        ends, censored = (tuple(sorted(Counter(each).items())) for each in (good, bad))
        return Counted(len(good), len(things), len(things), ends, censored)
    return Counted(len(good), len(things), len(things))


def _gain(people: Things) -> Counted:
    """Of the rules with people treated and held out the one whose gain is surest, of equals that of more; too few stand behind all."""
    best: tuple[Any, ...] = ()
    for rule in {each[0] for each in people}:
        treated = [bought for name, bought, led in people if name == rule and led]
        others = [bought for name, bought, led in people if name == rule and not led]
        gain = uplift((sum(treated), len(treated)), (sum(others), len(others)))
        if gain is not None:
            n = len(treated) + len(others)
            best = max(best, (n >= MINIMUM, gain[1], n, rule, Counted(sum(treated), len(treated), n)), key=lambda each: each[:4])
    return best[4] if best else Counted()


class World:
    """Everything a company said. `zone` is its clock."""

    def __init__(self, events: Iterable[Event], zone: str = "UTC") -> None:
        self.zone = ZoneInfo(zone)
        every = live(events)
        self._typed: dict[str, list[Event]] = defaultdict(list)
        self._about: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for one in every:
            self._typed[one["type"]].append(one)
            self._about[one["type"], name(one)].append(one)
        self._times = {kind: [one["time"] for one in own] for kind, own in self._typed.items()}
        found = facts(one for one in every if one["type"].partition(".")[0] in FACTS)
        self.contacts, self.orders, self.ratings, self.works = (found[each] for each in ("interaction", "order", "rating", "work"))
        self.placed: dict[str, Row] = {one["order"]: one for one in self.orders}
        self._people = persons(one for one in every if one["type"] in ("customer.merged", "customer.unlinked"))
        self._bought: dict[str, list[datetime]] = defaultdict(list)
        for one in sorted(self.orders, key=lambda each: each["placed_at"]):
            self._bought[self.person(one["customer"])].append(one["placed_at"])

    def until(self, at: datetime, *kinds: str) -> Iterator[Event]:
        """Events of some types before an instant."""
        for kind in kinds:
            yield from self._typed[kind][: bisect_left(self._times.get(kind, []), at)]

    def within(self, at: datetime, days: int, *kinds: str) -> list[Event]:
        """Events of some types in the window before an instant."""
        found = []
        for kind in kinds:
            times = self._times.get(kind, [])
            found += self._typed[kind][bisect_left(times, at - days * DAY) : bisect_left(times, at)]
        return found

    def about(self, kind: str, who: str, until: datetime) -> list[Event]:
        """Events of a type about one subject, up to and with an instant."""
        own = self._about.get((kind, who), [])
        return own[: bisect_right(own, until, key=lambda one: one["time"])]

    def first(self, kind: str, who: str, before: datetime) -> datetime | None:
        """When something was first said of a subject, if that was before an instant."""
        own = self._about.get((kind, who), [])
        return own[0]["time"] if own and own[0]["time"] < before else None

    def register(self, kind: str, at: datetime) -> dict[str, Event]:
        """What stands in a register before an instant: the last statement about each thing, without those that ended."""
        latest = {name(one): one for one in self.until(at, f"reference.{kind}")}
        return {key: one for key, one in latest.items() if told(one, "status") != "ended"}

    def since(self, kind: str, key: str) -> datetime:
        """When a thing was first stated in a register."""
        since: datetime = self._about[f"reference.{kind}", key][0]["time"]
        return since

    def ordered(self, at: datetime, days: int, *, kept: bool = False) -> list[Row]:
        """Orders placed in the window; `kept`: without those cancelled before its end."""
        found = [one for one in self.orders if inside(one["placed_at"], at, days)]
        return [one for one in found if not kept or not past(one["cancelled_at"], at)]

    def met(self, at: datetime, days: int) -> list[Row]:
        """Contacts that began in the window."""
        return [one for one in self.contacts if inside(one["started_at"], at, days)]

    def person(self, customer: str) -> str:
        """Who a customer id is."""
        return self._people.get(customer, customer)

    def bought(self, person: str, since: datetime, until: datetime) -> bool:
        """Whether a person placed an order, under any id, between two instants, both included."""
        times = self._bought.get(person, [])
        place = bisect_left(times, since)
        return place < len(times) and times[place] <= until

    def day(self, at: datetime) -> date:
        """The day of an instant on the company's clock."""
        return at.astimezone(self.zone).date()


def name(one: Event) -> str:
    """What an event is about."""
    return str(one["subject"].partition("/")[2])


def told(one: Event, field: str) -> Any:
    """A field of an event, '' where it is not said."""
    return one["data"].get(field) or ""


def inside(moment: datetime | None, at: datetime, days: int) -> bool:
    """Whether a moment lies in the window before an instant."""
    return moment is not None and at - days * DAY <= moment < at


def past(moment: datetime | None, at: datetime) -> bool:
    """Whether something had happened before an instant."""
    return moment is not None and moment < at


def due(one: Event, field: str = "due_at") -> datetime | None:
    """An instant that an event names."""
    return datetime.fromisoformat(told(one, field)) if told(one, field) else None


def cents(amount: float) -> int:
    """An amount in hundredths, halves away from zero."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def whole(span: timedelta, *, ended: bool) -> int:
    """Days waited: the day within which it ended, or the days that have passed without."""
    seconds = span // timedelta(seconds=1)
    return -(-seconds // 86_400) if ended else seconds // 86_400


def each(ok: Iterable[bool]) -> Things:
    """Things that weigh alike."""
    return [(one, 1) for one in ok]
