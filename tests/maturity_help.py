"""Random answers and readings for a model, for laws that must hold whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from metrics.maturity.answer import BLIND, OPEN, VALUES, Answers, Evidence, Vote, Waiver
from metrics.maturity.model import Criterion, Kind, Model, original
from metrics.maturity.score import Reading

AT = datetime(2026, 11, 1, tzinfo=UTC)
Readings = dict[tuple[str, int], Reading]


def passing(model: Model) -> Readings:
    """Readings with which every indicator passes."""
    found: Readings = {}
    for criterion in model.criteria:
        for bar in criterion.tests:
            found[bar.measure, bar.days] = good(bar.kind, low=bar.at_most is not None)
    return found


def good(kind: Kind, *, low: bool) -> Reading:
    """A reading on the good side of any bar of this kind."""
    if kind is Kind.COUNT:
        return Reading(0 if low else 1000, 0, 1000)
    if kind is Kind.UPLIFT:
        return Reading(0, 0, 1000, value=0.1, low=0.05, high=0.15)
    if kind is Kind.CURVE:
        return Reading(0, 0, 2000, ends=((0, 2000),))
    if kind is Kind.MARGIN:
        return Reading(5_000, 10_000, 10_000)
    return Reading(0 if low else 100_000, 100_000, 100_000)


def yes(criterion: Criterion, value: float = 1.0, at: datetime = AT) -> tuple[Vote, ...]:
    """Three assessors who agree."""
    return tuple(Vote(criterion.id, f"p{n}", f"d{n}", BLIND, value, at) for n in range(3))


def proof(criterion: Criterion, at: datetime = AT) -> Evidence:
    """A note of the day."""
    return Evidence(criterion.id, "note", "seen", at.date(), at)


def complete(model: Model) -> Answers:
    """Every question answered yes, with evidence."""
    asked = [each for each in model.criteria if each.question]
    return Answers(tuple(vote for each in asked for vote in yes(each)), tuple(proof(each) for each in asked))


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Answers that favour yes, so that levels are reached; some waivers."""
    asked = [each for each in original().criteria if each.question]
    votes, evidence, waivers = [], [], []
    for each in asked:
        for person in range(draw(st.sampled_from((0, 1, 3, 3)))):
            value = draw(st.sampled_from((*VALUES, 1.0, 1.0, 1.0, 1.0)))
            late = timedelta(days=draw(st.integers(0, 400)))
            votes.append(Vote(each.id, f"p{person}", f"d{person}", draw(st.sampled_from((BLIND, OPEN))), value, AT - late))
        if draw(st.sampled_from((True, True, True, False))):
            evidence.append(proof(each, AT - timedelta(days=draw(st.integers(0, 400)))))
    for each in draw(st.lists(st.sampled_from(original().criteria), max_size=4)):  # one approver in two is missing
        waivers += [Waiver(each.id, "no stores", draw(st.sampled_from(("chair", ""))), AT)]
    return Answers(tuple(votes), tuple(evidence), tuple(waivers))


@st.composite
def readings(draw: st.DrawFn) -> Readings:
    """Readings most of which pass."""
    found = passing(original())
    for key in draw(st.lists(st.sampled_from(sorted(found)), max_size=4, unique=True)):
        if draw(st.booleans()):
            del found[key]
        else:
            found[key] = Reading(draw(st.integers(0, 40)), 40, 40, value=0.1, low=-0.1, high=0.3)
    return found


def levels(scores: Mapping[str, object]) -> dict[str, int]:
    """The level of each dimension."""
    return {name: each.level for name, each in scores.items()}
