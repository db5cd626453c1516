"""What to do next: for each dimension the smallest set of criteria that unlocks the next level, ranked by gap closed per day of effort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.maturity.held import Held
from metrics.maturity.score import Scored, Valued


@dataclass(frozen=True, slots=True)
class Action:
    """The way to the next level of one dimension. `waits` says that the ground below is not stable yet: prepare it, do not claim it."""

    dimension: str
    level: int
    missing: tuple[Valued, ...]
    effort_days: float
    priority: float
    waits: bool

    @property
    def one_away(self) -> bool:
        """Whether a single criterion is missing."""
        return len(self.missing) == 1

    @property
    def quick(self) -> tuple[Valued, ...]:
        """What is half there and takes a week at most."""
        return tuple(each for each in self.missing if each.counted > 0 and each.criterion.effort_days <= 5)


def actions(scores: Mapping[str, Scored], held: Mapping[str, Held], targets: Mapping[str, float] | None = None) -> tuple[Action, ...]:
    """The actions of all dimensions below their target, best first; those that have to wait come last.

    `targets` are levels by dimension, 3 where none is set. The priority is weight × (target − score) ÷ days of effort; of equals the one
    with more criteria half met comes first. Level 3 waits until level 2 is stable.
    """
    found = []
    for name, each in scores.items():
        target = (targets or {}).get(name, 3.0)
        if each.level >= 3 or target <= each.level:
            continue
        following = each.level + 1
        missing = each.missing(following)
        effort = sum(one.criterion.effort_days for one in missing)
        priority = each.dimension.weight * (target - each.score) / max(effort, 0.5)
        state = held.get(name)
        waits = following == 3 and not (state is not None and state.level >= 2 and state.stable)
        found.append(Action(name, following, missing, effort, priority, waits))
    half = {each.dimension: sum(1 for one in each.missing if one.counted > 0) for each in found}
    return tuple(sorted(found, key=lambda each: (each.waits, -each.priority, -half[each.dimension], each.dimension)))
