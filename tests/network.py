"""A small HTTP front before the embedded engine: enough of ClickHouse's interface for the driver to work over a network. Tests only.

Statements come in the body or in `query`, bound values as `param_…`, every other argument is a setting. Data of an INSERT stands after
the statement, or alone in the body when `query` names the statement. What is too long for an address comes in a form.
"""

from __future__ import annotations

import queue
import re
import socket
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import chdb
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

HANDLES = 4
MOST_BYTES = 128 * 1024 + 1  # of a field of a form, as a server has it unless it is told otherwise (http_max_field_value_size)
# Arguments that HTTP itself uses, and settings of the server that an embedded engine has no use for.
APART = {"query", "database", "query_id", "session_id", "wait_end_of_query", "client_protocol_version", "compress", "decompress",
         "enable_http_compression", "send_progress_in_http_headers", "http_headers_progress_interval_ms", "default_format"}  # fmt: skip
FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
INSERT = re.compile(rb"(?:\s|--[^\n]*\n)*INSERT\s+INTO\s.*?\bFORMAT\s+(\w+)[ ]*\n?", re.IGNORECASE | re.DOTALL)


class Handle:
    """One connection to the engine, with the database and settings it has now."""

    def __init__(self, path: str) -> None:
        self.connection: Any = chdb.connect(path)
        self.database = ""
        self.settings: dict[str, str] = {}

    def be(self, database: str, settings: dict[str, str]) -> None:
        """Use this database and exactly these settings."""
        if database and database != self.database:
            self.connection.query(f"USE `{database}`")
            self.database = database
        for name in self.settings.keys() - settings.keys():
            self.connection.query(f"SET {name} = DEFAULT")
        for name, value in settings.items():
            if self.settings.get(name) != value:
                escaped = value.replace("\\", "\\\\").replace("'", "\\'")
                self.connection.query(f"SET {name} = '{escaped}'")
        self.settings = settings


class Front:
    """The WSGI application."""

    def __init__(self, path: str) -> None:
        self.cut: list[str] = []  # once a statement holding one of these is carried out, its connection breaks instead of an answer
        self.handles: queue.Queue[Handle] = queue.Queue()
        for _ in range(HANDLES):
            self.handles.put(Handle(path))
        self.path = path
        self.sessions: dict[
            str, Handle
        ] = {}  # those at rest: a statement of a session finds its handle again, and the temporary tables on it
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        request = Request(environ)
        with self.handle(request.args.get("session_id", "")) as handle:
            try:
                answer = self.answer(handle, request)
            except RuntimeError as error:
                code = re.search(r"Code: (\d+)", str(error))
                handle.database, handle.settings = "", dict.fromkeys(handle.settings, "?")  # it may have stopped half-way
                answer = Response(str(error), 500, {"X-ClickHouse-Exception-Code": code[1] if code else "1"})
        said = request.args.get("query", "") + request.get_data()[:200].decode("utf-8", "replace")
        for found in [each for each in self.cut if each in said]:
            self.cut.remove(found)
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer(environ, start)

    @contextmanager
    def handle(self, session: str) -> Iterator[Handle]:
        """That of a session, or any; sessions of which nobody asks anything any more are ended, as a server does."""
        if not session:
            handle = self.handles.get()
            try:
                yield handle
            finally:
                self.handles.put(handle)
            return
        with self.lock:
            handle = self.sessions.pop(session, None) or Handle(self.path)
            while len(self.sessions) > HANDLES:
                self.sessions.pop(next(iter(self.sessions))).connection.close()
        try:
            yield handle
        finally:
            with self.lock:
                self.sessions[session] = handle  # at the end: those asked longest ago stand first

    def answer(self, handle: Handle, request: Request) -> Response:
        body = request.get_data()
        given = {**request.args, **request.form}
        if request.form:
            body = b""
            if long := next((name for name, value in request.form.items() if len(value.encode()) > MOST_BYTES), ""):
                raise RuntimeError(f"Code: 1000. Field {long} is longer than {MOST_BYTES} bytes")
        if request.headers.get("Content-Encoding") == "gzip":
            body = zlib.decompress(body, 31)
        settings = {name: value for name, value in given.items() if name not in APART and not name.startswith("param_")}
        handle.be(given.get("database", ""), settings)
        statement, data = (given["query"].encode(), body) if "query" in given else (body, b"")
        inserted = INSERT.match(statement)
        bound = {name[6:]: value for name, value in given.items() if name.startswith("param_")}
        if inserted and (data or len(statement) > inserted.end()):
            return self.insert(handle, statement[: inserted.end()], inserted[1].decode(), data or statement[inserted.end() :], bound)
        found = FORMAT.search(statement)
        kind = found[1].decode() if found else "TabSeparated"
        result = handle.connection.query(statement.decode(), kind, params=bound)
        return Response(result.bytes(), 200, {"X-ClickHouse-Format": kind, "X-ClickHouse-Summary": "{}", "X-ClickHouse-Timezone": "UTC"})

    def insert(self, handle: Handle, statement: bytes, kind: str, data: bytes, bound: dict[str, str]) -> Response:
        head = re.sub(rb"\bFORMAT\s+\w+\s*$", b"", statement, flags=re.IGNORECASE).decode()
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            poured = head.replace("FROM input(", f"FROM file('{file.name}', '{kind}', ")  # the embedded engine has no request to read
            told = poured if poured != head else f"{head} FROM INFILE '{file.name}' FORMAT {kind}"
            handle.connection.query(told, params=bound)
        return Response(b"", 200, {"X-ClickHouse-Summary": "{}"})

    def close(self) -> None:
        while not self.handles.empty():
            self.sessions[f"idle {len(self.sessions)}"] = self.handles.get()
        for handle in self.sessions.values():
            with suppress(RuntimeError):
                handle.connection.close()


class Quiet(WSGIRequestHandler):
    """HTTP 1.1, so that connections are kept, and no line a request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        pass


@contextmanager
def served(path: Path, cut: list[str] | None = None) -> Iterator[str]:
    """The DSN of a front before the engine on a folder; `cut` names statements whose connection breaks, once each."""
    front = Front(str(path))
    front.cut = cut if cut is not None else []
    server = make_server("127.0.0.1", 0, front, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="front", daemon=True)
    thread.start()
    try:
        yield f"clickhouse://127.0.0.1:{server.port}/apogee"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        front.close()


if __name__ == "__main__":  # a front of its own process: tells where it is, and goes on until its input ends
    with served(Path(sys.argv[1])) as address:
        print(address, flush=True)
        sys.stdin.read()
