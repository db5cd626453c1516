"""Arrival over HTTP: many senders, one writer, bounded memory.

Each request checks its own events; the writer's thread commits what has arrived at most every 50 ms and answers each sender its own
counts, once they are on disk. When more waits than the bound allows, senders are told to come back (429 with Retry-After).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.accept import accept
from ingest.connector import Chunk
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Sending, Writer
from sql.clickhouse import StoreError

_LOG = logging.getLogger("apogee.collector")
_FULL = "Too many events wait to be written: send the same events again in a moment."
_SENDERS, _FORGOTTEN_S = 10_000, 60


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may arrive: a body, bodies checked at once, what waits for the writer, the rate of one sender and a burst above it.

    A body may hold as many events as may wait.
    """

    body_bytes: int = 16 << 20
    waiting_events: int = 400_000
    waiting_bytes: int = 256 << 20
    events_per_s: float = 50_000
    burst_events: int = 400_000
    gather_s: float = 0.05
    answer_s: float = 60.0
    desks: int = 4
    desk_s: float = 10.0


class Overloaded(Exception):
    """Too much at once: come back after `retry_s`."""

    def __init__(self, retry_s: int, sentence: str) -> None:
        super().__init__(sentence)
        self.retry_s = retry_s


class TooMany(Exception):
    """A body of more events than may wait: send it in parts."""


class Stopped(Exception):
    """The collector is stopping, or failed: what was sent is not acknowledged and must be sent again."""


@dataclass(slots=True)
class _Waiting:
    sending: Sending
    events: int
    bytes: int
    answer: Future[Receipt]


