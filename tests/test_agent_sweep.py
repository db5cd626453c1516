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
from sql.agent_sweep import LOW_BITS, SLOT, UNIT, _parted, _weighed, swept

ms = st.integers(0, SLOT)


def whole(high: np.ndarray, low: np.ndarray) -> list[int]:
    """The shares of the only gap."""
    return [(int(one[0]) << LOW_BITS) + int(other[0]) for one, other in zip(high, low, strict=True)]


def shares(time: int, weights: list[int]) -> list[int]:
    """Share k is ⌊T × W(k) ÷ W⌋ − ⌊T × W(k−1) ÷ W⌋ of the time in units, W(k) being the weight of the first k channels."""
    to = [sum(weights[:number]) for number in range(len(weights) + 1)]
    cut = [time * UNIT * each // to[-1] for each in to]
    return [cut[number + 1] - cut[number] for number in range(len(weights))]


@given(time=ms, counts=st.lists(st.integers(0, 300), min_size=1, max_size=6).filter(any))
def test_shares_of_contacts_add_up(time: int, counts: list[int]) -> None:
    found = whole(*_parted(np.array([time]), np.array(counts)[:, None], np.array([sum(counts)])))
    assert found == shares(time, counts)
    assert sum(found) == time * UNIT


@given(time=ms, weights=st.lists(st.integers(1, 40 * 26771144400), min_size=1, max_size=6))
def test_shares_by_capacity_add_up(time: int, weights: list[int]) -> None:
    given_ = np.array([time]), np.array(weights)[:, None]
    found = whole(*_weighed(*given_, np.array([True])))
    assert found == shares(time, weights)
    assert sum(found) == time * UNIT
    assert whole(*_weighed(*given_, np.array([False]))) == [0] * len(weights)


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
            "begun": pa.array([sorted(range(len(row)), key=lambda n, row=row: row[n][0]) for row in rows], pa.list_(pa.uint64())),
            "ended": pa.array([sorted(range(len(row)), key=lambda n, row=row: row[n][1]) for row in rows], pa.list_(pa.uint64())),
        }
    )  # fmt: skip


def minute_by_minute(row: list[Stretch]) -> tuple[Counter[Any], Counter[Any]]:
    """Milliseconds by number in hand and quarter hour, and by two channels in hand and quarter hour."""
    levels: Counter[Any] = Counter()
    pairs: Counter[Any] = Counter()
    for minute in range(1440):
        held = [place for lo, hi, place in row if lo <= minute < hi]
        if held:
            levels[len(held), minute // 15] += MINUTE
        for one, other in combinations(sorted(set(held)), 2):
            pairs[CHANNELS[one], CHANNELS[other], minute // 15] += MINUTE
    return levels, pairs


def by(row: dict[str, Any], name: str, *keys: str) -> dict[Any, int]:
    """The columns of a row as milliseconds by what they are of."""
    return dict(zip(zip(*(row[f"{name}__{key}"] for key in keys), strict=True), row[f"{name}__ms"], strict=True))


def counted(found: Counter[Any]) -> dict[Any, int]:
    """The same without the quarter hour."""
    total: Counter[Any] = Counter()
    for key, spent in found.items():
        total[key[:-1]] += spent
    return dict(total)


@pytest.mark.parametrize("dense", [agent_sweep._DENSE, 0], ids=["in place", "crowded"])
@given(rows=st.lists(stretches, min_size=1, max_size=4))
def test_levels_and_pairs_are_those_of_each_minute(dense: int, rows: list[list[Stretch]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agent_sweep, "_DENSE", dense)
        found = swept(bounds(rows)).to_pylist()
    for row, told in zip(rows, found, strict=True):
        levels, pairs = minute_by_minute(row)
        assert by(told, "level", "level", "slot") == levels
        assert by(told, "pair", "one", "other", "slot") == pairs
        assert by(told, "level_total", "level") == counted(levels)
        assert by(told, "pair_total", "one", "other") == counted(pairs)


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
