"""The ledger in a backup: a copy of SQLite's file, and a ledger from such a copy. PostgreSQL's is copied by pg_dump."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sql.ledger import amend, audit
from sql.ledger.account import Attempt, SignedIn
from sql.ledger.door import Ledger
from sql.ledger.model import Table

FILE = "ledger.sqlite"


def copy(ledger: Ledger, folder: Path) -> Path | None:
    """Copy a ledger into a folder, as of one instant, whoever writes meanwhile, with nobody signed in; None for one in PostgreSQL."""
    if ledger.dialect != "sqlite":
        return None
    ledger.copy_to(folder / FILE, without=(SignedIn.__tablename__, Attempt.__tablename__))
    return folder / FILE


def empty(session: Session) -> bool:
    """Whether nobody has made or decided anything: no row but what the application itself said in the audit log."""
    tables = [table for table in Table.metadata.sorted_tables if table is not audit.Line.__table__]
    held = any(session.scalar(select(func.count()).select_from(table)) for table in tables)
    return not held and not session.scalar(select(func.count()).where(audit.Line.by != "system"))


def put_back(ledger: Ledger, path: Path, by: str, of: datetime) -> int | None:
    """Fill a ledger from a copy made at an instant; None, and nothing is done, where it holds something or is in PostgreSQL.

    Accounts that were erased since, of which the mark beside the keys tells, are erased again (how many). All else is as it was then,
    accounts that were closed and tokens that were withdrawn since included; a line of the audit log says so.
    """
    if ledger.dialect != "sqlite":
        return None
    with ledger.read() as session:
        if not empty(session):
            return None
    ledger.take(path)
    with ledger.write() as session:
        gone = amend.again(session)
        audit.write(session, by, "log.restored", "log", {"until": of.isoformat(), "erased": gone})
    return gone
