"""The network path: the same tests over HTTP, and connections that break at the worst moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.writer import Writer
from sql.clickhouse import Store, StoreError, connect
from tests.arrival_help import KEYS, counts, sent, unbalanced, winners
from tests.event_strategy import event
from tests.network import served

HERE = Path(__file__).parent
USUAL = ("test_store.py", "test_collector.py", "test_metric_vector.py")
LONG = (
    "test_store.py", "test_writer.py", "test_collector.py", "test_door.py", "test_quarantine.py", "test_fact_example.py",
    "test_fact_order.py", "test_fact_oracle.py", "test_fact_past.py", "test_metric_example.py", "test_metric_oracle.py",
    "test_metric_vector.py", "test_every_metric.py",
)  # fmt: skip


def over_http(modules: tuple[str, ...]) -> None:
    environment = os.environ | {"APOGEE_TEST_NETWORK": "1"}
    paths = [str(HERE / name) for name in modules if (HERE / name).is_file()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths],
        env=environment, cwd=HERE.parent, capture_output=True, text=True, timeout=1800, check=False,
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


@pytest.mark.parametrize("table", ["staging", "event", "quarantine", "batch", "derived"])
def test_an_insert_whose_answer_is_lost_is_not_repeated(far: Store, table: str) -> None:
    writer = Writer(far, KEYS)
    events = [event(id="a", data={"channel": "chat"}), event(id="b"), {"bad": 1}]
    cuts.append(f"INSERT INTO {table} " if table in ("staging", "event") else f"INSERT INTO `{table}`")
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


def test_a_question_whose_answer_is_lost_is_asked_again(far: Store) -> None:
    cuts.append("SELECT 41 + 1")
    assert far.value("SELECT 41 + 1") == 42
