"""From states to figures: the last line, where a ratio stops being a pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

from metrics.interval import greenwood, survival, wilson
from metrics.metric import Interval, Kind, Metric
from metrics.result import Figure
from metrics.setting import Settings

State = Mapping[str, Any]  # role of a part → its aggregate; a part that found no row is missing


def finish(metric: Metric, settings: Settings, state: State) -> Figure:
    """The figure that a metric's aggregates make."""
    return _FINISH[metric.kind](metric, settings, state)


def _added(state: State, role: str) -> float:
    """The sum of the parts of one role, numbered from the second on."""
    name, number, total = role, 1, 0.0
    while name in state:
        value, number = state[name], number + 1
        total += 0.0 if value is None else float(value)
        name = f"{role}{number}"
    return total


def _count(_metric: Metric, _settings: Settings, state: State) -> Figure:
    value = _added(state, "top")
    return Figure(value, int(value))


def _sum(_metric: Metric, _settings: Settings, state: State) -> Figure:
    """A sum, a quantile or an extreme: no value when it rests on no row."""
    n, value = int(_added(state, "bottom")), _added(state, "top")
    return Figure(None if n == 0 or isnan(value) else value, n)


def _ratio(metric: Metric, _settings: Settings, state: State) -> Figure:
    top, bottom = _added(state, "top"), _added(state, "bottom")
    value = top / bottom if bottom else None
    low, high = None, None
    if metric.interval is Interval.WILSON:
        low, high = wilson(top, bottom) or (None, None)
    if metric.interval is Interval.BOUNDS:
        undecided = _added(state, "undecided")
        if bottom + undecided:
            low, high = top / (bottom + undecided), (top + undecided) / (bottom + undecided)
    n = _added(state, "people") if metric.people else bottom
    return Figure(value, int(n), top, bottom, low, high)


def _curve(_metric: Metric, settings: Settings, state: State) -> Figure:
    """1 − S at the horizon. Beyond the longest wait followed nothing is known, and nothing is said."""
    ends, censored = _table(state.get("top")), _table(state.get("bottom"))
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


_FINISH: dict[Kind, Callable[[Metric, Settings, State], Figure]] = {
    Kind.COUNT: _count,
    Kind.LEVEL: _count,
    Kind.DISTINCT: _count,
    Kind.SUM: _sum,
    Kind.QUANTILE: _sum,
    Kind.EXTREME: _sum,
    Kind.RATIO: _ratio,
    Kind.CURVE: _curve,
}
