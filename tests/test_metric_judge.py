"""A verdict comes from the bounds, and is withheld where they say nothing."""

from __future__ import annotations

import pytest

from metrics.judge import Verdict, judge
from metrics.metric import Target, Text
from metrics.registry import metric
from metrics.result import Figure

MINE = Text("ours", "la nôtre")


@pytest.mark.parametrize(
    ("name", "figure", "target", "verdict"),
    [
        ("service_level", Figure(0.9, 1000, 900, 1000, 0.88, 0.917), None, Verdict.GOOD),
        ("service_level", Figure(0.8, 1000, 800, 1000, 0.774, 0.824), None, Verdict.WATCH),
        ("service_level", Figure(0.8, 1000, 800, 1000, 0.8, 0.824), None, Verdict.GOOD),
        ("service_level", Figure(0.7, 1000, 700, 1000, 0.671, 0.728), None, Verdict.BAD),
        ("service_level", Figure(1.0, 29, 29, 29, 0.883, 1.0), None, Verdict.UNKNOWN),
        ("service_level", Figure(None, 0, 0, 0), None, Verdict.UNKNOWN),
        ("abandon_rate", Figure(0.02, 500, 10, 500, 0.011, 0.036), None, Verdict.GOOD),
        ("abandon_rate", Figure(0.09, 500, 45, 500, 0.068, 0.118), None, Verdict.BAD),
        ("waiting", Figure(12, 12), None, Verdict.UNKNOWN),
        ("waiting", Figure(12, 12), Target(None, 10, MINE), Verdict.BAD),
        ("waiting", Figure(3, 3), Target(None, 10, MINE), Verdict.GOOD),
        ("service_level_live", Figure(0.5, 6, 3, 6, 0.43, 0.57), Target(0.55, None, MINE), Verdict.WATCH),
        ("asa", Figure(12.0, 400, 4800, 400), Target(None, 20, MINE), Verdict.UNKNOWN),
        ("contacts", Figure(12, 12), Target(None, 20, MINE), Verdict.UNKNOWN),
    ],
)
def test_the_verdict(name: str, figure: Figure, target: Target | None, verdict: Verdict) -> None:
    assert judge(metric(name), figure, target) is verdict
