"""How long stretches of an agent's time count, and in which order boundaries come: against plain loops over the same."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql import agent_bound
from sql.agent_piece import DAY_MS, SIGNED, Sessions, reached

AGENTS, LAST = 3, 40  # instants up to here, so that many meet
FIRST = 20_000  # a day since 1970
agents = st.integers(0, AGENTS - 1)
stretches = st.lists(st.tuples(agents, st.integers(0, LAST), st.integers(1, 12)), max_size=12)


def sessions(rows: list[tuple[int, int, int]]) -> Sessions:
    agent, begins, long = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Sessions(agent, begins, begins + long)


def runs(rows: list[tuple[int, int, int]], agent: int) -> list[tuple[int, int]]:
    """From when to when the agent was there without a break, millisecond by millisecond."""
    there = {at for whose, begins, long in rows for at in range(begins, begins + long) if whose == agent}
    opens = sorted(at for at in there if at - 1 not in there)
    closes = sorted(at + 1 for at in there if at + 1 not in there)
    return list(zip(opens, closes, strict=True))


@given(rows=stretches)
def test_sessions_are_presence_without_its_seams(rows: list[tuple[int, int, int]]) -> None:
    pieces = sessions(rows).pieces(SIGNED)
    found = list(zip(pieces.agent.tolist(), pieces.begins.tolist(), pieces.ends.tolist(), strict=True))
    assert found == [(agent, *run) for agent in range(AGENTS) for run in runs(rows, agent)]


@given(rows=stretches, agent=agents, at=st.integers(0, LAST + 12))
def test_an_instant_lies_in_the_session_that_holds_it(rows: list[tuple[int, int, int]], agent: int, at: int) -> None:
    closes, following = (found.item() for found in sessions(rows).around(np.array([agent]), np.array([at])))
    assert [closes] * (closes > at) == [end for begin, end in runs(rows, agent) if begin <= at < end]
    assert following == min((begin for begin, _ in runs(rows, agent) if begin > at), default=-1)


@given(rows=stretches, asked=st.lists(st.tuples(agents, st.integers(0, LAST), st.integers(0, 20)), max_size=4))
def test_what_goes_on_goes_on_in_the_sessions_that_begin_meanwhile(
    rows: list[tuple[int, int, int]], asked: list[tuple[int, int, int]]
) -> None:
    agent, since, long = np.array(asked, dtype=np.int64).reshape(-1, 3).T
    found = zip(*(column.tolist() for column in sessions(rows).between(agent, since, since + long)), strict=True)
    assert list(found) == [
        (which, *run)
        for which, (whose, begins, during) in enumerate(asked)
        for run in runs(rows, whose)
        if begins <= run[0] < begins + during
    ]


@given(rows=st.lists(st.tuples(st.integers(0, 5), st.integers(10, 12), st.integers(0, 60), st.integers(0, 3)), max_size=12))
def test_a_stretch_reaches_every_day_up_to_its_last(rows: list[tuple[int, int, int, int]]) -> None:
    """What is an agent's own (contact and agent are one) is no work on a contact."""
    first = date(2026, 11, 1)
    told = [(first + timedelta(day), contact, agent, first + timedelta(day + days)) for contact, agent, day, days in rows]
    told += [(day, agent, agent, last) for day, _, agent, last in told[:3]]
    schema = pa.schema({"day": pa.date32(), "subject_hash": pa.uint64(), "agent_hash": pa.uint64(), "last_day": pa.date32()})
    found = reached(pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in told], schema))
    lain = {(day, contact, agent, day + timedelta(n)) for day, contact, agent, last in told for n in range((last - day).days + 1)}
    assert {tuple(row.values()) for row in found["contact_reach"].to_pylist()} == {row for row in lain if row[1] != row[2]}
    days = [tuple(row.values()) for row in found["day_reach"].to_pylist()]
    assert days == sorted({(agent, on, since) for since, _, agent, on in lain})


HASHES = (5, 2**63 + 1, 2**64 - 1)
instants = st.sampled_from([-1, 0, 1, 7, DAY_MS - 1, DAY_MS, DAY_MS + 1, 2 * DAY_MS, 2 * DAY_MS + 7]).map(lambda ms: FIRST * DAY_MS + ms)
Said = tuple[int, int, int, int, str, int]  # agent, instant, sequence, statement, domain, weight
capacities = st.lists(
    st.tuples(agents, instants, st.integers(0, 2), st.integers(0, 2), st.sampled_from(("", "chat", "voice")), st.integers(0, 3)),
    max_size=12,
)


def stated(days: set[tuple[int, int]], cuts: set[tuple[int, int]], said: list[Said]) -> pa.Table:
    """What sql/queries/agent.stated.sql would give."""
    rows = [(agent, day, 0, 0, 0, 0, "", 0) for agent, day in days]
    rows += [(agent, at // DAY_MS, 1, at, 0, 0, "", 0) for agent, at in cuts]
    rows += [(agent, at // DAY_MS, 2, at, sequence, statement, domain, weight) for agent, at, sequence, statement, domain, weight in said]
    agent, day, kind, at, sequence, statement, domain, weight = zip(*rows, strict=True)
    return pa.table(
        {
            "agent_hash": pa.array([HASHES[place] for place in agent], pa.uint64()), "day": pa.array(day, pa.int32()).cast(pa.date32()),
            "kind": pa.array(kind, pa.uint8()), "at": pa.array(at, pa.int64()), "sequence": pa.array(sequence, pa.uint64()),
            "statement": pa.array(statement, pa.uint64()), "domain": pa.array(domain, pa.string()), "weight": pa.array(weight, pa.int64()),
        }
    )  # fmt: skip


@given(
    days=st.sets(st.tuples(agents, st.integers(FIRST, FIRST + 2)), min_size=1), cuts=st.sets(st.tuples(agents, instants)), said=capacities
)
def test_a_day_is_cut_where_something_begins_and_knows_what_holds(
    days: set[tuple[int, int]], cuts: set[tuple[int, int]], said: list[Said]
) -> None:
    """What is said of agents without a day in hand is not asked for. Of one instant and domain, what comes last in order holds."""
    there = {agent for agent, _ in days}
    cuts, said = {cut for cut in cuts if cut[0] in there}, [one for one in said if one[0] in there]
    windows = agent_bound.Windows(stated(days, cuts, said))
    expected = []
    for agent, day in sorted(days):
        begins = {at - day * DAY_MS for whose, at in (*cuts, *(one[:2] for one in said)) if whose == agent}
        borders = sorted({0, *(ms for ms in begins if 0 < ms < DAY_MS)})
        for part, (lo, hi) in enumerate(pairwise([*borders, DAY_MS])):
            held = {domain: weight for whose, at, _, _, domain, weight in sorted(said) if whose == agent and at <= day * DAY_MS + lo}
            expected.append((HASHES[agent], day, part, lo, hi, held))
    whose = windows.agents[windows.agent].tolist()
    columns = (each.tolist() for each in (windows.day, windows.part, windows.lo, windows.hi))
    assert list(zip(whose, *columns, windows.weights(np.arange(len(whose))), strict=True)) == expected


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, (1 << 47) - 1)), max_size=20))
def test_boundaries_come_in_order_however_many_rows_there_are(rows: list[tuple[int, int]]) -> None:
    row, values = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    expected = [value for _, value in sorted(rows)]
    assert agent_bound._ordered(row, values).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agent_bound, "_ROWS", 3)  # as if no number had room for row and boundary
        assert agent_bound._ordered(row, values).tolist() == expected
