"""One writer a database, on a server: a lease that one process holds and renews while it lives.

The embedded engine needs none: its folder opens in one process only. Instants are the server's, so that clocks need not agree; the
holder itself counts on its own steady clock, and stops writing when it could not renew in time.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from sql.clickhouse import Store, StoreError, StoreHeld

LAPSE = 30.0  # seconds after its last renewal until a lease is nobody's
RENEW = 8.0  # seconds between two renewals

TABLE = """CREATE TABLE IF NOT EXISTS lease
(token String, holder String, since DateTime64(3, 'UTC'), at DateTime64(3, 'UTC'), released Bool)
ENGINE = ReplacingMergeTree(at) ORDER BY token TTL toDateTime(at) + INTERVAL 1 DAY"""
_OTHERS = """SELECT token, holder, since, at FROM lease FINAL
WHERE token != {token:String} AND NOT released AND at > now64(3) - toIntervalMillisecond({lapse:UInt32}) ORDER BY since, token"""
_SAY = "INSERT INTO lease SELECT {token:String}, {holder:String}, {since:DateTime64(3, 'UTC')}, now64(3), {released:Bool}"
_ALIVE = "(SELECT max(at) FROM lease WHERE token = {token:String}) > now64(3) - toIntervalMillisecond({lapse:UInt32})"
# A machine that slept has not lived through it; where the system counts that time too, we do.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def lease(store: Store) -> Lease:
    """The lease of this store, taken at the first call. Raises StoreHeld when another process has it."""
    if store not in _held:
        _held[store] = Lease(store)
    return _held[store]


def check(store: Store) -> None:
    """Raise StoreHeld when this process had the right to write and lost it: before each step that replaces what others may have written."""
    if store in _held:
        _held[store].check()


class Lease:
    """The right to write to one database, from its making to its release."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._token = secrets.token_hex(8)
        self._holder = f"{socket.gethostname()}, process {os.getpid()}"
        self._stop = threading.Event()
        self._renewed = 0.0
        self._lost = False
        self._thread: threading.Thread | None = None
        if not store.embedded:
            store.command(TABLE)
            self._take()
            self._thread = threading.Thread(target=self._renewing, name="lease", daemon=True)
            self._thread.start()

    def check(self) -> None:
        """Raise StoreHeld when this process may no longer write: it slept, or the server did not answer, for longer than a lease lasts."""
        if self._thread is not None and (self._lost or time.clock_gettime(_CLOCK) - self._renewed > LAPSE):
            raise StoreHeld("This process lost the right to write while it could not reach the server: start it again.")

    def release(self) -> None:
        """Leave the database to the next writer at once."""
        _held.pop(self._store, None)
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            with suppress(StoreError):  # a server that is gone forgets it by itself
                self._say(released=True)

    def _take(self) -> None:
        first: dict[str, Any] = {}
        until = time.monotonic() + LAPSE
        while others := self._others():
            for other in others:
                if time.monotonic() > until or first.setdefault(other["token"], other["at"]) != other["at"]:
                    raise StoreHeld(f"Another Apogee writes to this database ({other['holder']}): work through it with --to, or stop it.")
            time.sleep(min(1.0, RENEW / 4))  # one that was killed renews no more
        self._since = self._store.value("SELECT now64(3)")
        self._say(released=False)
        if ahead := [other for other in self._others() if (other["since"], other["token"]) < (self._since, self._token)]:
            self._say(released=True)
            raise StoreHeld(f"Another Apogee began to write to this database at the same moment ({ahead[0]['holder']}): try again.")

    def _others(self) -> list[dict[str, Any]]:
        return self._store.rows(_OTHERS, {"token": self._token, "lapse": int(LAPSE * 1000)})

    def _say(self, *, released: bool, only: str = "true") -> None:
        began = time.clock_gettime(_CLOCK)
        said = {"token": self._token, "holder": self._holder, "since": self._since, "released": released, "lapse": int(LAPSE * 1000)}
        self._store.command(f"{_SAY} WHERE {only}", said)
        self._renewed = began

    def _renewing(self) -> None:
        while not self._stop.wait(RENEW):
            try:
                self._say(released=False, only=_ALIVE)  # one that has lapsed by the server's clock may be somebody else's by now
                alive = self._store.value(f"SELECT {_ALIVE}", {"token": self._token, "lapse": int(LAPSE * 1000)})
            except StoreError:
                continue  # `check` says so when it lasts
            if not alive:
                self._lost = True
                return


_held: WeakKeyDictionary[Store, Lease] = WeakKeyDictionary()
