"""The demo company's levels are those the simulator planted, and each practice it is known for carries exactly one dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.simulation import Simulation
from ingest.simulation.assessment import ASSESSORS, sessions
from ingest.simulation.practice import PLANTED
from metrics.maturity.answer import BLIND, OPEN, Answers, Evidence, Vote
from metrics.maturity.measure import Asked, readings
from metrics.maturity.model import original
from metrics.maturity.score import score
from metrics.query import Scope
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put
from tests.conftest import empty
from tests.spec.maturity_check import differences
from tests.spec.maturity_plain import World
from tests.spec.plain_event import Event, event

UNTIL = datetime(2026, 11, 28, 12, tzinfo=UTC)
CONTACTS = timedelta(days=3)  # of contacts: they are most of a history, and what is counted of them is there in a day
Which = Callable[[Event], bool]
# What is taken away, of which events, and the level its dimension falls to.
PRACTICES: dict[str, tuple[str, int, Which]] = {
    "evaluating decisions": ("journeys", 1, lambda e: e["type"] == "decision.evaluated"),
    "a sponsor": ("governance", 1, lambda e: e["type"] == "reference.initiative" and "sponsor" in e["data"]),
    "evaluating projects": ("performance", 2, lambda e: e["type"] == "project.evaluated"),
    "targets": ("attribution", 0, lambda e: e["type"] == "reference.target"),
    "prices in store": ("pricing", 0, lambda e: e["type"] == "offer.priced" and e["data"].get("channel") == "store"),
    "stock feeds": ("logistics", 0, lambda e: e["type"] == "offer.stocked"),
    "consent": ("data", 0, lambda e: e["type"] == "customer.consent"),
}


def history(seed: int, days: int = 300) -> list[Event]:
    """What maturity reads of the demo's history: all but the agents' days, and of contacts those of the last days."""
    found, since = [], f"{UNTIL - CONTACTS:%Y-%m-%d}"
    for events in Simulation(days, seed, UNTIL).chunks():
        for one in events:
            kind = one["type"].partition(".")[0]
            if kind == "agent" or (kind == "interaction" and one["time"][:10] < since):
                continue  # most of them
            rest = {**one["data"], "source": one["source"], "sequence": one.get("sequence", 0)}
            found.append(event(one["type"], one["subject"], datetime.fromisoformat(one["time"]), one["id"], **rest))
    return found


def load(store: Store, events: list[Event]) -> None:
    empty(store)
    for number, at in enumerate(range(0, len(events), 100_000), 1):
        put(store, number, events[at : at + 100_000])
        derive(store, [number])


def answered(entity: str = "") -> Answers:
    votes, proofs = [], []
    for session in sessions(UNTIL.date(), entity):
        at = datetime.combine(session.day, datetime.min.time(), UTC)
        for said in session.said:
            for (name, direction), blind, after in zip(ASSESSORS, said.blind, said.after, strict=True):
                votes.append(Vote(said.criterion, name, direction, BLIND, blind, at))
                votes.append(Vote(said.criterion, name, direction, OPEN, after, at))
            if said.proof:
                proofs.append(Evidence(said.criterion, "note", said.proof, said.dated, at))
    return Answers(tuple(votes), tuple(proofs))


def levels(store: Store) -> dict[str, int]:
    found = readings(store, original(), [UNTIL], Asked(Scope.all()))[UNTIL]
    return {name: each.level for name, each in score(original(), answered(), found, UNTIL).items()}


@pytest.fixture(scope="module")
def demo(engine: Store) -> Iterator[tuple[Store, list[Event]]]:
    events = history(1)
    load(engine, events)
    yield engine, events
    empty(engine)


def test_computed_levels_are_those_planted(demo: tuple[Store, list[Event]]) -> None:
    assert levels(demo[0]) == PLANTED


def test_the_company_gives_every_measure_something_to_count_and_stands_between_two_levels(demo: tuple[Store, list[Event]]) -> None:
    found = readings(demo[0], original(), [UNTIL], Asked(Scope.all()))[UNTIL]
    assert [bar.measure for each in original().criteria for bar in each.tests if (bar.measure, bar.days) not in found] == []
    bounced, recontacted = found["episode_bounced", 90], found["detractor_recontact", 90]
    assert 0 < bounced.top < bounced.bottom
    assert recontacted.n > 30
    scores = score(original(), answered(), found, UNTIL)
    assert sum(0.05 < each.score % 1 < 0.95 for each in scores.values()) >= 4


@pytest.mark.long
def test_every_measure_of_the_demo_company_is_the_slow_formulas(demo: tuple[Store, list[Event]]) -> None:
    store, events = demo
    instants = [UNTIL - timedelta(days=40, hours=2)]  # the small company is asked at several
    found = readings(store, original(), instants, Asked(Scope.all()))
    bars = sorted({(bar.measure, bar.days, bar.kind) for each in original().criteria for bar in each.tests})
    assert differences(found, World(events, "Europe/Paris"), bars) == []


@pytest.mark.long
@pytest.mark.parametrize("practice", PRACTICES)
def test_a_practice_taken_away_lowers_exactly_its_dimension(demo: tuple[Store, list[Event]], practice: str) -> None:
    store, events = demo
    dimension, lower, which = PRACTICES[practice]
    batch = 100 + 2 * list(PRACTICES).index(practice)
    gone = [one for one in events if which(one)]
    put(store, batch, [one | {"retracted": True, "revision": batch} for one in gone])
    derive(store, [batch])
    try:
        assert levels(store) == PLANTED | {dimension: lower}
    finally:
        put(store, batch + 1, [one | {"revision": batch + 1} for one in gone])
        derive(store, [batch + 1])


@pytest.mark.long
def test_another_seed_has_the_same_levels(engine: Store) -> None:
    load(engine, history(7))
    assert levels(engine) == PLANTED
