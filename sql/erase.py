"""Taking pseudonyms out of what is stored: the log, its indexes and quarantine. Facts are built again from the log afterwards."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from sql.arrival import index, prepare, store_again
from sql.clickhouse import Store

# Everything of an event that can hold a pseudonym: any text of it equal to one, its subject, or a text in its data.
_TEXTS = ("id", "record", "agent", "stint", "customer", "case", "message", "in_reply_to", "to")
HOLDS = " OR ".join(
    (
        *(f"`{name}` IN {{names:Array(String)}}" for name in _TEXTS),
        "substring(subject, position(subject, '/') + 1) IN {names:Array(String)}",
        "(data != '' AND multiSearchAny(data, {quoted:Array(String)}))",
    )
)
_NOW = {"mutations_sync": 2}


def _bound(names: list[str]) -> dict[str, Any]:
    return {"names": names, "quoted": [f'"{name}"' for name in names]}


def tied(store: Store, names: list[str]) -> tuple[str, ...]:
    """Some pseudonyms and every other of the same person."""
    asked = (
        "SELECT DISTINCT customer FROM (SELECT customer, person FROM person UNION ALL SELECT DISTINCT person, person FROM person) "
        "WHERE person IN (SELECT person FROM person WHERE customer IN {names:Array(String)}) OR person IN {names:Array(String)}"
    )
    return tuple(sorted({*names, *(str(row["customer"]) for row in store.rows(asked, {"names": names}))}))


def affected(store: Store, names: list[str]) -> pa.Table:
    """The events that hold one of the pseudonyms."""
    return store.table(f"SELECT * FROM event WHERE {HOLDS}", _bound(names))


def replace(store: Store, names: list[str], rows: pa.Table, fresh: pa.Table) -> None:
    """Store events again in their new form and take the old form away. Running it again after a crash ends in the same state."""
    places = "(batch, position) IN (SELECT batch, position FROM erasing)"
    store.command("DROP TABLE IF EXISTS erasing SYNC")
    store.command("CREATE TABLE erasing (batch UInt64, position UInt64, identity UInt128) ENGINE = Memory")
    store.command(
        "INSERT INTO erasing SELECT batch, position, reinterpretAsUInt128(sipHash128(source, id)) FROM event WHERE " + HOLDS, _bound(names)
    )
    store.command(f"ALTER TABLE event DELETE WHERE {places} AND NOT ({HOLDS})", _bound(names), _NOW)  # what an interrupted run wrote
    store_again(store, fresh)
    store.command(f"ALTER TABLE event DELETE WHERE {HOLDS}", _bound(names), _NOW)
    store.command("ALTER TABLE identity DELETE WHERE identity IN (SELECT identity FROM erasing)", None, _NOW)
    hashes = "arrayMap(n -> sipHash64(concat('customer/', n)), {names:Array(String)})"
    store.command(f"ALTER TABLE reach DELETE WHERE has({hashes}, key)", {"names": names}, _NOW)
    store.command("DROP TABLE erasing SYNC")
    for batch in sorted(set(rows.column("batch").to_pylist())):
        index(store, [batch])
    prepare(store)


def held(store: Store) -> list[dict[str, Any]]:
    """The held lines with their payload."""
    return store.rows("SELECT line, payload FROM quarantine WHERE state = 'held' AND payload != ''")


def empty(store: Store, lines: list[int]) -> None:
    """Take away what some held lines held; that they were held stays counted."""
    if lines:
        changed = "payload = '', shown = '(erased)'"
        store.command(f"ALTER TABLE quarantine UPDATE {changed} WHERE line IN {{lines:Array(UInt64)}}", {"lines": lines}, _NOW)


def left(store: Store, names: tuple[str, ...]) -> dict[str, int]:
    """By table, how many rows hold one of the pseudonyms in any text: 0 everywhere after an erasure."""
    columns = store.rows(_COLUMNS, {"db": store.database})
    found = {}
    for row in columns:
        wanted = " OR ".join(f"multiSearchAny(toString(`{name}`), {{names:Array(String)}})" for name in row["names"])
        found[str(row["table"])] = int(store.value(f"SELECT count() FROM `{row['table']}` WHERE {wanted}", {"names": list(names)}) or 0)
    return found


_COLUMNS = """SELECT table, groupArray(name) AS names
FROM system.columns
WHERE database = {db:String}
    AND table IN (SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree%')
    AND type IN ('String', 'LowCardinality(String)', 'Nullable(String)')
GROUP BY table
ORDER BY table"""
