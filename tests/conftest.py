"""One engine for the whole session (an embedded engine opens one folder per process), emptied between tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from sql.clickhouse import Store, connect
from sql.migrate import migrate

settings.register_profile("apogee", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("apogee")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A migrated store: the server that APOGEE_TEST_CLICKHOUSE names, or else the embedded engine on a folder of its own."""
    store = connect(os.environ.get("APOGEE_TEST_CLICKHOUSE") or f"chdb://{tmp_path_factory.mktemp('engine')}")
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def store(engine: Store) -> Store:
    """The session's engine with every table empty."""
    empty(engine)
    return engine


def empty(store: Store) -> None:
    """Remove every row but the record of migrations."""
    tables = store.rows(
        "SELECT name FROM system.tables WHERE database = {db:String} AND name != 'migration' AND total_rows > 0", {"db": store.database}
    )
    for row in tables:
        store.command(f"TRUNCATE TABLE `{row['name']}`")
