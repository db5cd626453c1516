"""Whether a figure really moved between two periods: the difference, its interval, and whether chance explains it.

The interval of a difference is put together from the two figures' own intervals (the square-and-add method; for two proportions with
Wilson intervals it is Newcombe's): low = d − √((a − a.low)² + (b.high − b)²), high = d + √((a.high − a)² + (b − b.low)²).
56 of 70 against 48 of 80 gives +0.200, from 0.0524 to 0.3339.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from metrics.metric import Better
from metrics.result import Figure


class Movement(StrEnum):
    """What may be said about a change. SIGNAL: chance does not explain it. NOISE: chance does. PROVISIONAL: the interval excludes zero, but
    there are too few points to know what chance does to this number. APART: it would be one of these, but the two periods rest on such
    different numbers of cases a day that they are not the same business. UNKNOWN: one of the two periods has no value."""

    SIGNAL = "signal"
    NOISE = "noise"
    PROVISIONAL = "provisional"
    APART = "apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference (now minus before) in the metric's unit, with its 95 % interval where both figures have one."""

    value: float
    low: float | None
    high: float | None

    @property
    def sure(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def change(now: Figure | None, before: Figure | None) -> Change | None:
    """The difference between two figures of one metric; None when one of them has no value."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    value = now.value - before.value
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(value, None, None)
    below = sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    above = sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Change(value, value - below, value + above)


MOST_APART = 3.0  # a system brought in for one site and then for all, a channel that is closed: several-fold, not a season


def apart(now: Figure, before: Figure, days: tuple[int, int]) -> float | None:
    """How many times as many cases a day the period rests on as the one before, where that is beyond MOST_APART either way; None otherwise.

    `days` are the lengths of the two. For estimates: a count that grows several-fold is what it says.
    """
    if not now.n or not before.n:
        return None
    ratio = (now.n / days[0]) / (before.n / days[1])
    return ratio if ratio > MOST_APART or ratio < 1 / MOST_APART else None


def movement(moved: Change | None, sides: frozenset[int], provisional: bool, other: float | None = None) -> Movement:
    """What may be said: `sides` are the sides (+1, -1) on which the period's points leave the natural limits, `provisional` whether those
    limits rest on too few points. A signal needs both: points beyond chance on the side of the change, and an interval without zero
    (where the kind has an interval). `other` is what `apart` says: no signal then, whatever the points."""
    if moved is None:
        return Movement.UNKNOWN
    if moved.low is not None and not moved.sure:
        return Movement.NOISE
    side = (moved.value > 0) - (moved.value < 0)
    if provisional:
        said = Movement.PROVISIONAL if moved.sure else Movement.UNKNOWN
    else:
        said = Movement.SIGNAL if side in sides and side else Movement.NOISE
    return Movement.APART if other is not None and said in (Movement.SIGNAL, Movement.PROVISIONAL) else said


def improved(moved: Change, better: Better) -> bool | None:
    """Whether a change is for the better; None where neither way is (a volume), or where good is to stay inside a target."""
    if better is Better.HIGHER:
        return moved.value > 0
    if better is Better.LOWER:
        return moved.value < 0
    return None
