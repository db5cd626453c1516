"""From values to pixels: a linear scale."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps [low, high] to [start, end] in pixels; a scale of no width puts everything in the middle."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value, beyond the ends for a value beyond them."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def clamped(self, value: float) -> float:
        """The nearest pixel inside the scale, for marks that may lie beyond it."""
        return self(min(max(value, self.low), self.high))


def around(values: Iterable[float | None], start: float, end: float, *, zero: bool = False, share: float = 0.06) -> Scale:
    """A scale that holds every value with a little air; from zero for bars. None is ignored; no value at all gives [0, 1]."""
    present = [value for value in values if value is not None and math.isfinite(value)] + ([0.0] if zero else [])
    if not present:
        return Scale(0, 1, start, end)
    low, high = min(present), max(present)
    air = (high - low) * share if high > low else abs(high) * 0.06 or 1.0
    return Scale(low if zero and low == 0 else low - air, high if zero and high == 0 else high + air, start, end)
