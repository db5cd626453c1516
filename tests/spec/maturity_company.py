"""A small company in which everything meets: a few hundred events of every kind that maturity reads, about few people and things.

Moments lie on both sides of the instants asked about, some exactly on a border; clocks change in between (Paris, 25 October).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.spec.plain_event import Event, event

ZONE = "Europe/Paris"
AT = datetime(2026, 11, 1, 14, tzinfo=UTC)
INSTANTS = [AT - timedelta(days=61, hours=3), AT - timedelta(days=30), AT]
FAMILIES = ("satisfaction", "return", "acquisition", "retention", "churn", "business", "")

FATES = ((), ("ready",), ("ready", "collected"), ("ready", "collected", "returned"), ("delivered",), ("delivered", "returned"),
         ("cancelled",), ("returned",))  # fmt: skip

Pick = Callable[[Any], Any]
Say = Callable[..., None]


def company(seed: int, rounds: int = 48) -> list[Event]:
    """Its events, always the same for a seed."""
    chance = random.Random(seed)
    found: list[Event] = []

    def say(kind: str, about: str, ago: float | None = None, **data: Any) -> None:
        hours = chance.randrange(-600, 4000) if ago is None else ago * 24  # some things are still to come
        at = AT - timedelta(hours=hours, seconds=0 if ago is not None else len(found))
        given = {field: value for field, value in data.items() if value is not None}
        found.append(event(kind, about, at, str(len(found)), **given))

    for number in range(rounds):
        for part in (_contacts, _orders, _offers, _people, _steering, _registers):
            part(say, chance.choice, chance.randrange, number)
    _crowd(say, chance.random)
    _borders(say)
    _again(say, chance.choice)
    _booked(say, chance.choice)
    _straddling(say)
    _met(say)
    return found


def _contacts(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    about = f"interaction/i{number}"
    ago = upto(-20, 160) + number / 1000
    direction = {"direction": pick(("inbound", "inbound", "outbound")), "channel": pick(("voice", "chat", "email", ""))}
    case = pick((f"o{upto(12)}", f"o{upto(12)}", ""))
    said = {"motive": pick(("", "deux prix", "Price", "late")), "customer": pick(("", *"pqrs")), "case": case}
    say("interaction.started", about, ago, source=pick(("acd", "crm", "old")), **direction, **said)
    say("interaction.accepted", about, ago - 0.1, stint=f"{number}", agent=pick(("ann", "bob", "cid", "")))
    if pick((True, False)):
        say("interaction.escalated", about, ago - 0.2, to="maker")
    answer = pick((("nps", 10), ("csat", 5), ("csat", 7), ("csat", 10), ("csat", 11), ("ces", 5)))
    say("feedback.given", about, instrument=answer[0], scale=answer[1], score=upto(0, 11), moment=pick(("", "till", "door")))


def _orders(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    order, ago = f"o{number}", upto(-10, 150) + number / 1000
    about, promised = f"order/{order}", (AT - timedelta(days=ago - 6)).isoformat()
    where = {"channel": pick(("web", "web", "store", "")), "site": pick(("", "lille", "lyon"))}
    worth = pick((10, 19.99, 0.005))
    who = {"customer": pick(("", *"pqrstu")), "amount": worth, "promised_at": pick((promised, promised, None))}
    say("order.placed", about, ago, **where, **who)
    for kind in pick(FATES):
        ago -= upto(0, 9) + 1
        say(f"order.{kind}", about, ago, site=pick(("", "lille", "lyon")), reason=pick(("stock", "other")))
    if pick((True, False)):
        say("order.refunded", about, ago - upto(0, 9) - 0.4, amount=pick((5, 10)))
    for kind in ("delayed", "warned", "assisted", "assisted", "redeemed"):
        if pick((True, False)):
            party = {"party": pick(("seller", "e_seller", "")), "agent": pick(("", "ann"))}
            say(f"order.{kind}", about, promotion=pick(("", "p1")), **where, **(party if kind == "assisted" else {}))
    for place, amount in enumerate(pick(((worth,), (worth,), (5, worth - 5), (worth, 5), ()))):
        credit = {"order": order, "amount": round(amount, 2), "party": pick(("seller", "e_seller", ""))}
        say("credit.given", f"credit/{order}-{place}", ago - 3, **credit)
    if pick((True, False, False)):
        say("credit.disputed", f"credit/{order}-0", order=order)
        say("credit.settled", f"credit/{order}-0", order=order)


def _offers(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    for _ in range(3):
        where = {"product": pick("ab"), "site": pick(("", "lille", "lyon"))}
        ago = upto(9) * 19 + pick((-0.1, 0.3, 0.4, 0.6, 0.9)) + number / 10_000  # a price of today may still be to come
        price = {"price": pick((9, 9.99, None)), "listed": pick((True, False, False))}
        say("offer.priced", "offer/x", ago, channel=pick(("web", "store", "app", "")), **price, **where)
        say("offer.stocked", "offer/x", channel=pick(("", "store")), quantity=upto(9), **where)
        age, number_ = pick((None, 60, 3600, 3601)), pick((None, 0, 1, 5))
        shown = {"available": pick((True, False)), "quantity": number_, "age_s": age}
        say("offer.shown", "offer/x", channel=pick(("web", "", "app")), **shown, **where)
        say("offer.counted", "offer/x", quantity=pick((None, 0, 1, 5)), **where)
        more = {"promotion": f"p{upto(8)}", "channel": pick(("web", "store", "email", "app")), "central": pick((True, False))}
        say("offer.promoted", "offer/x", **more, **where)


def _people(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    who = f"customer/{pick('pqrstu')}"
    rule, arm, model = {"rule": pick(("", "t1", "t2"))}, {"arm": pick(("", "treated", "control"))}, {"model": pick(("", "m1"))}
    say("solicitation.sent", who, channel=pick(("email", "sms")), purpose=("", "marketing", "news")[number % 3], **rule, **arm)
    say("solicitation.withheld", who, **rule)
    say("personalisation.decided", who, **rule, **arm, **model)
    say("session.visited", who, channel=pick(("web", "app", "")))
    about = {"purpose": ("", "marketing", "marketing", "news")[number % 4], "channel": ("", "", "email", "sms", "")[number % 5]}
    say("customer.consent", who, consent=pick(("granted", "granted", "refused")) if number % 7 else "", **about)
    say("customer.profile", who, preferred_channel=pick(("email", "sms", "")))
    if number % 4 == 0:
        say("customer.identified", who)
        say("customer.merged", "customer/p", into=pick("qrs"))
        say("model.scored", f"model/m{upto(3)}", pick((0.5, 6.9, 7, 7.1, 40)), eligible=pick((0, 10)), scored=upto(11), flagged=upto(40))
        brier = {"brier": (None, 0.05, 0.2)[number // 4 % 3]}
        scale = {"positives": pick((60, 600)), "negatives": 900, "calibration_error": pick((None, 0.02, 0.06)), **brier}
        say("model.tested", f"model/m{upto(3)}", auc=pick((0.6, 0.69, 0.75)), **scale)
    say("identity.labelled", f"identity/{number}", verdict=pick(("duplicate", "distinct", "distinct")))


def _steering(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    when = {"due_at": pick(((AT - timedelta(days=upto(-20, 200))).isoformat(), None))}
    causes = {"cause": pick(("customer", "adviser", "cost", "")), "insight": pick(("", "n1", "n2"))}
    say("decision.taken", f"decision/d{upto(16)}", **when, **causes)
    verdict = pick(("improved", "unchanged", "worsened", "not_evaluable", ""))
    say("decision.evaluated", f"decision/d{upto(16)}", verdict=verdict)
    kind = {"category": pick(("committee", "committee", "review", ""))}
    say("meeting.planned", f"meeting/m{upto(16)}", **when, **kind)
    part = {"department": ("web", "shops")[number % 2]}
    say("meeting.held", f"meeting/m{upto(16)}", invited=pick((0, 4)), present=upto(6), **kind, **part)
    for step in ("planned", "started", "ended", "evaluated"):
        say(f"project.{step}", f"project/j{upto(8)}", verdict=verdict)
    say("kpi.reported", f"kpi/{pick(('k0', 'k1', 'k2', 'k3', 'last_vs_key'))}")
    say("promotion.evaluated", f"promotion/p{upto(8)}", method=pick(("did", "guess")))


def _registers(say: Say, pick: Pick, upto: Pick, number: int) -> None:
    def state(kind: str, name: str, /, **data: Any) -> None:
        say(f"reference.{kind}", f"{kind}/{name}", status=pick(("", "", "", "", "", "", "", "ended")), **data)

    unit = {"department": pick(("web", "shops")), "owner": pick(("", "ann", "bob"))}
    state("initiative", f"v{upto(5)}", kpi=pick(("", "nps")), budget=pick((0, 10, 25)), sponsor=pick(("", "ceo")),
          journey=pick(("", "buy", "help")), committee=pick(("", "x", "y")), **unit)  # fmt: skip
    state("department", pick(("web", "shops")), staff=pick((0, 3, 5)), unified=pick((True, False)), category=pick(("", "customer")))
    goal = {"target": pick((None, 1))}
    state(
        "kpi",
        f"k{upto(4)}",
        family=pick(FAMILIES),
        formula=pick(("", "a/b", "a")),
        origin=pick(("", "crm", "erp")),
        **goal,
        **unit,
        name=("", "K0")[number % 2],
    )
    state("moment", pick(("till", "door", "home")))
    state("site", pick(("lille", "lyon", "hub")), category=pick(("store", "store", "store", "")) or "warehouse" * (number % 2))
    state("product", pick("abc"), channels=pick((["web", "store"], ["web"], None)))
    starts = AT - timedelta(days=upto(-10, 160), hours=upto(24))
    where = {"channels": pick((["web", "store"], ["web"], None)), "site": pick(("", "lille"))}
    ends = {"ends_at": (starts + timedelta(days=10 * (number % 3))).isoformat() if number % 3 else None}
    state("promotion", f"p{upto(8)}", starts_at=pick((starts.isoformat(), None)), **ends, local=pick((True, False)), **where)
    begun = datetime(2026, pick((7, 10)), 1, tzinfo=UTC)
    amount = pick((10, 20.1, 9.9, 30))
    period = {"starts_at": begun.isoformat(), "ends_at": (begun + timedelta(days=91)).isoformat()}
    state("target", f"g{upto(6)}", channel=pick(("", "web", "store")), target=amount, **period)
    for kind, more in (("trigger", {"holdout": pick((True, False))}), ("model", {})):
        state(kind, f"{kind[0]}{upto(3)}", **more)
    for kind, more in (("roadmap", {"insight": pick(("", "n1"))}), ("insight", {})):
        state(kind, f"n{upto(4)}", **more)
    state("agent", pick(("ann", "bob")), team=pick(("", "sales")))


def _crowd(say: Say, unit: Callable[[], float]) -> None:
    """What only many together tell: answers about a moment, people led by a rule and held out of it."""
    for number in range(40):
        say("feedback.given", f"interaction/w{number}", 5 + 2 * number, instrument="ces", scale=5, score=3, moment="home")
        arm = "control" if number % 2 else "treated"
        say("personalisation.decided", f"customer/w{number}", 20 + number, rule="hello", arm=arm, model="m1")
        say("solicitation.withheld" if number % 2 else "solicitation.sent", f"customer/w{number}", 20 + number, rule="t1")
        if unit() < 0.5 - 0.4 * (number % 2):
            say("order.placed", f"order/w{number}", 20 + number - 7 * unit(), channel="web", customer=f"w{number}", amount=10)


def _borders(say: Say) -> None:
    """On the borders: the window's beginning (in it), its end (not in it), the promise itself, five minutes to the millisecond."""
    for place, ago in enumerate((0, 90, 90 + 1 / 86_400_000)):
        say("order.placed", f"order/b{place}", ago, channel="web", customer="p", amount=1, site="lille")
        say("solicitation.sent", "customer/z", ago, channel="email")
        say("customer.consent", "customer/z", ago, consent=("refused", "granted", "granted")[place], purpose="marketing")
    say("customer.consent", "customer/z", 90, consent="refused", channel="email")  # in the same breath as a consent
    for place, late in enumerate((0, 1 / 86_400_000)):
        promised = (AT - timedelta(days=9)).isoformat()
        say("order.placed", f"order/c{place}", 20, channel="web", site="lyon", amount=1, promised_at=promised)
        say("order.ready", f"order/c{place}", 9 - late)
        say("order.delayed", f"order/c{place}", 8)
        say("order.warned", f"order/c{place}", 8 - 5 / 1440 - late)
        say("order.delayed", f"order/c{place + 2}", 8)  # not ready yet
        say("order.warned", f"order/c{place + 2}", 8 - 5 / 1440 - late)
    for name, ago in (("k1", 31), ("k1", 62), ("k1", 0.001), ("k2", 93), ("last_vs_key", 31)):
        say("kpi.reported", f"kpi/{name}", ago)
    say("customer.merged", "customer/p", 40, into="u")
    for who, other in (("m", {"purpose": "news"}), ("n", {"channel": "sms"})):  # refused, but not what they are then sent
        say("customer.consent", f"customer/{who}", 70, consent="granted", purpose="marketing")
        say("customer.consent", f"customer/{who}", 60, consent="refused", **{"purpose": "marketing"} | other)
        say("solicitation.sent", f"customer/{who}", 50, channel="email")
    for week in range(27):  # half a year of orders; in nine weeks more contacts about prices than usual, none beyond the limit
        say("order.placed", f"order/h{week}", 7 * week + 3, channel="store", amount=1)
        for number in range((0, 3, 7, 1, 9, 8, 10, 15, 3, 3)[week] if week < 10 else 0):
            say("interaction.started", f"interaction/h{week}-{number}", 7 * week + 3, channel="voice", motive="prix", source="acd")
    ends = {"starts_at": (AT - timedelta(days=80)).isoformat(), "ends_at": (AT - timedelta(days=70)).isoformat()}
    say("reference.promotion", "promotion/over", 85, **ends)
    for channel, ago in (("web", 79), ("store", 69)):
        say("offer.promoted", "offer/y", ago, promotion="over", channel=channel)
    say("customer.merged", "customer/e0", 90, into="e1")
    for number, late in enumerate((0, 1, 1 + 1 / 3_600_000, 0.5)):  # hours from a pick-up to a purchase; the last in another store
        say("order.placed", f"order/e{number}", 29, channel="web", customer="e0", amount=9, site="lille")
        say("order.collected", f"order/e{number}", 28 - number)
        where = {"channel": "store", "site": "lyon" if number == 3 else "lille"}
        say("order.placed", f"order/f{number}", 28 - number - late / 24, customer="e1", amount=9, **where)
    for ago, verdict in ((9, "duplicate"), (5, "distinct")):
        say("identity.labelled", "identity/twice", ago, verdict=verdict)
    say("reference.model", "model/b", 80)
    say("model.tested", "model/b", 5, brier=0.3, positives=200, negatives=800, calibration_error=0.01)
    closed = [(AT - timedelta(days=3 * day)).date().isoformat() for day in range(60)]
    say("reference.calendar", "calendar/main", 300, zone=ZONE, hours={}, holidays=closed)
    say("reference.initiative", "initiative/over", 70, owner="ann", department="web", kpi="nps", status="ended")
    say("decision.taken", "decision/vain", 70, cause="customer", due_at=(AT - timedelta(days=20)).isoformat())
    say("decision.evaluated", "decision/vain", 30, verdict="not_evaluable")
    say("order.placed", "order/y", 0.5, channel="web", amount=3)
    say("session.visited", "customer/y", 0.01)
    say("personalisation.decided", "customer/y", -0.05, rule="hello")


