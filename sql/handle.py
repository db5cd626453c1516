"""The handles on one engine: who runs a statement takes one, and gives it back clean."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from uuid import uuid4

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

HANDLES = 4


class Clients:
    """The clients of one engine. Over HTTP one serves every thread; one of the embedded engine answers a statement at a time, so that
    a page would wait for a long insert: there are a few, opened when they are needed.
    """

    def __init__(self, first: Client, more: Callable[[], Client] | None, embedded: bool, sent: Mapping[str, str] | None = None) -> None:
        self.sent = dict(sent or {})  # with every statement
        self._more = more
        self._embedded = embedded
        self._all = [first]
        self._idle: list[Client] = [first]
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(HANDLES if more else 1_000_000)
        self._alone = threading.Lock() if embedded and not more else None

    @contextmanager
    def one(self) -> Iterator[Client]:
        """A client for one statement."""
        if self._more is None:
            with self._rinsed(self._all[0]):
                yield self._all[0]
            return
        with self._places:
            with self._lock:
                client = self._idle.pop() if self._idle else None
            if client is None:
                client = self._more()
                with self._lock:
                    self._all.append(client)
            try:
                with self._rinsed(client):
                    yield client
            finally:
                with self._lock:
                    self._idle.append(client)

    @contextmanager
    def session(self) -> Iterator[Clients]:
        """One client for several statements of one thread that share temporary tables. They are not to be nested, nor is this engine asked
        otherwise meanwhile by that thread: there are few clients, and where there is one in all, its tables are everybody's."""
        with self._alone or nullcontext(), self.one() as client:
            yield Clients(client, None, self._embedded, {} if self._embedded else {"session_id": uuid4().hex})

    @contextmanager
    def _rinsed(self, client: Client) -> Iterator[None]:
        """What a statement had given before it failed stands before the answer of the next on that handle of the embedded engine: it is
        taken out by one whose answer nobody reads."""
        try:
            yield
        except ClickHouseError:
            if self._embedded:
                with suppress(Exception):
                    client.raw_query("SELECT 1")
            raise

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            for client in self._all:
                client.close()
