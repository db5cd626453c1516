"""The facts as known at an instant, what a rebuild that was interrupted leaves, and what healing a crash means."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from metrics.query import Later, Query, Scope
from metrics.run import ask
from sql import rebuild as building
from sql.clickhouse import Store
from sql.derivation import prepare
from sql.derive import Building, as_known, content, derive, pending, rebuild
from sql.rebuild import KEPT, clean
from tests.arrival_writer import KNOWN_AT, put
from tests.spec.plain_event import event

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def contents_of(store: Store, database: str) -> dict[str, str]:
    other = store.beside(database)
    try:
        return content(other)
    finally:
        other.close()


def test_facts_as_known_are_those_of_the_batches_known_then(store: Store) -> None:
    past = []
    for number in range(KEPT + 2):
        corrected = event("interaction.closed", "interaction/1", AT + timedelta(seconds=number), "closed", revision=number)
        put(store, number + 1, [corrected, event("interaction.started", f"interaction/{number}", AT, f"s{number}")],
            KNOWN_AT + timedelta(hours=number))  # fmt: skip
        derive(store, [number + 1])
        past.append(content(store))
    for number in range(KEPT + 1):
        with as_known(store, KNOWN_AT + timedelta(hours=number, minutes=1)) as database:
            assert database != store.database
            assert contents_of(store, database) == past[number]
        with as_known(store, KNOWN_AT + timedelta(hours=number, minutes=2)) as again:
            assert again == database  # the same state, whatever instant names it
    with as_known(store, KNOWN_AT + timedelta(hours=KEPT + 1)) as database:
        assert database == store.database
    kept = store.rows("SELECT name FROM system.databases WHERE startsWith(name, {start:String})", {"start": f"{store.database}_known_"})
    assert len(kept) == KEPT


def test_before_anything_was_known_there_is_nothing(store: Store) -> None:
    put(store, 1, [event("interaction.started", "interaction/1", AT, "1")])
    derive(store, [1])
    with as_known(store, KNOWN_AT - timedelta(days=1)) as database:
        assert set(contents_of(store, database).values()) == {"0-0000000000000000"}


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="zone"), as_known(store, datetime(2026, 1, 1)):  # noqa: DTZ001 - that is the point
        pass


def test_a_state_of_the_past_stays_while_it_is_read(store: Store) -> None:
    for number in range(KEPT + 3):
        begun = event("interaction.started", f"interaction/{number}", AT, f"s{number}")
        put(store, number + 1, [begun], KNOWN_AT + timedelta(hours=number))
    with as_known(store, KNOWN_AT) as database:
        for number in range(1, KEPT + 2):
            with as_known(store, KNOWN_AT + timedelta(hours=number)):
                pass
        assert store.value(f"SELECT count() FROM `{database}`.interaction FINAL") == 1


def test_who_asks_while_a_state_of_the_past_is_built_is_told_to_come_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        begun = event("interaction.started", f"interaction/{number}", AT, f"s{number}")
        put(store, number + 1, [begun], KNOWN_AT + timedelta(hours=number))
    going, go, build = Event(), Event(), building._build

    def slow(*given: object) -> None:
        going.set()
        go.wait(20)
        build(*given)

    def asked() -> str:
        with as_known(store, KNOWN_AT + timedelta(hours=1)) as database:
            return database

    with as_known(store, KNOWN_AT) as ready, ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(building, "_build", slow)
        leads = pool.submit(asked)
        assert going.wait(10)
        with as_known(store, KNOWN_AT) as again:
            assert again == ready  # what is there is read meanwhile
        monkeypatch.setattr(building, "PATIENCE_S", 0.01)
        with pytest.raises(Building, match="ask again"):
            asked()
        with pytest.raises(Later, match="ask again"):
            ask(store, Query(("offered",), known_at=KNOWN_AT + timedelta(hours=1), scope=Scope.all()))
        monkeypatch.setattr(building, "PATIENCE_S", 20)
        follows = pool.submit(asked)
        going.clear()
        go.set()
        assert leads.result(20) == follows.result(20)
        assert not going.is_set()  # built once


def test_an_answer_as_known_at_an_instant_that_is_not_over_is_given_again(store: Store) -> None:
    def asked(known_at: datetime) -> tuple[datetime | None, float | None]:
        found = ask(store, Query(("contacts",), known_at=known_at, scope=Scope.all()))
        return found.known_at, found.rows[0].figures["contacts"].value

    def bring(number: int) -> None:
        begun = event("interaction.started", f"interaction/{number}", AT, f"s{number}", direction="inbound")
        put(store, number, [begun], KNOWN_AT + timedelta(hours=number))

    first, second = (KNOWN_AT + timedelta(hours=number) for number in (1, 2))
    bring(1)
    derive(store, [1])
    assert asked(second) == (first, 1)
    bring(2)  # acknowledged and not in the facts
    assert asked(second + timedelta(days=9)) == (first, 1)
    derive(store, [2])
    assert asked(second) == (second, 2)
    assert asked(first) == (first, 1)
    assert asked(first + timedelta(minutes=1)) == (first + timedelta(minutes=1), 1)


def test_rows_of_a_batch_without_its_line_stay_out_of_a_rebuild(store: Store) -> None:
    put(store, 1, [event("interaction.started", "interaction/1", AT, "1")])
    derive(store, [1])
    before = content(store)
    store.command("INSERT INTO event SELECT * REPLACE (2 AS batch, 'lost' AS id, 'interaction/2' AS subject, 7 AS subject_hash) FROM event")
    rebuild(store)
    assert content(store) == before


def test_a_batch_is_pending_until_its_facts_are_written(store: Store) -> None:
    put(store, 1, [event("interaction.started", "interaction/1", AT, "1")])
    put(store, 2, [event("interaction.closed", "interaction/1", AT, "2")])
    assert pending(store) == [1, 2]
    derive(store, pending(store))
    assert pending(store) == []
    derive(store, [])


def test_what_an_interrupted_rebuild_left_is_removed_and_harmless(store: Store) -> None:
    put(store, 1, [event("interaction.started", "interaction/1", AT, "1")])
    derive(store, [1])
    before = content(store)
    left = store.beside(f"{store.database}_rebuild")
    left.command("CREATE TABLE interaction (half UInt8) ENGINE = Memory")
    left.close()
    rebuild(store)
    assert content(store) == before
    assert not store.value("SELECT count() FROM system.databases WHERE endsWith(name, '_rebuild')")
    clean(store)
    prepare(store)


def test_a_late_batch_with_a_lower_number_still_wins(store: Store) -> None:
    put(store, 7, [event("interaction.started", "interaction/1", AT, "1")])
    derive(store, [7])
    put(store, 5, [event("interaction.started", "interaction/1", AT - timedelta(days=40), "0")])
    derive(store, [5])
    rows = store.rows("SELECT day, started_at FROM interaction FINAL")
    assert rows == [{"day": (AT - timedelta(days=40)).date(), "started_at": AT - timedelta(days=40)}]
