"""The door to the engine, embedded or over a network: the same words, the same answers, many threads on one store."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pyarrow as pa
import pytest

from sql import lease
from sql.clickhouse import QUESTION, Store, StoreError, StoreHeld, TooMuch, connect, load
from sql.migrate import migrate


def test_values_are_bound_never_pasted(store: Store) -> None:
    for text in ("it's", "a\\b", "tab\tend", "new\nline", "'; DROP TABLE event; --", "{x:String}", "é😀", "%s", ""):
        assert store.value("SELECT {text:String}", {"text": text}) == text
        assert store.value("SELECT {texts:Array(String)}", {"texts": [text, "b"]}) == [text, "b"]
    assert store.value("SELECT {n:UInt64}", {"n": 2**64 - 1}) == 2**64 - 1
    assert store.value("SELECT empty({none:Array(UInt64)})", {"none": []}) in (1, True)


def test_instants_keep_zone_and_fraction(store: Store) -> None:
    at = datetime(2026, 11, 21, 10, 0, 4, 120_000, tzinfo=timezone(timedelta(hours=1)))
    found = store.value("SELECT {at:DateTime64(3, 'UTC')}", {"at": at})
    assert (found, found.utcoffset()) == (at, timedelta(0))
    assert store.rows("SELECT {at:DateTime64(3, 'UTC')} AS at", {"at": at}) == [{"at": at}]
    with pytest.raises(ValueError, match="zone"):
        store.value("SELECT {at:DateTime64(3, 'UTC')}", {"at": datetime(2026, 11, 21)})  # noqa: DTZ001 - that is the point


def test_values_may_be_longer_than_a_server_takes_at_once(store: Store) -> None:
    texts = [f"it's 😀\\{number}" for number in range(12_000)]
    long, numbers = "".join(texts), list(range(40_000))
    asked = "SELECT {texts:Array(String)} AS texts, {long:String} AS long, arraySum({numbers:Array(UInt32)}) AS total, {one:String} AS one"
    [row] = store.rows(asked, {"texts": texts, "long": long, "numbers": numbers, "one": "{texts:Array(String)}"})
    assert (row["texts"], row["long"], row["total"], row["one"]) == (texts, long, sum(numbers), "{texts:Array(String)}")
    store.insert("derived", pa.table({"batch": pa.array([7, 8, 90_000], pa.uint64())}))
    store.alter("derived DELETE WHERE batch IN {numbers:Array(UInt64)} AND {long:String} != ''", {"numbers": numbers, "long": long})
    assert store.value("SELECT groupArray(batch) FROM derived") == [90_000]


def test_an_empty_answer_keeps_its_columns(store: Store) -> None:
    table = store.table("SELECT source, count() AS n FROM event GROUP BY source")
    assert (table.column_names, table.num_rows) == (["source", "n"], 0)
    assert store.value("SELECT batch FROM batch") is None
    assert store.rows("SELECT batch FROM batch") == []


def test_rows_are_matched_by_name_and_defaults_fill_in(store: Store) -> None:
    at = pa.array([datetime(2026, 11, 21, tzinfo=UTC)], pa.timestamp("ms", "UTC"))
    store.insert("batch", pa.table({"source": ["s"], "known_at": at, "batch": pa.array([7], pa.uint64())}))
    [row] = store.rows("SELECT batch, source, received, known_at FROM batch")
    assert row == {"batch": 7, "source": "s", "received": 0, "known_at": datetime(2026, 11, 21, tzinfo=UTC)}


@pytest.mark.parametrize("statement", ["SELECT secret_c88 FROM event", "SELECT 'c-88' +", "INSERT INTO nowhere SELECT 'c-88'"])
def test_the_engines_words_stay_inside(store: Store, statement: str) -> None:
    with pytest.raises(StoreError) as refused:
        store.command(statement)
    shown = "".join(traceback.format_exception(refused.value))
    assert str(refused.value).startswith("The engine refused the statement (code ")
    assert refused.value.code
    assert "Exception:" not in shown
    assert "did you mean" not in shown.lower()
    assert refused.value.__suppress_context__
    with pytest.raises(StoreError):
        store.insert("nowhere", pa.table({"a": ["c-88"]}))


def test_what_every_statement_runs_under(store: Store) -> None:
    assert store.value("SELECT getSetting('join_use_nulls')")
    assert store.value("SELECT getSetting('max_partitions_per_insert_block')") == 0
    assert not store.value("SELECT getSetting('async_insert')")
    assert store.value("SELECT timezone()") == "UTC"
    assert store.value("SELECT currentDatabase()") == store.database
    assert store.value("SELECT engine FROM system.databases WHERE name = currentDatabase()") == "Atomic"


def test_settings_of_one_statement_are_its_own(store: Store) -> None:
    store.command("ALTER TABLE event DELETE WHERE batch > 10", settings={"mutations_sync": 2})
    assert store.value("SELECT getSetting('mutations_sync')") != 2


def test_a_statement_that_fails_leaves_nothing_to_the_next(store: Store) -> None:
    before = store.value("SELECT getSetting('max_memory_usage')")
    for _ in range(3):
        with pytest.raises(TooMuch):
            store.rows("SELECT number FROM numbers(10000000) ORDER BY number DESC", settings={"max_memory_usage": 1_000_000})
        assert store.rows("SELECT getSetting('max_memory_usage') AS most, 'and so on' AS words") == [{"most": before, "words": "and so on"}]


def test_sixteen_threads_on_one_store(store: Store) -> None:
    start = threading.Barrier(16)

    def work(number: int) -> int:
        start.wait()
        for turn in range(6):
            store.insert("derived", pa.table({"batch": pa.array([number * 100 + turn], pa.uint64())}))
            assert store.value("SELECT {n:UInt64}", {"n": number}) == number
            assert store.rows("SELECT {n:UInt64} AS a, {t:String} AS b", {"n": turn, "t": str(number)}) == [{"a": turn, "b": str(number)}]
        return int(store.value("SELECT countIf(intDiv(batch, 100) = {n:UInt64}) FROM derived", {"n": number}))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work, range(16))) == [6] * 16
    assert store.value("SELECT uniqExact(batch) FROM derived") == store.value("SELECT count() FROM derived") == 96


def test_a_second_database_beside(store: Store) -> None:
    other = store.beside("apogee_beside")
    migrate(other)
    other.insert("derived", pa.table({"batch": pa.array([1], pa.uint64())}))
    assert (other.value("SELECT count() FROM derived"), store.value("SELECT count() FROM derived")) == (1, 0)
    store.command("DROP DATABASE apogee_beside SYNC")
    other.close()


@pytest.mark.parametrize(("dsn", "words"), [
    ("postgres://x", "begins with postgres://"), ("", "begins with nothing://"),
    ("clickhouse://127.0.0.1:9/apogee", "No ClickHouse server answers at 127.0.0.1:9"),
])  # fmt: skip
def test_bad_addresses_in_words(dsn: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        connect(dsn)


def test_a_database_name_is_an_identifier(store: Store) -> None:
    if not store.embedded:
        with pytest.raises(StoreError, match="letters, digits and underscores"):
            connect(store.dsn.rsplit("/", 1)[0] + "/a`b")


def test_statements_are_files() -> None:
    assert "SELECT" in load("check.sources")
    with pytest.raises(FileNotFoundError):
        load("no.such")


class Served:
    """A store as if it were a server's: a lease speaks SQL only."""

    embedded = False

    def __init__(self, store: Store) -> None:
        self.command, self.rows, self.value = store.command, store.rows, store.value


