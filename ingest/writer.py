"""The one writer of a store: accepted events and refusals in, receipts out. Acknowledged means durable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from ingest.accept import Accepted
from ingest.connector import Refusal
from ingest.receipt import Receipt
from ingest.seal import Keys, masked
from sql.arrival import Judged, batch_lines, index, judge, keep, prepare
from sql.clickhouse import Store
from sql.derive import derive, pending

_COUNTS = ("received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
_LINE_BITS = 24


class Writer:
    """Commits batches one after the other and keeps the facts up with them.

    One writer per store: it numbers batches, and its verdicts rest on having seen every batch before. Opening it heals what a crash
    left: rows of batches that were never acknowledged go, indexes and facts of those that were are completed.
    """

    def __init__(self, store: Store, keys: Keys, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.store = store
        self.keys = keys
        self._clock = clock
        self._lock = threading.RLock()
        self._last = prepare(store)
        self._waiting = pending(store)  # acknowledged batches whose facts are not written yet
        if self._waiting:
            index(store, self._waiting)
            self.settle()

    @property
    def last(self) -> int:
        """The number of the last acknowledged batch."""
        return self._last

    def commit(self, accepted: Sequence[Accepted], connector: str, file: str = "", *, settle: bool = True) -> Receipt:
        """Store a batch: judge, write, index, and (unless told to wait) derive its facts. Durable when it returns."""
        with self._lock:
            started = time.perf_counter()
            batch, known_at = self._last + 1, self._clock()
            judged = judge(self.store, [each.table for each in accepted])
            refused = [refusal for each in accepted for refusal in each.refused]
            refused += [_moved(event) for event in judged.moved]
            rows = self._balance(judged, refused, connector, file, sum(each.records for each in accepted))
            if not rows:
                return Receipt()
            rows[0]["seconds"] = time.perf_counter() - started
            held = self._held(batch, known_at, connector, file, refused)
            keep(self.store, batch, known_at, judged, held, batch_lines(batch, rows, known_at))
            self._last = batch
            if any(row["written"] for row in judged.counts):
                index(self.store, [batch])
            self._waiting.append(batch)
            if settle:
                self.settle()
            totals = {name: sum(row[name] for row in rows) for name in (*_COUNTS, "records")}
            return Receipt(**totals, seconds=time.perf_counter() - started)

    def settle(self) -> None:
        """Write the facts of every acknowledged batch that still waits for them."""
        with self._lock:
            if self._waiting:
                derive(self.store, self._waiting)
                self._waiting = []

    @staticmethod
    def _balance(judged: Judged, refused: list[Refusal], connector: str, file: str, records: int) -> list[dict[str, Any]]:
        """One line a source: what was judged, and the refusals, which are received and quarantined."""
        lines: dict[str, dict[str, Any]] = {
            row["source"]: {name: row[name] for name in _COUNTS} | {"quarantined": 0, "received": row["received"] - row["quarantined"]}
            for row in judged.counts
        }
        for refusal in refused:
            line = lines.setdefault(refusal.source, dict.fromkeys(_COUNTS, 0))
            line["received"] += 1
            line["quarantined"] += 1
        rows = [
            line | {"source": source, "connector": connector, "file": file, "records": 0, "seconds": 0.0}
            for source, line in sorted(lines.items())
        ]
        if rows:
            rows[0]["records"] = records
        return rows

    def _held(self, batch: int, at: datetime, connector: str, file: str, refused: list[Refusal]) -> pa.Table | None:
        if not refused:
            return None
        count = len(refused)
        return pa.table(
            {
                "line": pa.array([(batch << _LINE_BITS) + number for number in range(count)], pa.uint64()),
                "batch": pa.array([batch] * count, pa.uint64()),
                "at": pa.array([at] * count, pa.timestamp("ms", "UTC")),
                "connector": [connector] * count,
                "file": [file] * count,
                "position": [each.position for each in refused],
                "source": [each.source[:200] for each in refused],
                "field": [each.field for each in refused],
                "shown": [masked(each.value) for each in refused],
                "expected": [each.expected for each in refused],
                "payload": [self.keys.lock(each.payload) for each in refused],
                "whole": [each.whole for each in refused],
                "state": ["held"] * count,
            }
        )


def _moved(event: dict[str, Any]) -> Refusal:
    """An event that names another subject than the first time. Its values are sealed already."""
    expected = "the subject this source and id named the first time: a subject never changes"
    payload = orjson.dumps({name: value for name, value in event.items() if name != "position"}, default=str)
    return Refusal(f"event {event['position'] + 1}", "subject", event["subject"], expected, payload, event["source"])
