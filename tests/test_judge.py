"""Verdicts come from bounds, never from the point."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.judge import Confidence, Verdict, confidence, judge
from metrics.metric import Target, Text
from metrics.registry import metrics
from metrics.result import Figure

ANY = metrics()["service_level"]
WHY = Text("because", "parce que")


def told(low: float | None, high: float | None):
    return replace(ANY, target=Target(low, high, WHY))


@pytest.mark.parametrize(
    ("target", "ends", "verdict"),
    [
        ((0.8, None), (0.81, 0.85), Verdict.GOOD),
        ((0.8, None), (0.80, 0.85), Verdict.GOOD),
        ((0.8, None), (0.79, 0.85), Verdict.WATCH),
        ((0.8, None), (0.70, 0.79), Verdict.BAD),
        ((None, 0.05), (0.01, 0.04), Verdict.GOOD),
        ((None, 0.05), (0.04, 0.06), Verdict.WATCH),
        ((None, 0.05), (0.06, 0.07), Verdict.BAD),
        ((0.4, 0.6), (0.45, 0.55), Verdict.GOOD),
        ((0.4, 0.6), (0.30, 0.70), Verdict.WATCH),
        ((0.4, 0.6), (0.70, 0.80), Verdict.BAD),
    ],
)
def test_from_the_ends_of_the_interval(target, ends, verdict):
    assert judge(told(*target), Figure(sum(ends) / 2, 100, low=ends[0], high=ends[1])) is verdict


@pytest.mark.parametrize(
    "figure", [Figure(None, 0), Figure(0.9, 29, low=0.85, high=0.95), Figure(0.9, None, low=0.85, high=0.95), Figure(0.9, 500)]
)
def test_nothing_is_said_without_value_number_or_interval(figure):
    assert judge(told(0.8, None), figure) is Verdict.UNKNOWN


def test_nothing_is_said_without_target_and_a_given_one_wins():
    figure = Figure(0.9, 100, low=0.85, high=0.95)
    assert judge(replace(ANY, target=None), figure) is Verdict.UNKNOWN
    assert judge(told(0.8, None), figure, Target(0.99, None, WHY)) is Verdict.BAD


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_good_and_bad_never_meet(low, high, bar, point):
    low, high = min(low, high), max(low, high)
    figure = Figure(point, 100, low=low, high=high)
    above, below = judge(told(bar, None), figure), judge(told(None, bar), figure)
    assert {above, below} != {Verdict.GOOD} or low == high == bar
    assert (above is Verdict.WATCH) == (low < bar <= high) or bar in (low, high)


@pytest.mark.parametrize(
    ("figure", "sure"),
    [
        (Figure(0.80, 5000, low=0.79, high=0.81), Confidence.HIGH),
        (Figure(0.80, 900, low=0.775, high=0.825), Confidence.MEDIUM),
        (Figure(0.80, 900, low=0.77, high=0.83), Confidence.MEDIUM),
        (Figure(0.80, 300, low=0.75, high=0.84), Confidence.LOW),
        (Figure(0.80, 29, low=0.80, high=0.80), Confidence.NONE),
        (Figure(None, 0), Confidence.NONE),
        (Figure(420.0, 1000), Confidence.HIGH),
        (Figure(420.0, 999), Confidence.MEDIUM),
        (Figure(420.0, 99), Confidence.LOW),
        (Figure(420.0, 29), Confidence.NONE),
        (Figure(1.2, None), Confidence.NONE),
    ],
)
def test_confidence_comes_from_the_interval_or_else_from_the_rows(figure, sure):
    assert confidence(figure) is sure


@given(st.floats(0, 0.4), st.floats(0, 0.4), st.integers(30, 10**6))
def test_a_narrower_interval_is_never_less_sure(half, more, n):
    order = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
    narrow, wide = (confidence(Figure(0.5, n, low=0.5 - each, high=0.5 + each)) for each in (half, half + more))
    assert order.index(narrow) <= order.index(wide)
