"""Who asks: sessions and tokens turned into viewers, and people signed in and out.

A request is answered from memory: what a cookie means is asked of the ledger again after `FRESH_S` seconds, and at once in the process
where somebody changed it. A session ends when it was not used for `Rules.idle` (but for boards on a wall), `Rules.longest` after sign-in,
when the password or what the account may do changes (its `epoch` grows), and when the account is closed. Signing in always makes a new
cookie.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.people import password as passwords
from dashboard.people.attempts import NOBODY, REMEMBERED, Attempts, Denied
from dashboard.people.rules import Grant, Rules
from dashboard.viewer import WHOLE_RIGHTS, Role, Use, Viewer
from metrics.query import Scope
from sql.ledger import account as kept
from sql.ledger import audit
from sql.ledger.account import Account, Held, SignedIn
from sql.ledger.door import Ledger, Session

FRESH_S = 5.0
SEEN = timedelta(minutes=1)  # how often the use of a session is written down
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a session was used that is over but for boards on a wall
LONGEST_NAME = 200
RESERVED = frozenset({NOBODY, "command line", "environment", "local", "openid", "system"})  # who else does something in the audit log
LOG = logging.getLogger(__name__)
__all__ = ["RESERVED", "Denied", "People", "digest", "fit", "granted", "told"]


@dataclass(slots=True)
class _Known:
    """A session as it was found in the ledger: its viewer; when it began, was used, was found, what the ledger says of its use, and
    whether a provider vouched for it."""

    viewer: Viewer
    made_at: datetime
    seen_at: datetime
    found_at: datetime
    told_at: datetime
    vouched: bool


def digest(secret: str) -> str:
    """What is kept of a cookie or a token: they are 256 random bits, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def scope_of(account: Held) -> Scope:
    """The scope of an account. Without limits and without `everything` it holds nothing; an agent's is himself."""
    if account.role == Role.AGENT:
        return Scope((("agent", (account.agent,) if account.agent else ()),), named=True)
    limits: dict[str, list[str]] = {}
    for dimension, value in account.limits:
        limits.setdefault(dimension, []).append(value)
    if account.everything or limits:
        return Scope.of(named=account.named, **({} if account.everything else limits))
    return Scope.of(named=account.named, team=())


