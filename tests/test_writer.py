"""The writer: the verdict on each event, and the balance of each batch, source and sending."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import writer as module
from ingest.connector import Chunk, Refusal
from ingest.receipt import Receipt
from ingest.writer import Sending, Writer
from sql import arrival
from sql.check import check
from sql.clickhouse import Store, StoreError
from sql.derive import spared
from tests.arrival_help import KEYS, counts, facts, sent, taken, unbalanced, winners
from tests.conftest import empty
from tests.event_strategy import event


@pytest.fixture(scope="module", autouse=True, params=["looked up at once", "suspected first"])
def road(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small batches look up every identity; large ones only those that a filter suspects. The verdicts are the same."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "suspected first":
            patch.setattr(arrival, "_MANY", 0)
        yield


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store, KEYS)


def test_new_duplicate_corrected_stale(writer: Writer) -> None:
    first, second = event(data={"queue": "a"}), event(revision=2, data={"queue": "b"})
    assert counts(sent(writer, [first])) == {"received": 1, "stored": 1}
    assert counts(sent(writer, [first])) == {"received": 1, "duplicate": 1}
    assert counts(sent(writer, [second])) == {"received": 1, "stored": 1, "corrected": 1}
    assert counts(sent(writer, [first, event(revision=1)])) == {"received": 2, "duplicate": 2, "stale": 2}
    assert counts(sent(writer, [second])) == {"received": 1, "duplicate": 1}
    assert [(row["queue"], row["revision"]) for row in winners(writer.store)] == [("b", 2)]
    assert unbalanced(writer.store) == []


SMALLER = "b"  # of the two contents below, the one whose hash is smaller: the same on every machine


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("turned", [False, True])
def test_equal_revision_other_content(store: Store, batches: int, turned: bool) -> None:
    pair = [event(data={"queue": "a"}), event(data={"queue": "b"})]
    writer = Writer(store, KEYS)
    given_ = pair[::-1] if turned else pair
    parts = [given_] if batches == 1 else [[each] for each in given_]
    told = sum((sent(writer, part, settle=False) for part in parts), Receipt())
    writer.settle()
    assert told.conflicts == 1
    assert told.received == told.stored + told.duplicate == 2
    assert [row["queue"] for row in winners(store)] == [SMALLER]
    assert unbalanced(store) == []


def test_conflict_where_the_later_wins_supersedes_without_correcting(store: Store) -> None:
    """Both are of one revision: the second is stored when its content hash is smaller, and counts as a conflict, never as a correction."""
    seen = set()
    for name in "abc":
        empty(store)
        writer = Writer(store, KEYS)
        told = sent(writer, [event(data={"queue": "x"})]) + sent(writer, [event(data={"queue": name})])
        seen.add(told.stored)
        assert told.conflicts == 1
        assert told.residual == 0
        assert unbalanced(store) == []
    assert seen <= {1, 2}


def test_a_subject_never_changes(writer: Writer) -> None:
    assert counts(sent(writer, [event(subject="interaction/1")])) == {"received": 1, "stored": 1}
    batch = [event(id="other"), event(subject="interaction/2", revision=9)]
    assert counts(sent(writer, batch)) == {"received": 2, "stored": 1, "quarantined": 1}
    held = writer.store.rows("SELECT position, field, shown, source, expected, state FROM quarantine")
    assert held == [{
        "position": "line 2", "field": "subject", "shown": "in… (13 characters)", "source": "test", "state": "held",
        "expected": "the subject this source and id named the first time: a subject never changes. What is held is sealed: correct it by "
        "replaying the whole event as its system sends it",
    }]  # fmt: skip
    assert [row["subject"] for row in winners(writer.store)] == ["interaction/1", "interaction/1"]
    assert unbalanced(writer.store) == []


def test_a_moved_subject_within_one_batch_and_its_place(writer: Writer) -> None:
    batch = [event(time="x"), event(id="a"), {}, event(id="a", subject="interaction/9"), event(id="a", revision=1)]
    first, second = writer.commit_all(
        [Sending((taken([event(id="z")]),), "cloudevents", "one"), Sending((taken([event(id="y")]), taken(batch)), "cloudevents", "two")]
    )
    assert counts(first) == {"received": 1, "stored": 1}
    assert counts(second) == {"received": 6, "stored": 3, "quarantined": 3, "corrected": 1}
    held = writer.store.rows("SELECT position, field, file FROM quarantine ORDER BY line")
    assert sorted((row["position"], row["field"], row["file"]) for row in held) == [
        ("line 1", "time", "two"), ("line 3", "specversion", "two"), ("line 4", "subject", "two")
    ]  # fmt: skip
    assert unbalanced(writer.store) == []


def test_repeats_inside_one_batch(writer: Writer) -> None:
    told = sent(writer, [event(), event(), event(revision=3), event(revision=1), event(revision=3), event(id="e2")])
    assert counts(told) == {"received": 6, "stored": 3, "duplicate": 3, "corrected": 1, "stale": 1}
    assert unbalanced(writer.store) == []
    writer.store.command("INSERT INTO event SELECT * FROM event")
    assert unbalanced(writer.store) == [
        "rows of first sightings = distinct identities in the log: 4 / 2", "rows of later forms = their places in batches: 2 / 1",
    ]  # fmt: skip


def test_each_sending_and_source_has_its_own_balance(writer: Writer) -> None:
    same = [event(id="a", source="s1"), event(id="b", source="s2")]
    one, two = writer.commit_all([Sending((taken([*same, {}]),), "cloudevents", "x"), Sending((taken(same),), "genesys", "y")])
    assert counts(one) == {"received": 3, "stored": 2, "quarantined": 1}
    assert counts(two) == {"received": 2, "duplicate": 2}
    assert (one.records, two.records) == (3, 2)
    lines = writer.store.rows("SELECT file, connector, source, received, stored, duplicate, quarantined, records FROM batch ORDER BY ALL")
    assert [tuple(line.values()) for line in lines] == [
        ("x", "cloudevents", "", 1, 0, 0, 1, 3), ("x", "cloudevents", "s1", 1, 1, 0, 0, 0), ("x", "cloudevents", "s2", 1, 1, 0, 0, 0),
        ("y", "genesys", "s1", 1, 0, 1, 0, 2), ("y", "genesys", "s2", 1, 0, 1, 0, 0),
    ]  # fmt: skip
    assert unbalanced(writer.store) == []


def test_reingesting_adds_no_row(writer: Writer) -> None:
    events = [event(id=str(number), data={"channel": "chat"}) for number in range(50)] + [event(id="7", revision=2)]
    sent(writer, events)
    tables = ("event", "identity", "reach", "record", "interaction", "stay")
    before = [writer.store.value(f"SELECT count() FROM {table}") for table in tables], facts(writer.store)
    assert counts(sent(writer, events)) == {"received": 51, "duplicate": 51, "stale": 1}
    assert ([writer.store.value(f"SELECT count() FROM {table}") for table in tables], facts(writer.store)) == before
    assert unbalanced(writer.store) == []


def test_a_record_retracts_what_its_later_revision_lacks(writer: Writer) -> None:
    def of(name: str, revision: int) -> dict[str, Any]:
        return event(id=name, subject=f"interaction/{name}", record="r1", revision=revision, data={"channel": "voice"})

    sent(writer, [of("a", 1), of("b", 1)])
    asked = "SELECT groupArray(interaction) FROM (SELECT interaction FROM interaction FINAL ORDER BY interaction)"
    assert writer.store.value(asked) == ["a", "b"]
    sent(writer, [of("a", 2)])
    assert writer.store.value(asked) == ["a"]
    sent(writer, [of("b", 3), event(id="c", subject="interaction/c", record="r2", retracted=True)])
    assert writer.store.value(asked) == ["b"]
    assert unbalanced(writer.store) == []


def test_nothing(writer: Writer) -> None:
    assert writer.commit([], "cloudevents") == Receipt()
    assert sent(writer, []).received == 0
    assert writer.commit([], "cloudevents").stored == 0
    assert writer.last == 0
    assert writer.store.value("SELECT count() FROM batch") == 0
    assert unbalanced(writer.store) == []


def test_records_without_events_are_told(writer: Writer) -> None:
    given_ = taken([])
    given_.records = 3
    assert writer.commit([given_], "genesys").records == 3
    gathered = writer.commit_all([Sending((taken([event()]),), "cloudevents"), Sending((given_,), "genesys")])
    assert [(each.records, each.received) for each in gathered] == [(1, 1), (3, 0)]


def test_thirty_years_in_one_batch(writer: Writer) -> None:
    events = [
        event(id=f"{year}-{month}", subject=f"interaction/{year}-{month}", time=f"{year}-{month:02}-11T09:00:00Z")
        for year in range(1996, 2026)
        for month in (1, 4, 7, 10)
    ]
    assert counts(sent(writer, events)) == {"received": 120, "stored": 120}
    assert writer.store.value("SELECT uniqExact(_partition_id) FROM event") == 120  # an insert may touch 100, were it not for the door
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 120


def test_ten_thousand_refusals_in_one_batch(writer: Writer) -> None:
    told = sent(writer, [event(time=f"bad {number}") for number in range(10_000)] + [event()])
    assert counts(told) == {"received": 10_001, "stored": 1, "quarantined": 10_000}
    assert writer.store.value("SELECT uniqExact(line) FROM quarantine") == 10_000
    assert unbalanced(writer.store) == []


# Whatever the order ---------------------------------------------------------------------------------------------------

TRACE = [
    event(id=str(number % 6), subject=f"interaction/{number % 6}", revision=revision, data={"queue": queue, "channel": "chat"})
    for number, (revision, queue) in enumerate([(0, "a"), (0, "b"), (1, "a"), (1, "c"), (2, "a"), (0, "c"), (2, "b"), (0, "d")] * 2)
]


@pytest.fixture
def undisturbed(store: Store) -> list[dict[str, Any]]:
    sent(Writer(store, KEYS), TRACE, settle=False)
    return winners(store)


@settings(max_examples=6)
@given(st.permutations(TRACE + TRACE[:4]), st.lists(st.integers(1, 19), max_size=2))
def test_any_order_and_any_batches(store: Store, undisturbed: list[Any], events: list[dict[str, Any]], cuts: list[int]) -> None:
    empty(store)
    writer = Writer(store, KEYS)
    bounds = sorted({0, *cuts, len(events)})
    total = sum((sent(writer, events[start:end], settle=False) for start, end in pairwise(bounds)), Receipt())
    writer.settle()
    assert total.residual == 0
    assert total.stored - total.corrected >= 6 - total.conflicts
    assert unbalanced(store) == []
    assert winners(store) == undisturbed


# When something fails -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["quarantine", "batch", "identity", "record"])
def test_a_failed_commit_leaves_nothing_behind(writer: Writer, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The engine fails between two durable steps; the process lives on. What the sender sends again is counted once."""
    real_insert, real_pour = writer.store.insert, writer.store.pour
    pair = [event(id="a", record="one"), event(id="b", record="two")]

    def insert(table: str, rows: Any) -> None:
        if table == step:
            raise StoreError("The engine refused the statement (code 1).", 1)
        real_insert(table, rows)

    def pour(sql: str, *more: Any) -> None:
        if sql == arrival.load(f"index.{step}"):
            raise StoreError("The engine refused the statement (code 1).", 1)
        real_pour(sql, *more)

    sent(writer, [event(id="before")])
    with monkeypatch.context() as patch:
        patch.setattr(writer.store, "insert", insert)
        if step in arrival.INDEXES:
            patch.setattr(writer.store, "pour", pour)
        with pytest.raises(StoreError):
            sent(writer, [*pair, {}])
    told = sent(writer, [event(id="c")])
    assert counts(told) == {"received": 1, "stored": 1}
    told = sent(writer, pair)
    assert told.stored == (0 if step in arrival.INDEXES else 2)  # the line was there: acknowledged, whatever the sender was told
    assert len(winners(writer.store)) == 4
    assert unbalanced(writer.store) == []


