"""The catalogue is found by walking it; what is wrong with it is told at once. A past is read from its own database."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.format import LANGUAGES
from dashboard.word import told
from metrics import catalog, registry
from metrics.dimension import has
from metrics.fact import FACTS
from metrics.query import Query, Refused, Scope
from metrics.run import ask
from metrics.statement import statement
from sql.clickhouse import Store
from tests.spec.table import at, put


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty catalogue in place of ours."""
    monkeypatch.setattr(catalog, "__path__", [str(tmp_path)])
    kept = {name: module for name, module in sys.modules.items() if name.startswith("metrics.catalog.")}
    for name in kept:
        monkeypatch.delitem(sys.modules, name)
    registry.metrics.cache_clear()
    yield tmp_path
    registry.metrics.cache_clear()
    for name in [name for name in sys.modules if name.startswith("metrics.catalog.")]:
        del sys.modules[name]
    sys.modules.update(kept)


def test_a_family_without_a_metric_is_an_error(shelf: Path) -> None:
    (shelf / "hollow.py").write_text("OWNER = 'nobody'\n", encoding="utf-8")
    with pytest.raises(registry.CatalogueError, match=r"hollow\.py declares no metric"):
        registry.metrics()


def test_a_metric_declared_twice_is_an_error(shelf: Path) -> None:
    source = (Path(registry.__file__).parent / "catalog" / "satisfaction.py").read_text(encoding="utf-8")
    (shelf / "one.py").write_text(source, encoding="utf-8")
    (shelf / "two.py").write_text(source, encoding="utf-8")
    with pytest.raises(registry.CatalogueError, match=re.escape("csat is declared twice, the second time in metrics/catalog/two.py")):
        registry.metrics()


def test_what_was_known_is_read_from_its_own_database() -> None:
    names = tuple(name for name, one in registry.metrics().items() if all(has(fact, "team") for fact in one.facts))
    query = Query(names, ("team", "site"), scope=Scope.all(), now=at("12:00:00"), parameters=(("clock", "business"),))
    for each in statement(query, "past"):
        tables = re.findall(r"FROM (\S+)", each.sql)
        assert tables
        assert all(table.startswith(("`past`.", "(")) for table in tables), each.sql
    with pytest.raises(Refused, match="not the name of a database"):
        statement(query, "past`; DROP DATABASE apogee")


def test_a_question_about_what_was_known_is_no_fresher_than_that(store: Store) -> None:
    put(store, "interaction", [{"interaction": "A", "started_at": at("09:00:00")}])
    store.command("INSERT INTO watermark VALUES ('one', 'interaction', '2026-03-02 12:00:00')")
    result = ask(store, Query(("contacts",), scope=Scope.all(), known_at=at("11:00:00")))
    assert result.as_of == at("11:00:00")
    assert result.rows[0].figures["contacts"].value == 1
    later = ask(store, Query(("contacts",), scope=Scope.all(), known_at=at("11:00:00") + timedelta(days=1)))
    assert later.as_of == at("12:00:00")


def test_contacts_are_told_apart_by_their_outcome_and_what_has_none_is_not(store: Store) -> None:
    rows = [
        {"interaction": name, "outcome": outcome, "started_at": "09:00:00"}
        for name, outcome in (("A", "timely"), ("B", "late"), ("C", "timely"))
    ]
    put(store, "interaction", rows)
    query = Query(("contacts",), ("outcome",), scope=Scope.all(), now=at("12:00:00"))
    assert {row.keys["outcome"]: row.figures["contacts"].value for row in ask(store, query).rows} == {"late": 1, "timely": 2}
    with pytest.raises(Refused, match="not known by outcome"):
        ask(store, Query(("offered",), ("outcome",), scope=Scope.all(), now=at("12:00:00")))


@pytest.mark.parametrize(
    "name", [each.id for each in registry.metrics().values() if {"agent_state", "agent_level", "agent_pair"} & {*each.facts}]
)
def test_time_of_agents_without_channels_names_the_metric_that_has_them(name: str, store: Store) -> None:
    with pytest.raises(Refused) as refused:
        ask(store, Query((name,), ("channel",), scope=Scope.all(), now=at("12:00:00")))
    for language in LANGUAGES:
        assert "agent_time_equal" in told(refused.value, language)


def test_what_is_named_in_place_of_another_knows_the_dimension() -> None:
    for fact, table in FACTS.items():
        for name, other in table.elsewhere:
            assert not has(fact, name), (fact, name)
            assert all(has(each, name) for each in registry.metric(other).facts), other
