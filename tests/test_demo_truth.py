"""The whole road: what the company counted itself, and what the metrics say after the bad network, the writer and the facts.

No number here comes from an event: the tally is the state machine's own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations, islice
from pathlib import Path

import pytest

from ingest.connector import Chunk, Connector, Options, Places
from ingest.job import read
from ingest.seal import keys_in
from ingest.simulation import Simulation, Tally, hostile
from ingest.source import Sources
from ingest.writer import Writer
from metrics.query import Grain, Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty

UNTIL = datetime(2026, 10, 26, 13, 5, tzinfo=UTC)  # the afternoon after summer time ended
Key = tuple[str, str, str]
# metric and its parameters, and the counts of a row of the tally that make its numerator
COUNTS = (
    ("contacts", (), ("contacts",)),
    ("offered", (), ("offered",)),
    ("answered", (("stamp", "start"),), ("answered",)),
    ("abandoned", (("stamp", "start"),), ("abandoned",)),
    ("short_abandons", (), ("short_abandons",)),
    (
        "left_otherwise",
        (("stamp", "start"),),
        ("left_callback", "left_overflow", "left_voicemail", "left_timeout", "left_transferred", "left_closed", "left_system"),
    ),
    ("rings_missed", (), ("missed", "declined")),
    ("handled", (), ("handled",)),
)
SECONDS = (("talk_time", "talk_ms"), ("hold_time", "hold_ms"), ("wrap_time", "wrap_ms"))


@pytest.fixture(scope="module")
def tally(engine: Store) -> Tally:
    """A day and a half of the company, sent through the bad network into an empty store."""
    empty(engine)
    simulation = Simulation(2, 11, UNTIL)

    def chunks() -> object:
        stream = hostile((event for events in simulation.chunks() for event in events), 11)
        while events := list(islice(stream, 4000)):
            yield Chunk(events, Places("line", range(1, 1 + len(events))), len(events))

    demo = Connector(name="demo", summary="", read=lambda *_: chunks())
    writer = Writer(engine, keys_in(None))
    receipt = read(demo, [Path("demo")], Options(), writer, Sources(), lambda _: None)
    assert receipt.quarantined == receipt.conflicts == 0
    assert receipt.corrected > 0
    assert receipt.stale > 0
    return simulation.tally


def asked(engine: Store, metric: str, parameters: tuple[tuple[str, str], ...] = ()) -> dict[Key, float]:
    query = Query(metrics=(metric,), by=("channel", "queue"), grain=Grain.DAY, parameters=parameters, scope=Scope.all(), now=UNTIL)
    found: dict[Key, float] = {}
    for row in ask(engine, query).rows:
        value = row.figures[metric].value
        at = row.keys["at"]
        assert isinstance(at, datetime)
        if value:
            found[str(row.keys["channel"]), str(row.keys["queue"]), at.date().isoformat()] = value
    return found


def counted(tally: Tally, *names: str) -> dict[Key, int]:
    sums = {key: sum(getattr(row, name) for name in names) for key, row in tally.rows.items()}
    return {key: value for key, value in sums.items() if value}


@pytest.mark.parametrize(("metric", "parameters", "names"), COUNTS, ids=[name for name, _, _ in COUNTS])
def test_counts(engine: Store, tally: Tally, metric: str, parameters: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> None:
    """The same number in every channel, queue and Paris day."""
    expected = counted(tally, *names)
    assert sum(expected.values()) > 5
    assert asked(engine, metric, parameters) == expected


@pytest.mark.parametrize(("metric", "name"), SECONDS)
def test_time(engine: Store, tally: Tally, metric: str, name: str) -> None:
    """To the millisecond, sliced at Paris midnights, what still goes on included."""
    found = {key: round(1000 * seconds) for key, seconds in asked(engine, metric).items()}
    assert found == counted(tally, name)


def of_agents(engine: Store, metric: str, *by: str) -> dict[tuple[str, ...], float]:
    """A time of agents in milliseconds (to a thousandth), by agent, what else is asked for, and Paris day."""
    query = Query(metrics=(metric,), by=("agent", *by), grain=Grain.DAY, scope=Scope.all(), now=UNTIL)
    found: dict[tuple[str, ...], float] = {}
    for row in ask(engine, query).rows:
        at, value = row.keys["at"], row.figures[metric].value
        assert isinstance(at, datetime)
        if value:
            found[(*(str(row.keys[name]) for name in ("agent", *by)), at.date().isoformat())] = round(1000 * value, 3)
    return found


def test_agent_time(engine: Store, tally: Tally) -> None:
    """What each agent did with several contacts at once: worked, in full, shared, with a channel open, alone, in pairs, at each level."""
    wall: dict[tuple[str, ...], int] = {}
    expected: dict[str, dict[tuple[str, ...], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for (agent, day), page in tally.agents.items():
        if page.wall:
            wall[agent, day] = page.wall
        for channel, phases in page.work.items():
            expected["agent_time_gross"][agent, channel, day] += sum(phases)
        for channel, share in page.equal().items():
            expected["agent_time_equal"][agent, channel, day] += share
        for n, ms in page.levels.items():
            expected["agent_time_level"][agent, str(n), day] += ms
        for used, ms in page.used.items():
            for channel in used:
                expected["agent_time_union"][agent, channel, day] += ms
                expected["agent_time_exclusive"][agent, channel, day] += ms * (len(used) == 1)
            expected["agent_time_multichannel"][agent, day] += ms * (len(used) > 1)
            for pair in combinations(sorted(used), 2):
                expected["agent_time_overlap"][agent, " + ".join(pair), day] += ms
    assert of_agents(engine, "agent_time_wall") == wall
    assert len(wall) > 5
    dims = {"agent_time_level": ("level",), "agent_time_overlap": ("pair",), "agent_time_multichannel": ()}
    for metric, rows in expected.items():
        said = {key: round(float(value), 3) for key, value in rows.items() if value}
        assert said, metric
        assert of_agents(engine, metric, *dims.get(metric, ("channel",))) == said, metric
    assert sum(expected["agent_time_equal"].values()) == sum(wall.values())


def test_ratios(engine: Store, tally: Tally) -> None:
    """Numerators and denominators by channel."""
    total: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (channel, _, _), row in tally.rows.items():
        for name, value in row.as_dict().items():
            total[channel][name] += value
    query = Query(metrics=("service_level", "csat", "asa"), by=("channel",), scope=Scope.all(), now=UNTIL)
    rows = {str(row.keys["channel"]): row.figures for row in ask(engine, query).rows}
    for channel, sums in total.items():
        if sums["offered"]:
            level, asa = rows[channel]["service_level"], rows[channel]["asa"]
            assert (level.top, level.bottom) == (sums["answered_in_20s"], sums["answered"] + sums["abandoned"])
            assert (round((asa.top or 0) * 1000), asa.bottom) == (sums["wait_ms"], sums["answered"])
        if sums["ratings_csat"]:
            csat = rows[channel]["csat"]
            assert (csat.top, csat.bottom) == (sums["csat_top"], sums["ratings_csat"])


def test_waiting(engine: Store, tally: Tally) -> None:
    """Who still waits is what the tally's flows leave."""
    out = ("answered", "abandoned", *COUNTS[5][2])
    expected = sum(counted(tally, "offered").values()) - sum(sum(counted(tally, name).values()) for name in out)
    figure = ask(engine, Query(metrics=("waiting",), scope=Scope.all(), now=UNTIL)).rows[0].figures["waiting"]
    assert figure.value == expected > 0
