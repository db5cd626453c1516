"""How far assessors agree: Krippendorff's alpha (Computing Krippendorff's Alpha-Reliability, 2011), missing answers allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import permutations
from random import Random

Difference = Callable[[float, float, Counter[float]], float]


def _nominal(a: float, b: float, _: Counter[float]) -> float:
    return float(a != b)


def _ordinal(a: float, b: float, totals: Counter[float]) -> float:
    low, high = sorted((a, b))
    between = sum(number for value, number in totals.items() if low <= value <= high)
    return (between - (totals[low] + totals[high]) / 2) ** 2


def _interval(a: float, b: float, _: Counter[float]) -> float:
    return (a - b) ** 2


def _ratio(a: float, b: float, _: Counter[float]) -> float:
    return ((a - b) / (a + b)) ** 2 if a + b else 0.0


DIFFERENCES: dict[str, Difference] = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}


def alpha(units: Iterable[Sequence[float | None]], level: str = "ordinal") -> float | None:
    """1 − observed ÷ expected disagreement over the pairable answers of all units; None where there is nothing to compare.

    Each unit is the answers of all assessors to one criterion, in any order, None for those who did not answer.
    """
    differs = DIFFERENCES[level]
    answered = [[each for each in unit if each is not None] for unit in units]
    pairable = [unit for unit in answered if len(unit) > 1]
    totals = Counter(value for unit in pairable for value in unit)
    n = sum(totals.values())
    if n < 2 or len(totals) < 2:
        return None
    observed = sum(sum(differs(a, b, totals) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in pairable) / n
    pairs = sum(differs(a, b, totals) * totals[a] * totals[b] for a, b in permutations(totals, 2))
    expected = pairs / (n * (n - 1))
    return 1 - observed / expected if expected else None


@lru_cache(maxsize=32)
def interval(units: tuple[tuple[float | None, ...], ...], level: str = "ordinal", draws: int = 400) -> tuple[float, float] | None:
    """The 95 % interval of alpha by resampling criteria (seeded: the same answers give the same interval)."""
    chance = Random(1)  # noqa: S311 - a repeatable resampling, not a secret
    found = sorted(
        each for _ in range(draws) if (each := alpha([units[chance.randrange(len(units))] for _ in units], level)) is not None
    ) if units else []  # fmt: skip
    return (found[int(0.025 * len(found))], found[int(0.975 * (len(found) - 1))]) if len(found) >= draws // 2 else None


def apart(opinions: Iterable[tuple[Hashable, Sequence[float]]]) -> list[tuple[Hashable, float]]:
    """The criteria on which assessors differ, widest first: (criterion, range)."""
    ranges = [(name, max(values) - min(values)) for name, values in opinions if len(values) > 1]
    return sorted((each for each in ranges if each[1] > 0), key=lambda each: (-each[1], str(each[0])))
