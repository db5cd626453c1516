"""The durable side of arrival: one writer stages, judges, stores and indexes a batch; what did not reach its line never happened.

Steps, in this order: rows into `event`, lines into `quarantine`, then the batch's line into `batch`: from there on it is acknowledged.
The indexes (`identity`, `reach`, `record`, `watermark`) and the facts follow; a start after a crash sweeps the rows of batches that have
no line and finishes the work of those that have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sql.clickhouse import Store, load
from sql.failpoint import failpoint
from sql.seen import HALVES, Seen

_SIGNED = {"received": pa.int64(), "quarantined": pa.int64()}
INDEXES = ("identity", "reach", "record", "watermark")
STAGING = (
    "CREATE TABLE staging (position UInt64, part UInt32, source LowCardinality(String), identity UInt128, subject_hash UInt64, "
    "content UInt64, rank UInt128) ENGINE = Memory"
)
VERDICT = (
    "CREATE TABLE verdict (position UInt64, part UInt32, source LowCardinality(String), again Bool, kind LowCardinality(String), "
    "written Bool) ENGINE = Memory"
)
# What every event has, and what it may have: the columns of `event` that the sender fills.
_ALWAYS = ("day", "subject", "time", "sequence", "type", "type_rank", "source", "id", "revision", "retracted", "record", "data")
_MAY = (
    "channel", "mode", "direction", "queue", "agent", "stint", "role", "customer", "case", "reason", "author", "message", "in_reply_to",
    "automatic", "relation", "to", "state", "domain", "team", "site", "brand", "segment", "customer_type", "device", "language", "motive",
    "journey_type", "outcome",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of staging a batch: its events in arrival order, counts by part (table) and source, and the rows of `events` that
    named another subject than before.
    """

    events: pa.Table
    counts: list[dict[str, Any]]
    moved: list[dict[str, Any]]

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
    _seen.pop(store, None)
    store.command("DROP TABLE IF EXISTS staging SYNC")
    store.command("DROP TABLE IF EXISTS verdict SYNC")
    store.command(STAGING)
    store.command(VERDICT)
    last = int(store.value("SELECT max(batch) FROM batch") or 0)
    for table in ("event", "quarantine"):
        if store.value(f"SELECT count() FROM {table} WHERE batch > {{last:UInt64}}", {"last": last}):
            store.command(f"ALTER TABLE {table} DELETE WHERE batch > {{last:UInt64}}", {"last": last}, {"mutations_sync": 2})
    return last


def judge(store: Store, tables: list[pa.Table]) -> Judged:
    """Stage the accepted events of a batch, in arrival order, and judge each beside what is known. Counts come by table and source."""
    events = _joined(tables)
    for table in ("staging", "verdict"):
        store.command(f"TRUNCATE TABLE {table}")
    if not events.num_rows:
        return Judged(events, [], [])
    staging = (
        "INSERT INTO staging SELECT position, part, source, reinterpretAsUInt128(sipHash128(source, id)), sipHash64(subject), "
        f"{_content(events)} AS content, bitShiftLeft(toUInt128(revision), 64) + bitNot(content) FROM arriving"
    )
    store.pour(staging, events)
    suspects = _suspects(store, events.num_rows)
    if suspects is not None and store.value(load("arrival.fresh"), {"suspects": suspects}):
        return Judged(events, store.rows(load("arrival.new")), [])
    store.command(load("arrival.judge"), {"all": suspects is None, "suspects": suspects or []})
    counts = store.rows(load("arrival.count"))
    moved: list[dict[str, Any]] = []
    if any(row["quarantined"] for row in counts):
        held = store.table("SELECT position FROM verdict WHERE kind = 'moved' ORDER BY position")
        moved = events.take(held["position"]).to_pylist()
    return Judged(events, counts, moved)


