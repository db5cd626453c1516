"""Questions at the edges of time: before anything, after the present, about what was known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ingest.writer import Writer
from metrics.query import FIRST, LAST, Grain, Query, Refused, Scope
from metrics.result import Row
from metrics.run import ask
from sql.clickhouse import Store
from sql.opening import zones
from tests.arrival_help import KEYS, sent
from tests.event_strategy import event
from tests.spec.table import at, put

NOW = at("12:00:00")
LEVELS = ("waiting", "waiting_late", "oldest_wait", "talk_time")


def rows(store: Store, *names: str, **changes: Any) -> tuple[Row, ...]:
    return ask(store, Query(names, scope=Scope.all(), **({"now": NOW} | changes))).rows


@pytest.fixture
def open_work(store: Store) -> Store:
    """One contact waits since nine, one agent talks since ten, and a clock that is fast has ended a talk next week."""
    put(store, "stay", [{"interaction": "A", "queue": "q", "entered_at": "09:00:00"}])
    talks = [("B", "10:00:00", None), ("C", "10:00:00", "2026-03-09 10:00:00")]
    work = {"stint": "1", "phase": "talk"}
    put(store, "work", [work | {"interaction": name, "started_at": began, "ended_at": end} for name, began, end in talks])
    return store


@pytest.mark.parametrize("since", [FIRST - timedelta(days=3650), FIRST - timedelta(hours=1), FIRST])
def test_a_period_that_begins_before_anything_holds_everything(open_work: Store, since: Any) -> None:
    [row] = rows(open_work, "offered", "talk_time", since=since, until=LAST + timedelta(days=36500))
    assert (row.figures["offered"].value, row.figures["talk_time"].value) == (1, 2 * 7200)
    [row] = rows(open_work, "offered", since=since, grain=Grain.MONTH)
    assert row.figures["offered"].value == 1


@pytest.mark.parametrize("grain", list(Grain))
@pytest.mark.parametrize("ahead", [timedelta(), timedelta(milliseconds=2), timedelta(minutes=5), timedelta(days=3)])
def test_a_period_that_has_not_begun_has_no_buckets(open_work: Store, grain: Grain, ahead: timedelta) -> None:
    found = rows(open_work, *LEVELS, since=NOW + ahead, until=NOW + ahead + timedelta(days=40), grain=grain)
    assert len(found) == (ahead == timedelta())  # the present moment itself is looked at
    assert all(row.figures["talk_time"].value is None for row in found)


def test_nothing_was_spent_in_a_period_that_has_not_begun(open_work: Store) -> None:
    [row] = rows(open_work, "talk_time", since=NOW + timedelta(days=3))
    assert row.figures["talk_time"].value is None


def test_more_buckets_than_anybody_reads_are_refused(open_work: Store) -> None:
    with pytest.raises(Refused, match="shorter period, longer buckets or fewer groups"):
        rows(open_work, "waiting", since=FIRST, grain=Grain.QUARTER_HOUR)
    assert len(rows(open_work, "waiting", since=NOW - timedelta(days=365), grain=Grain.QUARTER_HOUR)) == 365 * 96 + 1


def test_what_was_known_does_not_change_with_the_day_it_is_asked(store: Store) -> None:
    """Nine: a talk begins. Known at ten. Eleven: it ends; another source has nothing newer than eight."""
    clock = iter([at("10:00:00"), at("10:00:00") + timedelta(hours=1, minutes=5)])
    writer = Writer(store, KEYS, lambda: next(clock))
    took = {"stint": "1/1", "agent": "a", "channel": "voice"}
    sent(writer, [
        event("interaction.accepted", id="1", source="s", subject="interaction/1", time="2026-03-02T09:00:00.000Z", data=took),
        event("interaction.started", id="2", source="t", subject="interaction/2", time="2026-03-02T08:00:00.000Z", data={}),
    ])  # fmt: skip
    sent(writer, [
        event("interaction.released", id="3", source="s", subject="interaction/1", time="2026-03-02T11:00:00.000Z", data=took),
        event("interaction.closed", id="4", source="t", subject="interaction/2", time="2026-03-02T11:00:00.000Z", data={}),
    ])  # fmt: skip
    asked = Query(("talk_time", "backlog"), scope=Scope.all(), known_at=at("10:30:00"))
    found = ask(store, asked)
    assert found.rows[0].figures["talk_time"].value == 90 * 60
    assert found.rows[0].figures["backlog"].value == 2
    assert found.as_of == at("08:00:00")


@pytest.mark.parametrize("zone", ["right/Europe/Paris", "posix/Europe/Paris", "localtime", "Europe", "europe/paris", "../UTC", "", "\0"])
def test_a_zone_is_one_that_the_engine_knows_too(store: Store, zone: str) -> None:
    with pytest.raises(Refused, match="There is no time zone"):
        rows(store, "offered", zone=zone, grain=Grain.DAY)


def test_every_zone_there_is_is_one_that_the_engine_knows(store: Store) -> None:
    known = {row["time_zone"] for row in store.rows("SELECT time_zone FROM system.time_zones")}
    assert zones() <= known
