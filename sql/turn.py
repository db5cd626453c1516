"""Writing the log under a new key of pseudonyms: aside, put in place in one step. Everything derived is built again from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from sql.arrival import SEALABLE, store_again, stored
from sql.clickhouse import Store
from sql.erase import text_columns
from sql.failpoint import failpoint
from sql.lease import check

_ASIDE = "turned"
_ROWS = 200_000  # rows written at once: bounds memory


def _holds(version: int) -> str:
    """Whether an event holds a pseudonym of this version of the key."""
    whole = f"'^k{version:d}:[0-9a-f]{{64}}$'"
    parts = [f"match(`{name}`, {whole})" for name in SEALABLE]
    parts.append(f"match(substring(subject, position(subject, '/') + 1), {whole})")
    return " OR ".join([*parts, f"match(data, '\"k{version:d}:[0-9a-f]{{64}}\"')"])


def names(store: Store, version: int) -> set[str]:
    """Every pseudonym of this version of the key in the log."""
    name = f"'k{version:d}:[0-9a-f]{{64}}'"
    texts = ", ' ', ".join(f"`{text}`" for text in (*SEALABLE, "subject", "data"))
    asked = f"SELECT DISTINCT arrayJoin(extractAll(concat({texts}), {name})) AS name FROM event WHERE {_holds(version)}"
    return {str(each) for each in store.table(asked)["name"].to_pylist()}


def count(store: Store, version: int) -> int:
    """How many events hold pseudonyms of this version of the key."""
    return int(store.value(f"SELECT count() FROM event WHERE {_holds(version)}") or 0)


def left(store: Store, version: int) -> dict[str, int]:
    """By table, how many rows hold a pseudonym of this version in any text."""
    found = {}
    for table, texts in text_columns(store).items():
        wanted = " OR ".join(f"match(ifNull(toString(`{text}`), ''), 'k{version:d}:[0-9a-f]{{64}}')" for text in texts)
        found[table] = int(store.value(f"SELECT count() FROM `{table}` WHERE {wanted}") or 0)
    return found


def rewrite(store: Store, version: int, turned: Callable[[pa.Table], pa.Table]) -> None:
    """Write the log anew, `turned` making the rows that hold pseudonyms of a version anew. Safe to run again."""
    store.command(f"DROP TABLE IF EXISTS {_ASIDE} SYNC")
    holds = _holds(version)
    if not count(store, version):
        return
    store.command(f"CREATE TABLE {_ASIDE} AS event")
    store.command(f"INSERT INTO {_ASIDE} SELECT * FROM event WHERE NOT ({holds})")
    for bounds in _stretches(store, holds):
        rows = stored(store, f"batch BETWEEN {{first:UInt64}} AND {{last:UInt64}} AND ({holds})", bounds)
        store_again(store, turned(rows), _ASIDE)
    failpoint("turn.after_log")
    check(store)
    store.command(f"EXCHANGE TABLES event AND {_ASIDE}")
    failpoint("turn.after_exchange")
    store.command(f"DROP TABLE {_ASIDE} SYNC")


def _stretches(store: Store, holds: str) -> Iterator[dict[str, int]]:
    """The batches that hold pseudonyms, some at a time."""
    first, last, rows = 0, 0, 0
    for row in store.rows(f"SELECT batch, count() AS size FROM event WHERE {holds} GROUP BY batch ORDER BY batch"):
        if rows and rows + row["size"] > _ROWS:
            yield {"first": first, "last": last}
            rows = 0
        first = row["batch"] if not rows else first
        last, rows = row["batch"], rows + row["size"]
    if rows:
        yield {"first": first, "last": last}


def reseal(store: Store, payloads: Mapping[int, str]) -> None:
    """Put other payloads in held lines."""
    for line, payload in payloads.items():
        told: dict[str, Any] = {"line": line, "payload": payload}
        store.alter("quarantine UPDATE payload = {payload:String} WHERE line = {line:UInt64} AND payload != ''", told)
