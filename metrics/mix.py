"""Why a ratio moved: because its parts perform otherwise, or because their weights shifted (Kitagawa's decomposition of two rates).

For each part c with weight w (its share of the bottom) and rate r, before (0) and after (1), and R̄ the mean of the two overall rates:

    performance_c = (r1 − r0) × (w1 + w0) / 2            mix_c = (w1 − w0) × ((r1 + r0) / 2 − R̄)

All effects add up to R1 − R0 exactly, which is computed in fractions here, not believed. Measuring the mix against R̄ changes no sum (the
weights' changes add up to zero) and makes each part's effect readable: a part that is better than the rest and grows lifts the whole.
A part absent from one period has no rate there; it is given its rate of the other one, so that its coming or going is all mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from metrics.result import Figure

Pair: TypeAlias = tuple[Fraction, Fraction]  # top, bottom
Both: TypeAlias = tuple[Pair, Pair]  # before, after


@dataclass(frozen=True, slots=True)
class Effect:
    """One part: its weights and rates before and after (a rate is None where the part was absent), and what it did to the whole."""

    part: str
    weights: tuple[float, float]
    rates: tuple[float | None, float | None]
    performance: Fraction
    mix: Fraction


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole before and after, and the effects between them. `residual` is what they leave unexplained: zero, and shown to be."""

    before: Fraction
    after: Fraction
    effects: tuple[Effect, ...]

    @property
    def performance(self) -> Fraction:
        """What the parts' own rates did."""
        return sum((effect.performance for effect in self.effects), Fraction(0))

    @property
    def mix(self) -> Fraction:
        """What the shift between parts did."""
        return sum((effect.mix for effect in self.effects), Fraction(0))

    @property
    def residual(self) -> Fraction:
        """The difference that no effect explains."""
        return self.after - self.before - self.performance - self.mix


def explain(before: Mapping[str, Figure], after: Mapping[str, Figure]) -> Explanation | None:
    """Explain the move of a ratio from the figures of its parts in two periods (top and bottom needed).

    None when a period has no denominator at all, or when a figure has no top and bottom: the whole is the sum of the parts' tops over the
    sum of their bottoms, so only a true ratio can be explained.
    """
    pairs: dict[str, Both] = {}
    for part in dict.fromkeys([*before, *after]):
        first, last = _pair(before.get(part)), _pair(after.get(part))
        if first is None or last is None:
            return None
        if first[1] or last[1]:
            pairs[part] = (first, last)
    bottoms = [sum((two[at][1] for two in pairs.values()), Fraction(0)) for at in (0, 1)]
    if not all(bottoms):
        return None
    whole = [sum((two[at][0] for two in pairs.values()), Fraction(0)) / bottoms[at] for at in (0, 1)]
    middle = (whole[0] + whole[1]) / 2
    return Explanation(whole[0], whole[1], tuple(_effect(part, two, bottoms, middle) for part, two in pairs.items()))


def _pair(figure: Figure | None) -> Pair | None:
    """Top and bottom; nothing over nothing for a part that was absent; None for a figure that is no ratio."""
    if figure is None:
        return Fraction(0), Fraction(0)
    if figure.bottom is None:
        return None
    return Fraction(figure.top or 0), Fraction(figure.bottom)


def _effect(part: str, two: Both, bottoms: list[Fraction], middle: Fraction) -> Effect:
    before, after = two
    weights = before[1] / bottoms[0], after[1] / bottoms[1]
    rates = (before[0] / before[1] if before[1] else None, after[0] / after[1] if after[1] else None)
    first = _first(rates[0], rates[1])
    last = _first(rates[1], rates[0])
    performance = (last - first) * (weights[0] + weights[1]) / 2
    mix = (weights[1] - weights[0]) * ((first + last) / 2 - middle)
    shown = (None if rates[0] is None else float(rates[0]), None if rates[1] is None else float(rates[1]))
    return Effect(part, (float(weights[0]), float(weights[1])), shown, performance, mix)


def _first(rate: Fraction | None, other: Fraction | None) -> Fraction:
    return rate if rate is not None else other if other is not None else Fraction(0)
