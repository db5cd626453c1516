"""The one writer of a store: accepted events and refusals in, receipts out. Acknowledged means durable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import pyarrow as pa

from ingest.accept import Accepted, payload
from ingest.connector import Refusal
from ingest.event import COLUMNS
from ingest.forgetting import again, suppressed
from ingest.naming import erased, without_erased
from ingest.receipt import Receipt
from ingest.seal import Keys, masked
from sql.arrival import CLAIM, Judged, batch_lines, foresee, index, index_kept, judge, keep, prepare
from sql.clickhouse import Store
from sql.derive import derive, pending
from sql.erase import unfinished
from sql.lease import lease
from sql.retention import resume

_COUNTS = ("received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
_LINE_BITS = 24
_TOLD = frozenset({"subject", "type", "time", "source", "id", "revision", "record", "data", *COLUMNS})  # of an event held as moved


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

    One writer per store (on a server a lease sees to it): it numbers batches, and its verdicts rest on having seen every batch before.
    Opening it heals what a crash left: rows of batches that were never acknowledged go, indexes and facts of those that were are
    completed, and so is an erasure, a restore or the end of a retention that was interrupted. Raises StoreHeld when another process writes.
    """

    def __init__(self, store: Store, keys: Keys, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.store = store
        self.keys = keys
        self._clock = clock
        self._lease = lease(store)
        self.lock = store.lock  # one with rebuild's; for callers whose reading and writing must be one step
        self._waiting: list[int] = []  # acknowledged batches whose facts are not written yet
        if keys.finishing:
            raise ValueError("The key of pseudonyms is being turned and that has not ended: run `apogee rotate-key finish` again first.")
        self._heal()
        if unfinished(store):
            without_erased(store, keys)
            again(store, keys.gone)
        resume(store)
        self.settle()

    def _heal(self) -> None:
        """Put right what a crash or a failed commit left: what was not acknowledged goes, what was is indexed."""
        self._sound = False
        self._last = prepare(self.store)
        waiting = pending(self.store)
        if waiting:
            index(self.store, waiting)
        self._waiting = waiting  # not before: another thread derives what waits, and finds it by the indexes
        self._sound = True

    @property
    def last(self) -> int:
        """The number of the last acknowledged batch."""
        return self._last

    def foresee(self, events: int) -> None:
        """A commit of at least this many events is on its way: make ready what can be made ready before it is whole."""
        with self.lock:
            if self._sound:
                foresee(self.store, events)

    def commit(self, accepted: Sequence[Accepted], connector: str, file: str = "", *, settle: bool = True) -> Receipt:
        """Store what one caller sent. Durable when it returns, and (unless told to wait) in the facts."""
        return self.commit_all([Sending(tuple(accepted), connector, file)], settle=settle)[0]

    def commit_all(self, sendings: Sequence[Sending], *, settle: bool = True) -> list[Receipt]:
        """Store what several callers sent as one batch: judge, write, index, derive. Each gets its own counts, in arrival order."""
        with self._step() as (batch, known_at):
            started = time.perf_counter()
            sendings = [replace(each, accepted=tuple(map(self._without, each.accepted))) for each in sendings]
            parts = [(number, each) for number, sending in enumerate(sendings) for each in sending.accepted]
            judged = judge(self.store, [each.table for _, each in parts])
            refused = [(number, refusal) for number, each in parts for refusal in each.refused]
            refused += _moved([each for _, each in parts], [number for number, _ in parts], judged)
            lines = _balance(sendings, judged, [number for number, _ in parts], refused)
            records = [sum(each.records for each in sending.accepted) for sending in sendings]
            if not lines:
                return [Receipt(records=read) for read in records]
            lines[0]["seconds"] = time.perf_counter() - started
            held = self._held(batch, known_at, sendings, refused)
            self._keep(batch, known_at, judged, held, lines)
            receipts = [_receipt(lines, number, read, time.perf_counter() - started) for number, read in enumerate(records)]
        if settle:
            self.settle()
        return receipts

    def transition(self, replays: Sequence[Replay], connector: str, file: str) -> Receipt:
        """Store what held lines turned out to hold and take those lines out of quarantine. Lines whose subject moved stay held."""
        with self._step() as (batch, known_at):
            started = time.perf_counter()
            replays = [replace(each, accepted=self._without(each.accepted)) for each in replays]
            judged = judge(self.store, [each.accepted.table for each in replays])
            while stuck := {row["part"] for row in judged.counts if row["quarantined"]}:
                replays = [each for number, each in enumerate(replays) if number not in stuck]  # a line is stored whole or not at all
                judged = judge(self.store, [each.accepted.table for each in replays])
            if not replays:
                return Receipt()
            lines = _transitions(replays, judged, connector, file)
            self._keep(batch, known_at, judged, _released(batch, known_at, replays), lines)
            receipt = _receipt(lines, 0, 0, time.perf_counter() - started)
        self.settle()
        return receipt

    def close(self) -> None:
        """Leave the store to another writer. What is acknowledged stays; this one writes no more."""
        with self.lock, self.store.deriving:
            self._waiting.clear()  # for the next writer, who may begin now
            self._lease.release()

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing is written by others as long as the block lasts, and everything acknowledged is in the indexes and the facts."""
        with self.lock, self.store.deriving:
            if not self._sound:
                self._heal()
            self.settle()
            yield

    def settle(self) -> None:
        """Write the facts of every acknowledged batch that still waits for them; another batch may be written meanwhile."""
        with self.store.deriving:
            if waiting := list(self._waiting):
                self._lease.check()
                derive(self.store, waiting)
                for batch in waiting:
                    with suppress(ValueError):  # a commit that failed meanwhile asked again what waits
                        self._waiting.remove(batch)

    @contextmanager
    def _step(self) -> Iterator[tuple[int, datetime]]:
        """One batch: its number and when it became known. When it fails, the next one begins by putting right what it left."""
        with self.lock:
            self._lease.check()
            if not self._sound:
                self._heal()
            self._sound = False
            yield self._last + 1, self._clock()
            self._sound = True

    def _without(self, accepted: Accepted) -> Accepted:
        """What was accepted without people who have been erased, maybe since: asked under the lock an erasure holds."""
        table = suppressed(accepted.table, self.keys.gone)
        return accepted if table is accepted.table else replace(accepted, table=table)

    def _keep(self, batch: int, at: datetime, judged: Judged, held: pa.Table | None, lines: list[dict[str, Any]]) -> None:
        self.keys.flush()
        keep(self.store, batch, at, judged, held, batch_lines(batch, lines, at))
        self._last = batch
        if judged.events.num_rows:
            index_kept(self.store, judged, at)
        self._waiting.append(batch)  # as in _heal

    def _held(self, batch: int, at: datetime, sendings: Sequence[Sending], refusals: list[tuple[int, Refusal]]) -> pa.Table | None:
        if not refusals:
            return None
        count = len(refusals)
        refused = [refusal for _, refusal in refusals]
        gone = list(erased((each.payload for each in refused), self.keys))  # a line that names somebody erased is counted, not kept
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
                "shown": ["(erased)" if out else masked(each.value) for each, out in zip(refused, gone, strict=True)],
                "expected": [each.expected for each in refused],
                "payload": ["" if out else self.keys.lock(each.payload) for each, out in zip(refused, gone, strict=True)],
                "whole": [each.whole for each in refused],
                "state": ["held"] * count,
                "record": ["" if out else each.record for each, out in zip(refused, gone, strict=True)],
                "revision": pa.array([each.revision for each in refused], pa.uint64()),
                "id": [each.id for each in refused],
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


def _receipt(lines: list[dict[str, Any]], number: int, records: int, seconds: float) -> Receipt:
    mine = [line for line in lines if line["sending"] == number]
    return Receipt(**{name: sum(line[name] for line in mine) for name in _COUNTS}, records=records, seconds=seconds)


def _moved(accepted: Sequence[Accepted], sending_of: Sequence[int], judged: Judged) -> list[tuple[int, Refusal]]:
    """The events that name another subject than the first time, by sending.

    Their values are sealed already, and sealing them once more would make other persons of them: what is held shows which event it was
    and is no event itself. It is corrected with the whole event.
    """
    starts = list(accumulate((each.table.num_rows for each in accepted), initial=0))
    expected = (
        "the subject this source and id named the first time: a subject never changes. What is held is sealed: correct it by replaying "
        "the whole event as its system sends it"
    )
    found = []
    for event in judged.moved:
        part = event["part"]
        place = accepted[part].position(event["position"] - starts[part])
        told = {name: value for name, value in event.items() if name in _TOLD and value not in ("", None)}
        claim = {name: event[name] for name in CLAIM}
        found.append((sending_of[part], Refusal(place, "subject", event["subject"], expected, payload(told), event["source"], **claim)))
    return found
