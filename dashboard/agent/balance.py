"""The equations agent time obeys, as printed: rounded so that what is on the page adds up, with the residual of what is not rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.agent.tally import Tally
from dashboard.format import parts

MILLISECONDS = 3  # decimals of a second in which products of whole numbers are printed: there they are exact


@dataclass(frozen=True, slots=True)
class Equation:
    """Terms (name, seconds) and the sum they come to; `residual_ms` is what they lack, in whole milliseconds: 0, or something is wrong."""

    name: str
    terms: tuple[tuple[str, float], ...]
    total: float
    decimals: int = 0

    @property
    def residual_ms(self) -> int:
        """The difference, to the millisecond the engine counts in."""
        return round(1000 * (self.total - sum(seconds for _, seconds in self.terms)))

    def printed(self) -> tuple[tuple[tuple[str, float], ...], float]:
        """Terms and total rounded so that they add up as they stand; what does not add up is rounded as it is."""
        total = round(self.total, self.decimals)
        if self.residual_ms:
            return tuple((name, round(seconds, self.decimals)) for name, seconds in self.terms), total
        shown = parts([seconds for _, seconds in self.terms], total, self.decimals)
        return tuple((name, value) for (name, _), value in zip(self.terms, shown, strict=True)), total


def equations(tally: Tally, levels: Sequence[tuple[int, float]], order: Sequence[str]) -> list[Equation]:
    """Shares make the time worked, levels make it too, levels times contacts make gross, and states make the time staffed.

    Shares are left out where a filter by channel shows only some of them, or where some could not be shared out; an equation of which a
    term is held back is left out whole.
    """
    found = []
    if not tally.unshared and not tally.partly and tally.channels:
        found.append(Equation("shares", tuple(tally.shares(order)), tally.wall))
    if levels:
        found.append(Equation("levels", tuple((str(level), seconds) for level, seconds in levels), tally.wall))
    if levels and not tally.partly:
        found.append(Equation("gross", tuple((str(level), level * seconds) for level, seconds in levels), tally.gross, MILLISECONDS))
    staffed = tally.seconds("staffed_time")
    if staffed and not tally.held("agent_time_wall", "ready_time", "auxiliary_time"):
        told = [("busy", tally.wall), ("ready", tally.seconds("ready_time")), ("auxiliary", tally.seconds("auxiliary_time"))]
        found.append(Equation("staffed", tuple(told), staffed))
    return found
