"""What channels promise has one home, is bound in the statement, and can be replaced by an installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from dashboard.setting import Settings
from metrics.example import examples
from metrics.fact import FACTS
from metrics.handbook import page
from metrics.metric import Case
from metrics.promise import PROMISES, Promise, aim
from metrics.query import Query, Refused, Scope
from metrics.registry import metric, metrics
from metrics.result import Figure
from metrics.run import ask
from metrics.statement import statement
from sql.clickhouse import Store
from tests.spec.table import put_tables

NOW = datetime(2026, 3, 2, 13, 10, tzinfo=UTC)
QUESTION = Query(("promise_kept",), ("channel",), scope=Scope.all(), now=NOW)


def kept(store: Store, promises: Mapping[str, Promise]) -> dict[str, tuple[float | None, float | None]]:
    rows = ask(store, QUESTION, promises).rows
    return {str(row.keys["channel"]): (row.figures["promise_kept"].top, row.figures["promise_kept"].bottom) for row in rows}


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        (PROMISES, {"voice": (1, 3), "email": (2, 2), "kiosk": (0, 0)}),
        ({"voice": Promise(0.8, 21)}, {"voice": (2, 3), "email": (0, 0), "kiosk": (0, 0)}),
        ({"kiosk": Promise(0.5, 1), "email": Promise(0.9, 13000)}, {"voice": (0, 0), "email": (1, 2), "kiosk": (0, 1)}),
        ({}, {"voice": (0, 0), "email": (0, 0), "kiosk": (0, 0)}),
    ],
)
def test_an_installation_replaces_the_promises(store: Store, promises: Mapping[str, Promise], expected: dict[str, tuple[int, int]]) -> None:
    put_tables(store, examples()["promise_kept"].tables)
    assert kept(store, promises) == expected


def test_nothing_promised_is_no_value(store: Store) -> None:
    put_tables(store, examples()["promise_kept"].tables)
    (row,) = ask(store, Query(("promise_kept",), scope=Scope.all(), now=NOW), {}).rows
    assert row.figures["promise_kept"] == Figure(None, 0, 0, 0)


def test_a_channel_is_a_value_and_never_sql() -> None:
    nasty = "x'); DROP TABLE stay; --"
    (each,) = statement(QUESTION, promises={nasty: Promise(0.8, 7), "a": Promise(0.8, 9)})
    assert nasty not in each.sql
    assert each.parameters["promise_channels"] == ["a", nasty]
    assert each.parameters["promise_seconds"] == [9.0, 7.0]
    assert each.sql.count("AS promise_s") == 1


def test_only_who_asks_about_promises_binds_them() -> None:
    (each,) = statement(Query(("service_level",), scope=Scope.all(), now=NOW))
    assert not [name for name in each.parameters if name.startswith("promise")]


def test_promises_are_of_facts_that_know_the_channel() -> None:
    for each in metrics().values():
        texts = [sql for part in each.parts for sql in ([part.sql] if isinstance(part.sql, str) else [sql for _, sql in part.sql.of])]
        if any("{promise_s}" in text for text in texts):
            assert all("channel" in FACTS[fact].columns for fact in each.facts)
        assert not each.promised or (each.target is None and any("{promise_s}" in text for text in texts))
        assert not any(isinstance(part.sql, Case) for part in each.parts if each.promised), "one rule for all that is promised"


def test_the_defaults_are_those_of_settings_and_handbook() -> None:
    assert Settings().promises is PROMISES
    for language in ("en", "fr"):
        said = page(metric("promise_kept"), language)
        assert all(f"{name} {one.share:g}" in said for name, one in PROMISES.items())
    assert all(0 < one.share <= 1 and one.within_s > 0 for one in PROMISES.values())


def test_a_question_without_scope_is_refused_with_promises_too(store: Store) -> None:
    with pytest.raises(Refused, match="who asks"):
        ask(store, Query(("promise_kept",), now=NOW), {})


def test_what_the_whole_should_reach_is_weighted_by_contacts() -> None:
    promises = {"voice": Promise(0.8, 20), "email": Promise(0.9, 14400)}
    figures = {"voice": Figure(0.5, 300, 150, 300), "email": Figure(1.0, 100, 100, 100), "kiosk": Figure(0.1, 900, 90, 900)}
    found = aim(figures, promises)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.825), None)
    assert aim({"kiosk": figures["kiosk"], "voice": Figure(None, 0, 0, 0)}, promises) is None
    assert aim({}, promises) is None
