"""Bring a store's schema up to date: numbered files, a status table, safe to run twice and after a crash half-way."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from sql.clickhouse import Store, StoreError
from sql.view import install

MIGRATIONS = Path(__file__).parent / "migrations"

STATUS = """CREATE TABLE IF NOT EXISTS migration
(number UInt32, name String, state Enum8('begun' = 1, 'done' = 2), at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = MergeTree ORDER BY (number, at) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"""


class NewerSchema(StoreError):
    """The database was written by a newer Apogee than this one."""


def files() -> list[tuple[int, str, Path]]:
    """The migrations in order: (number, name, file). Numbers run 1, 2, 3… without a gap; StoreError where they do not."""
    found = [(int(path.name[:4]), path.stem[5:], path) for path in sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))]
    if [number for number, _, _ in found] != list(range(1, len(found) + 1)):
        raise StoreError("Migration files must be numbered 0001, 0002, … without gap or repetition.")
    return found


def statements(text: str) -> list[str]:
    """The statements of one file, without comments; none of ours holds a semicolon in a literal."""
    bare = re.sub(r"--[^\n]*", "", text)
    return [part.strip() for part in bare.split(";") if part.strip()]


def begun(store: Store) -> bool:
    """Whether the database is one of ours, rather than empty or somebody else's."""
    found = "SELECT 1 FROM system.tables WHERE database = {database:String} AND name = 'migration'"
    return bool(store.value(found, {"database": store.database}))


def migrate(store: Store) -> list[str]:
    """Apply what is missing and return the names applied.

    Each statement is written so that running it again changes nothing (IF NOT EXISTS): a crash half-way is healed by running again.
    Raises NewerSchema when the database knows a migration that this code does not.
    """
    store.command(STATUS)
    done = {row["number"] for row in store.rows("SELECT DISTINCT number FROM migration WHERE state = 'done'")}
    known = files()
    if done and max(done) > len(known):
        raise NewerSchema(
            f"The database is at schema {max(done)}, this Apogee knows {len(known)}: install the version that wrote it, or a later one."
        )
    applied = []
    for number, name, path in known:
        if number in done:
            continue
        _mark(store, number, name, "begun")
        for statement in statements(path.read_text(encoding="utf-8")):
            store.command(statement)
        _mark(store, number, name, "done")
        applied.append(name)
    install(store)
    return applied


def _mark(store: Store, number: int, name: str, state: str) -> None:
    store.insert("migration", pa.table({"number": pa.array([number], pa.uint32()), "name": [name], "state": [state]}))
