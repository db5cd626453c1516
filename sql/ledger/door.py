"""The one door to the ledger: a URL in, a `Ledger` out, its tables brought up to date.

    ledger = open_ledger("sqlite:////srv/apogee/ledger.sqlite")      # or postgresql://user:password@host/database
    with ledger.write() as session:                                  # all of it, or nothing
        session.add(Account(...))
    with ledger.read() as session:
        accounts = session.scalars(select(Account)).all()

SQLite is for one machine (write-ahead log, one writer at a time who waits for the others, every commit on the disk); PostgreSQL for
several. Nobody but SQLite may open its file while a process works with it: closing any descriptor of a file drops every lock the process
holds on it (POSIX), and the next process to leave takes the write-ahead log away under it.
What a unit of work returns may be read after it: rows are detached, not expired.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from sql.ledger import audit
from sql.ledger.mark import Mark

__all__ = ["PASSING", "Ledger", "LedgerError", "Session", "ledger_in", "open_ledger"]
MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVER = {"sqlite": "sqlite", "postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000"}
_LOCK = 0x61706F676565  # "apogee": two servers that start at once migrate one after the other
PASSING = "sqlite://"  # a ledger in a temporary file, gone when it is closed
_WAIT_S = 15  # for another writer of SQLite
_MAKING = threading.Lock()  # of a new file: nobody of this process opens it before its descriptor is closed
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class LedgerError(ValueError):
    """The ledger cannot be used. The message is ours and one sentence: those of the database quote values, and its URL holds a password."""


class Ledger:
    """One relational database. Safe to use from many threads; a session belongs to the thread that opened it."""

    def __init__(self, engine: Engine, passing: TemporaryDirectory[str] | None = None, mark: Mark | None = None) -> None:
        self._engine, self._passing, self._mark, self._walk = engine, passing, mark, audit.Walk()
        self.dialect = engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A unit of work: committed when the block ends, undone when it raises. Errors of the database are the caller's as they are,
        but for damage, which is a LedgerError."""
        engine, info = self._engine.execution_options(apogee_writes=True), {"mark": self._mark}
        with self._in_words(), Session(engine, expire_on_commit=False, info=info) as session, session.begin():
            yield session
        if self._mark and "last" in session.info:  # the last line of the audit log, which is in the database now
            self._mark.follow(*session.info["last"])

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent look: nothing done in it is kept. What the mark says is asked before it begins. Errors are those of `write`."""
        engine = self._engine.execution_options(apogee_writes=False)
        info = {"mark": self._mark, "known": audit.known(self._mark), "walk": self._walk}
        with self._in_words(), Session(engine, expire_on_commit=False, info=info) as session:
            yield session
            session.expunge_all()  # undoing would expire what was read
            session.rollback()

    def check(self) -> None:
        """Read the whole file of SQLite, evidence included, for damage that no opening meets. Raises LedgerError in words."""
        if self.dialect == "sqlite":
            with self._in_words(), self._engine.connect() as connection:  # looks at a snapshot: nobody waits
                if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                    raise _damaged(self._engine.url)

    def copy_to(self, path: Path, without: Iterable[str] = ()) -> None:
        """Copy the database, as of one instant and without keeping anybody from it, to a new file that its owner alone may read; some
        tables without their rows. SQLite only; LedgerError where it is damaged: that copy would be the last."""
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with self._in_words(), self._raw() as raw, closing(sqlite3.connect(path)) as copy:
            raw.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file: nothing beside it to be forgotten
            copy.execute("PRAGMA secure_delete = ON")
            for table in without:
                copy.execute(f"DELETE FROM {table}")
            copy.commit()
            if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damaged(self._engine.url)

    def take(self, path: Path) -> None:
        """Put what such a copy holds in the place of everything here, and bring it up to date. SQLite only; errors are those of opening."""
        read_only = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with self._in_words(), self._raw() as raw, closing(sqlite3.connect(read_only, uri=True)) as copy:
            copy.backup(raw)
        with self._in_words(), self._engine.execution_options(apogee_writes=True).begin() as connection:
            _migrate(connection)

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        """A connection of SQLite's own, outside any unit of work."""
        pooled = self._engine.raw_connection()
        try:
            raw = pooled.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - nobody asks it of PostgreSQL
            yield raw
        finally:
            pooled.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if _hurt(error):
                raise _damaged(self._engine.url) from None
            raise

    def close(self) -> None:
        """Let go of its connections."""
        self._engine.dispose()
        if self._passing:
            self._passing.cleanup()


