"""Slow formulas of trade (pricing, logistics), from the words of methods and criteria: see maturity_plain.py."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from tests.spec.fact_oracle import Row
from tests.spec.maturity_plain import DAY, Things, World, cents, due, each, inside, name, past, told, whole
from tests.spec.plain_event import Event

DIGITAL = {"web", "app", "email", "sms", "social", "messaging"}


# --- pricing ---------------------------------------------------------------------------------------------------------------------------


def _priced(w: World, at: datetime, days: int) -> list[Event]:
    return [one for one in w.within(at, days, "offer.priced") if "price" in one["data"] and told(one, "channel")]


def price_observed(w: World, at: datetime, days: int) -> Things:
    """Of the products sold in several channels, those with a price in two."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one in _priced(w, at, days):
        seen[told(one, "product")].add(told(one, "channel"))
    return each(len(seen[key]) >= 2 for key, one in w.register("product", at).items() if len(told(one, "channels")) >= 2)


def price_parity(w: World, at: datetime, days: int) -> Things:
    """Products on days with prices on the web and in stores: one last price wherever it stands, but for exceptions that are listed."""
    last: dict[tuple[str, date], dict[tuple[str, str], Event]] = defaultdict(dict)
    for one in _priced(w, at, days):
        if told(one, "channel") in ("web", "store"):
            last[told(one, "product"), w.day(one["time"])][told(one, "channel"), told(one, "site")] = one
    found = []
    for prices in last.values():
        if {channel for channel, _ in prices} == {"web", "store"}:
            common = {cents(one["data"]["price"]) for one in prices.values() if not told(one, "listed")}
            found.append(len(common) <= 1)  # what is left when the exceptions are set aside
    return each(found)


def _promotions(w: World, at: datetime, days: int, *, local: bool) -> Iterator[tuple[str, Event, datetime]]:
    """Promotions begun in the window."""
    for key, one in w.register("promotion", at).items():
        starts = due(one, "starts_at")
        if bool(told(one, "local")) == local and starts is not None and inside(starts, at, days):
            yield key, one, starts


def _live(w: World, key: str) -> list[Event]:
    return [one for one in w._typed["offer.promoted"] if told(one, "promotion") == key]


def promotion_everywhere(w: World, at: datetime, days: int) -> Things:
    """Promotions begun a day ago, in all their channels within that day."""
    found = []
    for key, one, starts in _promotions(w, at, days, local=False):
        if starts < at - DAY:
            seen = {told(other, "channel") for other in _live(w, key) if other["time"] <= starts + DAY}
            found.append(bool(told(one, "channels")) and set(told(one, "channels")) <= seen)
    return each(found)


def price_signal(w: World, at: datetime, days: int) -> Things:
    """Of twenty whole weeks with orders at least, those that begin in the last 90 days: were contacts about prices per thousand orders
    beyond the mean by 2.66 mean moving ranges (XmR), or for the eighth time running above the mean?"""
    orders: dict[date, int] = defaultdict(int)
    contacts: dict[date, int] = defaultdict(int)

    def monday(moment: datetime) -> date:
        return w.day(moment) - timedelta(days=w.day(moment).weekday())

    for one in w.ordered(at, days):
        orders[monday(one["placed_at"])] += 1
    for one in w.met(at, days):
        contacts[monday(one["started_at"])] += bool(re.search("prix|price", one["motive"], re.IGNORECASE))

    def begins(week: date) -> datetime:
        return datetime.combine(week, time.min, w.zone)

    weeks = [week for week in sorted(orders) if begins(week) >= at - days * DAY and begins(week + timedelta(days=7)) <= at]
    if len(weeks) < 20:
        return []
    rates = [1000 * contacts[week] / orders[week] for week in weeks]
    ranges = [abs(a - b) for a, b in pairwise(rates)]
    mean = sum(rates) / len(rates)
    limit, running, found = mean + 2.66 * sum(ranges) / len(ranges), 0, []
    for week, rate in zip(weeks, rates, strict=True):
        running = running + 1 if rate > mean else 0
        if begins(week) >= at - 90 * DAY:
            found.append(rate > limit or running >= 8)
    return each(found)