class Collector:
    """Takes chunks of events from any thread and gives each sender the receipt of what it sent."""

    def __init__(self, writer: Writer, declared: Sources, limits: Limits | None = None, notify: Callable[[], None] = lambda: None) -> None:
        self.writer = writer
        self.limits = limits or Limits()
        self._declared = declared
        self._notify = notify
        self._queue: queue.Queue[_Waiting | None] = queue.Queue()
        self._waiting = self._bytes = 0
        self._pace: dict[str, tuple[float, float]] = {}  # sender → (allowance, when)
        self._lock = threading.Lock()
        self._desks = threading.BoundedSemaphore(self.limits.desks)  # each holds one body taken apart in memory
        self._open = True
        self._thread = threading.Thread(target=self._work, name="writing", daemon=True)
        self._thread.start()

    def send(self, chunks: Iterable[Chunk], connector: str, file: str, sender: str, personal: frozenset[str], *, keep: bool) -> Receipt:
        """Check, queue and wait until the events are on disk. Raises Overloaded or Stopped; then nothing was acknowledged."""
        with self.desk(sender):
            sending = self.checked(chunks, connector, file, personal, keep=keep)
        return self.deliver(sending, sender)

    @contextmanager
    def desk(self, sender: str) -> Iterator[None]:
        """A place to take events apart: there are few, as what is on them is in memory. Raises Overloaded."""
        self._admit(sender)
        if not self._desks.acquire(timeout=self.limits.desk_s):
            raise Overloaded(1, "Too many senders at once: send the same events again in a moment.")
        try:
            yield
        except TooMany:
            with self._lock:
                self._charge(sender, self.limits.waiting_events)
            raise
        finally:
            self._desks.release()

    def checked(self, chunks: Iterable[Chunk], connector: str, file: str, personal: frozenset[str], *, keep: bool) -> Sending:
        """The chunks checked and sealed under the terms of their sources. Raises TooMany before more are in memory than may wait."""
        terms = self._declared.terms(personal, keep=keep)
        accepted, events = [], 0
        for chunk in chunks:
            events += len(chunk.positions) + len(chunk.refused)
            if events > self.limits.waiting_events:
                raise TooMany(f"Send at most {self.limits.waiting_events} events at a time.")
            accepted.append(accept(chunk, terms, self.writer.keys))
        return Sending(tuple(accepted), connector, file)

    def deliver(self, sending: Sending, sender: str) -> Receipt:
        """Queue what was checked and wait until it is on disk. Raises Overloaded or Stopped; then nothing was acknowledged."""
        waiting = self._enqueue(sender, sending)
        try:
            return waiting.answer.result(self.limits.answer_s)
        except Late:
            self._withdraw(waiting)
            raise Stopped("The events were not written in time: send them again, nothing is counted twice.") from None

    def _withdraw(self, waiting: _Waiting) -> None:
        """Nobody waits for the answer any more: what is not being written yet is let go of, as it will be sent again."""
        with self._lock:
            if waiting.answer.cancel():
                self._waiting -= waiting.events
                self._bytes -= waiting.bytes
                waiting.events = waiting.bytes = 0
                waiting.sending = Sending((), waiting.sending.connector)

    @property
    def waiting(self) -> int:
        """How many events have been taken and are not on disk yet."""
        with self._lock:
            return self._waiting

    def stop(self) -> None:
        """Write what waits, then stop."""
        with self._lock:
            if not self._open:
                return
            self._open = False
            self._queue.put(None)
        self._thread.join(timeout=30)

    def _admit(self, sender: str) -> None:
        """Refuse before any work is done for a sender who is over its rate, or while the queue is full."""
        with self._lock:
            allowance = self._allowance(sender)
            if allowance <= 0:
                raise Overloaded(1 + int(-allowance / self.limits.events_per_s), "You send more events than your rate allows: slow down.")
            if self._waiting >= self.limits.waiting_events or self._bytes >= self.limits.waiting_bytes:
                raise Overloaded(1, _FULL)

    def _allowance(self, sender: str) -> float:
        """What a sender may still send: a bucket of events, refilled at the steady rate."""
        now = time.monotonic()
        left, since = self._pace.get(sender, (float(self.limits.burst_events), now))
        return min(float(self.limits.burst_events), left + (now - since) * self.limits.events_per_s)

    def _charge(self, sender: str, events: int) -> None:
        now = time.monotonic()
        self._pace[sender] = (self._allowance(sender) - events, now)
        if len(self._pace) > _SENDERS:
            self._pace = {name: kept for name, kept in self._pace.items() if now - kept[1] < _FORGOTTEN_S}

    def _enqueue(self, sender: str, sending: Sending) -> _Waiting:
        """Put a sending in the queue and count it. An allowance may go below zero once, and a queue above its bound when it was empty."""
        size = sum(each.table.nbytes + sum(len(refusal.payload) for refusal in each.refused) for each in sending.accepted)
        waiting = _Waiting(sending, sum(each.received for each in sending.accepted), size, Future())
        with self._lock:
            if not self._open:
                raise Stopped("The server is stopping: send the same events again when it is back.")
            over = self._waiting + waiting.events > self.limits.waiting_events or self._bytes + size > self.limits.waiting_bytes
            if over and (self._waiting or self._bytes):
                raise Overloaded(1, _FULL)
            self._charge(sender, waiting.events)
            self._waiting += waiting.events
            self._bytes += size
            self._queue.put(waiting)
        return waiting

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
        gathered = [each for each in gathered if each.answer.set_running_or_notify_cancel()]
        if not gathered:
            return
        try:
            receipts = self.writer.commit_all([each.sending for each in gathered], settle=False)
        except Exception as error:  # noqa: BLE001 - the engine refused: no sender may wait for ever, and the writer must go on
            _LOG.error("%d events were not written: %s", sum(each.events for each in gathered), _told(error))
            for each in gathered:
                each.answer.set_exception(Stopped("The events could not be written: send them again, nothing is counted twice."))
        else:
            try:
                self.writer.settle()
            except Exception as error:  # noqa: BLE001 - what is stored is acknowledged; its facts are tried again with the next batch
                _LOG.error("The facts of stored events wait: %s", _told(error))
            for each, receipt in zip(gathered, receipts, strict=True):
                each.answer.set_result(receipt)
        finally:
            with self._lock:
                self._waiting -= sum(each.events for each in gathered)
                self._bytes -= sum(each.bytes for each in gathered)
        try:
            self._notify()
        except Exception as error:  # noqa: BLE001 - a screen that cannot be told must not stop the writer
            _LOG.error("The screens were not told of new events: %s", _told(error))


def _told(error: Exception) -> str:
    """What may be said of an error in a log: our own sentence, or only its kind; anything else may quote values."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__
