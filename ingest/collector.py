"""Arrival over HTTP: many senders, one writer, bounded memory.

Each request checks its own events; the writer's thread commits what has arrived at most every 50 ms and answers each sender its own
counts, once they are on disk. When more waits than the bound allows, senders are told to come back (429 with Retry-After).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass

from ingest.accept import accept
from ingest.connector import Chunk
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Sending, Writer


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may arrive: a body, what waits for the writer, and the steady rate of one sender with a burst above it."""

    body_bytes: int = 32 << 20
    waiting_events: int = 400_000
    events_per_s: float = 50_000
    burst_events: int = 400_000
    gather_s: float = 0.05
    answer_s: float = 60.0


class Overloaded(Exception):
    """Too much at once: come back after `retry_s`."""

    def __init__(self, retry_s: int, sentence: str) -> None:
        super().__init__(sentence)
        self.retry_s = retry_s


class Stopped(Exception):
    """The collector is stopping, or failed: what was sent is not acknowledged and must be sent again."""


@dataclass(slots=True)
class _Waiting:
    sending: Sending
    events: int
    answer: Future[Receipt]


class Collector:
    """Takes chunks of events from any thread and gives each sender the receipt of what it sent."""

    def __init__(self, writer: Writer, declared: Sources, limits: Limits | None = None, notify: Callable[[], None] = lambda: None) -> None:
        self.writer = writer
        self.limits = limits or Limits()
        self._declared = declared
        self._notify = notify
        self._queue: queue.Queue[_Waiting | None] = queue.Queue()
        self._waiting = 0
        self._pace: dict[str, tuple[float, float]] = {}  # sender → (allowance, when)
        self._lock = threading.Lock()
        self._open = True
        self._thread = threading.Thread(target=self._work, name="writing", daemon=True)
        self._thread.start()

    def send(
        self, chunks: Iterable[Chunk], connector: str, file: str, sender: str, personal: frozenset[str], *, keep: bool
    ) -> Receipt:
        """Check, queue and wait until the events are on disk. Raises Overloaded or Stopped; then nothing was acknowledged."""
        terms = self._declared.terms(personal, keep=keep)
        accepted = tuple(accept(chunk, terms, self.writer.keys) for chunk in chunks)
        events = sum(each.table.num_rows + len(each.refused) for each in accepted)
        self._admit(sender, events)
        waiting = _Waiting(Sending(accepted, connector, file), events, Future())
        with self._lock:
            if not self._open:
                raise Stopped("The server is stopping: send the same events again when it is back.")
            if self._waiting and self._waiting + events > self.limits.waiting_events:
                raise Overloaded(1, "Too many events wait to be written: send the same events again in a moment.")
            self._waiting += events
            self._queue.put(waiting)
        try:
            return waiting.answer.result(self.limits.answer_s)
        except Late:
            raise Stopped("The events were not written in time: send them again, nothing is counted twice.") from None

    def stop(self) -> None:
        """Write what waits, then stop."""
        with self._lock:
            if not self._open:
                return
            self._open = False
            self._queue.put(None)
        self._thread.join(timeout=30)

    def _admit(self, sender: str, events: int) -> None:
        """A bucket of events for each sender, refilled at the steady rate. An allowance may go below zero once: large bodies pass."""
        now = time.monotonic()
        with self._lock:
            if len(self._pace) > 10_000:
                self._pace = {name: kept for name, kept in self._pace.items() if now - kept[1] < 60}
            allowance, since = self._pace.get(sender, (float(self.limits.burst_events), now))
            allowance = min(float(self.limits.burst_events), allowance + (now - since) * self.limits.events_per_s)
            if allowance <= 0:
                raise Overloaded(1 + int(-allowance / self.limits.events_per_s), "You send more events than your rate allows: slow down.")
            self._pace[sender] = (allowance - events, now)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            gathered, last = self._gather(first)
            self._commit(gathered)
            if last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """The first sending and those that arrive within the gathering time; whether the stop mark was among them."""
        gathered, until = [first], time.monotonic() + self.limits.gather_s
        while (left := until - time.monotonic()) > 0 and sum(each.events for each in gathered) < 200_000:
            try:
                item = self._queue.get(timeout=left)
            except queue.Empty:
                break
            if item is None:
                return gathered, True
            gathered.append(item)
        return gathered, False

    def _commit(self, gathered: list[_Waiting]) -> None:
        try:
            receipts = self.writer.commit_all([each.sending for each in gathered])
            for each, receipt in zip(gathered, receipts, strict=True):
                each.answer.set_result(receipt)
        except Exception:  # noqa: BLE001 - the engine refused: no sender may wait for ever, and the writer must go on
            for each in gathered:
                if not each.answer.done():
                    each.answer.set_exception(Stopped("The events could not be written: send them again, nothing is counted twice."))
        finally:
            with self._lock:
                self._waiting -= sum(each.events for each in gathered)
        self._notify()
