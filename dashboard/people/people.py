"""Who asks: sessions and tokens turned into viewers, and people signed in and out.

A request is answered from memory: what a cookie means is asked of the ledger again after `FRESH_S` seconds, and at once in the process
where somebody changed it. A session ends when it was not used for `Rules.idle`, `Rules.longest` after sign-in, when the password or what
the account may do changes (its `epoch` grows), and when the account is closed. Signing in always makes a new cookie.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dashboard.people import password as passwords
from dashboard.people.rules import Grant, Rules
from dashboard.viewer import Role, Viewer
from metrics.query import Scope
from sql.ledger import account as kept
from sql.ledger import audit
from sql.ledger.account import Account, SignedIn
from sql.ledger.door import Ledger, Session

FRESH_S = 5.0
SEEN = timedelta(minutes=1)  # how often the use of a session is written down
FREE = 5  # wrong passwords in a row without a wait
WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
REMEMBERED = 10_000


class Denied(Exception):
    """Somebody is not signed in, or may not do what he asks; `key` names the sentence (`dashboard/words/people.toml`)."""

    def __init__(self, key: str, until: datetime | None = None) -> None:
        super().__init__(key)
        self.key, self.until = key, until


@dataclass(slots=True)
class _Known:
    """A session as it was found in the ledger: its viewer; when it began, was used, was found, and what the ledger says of its use."""

    viewer: Viewer
    made_at: datetime
    seen_at: datetime
    found_at: datetime
    told_at: datetime


def digest(secret: str) -> str:
    """What is kept of a cookie or a token: they are 256 random bits, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def scope_of(account: Account) -> Scope:
    """The scope of an account. Without limits and without `everything` it holds nothing; an agent's is himself."""
    if account.role == Role.AGENT:
        return Scope((("agent", (account.agent,) if account.agent else ()),), named=True)
    limits: dict[str, list[str]] = {}
    for each in account.limits:
        limits.setdefault(each.dimension, []).append(each.value)
    if account.everything or limits:
        return Scope.of(named=account.named, **({} if account.everything else limits))
    return Scope.of(named=account.named, team=())


def viewer_of(account: Account, csrf: str = "", rights: frozenset[str] | None = None) -> Viewer:
    """The viewer an account is."""
    return Viewer(
        account.name, Role(account.role), scope_of(account), account.number, account.called, account.agent, csrf, rights, account.change_due
    )


