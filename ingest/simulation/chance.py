"""Seeded chance, made cheap: quantile tables looked up by random bits instead of formulas evaluated each time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from statistics import NormalDist
from typing import Any, TypeVar

T = TypeVar("T")
SIZE = 4096


def _table(shape: float) -> tuple[float, ...]:
    """Quantiles of a log-normal of mean 1 with this sigma."""
    normal = NormalDist()
    raw = [math.exp(shape * normal.inv_cdf((i + 0.5) / SIZE)) for i in range(SIZE)]
    mean = sum(raw) / SIZE
    return tuple(value / mean for value in raw)


NARROW = _table(0.35)
MIDDLE = _table(0.6)
WIDE = _table(0.95)
WAIT = tuple(-math.log(1 - (i + 0.5) / SIZE) for i in range(SIZE))  # exponential of mean 1
NORMAL = tuple(NormalDist().inv_cdf((i + 0.5) / SIZE) for i in range(SIZE))


class Chance:
    """One seeded stream of chance. The same seed gives the same draws on every machine and Python version."""

    __slots__ = ("_random", "bits", "unit")

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.unit = self._random.random
        self.bits = self._random.getrandbits

    def __getstate__(self) -> tuple[Any, ...]:
        return self._random.getstate()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._random = Random()
        self._random.setstate(state)
        self.unit = self._random.random
        self.bits = self._random.getrandbits

    def spread(self, mean: float, table: tuple[float, ...] = MIDDLE) -> int:
        """A whole number of milliseconds around `mean` milliseconds, shaped by a quantile table."""
        return int(mean * table[self.bits(12)]) + 1

    def wait(self, mean: float) -> int:
        """An exponential delay in whole milliseconds."""
        return int(mean * WAIT[self.bits(12)]) + 1

    def between(self, low: float, high: float) -> int:
        """A whole number from low to high."""
        return int(low + (high - low) * self.unit())

    def count(self, mean: float) -> int:
        """A Poisson number (by the normal law above 30, where nobody sees the difference)."""
        if mean > 30:
            return max(0, round(mean + math.sqrt(mean) * NORMAL[self.bits(12)]))
        limit, number, product = math.exp(-mean), 0, self.unit()
        while product > limit:
            number += 1
            product *= self.unit()
        return number

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike."""
        return choices[int(self.unit() * len(choices))]