def promotion_overlap(w: World, at: datetime, days: int) -> Things:
    """Promotions that were live in a channel before they ended, those that were in two."""
    found = []
    for local in (False, True):
        for key, one, _ in _promotions(w, at, days, local=local):
            live = [other for other in _live(w, key) if past(other["time"], at) and not past(due(one, "ends_at"), other["time"])]
            channels = {told(other, "channel") for other in live if due(one, "ends_at") != other["time"]} - {""}
            found += [len(channels) >= 2] * bool(channels)
    return each(found)


def promotion_relayed(w: World, at: datetime, days: int) -> Things:
    """Stores' promotions that the centre put on two digital channels, for that store, before they began."""
    found = []
    for key, one, starts in _promotions(w, at, days, local=True):
        store = told(one, "site")
        relays = {
            told(other, "channel")
            for other in _live(w, key)
            if told(other, "central") and other["time"] < starts and told(other, "site") in ("", store)
        }
        found.append(bool(store) and len(relays & DIGITAL) >= 2)
    return each(found)


def redemption_known(w: World, at: datetime, days: int) -> Things:
    """Redemptions with promotion, channel and store."""
    return each(all(told(one, field) for field in ("promotion", "channel", "site")) for one in w.within(at, days, "order.redeemed"))


def promotion_evaluated(w: World, at: datetime, days: int) -> Things:
    """Stores' promotions evaluated against comparable stores."""
    done = {name(one) for one in w.until(at, "promotion.evaluated") if told(one, "method") == "did"}
    return each(key in done for key, _, _ in _promotions(w, at, days, local=True))


# --- logistics -------------------------------------------------------------------------------------------------------------------------


def stores(w: World, at: datetime) -> list[str]:
    """The shops there are."""
    return [key for key, one in w.register("site", at).items() if told(one, "category") == "store"]


def stock_fresh(w: World, at: datetime, days: int) -> Things:
    """Stores and warehouses whose stock was stated in the last day; nothing is said where that of none ever is."""
    heard = [one for one in w.within(at, days, "offer.stocked") if told(one, "site")]
    fresh = {told(one, "site") for one in heard if one["time"] >= at - DAY}
    places = [key for key, one in w.register("site", at).items() if told(one, "category") in ("store", "warehouse")]
    return each(place in fresh for place in places) if heard else []


def _web(w: World, at: datetime, days: int) -> list[Row]:
    return [one for one in w.ordered(at, days) if one["channel"] == "web"]


def order_crossed(w: World, at: datetime, days: int) -> Things:
    """Web orders that a store prepares."""
    return each(one["site"] in stores(w, at) for one in _web(w, at, days))


def stock_shown(w: World, at: datetime, days: int) -> Things:
    """Products whose stock in a store is stated, those the web shows for it."""

    def pair(one: Event) -> tuple[str, str]:
        return told(one, "site"), told(one, "product")

    known = {pair(one) for one in w.within(at, days, "offer.stocked")}
    shown = {pair(one) for one in w.within(at, days, "offer.shown") if told(one, "channel") in ("", "web")}
    return each(one in shown for one in known if one[0])


def shown_fresh(w: World, at: datetime, days: int) -> Things:
    """Products shown for a store, those of which the last stock shown was at most an hour old."""
    last = {(told(one, "site"), told(one, "product")): one["data"].get("age_s") for one in w.within(at, days, "offer.shown")}
    return each(age is not None and age <= 3600 for pair, age in last.items() if pair[0])


