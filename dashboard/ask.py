"""How pages ask: each question once for everybody who may see the same, however many ask at the same time.

`ask(query)` answers for the viewer of the current request, whose scope is put into the question here and nowhere else. Answers are kept
under the question, its scope and the version of the data. The version moves with what arrives, but at most every `STEADY_S` seconds, so
that a busy floor does not make every committee page pay for every event; what is live does not come through here but through the hub.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app
from flask_caching import Cache

from dashboard.guard import viewer
from dashboard.hub import Hub
from dashboard.live.floor import NAMES_S
from dashboard.live.memory import Memory
from dashboard.people.people import People
from dashboard.setting import Settings
from metrics import run
from metrics.query import Query
from metrics.refusal import later
from metrics.run import Result
from sql import standing
from sql.clickhouse import QUESTION, Store
from sql.ledger.door import Ledger

STEADY_S = 10.0
KEPT_S = 600
PATIENCE_S: float = QUESTION["max_execution_time"] + 10  # for the answer to the same question of somebody else
T = TypeVar("T")


class SingleFlight:
    """Callers who want the same at the same time share one computation and its outcome, an error included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[Any]] = {}

    def do(self, key: str, compute: Callable[[], T]) -> T:
        """The value of `compute`, run by the first caller of `key` and awaited by the others; Later when it takes too long."""
        with self._lock:
            future = self._flying.get(key)
            leads = future is None
            if future is None:
                future = self._flying[key] = Future()
        if not leads:
            if not wait((future,), PATIENCE_S).done:
                raise later("asked_already")
            shared: T = future.result()
            return shared
        try:
            value = compute()
        except BaseException as error:
            future.set_exception(error)
            raise
        else:
            future.set_result(value)
            return value
        finally:
            with self._lock:
                self._flying.pop(key, None)


@dataclass(slots=True)
class Version:
    """The version of the data as pages see it: the number of committed batches, looked at every now and then."""

    hub: Hub[Any]
    clock: Callable[[], float] = time.monotonic
    _seen: int = 0
    _at: float = float("-inf")

    def now(self) -> int:
        """The version to ask under; steady for `STEADY_S` seconds."""
        if self.clock() - self._at >= STEADY_S:
            self._seen, self._at = self.hub.ticks, self.clock()
        return self._seen


@dataclass(slots=True)
class Desk:
    """What every page of one application works with."""

    store: Store
    settings: Settings
    hub: Hub[Any]
    cache: Cache
    version: Version
    people: People
    flight: SingleFlight = field(default_factory=SingleFlight)
    memory: Memory = field(default_factory=Memory)

    @property
    def ledger(self) -> Ledger:
        """What people decide."""
        return self.people.ledger

    def names(self) -> Mapping[tuple[str, str], str]:
        """What queues, teams, sites and agents are called, by (kind, key), as of at most half a minute ago: every page asks for some."""
        return self.memory.recall("names", NAMES_S, lambda: standing.names(self.store))

    def ask(self, query: Query) -> Result:
        """Answer a question that already carries its scope; kept, and asked once however many wait for it."""
        key = hashlib.blake2b(f"{self.version.now()} {query.key()}".encode(), digest_size=20).hexdigest()
        kept: Result | None = self.cache.get(key)
        return kept if kept is not None else self.flight.do(key, lambda: self._asked(key, query))

    def _asked(self, key: str, query: Query) -> Result:
        kept: Result | None = self.cache.get(key)
        if kept is None:
            kept = run.ask(self.store, query, self.settings.promises)
            self.cache.set(key, kept, timeout=KEPT_S)
        return kept


def desk() -> Desk:
    """The desk of the application that serves the current request."""
    found: Desk = current_app.extensions["apogee"]
    return found


def ask(query: Query) -> Result:
    """Answer a question for the current viewer: the scope is his, whatever the question said."""
    return desk().ask(query.seen_by(viewer().scope))
