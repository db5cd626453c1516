"""The one writer of a store: accepted events and refusals in, receipts out. Acknowledged means durable."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa
from sql.derive import derive, pending

from ingest.accept import Accepted
from ingest.connector import Refusal
from ingest.receipt import Receipt
from ingest.seal import Keys, masked
from sql.arrival import Judged, batch_lines, index, judge, keep, prepare
from sql.clickhouse import Store

_COUNTS = ("received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
_LINE_BITS = 24


@dataclass(frozen=True, slots=True)
class Sending:
    """What one caller sent: accepted stretches in order, the connector that read them, and the file as the caller names it."""

    accepted: tuple[Accepted, ...]
    connector: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """A held line (a row of quarantine) and its events, accepted now."""

    row: dict[str, Any]
    accepted: Accepted


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
        """Store what one caller sent. Durable when it returns, and (unless told to wait) in the facts."""
        return self.commit_all([Sending(tuple(accepted), connector, file)], settle=settle)[0]

    def commit_all(self, sendings: Sequence[Sending], *, settle: bool = True) -> list[Receipt]:
        """Store what several callers sent as one batch: judge, write, index, derive. Each gets its own counts, in arrival order."""
        with self._lock:
            started = time.perf_counter()
            batch, known_at = self._last + 1, self._clock()
            parts = [(number, each) for number, sending in enumerate(sendings) for each in sending.accepted]
            judged = judge(self.store, [each.table for _, each in parts])
            refused = [(number, refusal) for number, each in parts for refusal in each.refused]
            refused += [(parts[event["part"]][0], _moved(event)) for event in judged.moved]
            lines = _balance(sendings, judged, [number for number, _ in parts], refused)
            if not lines:
                return [Receipt() for _ in sendings]
            lines[0]["seconds"] = time.perf_counter() - started
            held = self._held(batch, known_at, sendings, refused)
            keep(self.store, batch, known_at, judged, held, batch_lines(batch, lines, known_at))
            self._last = batch
            if any(row["written"] for row in judged.counts):
                index(self.store, [batch])
            self._waiting.append(batch)
            if settle:
                self.settle()
            return [_receipt(lines, number, time.perf_counter() - started) for number in range(len(sendings))]

    def transition(self, replays: Sequence[Replay], connector: str, file: str) -> Receipt:
        """Store what held lines turned out to hold and take those lines out of quarantine. Lines whose subject moved stay held."""
        with self._lock:
            started = time.perf_counter()
            batch, known_at = self._last + 1, self._clock()
            judged = judge(self.store, [each.accepted.table for each in replays])
            stuck = {row["part"] for row in judged.counts if row["quarantined"]}
            if stuck:  # judged again without them, so that a line is stored whole or not at all
                left = [each for number, each in enumerate(replays) if number not in stuck]
                return self.transition(left, connector, file) if left else Receipt()
            lines = _transitions(replays, judged, connector, file)
            keep(self.store, batch, known_at, judged, _released(batch, known_at, replays), batch_lines(batch, lines, known_at))
            self._last = batch
            if any(row["written"] for row in judged.counts):
                index(self.store, [batch])
            self._waiting.append(batch)
            self.settle()
            return _receipt(lines, 0, time.perf_counter() - started)

    def settle(self) -> None:
        """Write the facts of every acknowledged batch that still waits for them."""
        with self._lock:
            if self._waiting:
                derive(self.store, self._waiting)
                self._waiting = []

    def _held(self, batch: int, at: datetime, sendings: Sequence[Sending], refusals: list[tuple[int, Refusal]]) -> pa.Table | None:
        if not refusals:
            return None
        count = len(refusals)
        refused = [refusal for _, refusal in refusals]
        return pa.table(
            {
                "line": pa.array([(batch << _LINE_BITS) + number for number in range(count)], pa.uint64()),
                "batch": pa.array([batch] * count, pa.uint64()),
                "at": pa.array([at] * count, pa.timestamp("ms", "UTC")),
                "connector": [sendings[number].connector for number, _ in refusals],
                "file": [sendings[number].file for number, _ in refusals],
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


def _balance(
    sendings: Sequence[Sending], judged: Judged, sending_of: list[int], refused: list[tuple[int, Refusal]]
) -> list[dict[str, Any]]:
    """One line a sending and source: what was judged, and the refusals, which are received and quarantined."""
    lines: dict[tuple[int, str], dict[str, Any]] = {}
    for row in judged.counts:
        line = lines.setdefault((sending_of[row["part"]], row["source"]), dict.fromkeys(_COUNTS, 0))
        for name in _COUNTS:
            line[name] += row[name]
        line["received"] -= row["quarantined"]  # counted again among the refusals below
        line["quarantined"] -= row["quarantined"]
    for number, refusal in refused:
        line = lines.setdefault((number, refusal.source[:200]), dict.fromkeys(_COUNTS, 0))
        line["received"] += 1
        line["quarantined"] += 1
    told: set[int] = set()
    rows = []
    for (number, source), line in sorted(lines.items()):
        records = 0 if number in told else sum(each.records for each in sendings[number].accepted)
        told.add(number)
        origin = {"sending": number, "source": source, "connector": sendings[number].connector, "file": sendings[number].file}
        rows.append(line | origin | {"records": records, "seconds": 0.0})
    return rows


def _transitions(replays: Sequence[Replay], judged: Judged, connector: str, file: str) -> list[dict[str, Any]]:
    """The balance of a replay: lines leave quarantine where they were received, events are received where they belong."""
    lines: dict[str, dict[str, Any]] = {}
    for row in judged.counts:
        line = lines.setdefault(row["source"], dict.fromkeys(_COUNTS, 0))
        for name in _COUNTS:
            line[name] += row[name]
    for each in replays:
        line = lines.setdefault(each.row["source"], dict.fromkeys(_COUNTS, 0))
        line["received"] -= 1
        line["quarantined"] -= 1
    origin = {"sending": 0, "connector": connector, "file": file, "records": 0, "seconds": 0.0}
    return [line | origin | {"source": source} for source, line in sorted(lines.items())]


def _released(batch: int, at: datetime, replays: Sequence[Replay]) -> pa.Table:
    """The rows that say these lines are stored now; their payload is not kept a second time."""
    rows = [each.row for each in replays]
    texts = ("connector", "file", "position", "source", "field", "shown", "expected")
    return pa.table(
        {
            "line": pa.array([row["line"] for row in rows], pa.uint64()),
            "batch": pa.array([batch] * len(rows), pa.uint64()),
            "at": pa.array([at] * len(rows), pa.timestamp("ms", "UTC")),
            **{name: [row[name] for row in rows] for name in texts},
            "payload": [""] * len(rows),
            "whole": [row["whole"] for row in rows],
            "state": ["stored"] * len(rows),
        }
    )


def _receipt(lines: list[dict[str, Any]], number: int, seconds: float) -> Receipt:
    mine = [line for line in lines if line["sending"] == number]
    return Receipt(**{name: sum(line[name] for line in mine) for name in (*_COUNTS, "records")}, seconds=seconds)


def _moved(event: dict[str, Any]) -> Refusal:
    """An event that names another subject than the first time. Its values are sealed already."""
    expected = "the subject this source and id named the first time: a subject never changes"
    payload = orjson.dumps({name: value for name, value in event.items() if name not in ("position", "part")}, default=str)
    return Refusal(f"event {event['position'] + 1}", "subject", event["subject"], expected, payload, event["source"])
