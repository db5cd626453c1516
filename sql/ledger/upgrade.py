"""Applying migrations to the ledger: the one place that knows Alembic, apart from the door, which seldom needs it."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from sql.ledger.door import LedgerError

logging.getLogger("alembic").setLevel(logging.WARNING)


def upgrade(connection: Connection, migrations: Path) -> None:
    """Apply the migrations that are missing, in the connection's transaction. Raises LedgerError."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    at = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if at is not None and at not in known:
        raise LedgerError("The ledger was written by a newer Apogee than this one: install that version, or a later one.")
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise LedgerError("The migrations of the ledger do not follow each other: this installation is damaged.") from None
