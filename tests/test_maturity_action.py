"""The company as a whole on uneven ground, and what to do next: by weight, gap and effort, and of equals what is half there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from metrics.maturity.action import actions
from metrics.maturity.held import Held
from metrics.maturity.model import original
from metrics.maturity.score import Scored, Valued, score, whole
from tests.maturity_help import AT, complete, passing

MODEL = original()
STABLE = Held(2, 5, stable=True)


def stood(name: str, level: int, values: Sequence[float], efforts: Sequence[float] | None = None, weight: float = 1.0) -> Scored:
    """A dimension at a level, with the values of the next one's required criteria and the days that each of them takes."""
    base = MODEL.dimension("pricing")
    assert base is not None
    cell = base.cell(level + 1)
    asked = [
        replace(cell.criteria[0], id=f"{name}.{level + 1}.{place}", required=True, effort_days=days)
        for place, days in enumerate(efforts or [1.0] * len(values))
    ]
    cells = tuple(replace(each, criteria=tuple(asked)) if each.level == level + 1 else each for each in base.cells)
    found = {each.id: Valued(each, value) for each, value in zip(asked, values, strict=True)}
    score_ = level + 0.99 * sum(values) / len(values)
    return Scored(replace(base, id=name, weight=weight, cells=cells), level, score_, level, level, 1.0, found)


def chosen(*given: Scored, **targets: float) -> list[tuple[str, float]]:
    """The actions in order, with their priorities."""
    found = actions({each.dimension.id: each for each in given}, {each.dimension.id: STABLE for each in given}, targets or None)
    return [(each.dimension, each.priority) for each in found]


def test_a_company_is_as_far_as_its_weakest_dimension_and_its_score_is_the_mean() -> None:
    said, found = complete(MODEL), passing(MODEL)
    gone = {"pricing.2.calendar", "pricing.2.exceptions", "logistics.1.flows", "data.3.models"}
    votes = tuple(each for each in said.votes if each.criterion not in gone)
    scores = score(MODEL, replace(said, votes=votes), found, AT)
    # pricing: 2 of 4 of level 2; logistics: 2 of 3 of level 1; customer data: 4 of 5 of level 3; four dimensions meet everything
    uneven = {"pricing": 1 + 0.99 * 2 / 4, "logistics": 0.99 * 2 / 3, "data": 2 + 0.99 * 4 / 5}
    assert {name: scores[name].score for name in uneven} == pytest.approx(uneven)
    total = whole(scores)
    assert (total.level, total.weakest) == (0, ("logistics",))
    assert total.score == pytest.approx((4 * 3 + sum(uneven.values())) / 7)
    assert total.spread == pytest.approx(3 - 0.66)
    assert total.confidence == pytest.approx(sum(each.confidence for each in scores.values()) / 7)
    assert 0 < total.confidence < 1


def test_of_several_weakest_the_lowest_score_comes_first_and_a_higher_level_is_none_of_them() -> None:
    total = whole({each.dimension.id: each for each in (stood("a", 1, [1, 0]), stood("b", 2, [0]), stood("c", 1, [0.5, 0]))})
    assert (total.level, total.weakest) == (1, ("c", "a"))
    assert total.score == pytest.approx((1.495 + 2 + 1.2475) / 3)
    assert total.spread == pytest.approx(2 - 1.2475)


def test_what_weighs_more_comes_first_and_priority_is_weight_times_gap_per_day() -> None:
    light, heavy = stood("a", 1, [1, 0], [3, 4]), stood("b", 1, [1, 0], [3, 4], weight=1.5)
    assert chosen(light, heavy) == [("b", pytest.approx(1.5 * 1.505 / 4)), ("a", pytest.approx(1.505 / 4))]
    # a quarter of the effort outweighs half as much weight again, and a nearer target takes that lead
    quick = stood("a", 1, [1, 0], [3, 1])
    assert [name for name, _ in chosen(quick, heavy)] == ["a", "b"]
    assert chosen(quick, heavy, a=1.9, b=3) == [("b", pytest.approx(1.5 * 1.505 / 4)), ("a", pytest.approx(0.405))]
    assert [name for name, _ in chosen(light, heavy, a=3, b=2)] == ["a", "b"]


def test_of_equals_the_one_with_more_criteria_half_met_comes_first_and_then_the_name() -> None:
    none, two = stood("a", 1, [1, 1, 1, 0], [1, 1, 1, 4]), stood("b", 1, [1, 1, 0.5, 0.5], [1, 1, 1, 3])
    (first, one), (second, other) = chosen(none, two)
    assert (first, second) == ("b", "a")
    assert one == other == pytest.approx((3 - 1.7425) / 4)
    assert [name for name, _ in chosen(called(two, "c"), two)] == ["b", "c"]


def called(each: Scored, name: str) -> Scored:
    return replace(each, dimension=replace(each.dimension, id=name))
