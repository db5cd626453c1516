"""What must hold of agent time whatever was worked: sums over buckets, order and repetition, cutting, scale, one contact more. What adds up
within one reading is in test_agent_day (`conserved`)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.query import Grain, Query, Scope
from metrics.run import ask
from sql import agent_time
from sql.clickhouse import Store
from sql.derive import content, derive, rebuild
from tests.arrival_writer import REFUSED
from tests.arrival_writer import put as write
from tests.conftest import empty
from tests.spec.agent_oracle import UNHURRIED, Facts, Measure, Row, ms, sessions
from tests.spec.agent_world import agent_of, merged
from tests.spec.plain_event import Event, event
from tests.spec.table import agent_days, put
from tests.test_agent_day import AS_DRAWN, conserved, found
from tests.test_fact_oracle import derived

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 6, 30, tzinfo=UTC)
TIMES = ("gross", "open", "alone", "equal", "even", "level", "pair", "weighted")
STATES = ("wall", "several", "staffed", "free", "auxiliary", "paused", "outside", "unweighed", "unsplit", "load")
COVERED = ("covered", "covered_load")  # told by rows of agent_day: days, which do not stretch with what is worked on them
AGENTS = 300
ORIGIN = datetime(2026, 3, 28, tzinfo=UTC)


def ended(seed: int) -> Facts:
    """Random work, presence and capacities of many agents; all that began has ended."""
    dice = random.Random(seed)
    facts = merged(agent_of(f"a{number}", dice) for number in range(AGENTS))
    closed = {name: [row | {"ended_at": row["ended_at"] or row["started_at"] + timedelta(minutes=17)} for row in facts[name]]
              for name in ("work", "presence")}  # fmt: skip
    return closed | {"capacity": facts["capacity"]}


def swept(engine: Store, facts: Facts, **values: Any) -> dict[str, Measure]:
    """What the views say of all agents."""
    empty(engine)
    for name, rows in facts.items():
        put(engine, name, rows)
    agent_days(engine)
    return found(engine, SINCE, UNTIL, **values)


def told(one: Measure, name: str) -> Any:
    """One measure, without zeros."""
    value = getattr(one, name)
    if not isinstance(value, dict):
        return value
    return {key: long for key, long in value.items() if long}


def alike(got: dict[str, Measure], whole: dict[str, Measure], law: str, by: int = 1, names: tuple[str, ...] = TIMES + STATES) -> None:
    """Every measure of every agent is what it was, times a number."""
    for agent in {*got, *whole}:
        for name in names:
            mine, was = told(got[agent], name), told(whole[agent], name)
            if name == "weighted":
                assert set(mine) == set(was), (law, agent)
                assert all(abs(mine[key] - by * was[key]) < Fraction(1, 10**5) for key in was), (law, agent)
            else:
                assert mine == ({key: by * long for key, long in was.items()} if isinstance(was, dict) else by * was), (law, agent, name)


def test_laws(engine: Store, record_property: Callable[[str, object], None]) -> None:
    days = []

    @settings(max_examples=2, phases=AS_DRAWN)
    @given(seed=st.integers(0, 2**32))
    def hold(seed: int) -> None:
        days.append(laws(engine, seed))

    hold()
    record_property("agent_days", sum(days))
    print(f"the laws hold on {sum(days)} agent-days")
    assert sum(days) > 1200


def laws(engine: Store, seed: int) -> int:
    """What must hold of made-up days; how many agent-days there were."""
    dice = random.Random(seed)
    facts = ended(seed)
    whole = swept(engine, facts)
    days = int(engine.value("SELECT uniqExact(day, subject_hash) FROM agent_day FINAL"))
    for agent, one in whole.items():
        conserved(one, f"{seed} {agent}")
    assert all(sum(getattr(one, name) for one in whole.values()) for name in STATES + COVERED), "there is some of everything"
    added_up(engine, whole, dice)

    repeated = {name: [row for row in rows for _ in range(dice.choice((1, 1, 3)))] for name, rows in facts.items()}
    for rows in repeated.values():
        dice.shuffle(rows)
    alike(swept(engine, repeated), whole, "neither order nor repetition change anything", names=TIMES + STATES + COVERED)

    there = {agent: sessions(facts, agent) for agent in {row["agent"] for row in facts["work"]}}
    pieces = [piece for row in facts["work"] for piece in cut(row, there[row["agent"]], dice)]
    alike(swept(engine, facts | {"work": pieces}), whole, "nor cutting a stretch in two", names=TIMES + STATES + COVERED)

    by = 2 if seed % 2 else 3
    alike(swept(engine, stretched(facts, by)), whole, f"time that runs {by} times as slow is {by} times as long", by)

    more = [row | {"interaction": f"{row['interaction']}+", "stint": f"{row['stint']}+", "channel": "voice"} for row in facts["work"][::9]]
    with_more = swept(engine, facts | {"work": [*facts["work"], *more]})
    for agent, one in whole.items():
        assert with_more[agent].wall >= one.wall
        assert with_more[agent].staffed >= one.staffed
        assert all(with_more[agent].equal[channel] <= share for channel, share in one.equal.items() if channel != "voice")
    return days


def stretched(facts: Facts, by: int) -> Facts:
    """The same with all time so many times as long."""
    stamps = ("started_at", "ended_at", "valid_from")
    return {name: [row | {stamp: ORIGIN + by * (row[stamp] - ORIGIN) for stamp in stamps if stamp in row} for row in rows]
            for name, rows in facts.items()}  # fmt: skip


def added_up(engine: Store, whole: dict[str, Measure], dice: random.Random) -> None:
    """A period is the sum of its parts, wherever it is cut and however it is told in buckets; its peak is the highest of theirs."""
    for grain, zone in (("15m", "Asia/Kathmandu"), ("day", "Europe/Paris"), ("month", "UTC")):
        alike(found(engine, SINCE, UNTIL, grain=grain, zone=zone), whole, f"{grain} {zone}", names=TIMES + STATES + COVERED)
    middle = datetime(2026, dice.choice((3, 6, 10)), dice.choice((11, 25, 29)), dice.randrange(24), dice.randrange(60), 7, 1000, tzinfo=UTC)
    parts = found(engine, SINCE, middle), found(engine, middle, UNTIL)
    both: dict[str, Measure] = defaultdict(Measure)
    for agent in whole:
        for name in TIMES:
            for key, value in (item for part in parts for item in getattr(part[agent], name).items()):
                getattr(both[agent], name)[key] += value
        for name in STATES:
            if name != "auxiliary":  # what is left of the others
                setattr(both[agent], name, sum(getattr(part[agent], name) for part in parts))
    alike(both, whole, f"cut at {middle}")
    peaks: dict[str, float] = defaultdict(float)
    query = Query(("peak_concurrency",), ("agent",), SINCE, UNTIL, scope=Scope.all(), now=UNTIL, zone="Asia/Kathmandu")
    for row in ask(engine, replace(query, grain=Grain.DAY)).rows:
        peaks[str(row.keys["agent"])] = max(peaks[str(row.keys["agent"])], row.figures["peak_concurrency"].value or 0)
    assert peaks == {str(row.keys["agent"]): row.figures["peak_concurrency"].value or 0 for row in ask(engine, query).rows}
    assert {agent: peak for agent, peak in peaks.items() if peak} == {agent: one.peak for agent, one in whole.items() if one.peak}


def cut(row: Row, there: list[tuple[int, int]], dice: random.Random) -> list[Row]:
    """A stretch, or two that touch in its place; what counts only while its agent is signed in is cut where he is, from the first on."""
    long = row["ended_at"] - row["started_at"]
    middle = row["started_at"] + timedelta(milliseconds=round(long / timedelta(milliseconds=1) * dice.random()))
    signed_in = all(any(a <= ms(at) < b for a, b in there) for at in (row["started_at"], middle))
    if not row["started_at"] < middle < row["ended_at"] or (row["channel"] in UNHURRIED and not signed_in):
        return [row]
    return [row | {"ended_at": middle}, row | {"started_at": middle, "n": 2}]


def test_one_contact_touches_the_agent_days_it_lies_on_and_no_others(engine: Store) -> None:
    """A correction makes anew the days of its agent, found by what it was and what it is."""
    facts: Facts = {"work": ended(3)["work"]}
    swept(engine, facts)
    late = facts["work"][0] | {"version": 2, "ended_at": facts["work"][0]["ended_at"] + timedelta(minutes=5)}
    put(engine, "work", [late])
    engine.command("TRUNCATE TABLE live_span")
    engine.command("INSERT INTO live_span SELECT DISTINCT day, subject_hash, 0, 1 FROM work WHERE version = 2")
    agent_time.note(engine, {"interaction.accepted"}, 2)
    agent_time.refresh(engine, 2)
    fresh = engine.rows("SELECT DISTINCT agent FROM agent_day FINAL WHERE version = 2")
    assert [row["agent"] for row in fresh] == [late["agent"]]
    first, last = late["started_at"].date(), late["ended_at"].date()
    days = {first + timedelta(days=step) for step in range((last - first).days + 1)}
    made = {row["day"] for row in engine.rows("SELECT DISTINCT day FROM agent_day FINAL WHERE version = 2")}
    assert days <= made
    assert engine.value("SELECT count() FROM agent_day FINAL WHERE version = 1") > 40


def test_a_day_on_which_nothing_lies_any_more_is_gone(store: Store) -> None:
    """Of agents whose hashes are small and of those whose hashes fill 64 bits, each of whom a correction leaves without his one contact."""
    names = [f"a{number}" for number in range(8)]

    def accepted(whom: str) -> list[Event]:
        told = {name: {"stint": f"{name}/1", "agent": whom or name, "channel": "voice"} for name in names}
        return [event("interaction.accepted", f"interaction/{name}", MONDAY, name, **data) for name, data in told.items()]

    derived(store, [accepted("")])
    hashes = [row["subject_hash"] for row in store.rows("SELECT DISTINCT subject_hash FROM agent_day FINAL")]
    assert len(hashes) == len(names)
    assert min(hashes) < 2**63 <= max(hashes)
    write(store, 2, [one | {"revision": 1} for one in accepted("zoe")])
    derive(store, [2])
    assert store.rows("SELECT DISTINCT agent FROM agent_day FINAL") == [{"agent": "zoe"}]


MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def lived(day: int) -> list[Event]:
    """A day of Ana and Ben, both signed in from 8 to 16: each has a chat at noon, and the chat of Ana's third day ends after midnight."""
    said = []
    for agent in ("ana", "ben"):
        chat = {"stint": f"{agent}{day}/1", "agent": agent, "channel": "chat"}
        end = 25 if (agent, day) == ("ana", 3) else 12.5
        said += [
            event("agent.state", f"agent/{agent}", moment(day, 8), f"{agent}{day}in", state="ready"),
            event("agent.signed_out", f"agent/{agent}", moment(day, 16), f"{agent}{day}out"),
            event("interaction.accepted", f"interaction/{agent}{day}", moment(day, 12), f"{agent}{day}from", **chat),
            event("interaction.released", f"interaction/{agent}{day}", moment(day, end), f"{agent}{day}to", **chat),
        ]
    return said


