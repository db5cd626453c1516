"""The rows behind an agent's day and a contact: what the oracle has, nothing outside the asker's scope, no name without the right."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.agent import extra
from dashboard.agent.balance import equations
from dashboard.agent.day import gather, spans
from dashboard.agent.moment import Window
from dashboard.agent.story import oddities
from dashboard.agent.tally import tallies
from dashboard.page import Visit
from dashboard.viewer import at_the_machine
from metrics.detail import agent_day, contact
from metrics.query import Query, Refused, Scope
from metrics.run import ask
from sql import standing
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put
from tests.conftest import empty, usually
from tests.spec.agent_oracle import measure
from tests.spec.agent_world import DAYS, agent_of, merged, stored
from tests.spec.plain_event import Event, event, live
from tests.test_fact_oracle import derived, traces

ALL = Scope.all()
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=2)


def at(minute: float) -> datetime:
    return AT + timedelta(minutes=minute)


def day(store: Store, scope: Scope = ALL, agent: str = "a", now: datetime = LATER) -> object:
    return agent_day(store, scope, agent, AT, at(600), now)


def told(store: Store, *events: Event) -> None:
    put(store, 1, list(events))
    derive(store, [1])


def company(store: Store) -> None:
    """Two agents of two teams share a contact; the first has a chat beside it."""
    told(
        store,
        event("reference.agent", "agent/a", AT - timedelta(days=9), "r1", team="north", name="Ada"),
        event("reference.agent", "agent/b", AT - timedelta(days=9), "r2", team="south", name="Bob"),
        event("agent.signed_in", "agent/a", at(0), "p1"),
        event("agent.state", "agent/a", at(1), "p2", state="ready"),
        event("agent.signed_out", "agent/a", at(60), "p3"),
        event("interaction.started", "interaction/1", at(2), "1", channel="voice"),
        event("interaction.rang", "interaction/1", at(2), "2", stint="1/1", agent="a", queue="q"),
        event("interaction.accepted", "interaction/1", at(3), "3", stint="1/1", agent="a"),
        event("interaction.released", "interaction/1", at(13), "4", stint="1/1", agent="a"),
        event("interaction.accepted", "interaction/1", at(14), "5", stint="1/2", agent="b"),
        event("interaction.started", "interaction/2", at(5), "6", channel="chat"),
        event("interaction.accepted", "interaction/2", at(5), "7", stint="2/1", agent="a"),
        event("interaction.released", "interaction/2", at(25), "8", stint="2/1", agent="a"),
    )


def test_work_of_the_day_after_the_last_sign_out_is_marked_as_it_is_counted(store: Store) -> None:
    """Signed out at 22:00, at work from 00:05 to 00:25 of a day without presence: busy while signed out, in the figures and on the day's
    page. Of who never told his presence nothing is contradicted."""
    night = AT.replace(hour=0) + timedelta(days=1)
    told(
        store,
        event("agent.signed_in", "agent/a", night - timedelta(hours=9), "p1"),
        event("agent.signed_out", "agent/a", night - timedelta(hours=2), "p2"),
        *(
            event(f"interaction.{kind}", f"interaction/{agent}", night + timedelta(minutes=minute), f"{agent}{minute}", channel="chat",
                  stint=f"{agent}/1", agent=agent)
            for agent in ("a", "b") for kind, minute in (("accepted", 5), ("released", 25))
        ),
    )  # fmt: skip
    window = Window.of(night.date(), "UTC")
    for agent, marks in (("a", ["out"]), ("b", [""])):
        found = gather(lambda query: ask(store, query), store, ALL, agent, window, LATER)
        assert [(strange, since, until) for _, strange, since, until in spans(found)] == [
            (marks[0], night + timedelta(minutes=5), night + timedelta(minutes=25))
        ]
        assert found.tally is not None
        assert found.tally.seconds("busy_signed_out") == 1200
        assert len(oddities(found, "en")) == (1 if agent == "a" else 0)


def test_the_balance_of_a_day_that_goes_on_is_that_of_one_moment(store: Store) -> None:
    """Two contacts in hand at some fraction of a second: what is added up from the lanes is what the metrics say, to the millisecond."""
    company(store)
    more = event("interaction.accepted", "interaction/3", at(20), "9", channel="chat", stint="3/1", agent="b")
    put(store, 2, [more])
    derive(store, [2])
    moment = at(30) + timedelta(microseconds=789_000)
    found = gather(lambda query: ask(store, query), store, ALL, "b", Window.of(AT.date(), "UTC"), moment)
    assert found.tally is not None
    told = equations(found.tally, found.levels, sorted(found.tally.channels))
    assert {each.name: each.residual_ms for each in told} == {"shares": 0, "levels": 0, "gross": 0, "staffed": 0}
    assert found.levels == ((1, 360.0), (2, 600.0))


def test_clocks_that_differ_are_named_with_their_source_and_nothing_is_corrected(store: Store) -> None:
    """One source stamps three of its five events four minutes (once ten) ahead of their receipt, and what it tells in advance is none of
    them; another wraps up before it lets go, and closes before the contact began."""
    minute = timedelta(minutes=1)

    def said(kind: str, at_: datetime, source: str, **rest: Any) -> Event:
        stint = {"source": source, "stint": f"{source}/1", "agent": "a"}
        return event(f"interaction.{kind}", f"interaction/{source}", at_, kind, **stint, **rest)

    fast = [said(kind, AT + n * 4 * minute, "fast", channel="chat") for n, kind in enumerate(("started", "accepted", "released"))]
    put(store, 1, fast[:2], known_at=AT)
    capacity = event("agent.capacity", "agent/a", AT + 999 * minute, "c", source="fast", capacity=2)
    wrapped = [said("wrapup_started", AT + 8 * minute, "fast"), said("wrapup_ended", AT + 14 * minute, "fast")]
    put(store, 2, [fast[2], *wrapped, capacity], known_at=AT + 4 * minute)
    put(store, 3, [
        said("started", AT + minute, "slow", channel="voice"), said("closed", AT, "slow"), said("accepted", AT + minute, "slow"),
        said("wrapup_started", AT + 2 * minute, "slow"), said("released", AT + 3 * minute, "slow"),
    ], known_at=AT + 3 * minute)  # fmt: skip
    derive(store, [1, 2, 3])
    (clock,) = standing.clocks(store, AT, LATER)
    assert clock == standing.Clock("fast", 5, 4, 240, 600)
    assert standing.clocks(store, AT + 600 * minute, LATER) == ()
    assert [row["at"] for row in store.rows("SELECT started_at AS at FROM work FINAL WHERE interaction = 'fast' ORDER BY at")] == [
        AT + 4 * minute, AT + 8 * minute,
    ]  # fmt: skip
    base = Query(("agent_time_wall",), since=AT, until=LATER, scope=ALL, now=LATER)
    tally = tallies(lambda query: ask(store, query), base, "", "equal")[""]
    visit = Visit(at_the_machine(), "en", "/agent-time", LATER)
    page = str(extra.oddities(lambda query: ask(store, query), base, tally, visit, [clock]))
    assert "fast: 80% of its events, usually by 4\\xa0min, by 10\\xa0min at most" in page
    assert page.count("Small('slow 1')") == 2  # wrapped up before it ended, closed before it began
    part = Scope.of(named=True, team=("t",))
    limited = replace(visit, viewer=replace(visit.viewer, scope=part))
    assert "fast" not in str(extra.oddities(lambda query: ask(store, replace(query, scope=part)), base, tally, limited, [clock]))
    (one, *_) = [each for each in contact(store, ALL, "fast").events if each.type == "interaction.accepted"]
    assert (one.at, one.known_at) == (AT + 4 * minute, AT)


@usually(4)
@given(seed=st.integers(0, 2**32))
def test_the_moments_of_a_period_are_those_of_the_oracle(engine: Store, seed: int) -> None:
    empty(engine)
    dice = random.Random(seed)
    facts = merged(agent_of(f"a{number}", dice) for number in range(4))
    stored(engine, facts)
    since = DAYS[dice.randrange(len(DAYS))] + timedelta(minutes=dice.choice((0, 60, 7)))
    until, now = since + timedelta(minutes=dice.choice((15, 900, 1440, 2880))), since + timedelta(minutes=dice.choice((600, 5000)))
    for agent in sorted({row["agent"] for row in facts["work"]}):
        found = agent_day(engine, ALL, agent, since, until, now)
        expected = measure(facts, agent, since, min(until, now))
        assert found.moments is not None
        gross, level, staffed, free = defaultdict(int), defaultdict(int), 0, 0
        for each in found.moments:
            long = round((each.until - each.at) / timedelta(milliseconds=1))
            for channel, count in each.held:
                gross[channel] += count * long
            level[each.contacts] += long
            staffed += long if each.contacts or each.signed_in else 0
            free += long if not each.contacts and each.signed_in and each.ready else 0
        level.pop(0, None)
        assert dict(gross) == {code: long for code, long in expected.gross.items() if long}
        assert dict(level) == {n: long for n, long in expected.level.items() if long}
        assert (staffed, free) == (expected.staffed, expected.free)
        assert all(one.until <= other.at for one, other in zip(found.moments, found.moments[1:], strict=False))


def test_a_day_has_its_stretches_states_and_moments(store: Store) -> None:
    company(store)
    found = day(store)
    assert [(each.interaction, each.phase, each.started_at, each.ended_at) for each in found.stretches] == [
        ("1", "ring", at(2), at(3)), ("1", "talk", at(3), at(13)), ("2", "talk", at(5), at(25)),
    ]  # fmt: skip
    assert [(each.state, each.ended_at) for each in found.states] == [("signed_in", at(1)), ("ready", at(60))]
    assert [(each.at, each.held, each.ready) for each in found.moments] == [
        (at(0), (), True), (at(3), (("voice", 1),), True), (at(5), (("chat", 1), ("voice", 1)), True), (at(13), (("chat", 1),), True),
        (at(25), (), True),
    ]  # fmt: skip


def test_nothing_is_told_beyond_now(store: Store) -> None:
    company(store)
    found = day(store, now=at(10))
    assert max(each.until for each in found.moments) == at(10)
    assert [each.interaction for each in found.stretches] == ["1", "1", "2"]
    assert day(store, now=at(-10)).stretches == ()


def test_an_agent_nobody_knows_has_an_empty_day(store: Store) -> None:
    company(store)
    nobody = day(store, agent="x' OR 1 --")
    assert (nobody.stretches, nobody.states, nobody.moments) == ((), (), ())


def test_an_agents_day_is_not_shown_outside_the_scope(store: Store) -> None:
    company(store)
    assert len(day(store, Scope.of(team=("north",), named=True)).stretches) == 3
    other = day(store, Scope.of(team=("south",), named=True))
    assert (other.stretches, other.states, other.moments) == ((), (), ())


def test_a_scope_by_queue_sees_its_work_and_nothing_of_the_rest(store: Store) -> None:
    company(store)
    found = day(store, Scope.of(queue=("q",), named=True))
    assert {each.interaction for each in found.stretches} == {"1"}
    assert (found.states, found.moments) == ((), None)


def test_single_agents_need_the_right_to_see_them(store: Store) -> None:
    company(store)
    with pytest.raises(Refused, match="may not see single agents"):
        day(store, Scope.of(team=("north",)))
    for query in (Query(("handled",), by=("agent",)), Query(("handled",), where=(("agent", ("a",)),))):
        with pytest.raises(Refused, match="may not see single agents"):
            ask(store, query.seen_by(Scope.of(team=("north",))))
        assert ask(store, query.seen_by(Scope.of(team=("north",), named=True))).rows
    plain = Query(("handled",), by=("team",))
    assert ask(store, plain.seen_by(Scope.of(team=("north",)))).rows
    assert plain.seen_by(Scope()).key() != plain.seen_by(ALL).key()


def test_the_events_of_a_contact_are_in_their_order(store: Store) -> None:
    company(store)
    found = contact(store, ALL, "1")
    assert found is not None
    assert (found.channel, found.started_at) == ("voice", at(2))
    assert [(each.type, each.agent) for each in found.events] == [
        ("interaction.started", ""), ("interaction.rang", "a"), ("interaction.accepted", "a"), ("interaction.released", "a"),
        ("interaction.accepted", "b"),
    ]  # fmt: skip
    assert contact(store, ALL, "nowhere") is None


def test_a_contact_outside_the_scope_is_not_there(store: Store) -> None:
    company(store)
    assert contact(store, Scope.of(team=("south",), named=True), "2") is None
    shared = contact(store, Scope.of(team=("south",), named=True), "1")
    assert shared is not None
    assert [(each.agent, each.seen) for each in shared.events] == [("", False), ("", True), ("", True), ("", True), ("b", True)]
    unnamed = contact(store, Scope.of(team=("south",)), "1")
    assert unnamed is not None
    assert {each.agent for each in unnamed.events} == {""}


@usually(4)
@given(batches=traces())
def test_the_events_of_a_contact_are_those_that_count(engine: Store, batches: list[list[Event]]) -> None:
    empty(engine)
    derived(engine, batches)
    count = live(one for batch in batches for one in batch)
    for interaction in ("1", "2"):
        expected = [(one["time"], one["type"]) for one in count if one["subject"] == f"interaction/{interaction}"]
        found = contact(engine, ALL, interaction)
        if found is not None:
            assert [(each.at, each.type) for each in found.events] == expected
        else:
            assert not any(type_.startswith("interaction.") for _, type_ in expected)
