"""Agent time as the engine has it, against exact fractions: for any period, any present moment, any bucket of any zone."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sql.clickhouse import Store
from tests.conftest import empty, usually
from tests.spec.agent_oracle import Facts, Measure, day_parts, measure
from tests.spec.agent_world import DAYS, agent_of, merged, stored
from tests.spec.fact_oracle import facts as facts_of
from tests.spec.plain_event import Event
from tests.test_fact_oracle import START, derived, traces

UNIT, WHOLE = 5342931457063200, 26771144400
PERIOD = "since = {since:DateTime64(3, 'UTC')}, until = {until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')}"
BUCKETS = ", grain = {grain:String}, zone = {zone:String}"
CHANNEL = (
    "gross", "open", "alone", "equal", "even", "weighted", "voiced", "unsplit", "focus", "interrupted", "unexplained", "unended",
)  # fmt: skip
NAMED = {"unended": "going_on", "voiced": "beside_voice", "unsplit": "unsplit_of"}
STATE = (
    "staffed", "wall", "ready", "auxiliary", "paused", "outside", "several", "unsplit", "unweighed", "unended", "voiced", "linear", "load",
)  # fmt: skip
AGENTS, CROWD, EXAMPLES, PERIODS, SOME = 24, 240, 2, 5, 10
AS_DRAWN = (Phase.explicit, Phase.reuse, Phase.generate)  # a seed says nothing by being smaller
ODD = """
SELECT agent, sum(spent) AS gross, groupArray(deep) AS together, any(paused) AS paused
FROM
(
    SELECT agent, contact, sum(gross) AS spent, sum(together) AS deep
    FROM agent_day FINAL
    ARRAY JOIN `contact.contact` AS contact, `contact.gross` AS gross, `contact.together` AS together
    GROUP BY agent, contact
) AS contacts
LEFT JOIN
(
    SELECT agent, sum(arraySum((k, a, z) -> if(k = 2, z - a, 0), `odd.kind`, `odd.from_ms`, `odd.to_ms`)) AS paused
    FROM agent_day FINAL
    GROUP BY agent
) AS oddities USING agent
GROUP BY agent
"""
DAYS_INSIDE = """SELECT uniqExact(day, subject_hash) FROM agent_day FINAL
WHERE from_at < {until:DateTime64(3, 'UTC')} AND to_at > {since:DateTime64(3, 'UTC')}"""


def world(seed: int, agents: int = AGENTS) -> Facts:
    dice = random.Random(seed)
    return merged(agent_of(f"a{number}", dice) for number in range(agents))


def asked(store: Store, view: str, columns: str, by: str, **values: Any) -> list[dict[str, Any]]:
    called = f"{view}_by_cut({PERIOD}{BUCKETS})" if "grain" in values else f"{view}_cut({PERIOD})"
    return store.rows(f"SELECT {by}, {columns} FROM {called} GROUP BY {by}", values)


def found(store: Store, since: datetime, until: datetime, **values: Any) -> dict[str, Measure]:
    """What the views say of every agent."""
    values = {"since": since, "until": until, "now": until} | values
    result: dict[str, Measure] = defaultdict(Measure)
    sums = ", ".join(f"sum({name}_ms) AS {name}" for name in CHANNEL if name not in ("equal", "even", "weighted"))
    sums += "".join(f", toString(sum(toInt128(alone_ms) * {UNIT} + {name}_part)) AS {name}" for name in ("equal", "even", "weighted"))
    for row in asked(store, "agent_share", sums, "agent, channel", **values):
        for name in CHANNEL:
            share = name in ("equal", "even", "weighted")
            into = getattr(result[row["agent"]], NAMED.get(name, name))
            value = Fraction(int(row[name]), UNIT) if share else row[name]
            if value:
                into[row["channel"]] = value
    sums = ", ".join(f"sum({name}_ms) AS {name}" for name in STATE if name != "load") + ", toString(sum(load_units)) AS load"
    sums += ", sum(covered_ms) AS covered, toString(sum(covered_units)) AS covered_units"
    for row in asked(store, "agent_state", sums, "agent", **values):
        result[row["agent"]].covered, result[row["agent"]].covered_load = row["covered"], Fraction(int(row["covered_units"]), WHOLE)
        for name in STATE:
            if name != "auxiliary":
                value = Fraction(int(row[name]), WHOLE) if name == "load" else row[name]
                setattr(result[row["agent"]], "free" if name == "ready" else name, value)
        assert result[row["agent"]].auxiliary == row["auxiliary"]
    for row in asked(store, "agent_level", "sum(ms) AS ms", "agent, n", **values):
        result[row["agent"]].level[row["n"]] = row["ms"]
    for row in asked(store, "agent_pair", "sum(ms) AS ms", "agent, pair", **values):
        one, _, other = row["pair"].partition(" + ")
        result[row["agent"]].pair[one, other] = row["ms"]
    return result


def same(got: Measure, expected: Measure, where: str) -> None:
    """Equal to the last unit; shares by capacity to a millionth of a millisecond, as their fractions have no bound."""
    for name in (*(NAMED.get(name, name) for name in CHANNEL if name != "weighted"), "level", "pair"):
        mine = {key: value for key, value in getattr(expected, name).items() if value}
        assert dict(getattr(got, name)) == mine, (where, name)
    for name in STATE:
        own = "free" if name == "ready" else name
        assert getattr(got, own) == getattr(expected, own), (where, name)
    weighted = {key: value for key, value in expected.weighted.items() if value}
    assert set(got.weighted) == set(weighted), where
    assert all(abs(got.weighted[key] - value) < Fraction(1, 10**6) for key, value in weighted.items()), where


def conserved(got: Measure, where: str) -> None:
    """What must add up, whatever was put in."""
    assert sum(got.equal.values()) == sum(got.even.values()) == got.wall, where
    assert sum(got.weighted.values()) == got.wall - got.unsplit, where
    assert sum(got.level.values()) == got.wall, where
    assert sum(n * long for n, long in got.level.items()) == sum(got.gross.values()), where
    assert got.several == got.wall - sum(got.alone.values()), where
    assert got.wall + got.free + got.auxiliary == got.staffed, where
    assert 0 <= got.covered <= got.staffed, where
    assert 0 <= got.covered_load <= min(got.load, got.covered), where
    for channel, gross in got.gross.items():
        assert got.alone.get(channel, 0) <= got.equal[channel] <= got.open[channel] <= gross, where
        assert got.alone.get(channel, 0) <= got.even[channel] <= got.open[channel], where
    for (one, other), both in got.pair.items():
        assert one < other
        assert both <= min(got.open[one], got.open[other]), where
    if len(got.open) == 2:
        assert sum(got.open.values()) - sum(got.pair.values()) == got.wall, where


def period(dice: random.Random, facts: Facts) -> tuple[datetime, datetime]:
    """Everything, or a piece with any borders."""
    starts = [row["started_at"] for row in facts["work"]] or [DAYS[0]]
    since, until = min(starts) - timedelta(days=1), max(starts) + timedelta(days=35)
    if dice.random() < 0.6:
        since = dice.choice(starts) + timedelta(seconds=dice.choice((-61, -1, 0, 61)))
        until = since + timedelta(minutes=dice.choice((5, 15, 1400, 3000)), milliseconds=dice.choice((0, 1)))
    return since, until


def test_any_period_is_that_of_the_oracle(engine: Store, record_property: Callable[[str, object], None]) -> None:
    """Many agents at once, so that one question to the engine compares hundreds of agent-days."""
    days = []

    @settings(max_examples=EXAMPLES, phases=AS_DRAWN)
    @given(seed=st.integers(0, 2**32))
    def compared(seed: int) -> None:
        empty(engine)
        facts = world(seed, CROWD)
        stored(engine, facts)
        own, dice = apart(facts), random.Random(seed)
        for _ in range(PERIODS):
            since, until = period(dice, facts)
            days.append(engine.value(DAYS_INSIDE, {"since": since, "until": until}))
            everybody(engine, own, since, until, f"{seed} {since} {until}")
        ever(engine, own, str(seed))

    compared()
    record_property("agent_days", sum(days))
    print(f"{sum(days)} agent-days compared with exact fractions")
    assert sum(days) > 100 * EXAMPLES * PERIODS


def everybody(engine: Store, own: dict[str, Facts], since: datetime, until: datetime, where: str) -> None:
    """Every agent over a period; days of known capacity, of some of them."""
    got = found(engine, since, until)
    for number, agent in enumerate(sorted(own)):
        if own[agent]["work"] or own[agent]["presence"]:
            same(got[agent], measure(own[agent], agent, since, until), f"{agent} {where}")
            conserved(got[agent], f"{agent} {where}")
        if not number % SOME:
            parts = day_parts(own[agent], agent, since, until, partial(measure, own[agent]))
            inside = [measure(own[agent], agent, *part) for *part, covered in parts if covered]
            assert got[agent].covered == sum(one.staffed - one.unweighed for one in inside), (agent, where)
            assert got[agent].covered_load == sum((one.load for one in inside), Fraction(0)), (agent, where)


def ever(engine: Store, own: dict[str, Facts], where: str) -> None:
    """Contacts and pauses of every agent over all time."""
    for row in engine.rows(ODD):
        agent = row["agent"]
        all_time = measure(own[agent], agent, DAYS[0] - timedelta(days=90), DAYS[0] + timedelta(days=400))
        assert row["gross"] == sum(all_time.spent.values()), (agent, where)
        assert sorted(row["together"]) == sorted(all_time.together.values()), (agent, where)
        assert row["paused"] == sum(b - a for kind, a, b in all_time.odd if kind == "pause"), (agent, where)


def apart(facts: Facts) -> dict[str, Facts]:
    """The rows of each agent."""
    found: dict[str, Facts] = defaultdict(lambda: {fact: [] for fact in facts})
    for fact, rows in facts.items():
        for row in rows:
            found[row.get("agent") or row["key"]][fact].append(row)
    return found


@usually(4)
@given(batches=traces())
def test_late_and_corrected_events_reach_every_agent_day_they_touch(engine: Store, batches: list[list[Event]]) -> None:
    empty(engine)
    derived(engine, batches)
    facts = facts_of(event for batch in batches for event in batch)
    since, until = START - timedelta(days=1), START + timedelta(days=40)
    got = found(engine, since, until)
    for agent in sorted({row["agent"] for row in (*facts["work"], *facts["presence"])} - {""}):
        same(got[agent], measure(facts, agent, since, until), agent)
    assert {name for name, one in got.items() if one.staffed} == {
        name for name in {row["agent"] for row in (*facts["work"], *facts["presence"])} if measure(facts, name, since, until).staffed
    } - {""}