def moment(day: int, hour: float) -> datetime:
    return MONDAY + timedelta(days=day - 1, hours=hour)


def again(identity: str, **changes: Any) -> Event:
    """A second word of what was said."""
    (one,) = (one for day in DAYS for one in lived(day) if one["id"] == identity)
    return one | {"revision": 1} | changes


DAYS = (1, 3, 6, 8, 10)
LATE = {"stint": "late/1", "agent": "ana", "channel": "voice"}


def made_anew(store: Store, batch: int, late: list[Event]) -> list[Row]:
    """The days (from 1 on) that a batch makes anew, and whose they are."""
    before = store.value("SELECT max(version) FROM agent_day")
    write(store, batch, late)
    derive(store, [batch])
    return store.rows(
        "SELECT DISTINCT toUInt16(day - toDate({monday:DateTime64(3, 'UTC')})) + 1 AS day, subject_hash = sipHash64('agent/ana') AS ana, "
        "subject_hash = sipHash64('agent/ben') AS ben FROM agent_day WHERE version > {before:UInt64}",
        {"monday": MONDAY, "before": before},
    )


def test_whoever_was_corrected_once_has_only_the_days_made_anew_that_are_touched(store: Store) -> None:
    """By what is said later, by a revision older than the one there is, by a newer one of another day, by what is said of him."""
    derived(store, [[one for day in DAYS for one in lived(day)]])
    for batch, (late, days) in enumerate((
        ([again("ana8out", time=moment(8, 17), revision=5)], {8}),
        ([event("agent.state", "agent/ana", moment(10, 11), "s", state="lunch")], {10}),
        ([again("ana8out", time=moment(6, 17), revision=3)], set()),  # outdated when it comes
        ([again("ana8out", time=moment(6, 18), revision=6)], {6, 8, 9, 10}),  # from the 8th on nothing ends her shift but the next
        ([event("reference.agent", "agent/ana", moment(3, 11), "t", team="north")], {3, 4}),
    ), 2):  # fmt: skip
        made = made_anew(store, batch, late)
        assert {row["day"] for row in made if row["ana"]} == days, batch
        assert not [row for row in made if row["ben"]]


