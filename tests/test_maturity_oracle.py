"""Measures from SQL are those of the slow formulas, on random events, for several instants at once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from metrics.maturity.measure import Asked, readings
from metrics.maturity.model import original
from metrics.query import Scope
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put
from tests.spec.fact_oracle import Event, event
from tests.spec.maturity_oracle import ORACLES

AT = datetime(2026, 11, 1, tzinfo=UTC)
FLAGS = (True, False)
INSTANTS = [AT - timedelta(days=days) for days in (61, 30, 0)]


def world(seed: int) -> list[Event]:
    """A few hundred events about few people, products and orders, so that everything meets."""
    chance = random.Random(seed)
    pick, found = chance.choice, []

    def say(kind: str, about: str, **data: Any) -> None:
        at = AT - timedelta(hours=6 * chance.randrange(1, 700), minutes=len(found) % 300)
        found.append(event(kind, about, at, str(len(found)), **data))

    for _ in range(40):
        say("solicitation.sent", f"customer/c{chance.randrange(6)}", channel="email", rule=pick(("", "basket")))
        say("customer.consent", f"customer/c{chance.randrange(8)}", consent=pick(("granted", "granted", "refused")))
        say(
            "offer.priced",
            "offer/x",
            product=pick("ab"),
            channel=pick(("web", "store", "app")),
            price=pick((9, 9.99)),
            listed=pick((True, False)),
        )
        say("offer.shown", "offer/x", product=pick("ab"), site=pick("xy"), available=pick(FLAGS))
        say("offer.counted", "offer/x", product=pick("ab"), site=pick("xyz"), quantity=pick((0, 1, 5)))
        say("order.assisted", f"order/o{chance.randrange(30)}", party="seller", agent=pick(("", "a1", "a2")))
        say(
            "reference.initiative",
            f"initiative/i{chance.randrange(5)}",
            owner=pick(("", "ann")),
            department="web",
            kpi="nps",
            status=pick(("", "", "ended")),
        )
    for number in range(30):
        say("order.placed", f"order/o{number}", channel="web", amount=pick((10, 19.99)))
        say("credit.given", f"credit/k{number}", order=f"o{chance.randrange(30)}", amount=pick((10, 19.99, 5)))
        due = (AT - timedelta(days=chance.randrange(-20, 120))).isoformat()
        say("meeting.planned", f"meeting/m{number}", category=pick(("committee", "review")), due_at=due)
        say("decision.taken", f"decision/d{number}", due_at=due)
        say("decision.evaluated", f"decision/d{chance.randrange(30)}", verdict="improved")
        if number % 2:
            say("meeting.held", f"meeting/m{number}")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_measures_are_those_of_the_slow_formulas(store: Store, seed: int) -> None:
    events = world(seed)
    put(store, 1, events)
    derive(store, [1])
    found = readings(store, original(), INSTANTS, Asked(Scope.all(), zone="UTC"))
    for at in INSTANTS:
        for measure, (days, oracle) in ORACLES.items():
            reading = found[at].get((measure, days))
            counted = (0, 0) if reading is None else (reading.top, reading.bottom)
            assert counted == oracle(events, at), (measure, at)
