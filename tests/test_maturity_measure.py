"""Every measure: its worked example, its flip, unknown without data, and the laws of events."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from metrics.maturity.measure import Asked, _best, readings, things, verdicts
from metrics.maturity.model import Model, _whole
from metrics.maturity.score import Reading, judged
from metrics.query import Refused, Scope
from sql.clickhouse import Store
from sql.derive import derive
from sql.standing import brands
from tests.arrival_writer import put
from tests.conftest import empty
from tests.spec.maturity_example import AT, Example, brand_of, made
from tests.spec.maturity_examples import STEERING
from tests.spec.maturity_trade import TRADE

EXAMPLES = STEERING | TRADE
EVENTS = [each for name, example in EXAMPLES.items() for flipped in (False, True) for each in made(name, example, flipped=flipped)]


def whole() -> Model:
    """All dimensions, the optional ones included."""
    return _whole()


@pytest.fixture(scope="module")
def told(engine: Store) -> Store:
    empty(engine)
    put(engine, 1, EVENTS)
    derive(engine, [1])
    return engine


def only(measure: str) -> Model:
    """The model with the criteria that use a measure."""
    model = whole()
    kept = [each for each in model.criteria if any(bar.measure == measure for bar in each.tests)]
    bars = {bar for each in kept for bar in each.tests if bar.measure == measure}
    first = model.dimensions[0]
    one = replace(kept[0], tests=tuple(bars))
    return replace(model, dimensions=(replace(first, cells=(replace(first.cells[0], criteria=(one,)),)),))


def read(store: Store, measure: str, example: Example, *, flipped: bool) -> Reading | None:
    asked = Asked(Scope.all(), (("brand", (brand_of(measure, flipped=flipped),)),))
    return readings(store, only(measure), [AT], asked)[AT].get((measure, example.days))


def test_every_measure_has_an_example() -> None:
    used = {bar.measure for each in whole().criteria for bar in each.tests}
    assert used == set(EXAMPLES)


@pytest.mark.parametrize("measure", EXAMPLES)
def test_worked_example_and_its_flip(told: Store, measure: str) -> None:
    example = EXAMPLES[measure]
    assert example.flipped != example.counted, "one fact changes the figure"
    before, after = (read(told, measure, example, flipped=flipped) for flipped in (False, True))
    assert before is not None
    assert (before.top, before.bottom) == pytest.approx(example.counted)
    assert after is not None
    assert (after.top, after.bottom) == pytest.approx(example.flipped)


def test_what_two_rows_tell_of_many_customers_can_be_proven(told: Store) -> None:
    events = [
        *EXAMPLES["prediction_acted"].told,
        *(("personalisation.decided", f"customer/{{b}}d{n}", 5, {"rule": "call", "model": "{b}churn"}) for n in range(12)),
    ]
    empty(told)
    put(told, 1, made("prediction_acted", replace(EXAMPLES["prediction_acted"], told=tuple(events)), flipped=False))
    derive(told, [1])
    reading = read(told, "prediction_acted", EXAMPLES["prediction_acted"], flipped=False)
    empty(told)
    put(told, 1, EVENTS)
    derive(told, [1])
    [bar] = [bar for each in whole().criteria for bar in each.tests if bar.measure == "prediction_acted"]
    assert judged(bar, reading).mark == 1


def test_a_customer_decided_about_twice_is_one(told: Store) -> None:
    twice = replace(EXAMPLES["trigger_uplift"], told=EXAMPLES["trigger_uplift"].told + EXAMPLES["trigger_uplift"].told[:1])
    empty(told)
    put(told, 1, made("trigger_uplift", twice, flipped=False))
    derive(told, [1])
    reading = read(told, "trigger_uplift", twice, flipped=False)
    empty(told)
    put(told, 1, EVENTS)
    derive(told, [1])
    assert reading is not None
    assert (reading.top, reading.bottom) == EXAMPLES["trigger_uplift"].counted


def test_a_tiny_rule_hides_no_proven_one() -> None:
    def rule(name: str, won: int, treated: int, anyway: int, held: int) -> list[dict[str, object]]:
        return [{"rule": name, "part": 1, "top": won, "n": treated}, {"rule": name, "part": 0, "top": anyway, "n": held}]

    tiny, proven = rule("a", 3, 3, 0, 3), rule("b", 300, 1000, 200, 1000)
    assert {best.n for rows in (tiny + proven, proven + tiny) if (best := _best(rows, 30))} == {2000}


def test_without_data_everything_is_unknown(told: Store) -> None:
    assert readings(told, whole(), [AT], Asked(Scope.all(), (("brand", ("nobody",)),)))[AT] == {}


def test_rows_behind_a_figure_are_what_it_counts(told: Store) -> None:
    asked = Asked(Scope.all(), (("brand", ("stock_shown",)),))
    assert [(each.what, each.ok) for each in things(told, "stock_shown", 90, AT, asked)] == [("lille cup", False), ("lille sofa", True)]


def test_the_effect_of_a_decision_is_its_last_evaluation(told: Store) -> None:
    asked = Asked(Scope.all())
    assert verdicts(told, ["verdict_clear:1", "verdict_clear:2", "nobody"], AT, asked) == {
        "verdict_clear:1": "improved", "verdict_clear:2": "not_evaluable",
    }  # fmt: skip
    assert verdicts(told, ["verdict_clear:1"], AT - timedelta(days=13), asked) == {}
    assert verdicts(told, ["verdict_clear:1"], AT, Asked(Scope.of(brand=("b",)))) == {}


def test_scope_is_demanded_and_enforced(told: Store) -> None:
    with pytest.raises(Refused, match="who asks"):
        readings(told, whole(), [AT], Asked(None))
    with pytest.raises(Refused, match="not known by team"):
        readings(told, whole(), [AT], Asked(Scope.of(team=("sav",))))
    mine = Asked(Scope.of(brand=("collect_share",)), (("brand", ("stock_shown",)),))
    assert readings(told, only("stock_shown"), [AT], mine)[AT] == {}
    # contacts do not know their store: what rests on them is unknown for one, not wrong
    store = Asked(Scope.all(), (("site", ("lille",)),))
    assert ("journey_observable", 90) not in readings(told, only("journey_observable"), [AT], store)[AT]


def test_order_and_repetition_of_events_change_nothing(told: Store) -> None:
    before = readings(told, whole(), [AT], Asked(Scope.all()))[AT]
    empty(told)
    shuffled = [*EVENTS, *EVENTS[::3]]
    random.Random(5).shuffle(shuffled)
    half = len(shuffled) // 2
    for number, part in enumerate((shuffled[:half], shuffled[half:]), 1):
        put(told, number, part)
        derive(told, [number])
    assert readings(told, whole(), [AT], Asked(Scope.all()))[AT] == before


def test_brands_to_choose_from_are_those_contacts_or_orders_name(told: Store) -> None:
    found = brands(told)
    named = {one["data"]["brand"] for one in EVENTS if one["type"] in ("interaction.started", "order.placed")}
    assert found == tuple(sorted(named))[:30]
