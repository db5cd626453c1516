"""From states to figures: the last line, where a ratio stops being a pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from typing import Any

from metrics.interval import greenwood, survival, wilson
from metrics.metric import Interval, Kind, Metric
from metrics.result import Figure
from metrics.setting import Settings

State = Mapping[str, Sequence[Any]]  # role of a part → its aggregates, one for each row of an answer, None where it found no row


def finish(metric: Metric, settings: Settings, state: State, rows: int) -> list[Figure]:
    """The figures that a metric's aggregates make, one for each of so many rows; without any part, without a value."""
    return _FINISH[metric.kind](metric, settings, state, rows)


def _added(state: State, role: str, rows: int) -> list[float]:
    """The sums of the parts of one role, numbered from the second on."""
    name, number, totals = role, 1, [0.0] * rows
    while name in state:
        added = [0.0 if value is None else float(value) for value in state[name]]
        totals = [total + value for total, value in zip(totals, added, strict=True)] if number > 1 else added
        number += 1
        name = f"{role}{number}"
    return totals


def _count(_metric: Metric, _settings: Settings, state: State, rows: int) -> list[Figure]:
    return [Figure(value, int(value)) for value in _added(state, "top", rows)]


def _sum(_metric: Metric, _settings: Settings, state: State, rows: int) -> list[Figure]:
    """A sum, a quantile or an extreme: no value when it rests on no row."""
    pairs = zip(_added(state, "top", rows), map(int, _added(state, "bottom", rows)), strict=True)
    return [Figure(None if n == 0 or isnan(value) else value, n) for value, n in pairs]


def _ratio(metric: Metric, _settings: Settings, state: State, rows: int) -> list[Figure]:
    tops, bottoms = _added(state, "top", rows), _added(state, "bottom", rows)
    undecided = _added(state, "undecided", rows)
    numbers = _added(state, "people", rows) if metric.people else bottoms
    return [_share(metric.interval, *each) for each in zip(tops, bottoms, undecided, numbers, strict=True)]


def _share(interval: Interval, top: float, bottom: float, undecided: float, n: float) -> Figure:
    low, high = None, None
    if interval is Interval.WILSON:
        low, high = wilson(top, bottom) or (None, None)
    if interval is Interval.BOUNDS and bottom + undecided:
        low, high = top / (bottom + undecided), (top + undecided) / (bottom + undecided)
    return Figure(top / bottom if bottom else None, int(n), top, bottom, low, high)


def _curve(_metric: Metric, settings: Settings, state: State, rows: int) -> list[Figure]:
    nothing = [None] * rows
    return [_replied(settings, *each) for each in zip(state.get("top", nothing), state.get("bottom", nothing), strict=True)]


def _replied(settings: Settings, top: Any, bottom: Any) -> Figure:
    """1 − S at the horizon. Beyond the longest wait followed nothing is known, and nothing is said."""
    ends, censored = _table(top), _table(bottom)
    horizon = float(settings["horizon_s"])
    estimate = survival(ends, censored, horizon)
    replied = sum(number for instant, number in ends.items() if instant <= horizon)
    if estimate.n == 0 or not estimate.known:
        return Figure(None, estimate.n, replied, estimate.n)
    low, high = greenwood(estimate) or (None, None)
    return Figure(
        1 - estimate.share,
        estimate.n,
        replied,
        estimate.n,
        None if high is None else 1 - high,
        None if low is None else 1 - low,
    )


def _table(value: Any) -> dict[int, int]:
    """A sumMap as the engine gives it: two arrays in a tuple."""
    if value is None:
        return {}
    keys, numbers = value.values() if isinstance(value, dict) else value
    return {int(key): int(number) for key, number in zip(keys, numbers, strict=True)}


_FINISH: dict[Kind, Callable[[Metric, Settings, State, int], list[Figure]]] = {
    Kind.COUNT: _count,
    Kind.LEVEL: _count,
    Kind.DISTINCT: _count,
    Kind.SUM: _sum,
    Kind.QUANTILE: _sum,
    Kind.EXTREME: _sum,
    Kind.RATIO: _ratio,
    Kind.CURVE: _curve,
}
