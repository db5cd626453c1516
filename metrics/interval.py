"""Intervals of 95 %: proportions (Wilson 1927) and product-limit estimates (Kaplan and Meier 1958, Greenwood's variance)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z = 1.959963984540054  # the normal quantile of 97.5 %


def wilson(top: float, bottom: float) -> tuple[float, float] | None:
    """The Wilson score interval of top successes out of bottom; None when bottom is 0 or top is no part of it."""
    if bottom <= 0 or not 0 <= top <= bottom:
        return None
    p, z2 = top / bottom, Z * Z
    centre = p + z2 / (2 * bottom)
    half = Z * sqrt(p * (1 - p) / bottom + z2 / (4 * bottom * bottom))
    scale = 1 + z2 / bottom
    # the share itself is always inside: at none or all of many, rounding would put the end a hair on the wrong side of it
    return max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale))


@dataclass(frozen=True, slots=True)
class Survival:
    """S(t) at one instant, Greenwood's variance of it, and how many were followed. `known` is False beyond the last one followed."""

    share: float
    variance: float
    n: int
    known: bool


def survival(ends: Mapping[int, int], censored: Mapping[int, int], horizon: float) -> Survival:
    """The product-limit estimate at `horizon`. At one instant ends come before censorings: those censored there were still at risk."""
    n = sum(ends.values()) + sum(censored.values())
    at_risk, share, spread = n, 1.0, 0.0
    for instant in sorted(set(ends) | set(censored)):
        if instant > horizon:
            break
        ended = ends.get(instant, 0)
        if ended:
            share *= 1 - ended / at_risk
            spread += ended / (at_risk * (at_risk - ended)) if at_risk > ended else 0.0
        at_risk -= ended + censored.get(instant, 0)
    return Survival(share, share * share * spread, n, known=at_risk > 0 or share == 0)


def greenwood(estimate: Survival) -> tuple[float, float] | None:
    """The log(-log) interval of S(t); None where the variance says nothing (S is 0 or 1)."""
    if not 0 < estimate.share < 1:
        return None
    width = Z * sqrt(estimate.variance) / (estimate.share * abs(log(estimate.share)))
    return estimate.share ** exp(width), estimate.share ** exp(-width)
