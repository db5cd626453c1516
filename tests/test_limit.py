"""Natural limits against published series, and the two rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.limit import ENOUGH, limits, signals

NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
JETS = [78.4, 80.1, 84.4, 79.1, 80.4, 83.5, 73.8, 83.5, 75.0, 76.8, 70.5, 80.3, 82.4, 79.4, 86.4, 90.5, 77.7, 82.5, 79.9, 83.2]


def test_nist_series():
    found = limits(NIST)
    assert found is not None
    assert (found.mean, found.low, found.high, found.ranges) == pytest.approx((50.81, 45.816, 55.804, 6.135), abs=1e-3)
    assert found.provisional


def test_jet_diameters():
    found = limits(JETS)
    assert found is not None
    assert (found.mean, found.low, found.high, found.ranges) == pytest.approx((80.39, 66.23, 94.55, 17.40), abs=0.02)
    assert found.n == ENOUGH
    assert not found.provisional


def test_too_few_points_have_no_limits():
    assert limits([]) is None
    assert limits([1.0, None]) is None


def test_a_point_outside_and_a_run_of_eight():
    within = limits(JETS)
    assert within is not None
    assert signals([80.0, 95.0, 66.0], within) == {1: 1, 2: -1}
    assert signals([81.0] * 7, within) == {}
    assert set(signals([79.0, *[81.0] * 8], within)) == set(range(1, 9))
    assert set(signals([81.0] * 4 + [None] + [81.0] * 4, within)) == {0, 1, 2, 3, 5, 6, 7, 8}


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30), st.floats(-1e3, 1e3), st.sampled_from([0.5, 2.0, 4.0]))
def test_limits_follow_shift_and_scale(values, shift, factor):
    plain, moved = limits(values), limits([value * factor + shift for value in values])
    assert plain is not None
    assert moved is not None
    assert (moved.low, moved.mean, moved.high) == pytest.approx(
        (plain.low * factor + shift, plain.mean * factor + shift, plain.high * factor + shift), abs=1e-6
    )


@given(st.lists(st.one_of(st.none(), st.floats(-100, 100)), min_size=2, max_size=40))
def test_signals_point_at_their_side(values):
    within = limits(values)
    if within is None:
        return
    for at, side in signals(values, within).items():
        assert values[at] is not None
        assert (values[at] > within.mean) == (side > 0)
