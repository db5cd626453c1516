"""A figure of several rows together, where their figures say enough to know it exactly.

A live board shows queues, their channels and everything at once, several times a second; asking each level again would triple its cost.
Counts and levels add, extremes are compared, ratios are added pair by pair and divided last. Nothing is ever averaged: metrics of other
kinds, and those whose interval is shown, have to be asked at each level and are refused here. A test holds these totals against asked ones.
"""

from collections.abc import Iterable

from metrics.metric import Interval, Kind
from metrics.registry import metric as registered
from metrics.result import Figure


def together(metric: str, figures: Iterable[Figure]) -> Figure:
    """The figure of all rows of one metric, without an interval; ValueError for a kind whose figures do not add up."""
    rows, declared = list(figures), registered(metric)
    n = round(_sum(row.n for row in rows))
    if declared.kind in (Kind.COUNT, Kind.LEVEL):
        return Figure(_sum(row.value for row in rows), n)
    if declared.kind is Kind.EXTREME:
        return Figure(max((row.value for row in rows if row.value is not None), default=None), n)
    if declared.kind is Kind.RATIO and declared.interval is not Interval.BOUNDS:
        top, bottom = _sum(row.top for row in rows), _sum(row.bottom for row in rows)
        return Figure(top / bottom if bottom else None, n, top, bottom)
    raise ValueError(f"the {declared.kind} {metric} of several rows cannot be told from theirs: ask it")


def _sum(values: Iterable[float | None]) -> float:
    return sum(value for value in values if value is not None)
