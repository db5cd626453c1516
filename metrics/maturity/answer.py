"""What people said about the criteria: votes, evidence, and what was set aside. Plain values; the ledger stores them (sql/ledger)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

VALUES = (0.0, 0.5, 1.0)  # no, partly, yes
BLIND, OPEN = "blind", "open"


@dataclass(frozen=True, slots=True)
class Vote:
    """One assessor's answer to one question. `round` is blind (the first, unseen by the others) or open (after the discussion)."""

    criterion: str
    assessor: str
    direction: str
    round: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves an answer: a file, a link or a note, from the day `dated`, attached at `at`, with the hash of its content."""

    criterion: str
    kind: str
    title: str
    dated: date
    at: datetime
    digest: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A criterion set aside as not applicable, or met by an equivalent arrangement through the day `until`: why or what, and who approved
    it. Without both it counts for nothing, and ends one before it."""

    criterion: str
    reason: str
    approver: str
    at: datetime
    until: date | None = None


S = TypeVar("S", Vote, Evidence, Waiver)


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything said about one company or entity, in any order."""

    votes: tuple[Vote, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def until(self, at: datetime) -> Answers:
        """What had been said by an instant (UTC)."""

        def said(group: tuple[S, ...]) -> tuple[S, ...]:
            return tuple(each for each in group if each.at <= at)

        return Answers(said(self.votes), said(self.evidence), said(self.waivers))

    def latest(self, criterion: str) -> dict[str, dict[str, Vote]]:
        """The last vote of each assessor about a criterion, by assessor and round."""
        found: dict[str, dict[str, Vote]] = {}
        for vote in sorted((each for each in self.votes if each.criterion == criterion), key=lambda each: each.at):
            found.setdefault(vote.assessor, {})[vote.round] = vote
        return found

    def opinion(self, criterion: str) -> tuple[float, ...]:
        """What each assessor holds now: the vote after the discussion, or the blind one; sorted."""
        return tuple(sorted((each.get(OPEN) or each[BLIND]).value for each in self.latest(criterion).values()))

    def proofs(self, criterion: str) -> tuple[Evidence, ...]:
        """The evidence of a criterion, the latest first."""
        return tuple(sorted((each for each in self.evidence if each.criterion == criterion), key=lambda each: each.at, reverse=True))

    def standing(self, criterion: str, months: int, day: date) -> tuple[Evidence, ...]:
        """The evidence that is valid on a day, `months` after its date at the latest (0: without an end), the latest first."""
        return tuple(each for each in self.proofs(criterion) if not months or day <= later(each.dated, months))

    def waived(self, criterion: str) -> bool:
        """Whether a criterion is set aside, with reason and approver."""
        found = self.waiver(criterion)
        return found is not None and found.until is None

    def arrangement(self, criterion: str) -> Waiver | None:
        """The equivalent arrangement that was last approved for a criterion, whether its day has passed or not."""
        found = self.waiver(criterion)
        return found if found is not None and found.until is not None else None

    def waiver(self, criterion: str) -> Waiver | None:
        """What was last approved about a criterion, why and by whom; None where that was taken back, or nothing was said."""
        said = sorted((each for each in self.waivers if each.criterion == criterion), key=lambda each: each.at)
        return said[-1] if said and said[-1].reason.strip() and said[-1].approver.strip() else None


def later(day: date, months: int) -> date:
    """The same day some calendar months later, or the last of that month where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def median(values: Iterable[float]) -> float | None:
    """The middle answer; of an even number the lower of the two, so that a tie is never a yes. None without answers."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