def viewer_of(account: Held, csrf: str = "", rights: frozenset[str] | None = None) -> Viewer:
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
        self.attempts = Attempts(ledger)
        self._needed, self._looked_at = False, datetime.min.replace(tzinfo=UTC)
        self._used: dict[tuple[type[SignedIn | kept.Token], str | int], datetime] = {}  # and when, still to be written down
        self._telling, self._closed = threading.Thread(target=self._tell, name="people", daemon=True), threading.Event()

    # --- who asks ----------------------------------------------------------------------------------------------------------------

    @property
    def needed(self) -> bool:
        """Whether there are accounts, so that everybody has to sign in. Once there were, there are."""
        if not self._needed and (self.clock() - self._looked_at).total_seconds() > FRESH_S:
            with self.ledger.read() as session:
                self._needed = kept.any_account(session)
            self._looked_at = self.clock()
        return self._needed

    def viewer(self, cookie: str, use: Use = Use.ACTS) -> Viewer | None:
        """Whoever holds this cookie; None when it is nobody's, or over for such a use of it."""
        if not cookie:
            return None
        now, key = self.clock(), digest(cookie)
        with self._lock:
            known = self._known.get(key)
        if known is None or (now - known.found_at).total_seconds() > FRESH_S:
            known = self._found(key, now, known)
        if known is None:  # nothing is written for a cookie that means nothing: anybody can send those
            return None
        if now - known.made_at > self.rules.longest:
            self._over(key)
            return None
        if use is not Use.WALL and now - known.seen_at > self.rules.idle:
            self._rest(key, known)
            return None
        if self._to_confirm(known, now):
            return None
        if use is not Use.ACTS:
            return known.viewer
        known.seen_at = now
        if now - known.told_at >= SEEN:
            known.told_at = now
            self._use(SignedIn, key, now)
        return known.viewer

    def _to_confirm(self, known: _Known, now: datetime) -> bool:
        """Whether the provider has to be asked again before this session goes on."""
        return known.vouched and self.rules.openid is not None and now - known.made_at > self.rules.openid.again

    def confirms(self, cookie: str) -> bool:
        """Whether this cookie's session goes on as soon as the provider has vouched for its holder again."""
        with self._lock:
            known = self._known.get(digest(cookie))
        now = self.clock()
        known = known or (self._found(digest(cookie), now, None) if cookie else None)
        return known is not None and now - known.seen_at <= self.rules.idle and self._to_confirm(known, now)

    def _found(self, key: str, now: datetime, before: _Known | None) -> _Known | None:
        """A session as the ledger has it, used when it or this process says so, whichever is later."""
        with self.ledger.read() as session:
            row = kept.session_of(session, key)
        if row is None:
            with self._lock:
                self._known.pop(key, None)
            return None
        account, held = row
        seen_at = max(held.seen_at, before.seen_at) if before else held.seen_at
        found = _Known(viewer_of(account, held.csrf), held.made_at, seen_at, now, held.seen_at, held.vouched)
        with self._lock:
            self._known[key] = found
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _use(self, kind: type[SignedIn | kept.Token], key: str | int, at: datetime) -> None:
        """A session or a token was used: written down behind the requests, which wait for no disk for that."""
        with self._lock:
            self._used[kind, key] = at
            if self._telling.ident is None:
                self._telling.start()

    def _tell(self) -> None:
        while not self._closed.wait(FRESH_S):
            self.tell()

    def tell(self) -> None:
        """Write down what was used, and when."""
        with self._lock:
            used, self._used = self._used, {}
        if not used:
            return
        try:
            with self.ledger.write() as session:
                for (kind, key), at in used.items():
                    held = session.get(kind, key)
                    if isinstance(held, SignedIn):
                        held.seen_at = at
                    elif isinstance(held, kept.Token):
                        held.used_at = at
        except Exception:  # the next use is written down again
            LOG.exception("the use of sessions and tokens could not be written down")

    def close(self) -> None:
        """Write down what is still to be written."""
        self._closed.set()
        if self._telling.ident is not None:
            self._telling.join()
        self.tell()

    def _over(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
        with self.ledger.write() as session:
            kept.sign_out(session, key)

    def _rest(self, key: str, known: _Known) -> None:
        """A session was idle too long: it stays so whatever the clock says later, and is good for boards on a wall only."""
        if known.seen_at != NEVER:
            with self._lock:
                self._used.pop((SignedIn, key), None)
                self._known.pop(key, None)
            with self.ledger.write() as session:
                kept.rest(session, key, NEVER)

    def holder(self, token: str, right: str) -> Viewer | None:
        """Whoever holds this token, if it has the right and his scope is what the right asks for; None otherwise."""
        now = self.clock()
        with self.ledger.read() as session:
            row = kept.token_of(session, digest(token))
        if row is None:
            return None
        account, held = row
        if held.until <= now or right not in held.rights or account.change_due or self._lapsed(held, now):
            return None
        viewer = viewer_of(account, rights=frozenset(held.rights))
        if right in WHOLE_RIGHTS and viewer.scope.only:  # asked with each use: the account may have been limited since
            return None
        if held.used_at is None or now - held.used_at >= SEEN:
            self._use(kept.Token, held.token, now)
        return viewer

    def _lapsed(self, held: Any, now: datetime) -> bool:
        """Whether the provider who stands for a token's holder has not vouched for him for long: it tells nobody when he leaves."""
        return held.issuer is not None and (held.seen_at is None or now - held.seen_at > self.rules.vouching)

    def lapsed(self, token: str) -> bool:
        """Whether a token is refused until its holder signs in again, and for nothing else."""
        now = self.clock()
        with self.ledger.read() as session:
            row = kept.token_of(session, digest(token))
        return row is not None and row[1].until > now and self._lapsed(row[1], now)

    def forget(self) -> None:
        """Ask the ledger anew about everybody: something was changed."""
        with self._lock:
            self._known.clear()
        self._looked_at = datetime.min.replace(tzinfo=UTC)

    # --- signing in and out --------------------------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str, address: str, mark: str = "") -> str:
        """A new cookie for a name and a password. Denied for a wrong one, and for any while the name or the address has to wait; with the
        mark of a browser that its holder signed in with, while that has to.

        Whether somebody has the name is not told: neither by the answer, the sixth and later ones included, nor by the time it takes.
        """
        now = self.clock()
        self.attempts.count(name, address, now, mark)
        with self.ledger.read() as session:
            hashed = kept.password_of(session, name)
        if not passwords.right(hashed, password):
            self.attempts.wrong(name, now, mark)
            raise Denied("people.wrong")
        with self.ledger.write() as session:
            account = kept.by_name(session, name)
            if account is None or not account.active or account.password != hashed:
                raise Denied("people.wrong")
            self.attempts.forgive(session, name, address, now, mark)
            if passwords.stale(hashed):
                account.password = passwords.hashed(password, "")
            return self._admitted(session, account, now, "password")

    def vouched(self, issuer: str, subject: str, called: str, name: str, grant: Grant) -> str:
        """A new cookie for somebody an OpenID provider vouches for; his account is made or brought to what his group may do.

        Raises Denied where the name is somebody else's here.
        """
        now = self.clock()
        with self.ledger.write() as session:
            account = kept.by_subject(session, issuer, subject)
            if account is None:
                wanted = kept.folded(name)
                if not fit(wanted) or audit.named(session, wanted):  # nobody inherits what an erased account did
                    raise Denied("people.reserved")
                if kept.by_name(session, wanted) is not None:
                    raise Denied("people.taken")  # a name given here is not handed to whoever a provider calls the same
                account = Account(
                    name=wanted, called=called, password="", change_due=False, active=True, issuer=issuer, subject=subject, made_at=now,
                    password_at=now, epoch=0, role=grant.role, everything=False, named=False, agent="",
                )  # fmt: skip
                session.add(account)
                session.flush()
                audit.write(session, wanted, "account.made", f"account/{account.number}", {"by": "openid"}, at=now)
            elif not account.active:
                raise Denied("people.wrong")
            if account.role == Role.ADMINISTRATOR != grant.role and not kept.others(
                session, Role.ADMINISTRATOR, account.number, by_password=False
            ):
                LOG.warning("the provider took the last administrator away: `apogee account grant NAME --role administrator` makes one")
            granted(session, account, replace(grant, agent=account.agent), by=account.name, at=now)
            return self._admitted(session, account, now, "openid")

    def unvouched(self, issuer: str, subject: str) -> None:
        """Somebody a provider knows is in no group of ours any more: his sessions and tokens are over."""
        with self.ledger.write() as session:
            account = kept.by_subject(session, issuer, subject)
            if account is None:
                return
            account.epoch += 1
            for token in kept.tokens(session, account.number):
                token.revoked_at = self.clock()
            audit.write(session, account.name, "account.unvouched", f"account/{account.number}", {"by": "openid"}, at=self.clock())
        self.forget()

    def _admitted(self, session: Session, account: Account, now: datetime, how: str) -> str:
        cookie = secrets.token_urlsafe(32)
        account.seen_at = now
        held = SignedIn(
            digest=digest(cookie), account=account.number, epoch=account.epoch, csrf=secrets.token_urlsafe(24), made_at=now, seen_at=now,
            vouched=how == "openid",
        )  # fmt: skip
        kept.sweep(session, now - self.rules.longest)
        session.add(held)
        audit.write(session, account.name, "session.opened", f"account/{account.number}", {"by": how}, at=now)
        return cookie

    def sign_out(self, cookie: str) -> None:
        """End a session."""
        with self.ledger.read() as session:
            found = kept.session_of(session, digest(cookie)) if cookie else None
        if found is not None:
            self._over(digest(cookie))
            with self.ledger.write() as session:
                audit.write(session, found[0].name, "session.closed", f"account/{found[0].number}", at=self.clock())


def fit(name: str) -> bool:
    """Whether an account may have a name: none that the audit log has for something else, nothing blank, nothing endless."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name not in RESERVED


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
