"""Every worked example of the handbook, put in and asked."""

from __future__ import annotations

import pytest

from metrics.example import examples
from metrics.query import Query, Scope
from metrics.registry import metrics
from metrics.run import ask
from sql.clickhouse import Store
from tests.spec.table import at, put_tables

FIGURES = ("value", "n", "top", "bottom", "low", "high")


@pytest.mark.parametrize("name", sorted(metrics()))
def test_the_worked_example_comes_out(store: Store, name: str) -> None:
    example = examples()[metrics()[name].example]
    put_tables(store, example.tables)
    query = Query.from_url(f"metric={name}&now={at(example.now).isoformat().replace('+', '%2B')}&{example.ask}", Scope.all())
    rows = ask(store, query).rows
    assert len(rows) == len(example.answers) > 0
    for row, answer in zip(rows, example.answers, strict=True):
        figure = row.figures[name]
        for key, expected in answer.items():
            if key in FIGURES:
                assert getattr(figure, key) == pytest.approx(float(expected), abs=5e-5), key
            else:
                assert row.keys[key] == expected
        for key in set(FIGURES) - set(answer):
            assert getattr(figure, key) is None, key


def test_every_example_belongs_to_a_metric_and_says_it_in_both_languages() -> None:
    assert set(examples()) == {metric.example for metric in metrics().values()}
    for example in examples().values():
        assert example.words.en
        assert example.words.fr
        assert example.words.en != example.words.fr
