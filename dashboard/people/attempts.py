"""Wrong passwords: who has to wait, and how long.

A name waits whoever tries it, so that many machines together guess no faster than one; so does an address that tries many names, an IPv6
network of 64 bits being one. Whoever knows a name could so keep its holder out for good: a browser that he signed in with before bears a
mark, and waits for its own failures only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sql.ledger import account as kept
from sql.ledger import audit
from sql.ledger.door import Ledger, Session

FREE = 5  # wrong passwords in a row without a wait
WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
FORGIVEN = timedelta(days=1)  # attempts for a name that nobody tried for so long are forgotten, an address's so long after the first
REMEMBERED = 10_000
NOBODY = "unknown"  # in the audit log: whoever tried a name that nobody has


class Denied(Exception):
    """Somebody is not signed in, or may not do what he asks; `key` names the sentence (`dashboard/words/people.toml`)."""

    def __init__(self, key: str, until: datetime | None = None) -> None:
        super().__init__(key)
        self.key, self.until = key, until


class Attempts:
    """The attempts of one installation: by name in the ledger, by address and browser in memory. Safe to use from many threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._lock = ledger, threading.Lock()
        self._failed: OrderedDict[str, tuple[int, datetime, datetime]] = OrderedDict()  # how often, until when, since when

    def count(self, name: str, address: str, now: datetime, mark: str = "") -> None:
        """One more attempt for a name and, four times as patiently, from an address; from a browser its holder signed in with, for that
        alone. Denied while one of them has to wait.

        It is counted before the password is looked at, so that many guesses sent at once are no more than those sent in turn.
        """
        if self.marked(name, mark):
            self._from(_browser(mark), now, FREE, more=1)
            return
        self._from(network(address), now, 4 * FREE)
        with self._ledger.write() as session:
            kept.lull(session, now - FORGIVEN)
            found = kept.held_attempt(session, name, now)
            if found.until is not None and found.until > now:
                raise Denied("people.locked", found.until)
            found.failures, found.at = found.failures + 1, now
            wait = _wait(found.failures, FREE)
            found.until = now + wait if wait else None
        self._from(network(address), now, 4 * FREE, more=1)

    def _from(self, place: str, now: datetime, free: int, more: int = 0) -> None:
        """Denied while an address or a browser has to wait; `more` attempts come from it otherwise."""
        with self._lock:
            times, until, since = self._failed.get(place, (0, now, now))
            if until > now:
                raise Denied("people.locked", until)
            if now - since > FORGIVEN:
                times, since = 0, now
            if more:
                self._failed[place] = (times + more, now + _wait(times + more, free), since)
                self._failed.move_to_end(place)
                while len(self._failed) > REMEMBERED:
                    self._failed.popitem(last=False)

    def wrong(self, name: str, now: datetime, mark: str = "") -> None:
        """The attempt that was counted was wrong: where there is a wait from now on, that is written down, whoever has the name."""
        known = self.marked(name, mark)
        with self._lock:
            times, until, _ = self._failed.get(_browser(mark), (0, now, now))
        with self._ledger.write() as session:
            found = None if known else kept.attempt_of(session, name)
            if found is not None:
                times, until = found.failures, found.until or now
            if until > now and (known or found is not None):
                detail = {"failures": times, "minutes": (until - now).total_seconds() / 60}
                number = kept.number_of(session, name)
                by = kept.folded(name) if number else NOBODY  # what is nobody's name may be a password
                audit.write(session, by, "account.locked", f"account/{number}", detail, at=now)

    def forgive(self, session: Session, name: str, address: str, now: datetime, mark: str = "") -> None:
        """The attempt that was counted was right: it is taken back, and the name's are forgotten. Those for other names stay counted."""
        known = self.marked(name, mark)
        if not known:
            kept.forgive(session, name)
        with self._lock:
            place, free = (_browser(mark), FREE) if known else (network(address), 4 * FREE)
            times, until, since = self._failed.get(place, (0, now, now))
            if known or times <= 1:
                self._failed.pop(place, None)
            else:
                self._failed[place] = (times - 1, until if _wait(times - 1, free) else now, since)

    def mark(self, name: str) -> str:
        """The mark of a browser that somebody signed in with: it opens nothing, and means nothing once the password is another."""
        number = secrets.token_urlsafe(16)
        return f"{number}.{self._signed(name, number)}"

    def marked(self, name: str, mark: str) -> bool:
        """Whether a mark is that of a browser the holder of a name signed in with."""
        number, _, signed = mark.partition(".")
        return bool(signed) and hmac.compare_digest(self._signed(name, number).encode(), signed.encode())

    def _signed(self, name: str, number: str) -> str:
        """Signed with the hash of the password, which is known here alone; with something random where nobody has the name."""
        with self._ledger.read() as session:
            key = kept.password_of(session, name) or secrets.token_hex()
        return hmac.new(key.encode(), f"browser {kept.folded(name)} {number}".encode(), hashlib.sha256).hexdigest()


def network(address: str) -> str:
    """What counts as one address: of IPv6, where a line has a whole network, its first 64 bits."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(told, IPv6Address):
        return str(told.ipv4_mapped or ip_network((int(told), 64), strict=False))
    return str(told)


def _browser(mark: str) -> str:
    return f"browser {mark.partition('.')[0]}"


def _wait(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing at first, then a minute, doubled each time, an hour at most."""
    over = failures - free
    return timedelta() if over < 0 else min(WAIT * 2 ** min(over, 20), LONGEST_WAIT)
