"""Slow formulas of trade (attribution, pricing, logistics), from the words of methods and criteria: see maturity_plain.py."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from tests.spec.fact_oracle import TOUCHES, Row
from tests.spec.maturity_plain import DAY, Things, World, cents, due, each, inside, name, past, told, whole
from tests.spec.plain_event import Event

DIGITAL = {"web", "app", "email", "sms", "social", "messaging"}


# --- attribution -----------------------------------------------------------------------------------------------------------------------


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


def _ledger(w: World, at: datetime, days: int) -> list[tuple[Row, list[Event]]]:
    """The orders of the window, a day old and not cancelled, with their given; none where nobody keeps such a ledger."""
    if not w.within(at, days, "credit.given"):
        return []
    given: dict[str, list[Event]] = defaultdict(list)
    for one in w.until(at, "credit.given"):
        given[told(one, "order")].append(one)
    return [(row, given[row["order"]]) for row in w.ordered(at, days, kept=True) if row["placed_at"] < at - DAY]


def _sum(given: list[Event]) -> int:
    return sum(cents(told(one, "amount") or 0) for one in given)


def credit_exact(w: World, at: datetime, days: int) -> Things:
    """Orders whose given make up their amount."""
    return each(_sum(given) == row["amount_cents"] for row, given in _ledger(w, at, days))


def credit_day(w: World, at: datetime, days: int) -> Things:
    """Days on which given less orders leave nothing."""
    left: dict[date, int] = defaultdict(int)
    for row, given in _ledger(w, at, days):
        left[w.day(row["placed_at"])] += _sum(given) - row["amount_cents"]
    return each(gap == 0 for gap in left.values())


def revenue_multichannel(w: World, at: datetime, days: int) -> Things:
    """Euros of known customers, those met on two channels in the thirty days before the order."""
    met: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in w.contacts:
        met[one["customer"]].append((one["started_at"], one["channel"]))
    for kind in (kind for kind in w._typed if kind.partition(".")[0] in TOUCHES):
        for one in w._typed[kind]:
            met[name(one)].append((one["time"], told(one, "channel")))
    found: Things = []
    for row in w.ordered(at, days, kept=True):
        if row["customer"]:
            seen = {channel for time, channel in met[row["customer"]] if channel and inside(time, row["placed_at"], 30)}
            found.append((len(seen) >= 2, row["amount_cents"] / 100))
    return found


def credit_shared(w: World, at: datetime, days: int) -> Things:
    """Of the orders two roles helped with, those credited to two roles and in balance."""
    roles: dict[str, set[str]] = defaultdict(set)
    for one in w.until(at, "order.assisted"):
        roles[name(one)].add(told(one, "party"))
    found = []
    for row, given in _ledger(w, at, days):
        if len(roles[row["order"]] - {""}) >= 2:
            parties = {told(one, "party") for one in given} - {""}
            found.append(len(parties) >= 2 and _sum(given) == row["amount_cents"])
    return each(found)


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
        revenue_channelled, channel_targeted, target_global, credit_exact, credit_day, revenue_multichannel, credit_shared, assist_named,
        credit_disputed, key_compared, dispute_settled, price_observed, price_parity, promotion_overlap, promotion_everywhere, price_signal,
        promotion_relayed, redemption_known, promotion_evaluated, stock_fresh, order_crossed, stock_shown, shown_fresh, stock_accurate,
        stock_exact, stock_broken, store_collect, collect_ready, store_return, refund_prompt, collect_share,
        collect_extra,
    )
}  # fmt: skip
