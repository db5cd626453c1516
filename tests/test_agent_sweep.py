"""The shares of the sweep that writes agent-days, against whole numbers of any size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sql.agent_sweep import LOW_BITS, SLOT, UNIT, _parted, _weighed

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