def _again(say: Say, pick: Pick) -> None:
    """Customers who come back within the gap, at its end or after it, over another channel or the same; some were passed on by us."""
    for number in range(36):
        ago = 8 + 4 * number
        tie = pick(({"case": f"e{number}"}, {"customer": pick("pqrs"), "motive": pick(("late", "late/lost", ""))}))
        for step, later in enumerate((0, pick((0.5, 1, 1.1, 6.9)), pick((7, 8, 8.1, 16)))):
            about = f"interaction/e{number}-{step}"
            say("interaction.started", about, ago - later, direction="inbound", channel=pick(("voice", "chat", "")), **tie)
            if pick((True, False)):
                say(f"interaction.{pick(('escalated', 'linked'))}", about, ago - later, to="queue/x", relation="transfer")


def _booked(say: Say, pick: Pick) -> None:
    """Orders cancelled or paid back, credits that follow or do not, some within the last day, some for orders that nobody placed."""
    for number in range(24):
        order, ago = f"l{number}", pick((0.9, 1.1, 2, 4, 5.5) if number % 6 else (0.9, 1.1, 89, 91))
        if number % 6:
            say("order.placed", f"order/{order}", ago + pick((0, 0.5)), channel="store", amount=20)
            say("credit.given", f"credit/{order}-0", ago, order=order, amount=20)
        back = pick((0, 5, 20))
        fate = pick(("cancelled", "refunded", ""))
        if fate and number % 6:
            say(f"order.{fate}", f"order/{order}", ago, amount=back)
        say("credit.given", f"credit/{order}-1", ago, order=order, amount=-pick((back, 20)))


