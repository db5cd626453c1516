"""Short words for tests of arrival: events in, the log and the balances out."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from ingest.accept import Accepted, Terms, accept
from ingest.connector import Chunk
from ingest.receipt import Receipt
from ingest.seal import Keys, keys_in
from ingest.writer import Writer
from sql.check import check
from sql.clickhouse import Store

KEYS: Keys = keys_in(None)
COUNTS = ("received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
# What is asked of the log: the winner of each identity, without what depends on how it came.
WINNERS = """SELECT * EXCEPT (batch, known_at, again) FROM event
WHERE (sipHash128(source, id), revision, content) IN
    (SELECT sipHash128(source, id), max(revision), argMin(content, (-toInt128(revision), content)) FROM event GROUP BY 1)
ORDER BY source, id"""


def taken(events: Iterable[Any], keys: Keys = KEYS, terms: Terms | None = None) -> Accepted:
    """Events accepted as one stretch; the events given are left as they are."""
    given = copy.deepcopy(list(events))
    chunk = Chunk(given, [f"line {number}" for number in range(1, len(given) + 1)], len(given))
    return accept(chunk, lambda _: terms or Terms(), keys)


def sent(writer: Writer, events: Iterable[Any], file: str = "f", **more: Any) -> Receipt:
    """Events committed as one batch."""
    return writer.commit([taken(events, writer.keys)], "cloudevents", file, **more)


def counts(receipt: Receipt) -> dict[str, int]:
    """The counts of a receipt that are not 0."""
    return {name: getattr(receipt, name) for name in COUNTS if getattr(receipt, name)}


def winners(store: Store) -> list[dict[str, Any]]:
    """The log's winning rows."""
    return [{name: value for name, value in row.items() if name != "position"} for row in store.rows(WINNERS)]


def unbalanced(store: Store) -> list[str]:
    """The balances that do not hold."""
    return [f"{each.name}: {each.left} / {each.right}" for each in check(store) if each.residual]


FACTS = (
    "interaction", "stay", "stint", "turn", "work", "hold", "presence", "capacity", "focus", "rating", "order", "touch", "cost",
    "reference", "link",
)  # fmt: skip


def facts(store: Store, tables: Sequence[str] = FACTS) -> dict[str, str]:
    """A fingerprint of each fact table's content, without versions."""
    prints = {}
    for table in tables:
        rows = store.rows(f"SELECT * EXCEPT (version, gone) FROM `{table}` FINAL ORDER BY ALL")
        prints[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    for table in ("person", "opening"):
        prints[table] = hashlib.sha256(repr(store.rows(f"SELECT * FROM {table} ORDER BY ALL")).encode()).hexdigest()
    return prints