def test_what_comes_late_makes_anew_the_day_from_which_something_lasted_into_it(store: Store) -> None:
    """A night of which the end is heard of after the morning."""
    derived(store, [[one for day in DAYS for one in lived(day)]])
    for batch, late in enumerate((
        event("agent.state", "agent/ana", moment(6, 20), "n", state="ready"),
        event("agent.signed_out", "agent/ana", moment(7, 9), "o"),
    ), 2):  # fmt: skip
        assert {row["day"] for row in made_anew(store, batch, [late]) if row["ana"]} == {6, 7, 8}
    ended = "SELECT ended_at FROM presence FINAL WHERE agent = 'ana' AND started_at = {at:DateTime64(3, 'UTC')}"
    assert store.value(ended, {"at": moment(6, 20)}) == moment(7, 9)


def test_a_capacity_is_not_said_again_by_what_lasts_from_its_day(store: Store) -> None:
    """Of somebody who never signs out, a state of the day after the one on which a capacity was stated is heard of late."""
    states = [event("agent.state", "agent/ana", moment(day, 8), f"s{day}", state="ready") for day in range(1, 12)]
    derived(store, [[*states, event("agent.capacity", "agent/ana", moment(1, 7), "c", domain="chat", capacity=3)]])
    late = event("agent.state", "agent/ana", moment(2, 7), "late", state="lunch")
    assert {row["day"] for row in made_anew(store, 2, [late])} == {1, 2, 3, 4}, "and none of the days that the capacity holds"


