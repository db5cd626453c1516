"""The metrics of agent time on random agent-days, asked in every way they can be, against their definitions in exact fractions."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.dimension import has
from metrics.opting import BadOption, opted_in
from metrics.query import Grain, Query, Scope
from metrics.registry import metrics
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty, usually
from tests.spec.agent_oracle import Facts
from tests.spec.agent_world import agent_of, merged, stored
from tests.spec.metric_check import differences
from tests.spec.metric_world import NOW, SINCE, UNTIL, references, store_world
from tests.spec.metric_world import world as world_of
from tests.spec.table import agent_days, put
from tests.test_agent_day import AS_DRAWN, period, world

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = tuple(name for name, metric in metrics().items() if all(fact.startswith("agent_") for fact in metric.facts))
WAYS = ((), ("agent",), ("channel",), ("agent", "channel"), ("level",), ("pair",), ("agent", "pair"))


def known(name: str, by: tuple[str, ...]) -> bool:
    """Whether a metric can be asked in that way."""
    return all(has(fact, dim) for fact in metrics()[name].facts for dim in by)


def asked(names: tuple[str, ...], since: datetime, until: datetime, **changes: object) -> Query:
    values = {"metrics": names, "since": since, "until": until, "scope": Scope.all(), "now": until} | changes
    return Query(**values)


def grouped(facts: Facts) -> Facts:
    """The rows with what the groups asked about can have in common, so that each group is found."""
    found = {fact: list(rows) for fact, rows in facts.items()} | {"opening": []}
    found["groups"] = [{"level": str(n)} for n in range(1, 13)]
    channels = sorted({row["channel"] for row in facts["work"]})
    agents = sorted({row["agent"] for row in facts["work"]})
    pairs = [f"{one} + {other}" for one in channels for other in channels if one < other]
    found["groups"] += [{"pair": pair, "agent": agent} for pair in pairs for agent in agents]
    return found


@settings(usually(2), phases=AS_DRAWN)
@given(seed=st.integers(0, 2**32))
def test_every_metric_of_agents_in_every_way(engine: Store, seed: int) -> None:
    empty(engine)
    dice = random.Random(seed)
    facts = world(seed, 10)
    stored(engine, facts)
    since, until = period(dice, facts)
    short = until - since < timedelta(days=3)
    grain = dice.choice((None, Grain.QUARTER_HOUR, Grain.HOUR, Grain.DAY, Grain.WEEK) if short else (None, Grain.MONTH))
    zone = dice.choice(("Europe/Paris", "Asia/Kathmandu", "UTC"))
    now = dice.choice((until, since + (until - since) / 2))
    engine.opted_in = frozenset({"focus"})
    try:
        for by in dice.sample(WAYS, 3):
            names = tuple(name for name in NAMES if known(name, by))
            query = asked(names, since, until, by=by, grain=grain, zone=zone, now=now)
            assert differences(engine, grouped(facts), query) == [], (seed, by)
    finally:
        engine.opted_in = frozenset()


CREW = 5
ONE_OF_EACH = (("agent_time_equal", ("channel",)), ("occupancy", ()), ("agent_time_level", ("level",)), ("agent_time_overlap", ("pair",)))
STRIDES = (
    (Grain.QUARTER_HOUR, timedelta(hours=2), timedelta(hours=3)),
    (Grain.HOUR, timedelta(hours=9), timedelta(hours=12)),
    (Grain.DAY, timedelta(days=2), timedelta(days=2)),
    (Grain.WEEK, timedelta(days=9), timedelta(days=8)),
    (Grain.MONTH, timedelta(days=32), timedelta(days=9)),
)


def _across(agent: Facts, change: datetime) -> bool:
    """Whether work of an agent lies on a change of clocks, and presence too."""
    return all(
        any(
            row["started_at"] < change - timedelta(minutes=20) and (row["ended_at"] or UNTIL) > change + timedelta(hours=1)
            for row in agent[fact]
        )
        and all(abs(row["started_at"] - change) < timedelta(days=3) for row in agent[fact])
        for fact in ("work", "presence")
    )


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)], ids=["spring", "autumn"])
def test_every_grain_in_every_zone_across_a_change_of_clocks(engine: Store, change: datetime) -> None:
    """Paris changes its clocks, Kathmandu's stands at a quarter to, UTC's never moves. The present is in the midst of it or past: each in
    every grain and every zone, in spring or in autumn. One metric of each view of agent time."""
    empty(engine)
    dice = random.Random(29)
    met = [agent for agent in (agent_of(f"a{number}", dice) for number in range(400)) if _across(agent, change)]
    facts = merged(met[:CREW])
    assert len(met) >= CREW
    stored(engine, facts)
    told = grouped(facts)
    for number, ((grain, before, after), zone) in enumerate(product(STRIDES, ("Europe/Paris", "Asia/Kathmandu", "UTC"))):
        since, until = change - before - timedelta(seconds=61), change + after + timedelta(milliseconds=1)
        now = (change + after / 3 + timedelta(seconds=7.5), until)[(number + change.month) % 2]
        for name, by in ONE_OF_EACH:
            assert differences(engine, told, asked((name,), since, until, by=by, grain=grain, zone=zone, now=now)) == [], (zone, now)
    for name, _ in ONE_OF_EACH:
        (found,) = ask(engine, asked((name,), change, change + timedelta(hours=1))).rows
        assert found.figures[name].value, "there is something to tell of the very hour"


def test_one_agents_day_that_goes_on_is_what_it_is_among_all(engine: Store) -> None:
    """Swept again or read by quarter hours for one agent, by whole days for all: in no bucket, and in those of a zone that begins at a
    quarter hour."""
    empty(engine)
    facts = world(7, 10)
    stored(engine, facts)
    first = min(row["started_at"] for row in facts["work"]).replace(hour=0, minute=0, second=0, microsecond=0)
    since, now = first + timedelta(hours=5), first + timedelta(hours=29, minutes=7, milliseconds=500)
    engine.opted_in = frozenset({"focus"})
    try:
        whole = [(("agent", *by), None) for by in ((), ("channel",), ("pair",), ("level",), ("team",), ("site",))]
        for by, grain in (*whole, (("agent", "hour"), None), (("agent", "channel"), Grain.HOUR), (("agent", "pair"), Grain.DAY)):
            names = tuple(name for name in NAMES if known(name, by))
            query = asked(names, since, since + timedelta(days=2), by=by, grain=grain, zone="Asia/Kathmandu", now=now)
            among = ask(engine, query).rows
            assert among
            for agent in {row.keys["agent"] for row in among}:
                alone = ask(engine, replace(query, where=(("agent", (str(agent),)),)))
                assert all(("_swept" if (by, grain) in whole else "_fine") in sql for sql in alone.sql)
                assert alone.rows == tuple(row for row in among if row.keys["agent"] == agent)
    finally:
        engine.opted_in = frozenset()


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu"])
def test_hours_of_the_clock_are_the_hours_of_all_days_together(store: Store, zone: str) -> None:
    """Across a change of clocks (29 March): what each hour of each day holds, added up by its reading of the clock."""
    lines = [("ana", -1, 8.5, 90), ("ben", 0, 0.25, 600), ("ana", 1, 8.9, 45), ("cid", 9, 23.5, 61)]
    work = [
        {"interaction": f"C{number}", "subject_hash": number, "stint": f"C{number}/1", "agent": agent, "channel": "chat", "phase": "talk",
         "started_at": at, "ended_at": at + timedelta(minutes=long)}
        for number, (agent, day, hour, long) in enumerate(lines, 1)
        for at in (datetime(2026, 3, 29, tzinfo=UTC) + timedelta(days=day, hours=hour),)
    ]  # fmt: skip
    put(store, "work", work)
    agent_days(store)
    since, until = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 10, tzinfo=UTC)
    name = "agent_time_gross"
    expected: dict[object, float] = {}
    for row in ask(store, asked((name,), since, until, grain=Grain.HOUR, zone=zone)).rows:
        at = row.keys["at"]
        assert isinstance(at, datetime)
        expected[f"{at:%H}"] = expected.get(f"{at:%H}", 0.0) + (row.figures[name].value or 0.0)
    rows = ask(store, asked((name,), since, until, by=("hour",), zone=zone)).rows
    assert {row.keys["hour"]: row.figures[name].value for row in rows} == expected
    assert sum(expected.values()) == 60 * sum(long for *_, long in lines)
    some = ask(store, asked((name,), since, until, where=(("hour", ("09",)),), zone=zone)).rows
    assert some[0].figures[name].value == expected["09"]


@pytest.mark.parametrize("told", [{"first_day": START.date()}, {}], ids=["first day known", "written before it was"])
def test_quality_is_told_apart_by_how_many_contacts_an_agent_had_in_hand(store: Store, told: dict[str, object]) -> None:
    """A alone; B and C side by side all along; D for a quarter of its time beside E and F, which had D and each other; G by nobody."""
    lines = [
        ("A", "ana", 0, 10),
        ("B", "ana", 20, 30),
        ("C", "ana", 20, 30),
        ("D", "ben", 0, 40),
        ("E", "ben", 30, 40),
        ("F", "ben", 30, 40),
    ]
    names = [name for name, *_ in lines] + ["G"]
    hashes = {name: number for number, name in enumerate(names, 1)}
    work = [
        {"interaction": name, "subject_hash": hashes[name], "stint": f"{name}/1", "agent": agent, "channel": "chat", "phase": "talk",
         "started_at": START + timedelta(minutes=first), "ended_at": START + timedelta(minutes=last)}
        for name, agent, first, last in lines
    ]  # fmt: skip
    put(store, "work", work)
    put(store, "interaction", [
        # F is said to have been started long after it was worked on
        {"interaction": name, "subject_hash": hashes[name], "started_at": START + timedelta(days=20 if name == "F" else 0),
         "closed_at": START + timedelta(days=20)} | told
        for name in names
    ])  # fmt: skip
    scores = {"A": 5, "B": 5, "C": 2, "D": 4, "E": 1, "F": 3}
    put(store, "rating", [
        {"interaction": name, "subject_hash": hashes[name], "rating": 1, "instrument": "csat", "scale": 5, "score": float(score),
         "given_at": START + timedelta(days=20)}
        for name, score in scores.items()
    ])  # fmt: skip
    agent_days(store)
    query = asked(("contacts", "csat"), START, START + timedelta(days=30), by=("concurrency",))
    rows = {row.keys["concurrency"]: row.figures for row in ask(store, query).rows}
    # D was worked on for 30 minutes alone and 10 with two others: (30 + 3 × 10) ÷ 40 = 1.5 contacts at once
    assert {level: figures["contacts"].value for level, figures in rows.items()} == {"": 1, "1": 1, "2": 3, "3+": 2}
    assert {level: (figures["csat"].top, figures["csat"].bottom) for level, figures in rows.items()} == {
        "": (0, 0), "1": (1, 1), "2": (2, 3), "3+": (0, 2),
    }  # fmt: skip
    seen = ask(store, asked(("csat",), START, START + timedelta(days=30), where=(("concurrency", ("2",)),))).rows
    assert seen[0].figures["csat"].bottom == 3
    # asked of days after those they were worked on
    late = asked(("csat", "resolution_time"), START + timedelta(days=19), START + timedelta(days=30), by=("concurrency",))
    counts = {row.keys["concurrency"]: {name: figure.n for name, figure in row.figures.items()} for row in ask(store, late).rows}
    assert counts == {
        "": {"csat": 0, "resolution_time": 1}, "1": {"csat": 1, "resolution_time": 1}, "2": {"csat": 3, "resolution_time": 3},
        "3+": {"csat": 2, "resolution_time": 2},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"agent_time": 3}, "is a table"),
        ({"agent_time": {"fokus": True}}, "knows focus, not fokus"),
        ({"agent_time": {"focus": "yes"}}, "focus is true or false, not 'yes'"),
    ],
)
def test_an_option_that_means_nothing_is_refused(told: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadOption, match=re.escape(sentence)):
        opted_in(told)


def test_focus_has_no_value_without_the_installations_word(store: Store) -> None:
    row = {"interaction": "A", "stint": "A/1", "agent": "ana", "channel": "chat", "phase": "talk", "started_at": START}
    put(store, "work", [row | {"ended_at": START + timedelta(minutes=10)}])
    put(store, "focus", [{"agent": "ana", "stint": "A/1", "started_at": START, "ended_at": START + timedelta(minutes=4)}])
    agent_days(store)
    names = ("agent_time_focus", "agent_time_policy_nice_focus", "agent_time_policy_nice_linear", "agent_time_policy_salesforce")
    query = asked(names, START, START + timedelta(hours=1))
    for said, value in (({}, None), ({"focus": False}, None), ({"focus": True}, 240.0)):
        store.opted_in = opted_in({"agent_time": said})
        (found,) = ask(store, query).rows
        assert {figure.value for figure in found.figures.values()} == {value}
    store.opted_in = frozenset()


@pytest.mark.parametrize(("grain", "zone"), [(None, "UTC"), (Grain.QUARTER_HOUR, "Asia/Kathmandu"), (Grain.DAY, "Europe/Paris")])
def test_customers_on_several_channels_at_once(store: Store, grain: Grain | None, zone: str) -> None:
    """On random contacts, before and after the present moment, within a period and over everything."""
    made = world_of(random.Random(7).choice, 150, "case")
    rows = {"interaction": made["interaction"]} | references()
    store_world(store, rows)
    rows["groups"] = [{"pair": f"{one} + {other}"} for one, other in (("chat", "kiosk"), ("chat", "voice"), ("kiosk", "voice"))]
    for now in (NOW, SINCE + (UNTIL - SINCE) / 2):
        query = Query(("customer_channels_time", "customer_overlap"), (), SINCE, UNTIL, scope=Scope.all(), now=now, grain=grain, zone=zone)
        assert differences(store, rows, query) == []
        assert differences(store, rows, replace(query, metrics=("customer_overlap",), by=("pair",))) == []
    (found,) = ask(store, replace(query, grain=None)).rows
    assert (found.figures["customer_channels_time"].value or 0) > 0
