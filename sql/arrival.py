"""The durable side of arrival: one writer stages, judges, stores and indexes a batch; what did not reach its line never happened.

Steps, in this order: rows into `event`, lines into `quarantine`, then the batch's line into `batch`: from there on it is acknowledged.
The indexes (`identity`, `reach`, `record`, `watermark`) and the facts follow; a start after a crash sweeps the rows of batches that have
no line and finishes the work of those that have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sql.clickhouse import Store, load
from sql.failpoint import failpoint

_SIGNED = {"received": pa.int64(), "quarantined": pa.int64()}
INDEXES = ("identity", "reach", "record", "watermark")
VERDICT = (
    "CREATE TABLE verdict (position UInt64, part UInt32, source LowCardinality(String), again Bool, kind LowCardinality(String), "
    "written Bool) ENGINE = Memory"
)
# What every event has, and what it may have: the columns of `event` that the sender fills.
_ALWAYS = {
    "position": "UInt64", "part": "UInt32", "day": "Date", "subject": "String", "time": "DateTime64(3, 'UTC')", "sequence": "UInt64",
    "type": "LowCardinality(String)", "type_rank": "UInt8", "source": "LowCardinality(String)", "id": "String", "revision": "UInt64",
    "retracted": "Bool", "record": "String", "data": "String",
}  # fmt: skip
_MAY = (
    "channel", "mode", "direction", "queue", "agent", "stint", "role", "customer", "case", "reason", "author", "message", "in_reply_to",
    "automatic", "relation", "to", "state", "domain", "team", "site", "brand", "segment", "customer_type", "device", "language", "motive",
    "journey_type", "outcome",
)  # fmt: skip
_AT_ONCE = 50_000  # events an insert into staging, at least where there are as many
_MADE = ("part",)  # working columns that the log does not have


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of staging a batch: counts by part (table) and source, the events that named another subject than before.

    `columns` are those the batch came with; the others are empty in it and take the log's defaults.
    """

    counts: list[dict[str, Any]]
    moved: list[dict[str, Any]]
    columns: tuple[str, ...] = ()

    @property
    def written(self) -> int:
        """How many events go to the log."""
        return sum(row["written"] for row in self.counts)

    @property
    def plain(self) -> bool:
        """Every event is new: the usual case, which needs no look at the verdicts."""
        return all(row["stored"] - row["corrected"] == row["received"] for row in self.counts)


def prepare(store: Store) -> int:
    """Make the working tables, sweep what an interrupted batch left, and return the number of the last acknowledged batch."""
    store.command("DROP TABLE IF EXISTS staging SYNC")
    store.command("DROP TABLE IF EXISTS verdict SYNC")
    store.command(VERDICT)
    last = int(store.value("SELECT max(batch) FROM batch") or 0)
    for table in ("event", "quarantine"):
        if store.value(f"SELECT count() FROM {table} WHERE batch > {{last:UInt64}}", {"last": last}):
            store.command(f"ALTER TABLE {table} DELETE WHERE batch > {{last:UInt64}}", {"last": last}, {"mutations_sync": 2})
    return last


def _staging(columns: Sequence[str]) -> str:
    """The staging table for these columns. Hashes are computed as rows come in.

    The content hash is a sum over the fields that are not empty: it does not depend on which columns a batch came with.
    """
    plain = [f"{name} {kind}" for name, kind in _ALWAYS.items()]
    given = [f"`{name}` {'Bool' if name == 'automatic' else 'String'}" for name in columns]
    parts = [f"if(notEmpty(`{name}`), cityHash64('{name}', `{name}`), 0)" for name in (*columns, "data") if name != "automatic"]
    parts += ["if(automatic, cityHash64('automatic'), 0)"] if "automatic" in columns else []
    content = " + ".join(["cityHash64(subject, type, time, sequence, retracted, record)", *parts])
    made = [
        "subject_hash UInt64 DEFAULT sipHash64(subject)",
        "identity UInt128 DEFAULT reinterpretAsUInt128(sipHash128(source, id))",
        f"content UInt64 DEFAULT {content}",
        "rank UInt128 DEFAULT bitShiftLeft(toUInt128(revision), 64) + bitNot(content)",
    ]
    return f"CREATE TABLE staging ({', '.join([*plain, *given, *made])}) ENGINE = Memory"