def _counts(w: World, at: datetime, days: int) -> Iterator[tuple[float, Event]]:
    """Counts of the window with what was last shown before each."""
    shown: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for one in w.until(at, "offer.shown"):
        shown[told(one, "site"), told(one, "product")].append(one)
    for one in w.within(at, days, "offer.counted"):
        before = [other for other in shown[told(one, "site"), told(one, "product")] if other["time"] <= one["time"]]
        if before and "quantity" in one["data"]:
            yield one["data"]["quantity"], before[-1]


def stock_accurate(w: World, at: datetime, days: int) -> Things:
    """Counts that find some where it was shown as available, and none where not."""
    return each((found > 0) == bool(told(shown, "available")) for found, shown in _counts(w, at, days))


def stock_exact(w: World, at: datetime, days: int) -> Things:
    """Counts that find the quantity shown."""
    return each(found == shown["data"]["quantity"] for found, shown in _counts(w, at, days) if "quantity" in shown["data"])


def stock_broken(w: World, at: datetime, days: int) -> Things:
    """Web orders to collect, those cancelled for want of stock."""
    gone = {name(one) for one in w.until(at, "order.cancelled") if told(one, "reason") == "stock"}
    return each(one["order"] in gone for one in _web(w, at, days) if one["site"])


def store_collect(w: World, at: datetime, days: int) -> Things:
    """Stores that handed over a web order in the window; nothing is said where nothing was sold."""
    active = {one["site"] for one in w.orders if one["channel"] == "web" and inside(one["collected_at"], at, days)}
    return each(store in active for store in stores(w, at)) if w.ordered(at, days) else []


def collect_ready(w: World, at: datetime, days: int) -> Things:
    """Web orders to collect whose promise fell due and that were not cancelled before: ready by then?"""
    found = []
    for one in w.orders:
        promise, gone = one["promised_at"], one["cancelled_at"]
        if one["channel"] == "web" and one["site"] and inside(promise, at, days) and not (gone and gone < promise):
            found.append(one["ready_at"] is not None and one["ready_at"] <= promise)
    return each(found)


def store_return(w: World, at: datetime, days: int) -> Things:
    """Stores that took a web order back in the window; nothing is said where nothing was sold."""
    back = w.within(at, days, "order.returned")
    active = {told(one, "site") for one in back if name(one) in w.placed and w.placed[name(one)]["channel"] == "web"}
    return each(store in active for store in stores(w, at)) if w.ordered(at, days) else []


def refund_prompt(w: World, at: datetime, days: int) -> Things:
    """Days from a return of the window until the money was back."""
    found: Things = []
    for one in w.orders:
        if inside(one["returned_at"], at, days):
            ended = past(one["refunded_at"], at)
            found.append((ended, whole((one["refunded_at"] if ended else at) - one["returned_at"], ended=ended)))
    return found


def collect_share(w: World, at: datetime, days: int) -> Things:
    """Web orders that were collected in a store so far."""
    return each(bool(one["site"]) and past(one["collected_at"], at) for one in _web(w, at, days))


def collect_extra(w: World, at: datetime, days: int) -> Things:
    """Web orders of known customers collected in a store, with an hour gone by: did the same person buy there within it?"""
    found = []
    for one in w.orders:
        handed = one["collected_at"]
        if one["channel"] == "web" and one["site"] and one["customer"] and inside(handed, at, days) and handed < at - DAY / 24:
            there = [other for other in w.orders if other["channel"] == "store" and other["site"] == one["site"]]
            own = [other for other in there if other["customer"] and w.person(other["customer"]) == w.person(one["customer"])]
            found.append(any(handed <= other["placed_at"] <= handed + DAY / 24 for other in own))
    return each(found)


ORACLES = {
    function.__name__: function
    for function in (
        price_observed, price_parity, promotion_overlap, promotion_everywhere, price_signal,
        promotion_relayed, redemption_known, promotion_evaluated, stock_fresh, order_crossed, stock_shown, shown_fresh, stock_accurate,
        stock_exact, stock_broken, store_collect, collect_ready, store_return, refund_prompt, collect_share,
        collect_extra,
    )
}  # fmt: skip
