"""Scoring: reference numbers, worked examples and the laws of methods.md 6.3."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.interval import wilson
from metrics.maturity.action import actions
from metrics.maturity.agreement import alpha, apart, interval
from metrics.maturity.answer import BLIND, OPEN, Answers, Evidence, Vote, Waiver, later, median
from metrics.maturity.card import card
from metrics.maturity.held import Held, course, held, months
from metrics.maturity.model import Bar, Kind, original
from metrics.maturity.score import Reading, judged, score, valued, whole
from metrics.maturity.uplift import uplift
from tests.maturity_help import AT, Readings, answers, complete, levels, passing, proof, readings, yes

MODEL = original()
SOME = settings(max_examples=60)


def test_all_met_is_level_three() -> None:
    scores = score(MODEL, complete(MODEL), passing(MODEL), AT)
    assert set(levels(scores).values()) == {3}
    total = whole(scores)
    assert (total.level, total.score, total.spread, total.confidence) == (3, 3.0, 0.0, 1.0)


def test_nothing_known_is_not_measured() -> None:
    scores = score(MODEL, Answers(), {}, AT)
    assert set(levels(scores).values()) == {0}
    assert {each.score for each in scores.values()} == {0.0}
    assert whole(scores).confidence == 0


@pytest.mark.parametrize("criterion", [each for each in MODEL.criteria if each.level == 1 and each.required], ids=lambda each: each.id)
def test_any_required_criterion_of_the_first_level_missing_is_not_measured(criterion: object) -> None:
    said, found = complete(MODEL), passing(MODEL)
    assert criterion.__class__.__name__ == "Criterion"
    if criterion.question:
        said = replace(said, votes=tuple(each for each in said.votes if each.criterion != criterion.id))
    else:
        for bar in criterion.tests:
            del found[bar.measure, bar.days]
    scores = score(MODEL, said, found, AT)
    assert scores[criterion.dimension].level == 0


@SOME
@given(answers(), readings())
def test_the_level_is_the_floor_of_the_score(said: Answers, found: Readings) -> None:
    for each in score(MODEL, said, found, AT).values():
        assert floor(each.score) == each.level
        assert each.level == min(each.level, 3)
        assert 0 <= each.confidence <= 1


@SOME
@given(answers(), readings(), st.sampled_from(MODEL.criteria))
def test_adding_evidence_never_lowers_a_level(said: Answers, found: Readings, criterion: object) -> None:
    more = replace(said, evidence=(*said.evidence, proof(criterion)))
    before, after = (levels(score(MODEL, each, found, AT)) for each in (said, more))
    assert all(after[name] >= before[name] for name in before)


@SOME
@given(answers(), readings(), st.randoms())
def test_the_order_of_assessors_changes_nothing(said: Answers, found: Readings, chance: random.Random) -> None:
    people = sorted({each.assessor for each in said.votes})
    other = dict(zip(people, chance.sample(people, len(people)), strict=True))
    votes = [replace(each, assessor=other[each.assessor]) for each in said.votes]
    chance.shuffle(votes)
    assert score(MODEL, replace(said, votes=tuple(votes)), found, AT) == score(MODEL, said, found, AT)


def test_few_disputes_are_no_fault_and_many_that_last_are() -> None:
    [peace] = [each for each in MODEL.criteria if each.id == "attribution.3.peace"]
    found = {key: each for key, each in passing(MODEL).items() if key[0] != "dispute_settled"}
    for settled, value in ((None, 1.0), (Reading(2, 5, 5, ((3, 2),), ((40, 3),)), 1.0), (Reading(2, 40, 40, ((3, 2),), ((40, 38),)), 0.0)):
        told = found if settled is None else found | {("dispute_settled", 90): settled}
        assert valued(peace, Answers(), told, AT.date()).value == value
    assert valued(peace, Answers(), {("dispute_settled", 90): Reading(40, 40, 40, ((3, 40),))}, AT.date()).value is None
    assert valued(peace, Answers(), {}, AT.date()).value is None


def test_a_yes_without_evidence_counts_half_and_evidence_makes_it_whole() -> None:
    criterion = MODEL.criterion("logistics.1.flows")
    assert criterion is not None
    said = Answers(yes(criterion))
    assert score(MODEL, said, {}, AT)["logistics"].values[criterion.id].value == 0.5
    proven = replace(said, evidence=(proof(criterion),))
    assert score(MODEL, proven, {}, AT)["logistics"].values[criterion.id].value == 1.0


def test_the_median_of_an_even_number_is_the_lower_of_the_two() -> None:
    assert median([1, 0.5]) == 0.5
    assert median([0, 0.5, 1]) == 0.5
    assert median([]) is None


def test_the_vote_after_the_discussion_replaces_the_blind_one_and_both_are_kept() -> None:
    said = Answers((Vote("a", "p", "d", BLIND, 0, AT), Vote("a", "p", "d", OPEN, 1, AT + timedelta(hours=1))))
    assert said.opinion("a") == (1,)
    assert {name: vote.value for name, vote in said.latest("a")["p"].items()} == {BLIND: 0, OPEN: 1}
    assert said.until(AT).opinion("a") == (0,)


def test_setting_aside_needs_reason_and_approver_and_at_most_a_quarter() -> None:
    cell = MODEL.dimensions[5].cell(1)  # three required criteria: a quarter is none
    found = {key: value for key, value in passing(MODEL).items() if key[0] != "stock_fresh"}
    aside = Waiver("logistics.1.fresh", "no stores", "chair", AT)
    assert score(MODEL, replace(complete(MODEL), waivers=(aside,)), found, AT)["logistics"].level == 0
    assert len(cell.required) == 3
    four = "performance.2.families"  # four required criteria: one may be set aside
    found = {key: value for key, value in passing(MODEL).items() if key[0] != "family_reported"}
    for waiver, expected in ((Waiver(four, "why", "chair", AT), 3), (Waiver(four, "why", "", AT), 1), (Waiver(four, " ", "chair", AT), 1)):
        assert score(MODEL, replace(complete(MODEL), waivers=(waiver,)), found, AT)["performance"].level == expected
    both = (Waiver(four, "why", "chair", AT), Waiver("performance.2.margin", "why", "chair", AT))
    assert score(MODEL, replace(complete(MODEL), waivers=both), found, AT)["performance"].level == 1


def test_an_approved_arrangement_counts_for_what_is_measured_through_its_day_and_with_its_evidence() -> None:
    said, found = complete(MODEL), passing(MODEL)
    found["scope_unified", 90] = Reading(0, 40, 2)  # the directions were not merged
    agreed = Waiver("governance.3.unified", "one committee over four directions", "chair", AT, AT.date() + timedelta(days=30))

    def at(days: int, *waivers: Waiver, answers: Answers = said) -> tuple[int, int, float]:
        each = score(MODEL, replace(answers, waivers=waivers), found, AT + timedelta(days=days))["governance"]
        return each.level, each.do, each.values["governance.3.unified"].counted

    assert at(0) == (2, 2, 0)
    assert [at(days, agreed) for days in (-1, 0, 30, 31)] == [(0, 2, 0), (3, 3, 1), (3, 3, 1), (2, 2, 0)]
    for other in (
        replace(agreed, approver=""), replace(agreed, reason=" "), replace(agreed, until=AT.date() - timedelta(days=1)),
        replace(agreed, criterion="governance.3.voiced"),  # which no arrangement replaces
    ):  # fmt: skip
        assert at(0, other) == (2, 2, 0), other
    assert at(2, agreed, replace(agreed, reason="", approver="", until=None, at=AT + timedelta(days=1))) == (2, 2, 0), "it was ended"
    bare = replace(said, evidence=tuple(each for each in said.evidence if each.criterion != "governance.3.mandate"))
    assert at(0, agreed, answers=bare) == (2, 2, 0), "nothing proves it"
    # beside an arrangement, which sets nothing aside, a quarter of the cell may still be set aside: of four none
    assert not Answers(waivers=(agreed,)).waived("governance.3.unified")


def test_say_and_do_are_levels_of_questions_and_of_indicators_alone() -> None:
    each = score(MODEL, complete(MODEL), {}, AT)["pricing"]
    assert (each.say, each.do, each.gap, each.level) == (3, 0, 3, 0)
    each = score(MODEL, Answers(), passing(MODEL), AT)["pricing"]
    assert (each.say, each.do, each.gap) == (0, 3, -3)


def test_confidence_is_the_proven_share_times_the_recent_share() -> None:
    said = complete(MODEL)
    old = replace(said.evidence[0], dated=AT.date() - timedelta(days=181))
    each = score(MODEL, replace(said, evidence=(old, *said.evidence[1:])), passing(MODEL), AT)["journeys"]
    assert each.confidence == pytest.approx(5 / 6)  # six required questions with evidence, one of it old


# --- tests of a criterion ------------------------------------------------------------------------------------------------------------


def test_a_rate_passes_on_its_bound_and_is_half_on_its_value() -> None:
    bar = Bar(measure="m", kind=Kind.RATE, at_least=0.9, minimum=30)
    assert [judged(bar, Reading(top, 1200, 1200)).mark for top in (1130, 1092, 1000)] == [1, 0.5, 0]
    assert judged(bar, Reading(29, 29, 29)).mark is None
    assert judged(bar, None).mark is None
    most = Bar(measure="m", kind=Kind.RATE, at_most=0.05, minimum=30)
    assert [judged(most, Reading(top, 1480, 1480)).mark for top in (57, 61, 100)] == [1, 0.5, 0]


def test_other_kinds() -> None:
    census = Bar(measure="m", kind=Kind.CENSUS, at_least=1.0)
    assert [judged(census, reading).mark for reading in (Reading(12, 12, 12), Reading(11, 12, 12), Reading())] == [1, 0, None]
    number = Bar(measure="m", kind=Kind.COUNT, at_most=0)
    assert [judged(number, reading).mark for reading in (Reading(0, 0, 9), Reading(1, 0, 9), Reading())] == [1, 0, None]
    gain = Bar(measure="m", kind=Kind.UPLIFT, at_least=0.0)
    assert [judged(gain, Reading(n=9, value=0.1, low=low)).mark for low in (0.01, 0.0, -0.1)] == [1, 0.5, 0.5]
    curve = Bar(measure="m", kind=Kind.CURVE, at_least=0.95, horizon=5, minimum=30)
    assert judged(curve, Reading(ends=((3, 400),), censored=((9, 2),))).mark == 1
    assert judged(curve, Reading(ends=((3, 10),))).mark is None
    assert [judged(curve, Reading(ends=((3, n),))).mark for n in (30, 400)] == [0.5, 1]  # all ended in time: of thirty that proves little
    margin = Bar(measure="m", kind=Kind.MARGIN, at_most=0.03, minimum=30)
    assert [judged(margin, Reading(n // 2, n, n)).mark for n in (1100, 900)] == [1, 0]


def test_a_failing_part_decides_and_an_unknown_part_leaves_unknown() -> None:
    criterion = MODEL.criterion("journeys.2.loop")
    assert criterion is not None
    loop, decided = (("voice_loop", 182), ("voice_decision", 90))
    cases: list[tuple[Readings, float | None]] = [
        ({loop: Reading(4, 4, 4), decided: Reading(3, 0, 3)}, 1.0),
        ({loop: Reading(4, 4, 4)}, None),
        ({loop: Reading(0, 4, 4)}, 0.0),
        ({}, None),
    ]
    for found, expected in cases:
        assert score(MODEL, Answers(), found, AT)["journeys"].values[criterion.id].value == expected


# --- reference numbers ---------------------------------------------------------------------------------------------------------------


def test_wilson_reference_numbers() -> None:
    assert wilson(85, 100) == pytest.approx((0.7672, 0.9069), abs=1e-4)  # Newcombe 1998 gives the method
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(1092, 1200) == pytest.approx((0.8924, 0.9249), abs=1e-4)


@pytest.mark.parametrize(("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)])
def test_krippendorff_reference_numbers(level: str, expected: float) -> None:
    raters = ("1233214 12...", "1233224 125.3", ".33323422 51.", "1233244 1251.")
    rows = [[None if mark == "." else int(mark) for mark in rater.replace(" ", "")] for rater in raters]
    assert alpha(list(zip(*rows, strict=True)), level) == pytest.approx(expected, abs=5e-4)


def test_alpha_where_there_is_nothing_to_compare() -> None:
    assert alpha([]) is None
    assert alpha([[1, None], [None, 0]]) is None
    assert alpha([[1, 1], [1, 1]]) is None
    assert alpha([[1, 1], [0, 0]]) == 1
    assert interval(()) is None
    bounds = interval(((1, 1, 0.5), (0, 0, 0), (1, 1, 1), (0.5, 0.5, 0)) * 4)
    assert bounds is not None
    assert bounds[0] < bounds[1] <= 1
    assert apart([("a", (0, 1)), ("b", (1, 1)), ("c", (0.5, 1))]) == [("a", 1), ("c", 0.5)]


def test_uplift_reference_number() -> None:
    # Newcombe 1998, table II, example (a): 56/70 against 48/80
    found = uplift((56, 70), (48, 80))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert uplift((1, 2), (0, 0)) is None


# --- what holds, and what next -------------------------------------------------------------------------------------------------------


def test_a_level_is_gained_on_two_computations_and_lost_after_two_misses() -> None:
    assert course([1, 1, 2, 1, 2, 2, 1, 2, 1, 1]) == (0, 1, 1, 1, 1, 2, 2, 2, 2, 1)
    assert held([1, 1, 1, 1]) == Held(1, 3, stable=True)
    assert held([1, 1, 1]) == Held(1, 2, stable=False)
    assert held([]) == Held(0, 0, stable=False)
    assert held([2, 2, 3, 3]) == Held(3, 1, stable=False)


@given(st.lists(st.integers(0, 3), max_size=20))
def test_what_is_held_moves_only_with_two(levels_: list[int]) -> None:
    before = (0, 0)
    for now, held_ in zip(levels_, course(levels_), strict=True):
        if held_ > before[0]:
            assert min(now, before[1]) >= held_
        if held_ < before[0]:
            assert max(now, before[1]) <= held_
        before = (held_, now)


def test_monthly_instants_are_beginnings_of_months_by_the_companys_clock() -> None:
    at = datetime(2026, 11, 15, 10, tzinfo=UTC)
    found = months(at, "Europe/Paris", 4)
    assert [each.isoformat() for each in found] == [
        "2026-08-31T22:00:00+00:00", "2026-09-30T22:00:00+00:00", "2026-10-31T23:00:00+00:00", "2026-11-15T10:00:00+00:00",
    ]  # fmt: skip
    assert months(found[2], "Europe/Paris", 2) == found[1:3]


def test_actions_are_the_smallest_unlocking_sets_ranked_by_gap_per_day() -> None:
    said = complete(MODEL)
    votes = tuple(each for each in said.votes if each.criterion not in ("pricing.2.calendar", "data.3.drift"))
    scores = score(MODEL, replace(said, votes=votes), passing(MODEL), AT)
    first, last = actions(scores, {name: Held(3, 5, stable=True) for name in scores} | {"data": Held(2, 1, stable=False)})
    assert (first.dimension, first.level, first.effort_days, first.one_away, first.waits) == ("pricing", 2, 2.0, True, False)
    assert (last.dimension, last.level, last.waits) == ("data", 3, True)
    assert actions(scores, {}, {"pricing": 1, "data": 2}) == ()
    half = replace(said, evidence=tuple(each for each in said.evidence if each.criterion != "pricing.2.calendar"))
    [only] = actions(score(MODEL, half, passing(MODEL), AT), {})
    assert [each.criterion.id for each in only.quick] == ["pricing.2.calendar"]


def test_a_level_is_held_by_the_computations_of_months_alone() -> None:
    instants = [AT - timedelta(days=31), AT, AT + timedelta(days=14)]
    found = {at: passing(MODEL) for at in instants[1:]}
    between = card((MODEL,), complete(MODEL).until, found, instants, "UTC")
    assert {each.level for each in between.held.values()} == {0}
    assert {each.level for each in between.now.scores.values()} == {3}
    month = [*instants[:2], AT + timedelta(days=30)]
    assert {
        each.level for each in card((MODEL,), complete(MODEL).until, dict.fromkeys(month[1:], passing(MODEL)), month, "UTC").held.values()
    } == {3}


def test_what_is_said_within_the_hour_counts_in_the_computation_of_that_hour_alone() -> None:
    instants, said = [AT - timedelta(hours=1), AT], complete(MODEL)
    late = replace(said, votes=tuple(replace(each, at=AT + timedelta(minutes=40)) for each in said.votes))
    found = dict.fromkeys(instants, passing(MODEL))
    for heard, levels_ in ((None, [0, 0]), (AT + timedelta(minutes=39), [0, 0]), (AT + timedelta(minutes=40), [0, 3])):
        made = card((MODEL,), late.until, found, instants, "UTC", heard=heard)
        assert [month.whole.level for month in made.months] == levels_
        assert made.assessors == (3 if levels_[1] else 0)
        assert made.now.at == AT, "what is measured is of the hour"


def test_a_gain_among_a_handful_is_unknown() -> None:
    bars = [bar for each in MODEL.criteria for bar in each.tests if bar.kind is Kind.UPLIFT]
    assert bars
    assert {judged(bar, Reading(3, 3, 6, value=1.0, low=0.2, high=1.0)).mark for bar in bars} == {None}


def test_confidence_takes_the_latest_dated_evidence_whenever_it_was_attached() -> None:
    said = complete(MODEL)
    old = [replace(each, dated=AT.date() - timedelta(days=400), at=each.at) for each in said.evidence]
    late = replace(said, evidence=(*old, *said.evidence))
    assert score(MODEL, late, passing(MODEL), AT)["journeys"].confidence == 1


def test_evidence_of_another_day_is_not_known_before_it_was_given() -> None:
    note = Evidence("a", "note", "seen", AT.date(), AT + timedelta(days=1))
    assert Answers(evidence=(note,)).until(AT).proofs("a") == ()


@pytest.mark.parametrize(("age_days", "value"), [(30, 1.0), (730, 1.0), (731, 0.5)])
def test_evidence_older_than_it_is_valid_counts_as_missing_and_says_so(age_days: int, value: float) -> None:
    question = MODEL.criterion("journeys.1.map")
    assert question is not None
    assert question.valid_months == 24
    dated = AT.date() - timedelta(days=age_days)  # 1 November 2024 is 730 days before
    said = complete(MODEL)
    others = tuple(each for each in said.evidence if each.criterion != question.id)
    old = replace(proof(question), dated=dated)
    scored = score(MODEL, replace(said, evidence=(*others, old)), passing(MODEL), AT)["journeys"]
    found = scored.values[question.id]
    assert (found.value, found.expired) == (value, None if value == 1 else later(dated, 24))
    assert scored.level == (3 if value == 1 else 0)


def test_months_end_with_their_last_day() -> None:
    assert [later(date(2024, 2, 29), 12), later(date(2025, 8, 31), 6)] == [date(2025, 2, 28), date(2026, 2, 28)]