def judge(store: Store, tables: list[pa.Table]) -> Judged:
    """Stage the accepted events of a batch, in arrival order, and judge each beside what is known. Counts come by table and source."""
    columns = tuple(name for name in _MAY if any(name in table.column_names for table in tables))
    store.command("DROP TABLE IF EXISTS staging SYNC")
    store.command(_staging(columns))
    store.command("TRUNCATE TABLE verdict")
    for staged in _staged(tables, columns):
        store.insert("staging", staged)
    if not any(table.num_rows for table in tables):
        return Judged([], [])
    store.command(load("arrival.judge"))
    counts = store.rows(load("arrival.count"))
    moved = store.rows(load("arrival.moved")) if any(row["quarantined"] for row in counts) else []
    return Judged(counts, moved, columns)


def _staged(tables: list[pa.Table], columns: tuple[str, ...]) -> Iterator[pa.Table]:
    """The tables with their place and part, small ones joined: many senders of a few events are one insert, not many."""
    waiting: list[pa.Table] = []
    start = 0
    for part, table in enumerate(tables):
        if not table.num_rows:
            continue
        places = pa.array(np.arange(start, start + table.num_rows, dtype=np.uint64))
        parts = pa.array(np.full(table.num_rows, part, dtype=np.uint32))
        waiting.append(table.append_column("position", places).append_column("part", parts))
        start += table.num_rows
        if sum(each.num_rows for each in waiting) >= _AT_ONCE:
            yield _joined(waiting, columns)
            waiting = []
    if waiting:
        yield _joined(waiting, columns)


def _joined(tables: list[pa.Table], columns: tuple[str, ...]) -> pa.Table:
    if len(tables) == 1:
        return tables[0]
    joined = pa.concat_tables(tables, promote_options="default")
    for name in columns:
        if name in joined.column_names and joined[name].null_count:
            empty = pa.scalar(False if name == "automatic" else "", joined[name].type)
            joined = joined.set_column(joined.column_names.index(name), name, pc.fill_null(joined[name], empty))
    return joined


def keep(store: Store, batch: int, known_at: datetime, judged: Judged, quarantine: pa.Table | None, lines: pa.Table) -> None:
    """Write a judged batch. When this returns the batch is durable and acknowledged."""
    if judged.written:
        store.command(_storing(judged), {"batch": batch, "known_at": known_at})
    failpoint("arrival.after_event")
    if quarantine is not None and quarantine.num_rows:
        store.insert("quarantine", quarantine)
    failpoint("arrival.after_quarantine")
    store.insert("batch", lines)
    failpoint("arrival.after_batch")


def _storing(judged: Judged) -> str:
    """The statement that puts the staged events that win into the log."""
    names = [name for name in _ALWAYS if name not in _MADE] + [*judged.columns, "subject_hash", "content"]
    chosen = ", ".join(f"staging.`{name}`" for name in names)
    verdict = "" if judged.plain else " INNER JOIN verdict ON verdict.position = staging.position WHERE verdict.written"
    return (
        f"INSERT INTO event ({', '.join(f'`{name}`' for name in names)}, again, batch, known_at) "
        f"SELECT {chosen}, {'false' if judged.plain else 'verdict.again'}, {{batch:UInt64}}, {{known_at:DateTime64(3, 'UTC')}} "
        f"FROM staging{verdict}"
    )


def index(store: Store, batches: list[int]) -> None:
    """Bring the indexes up to the stored events of these batches. Running it again changes nothing."""
    for name in INDEXES:
        store.command(load(f"index.{name}"), {"batches": batches})
        failpoint(f"arrival.after_{name}")


def batch_lines(batch: int, rows: list[dict[str, Any]], known_at: datetime) -> pa.Table:
    """The lines of one batch for the arrival log, one a source."""
    names = ("records", "received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
    return pa.table(
        {
            "batch": pa.array([batch] * len(rows), pa.uint64()),
            "connector": [row["connector"] for row in rows],
            "file": [row["file"] for row in rows],
            "source": [row["source"] for row in rows],
            "known_at": pa.array([known_at.astimezone(UTC)] * len(rows), pa.timestamp("ms", "UTC")),
            **{name: pa.array([row[name] for row in rows], _SIGNED.get(name, pa.uint64())) for name in names},
            "seconds": pa.array([row["seconds"] for row in rows], pa.float64()),
        }
    )
