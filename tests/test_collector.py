"""The collector: many senders, one writer; each gets its own counts, and memory stays bounded."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ingest.collector import Collector, Limits, Overloaded, Stopped, TooMany
from ingest.connector import Chunk
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store, StoreError
from tests.arrival_help import KEYS, unbalanced, winners
from tests.event_strategy import event


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store, KEYS)


@pytest.fixture
def collector(writer: Writer) -> Iterator[Collector]:
    made = Collector(writer, Sources(), Limits(gather_s=0.02))
    yield made
    made.stop()


def give(collector: Collector, events: list[Any], sender: str = "s") -> Receipt:
    chunk = Chunk(events, [f"line {number}" for number in range(1, len(events) + 1)], len(events))
    return collector.send([chunk], "cloudevents", "http", sender, frozenset(), keep=False)


def batch(start: int, count: int) -> list[dict[str, Any]]:
    return [event(id=str(number), data={"channel": "chat"}) for number in range(start, start + count)]


def test_what_is_acknowledged_is_there(collector: Collector, writer: Writer) -> None:
    told = give(collector, [*batch(0, 3), {}])
    assert (told.received, told.stored, told.quarantined) == (4, 3, 1)
    assert writer.store.value("SELECT count() FROM event") == 3
    assert writer.store.value("SELECT sum(stored) FROM batch") == 3
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 1


def test_two_senders_of_the_same_batch_at_once(collector: Collector, store: Store) -> None:
    start = threading.Barrier(4)

    def work(_: int) -> Receipt:
        start.wait()
        return give(collector, batch(0, 40))

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(work, range(4)))
    assert sum(each.stored for each in receipts) == 40
    assert sum(each.duplicate for each in receipts) == 120
    assert all((each.received, each.residual) == (40, 0) for each in receipts)
    assert len(winners(store)) == 40
    assert unbalanced(store) == []


def test_each_sender_has_its_own_counts(collector: Collector) -> None:
    start = threading.Barrier(5)

    def work(number: int) -> Receipt:
        start.wait()
        return give(collector, batch(100 * number, number + 1) + [{}] * number, f"s{number}")

    with ThreadPoolExecutor(5) as pool:
        receipts = list(pool.map(work, range(5)))
    assert [(each.stored, each.quarantined) for each in receipts] == [(number + 1, number) for number in range(5)]


class Blocked:
    """A writer that waits for a sign, in front of the real one."""

    def __init__(self, writer: Writer) -> None:
        self._writer, self.go, self.busy = writer, threading.Event(), threading.Event()
        self.keys, self.settle = writer.keys, writer.settle

    def commit_all(self, *given: Any, **more: Any) -> list[Receipt]:
        self.busy.set()
        self.go.wait(20)
        return self._writer.commit_all(*given, **more)


def test_a_full_queue_turns_senders_away_and_stop_writes_what_waits(writer: Writer) -> None:
    blocked = Blocked(writer)
    collector = Collector(blocked, Sources(), Limits(waiting_events=10, gather_s=0.0))
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(give, collector, batch(0, 8), "a")
        assert blocked.busy.wait(10)
        with pytest.raises(Overloaded, match="wait to be written"):
            give(collector, batch(8, 3), "b")
        second = pool.submit(give, collector, batch(20, 2), "b")  # what was turned away has not used up its rate
        while collector._waiting < 10:
            pass
        with pytest.raises(Overloaded) as refused:
            give(collector, batch(30, 1), "c")
        assert refused.value.retry_s >= 1
        stopping = pool.submit(collector.stop)
        blocked.go.set()
        stopping.result(20)
        assert (first.result(5).stored, second.result(5).stored) == (8, 2)
    with pytest.raises(Stopped, match="stopping"):
        give(collector, batch(0, 1))
    assert writer.store.value("SELECT count() FROM event") == 10
    collector.stop()  # twice is harmless


def test_bytes_that_wait_are_bounded_and_what_nobody_waits_for_is_let_go_of(writer: Writer) -> None:
    blocked = Blocked(writer)
    collector = Collector(blocked, Sources(), Limits(waiting_bytes=20_000, gather_s=0.0, answer_s=0.5))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(give, collector, batch(0, 1), "a")
        assert blocked.busy.wait(10)
        with pytest.raises(Stopped, match="not written in time"):
            give(collector, batch(1, 2), "b")
        with pytest.raises(Overloaded, match="wait to be written"):
            give(collector, [{"id": "x" * 30_000}], "c")  # refused as an event, and kept: its bytes wait as well
        assert collector._waiting == 1, "what nobody waits for does not wait"
        blocked.go.set()
        with pytest.raises(Stopped):
            first.result(5)
    collector.stop()
    assert writer.store.value("SELECT count() FROM event") == 1
    assert (collector._waiting, collector._bytes) == (0, 0)


def test_a_body_of_more_events_than_may_wait_is_refused_and_counts_for_its_sender(writer: Writer) -> None:
    collector = Collector(writer, Sources(), Limits(waiting_events=10, burst_events=8, events_per_s=0.1))
    with pytest.raises(TooMany, match="at most 10 events at a time"):
        give(collector, batch(0, 11), "a")
    with pytest.raises(Overloaded, match="rate"):
        give(collector, batch(0, 1), "a")
    collector.stop()


def test_a_rate_is_each_senders_own(writer: Writer) -> None:
    collector = Collector(writer, Sources(), Limits(events_per_s=0.1, burst_events=10, gather_s=0.0))
    try:
        assert give(collector, batch(0, 14), "fast").stored == 14  # a body above the burst passes once
        with pytest.raises(Overloaded, match="rate") as refused:
            give(collector, batch(20, 1), "fast")
        assert 1 < refused.value.retry_s <= 41  # four events over, a tenth of one a second
        assert give(collector, batch(30, 1), "slow").stored == 1
    finally:
        collector.stop()


def test_few_bodies_are_taken_apart_at_once(writer: Writer) -> None:
    collector = Collector(writer, Sources(), Limits(desks=1, desk_s=0.05))
    with collector.desk("a"), pytest.raises(Overloaded, match="senders at once"), collector.desk("b"):
        pass
    with collector.desk("b"):
        pass
    collector.stop()


def test_a_failing_engine_is_told_without_its_words_and_the_writer_goes_on(
    collector: Collector, writer: Writer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("Code: 60. secret-value c-88")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(writer, "commit_all", fails)
        with pytest.raises(Stopped, match="send them again"):
            give(collector, batch(0, 2))
    assert "2 events were not written: RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert give(collector, batch(0, 2)).stored == 2
    assert collector._waiting == 0


def test_facts_that_fail_do_not_unsay_what_is_stored(collector: Collector, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise StoreError("The engine refused the statement (code 241).", 241)

    with monkeypatch.context() as patch:
        patch.setattr(writer, "settle", fails)
        assert give(collector, batch(0, 2)).stored == 2
    assert give(collector, batch(5, 1)).stored == 1
    assert unbalanced(writer.store) == []


def test_screens_that_fail_do_not_stop_the_writer(writer: Writer) -> None:
    def fails() -> None:
        raise ValueError("no screen")

    collector = Collector(writer, Sources(), notify=fails)
    assert give(collector, batch(0, 1)).stored == 1
    assert give(collector, batch(1, 1)).stored == 1
    collector.stop()


def test_a_late_answer_is_not_an_acknowledgement(writer: Writer) -> None:
    """What is being written when its sender gives up is stored, not acknowledged; sent again, it is a duplicate."""
    blocked = Blocked(writer)
    collector = Collector(blocked, Sources(), Limits(gather_s=0.0, answer_s=2.0))  # time for the writer to have it in hand
    with pytest.raises(Stopped, match="in time"):
        give(collector, batch(0, 1))
    assert blocked.busy.is_set()
    collector.limits = Limits()
    blocked.go.set()
    assert give(collector, batch(0, 1)).duplicate == 1
    collector.stop()
    assert writer.store.value("SELECT count() FROM event") == 1
