"""Slow formulas of the attribution of sales, from the words of methods and criteria: see maturity_plain.py."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from tests.spec.fact_oracle import TOUCHES, Row
from tests.spec.maturity_plain import DAY, Things, World, cents, due, each, inside, name, past, told, whole
from tests.spec.plain_event import Event


def revenue_channelled(w: World, at: datetime, days: int) -> Things:
    """Euros of orders that were not cancelled, those of a known channel."""
    return [(bool(one["channel"]), one["amount_cents"] / 100) for one in w.ordered(at, days, kept=True)]


def _targets(w: World, at: datetime) -> list[Event]:
    """The targets of the periods we are in."""

    def present(one: Event) -> bool:
        starts, ends = due(one, "starts_at"), due(one, "ends_at")
        return starts is not None and ends is not None and starts < at <= ends

    return [one for one in w.register("target", at).values() if present(one)]


def channel_targeted(w: World, at: datetime, days: int) -> Things:
    """Channels that sold something, those with a target."""
    aimed = {told(one, "channel") for one in _targets(w, at)}
    return each(channel in aimed for channel in {one["channel"] for one in w.ordered(at, days) if one["channel"]})


def target_global(w: World, at: datetime, days: int) -> Things:
    """Periods with targets: is there one for the company, and are those of the channels exactly that?"""
    del days
    periods: dict[tuple[datetime | None, datetime | None], list[Event]] = defaultdict(list)
    for one in _targets(w, at):
        periods[due(one, "starts_at"), due(one, "ends_at")].append(one)
    found = []
    for own in periods.values():
        top = [cents(told(one, "target") or 0) for one in own if not told(one, "channel")]
        parts = [cents(told(one, "target") or 0) for one in own if told(one, "channel")]
        found.append(len(top) == 1 and top[0] == sum(parts))
    return each(found)


@dataclass(frozen=True)
class Entry:
    """What the ledger of credits holds of one order: cents due and given, the roles credited; `row` is the order where there is one."""

    name: str
    day: date
    due: int
    given: int
    parties: set[str]
    row: Row | None = None


def _ledger(w: World, at: datetime, days: int) -> list[Entry]:
    """Orders of the window with what is due for them and what was credited, and credits of the window for orders that never were; none
    where nobody keeps such a ledger. What was placed, cancelled or paid back within the last day may still be booked."""
    if not w.within(at, days, "credit.given"):
        return []
    given: dict[str, list[Event]] = defaultdict(list)
    for one in w.until(at, "credit.given"):
        given[told(one, "order")].append(one)
    found = []
    for row in w.ordered(at, days):
        key, cancelled, paid_back = row["order"], past(row["cancelled_at"], at), past(row["refunded_at"], at)
        moved = [row["placed_at"], *([row["cancelled_at"]] if cancelled else []), *([row["refunded_at"]] if paid_back else [])]
        if max(moved) >= at - DAY or (cancelled and not given[key]):
            continue
        due_cents = 0 if cancelled else row["amount_cents"] - row["refunded_cents"] * paid_back
        found.append(_entry(key, w.day(row["placed_at"]), due_cents, given[key], None if cancelled else row))
    for key, own in ((key, own) for key, own in given.items() if own and key not in w.placed):
        first = min(one["time"] for one in own)
        if inside(first, at, days) and first < at - DAY:
            found.append(_entry(key, w.day(first), 0, own, None))
    return found


def _entry(key: str, day: date, due_cents: int, own: list[Event], row: Row | None) -> Entry:
    return Entry(key, day, due_cents, _sum(own), {told(one, "party") for one in own} - {""}, row)


def _sum(given: list[Event]) -> int:
    return sum(cents(told(one, "amount") or 0) for one in given)


def credit_exact(w: World, at: datetime, days: int) -> Things:
    """Orders for which was given what is due."""
    return each(one.given == one.due for one in _ledger(w, at, days))


def credit_day(w: World, at: datetime, days: int) -> Things:
    """Days on which credits less what is due leave nothing."""
    left: dict[date, int] = defaultdict(int)
    for one in _ledger(w, at, days):
        left[one.day] += one.given - one.due
    return each(gap == 0 for gap in left.values())


def revenue_multichannel(w: World, at: datetime, days: int) -> Things:
    """Euros of known customers, those whom, under any of their ids, we met on two channels in the thirty days before the order."""
    met: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in w.contacts:
        met[w.person(one["customer"])].append((one["started_at"], one["channel"]))
    for kind in (kind for kind in w._typed if kind.partition(".")[0] in TOUCHES and kind != "solicitation.withheld"):
        for one in w._typed[kind]:
            met[w.person(name(one))].append((one["time"], told(one, "channel")))
    found: Things = []
    for row in w.ordered(at, days, kept=True):
        if row["customer"]:
            seen = {channel for time, channel in met[w.person(row["customer"])] if channel and inside(time, row["placed_at"], 30)}
            found.append((len(seen) >= 2, row["amount_cents"] / 100))
    return found


def credit_shared(w: World, at: datetime, days: int) -> Things:
    """Of the orders two roles helped with, those credited to two roles and in balance."""
    roles: dict[str, set[str]] = defaultdict(set)
    for one in w.until(at, "order.assisted"):
        roles[name(one)].add(told(one, "party"))
    eligible = [one for one in _ledger(w, at, days) if one.row and len(roles[one.name] - {""}) >= 2]
    return each(len(one.parties) >= 2 and one.given == one.due for one in eligible)


def assist_named(w: World, at: datetime, days: int) -> Things:
    """Of the orders somebody helped with, those on which every helper is named."""
    helped: dict[str, list[bool]] = defaultdict(list)
    for one in w.within(at, days, "order.assisted"):
        helped[name(one)].append(bool(told(one, "agent")))
    return each(all(named) for named in helped.values())


def credit_disputed(w: World, at: datetime, days: int) -> Things:
    """Of the orders credited or disputed in the window, those disputed."""
    given, disputed = ({told(one, "order") for one in w.within(at, days, f"credit.{what}")} for what in ("given", "disputed"))
    return each(order in disputed for order in given | disputed)


def key_compared(w: World, at: datetime, days: int) -> Things:
    """The last three months: was the key compared with the last channel? Nothing is said where nobody is credited."""
    if not w.within(at, days, "credit.given"):
        return []
    told_of = {(at - one["time"]) // (31 * DAY) for one in w.about("kpi.reported", "last_vs_key", at) if one["time"] < at}
    return each(month in told_of for month in range(3))


def dispute_settled(w: World, at: datetime, days: int) -> Things:
    """Days from a dispute of the window until it was settled."""
    found: Things = []
    for key in {name(one) for one in w.until(at, "credit.disputed")}:
        begun, ended = (w.first(f"credit.{what}", key, at) for what in ("disputed", "settled"))
        if begun and inside(begun, at, days):
            found.append((ended is not None, whole((ended or at) - begun, ended=ended is not None)))
    return found


ORACLES = {
    function.__name__: function
    for function in (
        revenue_channelled, channel_targeted, target_global, credit_exact, credit_day, revenue_multichannel, credit_shared, assist_named,
        credit_disputed, key_compared, dispute_settled,
    )
}  # fmt: skip
