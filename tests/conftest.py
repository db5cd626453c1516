"""One engine for the whole session (an embedded engine opens one folder per process), emptied between tests.

APOGEE_TEST_NETWORK=1 puts the HTTP front of tests/network.py before it; APOGEE_TEST_CLICKHOUSE names a server to use instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import HealthCheck, settings

from sql.clickhouse import Store, StoreError, connect
from sql.derive import forget
from sql.migrate import migrate
from tests.postgres import ledger_url, postgresql

__all__ = ["ledger_url", "postgresql"]
MEMORY, MEMINFO = Path("/dev/shm"), Path("/proc/meminfo")  # noqa: S108 - where the system keeps files in memory
# Which lines run is not noted where the same lines run in other tests, as noting takes two fifths as much again of Python's time.
UNMEASURED = {
    "test_agent_law.py", "test_agent_metric.py", "test_agent_site.py", "test_agent_time.py", "test_every_metric.py", "test_every_page.py",
    "test_fact_oracle.py", "test_fact_order.py", "test_maturity_company.py", "test_maturity_demo.py", "test_maturity_oracle.py",
    "test_maturity_threshold.py", "test_metric_oracle.py", "test_scope.py",
}  # fmt: skip
LONGEST = {"test_every_page.py", "test_maturity_company.py", "test_live.py"}
assert {path.name for path in Path(__file__).parent.rglob("test_*.py")} >= UNMEASURED | LONGEST, "a module of tests was renamed"
ROOM = 6 << 30  # bytes that have to be free: a run holds less than two at a time


def in_memory() -> None:
    """Have the folders of tests made in memory where there is room, unless TMPDIR says where: every insert and commit waits for the disk,
    on a slow one for a third of the run, and what is proven of a process that dies holds by what the system was given, disk or not."""
    free = [int(line.split()[1]) << 10 for line in MEMINFO.read_text().splitlines() if "MemAvailable" in line] if MEMINFO.exists() else [0]
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and min([*free, shutil.disk_usage(MEMORY).free]) > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # of processes that tests start, and of this one


in_memory()

settings.register_profile("apogee", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.register_profile("long", settings.get_profile("apogee"), max_examples=400)
settings.load_profile("apogee")


def usually(count: int, more: int = 4) -> settings:
    """So many examples in the usual run, `more` times as many in the long one (`--hypothesis-profile=long`)."""
    return settings(max_examples=count * (more if settings.default.max_examples > 100 else 1))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: its driver leaves an event loop running in the main thread until the session ends. Of these the
    longest modules come first, so that no process waits long for the other at the end."""
    items.sort(key=lambda item: ("e2e" in item.path.parts, item.path.name not in LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """A test of those that are not measured, with its fixtures."""
    measuring = coverage.Coverage.current() if item.path.name in UNMEASURED else None
    if measuring:
        measuring.stop()
    try:
        return (yield)
    finally:
        if measuring:
            measuring.start()


@pytest.fixture(scope="session")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the engine of this session is."""
    named, folder = os.environ.get("APOGEE_TEST_CLICKHOUSE"), tmp_path_factory.mktemp("engine")
    if named:
        yield named
    elif os.environ.get("APOGEE_TEST_NETWORK"):
        from tests.network import served

        with served(folder) as address:
            yield address
    else:
        yield f"chdb://{folder}"


@pytest.fixture(scope="session")
def engine(dsn: str) -> Iterator[Store]:
    """A migrated store."""
    store = connect(dsn)
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def store(engine: Store) -> Store:
    """The session's engine with every table empty."""
    empty(engine)
    return engine


kept: set[str] = set()  # what a fixture stored for several tests, by its name, until the store is emptied


def empty(store: Store) -> None:
    """Remove every row but the record of migrations and, on a server, the lease that this process holds."""
    kept.clear()
    forget(store)
    asked = "SELECT name FROM system.tables WHERE database = {db:String} AND name NOT IN ('migration', 'lease') AND total_rows > 0"
    tables = store.rows(asked, {"db": store.database})
    for row in tables:
        store.command(f"TRUNCATE TABLE `{row['name']}`")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Under a failed test, what the engine said: the product itself never shows it."""
    report = yield
    error: BaseException | None = call.excinfo.value if call.excinfo else None
    while error is not None and report.failed:
        if isinstance(error, StoreError) and error.__context__ is not None:
            report.sections.append(("the engine's own words", str(error.__context__)[:4000]))
        error = error.__cause__ or error.__context__
    return report
