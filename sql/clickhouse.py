"""The one door to ClickHouse: a DSN in, a `Store` out. Nothing above knows whether the engine is embedded or a server.

`chdb:///path/to/folder` opens the embedded engine on a folder (one process at a time, one folder per process);
`chdb://` keeps everything in memory; `clickhouse://user:password@host:8123/database` speaks HTTP to a server.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sql.bound import bound, parted
from sql.handle import Clients
from sql.refusal import StoreError, StoreHeld, TooMuch

__all__ = ["DATABASE", "HERE", "QUESTION", "SETTINGS", "Store", "StoreError", "StoreHeld", "TooMuch", "connect", "load"]

# The driver logs failures with the engine's words, which quote values: what we say of them is in our own (StoreError).
logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())
logging.getLogger("clickhouse_connect").propagate = False

DATABASE = "apogee"
HERE = Path(__file__).parent

# Every statement runs under these. Inserts answer when the data is on disk (the tables fsync) and, on a cluster, on a quorum of
# replicas; a block may touch any number of months (archives span decades); FINAL stays inside a partition because every fact's day
# is part of its key; joins leave NULL, never a default, where nothing matched. No conclusions are drawn from chains of
# comparisons: the engine takes longer to look for them, anew for every AND, than most statements here take to run.
SETTINGS: dict[str, Any] = {
    "async_insert": 0,
    "insert_deduplicate": 0,
    "distributed_foreground_insert": 1,
    "insert_quorum": "auto",
    "max_partitions_per_insert_block": 0,
    "do_not_merge_across_partitions_select_final": 1,
    "join_use_nulls": 1,
    "optimize_and_compare_chain": 0,
    "session_timezone": "UTC",
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
}
# Within one process packing what is handed over would only cost; over a network it pays.
EMBEDDED = SETTINGS | {"output_format_arrow_compression_method": "none"}
# Of the embedded engine as a whole: no more merges at once than cores, as each takes its memory. Small ones may wait for two long ones.
_ENGINE = {"background_merges_mutations_concurrency_ratio": 1}


# What one question of a viewer may take: it runs in the process, or on the server, that must also go on writing.
QUESTION: dict[str, Any] = {"max_memory_usage": 4 << 30, "max_execution_time": 120}
_OVER = (241, 159, 307, 158)  # memory, time, bytes, rows


# Who writes the registers names them; whoever remembers what they say (sql/place.py) asks again then. Every number is used once.
_REGISTERS = re.compile(r"\b(?:INTO|TABLES?|AND)\s+(?:`?\w+`?\.)?`?reference\b")
_numbers = count(1)
_written: dict[str, int] = {}
# What a session keeps, and after how many parts that is asked, which takes as long as making a small one.
_KEPT, _PARTS = "SELECT sum(total_bytes) FROM system.tables WHERE is_temporary", 3


class Store:
    """One database of one engine. Safe to use from many threads; values are always bound, never pasted."""

    def __init__(self, clients: Clients, dsn: str, database: str) -> None:
        self._clients = clients
        self.dsn = dsn
        self.database = database
        self.embedded = dsn.startswith("chdb:")
        self.opted_in: frozenset[str] = frozenset()  # measures an installation has allowed that are off otherwise (metrics/opting.py)
        self.lock = threading.RLock()  # held by whoever writes to the log: several statements are one step
        self.deriving = threading.RLock()  # held by whoever writes derived rows; taken after `lock` by those who need both
        _written.setdefault(dsn, 0)

    @property
    def edition(self) -> int | None:
        """A number that is another whenever the registers (`reference`) may have been written; None where other processes write as well."""
        return _written[self.dsn] if self.embedded else None

    def table(self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a query; the result keeps its column names and types even when it has no row. Raises TooMuch when `settings`, whole numbers,
        bound it."""
        with _plain_errors(), self._clients.one() as client:
            asked, values = self._sent(sql, parameters)
            return client.query_arrow(_under(asked, settings or {}), parameters=values, use_strings=True, settings=self._clients.sent)

    def rows(
        self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run a query; one dict a row, instants as aware datetimes in UTC."""
        found = self.columns(sql, parameters, settings)
        return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]

    def columns(
        self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> dict[str, list[Any]]:
        """Run a query; one list a column, instants as in `rows`."""
        found = self.table(sql, parameters, settings)
        return dict(zip(found.column_names, map(_values, found.columns), strict=True))

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first cell of a query, or None when it has no row."""
        table = self.table(sql, parameters)
        return _aware(table.column(0)[0].as_py()) if table.num_rows else None

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None) -> None:
        """Run a statement that gives nothing back: DDL, INSERT … SELECT, ALTER."""
        with _plain_errors(), self._noting(sql), self._clients.one() as client:
            told, values = self._sent(sql, parameters)
            run = client.command if self.embedded else client.raw_query  # of these the latter alone sends long values in a form
            run(told, parameters=values, settings={**(settings or {}), **self._clients.sent})

    def alter(self, change: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Change or delete stored rows (what follows ALTER TABLE); when this returns, every copy of them is changed."""
        self.command(f"ALTER TABLE {change}", parameters, {"mutations_sync": 2})

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows; columns are matched by name, missing ones take the table's defaults."""
        names = ", ".join(f"`{name}`" for name in rows.column_names)
        if self.embedded:
            self.pour(f"INSERT INTO `{table}` ({names}) SELECT {names} FROM arriving", rows)
            return
        with _plain_errors(), self._clients.one() as client:
            client.command(f"INSERT INTO `{table}` ({names}) FORMAT Arrow", data=_packed(rows))

    def pour(self, statement: str, rows: pa.Table, parameters: Mapping[str, Any] | None = None) -> None:
        """Run an `INSERT … SELECT … FROM arriving`, where `arriving`, named once, stands for these rows.

        The embedded engine reads them where they are in memory; a server is sent them.
        """
        with _plain_errors(), self._noting(statement), self._clients.one() as client:
            if self.embedded:
                arriving = _plain(rows)  # noqa: F841 - the engine finds it by its name, in the frames of its caller
                client.command(statement.replace("FROM arriving", "FROM Python(arriving)"), parameters=bound(parameters))
            else:
                source = f"FROM input('{_structure(rows.schema)}')"
                sent = statement.replace("FROM arriving", source) + " FORMAT Arrow"
                client.command(sent, parameters=bound(parameters), data=_packed(rows))

    def among(self, question: str, rows: pa.Table, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a `SELECT … FROM arriving`, where `arriving` stands for these rows: read where they are by the embedded engine, held in a
        table of that name by a server. One at a time in a database.
        """
        if not self.embedded:
            self.command("DROP TABLE IF EXISTS arriving SYNC")
            self.command(f"CREATE TABLE arriving ({_structure(rows.schema, quote=_QUOTED)}) ENGINE = Memory")
            self.insert("arriving", rows)
            return self.table(question, parameters)
        with _plain_errors(), self._clients.one() as client:
            arriving = _plain(rows)  # noqa: F841 - the engine finds it by its name
            asked = question.replace("FROM arriving", "FROM Python(arriving)")
            return client.query_arrow(asked, parameters=bound(parameters), use_strings=True)

    @contextmanager
    def keeping(
        self, parts: Mapping[str, str], values: Callable[[str], Mapping[str, Any]], limits: Mapping[str, int]
    ) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
        """Gives what asks for the rows of statements that know the answers to these questions, each asked once and in this order, by
        their names: temporary tables of a session, which a server behind a balancer may not know again. `values` are those a text binds,
        `limits` (settings like QUESTION) those of all together, kept rows included: these are weighed after every third part, so that until
        then each of three is held to what the weighed ones left. Not to be nested (Clients.session)."""
        end = time.monotonic() + limits["max_execution_time"]
        with self._clients.session() as clients:
            session, room = Store(clients, self.dsn, self.database), limits["max_memory_usage"]

            def left() -> dict[str, int]:
                seconds = int(end - time.monotonic())
                if seconds < 1 or room < 1:  # 0 would be no limit
                    raise TooMuch("The engine stopped a question that needs too much memory or time.", _OVER[0])
                return {**limits, "max_execution_time": seconds, "max_memory_usage": room}

            try:
                for number, (name, question) in enumerate(parts.items(), 1):
                    session.command(_under(f"CREATE TEMPORARY TABLE `{name}` ENGINE = Memory AS\n{question}", left()), values(question))
                    if number % _PARTS == 0 or number == len(parts):
                        room = limits["max_memory_usage"] - int(session.value(_KEPT))
                yield lambda text: session.rows(text, values(text), left())
            finally:
                for name in parts:
                    with suppress(StoreError):
                        session.command(f"DROP TEMPORARY TABLE IF EXISTS `{name}`")

    def _sent(self, sql: str, parameters: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
        """A statement and its values as they are sent: to a server, long ones in parts."""
        return (sql, bound(parameters)) if self.embedded else parted(sql, bound(parameters))

    @contextmanager
    def _noting(self, sql: str) -> Iterator[None]:
        """Note that the registers were written once that is over, however it ended."""
        try:
            yield
        finally:
            if _REGISTERS.search(sql):
                _written[self.dsn] = next(_numbers)

    def beside(self, database: str) -> Store:
        """Another database of the same engine, made if need be: a store of its own, to be closed by the caller."""
        self.command(f"CREATE DATABASE IF NOT EXISTS `{database}` ENGINE = Atomic")
        return connect(self.dsn, database)

    def close(self) -> None:
        """Let go of the engine."""
        self._clients.close()


def _under(sql: str, settings: Mapping[str, Any]) -> str:
    """A query under these settings. In its text: the embedded engine's driver would set and reset each by statements of their own."""
    return f"{sql}\nSETTINGS {', '.join(f'{name} = {value:d}' for name, value in settings.items())}" if settings else sql


def _packed(rows: pa.Table) -> bytes:
    """Rows as the body of one request. The driver's own way sends again when the connection breaks, and the rows would be there twice."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(rows)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _plain(rows: pa.Table) -> pa.Table:
    """The rows with the columns that have no null declared so: the engine then carries no mask along with them."""
    full = [field.type != pa.null() and not rows.column(place).null_count for place, field in enumerate(rows.schema)]
    fields = [field.with_nullable(not each) for field, each in zip(rows.schema, full, strict=True)]
    return pa.Table.from_arrays(rows.columns, schema=pa.schema(fields))


_KIND = {
    pa.string(): "String", pa.large_string(): "String", pa.bool_(): "Bool", pa.date32(): "Date",
    pa.uint8(): "UInt8", pa.uint16(): "UInt16", pa.uint32(): "UInt32", pa.uint64(): "UInt64", pa.int64(): "Int64",
    pa.timestamp("ms", "UTC"): "DateTime64(3, {quote}UTC{quote})",
}  # fmt: skip
_QUOTED = "'"


def _structure(schema: pa.Schema, quote: str = "\\'") -> str:
    """The columns of rows that are poured, as the engine names their types; within a text, quotes are escaped."""
    return ", ".join(f"`{field.name}` {_kind(field.type).format(quote=quote)}" for field in schema)


def _kind(type_: pa.DataType) -> str:
    return f"Array({_kind(type_.value_type)})" if pa.types.is_list(type_) else _KIND[type_]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the driver's exceptions into ours, without their text: it quotes statements and values."""
    try:
        yield
    except ClickHouseError as error:
        raise _translated(error) from None  # a traceback that shows its cause would show the engine's words


def _translated(error: Exception) -> StoreError:
    text = str(error)
    found = re.search(r"[Cc]ode: ?(\d+)", text)
    code = int(found.group(1)) if found else None
    if code == 76 or "EmbeddedServer" in text or "Cannot lock file" in text:
        sentence = "The data folder is in use by another process: stop it, or let this command work through the running server."
        return StoreHeld(sentence, code)
    if code in _OVER:
        return TooMuch(f"The engine stopped a statement that needs too much memory or time (code {code}).", code)
    name = re.search(r"\(([A-Z][A-Z_]+)\)", text)
    return StoreError(f"The engine refused the statement (code {code or 'unknown'}{', ' + name.group(1) if name else ''}).", code)


def _values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; numbers without a null take the short way, as questions of many groups give many."""
    if (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)) and not column.null_count:
        told: list[Any] = column.to_numpy().tolist()
        return told
    values = column.to_pylist()
    return [_aware(value) for value in values] if pa.types.is_timestamp(column.type) else values


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def connect(dsn: str, database: str = "") -> Store:
    """Open the engine a DSN names and make sure its database exists (Atomic, so that tables can be exchanged).

    `database` names another than the DSN's.

    Raises StoreHeld when another process has the embedded engine's folder, StoreError when the engine cannot be reached.
    """
    try:
        parts = urlsplit(dsn)
        _port(parts)
    except ValueError:
        raise StoreError(
            "The DSN cannot be read: write it like clickhouse://user:password@host:8123/apogee, its port a number from 1 to 65535; in a "
            "password / is %2F, @ is %40 and : is %3A."
        ) from None
    if parts.scheme not in ("chdb", "clickhouse", "http", *_SECURE):
        raise StoreError(f"A DSN begins with chdb:// or clickhouse://; this one begins with {parts.scheme or 'nothing'}://.")
    database = database or (DATABASE if parts.scheme == "chdb" else parts.path.strip("/") or DATABASE)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,60}", database):
        raise StoreError("The database name in the DSN may hold letters, digits and underscores only.")
    place = f"{parts.hostname or 'localhost'}:{_port(parts)}"
    try:
        with _plain_errors():
            with _silenced():
                client = _client(dsn, parts)
            client.command(f"CREATE DATABASE IF NOT EXISTS {database} ENGINE = Atomic")
    except (OSError, RuntimeError) as error:
        raise _translated(error) from None
    except StoreError as error:
        if error.code is None and parts.scheme in ("clickhouse", "http", *_SECURE):
            raise StoreError(f"No ClickHouse server answers at {place}: start it, or name another with --dsn.") from None
        if error.code in _UNKNOWN_USER:
            raise StoreError(f"The ClickHouse server at {place} does not know this user and password.", error.code) from None
        raise
    several = parts.scheme == "chdb" and bool(parts.path)
    settings = EMBEDDED if parts.scheme == "chdb" else SETTINGS
    more = (lambda: _set(_client(dsn, parts), database, settings)) if several else None
    clients = Clients(_set(client, database, settings), more, parts.scheme == "chdb")
    return Store(clients, dsn, database)


def _client(dsn: str, parts: SplitResult) -> Client:
    if parts.scheme == "chdb":
        return clickhouse_connect.get_client(dsn=dsn, chdb_options=_ENGINE)
    return clickhouse_connect.get_client(
        host=parts.hostname or "localhost",
        port=_port(parts),
        username=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        secure=parts.scheme in _SECURE,
        autogenerate_session_id=False,  # one client, many threads: a session would serialise or refuse them
    )


def _set(client: Client, database: str, settings: Mapping[str, Any]) -> Client:
    client.database = database
    for name, value in settings.items():
        client.set_client_setting(name, value)
    return client


_SECURE = ("clickhouses", "https")
_UNKNOWN_USER = (192, 194, 516)


def _port(parts: SplitResult) -> int:
    return parts.port or (8443 if parts.scheme in _SECURE else 8123)


@contextmanager
def _silenced() -> Iterator[None]:
    """The embedded engine writes its own message to the terminal when a folder is held; we say it in our words.

    One at a time: of two that overlap, the second would put back what the first had put in place.
    """
    with _silence:
        kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nothing)


_silence = threading.Lock()


@cache
def load(name: str) -> str:
    """The text of a statement kept in its own file, in `sql/queries` or `sql/facts`. FileNotFoundError for another name."""
    for folder in ("queries", "facts"):
        path = HERE / folder / f"{name}.sql"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"no statement called {name} in sql/queries or sql/facts")