def _suspects(store: Store, count: int) -> list[int] | None:
    """The places of the staged events that may have been stored before; None when all may, or too few came for the question to pay."""
    if count < _MANY:
        if store in _seen:
            _seen[store].add(store.table(f"SELECT {HALVES} FROM staging"))
        return None
    if store not in _seen or _seen[store].full:
        _seen[store] = Seen(store)
    halves = store.table(f"SELECT position, {HALVES} FROM staging")
    perhaps = halves["position"].to_numpy()[_seen[store].perhaps(halves)]
    _seen[store].add(halves)
    return perhaps.tolist() if len(perhaps) < count // _RARE else None


_MANY = 20_000  # events; fewer are looked up in the history at once
_RARE = 20  # one in so many: more suspects cost as much as all
_seen: WeakKeyDictionary[Store, Seen] = WeakKeyDictionary()


def _joined(tables: list[pa.Table]) -> pa.Table:
    """The tables as one, with the place of each event and the number of its table; what a table lacks is empty there."""
    if not tables:
        return pa.table({})
    joined = pa.concat_tables(tables, promote_options="default")
    for place, field in enumerate(joined.schema):
        if joined.column(place).null_count:
            empty = pa.scalar(_EMPTY.get(field.type, ""), field.type)
            joined = joined.set_column(place, field.name, pc.fill_null(joined.column(place), empty))
    parts = np.repeat(np.arange(len(tables), dtype=np.uint32), [table.num_rows for table in tables])
    places = np.arange(joined.num_rows, dtype=np.uint64)
    return joined.append_column("position", pa.array(places)).append_column("part", pa.array(parts))


_EMPTY = {pa.bool_(): False, pa.uint64(): 0}


def _content(events: pa.Table) -> str:
    """The content hash: a sum over the fields that are not empty, so that it does not depend on which columns a batch came with."""
    texts = [name for name in (*_MAY, "data") if name in events.column_names and name != "automatic"]
    parts = [f"if(notEmpty(`{name}`), cityHash64('{name}', `{name}`), 0)" for name in texts]
    parts += ["if(automatic, cityHash64('automatic'), 0)"] if "automatic" in events.column_names else []
    return " + ".join(["cityHash64(subject, type, time, sequence, retracted, record)", *parts])


def keep(store: Store, batch: int, known_at: datetime, judged: Judged, quarantine: pa.Table | None, lines: pa.Table) -> None:
    """Write a judged batch. When this returns the batch is durable and acknowledged."""
    if judged.written:
        store.pour(_storing(judged), judged.events, {"batch": batch, "known_at": known_at})
    failpoint("arrival.after_event")
    if quarantine is not None and quarantine.num_rows:
        store.insert("quarantine", quarantine)
    failpoint("arrival.after_quarantine")
    store.insert("batch", lines)
    failpoint("arrival.after_batch")


def _storing(judged: Judged) -> str:
    """The statement that puts the events that win into the log."""
    names = ", ".join(f"`{name}`" for name in (*_ALWAYS, *_MAY, "position") if name in judged.events.column_names)
    again, won = "false", ""
    if not judged.plain:
        again = "position IN (SELECT position FROM verdict WHERE again)"
        won = " WHERE position IN (SELECT position FROM verdict WHERE written)"
    return (
        f"INSERT INTO event ({names}, subject_hash, content, again, batch, known_at) SELECT {names}, sipHash64(subject), "
        f"{_content(judged.events)}, {again}, {{batch:UInt64}}, {{known_at:DateTime64(3, 'UTC')}} FROM arriving{won}"
    )


def store_again(store: Store, events: pa.Table) -> None:
    """Put events of the log into it once more in another form: batch, place and time of arrival stay, the content hash is new."""
    kept = ("batch", "known_at", "again")
    names = ", ".join(f"`{name}`" for name in (*_ALWAYS, *_MAY, "position", *kept) if name in events.column_names)
    rows = events.select([name for name in events.column_names if name not in ("subject_hash", "content")])
    store.pour(
        f"INSERT INTO event ({names}, subject_hash, content) SELECT {names}, sipHash64(subject), {_content(rows)} FROM arriving", rows
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