def _straddling(say: Say) -> None:
    """What reaches over a border: contacts that go on for weeks before the window, several at one instant, people under two ids, days that
    two calendars close or that are those of the answer, a credit for an order of long ago, credits that name nobody."""
    for number, begun in enumerate((99, 120, 144, 146, 175, 161, 182)):  # quiet before the window, those of more than 53 days earlier
        who, first = {"customer": f"w{number}", "motive": "late", "source": "crm", "direction": "inbound"}, 62 * (number > 4)
        say("interaction.started", f"interaction/w{number}", begun, channel="email", **who)
        say("interaction.closed", f"interaction/w{number}", first + 92)
        say("interaction.started", f"interaction/w{number}-next", first + 89, channel="voice", **who)
    for number in range(12):  # on two channels at one instant, told apart by the end of a name
        for place, channel in enumerate((f"messaging_{number}a", f"messaging_{number}b")):
            about = f"interaction/u{number}-{place}"
            say("interaction.started", about, 19, channel=channel, case=f"u{number}", direction="inbound")
            if place == (number % 3 > 0):
                say("interaction.escalated", about, 19, to="maker")
    for number, kinds in enumerate((("chat", "voice", "chat"), ("voice", "chat", "voice"), ("voice", "voice", "chat"))):
        for place, channel in enumerate(kinds):
            about = f"interaction/s{number}-{place}"
            say("interaction.started", about, 20, channel=channel, customer=f"s{number}", motive="late", source="crm", direction="inbound")
            if place != 1:
                say("interaction.escalated", about, 20, to="maker")
    say("customer.merged", "customer/va", 300, into="vb")
    say("customer.identified", "customer/vb", 200, channel="store")
    say("order.placed", "order/v", 30, channel="store", customer="va", amount=7)
    for who, ago, channel in (("va", 31, "voice"), ("vb", 30, "chat")):
        about = f"interaction/{who}"
        say("interaction.started", about, ago, channel=channel, customer=who, motive="late", source="crm", direction="inbound")
        say("customer.profile", f"customer/{who}", 40, preferred_channel="email" if who == "va" else "sms")
        say("solicitation.sent", f"customer/{who}", 35, channel="email")
    for name, away in (("one", (48, 47)), ("two", (47, 46))):  # from Monday to Wednesday
        days = [(AT - timedelta(days=ago)).date().isoformat() for ago in away]
        say("reference.calendar", f"calendar/{name}", 400, holidays=days)
    say("feedback.given", "interaction/d", 48, instrument="nps", scale=10, score=2, customer="d")
    say("interaction.started", "interaction/d", 49, channel="voice", customer="d", source="crm", direction="inbound")
    say("interaction.started", "interaction/d-back", 44, channel="voice", customer="d", source="crm", direction="outbound")
    say("order.placed", "order/old", 500, channel="store", amount=9)
    say("credit.given", "credit/old", 20, order="old", amount=9)
    say("order.placed", "order/nobody", 30, channel="store", amount=10)
    for place, party in enumerate(("seller", "e_seller")):
        say("order.assisted", "order/nobody", 30, party=party)
        say("credit.given", f"credit/nobody-{place}", 29, order="nobody", amount=5, party=party if place else None)


