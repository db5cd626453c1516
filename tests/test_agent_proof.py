"""Agent time on cases worked out elsewhere: a fixture, the case vendors' rules are compared on, intervals from their documentation, and the
engine's own functions for unions and peaks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from metrics.query import Grain, Query, Scope
from metrics.result import Figure
from metrics.run import ask
from sql.clickhouse import Store
from tests.spec.agent_oracle import stretches
from tests.spec.agent_world import agent_of, merged, stored
from tests.spec.table import agent_days, put

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
Line = tuple[str, str, str, float, float | None]  # contact, channel, phase, first and last minute


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def worked(store: Store, lines: list[Line], *, capacity: Mapping[str, float] | None = None, agent: str = "ana") -> None:
    """Store stretches of work of an agent who is signed in and ready all morning."""
    put(store, "work", [
        {"interaction": name, "stint": f"{name}/1", "agent": agent, "channel": channel, "phase": phase, "n": number,
         "started_at": at(first), "ended_at": None if last is None else at(last)}
        for number, (name, channel, phase, first, last) in enumerate(lines, 1)
    ])  # fmt: skip
    put(store, "presence", [{"agent": agent, "state": "ready", "started_at": at(-60), "ended_at": at(240)}])
    stated = (capacity or {}).items()
    put(store, "capacity", [
        {"agent": agent, "domain": name, "statement": number, "capacity": size, "valid_from": at(-600)}
        for number, (name, size) in enumerate(stated)
    ])  # fmt: skip
    agent_days(store)


def asked(store: Store, *names: str, by: tuple[str, ...] = (), **changes: Any) -> dict[Any, dict[str, Figure]]:
    """Figures by the values of the keys (one key: its value)."""
    said = {"since": at(0), "until": at(60), "now": at(60), "scope": Scope.all()} | changes
    rows = ask(store, Query(names, by=by, **said)).rows
    return {tuple(row.keys.values()) if len(row.keys) > 1 else next(iter(row.keys.values()), ""): row.figures for row in rows}


def minutes(store: Store, name: str, by: tuple[str, ...] = (), **changes: Any) -> Any:
    """A metric in minutes, to the hundredth: by the values of the keys, or alone."""
    found = {key: None if each[name].value is None else round((each[name].value or 0) / 60, 2)
             for key, each in asked(store, name, by=by, **changes).items()}  # fmt: skip
    return found if by else found[""]


def test_attack_a_share_of_capacity_that_speaks_of_one_of_six(store: Store) -> None:
    names = [f"agent {number}" for number in range(6)]
    put(store, "work", [
        {"interaction": f"of {name}", "stint": f"of {name}/1", "agent": name, "channel": "chat", "phase": "talk", "n": number,
         "started_at": at(0), "ended_at": at(30)}
        for number, name in enumerate(names, 1)
    ])  # fmt: skip
    worked(store, [], capacity={"chat": 3}, agent=names[0])
    for named in (True, False):
        found = asked(store, "capacity_utilisation", "capacity_coverage", "staffed_time", scope=Scope((), named=named))[""]
        assert (found["capacity_utilisation"].n, found["capacity_coverage"].n) == ((1, 1) if named else (None, None))
        assert (found["capacity_utilisation"].value is None) != named
        assert found["staffed_time"].n == 6


FIXTURE: list[Line] = [
    ("p1", "voice", "talk", 0, 10),
    ("c1", "chat", "talk", 5, 20),
    ("c2", "chat", "talk", 7, 25),
    ("e1", "email", "talk", 20, 40),
    ("e2", "email", "talk", 30, None),
]


def test_the_fixture(store: Store) -> None:
    worked(store, FIXTURE, capacity={"voice": 1, "chat": 1 / 0.34, "email": 4})

    def seconds(name: str) -> dict[str, float | None]:
        found = asked(store, name, by=("channel",), now=at(50))
        return {key: None if each[name].value is None else round(each[name].value or 0, 3) for key, each in found.items()}

    assert seconds("agent_time_gross") == {"voice": 600, "chat": 1980, "email": 2400}
    assert seconds("agent_time_union") == {"voice": 600, "chat": 1200, "email": 1800}
    assert seconds("agent_time_equal") == {"voice": 420, "chat": 930, "email": 1650}
    assert seconds("agent_time_by_channel") == {"voice": 450, "chat": 900, "email": 1650}
    assert seconds("agent_time_weighted") == {"voice": 496.695, "chat": 876.186, "email": 1627.119}
    totals = asked(store, "agent_time_wall", "agent_time_multichannel", "peak_concurrency", "effective_concurrency", now=at(50))[""]
    assert [totals[name].value for name in totals] == [3000, 600, 3, 1.66]
    overlap = asked(store, "agent_time_overlap", by=("pair",), now=at(50))
    assert {key: each["agent_time_overlap"].value for key, each in overlap.items()} == {"chat + email": 300, "chat + voice": 300}
    walls = asked(store, "agent_time_wall", grain=Grain.QUARTER_HOUR, now=at(50))
    assert [each["agent_time_wall"].value for each in walls.values()] == [900, 900, 900, 300]
    chats = asked(store, "agent_time_equal", grain=Grain.QUARTER_HOUR, now=at(50), where=(("channel", ("chat",)),))
    assert [each["agent_time_equal"].value for each in chats.values()] == [480, 450]


CASE: list[Line] = [
    ("V", "voice", "talk", 0, 20),
    ("A", "chat", "hold", 5, 20),
    ("A", "chat", "talk", 20, 25),
    ("B", "chat", "hold", 10, 20),
    ("B", "chat", "talk", 20, 30),
]
HELD = [
    {"interaction": name, "stint": f"{name}/1", "agent": "ana", "hold": number, "reason": "interrupted", "held_at": at(first)}
    for number, (name, first) in enumerate((("A", 5), ("B", 10)))
]
LOOKED = [
    {"agent": "ana", "stint": f"{name}/1", "n": number, "started_at": at(first), "ended_at": at(last)}
    for number, (name, first, last) in enumerate((("V", 0, 20), ("A", 20, 25), ("B", 25, 30)), 1)
]


def test_the_case_on_which_vendors_rules_are_compared(store: Store) -> None:
    put(store, "hold", HELD)
    put(store, "focus", LOOKED)
    worked(store, CASE, capacity={"voice": 1, "chat": 1 / 0.33})
    store.opted_in = frozenset({"focus"})
    try:
        assert minutes(store, "agent_time_gross", ("channel",)) == {"voice": 20, "chat": 40}
        assert minutes(store, "agent_time_policy_amazon") == 30
        assert minutes(store, "agent_time_policy_genesys", ("channel",)) == {"voice": 20, "chat": 15}
        assert minutes(store, "agent_time_policy_nice_focus", ("channel",)) == {"voice": 20, "chat": 10}
        assert minutes(store, "agent_time_policy_nice_linear") == 30
        assert minutes(store, "agent_time_policy_nice_concurrent") == 15
        assert minutes(store, "agent_time_policy_salesforce", ("channel",)) == {"voice": 20, "chat": 10}
        workload = minutes(store, "agent_time_policy_twilio", ("channel",), grain=Grain.QUARTER_HOUR)
        assert list(workload.values()) == [15, 25, 15, 5]
    finally:
        store.opted_in = frozenset()
    assert minutes(store, "agent_time_level", ("level",)) == {"1": 10, "2": 10, "3": 10}
    assert minutes(store, "agent_time_multichannel") == 15
    assert minutes(store, "agent_time_equal", ("channel",)) == {"voice": 10.83, "chat": 19.17}
    assert minutes(store, "agent_time_weighted", ("channel",)) == {"voice": 14.78, "chat": 15.22}
    assert minutes(store, "agent_time_load") == 33.2
    assert asked(store, "effective_concurrency")[""]["effective_concurrency"].value == 2


@pytest.mark.parametrize(
    ("lines", "held", "name"),
    [
        (CASE, [], "agent_time_policy_genesys"),  # no reason of a hold is known
        ([("V", "voice", "talk", 0, 20), ("A", "chat", "talk", 5, 25)], [], "agent_time_policy_genesys"),  # nothing was held for the call
        (CASE, HELD, "agent_time_policy_nice_focus"),  # no focus is known
        (CASE, HELD, "agent_time_policy_nice_linear"),
        (CASE, HELD, "agent_time_policy_salesforce"),
        (CASE, HELD, "agent_time_weighted"),  # no capacity is known
        (CASE, HELD, "agent_time_load"),
        (CASE, HELD, "capacity_utilisation"),
    ],
)
def test_a_rule_without_its_input_has_no_value(store: Store, lines: list[Line], held: list[dict[str, Any]], name: str) -> None:
    put(store, "hold", held)
    worked(store, lines)
    store.opted_in = frozenset({"focus"})
    try:
        assert asked(store, name)[""][name].value is None
    finally:
        store.opted_in = frozenset()


def test_the_share_of_capacity_speaks_only_of_known_capacity(store: Store) -> None:
    """A, all known, is there 8 h a day with 4 h of load; B, unknown, trains on the first day and is busy on the second; C trains, known;
    D, known, is busy on a day nobody is known to have been signed in. E, of whom chat is known and e-mail is not, has two chats at once for
    4 h, and from the third hour to the sixth an e-mail: only that is not known.
    """
    put(store, "presence", [
        {"agent": agent, "state": "ready", "started_at": at(0) + day * 24 * HOUR, "ended_at": at(480) + day * 24 * HOUR}
        for agent, days in (("A", 5), ("B", 2), ("C", 1), ("E", 1)) for day in range(days)
    ])  # fmt: skip
    put(store, "work", [
        {"interaction": f"{agent}{day}", "stint": f"{agent}{day}/1", "agent": agent, "channel": "chat", "phase": "talk",
         "started_at": at(0) + day * 24 * HOUR, "ended_at": at(480) + day * 24 * HOUR}
        for agent, days in (("A", range(5)), ("B", (1,)), ("D", (0,))) for day in days
    ] + [
        {"interaction": name, "stint": f"{name}/1", "agent": "E", "channel": channel, "phase": "talk", "started_at": at(first),
         "ended_at": at(last)}
        for name, channel, first, last in (("E0", "chat", 0, 240), ("E1", "chat", 0, 240), ("E2", "email", 180, 360))
    ])  # fmt: skip
    put(store, "capacity", [
        {"agent": agent, "domain": "chat", "statement": number, "capacity": 2, "valid_from": at(-6000)}
        for number, agent in enumerate("ACDE")
    ])  # fmt: skip
    agent_days(store)
    names, week = ("capacity_utilisation", "capacity_coverage"), {"since": at(-600), "until": at(7200), "now": at(7200)}

    def of(*agents: str, **changes: Any) -> tuple[float | None, ...]:
        (found,) = asked(store, *names, where=(("agent", agents),), **week | changes).values()
        return tuple(found[name].value for name in names)

    assert of("A", "B") == (0.5, 40 / 56)  # 20 h of load in 40 h, not in 48
    assert of("C") == (0, 1)  # idle: none of a known capacity was taken
    assert of("C", until=at(30.5)) == (0, 1)  # cut inside a quarter hour, swept again
    assert of("B") == (None, 0)
    assert of("B", "D") == (None, 0)  # B is known to have been signed in, but on no day that counts; of D no presence is known
    assert of("E") == (3 / 5, 5 / 8)  # full for the first three hours, empty for the last two
    for first, last, said in ((0, 180, (1, 1)), (180, 360, (None, 0)), (240.5, 480, (0, 120 / 239.5)), (360, 480, (0, 1))):
        assert of("E", since=at(first), until=at(last)) == said  # the e-mail takes nothing back of the hours before and after it


def test_what_needs_presence_has_no_value_without_it(store: Store) -> None:
    put(store, "work", [{"interaction": "A", "stint": "A/1", "agent": "ana", "channel": "chat", "phase": "talk", "started_at": at(0),
                         "ended_at": at(10)}])  # fmt: skip
    agent_days(store)
    found = asked(store, "agent_time_wall", "staffed_time", "busy_signed_out", "ready_time", "auxiliary_time", "occupancy",
                  "agent_time_policy_amazon")[""]  # fmt: skip
    assert [each.value for each in found.values()] == [600, 600, 600, None, None, None, None]


def halves(found: Mapping[Any, float | None]) -> list[float]:
    """Quarter hours by their start, added up to half hours from the first of the hour on."""
    total: dict[datetime, float] = {}
    for key, value in found.items():
        total[key.replace(minute=key.minute // 30 * 30)] = total.get(key.replace(minute=key.minute // 30 * 30), 0) + (value or 0)
    return [total[key] for key in sorted(total)]


def test_intervals_of_amazon_and_genesys(store: Store) -> None:
    """Where their documents put the whole of a contact, and where it truly lay: 05:23 to 06:15; 09:35 to 10:05 and 09:16 to 09:32."""
    early, late = timedelta(hours=-4, minutes=-37), timedelta(hours=-3, minutes=-45)
    spoken = {"interaction": "X", "stint": "X/1", "agent": "ana", "channel": "voice", "phase": "talk"}
    put(store, "work", [spoken | {"started_at": START + early, "ended_at": START + late}])
    put(store, "work", [
        {"interaction": name, "stint": f"{name}/1", "agent": "ben", "channel": "voice", "phase": "talk", "started_at": at(first),
         "ended_at": at(last)}
        for name, first, last in (("Y", -25, 5), ("Z", -44, -28))
    ])  # fmt: skip
    agent_days(store)
    period = {"since": START - 5 * HOUR, "until": START + HOUR, "grain": Grain.QUARTER_HOUR, "zone": "UTC"}
    ana, ben = (("agent", ("ana",)),), (("agent", ("ben",)),)
    assert halves(_by_time(store, "agent_time_gross", ana, period)) == [7, 30, 15]
    assert halves(_by_time(store, "talk_time", ana, period | {"parameters": (("stamp", "end"),)})) == [52]
    assert halves(_by_time(store, "agent_time_gross", ben, period)) == [14, 27, 5]
    assert halves(_by_time(store, "talk_time", ben, period | {"parameters": (("stamp", "end"),)})) == [16, 30]


def _by_time(store: Store, name: str, where: Any, period: dict[str, Any]) -> dict[Any, float | None]:
    found = asked(store, name, where=where, **period)
    return {key: None if each[name].value is None else (each[name].value or 0) / 60 for key, each in found.items()}


@pytest.mark.parametrize("number", [40, 41, 57])
def test_shares_add_up_however_many_contacts_there_are_at_once(store: Store, number: int) -> None:
    """Forty at once are shared exactly; of more, parts are less than a millionth of a millisecond off and still add up."""
    lines: list[Line] = [(f"c{each}", "chat" if each % 3 else "email", "talk", 0, 1) for each in range(number)]
    worked(store, lines)
    rows = store.rows(
        "SELECT channel, toString(sum(toInt128(alone_ms) * 5342931457063200 + equal_part)) AS units "
        "FROM agent_share(since = {a:DateTime64(3, 'UTC')}, "
        "until = {z:DateTime64(3, 'UTC')}, now = {z:DateTime64(3, 'UTC')}) GROUP BY channel",
        {"a": at(0), "z": at(60)},
    )
    units = {row["channel"]: int(row["units"]) for row in rows}
    whole = 60_000 * 5342931457063200
    emails = sum(1 for each in range(number) if not each % 3)
    assert sum(units.values()) == whole
    assert abs(units["email"] * number - whole * emails) <= (0 if number <= 40 else number)
    assert asked(store, "peak_concurrency")[""]["peak_concurrency"].value == number


def test_of_a_crowd_of_channels_the_longest_are_named(store: Store) -> None:
    """Sixty channels of 1 to 60 minutes and half a minute of voice: 39 keep their names, the rest is one channel; all sums stay."""
    lines: list[Line] = [(f"c{number:02}", f"c{number:02}", "talk", 0, number) for number in range(1, 61)]
    worked(store, [*lines, ("call", "voice", "talk", 0, 0.5)])
    named = {"voice": 0.5, "other": sum(range(1, 23))} | {f"c{number:02}": number for number in range(23, 61)}
    assert minutes(store, "agent_time_gross", by=("channel",)) == named
    cut = {"voice": 0.5, "other": sum(min(number, 10.3) for number in range(1, 23))} | {f"c{number:02}": 10.3 for number in range(23, 61)}
    assert minutes(store, "agent_time_gross", by=("channel",), now=at(10.3)) == {key: round(spent, 2) for key, spent in cut.items()}
    shares = asked(store, "agent_time_equal", by=("channel",))
    # of the contacts in hand in each minute, those on channels without a name
    assert shares["other"]["agent_time_equal"].value == pytest.approx(
        60 * (0.5 * 22 / 61 + 0.5 * 22 / 60 + sum((22 - minute) / (60 - minute) for minute in range(1, 22)))
    )
    assert sum(row["agent_time_equal"].value or 0 for row in shares.values()) == pytest.approx(3600, abs=1e-9)
    assert minutes(store, "agent_time_wall") == 60
    assert minutes(store, "agent_time_overlap", by=("pair",))["other + voice"] == 0.5
    assert minutes(store, "agent_time_union", by=("channel",))["other"] == 22, "they count as one channel"


def test_the_names_of_a_crowd_are_chosen_by_work_alone_however_many_there_are(store: Store) -> None:
    """An hour without an end (which is told of on a layer of its own too) is less than an hour and a half. Somebody else works on more
    channels than a place in a boundary has numbers for, with names before and after those."""
    lines: list[Line] = [(f"l{number:02}", f"l{number:02}", "talk", 0, 150 + number) for number in range(37)]
    few: list[Line] = [("call", "voice", "talk", 0, 1), ("v", "v90", "talk", 0, 90), ("s1", "s1", "talk", 0, 2), ("s2", "s2", "talk", 0, 3)]
    put(store, "work", [
        {"interaction": f"k{number}", "stint": f"k{number}/1", "agent": "ben", "channel": f"{'az'[number % 2]}{number:05}", "phase": "talk",
         "started_at": at(0), "ended_at": at(1 + (number < 39))}
        for number in range(33_000)
    ])  # fmt: skip
    worked(store, [*lines, *few, ("u", "u60", "talk", 180, None)])
    found = asked(store, "agent_time_gross", by=("agent", "channel"), until=at(300), now=at(300))
    spent = {agent: {channel: (row["agent_time_gross"].value or 0) / 60 for (who, channel), row in found.items() if who == agent}
             for agent in ("ana", "ben")}  # fmt: skip
    ended = {channel: last for _, channel, _, _, last in lines}
    assert spent["ana"] == ended | {"voice": 1, "v90": 90, "other": 60 + 2 + 3}
    assert spent["ben"] == {f"{'az'[number % 2]}{number:05}": 2 for number in range(39)} | {"other": 33_000 - 39}
    assert asked(store, "staffed_time", where=(("agent", ("ben",)),))[""]["staffed_time"].value == 120, "none of it says he was signed in"


def test_time_goes_to_the_team_of_the_moment(store: Store) -> None:
    said = [("north", -600), ("south", 12.5)]
    put(store, "reference", [
        {"kind": "agent", "key": "ana", "statement": number, "sequence": number, "team": team, "valid_from": at(when)}
        for number, (team, when) in enumerate(said)
    ])  # fmt: skip
    worked(store, [("V", "voice", "talk", 0, 20), ("A", "chat", "talk", 10, 30)])
    assert minutes(store, "agent_time_wall", ("team",)) == {"north": 12.5, "south": 17.5}
    assert minutes(store, "agent_time_equal", ("team", "channel")) == {
        ("north", "chat"): 1.25, ("north", "voice"): 11.25, ("south", "chat"): 13.75, ("south", "voice"): 3.75,
    }  # fmt: skip
    assert minutes(store, "agent_time_wall", scope=Scope.of(named=True, team=("south",))) == 17.5


def test_work_after_the_last_sign_out_is_shown_where_the_day_is_cut(store: Store) -> None:
    """Ana is signed in until 11:00 and at work at 13:00, when her team is another, and from 23:30 to 00:30; of Ben no presence is known."""
    lines = [("A", "ana", 180, 190), ("N", "ana", 810, 870), ("B", "ben", 180, 190)]
    put(store, "work", [
        {"interaction": name, "stint": f"{name}/1", "agent": agent, "channel": "chat", "phase": "talk", "started_at": at(first),
         "ended_at": at(last)}
        for name, agent, first, last in lines
    ])  # fmt: skip
    put(store, "presence", [{"agent": "ana", "state": "ready", "started_at": at(0), "ended_at": at(60)}])
    put(store, "reference", [{"kind": "agent", "key": "ana", "statement": 1, "sequence": 1, "team": "south", "valid_from": at(120)}])
    agent_days(store)
    rows = store.rows(
        "SELECT agent, toDateTime64(day, 3, 'UTC') + toIntervalMillisecond(`odd.from_ms`) AS since FROM agent_day FINAL ARRAY JOIN odd "
        "WHERE `odd.kind` = 1 ORDER BY since"
    )
    assert [(row["agent"], row["since"]) for row in rows] == [("ana", at(180)), ("ana", at(810)), ("ana", at(840))]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [("2026-03-29", "Europe/Paris", 23), ("2026-10-25", "Europe/Paris", 25), ("2026-06-10", "Asia/Kathmandu", 24)],
)
def test_a_day_is_as_long_as_it_is_there(store: Store, day: str, zone: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    put(store, "presence", [{"agent": "ana", "state": "ready", "started_at": noon - 40 * HOUR, "ended_at": noon + 40 * HOUR}])
    agent_days(store)
    found = asked(store, "staffed_time", since=noon - 40 * HOUR, until=noon + 40 * HOUR, now=noon + 50 * HOUR, grain=Grain.DAY, zone=zone)
    lengths = {str(key.date()): (each["staffed_time"].value or 0) / 3600 for key, each in found.items()}
    assert lengths[day] == hours


@pytest.mark.parametrize("seed", range(4))
def test_the_engines_own_functions_agree(store: Store, seed: int) -> None:
    """intervalLengthSum is the time worked and that of a channel, maxIntersections the peak, of the stretches that count."""
    dice = random.Random(seed)
    facts = merged(agent_of(f"a{number}", dice, 20) for number in range(30))
    stored(store, facts)
    agents = sorted({row["agent"] for row in facts["work"]})
    store.command("DROP TABLE IF EXISTS stretch")
    store.command("CREATE TABLE stretch (agent String, channel String, since Int64, until Int64) ENGINE = Memory")
    rows = [(each.agent, each.channel, each.since, each.until) for agent in agents for each in stretches(facts, agent)]
    values = ", ".join(f"('{agent}', '{channel}', {since}, {until})" for agent, channel, since, until in rows)
    store.command(f"INSERT INTO stretch VALUES {values}")
    period = {"since": datetime(2026, 1, 1, tzinfo=UTC), "until": datetime(2027, 1, 1, tzinfo=UTC), "now": datetime(2027, 1, 1, tzinfo=UTC)}
    found = asked(store, "agent_time_wall", "peak_concurrency", by=("agent",), **period)
    text = "SELECT agent, intervalLengthSum(since, until) AS wall, maxIntersections(since, until) AS peak FROM stretch GROUP BY agent"
    sums = store.rows(text)
    assert {key: (round(1000 * (each["agent_time_wall"].value or 0)), each["peak_concurrency"].value) for key, each in found.items()
            if each["agent_time_wall"].value} == {row["agent"]: (row["wall"], row["peak"]) for row in sums}  # fmt: skip
    unions = asked(store, "agent_time_union", by=("agent", "channel"), **period)
    open_ = store.rows("SELECT agent, channel, intervalLengthSum(since, until) AS wall FROM stretch GROUP BY agent, channel")
    assert {key: round(1000 * (each["agent_time_union"].value or 0)) for key, each in unions.items() if each["agent_time_union"].value} == {
        (row["agent"], row["channel"]): row["wall"] for row in open_
    }
    store.command("DROP TABLE stretch")