def test_facts_that_fail_are_written_with_the_next_batch(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise StoreError("The engine refused the statement (code 241, MEMORY_LIMIT_EXCEEDED).", 241)

    with monkeypatch.context() as patch:
        patch.setattr(module, "derive", fails)
        with pytest.raises(StoreError):
            sent(writer, [event(data={"channel": "chat"})])
    assert any(each.residual for each in check(writer.store))
    assert counts(sent(writer, [event(data={"channel": "chat"})])) == {"received": 1, "duplicate": 1}
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 1
    assert unbalanced(writer.store) == []


@pytest.mark.parametrize("heals", [False, True])
def test_a_batch_waits_for_its_facts_only_when_it_is_indexed(writer: Writer, monkeypatch: pytest.MonkeyPatch, heals: bool) -> None:
    """Another thread may derive at any moment: without the index of subjects it would miss what earlier batches say of the same ones."""
    index, seen = module.index if heals else module.index_kept, []

    def between(*given_: Any) -> None:
        seen.append(list(writer._waiting))
        writer.settle()  # as another thread may, which does not wait for the writer's lock
        index(*given_)

    def fails(*_: Any) -> None:
        raise StoreError("The engine refused the statement (code 1).", 1)

    if heals:
        with monkeypatch.context() as patch:
            patch.setattr(module, "index_kept", fails)
            with pytest.raises(StoreError):
                sent(writer, [event(data={"channel": "chat"})])
    monkeypatch.setattr(module, "index" if heals else "index_kept", between)
    sent(writer, [event(data={"channel": "chat"})] if not heals else [event(id="next", subject="interaction/next")])
    assert seen == [[]]
    assert writer.store.value("SELECT count() FROM interaction FINAL") == (2 if heals else 1)
    assert unbalanced(writer.store) == []


def test_closing_waits_for_the_facts_being_written(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is given back after the last row, not while another thread writes facts."""
    steps, begun, may_end = [], threading.Event(), threading.Event()

    def slow(*_: Any) -> None:
        begun.set()
        may_end.wait(10)
        steps.append("derived")

    sent(writer, [event()], settle=False)
    monkeypatch.setattr(module, "derive", slow)
    monkeypatch.setattr(writer._lease, "release", lambda: steps.append("released"))
    settling, closing = threading.Thread(target=writer.settle), threading.Thread(target=writer.close)
    settling.start()
    assert begun.wait(10)
    closing.start()
    closing.join(0.2)
    may_end.set()
    settling.join(10)
    closing.join(10)
    assert steps == ["derived", "released"]


def test_a_still_store_has_no_batch_half_way(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(writer, [event(id="waits")], settle=False)
    with monkeypatch.context() as patch:
        patch.setattr(module, "index_kept", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent(writer, [event(id="not indexed")], settle=False)
    assert any(each.residual for each in check(writer.store))
    other = threading.Thread(target=sent, args=(writer, [event(id="later")]))
    with writer.still():
        other.start()
        other.join(0.2)
        assert other.is_alive()
        assert unbalanced(writer.store) == []
        assert [row["id"] for row in winners(writer.store)] == ["not indexed", "waits"]
    other.join(10)
    assert unbalanced(writer.store) == []


def test_readings_of_the_log_show_nothing_that_is_not_acknowledged(writer: Writer) -> None:
    first, second = event(id="a"), event(id="b", type="interaction.message", data={"author": "customer"})
    sent(writer, [first])
    at = datetime(2026, 11, 21, tzinfo=UTC)
    [days] = writer.store.rows("SELECT min(day) AS first, max(day) AS last FROM event")
    silent = {"instants": [datetime(2027, 1, 1, tzinfo=UTC)], **days}
    detail = arrival.load("detail.event").replace("{spared}", spared("SELECT sipHash64(source, record) FROM event"))
    asked = {"interaction": first["subject"].removeprefix("interaction/"), "upto": 1}
    before = writer.store.rows(detail, asked), writer.store.rows(arrival.load("standing.silences"), silent)
    moved = taken([second | {"source": "other"}])
    arrival._log(writer.store, 2, at, arrival.judge(writer.store, [moved.table]).events)
    assert [len(rows) for rows in before] == [1, 1]
    assert (writer.store.rows(detail, asked), writer.store.rows(arrival.load("standing.silences"), silent)) == before


def test_opening_sweeps_what_was_never_acknowledged(writer: Writer) -> None:
    sent(writer, [event(id="kept")])
    at = datetime(2026, 11, 21, tzinfo=UTC)
    judged = arrival.judge(writer.store, [taken([event(id="lost")]).table])
    arrival._log(writer.store, 2, at, judged.events)
    assert any(each.residual for each in check(writer.store))
    again = Writer(writer.store, KEYS)
    assert [row["id"] for row in winners(writer.store)] == ["kept"]
    assert counts(sent(again, [event(id="lost")])) == {"received": 1, "stored": 1}
    assert unbalanced(writer.store) == []


def test_facts_do_not_read_what_is_not_acknowledged(writer: Writer) -> None:
    """Facts are written beside the next batch, which may never get its line."""
    first, second = event(id="a"), event(id="b", type="interaction.message", data={"author": "customer"})
    sent(writer, [first], settle=False)
    arrival._log(writer.store, 2, datetime(2026, 11, 21, tzinfo=UTC), arrival.judge(writer.store, [taken([second]).table]).events)
    writer.settle()
    assert [row["messages_in"] for row in writer.store.rows("SELECT messages_in FROM interaction FINAL")] == [0]
    assert counts(sent(Writer(writer.store, KEYS), [second])) == {"received": 1, "stored": 1}
    assert [row["messages_in"] for row in writer.store.rows("SELECT messages_in FROM interaction FINAL")] == [1]


def test_refusals_of_a_connector_are_counted(writer: Writer) -> None:
    given_ = taken([event()])
    given_.refused.append(Refusal("row 3", "opened", "x", "a date", b"row", "vendor", whole=True))
    assert counts(writer.commit([given_], "mapping", "f.csv")) == {"received": 2, "stored": 1, "quarantined": 1}
    assert writer.store.rows("SELECT source, whole FROM quarantine") == [{"source": "vendor", "whole": True}]
    assert isinstance(Chunk([], [], 0).events, list)
