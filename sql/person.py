"""Which customer ids are one person: the groups that the latest statement about each customer ties together."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from sql.clickhouse import Store
from sql.failpoint import failpoint

LATEST = """SELECT customer, argMax(into, (linked_at, sequence)) AS into
FROM link FINAL
GROUP BY customer
HAVING into != '' AND into != customer
ORDER BY customer"""


def groups(ties: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The person of each id that is not its own: the smallest id of its group, whatever the order of the ties."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        top = name
        while parent.setdefault(top, top) != top:
            top = parent[top]
        while parent[name] != top:
            parent[name], name = top, parent[name]
        return top

    for one, other in ties:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {name: root(name) for name in parent if root(name) != name}


def recompute(store: Store) -> None:
    """Make `person` anew from `link`, and put it in place in one step."""
    found = groups((row["customer"], row["into"]) for row in store.rows(LATEST))
    names = sorted(found)
    persons = [found[name] for name in names]
    replace(store, "person", pa.table({"customer": pa.array(names, pa.string()), "person": pa.array(persons, pa.string())}))


def replace(store: Store, table: str, rows: pa.Table) -> None:
    """Exchange the whole content of a table; readers see the old or the new, nothing between."""
    fresh = f"live_{table}"
    store.command(f"DROP TABLE IF EXISTS {fresh} SYNC")
    store.command(f"CREATE TABLE {fresh} AS {table}")
    if rows.num_rows:
        store.insert(fresh, rows)
    failpoint(f"derive.before_exchange_{table}")
    store.command(f"EXCHANGE TABLES {fresh} AND {table}")
    failpoint(f"derive.after_exchange_{table}")
    store.command(f"DROP TABLE {fresh} SYNC")
