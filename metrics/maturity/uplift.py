"""The gain of those treated over those held out, with its 95 % interval (Newcombe 1998, method 10: two Wilson intervals)."""

from __future__ import annotations

from math import sqrt

from metrics.interval import wilson


def uplift(treated: tuple[int, int], control: tuple[int, int]) -> tuple[float, float, float] | None:
    """(difference, low, high) of two shares, each given as (top, bottom); None when one of them is empty."""
    one, other = wilson(*treated), wilson(*control)
    if one is None or other is None:
        return None
    p, q = treated[0] / treated[1], control[0] / control[1]
    gain = p - q
    low = gain - sqrt((p - one[0]) ** 2 + (other[1] - q) ** 2)
    high = gain + sqrt((one[1] - p) ** 2 + (q - other[0]) ** 2)
    return gain, low, high
