"""Every worked example of the handbook, put in and asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from metrics.example import examples
from metrics.fact import FACTS
from metrics.query import Query, Scope
from metrics.registry import metrics
from metrics.run import ask
from sql.clickhouse import Store
from tests.spec.table import agent_days, at, put_tables

FIGURES = ("value", "n", "top", "bottom", "low", "high")


def asked(name: str, now: str, text: str) -> Query:
    """The question of an example: "by=channel&where.queue=orders&set.threshold_s=20"."""
    plain: dict[str, Any] = {"metrics": [name], "by": [], "where": {}, "parameters": {}, "now": at(now).isoformat()}
    for key, value in parse_qsl(text, keep_blank_values=True):
        kind, _, inner = key.partition(".")
        if key == "by":
            plain["by"].append(value)
        elif kind == "where":
            plain["where"].setdefault(inner, []).append(value)
        elif kind == "set":
            plain["parameters"][inner] = value
        else:
            plain[key] = value
    return Query.from_json(json.dumps(plain), Scope.all())


@pytest.mark.parametrize("name", sorted(metrics()))
def test_the_worked_example_comes_out(store: Store, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    example = examples()[metrics()[name].example]
    put_tables(store, example.tables)
    if any(FACTS[fact].view for fact in metrics()[name].facts):
        agent_days(store)
    monkeypatch.setattr(store, "opted_in", frozenset({metrics()[name].opt_in}))
    query = asked(name, example.now, example.ask)
    rows = ask(store, query).rows
    assert len(rows) == len(example.answers) > 0
    for row, answer in zip(rows, example.answers, strict=True):
        figure = row.figures[name]
        for key, expected in answer.items():
            if key in FIGURES:
                said = float(expected) if expected else None
                assert getattr(figure, key) == pytest.approx(said, abs=5e-5), key
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
