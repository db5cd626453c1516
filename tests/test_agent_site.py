"""Agent time by site, and within one: where each agent was at each moment, by what was said of him or else of his team."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put as write
from tests.conftest import empty, usually
from tests.spec.agent_oracle import Facts, Row, measure
from tests.spec.agent_world import DAYS, agent_of, merged, stored
from tests.spec.fact_oracle import facts as facts_of
from tests.spec.plain_event import Event, event
from tests.spec.table import put
from tests.test_agent_day import AS_DRAWN, period
from tests.test_agent_proof import asked, at, minutes, worked
from tests.test_fact_oracle import derived

SITES, TEAMS = ("lyon", "lille"), ("north", "south")
Place = dict[str, Fraction]  # of a site: seconds at work ("wall"), those and the seconds of waiting ("at hand"), the shares by channel


def placed(dice: random.Random, names: list[str], moments: list[datetime]) -> list[Row]:
    """What is said of teams and agents: some agents have a site of their own, some that of their team, some none; many move."""
    about = [("team", team, number) for team in TEAMS for number in range(4)]
    about += [("agent", name, number) for name in names for number in range(dice.choice((0, 1, 1, 2, 3)))]
    return [
        {"kind": kind, "key": key, "statement": number, "sequence": number, "team": dice.choice((*TEAMS, "")) if kind == "agent" else "",
         "site": dice.choice((*SITES, "") if kind == "team" else (*SITES, "", "", "")),
         "valid_from": dice.choice(moments) if number else DAYS[0] - timedelta(days=9)}
        for kind, key, number in about
    ]  # fmt: skip


def site_of(facts: Facts, agent: str, moment: datetime) -> str:
    """In plain words: the site said last of the agent, or, where none was, of the team said last of him."""

    def said(kind: str, key: str) -> Row:
        about = [row for row in facts["reference"] if row["kind"] == kind and row["key"] == key and row["valid_from"] <= moment]
        return max(about, key=lambda row: (row["valid_from"], row["sequence"]), default={"team": "", "site": ""})

    own = said("agent", agent)
    return str(own["site"] or said("team", own["team"])["site"])


def expected(facts: Facts, since: datetime, until: datetime) -> dict[str, Place]:
    """What the definitions make of each site, moment by moment between any two statements."""
    found: dict[str, Place] = defaultdict(lambda: defaultdict(Fraction))
    for agent in sorted({row["agent"] for fact in ("work", "presence") for row in facts[fact]}):
        said = {row["valid_from"] for row in facts["reference"] if since < row["valid_from"] < until}
        for part in pairwise(sorted({since, *said, until})):
            one, here = measure(facts, agent, *part), found[site_of(facts, agent, part[0])]
            here["wall"] += Fraction(one.wall, 1000)
            here["at hand"] += Fraction(one.wall + one.free, 1000)
            here["signed in"] += one.staffed - one.outside
            for channel, share in one.equal.items():
                here[channel] += share / 1000
    return found


@settings(usually(3), phases=AS_DRAWN)
@given(seed=st.integers(0, 2**32))
def test_time_is_told_of_the_site_where_its_agent_was(engine: Store, seed: int) -> None:
    """By site over everything and over any period, and the same within a scope of one site or of both."""
    empty(engine)
    dice = random.Random(seed)
    names = [f"a{number}" for number in range(40)]
    facts = merged(agent_of(name, dice) for name in names)
    marks = [row["started_at"] for row in facts["work"]]
    facts["reference"] = placed(dice, names, marks)
    stored(engine, facts)
    for since, until in ((min(marks) - timedelta(days=1), max(marks) + timedelta(days=35)), period(dice, facts)):
        own = expected(facts, since, until)
        got = told(engine, since, until, by=("site",))
        for site in {*own, *got}:
            assert_same(got[site], own[site], f"{seed} {site} {since}")
        for sites in (*((site,) for site in SITES), SITES):
            both: Place = defaultdict(Fraction)
            for site in sites:
                for name, value in own[site].items():
                    both[name] += value
            within = told(engine, since, until, scope=Scope.of(named=True, site=sites))
            assert_same(within[""], both, f"{seed} within {sites} {since}")


def told(store: Store, since: datetime, until: datetime, by: tuple[str, ...] = (), scope: Scope | None = None) -> dict[str, Place]:
    """What the metrics say by site, or of all: the time worked, that at hand, and the shares of the channels."""
    query = Query(("agent_time_wall", "occupancy"), by, since, until, scope=scope or Scope.all(), now=until)
    found: dict[str, Place] = defaultdict(lambda: defaultdict(Fraction))
    for row in ask(store, query).rows:
        wall, occupancy = row.figures["agent_time_wall"], row.figures["occupancy"]
        here = found[str(row.keys.get("site", ""))]
        here["wall"], here["at hand"] = Fraction(wall.value or 0), Fraction(occupancy.bottom or 0)
        assert occupancy.value == (pytest.approx((occupancy.top or 0) / occupancy.bottom) if occupancy.bottom else None)
        assert occupancy.top == (wall.value or 0)
    for row in ask(store, replace(query, metrics=("agent_time_equal",), by=(*by, "channel"))).rows:
        found[str(row.keys.get("site", ""))][str(row.keys["channel"])] = Fraction(row.figures["agent_time_equal"].value or 0)
    return found


def assert_same(got: Place, own: Place, where: str) -> None:
    at_hand = own["at hand"] if own["signed in"] else 0  # of nobody who was there is it known
    assert float(got["at hand"]) == pytest.approx(float(at_hand)), where
    for name in {*got, *own} - {"at hand", "signed in"}:
        assert float(got[name]) == pytest.approx(float(own[name])), (where, name)


def test_who_moves_at_noon_was_at_both_sites(store: Store) -> None:
    """Ana is of a team that is at Lyon and moves to a site of her own at 12.5 minutes; Ben has no team and is at Lille all along."""
    said = [("team", "north", "", "lyon", -600), ("agent", "ana", "north", "", -600), ("agent", "ana", "north", "lille", 12.5),
            ("agent", "ben", "", "lille", -600)]  # fmt: skip
    put(store, "reference", [
        {"kind": kind, "key": key, "statement": number, "sequence": number, "team": team, "site": site, "valid_from": at(when)}
        for number, (kind, key, team, site, when) in enumerate(said)
    ])  # fmt: skip
    worked(store, [("B", "chat", "talk", 0, 30)], agent="ben")
    worked(store, [("V", "voice", "talk", 0, 20), ("A", "chat", "talk", 10, 30)])
    assert minutes(store, "agent_time_wall", ("site",)) == {"lyon": 12.5, "lille": 17.5 + 30}
    assert minutes(store, "agent_time_equal", ("site", "channel")) == {
        ("lyon", "voice"): 11.25, ("lyon", "chat"): 1.25, ("lille", "voice"): 3.75, ("lille", "chat"): 13.75 + 30,
    }  # fmt: skip
    busy = asked(store, "occupancy", by=("site",))
    assert [busy[site]["occupancy"].value for site in ("lyon", "lille")] == [1, 47.5 / (47.5 + 60)]
    lyon = Scope.of(named=True, site=("lyon",))
    assert [minutes(store, name, scope=lyon) for name in ("agent_time_wall", "agent_time_equal")] == [12.5, 12.5]
    assert asked(store, "occupancy", scope=lyon)[""]["occupancy"].value == 1


MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
PARTS = "SELECT agent, day, from_at, to_at, `state_total.wall`[1] AS wall FROM agent_day FINAL ORDER BY agent, day, from_at"


def week() -> list[Event]:
    """Two agents who chat every day of a week from sign-in to sign-out."""
    found = []
    for agent, day in product(("ana", "ben"), range(7)):
        chat = {"stint": f"{agent}{day}/1", "agent": agent, "channel": "chat"}
        for hour, word, sign in ((8, "accepted", "in"), (17, "released", "out")):
            when = MONDAY + timedelta(days=day, hours=hour)
            found.append(event(f"interaction.{word}", f"interaction/{agent}{day}", when, f"{agent}{day}{word}", **chat))
            found.append(event(f"agent.signed_{sign}", f"agent/{agent}", when, f"{agent}{day}{sign}"))
    return found


def said_of_places(dice: random.Random) -> list[Event]:
    """A week, and what is said, corrected and taken back of its agents and of their teams."""
    found = week()
    for number in range(14):
        kind = dice.choice(("team", "agent"))
        key = dice.choice(TEAMS if kind == "team" else ("ana", "ben"))
        said = {"site": dice.choice((*SITES, "") if kind == "team" else (SITES[0], "", "")), "team": dice.choice(TEAMS) * (kind == "agent")}
        when = MONDAY + timedelta(days=dice.randrange(-1, 7), hours=dice.choice((0, 9, 12, 15)))
        found.append(
            event(f"reference.{kind}", f"{kind}/{key}", when, f"r{number}", **{name: value for name, value in said.items() if value})
        )
    spoken, corrected = found[-14:], dice.choice(("team/", "team/", "agent/ana", ""))  # of a corrected agent all days are made anew
    among = [one for one in spoken if one["subject"].startswith(corrected)]
    for one in dice.sample(among, min(2, len(among))):
        later = one["time"] + timedelta(hours=dice.choice((0, 24, 48)))
        data = one["data"] | ({"team": dice.choice(TEAMS)} if one["subject"].startswith("agent/") else {"site": dice.choice(SITES)})
        found.append(one | {"revision": 1, "time": later, "retracted": dice.random() < 0.4, "data": data})
    return found[:56] + dice.sample(found[56:], len(found) - 56)


@settings(usually(3), phases=AS_DRAWN)
@given(seed=st.integers(0, 2**32))
def test_a_day_is_cut_where_a_team_moves_in_whatever_order_it_is_said(engine: Store, seed: int) -> None:
    """Batch after batch, agent-days are cut as if all had come at once; and then each part has one place."""
    events = said_of_places(random.Random(seed))
    found = []
    for batches in ([events], [events[:56], events[56:62], events[62:67], events[67:]]):
        empty(engine)
        derived(engine, batches)
        found.append(engine.rows(PARTS))
    assert found[0] == found[1], seed
    facts, since, until = facts_of(events), MONDAY - timedelta(days=2), MONDAY + timedelta(days=9)
    own, got = expected(facts, since, until), told(engine, since, until, by=("site",))
    for site in {*own, *got}:
        assert_same(got[site], own[site], f"{seed} {site}")


def test_what_is_said_of_an_agent_later_cuts_the_days_on_which_his_team_moves(store: Store) -> None:
    """North moves on the fifth day; that Ana is of it from the first day on is said last, and that she is of South from the third even
    later, and taken back."""
    noon = MONDAY + timedelta(days=4, hours=12)
    moves = [event("reference.team", "team/north", MONDAY - timedelta(days=1), "t1", site="lyon"),
             event("reference.team", "team/north", noon, "t2", site="lille")]  # fmt: skip
    of_north = event("reference.agent", "agent/ana", MONDAY, "n", team="north")
    of_south = event("reference.agent", "agent/ana", MONDAY + timedelta(days=2), "s", team="south")
    batches = [week(), moves, [of_north], [of_south], [of_south | {"revision": 1, "retracted": True}]]
    cuts = []
    for number, batch in enumerate(batches, 1):
        write(store, number, batch)
        derive(store, [number])
        cuts.append([row["to_at"] for row in store.rows(PARTS) if row["agent"] == "ana" and row["to_at"] == noon])
    assert cuts == [[], [], [noon], [], [noon]]
