"""Every bar of the model at its threshold: one fact flips, and the bar is met no longer, or at last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from metrics.maturity.measure import Asked, readings
from metrics.maturity.model import Bar, Model, _whole
from metrics.maturity.score import Reading, judged
from metrics.query import Scope
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put
from tests.conftest import empty
from tests.spec.maturity_example import AT
from tests.spec.maturity_threshold import company, found, smallest

BARS = {f"{each.id}: {bar.measure}": bar for each in _whole().criteria for bar in each.tests}
COMPANIES = {name: company(bar, name) for name, bar in BARS.items()}
Readings = dict[str, Reading | None]


def only(bar: Bar) -> Model:
    """A model that asks nothing but this bar."""
    model = _whole()
    first, one = model.dimensions[0], next(each for each in model.criteria if each.tests)
    return replace(model, dimensions=(replace(first, cells=(replace(first.cells[0], criteria=(replace(one, tests=(bar,)),)),)),))


def read(store: Store) -> Readings:
    """What the measure of each bar finds in the company of that bar."""
    told = {}
    for name, bar in BARS.items():
        told[name] = readings(store, only(bar), [AT], Asked(Scope.all(), (("brand", (name,)),)))[AT].get((bar.measure, bar.days))
    return told


@pytest.fixture(scope="module")
def told(engine: Store) -> Iterator[tuple[Readings, Readings]]:
    """What all bars read before their fact flips, and after: it is corrected by its source, or taken back."""
    empty(engine)
    put(engine, 1, [each for events, _, _ in COMPANIES.values() for each in events])
    derive(engine, [1])
    before = read(engine)
    flips = [(then or fact | {"retracted": True}) | {"revision": 1} for _, fact, then in COMPANIES.values()]
    put(engine, 2, flips)
    derive(engine, [2])
    yield before, read(engine)
    empty(engine)


@pytest.mark.parametrize("name", BARS)
def test_one_fact_carries_a_company_across_the_bar(told: tuple[Readings, Readings], name: str) -> None:
    bar, (as_told, flipped) = BARS[name], smallest(BARS[name])
    marks = []
    for reading, more in zip(told, (0, 1), strict=True):
        one, by_hand = reading[name], found(bar, as_told - more, flipped + more)
        assert one is not None
        assert (one.top, one.bottom) == pytest.approx((by_hand.top, by_hand.bottom))
        marks.append(judged(bar, one).mark)
    assert None not in marks
    assert (marks[0] == 1) != (marks[1] == 1)