def exported(day: int, *left_out: str, revision: int = 2, **changes: Any) -> list[Event]:
    """A day of Ana as the record of a vendor says it, as it knows it in some revision."""
    said = [one for one in lived(day) if one["subject"] == "agent/ana" and one["id"] not in left_out]
    return [one | {"record": f"shift {day}", "revision": revision} | changes for one in said]


@pytest.mark.parametrize("lasting", [True, False], ids=["same ids", "new ids"])
def test_a_record_makes_anew_the_days_of_its_agent_that_it_touches_and_no_others(store: Store, lasting: bool) -> None:
    """Told again as it was, one event short, one day later, not readable; what another record says of other days stays."""

    def named(events: list[Event]) -> list[Event]:
        """The events, each revision of which has ids of its own where ids do not last."""
        return events if lasting else [one | {"id": f"{one['id']}/{one['revision']}"} for one in events]

    others = [one for day in DAYS for one in lived(day) if one["subject"] != "agent/ana"]
    derived(store, [[*others, *named([one for day in DAYS for one in exported(day, revision=1)])]])
    unread = {"id": REFUSED, "revision": 6}
    for batch, (late, days) in enumerate((
        (exported(6), {6}),
        (exported(8, "ana8out"), {8, 9, 10}),  # ready until she is so again
        ([*exported(8, "ana8out", revision=3), exported(10)[1] | {"record": "shift 8", "revision": 3, "id": "moved"}], {8, 9, 10}),
        (exported(3, revision=5), {3, 4}),
        ([exported(6)[0] | {"revision": 6, "time": moment(6, 9)}, exported(6)[1] | unread], {6}),
        (exported(1, revision=0), {1}),  # outdated when it comes
        ([*exported(1), *exported(6, revision=7)], {1, 6}),
        ([event("agent.state", "agent/ana", moment(3, 11), "s", state="lunch")], {3, 4}),  # her chat goes on past midnight
    ), 2):  # fmt: skip
        made = made_anew(store, batch, [one if one["id"] == REFUSED else named([one])[0] for one in late])
        assert {row["day"] for row in made if row["ana"]} == days, (batch, late)
        assert not [row for row in made if row["ben"]]
    before = content(store)
    rebuild(store)
    assert content(store) == before


