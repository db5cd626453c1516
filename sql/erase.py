"""Taking pseudonyms out of what is stored: the log, its indexes and quarantine. Facts are built again from the log afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from sql.arrival import SEALABLE, index, prepare, store_again, stored
from sql.clickhouse import Store, StoreError
from sql.fact import FACTS

_MARK = "erasing"  # stands from the first change of an erasure to its end, on the disk: which events it concerns
_LIST = "erased"  # whom it takes out, in memory: their number has no bound, and what is bound to a statement has one


def _holds(names: str) -> str:
    """Whether an event holds one of some pseudonyms (a list or a question, in SQL): any text of it equal to one, its subject, or a text in
    its data."""
    parts = [f"`{name}` IN {names}" for name in SEALABLE]
    parts.append(f"substring(subject, position(subject, '/') + 1) IN {names}")
    parts.append(f"""(data != '' AND arrayExists(name -> name IN {names}, extractAll(data, '"(k[0-9]+:[0-9a-f]{{64}})"')))""")
    return " OR ".join(parts)


_LISTED = f"(SELECT name FROM {_LIST})"
HOLDS = _holds(_LISTED)


def tied(store: Store, names: list[str]) -> tuple[str, ...]:
    """Some pseudonyms and every other of the same person."""
    asked = (
        "SELECT DISTINCT customer FROM (SELECT customer, person FROM person UNION ALL SELECT DISTINCT person, person FROM person) "
        "WHERE person IN (SELECT person FROM person WHERE customer IN {names:Array(String)}) OR person IN {names:Array(String)}"
    )
    return tuple(sorted({*names, *(str(row["customer"]) for row in store.rows(asked, {"names": names}))}))


@contextmanager
def listed(store: Store, names: Collection[str]) -> Iterator[None]:
    """While these pseudonyms are taken out: they stand in a table, which the statements of an erasure ask.

    Changes of an earlier erasure that was interrupted may be going on: they are stopped first, as they ask the same table. Where this one
    is interrupted the table stays for what goes on behind it.
    """
    for table in ("event", "identity", "reach"):
        store.command(f"KILL MUTATION WHERE database = '{store.database}' AND table = '{table}' AND NOT is_done SYNC")
    _unlist(store)
    store.command(f"CREATE TABLE {_LIST} (name String) ENGINE = Memory")
    if names:
        store.insert(_LIST, pa.table({"name": pa.array(sorted(names), pa.string())}))
    yield
    if int(store.value(f"SELECT count() FROM {_LIST}")) != len(names):
        raise StoreError("The server was started anew during an erasure: erase once more, nothing of it was ended.")
    _unlist(store)


def _unlist(store: Store) -> None:
    store.command(f"DROP TABLE IF EXISTS {_LIST} SYNC")


def affected(store: Store) -> pa.Table:
    """The events that hold one of the listed pseudonyms."""
    return stored(store, HOLDS, {})


def events_of(store: Store, names: Sequence[str]) -> list[dict[str, Any]]:
    """The events that hold one of a person's pseudonyms, in the order of their time."""
    asked = f"SELECT * FROM event WHERE {_holds('{names:Array(String)}')} ORDER BY time, source, id, revision"
    return store.rows(asked, {"names": list(names)})


