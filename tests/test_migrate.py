"""Migrations: twice, after a crash half-way, on a newer database, with a gap in their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import sql.migrate as module
from sql.clickhouse import Store, StoreError
from sql.migrate import NewerSchema, files, migrate, statements


@pytest.fixture
def fresh(store: Store) -> Iterator[Store]:
    found = store.beside("apogee_fresh")
    yield found
    store.command("DROP DATABASE IF EXISTS apogee_fresh SYNC")
    found.close()


def tables(store: Store) -> set[str]:
    return {row["name"] for row in store.rows("SELECT name FROM system.tables WHERE database = {db:String}", {"db": store.database})}


def test_twice_changes_nothing(fresh: Store) -> None:
    assert migrate(fresh) == [name for _, name, _ in files()]
    before = tables(fresh)
    assert {"event", "batch", "identity", "interaction", "migration"} <= before
    assert migrate(fresh) == []
    assert tables(fresh) == before
    assert fresh.value("SELECT count() FROM migration") == 2 * len(files())


def test_after_a_crash_half_way(fresh: Store) -> None:
    fresh.command(module.STATUS)
    number, name, path = files()[0]
    module._mark(fresh, number, name, "begun")
    fresh.command(statements(path.read_text(encoding="utf-8"))[0])
    assert tables(fresh) == {"migration", "event"}
    assert migrate(fresh) == [name for _, name, _ in files()]
    assert migrate(fresh) == []


def test_after_a_crash_before_the_mark(fresh: Store) -> None:
    migrate(fresh)
    fresh.command("ALTER TABLE migration DELETE WHERE number = 2 AND state = 'done'", settings={"mutations_sync": 2})
    assert migrate(fresh) == ["arrival"]


def test_marks_of_corrections_are_no_longer_a_day(fresh: Store) -> None:
    migrate(fresh)
    fresh.command("INSERT INTO reach VALUES (1, '1970-01-01', 1), (1, '2026-03-01', 1), (2, '1970-01-01', 2), (7, '1970-01-01', 2)")
    fresh.command("INSERT INTO event (day, subject_hash) VALUES ('1970-01-01', 2)")
    fresh.command("ALTER TABLE migration DELETE WHERE number = 10", settings={"mutations_sync": 2})
    assert migrate(fresh) == ["mark"]
    held = {(row["key"], str(row["day"]), row["subject_hash"]) for row in fresh.rows("SELECT * FROM reach FINAL")}
    marks = {(1, "2149-06-06", 1), (2, "2149-06-06", 2)}
    assert held == marks | {(1, "2026-03-01", 1), (2, "1970-01-01", 2), (7, "1970-01-01", 2)}


def test_agents_become_words_of_a_dictionary_in_a_store_that_holds_some(fresh: Store) -> None:
    """Two of the tables have the agent in their key: parts that were written before are read and merged as before."""
    migrate(fresh)
    keyed = ("presence", "agent_day", "work")
    for table in keyed:
        fresh.command(f"ALTER TABLE {table} MODIFY COLUMN agent String CODEC(ZSTD(1))", settings={"mutations_sync": 2})
        for version in (1, 2):
            fresh.command(
                f"INSERT INTO {table} (day, subject_hash, agent, version) "
                f"SELECT '2026-03-01', number % 7, concat('a', toString(number % 5)), {version} FROM numbers({35 * version})"
            )
    told = {table: fresh.rows(f"SELECT * FROM {table} FINAL ORDER BY ALL") for table in keyed}
    fresh.command("ALTER TABLE migration DELETE WHERE number = 11", settings={"mutations_sync": 2})
    assert migrate(fresh) == ["agent_dictionary"]
    types = fresh.rows(
        "SELECT DISTINCT type FROM system.columns WHERE database = {db:String} AND name = 'agent' AND table IN {some:Array(String)}",
        {"db": fresh.database, "some": list(keyed)},
    )
    assert types == [{"type": "LowCardinality(String)"}]
    assert all(told.values())
    for again in range(2):
        assert {table: fresh.rows(f"SELECT * FROM {table} FINAL ORDER BY ALL") for table in keyed} == told, again
        for table in keyed:
            fresh.command(f"OPTIMIZE TABLE {table} FINAL")


def test_what_hangs_on_contacts_and_on_agents_is_told_apart(fresh: Store) -> None:
    """Also once more, as after a start that was cut short when the old table had gone."""
    migrate(fresh)
    fresh.command("CREATE TABLE agent_reach (key UInt64, agent_hash UInt64, day Date, from_day Date) ENGINE = MergeTree ORDER BY key")
    fresh.command(
        "INSERT INTO agent_reach VALUES "
        "(7, 1, '2026-03-02', '2026-03-01'), (7, 1, '2026-03-01', '2026-03-01'), (1, 1, '2026-04-02', '2026-03-31')"
    )
    for _ in range(2):
        fresh.command("ALTER TABLE migration DELETE WHERE number = 16", settings={"mutations_sync": 2})
        assert migrate(fresh) == ["agent_reach_split"]
        assert "agent_reach" not in tables(fresh)
    contacts = [tuple(map(str, row.values())) for row in fresh.rows("SELECT * FROM contact_reach FINAL ORDER BY ALL")]
    assert contacts == [("2026-03-01", "7", "1", "2026-03-01"), ("2026-03-01", "7", "1", "2026-03-02")]
    agents = [tuple(map(str, row.values())) for row in fresh.rows("SELECT * FROM day_reach FINAL")]
    assert agents == [("1", "2026-04-02", "2026-03-31")]


def test_names_are_known_by_their_hashes_in_rows_written_before(fresh: Store) -> None:
    """Also in those of a store that kept 128 bits, and read a purpose where it stands, for a while."""
    migrate(fresh)
    fresh.command("ALTER TABLE act DROP COLUMN purpose", settings={"mutations_sync": 2})
    for column in ("customer_hash", "order_hash"):
        fresh.command(f"ALTER TABLE `order` DROP COLUMN {column}", settings={"mutations_sync": 2})
    fresh.command("INSERT INTO `order` (day, `order`, customer, version) VALUES ('2026-03-01', 'o1', 'c1', 1), ('2026-03-01', 'o2', '', 1)")
    fresh.command(
        """INSERT INTO act (day, act, kind, data) VALUES ('2026-03-01', 1, 'customer.consent', '{"purpose":"loans"}'),
        ('2026-03-01', 2, 'customer.consent', '{}'), ('2026-03-01', 3, 'order.assisted', '{"purpose":"loans"}')"""
    )
    fresh.command("ALTER TABLE migration DELETE WHERE number IN (18, 20)", settings={"mutations_sync": 2})
    assert migrate(fresh) == ["customer_hash", "narrow_hash"]
    asked = """SELECT `order`, customer_hash = reinterpretAsUInt64(sipHash128(customer)) AS known, customer_hash = 0 AS nobody,
        order_hash = reinterpretAsUInt64(sipHash128(`order`)) AS named FROM `order` FINAL ORDER BY `order`"""
    for _ in range(2):
        told = [tuple(row.values()) for row in fresh.rows(asked)]
        assert told == [("o1", 1, 0, 1), ("o2", 0, 1, 1)]
        assert [row["purpose"] for row in fresh.rows("SELECT purpose FROM act FINAL ORDER BY act")] == ["loans", "", ""]
        fresh.command("OPTIMIZE TABLE `order` FINAL")


def test_what_was_inserted_is_one_file_and_what_was_merged_one_a_column(fresh: Store) -> None:
    migrate(fresh)
    fresh.command("ALTER TABLE stay MODIFY SETTING min_bytes_for_wide_part = 1")
    kind = "SELECT part_type FROM system.parts WHERE active AND database = currentDatabase() AND table = 'stay'"
    fresh.command("INSERT INTO stay (day, subject_hash) SETTINGS optimize_on_insert = 0 SELECT '2026-03-01', number FROM numbers(9)")
    assert fresh.value(kind) == "Compact"
    fresh.command("OPTIMIZE TABLE stay FINAL")
    assert fresh.value(kind) == "Wide"


def test_a_newer_database_is_left_alone(fresh: Store) -> None:
    migrate(fresh)
    module._mark(fresh, len(files()) + 1, "tomorrow", "done")
    before = tables(fresh)
    with pytest.raises(NewerSchema, match=rf"schema {len(files()) + 1}, this Apogee knows {len(files())}: install"):
        migrate(fresh)
    assert tables(fresh) == before


@pytest.mark.parametrize("names", [["0002_a.sql"], ["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"]])
def test_numbers_have_no_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1", encoding="utf-8")
    monkeypatch.setattr(module, "MIGRATIONS", tmp_path)
    with pytest.raises(StoreError, match="without gap"):
        files()


def test_statements_are_told_apart() -> None:
    assert statements("-- a; b\nCREATE x; -- c\n\n;DROP y -- d\n") == ["CREATE x", "DROP y"]
    for _, _, path in files():
        for statement in statements(path.read_text(encoding="utf-8")):
            safe = "IF NOT EXISTS" in statement or statement.startswith(("ALTER", "INSERT", "DROP TABLE IF EXISTS"))
            assert safe, f"{path.name} cannot be run twice"


def test_every_insertion_is_on_the_disk_before_it_is_answered(fresh: Store) -> None:
    migrate(fresh)
    durable = "engine NOT LIKE '%Tree%' OR engine_full LIKE '%fsync_after_insert = 1%'"
    asked = f"SELECT name FROM system.tables WHERE database = {{db:String}} AND NOT ({durable})"
    assert fresh.rows(asked, {"db": fresh.database}) == []
