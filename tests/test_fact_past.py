"""The facts as known at an instant, what a rebuild that was interrupted leaves, and what healing a crash means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sql.clickhouse import Store
from sql.derivation import prepare
from sql.derive import as_known, content, derive, pending, rebuild
from sql.rebuild import KEPT, clean
from tests.arrival_writer import KNOWN_AT, put
from tests.spec.fact_oracle import event

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
        database = as_known(store, KNOWN_AT + timedelta(hours=number, minutes=1))
        assert database != store.database
        assert contents_of(store, database) == past[number]
    assert as_known(store, KNOWN_AT + timedelta(hours=KEPT + 1)) == store.database
    kept = store.rows("SELECT name FROM system.databases WHERE startsWith(name, {start:String})", {"start": f"{store.database}_known_"})
    assert len(kept) == KEPT


def test_before_anything_was_known_there_is_nothing(store: Store) -> None:
    put(store, 1, [event("interaction.started", "interaction/1", AT, "1")])
    derive(store, [1])
    assert set(contents_of(store, as_known(store, KNOWN_AT - timedelta(days=1))).values()) == {"0-0000000000000000"}


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="zone"):
        as_known(store, datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


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
