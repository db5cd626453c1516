"""The durable side of arrival: one writer stages, judges, stores and indexes a batch; what did not reach its line never happened.

Steps, in this order: rows into `event`, lines into `quarantine`, then the batch's line into `batch`: from there on it is acknowledged.
The indexes (`identity`, `reach`, `record`, `watermark`) and the facts follow; a start after a crash sweeps the rows of batches that have
no line and finishes the work of those that have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from sql.clickhouse import Store, load
from sql.failpoint import failpoint
from sql.migrate import statements

_SIGNED = {"received": pa.int64(), "quarantined": pa.int64()}
INDEXES = ("identity", "reach", "record", "watermark")


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of staging a batch: counts by part (table) and source, and the events that named another subject than before."""

    counts: list[dict[str, Any]]
    moved: list[dict[str, Any]]


def prepare(store: Store) -> int:
    """Make the working tables, sweep what an interrupted batch left, and return the number of the last acknowledged batch."""
    for statement in statements(load("arrival.tables")):
        store.command(statement)
    last = int(store.value("SELECT max(batch) FROM batch") or 0)
    for table in ("event", "quarantine"):
        if store.value(f"SELECT count() FROM {table} WHERE batch > {{last:UInt64}}", {"last": last}):
            store.command(f"ALTER TABLE {table} DELETE WHERE batch > {{last:UInt64}}", {"last": last}, {"mutations_sync": 2})
    return last


def judge(store: Store, tables: list[pa.Table]) -> Judged:
    """Stage the accepted events of a batch, in arrival order, and judge each beside what is known. Counts come by table and source."""
    for name in ("staging", "arriving", "verdict"):
        store.command(f"TRUNCATE TABLE {name}")
    start = 0
    for part, table in enumerate(tables):
        if table.num_rows:
            places = pa.array(np.arange(start, start + table.num_rows, dtype=np.uint64))
            parts = pa.array(np.full(table.num_rows, part, dtype=np.uint32))
            store.insert("staging", table.append_column("position", places).append_column("part", parts))
            start += table.num_rows
    if not start:
        return Judged([], [])
    store.command(load("arrival.hash"))
    store.command(load("arrival.judge"))
    counts = store.rows(load("arrival.count"))
    moved = store.rows(load("arrival.moved")) if any(row["quarantined"] for row in counts) else []
    return Judged(counts, moved)


def keep(store: Store, batch: int, known_at: datetime, judged: Judged, quarantine: pa.Table | None, lines: pa.Table) -> None:
    """Write a judged batch. When this returns the batch is durable and acknowledged."""
    if any(row["written"] for row in judged.counts):
        store.command(load("arrival.store"), {"batch": batch, "known_at": known_at})
    failpoint("arrival.after_event")
    if quarantine is not None and quarantine.num_rows:
        store.insert("quarantine", quarantine)
    failpoint("arrival.after_quarantine")
    store.insert("batch", lines)
    failpoint("arrival.after_batch")


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
