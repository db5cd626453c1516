"""What chance alone does to a series: natural limits, and the points it does not explain.

An individuals chart (XmR): limits are the mean ± 2.66 × the mean moving range, 2.66 being 3 / 1.128, the factor that turns the mean range
of two neighbours into three standard deviations. A point outside the limits is a signal; so is a run of eight on one side of the mean.
These two rules together cry wolf about once in 152 points; all four of the usual rules do so once in 92 (research/methods.md, 4.5).
Limits from fewer than twenty points are provisional: with eight, 3 % of the points of a series that does not move fall outside.

    limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])      mean 50.81, low 45.816, high 55.804
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, isfinite

ENOUGH = 20
RUN = 8
_LIMIT, _RANGE = 2.66, 3.267


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural limits of a series, in its unit. `ranges` is the upper limit of the moving range, `n` the points they were made from."""

    mean: float
    low: float
    high: float
    ranges: float
    n: int

    @property
    def provisional(self) -> bool:
        """Whether they come from too few points to judge by."""
        return self.n < ENOUGH

    def hold(self, value: float) -> bool:
        """Whether chance may reach a value."""
        return self.low <= value <= self.high


def limits(values: Sequence[float | None]) -> Limits | None:
    """The natural limits of a series in order of time; missing points are passed over. None from fewer than two points."""
    present = [value for value in values if value is not None and isfinite(value)]
    if len(present) < 2:
        return None
    mean = fsum(present) / len(present)
    moving = fsum(abs(after - before) for before, after in pairwise(present)) / (len(present) - 1)
    return Limits(mean, mean - _LIMIT * moving, mean + _LIMIT * moving, _RANGE * moving, len(present))


def signals(values: Sequence[float | None], within: Limits) -> dict[int, int]:
    """Position → side (+1 above, -1 below) of every point chance does not explain: outside the limits, or in a run of eight on one side.

    A missing point neither lengthens nor breaks a run; a point on the mean breaks it.
    """
    found: dict[int, int] = {}
    run: list[int] = []
    side = 0
    for at, value in enumerate(values):
        if value is None:
            continue
        here = (value > within.mean) - (value < within.mean)
        run = [*run, at] if here == side else [at]
        side = here
        if not within.hold(value):
            found[at] = here
        if side and len(run) >= RUN:
            found.update(dict.fromkeys(run, side))
    return found