@pytest.mark.parametrize(
    ("late", "days"),
    [
        ([again("ana6to", time=moment(6, 13))], {6}),
        ([again("ana6to", retracted=True)], {6}),  # its end is not known any more: that of the shift
        ([again("ana6from", time=moment(8, 12)), again("ana6to", time=moment(8, 13))], {6, 8}),
        ([again("ana3to", time=moment(3, 13))], {3, 4}),
        ([event("interaction.accepted", "interaction/late", moment(10, 9), "x", **LATE),
          event("interaction.released", "interaction/late", moment(10, 10), "y", **LATE)], {10}),
        ([event("interaction.classified", "interaction/ana6", moment(6, 12), "o", outcome="done")], {6}),
        # a capacity counts as long as it holds
        ([event("agent.state", "agent/ana", moment(8, 11), "s", state="lunch")], {8}),
        ([event("reference.agent", "agent/ana", moment(8, 11), "t", team="north")], {8}),
        ([event("agent.capacity", "agent/ana", moment(8, 9), "c", domain="chat", capacity=3)], {8, 10}),
        # what lies between two far days is not touched
        ([event("agent.state", "agent/ana", moment(1, 11), "s", state="lunch"),
          event("agent.state", "agent/ana", moment(10, 11), "v", state="lunch")], {1, 10}),
        # what is corrected of him counts on the days that it was said of, and on those from which something lasts into them
        ([again("ana8out", time=moment(8, 17))], {8}),
        ([again("ana8out", time=moment(10, 7))], {8, 9, 10}),
        ([again("ana8in", retracted=True)], {8}),
        ([again("ana3out", time=moment(4, 2))], {3, 4}),
        ([again("ana6out", retracted=True)], {6, 7, 8}),  # ready until he is so again
        ([event("agent.state", "agent/cid", moment(6, 8), "d", state="ready")], set()),
    ],
)  # fmt: skip
def test_what_comes_late_makes_anew_the_days_it_touches_and_no_others(store: Store, late: list[Event], days: set[int]) -> None:
    """Of five separate days of Ana, one of which goes on past midnight, and of none of Ben's."""
    derived(store, [[one for day in DAYS for one in lived(day)]])
    before = store.value("SELECT max(version) FROM agent_day")
    made = made_anew(store, 2, late)
    assert {row["day"] for row in made if row["ana"]} == days
    assert not [row for row in made if row["ben"]]
    assert store.value("SELECT uniqExact(day, subject_hash) FROM agent_day FINAL WHERE version = {before:UInt64}", {"before": before}) >= 5
