"""Differences with their intervals, and what may be said about them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.change import Change, Movement, apart, change, improved, movement
from metrics.metric import Better
from metrics.result import Figure


def wilson(top: int, bottom: int) -> Figure:
    z, p = 1.959964, top / bottom
    middle, half = p + z * z / 2 / bottom, z * (p * (1 - p) / bottom + z * z / 4 / bottom**2) ** 0.5
    scale = 1 + z * z / bottom
    return Figure(p, bottom, top, bottom, (middle - half) / scale, (middle + half) / scale)


def test_difference_of_two_proportions_is_newcombes():
    moved = change(wilson(56, 70), wilson(48, 80))
    assert moved is not None
    assert (moved.value, moved.low, moved.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert moved.sure


def test_without_value_or_interval():
    assert change(None, wilson(1, 2)) is None
    assert change(Figure(None, 0), wilson(1, 2)) is None
    bare = change(Figure(300.0, 10), Figure(280.0, 10))
    assert bare == Change(20.0, None, None)
    assert not bare.sure


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_interval_holds_the_difference_and_turns_with_it(a, m, b, n):
    one, two = wilson(min(a, m), m), wilson(min(b, n), n)
    there, back = change(one, two), change(two, one)
    assert there.low - 1e-9 <= there.value <= there.high + 1e-9
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))


@pytest.mark.parametrize(
    ("moved", "sides", "provisional", "said"),
    [
        (None, {1}, False, Movement.UNKNOWN),
        (Change(0.1, -0.1, 0.3), {1}, False, Movement.NOISE),
        (Change(0.2, 0.1, 0.3), {1}, False, Movement.SIGNAL),
        (Change(0.2, 0.1, 0.3), {-1}, False, Movement.NOISE),
        (Change(0.2, 0.1, 0.3), set(), False, Movement.NOISE),
        (Change(0.2, 0.1, 0.3), set(), True, Movement.PROVISIONAL),
        (Change(20.0, None, None), {1}, False, Movement.SIGNAL),
        (Change(20.0, None, None), set(), True, Movement.UNKNOWN),
        (Change(0.0, None, None), {1}, False, Movement.NOISE),
    ],
)
def test_what_may_be_said(moved, sides, provisional, said):
    assert movement(moved, frozenset(sides), provisional) is said
    told = {Movement.SIGNAL, Movement.PROVISIONAL}
    assert movement(moved, frozenset(sides), provisional, 14.0) is (Movement.APART if said in told else said)


def test_periods_are_apart_when_one_rests_on_several_times_as_many_cases_a_day():
    assert apart(Figure(0.5, 3100), Figure(0.5, 1000), (31, 30)) is None  # 3.0 times a day, less a little
    assert apart(Figure(0.5, 3200), Figure(0.5, 1000), (31, 30)) == pytest.approx(3.0968, abs=1e-4)
    assert apart(Figure(0.5, 1000), Figure(0.5, 3000), (10, 30)) is None  # a third of a month so far, as many a day
    assert apart(Figure(0.5, 100), Figure(0.5, 3000), (30, 30)) == pytest.approx(1 / 30)
    assert apart(Figure(None, 0), Figure(0.5, 3000), (30, 30)) is None


def test_direction_of_good_comes_from_the_metric():
    up = Change(1.0, None, None)
    assert [improved(up, better) for better in (Better.HIGHER, Better.LOWER, Better.WITHIN, Better.NEITHER)] == [True, False, None, None]
