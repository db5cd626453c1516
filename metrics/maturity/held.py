"""The level that holds, beside the one computed: gained on two consecutive monthly computations, lost after two misses.

Of each pair of consecutive months the lower level was met in both and the higher was missed in at most one: so what is held stays within
the two, moving only as far as it must.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Held:
    """The level held, for how many computations it has been (0 when none is), and whether that makes it stable ground."""

    level: int
    months: int
    stable: bool


def course(levels: Sequence[int]) -> tuple[int, ...]:
    """The level held after each monthly computation, from the computed ones in order; before the first nothing was held."""
    held, found = 0, []
    for before, now in pairwise((0, *levels)):
        held = max(min(before, now), min(held, max(before, now)))
        found.append(held)
    return tuple(found)


def held(levels: Sequence[int], stable_months: int = 3) -> Held:
    """What is held after the last of these monthly computations."""
    past = course(levels)
    if not past:
        return Held(0, 0, stable=False)
    months = 0
    for each in reversed(past):
        if each < past[-1]:
            break
        months += 1
    return Held(past[-1], months if past[-1] else 0, stable=past[-1] > 0 and months >= stable_months)


def monthly(at: datetime, zone: str) -> bool:
    """Whether an instant is one of a monthly computation: the beginning of a month by the company's clock."""
    local = at.astimezone(ZoneInfo(zone))
    return (local.day, local.hour, local.minute, local.second, local.microsecond) == (1, 0, 0, 0, 0)


def months(at: datetime, zone: str, number: int) -> tuple[datetime, ...]:
    """The instants of the monthly computations up to `at`: the beginnings of the last months by the company's clock, then `at` itself.

    `number` counts `at`; an `at` that is itself the beginning of a month is not doubled.
    """
    local = at.astimezone(ZoneInfo(zone))
    begun = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [at]
    while len(found) < number:
        if begun.astimezone(at.tzinfo) < found[0]:
            found.insert(0, begun.astimezone(at.tzinfo))
        begun = (begun - timedelta(days=1)).replace(day=1)
    return tuple(found)