def ledger_in(folder: Path) -> str:
    """The URL of the ledger a data folder holds when no other is named."""
    return URL.create("sqlite", database=str((folder / "ledger.sqlite").resolve())).render_as_string(hide_password=False)


def open_ledger(url: str, mark: Mark | None = None) -> Ledger:
    """Open a ledger, made if it is not there, and bring its tables up to date; `mark` tells where its audit log ends.

    Raises LedgerError in words. What is damaged where no migration looks is found when it is read (`Ledger.check`).
    """
    try:
        asked = make_url(url)
    except ArgumentError:
        raise LedgerError("A ledger is named by a URL: sqlite:///ledger.sqlite, or postgresql://user:password@host/apogee.") from None
    kind = asked.drivername.partition("+")[0]
    if kind not in _DRIVER:
        raise LedgerError(f"The ledger is kept in sqlite:// or postgresql://, not in {kind}://.")
    passing = TemporaryDirectory(prefix="apogee-ledger-", ignore_cleanup_errors=True) if asked == make_url(PASSING) else None
    if passing:
        asked = asked.set(database=f"{passing.name}/ledger.sqlite")
    try:
        engine = _sqlite(asked) if kind == "sqlite" else _postgresql(asked)
        with engine.execution_options(apogee_writes=True).begin() as connection:
            _migrate(connection)
    except (DBAPIError, OSError) as error:
        if _hurt(error):
            raise _damaged(asked) from None
        where = asked.database if kind == "sqlite" else f"{asked.host or 'localhost'}:{asked.port or 5432}"
        raise LedgerError(f"The ledger at {where} cannot be opened: is it there, and are its user and password right?") from None
    except (NoSuchModuleError, SQLAlchemyError) as error:
        raise LedgerError(f"The ledger cannot be brought up to date ({type(error).__name__}).") from None
    ledger = Ledger(engine, passing, mark)
    if mark is not None and mark.missing:
        with ledger.write() as session:
            audit.begin(session)
    return ledger


def _hurt(error: Exception) -> bool:
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _damaged(asked: URL) -> LedgerError:
    return LedgerError(
        f"The ledger at {asked.database} is damaged. Stop what uses it, put it aside together with its -wal and -shm files, and put the "
        "copy of your last backup in its place."
    )


def _sqlite(asked: URL) -> Engine:
    path = Path(asked.database or "").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _MAKING, suppress(FileExistsError):  # made for its owner alone: it holds hashes of passwords and of tokens
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    told = {"timeout": _WAIT_S, "check_same_thread": False}
    engine = create_engine(asked.set(drivername="sqlite"), connect_args=told, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin and commit by itself, differently for reading and for changing tables
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:  # a writer waits for its turn at once: one that only notices later would be refused
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("apogee_writes") else "BEGIN")

    return engine


def _postgresql(asked: URL) -> Engine:
    url = asked.set(drivername=_DRIVER["postgresql"])
    engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("apogee_writes", True):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine


def _migrate(connection: Connection) -> None:
    """Apply the migrations that are missing, all or none of them. What applies them is only read where there are any."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if _revision(connection) == max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")):
        return
    from sql.ledger.upgrade import upgrade

    upgrade(connection, MIGRATIONS)


def _revision(connection: Connection) -> str | None:
    """The last migration that was applied, as Alembic notes it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: list[str] = list(connection.scalars(text("SELECT version_num FROM alembic_version")))
    return found[0] if len(found) == 1 else None