class People:
    """The people of one installation. Safe to use from many threads."""

    def __init__(self, ledger: Ledger, rules: Rules, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.ledger, self.rules, self.clock = ledger, rules, clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._failed: OrderedDict[str, tuple[int, datetime]] = OrderedDict()  # by address: how often, until when
        self._needed, self._looked_at = False, datetime.min.replace(tzinfo=UTC)

    # --- who asks ----------------------------------------------------------------------------------------------------------------

    @property
    def needed(self) -> bool:
        """Whether there are accounts, so that everybody has to sign in. Once there were, there are."""
        if not self._needed and (self.clock() - self._looked_at).total_seconds() > FRESH_S:
            with self.ledger.read() as session:
                self._needed = kept.any_account(session)
            self._looked_at = self.clock()
        return self._needed

    def viewer(self, cookie: str) -> Viewer | None:
        """Whoever holds this cookie; None when it is nobody's, or over. Counts as use of the session."""
        if not cookie:
            return None
        now, key = self.clock(), digest(cookie)
        with self._lock:
            known = self._known.get(key)
        if known is None or (now - known.found_at).total_seconds() > FRESH_S:
            known = self._found(key, now, known)
        if known is None or now - known.seen_at > self.rules.idle or now - known.made_at > self.rules.longest:
            self._over(key)
            return None
        known.seen_at = now
        if now - known.told_at >= SEEN:
            self._tell(key, known)
        return known.viewer

    def _found(self, key: str, now: datetime, before: _Known | None) -> _Known | None:
        """A session as the ledger has it, used when it or this process says so, whichever is later."""
        with self.ledger.read() as session:
            row = kept.session_of(session, key)
            if row is None or not row[1].active or row[0].epoch != row[1].epoch:
                return None
            held, account = row
            seen_at = max(held.seen_at, before.seen_at) if before else held.seen_at
            found = _Known(viewer_of(account, held.csrf), held.made_at, seen_at, now, held.seen_at)
        with self._lock:
            self._known[key] = found
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _tell(self, key: str, known: _Known) -> None:
        """Write down that a session was used."""
        known.told_at = known.seen_at
        with self.ledger.write() as session:
            held = session.get(SignedIn, key)
            if held is not None:
                held.seen_at = known.seen_at

    def _over(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
        with self.ledger.write() as session:
            kept.sign_out(session, key)

    def holder(self, token: str, right: str) -> Viewer | None:
        """Whoever holds this token, if it has the right; None otherwise."""
        now = self.clock()
        with self.ledger.read() as session:
            row = kept.token_of(session, digest(token))
            if row is None:
                return None
            held, account = row
            if held.revoked_at is not None or held.until <= now or right not in held.rights or not account.active or account.change_due:
                return None
            number, used = held.number, held.used_at
            viewer = viewer_of(account, rights=frozenset(held.rights))
        if used is None or now - used >= SEEN:
            with self.ledger.write() as session:
                held_now = session.get(kept.Token, number)
                if held_now is not None:
                    held_now.used_at = now
        return viewer

    def forget(self) -> None:
        """Ask the ledger anew about everybody: something was changed."""
        with self._lock:
            self._known.clear()
        self._looked_at = datetime.min.replace(tzinfo=UTC)

    # --- signing in and out --------------------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A new cookie for a name and a password. Denied for a wrong one, and for any while the account or the address has to wait.

        Whether a name exists is not told: neither by the answer nor by the time it takes.
        """
        now = self.clock()
        self._check_address(address, now)
        with self.ledger.read() as session:
            account = kept.by_name(session, name)
            hashed, waits = (account.password, account.locked_until) if account and account.active else ("", None)
        if waits is not None and waits > now:
            raise Denied("people.locked", waits)
        if not passwords.right(hashed, password):
            self.failed(name, address, now)
            raise Denied("people.wrong")
        with self.ledger.write() as session:
            account = kept.by_name(session, name)
            if account is None or not account.active or account.password != hashed:
                raise Denied("people.wrong")
            if passwords.stale(hashed):
                account.password = passwords.hashed(password, "")
            with self._lock:
                self._failed.pop(address, None)
            return self._admitted(session, account, now, "password")

    def vouched(self, issuer: str, subject: str, called: str, name: str, grant: Grant) -> str:
        """A new cookie for somebody an OpenID provider vouches for; his account is made or brought to what his group may do."""
        now = self.clock()
        with self.ledger.write() as session:
            account = kept.by_subject(session, issuer, subject)
            if account is None:
                wanted = name.strip().casefold()
                if kept.by_name(session, wanted) is not None:
                    raise Denied("people.taken")  # a name given here is not handed to whoever a provider calls the same
                account = Account(
                    name=wanted, called=called, password="", change_due=False, active=True, issuer=issuer, subject=subject, made_at=now,
                    password_at=now, failures=0, epoch=0, role=grant.role, everything=False, named=False, agent="",
                )  # fmt: skip
                session.add(account)
                session.flush()
                audit.write(session, wanted, "account.made", f"account/{account.number}", {"by": "openid"}, at=now)
            elif not account.active:
                raise Denied("people.wrong")
            granted(session, account, replace(grant, agent=account.agent), by=account.name, at=now)
            return self._admitted(session, account, now, "openid")

    def _admitted(self, session: Session, account: Account, now: datetime, how: str) -> str:
        cookie = secrets.token_urlsafe(32)
        account.failures, account.locked_until, account.seen_at = 0, None, now
        held = SignedIn(
            digest=digest(cookie), account=account.number, epoch=account.epoch, csrf=secrets.token_urlsafe(24), made_at=now, seen_at=now
        )
        kept.sweep(session, now - self.rules.idle, now - self.rules.longest)
        session.add(held)
        audit.write(session, account.name, "session.opened", f"account/{account.number}", {"by": how}, at=now)
        return cookie

    def sign_out(self, cookie: str) -> None:
        """End a session."""
        viewer = self.viewer(cookie)
        if viewer is not None:
            self._over(digest(cookie))
            with self.ledger.write() as session:
                audit.write(session, viewer.name, "session.closed", f"account/{viewer.account}", at=self.clock())

    def _check_address(self, address: str, now: datetime) -> None:
        with self._lock:
            _, until = self._failed.get(address, (0, now))
        if until > now:
            raise Denied("people.locked", until)

    def failed(self, name: str, address: str, now: datetime) -> None:
        """Count a wrong password against the account and, four times as patiently, against the address it came from."""
        with self._lock:
            times, _ = self._failed.get(address, (0, now))
            self._failed[address] = (times + 1, now + _wait(times + 1, 4 * FREE))
            self._failed.move_to_end(address)
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)
        with self.ledger.write() as session:
            account = kept.by_name(session, name)
            if account is None:
                return
            account.failures += 1
            wait = _wait(account.failures, FREE)
            account.locked_until = now + wait if wait else None
            if wait:
                detail = {"failures": account.failures, "minutes": wait.total_seconds() / 60}
                audit.write(session, account.name, "account.locked", f"account/{account.number}", detail, at=now)


def _wait(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing at first, then a minute, doubled each time, an hour at most."""
    over = failures - free
    return timedelta() if over < 0 else min(WAIT * 2 ** min(over, 20), LONGEST_WAIT)


def granted(session: Session, account: Account, grant: Grant, *, by: str, at: datetime) -> bool:
    """Give an account what it may do and see; whether that changed anything. Its sessions are over when it did."""
    limits = sorted({(limit.dimension, limit.value) for limit in account.limits})
    before = Grant(Role(account.role), account.everything, account.named, tuple(limits), account.agent)
    after = replace(grant, limits=tuple(sorted(set(grant.limits))))
    if before == after:
        return False
    account.role, account.everything, account.named, account.agent = after.role, after.everything, after.named, after.agent
    had = {(each.dimension, each.value): each for each in account.limits}
    account.limits = [had.get(pair) or kept.Limit(dimension=pair[0], value=pair[1]) for pair in after.limits]
    account.epoch += 1
    audit.write(session, by, "account.granted", f"account/{account.number}", {"before": told(before), "after": told(after)}, at=at)
    return True


def told(grant: Grant) -> dict[str, object]:
    """A grant for the audit log."""
    limits = [f"{dimension}={value}" for dimension, value in grant.limits]
    return {"role": str(grant.role), "everything": grant.everything, "named": grant.named, "limits": limits, "agent": grant.agent}