def _met(say: Say) -> None:
    """Whom we met before they bought: twice on one channel, on two channels, at the borders of the thirty days, by what was held back."""
    edge = 1 / 86_400_000
    meetings = (
        (("voice", 1), ("voice", 2)),
        (("voice", 1), ("chat", 30)),
        (("voice", 1), ("chat", 30 + edge)),
        (("voice", edge), ("chat", 0)),
    )
    for number, met in enumerate((*meetings, (("voice", edge), ("chat", edge)), (("voice", 1),), (("voice", 1), ("chat", -1)))):
        say("order.placed", f"order/met{number}", 12, channel="web", customer=f"met{number}", amount=2**number)
        for place, (channel, before) in enumerate(met):
            about = {"channel": channel, "customer": f"met{number}", "source": "crm", "direction": "inbound"}
            say("interaction.started", f"interaction/met{number}-{place}", 12 + before, **about)
    say("solicitation.withheld", "customer/met5", 13, channel="sms", rule="t1")


def corrected(events: list[Event]) -> list[Event]:
    """Later revisions of some of its events: counts that found another quantity, customers who had not been warned after all."""
    free = [one for one in events if not one["subject"].startswith("order/c")]  # what lies on a border stays
    counts, warned = ([one for one in free if one["type"] == kind][::3] for kind in ("offer.counted", "order.warned"))
    return [
        *(one | {"revision": 1, "data": one["data"] | {"quantity": 1}} for one in counts),
        *(one | {"revision": 1, "retracted": True} for one in warned),
    ]