def facts_of(store: Store, names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By table, the facts about customers of these pseudonyms."""
    tables = store.rows(
        "SELECT table FROM system.columns WHERE database = {db:String} AND name = 'customer' AND table IN {facts:Array(String)} "
        "ORDER BY table",
        {"db": store.database, "facts": [fact.name for fact in FACTS]},
    )
    found = {}
    for row in tables:
        asked = f"SELECT * FROM `{row['table']}` FINAL WHERE customer IN {{names:Array(String)}} ORDER BY day"
        if rows := store.rows(asked, {"names": list(names)}):
            found[str(row["table"])] = rows
    return found


def other_key(store: Store, own: str) -> str:
    """A version of the key, other than the one that begins `own`, under which customers are stored; "" where there is none."""
    asked = """SELECT extract(if(startsWith(subject, 'customer/'), substring(subject, 10), customer), '^(k[0-9]+):[0-9a-f]{64}$') AS other
        FROM event WHERE other != '' AND concat(other, ':') != {own:String} LIMIT 1"""
    return str(store.value(asked, {"own": own}) or "")


def begin(store: Store) -> None:
    """From here on, until `finish`, the next writer takes out whoever was erased."""
    store.command(
        f"CREATE TABLE IF NOT EXISTS {_MARK} (batch UInt64, position UInt64, identity UInt128) "
        "ENGINE = MergeTree ORDER BY (batch, position) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
    )


def replace(store: Store, fresh: pa.Table) -> None:
    """Store the events of the listed pseudonyms again in their new form and take the old form away. Running it again after a crash ends in
    the same state; the index and the facts follow (`complete`, a rebuild, `finish`)."""
    begin(store)
    store.command(f"INSERT INTO {_MARK} SELECT batch, position, reinterpretAsUInt128(sipHash128(source, id)) FROM event WHERE {HOLDS}")
    # what an interrupted run wrote
    store.alter(f"event DELETE WHERE (batch, position) IN (SELECT batch, position FROM event WHERE {HOLDS}) AND NOT ({HOLDS})")
    store_again(store, fresh)
    store.alter(f"event DELETE WHERE {HOLDS}")


def unfinished(store: Store) -> bool:
    """Whether an erasure has begun and not ended."""
    asked = "SELECT count() FROM system.tables WHERE database = {db:String} AND name = {name:String}"
    return bool(store.value(asked, {"db": store.database, "name": _MARK}))


def complete(store: Store) -> int:
    """Index the events of an erasure that has begun under their new form; how many they are."""
    store.alter(f"identity DELETE WHERE identity IN (SELECT identity FROM {_MARK})")
    store.alter(f"reach DELETE WHERE key IN (SELECT sipHash64(concat('customer/', name)) FROM {_LIST})")
    for row in store.rows(f"SELECT DISTINCT batch FROM {_MARK} ORDER BY batch"):
        index(store, [int(row["batch"])])
    prepare(store)
    return int(store.value(f"SELECT uniqExact(batch, position) FROM {_MARK}") or 0)


def finish(store: Store) -> None:
    """The end of an erasure."""
    store.command(f"DROP TABLE IF EXISTS {_MARK} SYNC")


def held(store: Store) -> list[dict[str, Any]]:
    """The held lines with their payload."""
    return store.rows("SELECT line, payload FROM quarantine WHERE state = 'held' AND payload != ''")


def holds(store: Store) -> bool:
    """Whether any line is held that still holds something."""
    return bool(store.value("SELECT 1 FROM quarantine WHERE state = 'held' AND payload != '' LIMIT 1"))


def empty(store: Store, lines: list[int]) -> None:
    """Take away what some held lines held; that they were held stays counted."""
    if lines:
        changed = "payload = '', shown = '(erased)'"
        store.alter(f"quarantine UPDATE {changed} WHERE line IN {{lines:Array(UInt64)}}", {"lines": lines})


def left(store: Store, names: tuple[str, ...]) -> dict[str, int]:
    """By table, how many rows hold one of the pseudonyms in any text: 0 everywhere after an erasure."""
    found = {}
    for table, texts in text_columns(store).items():
        wanted = " OR ".join(f"hasAny({_FOUND.format(name)}, {{names:Array(String)}})" for name in texts)
        found[table] = int(store.value(f"SELECT count() FROM `{table}` WHERE {wanted}", {"names": list(names)}) or 0)
    return found


def text_columns(store: Store) -> dict[str, list[str]]:
    """The columns of each table that hold texts."""
    return {str(row["table"]): list(row["names"]) for row in store.rows(_COLUMNS, {"db": store.database})}


_FOUND = "extractAll(ifNull(toString(`{}`), ''), 'k[0-9]+:[0-9a-f]{{64}}')"
_COLUMNS = """SELECT table, groupArray(name) AS names
FROM system.columns
WHERE database = {db:String}
    AND table IN (SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree%')
    AND type IN ('String', 'LowCardinality(String)', 'Nullable(String)')
GROUP BY table
ORDER BY table"""
