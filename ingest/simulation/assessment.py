"""What Vaubrun's committee answered in its two assessments: three directions, blind and then together, with what they showed for it.

The levels claimed differ here and there from those the data earn: that difference is what a committee should look at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ASSESSORS = (("Claire A.", "Relation client"), ("Hugo M.", "Magasins"), ("Inès C.", "Données"))
QUESTIONS = {
    "journeys": (("map", "drops"), ("plan", "changes"), ("rules", "foresee")),
    "governance": (("list", "arbiter"), ("sponsor", "sessions"), ("mandate", "roadmap")),
    "performance": (("reports", "definitions"), ("sample", "used"), ("targets", "worth")),
    "attribution": (("setter", "rivals"), ("derived", "rule"), ("key", "reward")),
    "pricing": (("setter", "complaint"), ("calendar", "exceptions"), ("relay", "known")),
    "logistics": (("flows", "crossing"), ("seen", "checked"), ("open", "refund")),
    "data": (("keys", "steward"), ("triggers", "worth"), ("models", "drift")),
}
# How many levels each dimension is said to have, by assessment: days before the end → dimension → level.
CLAIMED = {
    235: {"journeys": 2, "governance": 2, "performance": 2, "attribution": 1, "pricing": 1, "logistics": 1, "data": 2},
    18: {"journeys": 2, "governance": 3, "performance": 3, "attribution": 2, "pricing": 1, "logistics": 1, "data": 3},
}
UNPROVEN = frozenset({"pricing.2.calendar", "pricing.2.exceptions", "journeys.3.rules"})  # said, and nothing shown


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one question: a vote of each assessor before and after the discussion, and the title of the proof."""

    criterion: str
    blind: tuple[float, ...]
    after: tuple[float, ...]
    proof: str
    dated: date


@dataclass(frozen=True, slots=True)
class Session:
    """One assessment, on a day."""

    day: date
    title: str
    said: tuple[Said, ...]


def sessions(last: date) -> Iterator[Session]:
    """The assessments of a history that ends on `last`, in order."""
    for ago, claimed in CLAIMED.items():
        day = last - timedelta(days=ago)
        said = [_said(f"{name}.{level}.{question}", claimed[name] - level, day)
                for name, levels in QUESTIONS.items() for level, asked in enumerate(levels, 1) for question in asked]  # fmt: skip
        yield Session(day, f"Évaluation du {day.day:02d}/{day.month:02d}/{day.year}", tuple(said))


def _said(criterion: str, beyond: int, day: date) -> Said:
    """A level that is claimed is answered yes; the one above in part or not at all."""
    age = sum(map(ord, criterion)) % 150
    if beyond >= 0:
        first = (1.0, 0.5, 1.0) if sum(map(ord, criterion)) % 4 == 0 else (1.0, 1.0, 1.0)
        return Said(criterion, first, (1.0, 1.0, 1.0), "Dossier présenté en séance", day - timedelta(days=age))
    if criterion in UNPROVEN:
        return Said(criterion, (1.0, 1.0, 0.5), (1.0, 1.0, 1.0), "", day)
    value = 0.5 if beyond == -1 and sum(map(ord, criterion)) % 2 else 0.0
    return Said(criterion, (value, 0.0, value), (value, value, value), "", day)