def test_a_lease_that_lapsed_while_its_holder_slept_is_not_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LAPSE", 0.6)
    monkeypatch.setattr(lease, "RENEW", 0.05)
    first = lease.Lease(cast("Store", Served(store)))
    sleeping, awake = threading.Event(), threading.Event()

    def asleep(_: float) -> bool:
        sleeping.set()
        return not awake.wait(20)

    monkeypatch.setattr(first._stop, "wait", asleep)
    assert sleeping.wait(10)
    monkeypatch.setattr("sql.lease.time.clock_gettime", lambda _: 0.0)  # its own clock stood still meanwhile
    second = lease.Lease(cast("Store", Served(store)))  # waits until the first has lapsed
    awake.set()
    assert first._thread is not None
    first._thread.join(10)
    with pytest.raises(StoreHeld, match="lost the right to write"):
        first.check()
    second.check()
    second.release()
    if store.embedded:
        store.command("DROP TABLE lease SYNC")


def test_parts_are_kept_for_one_question_alone(store: Store) -> None:
    def values(text: str) -> dict[str, object]:
        return {"n": 3} if "{n:" in text else {}

    parts = {"one": "SELECT number + {n:UInt8} AS x FROM numbers(2)", "two": "SELECT max(x) AS most FROM one"}
    for _ in range(2):
        with store.keeping(parts, values, QUESTION) as ask:
            told = ask("SELECT x, most FROM one CROSS JOIN two WHERE x >= {n:UInt8} ORDER BY x")
            assert told == [
                {"x": 3, "most": 4},
                {"x": 4, "most": 4},
            ]
            with pytest.raises(StoreError):
                ask("SELECT nothing FROM one")
    with pytest.raises(StoreError), store.keeping({"one": "SELECT 1 AS x", "two": "SELECT wrong"}, values, QUESTION):
        pass
    with pytest.raises(StoreError):
        store.rows("SELECT x FROM one")


def test_what_is_kept_counts_against_the_limit(store: Store) -> None:
    parts = {f"part_{number}": "SELECT number, toString(number) AS text FROM numbers(400000)" for number in range(20)}
    limits = {"max_memory_usage": 80 << 20, "max_execution_time": 60}
    with store.keeping(dict([*parts.items()][:1]), lambda _: {}, limits) as ask:
        assert ask("SELECT count() AS n FROM part_0") == [{"n": 400000}]
    with pytest.raises(TooMuch), store.keeping(parts, lambda _: {}, limits):
        pytest.fail("twenty times eight megabytes and more were kept")
