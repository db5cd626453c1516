"""Slow formulas of some measures, written from the words of their criteria over plain events: for each window, (as it should be, all)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.spec.fact_oracle import Event

Found = tuple[float, float]
DAY = timedelta(days=1)


def inside(one: Event, at: datetime, days: int = 90) -> bool:
    return at - days * DAY <= one["time"] < at


def name(one: Event) -> str:
    return str(one["subject"].partition("/")[2])


def of(events: list[Event], kind: str, at: datetime) -> list[Event]:
    """Events of a type up to an instant, in time order."""
    return sorted((one for one in events if one["type"] == kind and one["time"] < at), key=lambda one: one["time"])


def told(one: Event, field: str) -> Any:
    return one["data"].get(field, "")


def message_triggered(events: list[Event], at: datetime) -> Found:
    """Of the messages of the window, those a trigger sent."""
    sent = [one for one in of(events, "solicitation.sent", at) if inside(one, at)]
    return sum(bool(told(one, "rule")) for one in sent), len(sent)


def message_lawful(events: list[Event], at: datetime) -> Found:
    """Of the messages, those whose receiver's last statement up to then was a consent."""
    sent = [one for one in of(events, "solicitation.sent", at) if inside(one, at)]
    good = 0
    for one in sent:
        said = [each for each in of(events, "customer.consent", at) if name(each) == name(one) and each["time"] <= one["time"]]
        good += bool(said) and told(said[-1], "consent") == "granted"
    return good, len(sent)


def consent_known(events: list[Event], at: datetime) -> Found:
    """Of the customers written to, those who ever said anything about it."""
    people = {name(one) for one in of(events, "solicitation.sent", at) if inside(one, at)}
    said = {name(one) for one in of(events, "customer.consent", at)}
    return len(people & said), len(people)


def price_parity(events: list[Event], at: datetime) -> Found:
    """Products on days with a last price on the web and in store: one price, or a listed exception."""
    last: dict[tuple[str, Any], dict[str, Event]] = defaultdict(dict)
    for one in of(events, "offer.priced", at):
        if inside(one, at):
            last[told(one, "product"), one["time"].date()][told(one, "channel")] = one
    both = [prices for prices in last.values() if {"web", "store"} <= set(prices)]
    same = 0
    for each in both:
        pair = (each["web"], each["store"])
        same += told(pair[0], "price") == told(pair[1], "price") or any(told(one, "listed") for one in pair)
    return same, len(both)


def stock_accurate(events: list[Event], at: datetime) -> Found:
    """Counts that say as the last display before them whether there is any."""
    good = every = 0
    for one in of(events, "offer.counted", at):
        pair = (told(one, "product"), told(one, "site"))
        shown = [each for each in of(events, "offer.shown", at) if (told(each, "product"), told(each, "site")) == pair]
        before = [each for each in shown if each["time"] <= one["time"]]
        if inside(one, at) and before:
            every += 1
            good += told(before[-1], "available") == (told(one, "quantity") > 0)
    return good, every


def credit_exact(events: list[Event], at: datetime) -> Found:
    """Of the orders a day old, not cancelled: those whose ledger are their amount; nothing is said where nothing was credited."""
    ledger = of(events, "credit.given", at)
    if not any(inside(one, at) for one in ledger):
        return 0, 0
    gone = {name(one) for one in of(events, "order.cancelled", at)}
    orders = [one for one in of(events, "order.placed", at) if inside(one, at) and one["time"] < at - DAY and name(one) not in gone]
    given: dict[str, float] = defaultdict(float)
    for one in ledger:
        given[told(one, "order")] += round(told(one, "amount") * 100)
    return sum(given[name(one)] == round(told(one, "amount") * 100) for one in orders), len(orders)


def committee_held(events: list[Event], at: datetime) -> Found:
    """Of the sessions that were due in the year, those that were held."""
    held = {name(one) for one in of(events, "meeting.held", at)}
    planned = [one for one in of(events, "meeting.planned", at) if told(one, "category") == "committee"]
    due = [one for one in planned if at - 365 * DAY <= datetime.fromisoformat(told(one, "due_at")) < at]
    return sum(name(one) in held for one in due), len(due)


def decision_timely(events: list[Event], at: datetime) -> Found:
    """Of the decisions due in the year, those whose first evaluation came by their date."""
    good = every = 0
    for one in of(events, "decision.taken", at):
        due = datetime.fromisoformat(told(one, "due_at"))
        if at - 365 * DAY <= due < at:
            every += 1
            first = [each["time"] for each in of(events, "decision.evaluated", at) if name(each) == name(one)][:1]
            good += bool(first) and first[0] <= due
    return good, every


def assist_named(events: list[Event], at: datetime) -> Found:
    """Of the orders somebody helped with, those on which every helper is named."""
    helped: dict[str, list[bool]] = defaultdict(list)
    for one in of(events, "order.assisted", at):
        if inside(one, at):
            helped[name(one)].append(bool(told(one, "agent")))
    return sum(all(each) for each in helped.values()), len(helped)


def initiative_complete(events: list[Event], at: datetime) -> Found:
    """Of the initiatives as they stand, those with owner, department and KPI."""
    latest = {name(one): one for one in of(events, "reference.initiative", at)}
    standing = [one for one in latest.values() if told(one, "status") != "ended"]
    return sum(all(told(one, field) for field in ("owner", "department", "kpi")) for one in standing), len(standing)


ORACLES: dict[str, tuple[int, Callable[[list[Event], datetime], Found]]] = {
    "message_triggered": (90, message_triggered),
    "message_lawful": (90, message_lawful),
    "consent_known": (90, consent_known),
    "price_parity": (90, price_parity),
    "stock_accurate": (90, stock_accurate),
    "credit_exact": (90, credit_exact),
    "committee_held": (365, committee_held),
    "decision_timely": (365, decision_timely),
    "assist_named": (90, assist_named),
    "initiative_complete": (90, initiative_complete),
}
