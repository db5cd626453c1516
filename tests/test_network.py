"""The network path: the same tests over HTTP, and connections that break at the worst moment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import erasure
from ingest.seal import keys_in
from ingest.writer import Writer
from sql import lease
from sql.clickhouse import Store, StoreError, StoreHeld, connect
from tests import network
from tests.arrival_help import KEYS, counts, sent, unbalanced, winners
from tests.erasure_help import MARIE, original
from tests.event_strategy import event
from tests.network import served

HERE = Path(__file__).parent
USUAL = ("test_store.py", "test_collector.py", "test_metric_vector.py")
# all whose tests or fixtures ask for the engine, but this one
LONG = tuple(
    path.name
    for path in sorted(HERE.glob("test_*.py"))
    if path.name != Path(__file__).name and re.search(r"def \w+\([^)]*\b(engine|store)\b", path.read_text(encoding="utf-8"))
)


def over_http(modules: tuple[str, ...]) -> None:
    environment = os.environ | {"APOGEE_TEST_NETWORK": "1"}
    paths = [str(HERE / name) for name in modules]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths],
        env=environment, cwd=HERE.parent, capture_output=True, text=True, timeout=10_800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


already = pytest.mark.skipif(
    bool(os.environ.get("APOGEE_TEST_NETWORK") or os.environ.get("APOGEE_TEST_CLICKHOUSE")), reason="this session is over a network already"
)


@already
def test_the_same_over_a_network() -> None:
    over_http(USUAL)


@already
@pytest.mark.long
def test_everything_the_same_over_a_network() -> None:
    over_http(LONG)


@already
@pytest.mark.long
def test_a_page_in_a_browser_over_a_network() -> None:
    over_http(("e2e/test_committee.py",))


# Connections that break -----------------------------------------------------------------------------------------------

cuts: list[str] = []


@pytest.fixture
def far(store: Store, dsn: str) -> Iterator[Store]:
    """The same database by way of a front of its own, which may be told to break connections."""
    if not dsn.startswith("chdb://"):
        pytest.skip("one engine a process: this needs the embedded one")
    with served(Path(dsn.removeprefix("chdb://")), cuts) as address:
        found = connect(address)
        yield found
        found.close()
    cuts.clear()


@pytest.mark.parametrize("table", ["arriving", "event", "quarantine", "batch", "derived"])
def test_an_insert_whose_answer_is_lost_is_not_repeated(far: Store, table: str) -> None:
    writer = Writer(far, KEYS)
    events = [event(id="a", data={"channel": "chat"}), event(id="b"), {"bad": 1}]
    cuts.append(f"INSERT INTO {table} " if table == "event" else f"INSERT INTO `{table}`")
    with pytest.raises(StoreError):
        sent(writer, events)
    assert cuts == []
    again = sent(writer, events)  # as a sender does that was not answered
    assert again.residual == 0
    assert len(winners(far)) == 2
    assert far.value("SELECT count() FROM event") == 2
    assert far.value("SELECT count() FROM batch WHERE batch = 1") == far.value("SELECT uniqExact(source) FROM batch WHERE batch = 1")
    assert far.value("SELECT sum(stored) - sum(corrected) FROM batch") == 2
    assert unbalanced(far) == []
    assert counts(sent(writer, events[:2])) == {"received": 2, "duplicate": 2}
    writer.close()


def test_a_question_whose_answer_is_lost_is_asked_again(far: Store) -> None:
    cuts.append("SELECT 41 + 1")
    assert far.value("SELECT 41 + 1") == 42


def test_a_person_is_erased_though_more_were_erased_before_than_a_value_may_be_long(far: Store, tmp_path: Path) -> None:
    writer = Writer(far, keys_in(tmp_path / "keys"))
    sent(writer, original())
    writer.keys.erase(f"k1:{number:064x}" for number in range(1 + network.MOST_BYTES // 64))
    done = erasure.erase(writer, [MARIE])
    assert (done.events, done.whole) == (8, True), done.left
    assert unbalanced(far) == []
    assert counts(sent(writer, original())) == {"received": 10, "duplicate": 10}
    writer.close()


# Two processes, one database ---------------------------------------------------------------------------------------------


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that last a second."""
    monkeypatch.setattr(lease, "LAPSE", 1.2)
    monkeypatch.setattr(lease, "RENEW", 0.2)


@pytest.fixture
def near(far: Store) -> Iterator[Store]:
    """The database of `far`, as another process sees it."""
    found = connect(far.dsn)
    yield found
    found.close()


@pytest.mark.usefixtures("short")
def test_a_second_writer_is_refused_until_the_first_leaves(far: Store, near: Store) -> None:
    first = Writer(far, KEYS)
    assert counts(sent(first, [event(id="a")])) == {"received": 1, "stored": 1}
    with pytest.raises(StoreHeld, match=r"Another Apogee writes to this database .*--to"):
        Writer(near, KEYS)
    assert counts(sent(first, [event(id="b")])) == {"received": 1, "stored": 1}
    first.close()
    second = Writer(near, KEYS)
    assert counts(sent(second, [event(id="b"), event(id="c")])) == {"received": 2, "stored": 1, "duplicate": 1}
    second.close()


@pytest.mark.usefixtures("short")
def test_a_writer_that_died_or_slept_loses_its_lease(far: Store, near: Store) -> None:
    first = Writer(far, KEYS)
    held = first._lease
    held._stop.set()  # as if the process had stopped at this place
    assert held._thread is not None
    held._thread.join()
    second = Writer(near, KEYS)
    with pytest.raises(StoreHeld, match="lost the right to write"):
        sent(first, [event(id="a")])
    assert counts(sent(second, [event(id="a")])) == {"received": 1, "stored": 1}
    second.close()
    first.close()


@pytest.mark.usefixtures("short")
def test_of_two_that_begin_at_the_same_moment_one_writes(far: Store, near: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = {"token": "0", "holder": "elsewhere", "since": datetime(2026, 1, 1, tzinfo=UTC), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    told: list[list[dict[str, object]]] = [[], [earlier]]  # nobody before the claim, another after it
    monkeypatch.setattr(lease.Lease, "_others", lambda _: told.pop(0))
    with pytest.raises(StoreHeld, match="at the same moment"):
        Writer(far, KEYS)
    monkeypatch.undo()
    second = Writer(near, KEYS)
    second.close()
