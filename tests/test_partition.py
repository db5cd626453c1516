"""A question about some days reads the months they lie in and no others, as the engine's own plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.writer import Writer
from metrics.query import Grain, Query, Scope
from metrics.statement import statement
from sql.clickhouse import Store
from sql.place import places
from tests.arrival_help import KEYS, sent
from tests.conftest import empty
from tests.event_strategy import event

KINDS = ("interaction.started", "interaction.entered_queue", "interaction.left_queue")
SINCE = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def months(engine: Store) -> Store:
    """A contact on the fifth of each of nine months."""
    empty(engine)
    sent(Writer(engine, KEYS), [
        event(kind, id=f"{kind}{month}", subject=f"interaction/{month}", time=f"2026-{month:02}-05T09:00:0{second}Z",
              data={"queue": "a", "channel": "chat"} | ({"reason": "answered"} if second == 2 else {}))
        for month in range(1, 10) for second, kind in enumerate(KINDS)
    ])  # fmt: skip
    return engine


def plan(store: Store, sql: str, values: dict[str, Any]) -> str:
    return "\n".join(str(row["explain"]) for row in store.rows(f"EXPLAIN indexes = 1 {sql}", values))


@pytest.mark.parametrize(
    ("table", "filters"), [("event", "day = '2026-03-05'"), ("stay FINAL", "day BETWEEN '2026-03-05' AND '2026-03-06'")]
)
def test_a_day_reads_one_partition(months: Store, table: str, filters: str) -> None:
    found = plan(months, f"SELECT sum(subject_hash) FROM {table} WHERE {filters}", {})
    assert "Partition" in found
    assert "Parts: 1/9" in found


@pytest.mark.parametrize("scope", [Scope.all(), Scope.of(queue=("a",))], ids=["everything", "a queue"])
@pytest.mark.parametrize("name", ["service_level", "abandon_rate", "asa", "contacts"])
def test_a_week_of_a_metric_reads_one_partition(months: Store, name: str, scope: Scope) -> None:
    """The statement itself that screens, the API and the command line ask with, and what it answers."""
    week = Query((name,), by=("channel",), since=SINCE, until=SINCE + timedelta(days=7), scope=scope, now=SINCE + timedelta(days=99))
    for asked in (week, replace(week, grain=Grain.DAY)):
        [one] = statement(asked, places=places(months))
        found = plan(months, one.sql, one.parameters)
        assert "Partition" in found
        assert "Parts: 1/9" in found, found
        assert len(months.rows(one.sql, one.parameters)) == 1
