"""Where a command works, as far as the commands about people ask."""

from __future__ import annotations

from typing import Any, Protocol

from ingest.seal import Keys
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from sql.folder import Folder
from sql.ledger.door import Ledger


class Where(Protocol):
    """A folder with its engine or a server by DSN; nothing of it is opened before it is asked for."""

    folder: Folder
    declared: Sources

    @property
    def store(self) -> Store:
        """The store, where it is free."""

    @property
    def keys(self) -> Keys:
        """The keys of the deployment."""

    @property
    def writer(self) -> Writer:
        """The one writer of the store."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of this process."""

    def running(self) -> Any:
        """The Apogee that holds it, where one does."""
