"""The sweep that writes agent-days: its shares against whole numbers of any size, its counts against counting minute by minute."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql import agent_sweep
from sql.agent_gap import SLOT, STEP, UNIT, parted
from sql.agent_sweep import swept

ms = st.integers(0, SLOT)


@given(
    time=ms,
    weights=st.lists(st.integers(1, 40), min_size=2, max_size=6)
    | st.lists(st.integers(1, 40 * 26771144400), min_size=2, max_size=6)
    | st.lists(st.integers(1, 2**50), min_size=2, max_size=3),  # a capacity of a thousandth, or thousands at once
)
def test_shares_are_parts_rounded_down(time: int, weights: list[int]) -> None:
    """Of ⌊T × W(k) ÷ W⌋ units, W(k) being the weight of the first k channels, the differences add up to T; here is each."""
    to = np.cumsum(weights)
    high, low = parted(np.full(len(to), time), to, np.full(len(to), to[-1]))
    assert [int(one) * STEP + int(other) for one, other in zip(high, low, strict=True)] == [
        time * UNIT * sum(weights[: number + 1]) // sum(weights) for number in range(len(weights))
    ]


# Counts by number of contacts, and by two channels at once --------------------------------------------------------------

CHANNELS = ("chat", "email", "voice")
MINUTE = 60_000
Stretch = tuple[int, int, int]  # begin and end in minutes of the day, place of the channel
stretches = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 200), st.integers(0, 2)).map(lambda s: (s[0], min(s[0] + s[1], 1440), s[2])),
    min_size=1, max_size=12,
)  # fmt: skip


def bounds(rows: list[list[Stretch]]) -> pa.Table:
    """The boundaries of rows of work, one row an agent."""
    coded = [
        sorted((at * MINUTE << 20) + (1 << 16) + (place + 1) * 2 + step for lo, hi, place in row for at, step in ((lo, 1), (hi, 0)))
        for row in rows
    ]
    count, whole = len(rows), pa.list_(pa.int64())
    return pa.table(
        {
            "day": [date(2026, 11, 21)] * count, "subject_hash": pa.array(range(count), pa.uint64()), "agent": ["a"] * count,
            "part": pa.array([0] * count, pa.uint16()), "lo": [0] * count, "hi": [86_400_000] * count,
            "channels": [list(CHANNELS)] * count, "weights": pa.array([[1, 2, 3]] * count, whole), "bound": pa.array(coded, whole),
            "stated": pa.array([1] * count, pa.uint8()), "signed": pa.array([0] * count, pa.uint8()),
            "begun": pa.array([sorted(range(len(row)), key=lambda n, row=row: row[n][0]) for row in rows], pa.list_(pa.uint64())),
            "ended": pa.array([sorted(range(len(row)), key=lambda n, row=row: row[n][1]) for row in rows], pa.list_(pa.uint64())),
        }
    )  # fmt: skip


def minute_by_minute(row: list[Stretch]) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """Milliseconds by number in hand and quarter hour, and by two channels in hand and quarter hour; and of each channel beside others the
    part of its contacts in all, in units: whole numbers for up to 40 at once.
    """
    levels: Counter[Any] = Counter()
    pairs: Counter[Any] = Counter()
    equal: Counter[Any] = Counter()
    for minute in range(1440):
        held = [place for lo, hi, place in row if lo <= minute < hi]
        if held:
            levels[len(held), minute // 15] += MINUTE
        for one, other in combinations(sorted(set(held)), 2):
            pairs[CHANNELS[one], CHANNELS[other], minute // 15] += MINUTE
        for place in held if len(set(held)) > 1 else ():
            equal[CHANNELS[place], minute // 15] += MINUTE * UNIT // len(held)
    return levels, pairs, equal


def by(row: dict[str, Any], name: str, *keys: str) -> dict[Any, int]:
    """The columns of a row as milliseconds by what they are of."""
    return dict(zip(zip(*(row[f"{name}__{key}"] for key in keys), strict=True), row[f"{name}__ms"], strict=True))


def counted(found: Counter[Any]) -> dict[Any, int]:
    """The same without the quarter hour."""
    total: Counter[Any] = Counter()
    for key, spent in found.items():
        total[key[:-1]] += spent
    return dict(total)


@pytest.mark.parametrize("few", [agent_sweep.FEW, 0], ids=["in place", "only what there is"])
@given(rows=st.lists(stretches, min_size=1, max_size=4), times=st.sampled_from((1, 3)))
def test_levels_pairs_and_shares_are_those_of_each_minute(few: int, rows: list[list[Stretch]], times: int) -> None:
    rows = [row * times for row in rows]  # three times as many are more than sixteen at once
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agent_sweep, "FEW", few)
        found = swept(bounds(rows)).to_pylist()
    for row, told in zip(rows, found, strict=True):
        levels, pairs, equal = minute_by_minute(row)
        assert by(told, "level", "level", "slot") == levels
        assert by(told, "pair", "one", "other", "slot") == pairs
        assert by(told, "level_total", "level") == counted(levels)
        assert by(told, "pair_total", "one", "other") == counted(pairs)
        parts = zip(told["share__equal__high"], told["share__equal__low"], strict=True)
        shares = zip(told["share__channel"], told["share__slot"], parts, strict=True)
        assert {(channel, slot): high * STEP + low for channel, slot, (high, low) in shares if high or low} == equal


def test_contacts_whose_hashes_begin_alike_are_told_apart() -> None:
    """Both lists of a row are in one order, though they meet the contacts in different ones."""
    rows = [[(0, 10, 0)], [(60, 100, 0), (70, 80, 1), (90, 150, 2)]]
    hashes, alike = {0: 2**63, 1: 2**63 + 1, 2: 2**63 + 2}, bounds(rows)
    for name in ("begun", "ended"):
        named = [[hashes[number] for number in row] for row in alike[name].to_pylist()]
        alike = alike.set_column(alike.column_names.index(name), name, pa.array(named, pa.list_(pa.uint64())))
    told = swept(alike).to_pylist()[1]
    spent = dict(zip(told["contact__contact"], told["contact__gross"], strict=True))
    assert spent == {hashes[number]: (hi - lo) * MINUTE for number, (lo, hi, _) in enumerate(rows[1])}


def test_a_crowd_in_one_row_takes_no_room_in_the_others() -> None:
    """Five thousand at once beside a hundred ordinary days: a cell for every row, level and quarter hour would be 400 MB."""
    crowd = [(number % 700, 1440 - number % 700, 0) for number in range(5000)]
    tracemalloc.start()
    try:
        found = swept(bounds([crowd, *([[(0, 1440, 1)]] * 100)]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert by(found.slice(0, 1).to_pylist()[0], "level", "level", "slot") == minute_by_minute(crowd)[0]
    assert peak < 100 << 20


def test_rows_swept_in_turn_lie_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine takes ten times as long to read some ninety columns in pieces."""
    rows: list[list[Stretch]] = [[(0, 60, 0)], [(5, 9, 1)], [(7, 90, 0), (8, 20, 1)]]
    at_once = swept(bounds(rows))
    monkeypatch.setattr(agent_sweep, "AT_ONCE", 1)
    in_turn = swept(bounds(rows))
    assert {column.num_chunks for column in in_turn.columns} == {1}
    assert in_turn.to_pylist() == at_once.to_pylist()
