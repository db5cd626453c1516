"""What administrators decide about people, and people about themselves. Each decision and its line in the audit log are one step.

`by` is whoever decides, `within` his scope, beyond which nothing he decides may reach (`reach`); None for the command line and the first
start. There is always an administrator who can sign in: the last one who has a password can neither be closed nor given another role here,
so that whatever an OpenID provider decides about its people, one is left.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from dashboard.people import password as passwords
from dashboard.people.people import RESERVED, Denied, People, digest, granted, scope_of, told
from dashboard.people.reach import holds
from dashboard.people.rules import Grant
from dashboard.viewer import RIGHTS, WHOLE_RIGHTS, Role
from metrics.query import SCOPE_DIMENSIONS, Scope
from sql.ledger import account as kept
from sql.ledger import audit
from sql.ledger.account import Account, Token
from sql.ledger.door import Session

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
LONGEST_TOKEN_DAYS = 366
LONGEST_CALLED = 200


class Undecided(ValueError):
    """A decision that cannot be carried out; the message says why, in one English sentence; `key` names it on screen."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def make(
    people: People, by: str, name: str, called: str, grant: Grant, password: str, *, due: bool = True, within: Scope | None = None
) -> int:
    """A new account and its number; with `due` the password has to be changed at the first sign-in. Undecided or BadPassword."""
    name = name.strip().casefold()
    if not _NAME.fullmatch(name):
        raise Undecided("people.bad_name", "A name has 2 to 64 letters, digits or . _ @ + -, and begins with a letter or a digit.")
    if name in RESERVED:
        raise Undecided("people.reserved", f"The name {name} stands for something else in the audit log: choose another.")
    _check(grant, within)
    hashed, now = passwords.hashed(password, name), people.clock()
    with people.ledger.write() as session:
        if kept.by_name(session, name) is not None:
            raise Undecided("people.name_taken", f"There is an account {name} already.")
        if audit.named(session, name):
            raise Undecided("people.name_past", f"The audit log has lines of somebody else called {name}: choose another name.")
        account = Account(
            name=name, called=called.strip() or name, password=hashed, change_due=due, active=True, issuer=None, subject=None, made_at=now,
            password_at=now, epoch=0, role=grant.role, everything=grant.everything, named=grant.named, agent=grant.agent,
            limits=[kept.Limit(dimension=dimension, value=value) for dimension, value in sorted(set(grant.limits))],
        )  # fmt: skip
        session.add(account)
        session.flush()
        audit.write(session, by, "account.made", f"account/{account.number}", {"name": name, **told(grant)}, at=now)
        number = account.number
    people.forget()
    return number


def grant(people: People, by: str, number: int, given: Grant, *, within: Scope | None = None) -> None:
    """What an account may do and see, from now on; its sessions are over when that changes it."""
    _check(given, within)
    with people.ledger.write() as session:
        account = _account(session, number, within)
        if given.role != Role.ADMINISTRATOR:
            _another(session, account)
        granted(session, account, given, by=by, at=people.clock())
    people.forget()


def call(people: People, by: str, number: int, called: str, *, within: Scope | None = None) -> None:
    """The name people read of an account; nothing else changes with it, and no line keeps it."""
    with people.ledger.write() as session:
        account = _account(session, number, within)
        called = called.strip()[:LONGEST_CALLED] or account.name
        if called == account.called:
            return
        account.called = called
        audit.write(session, by, "account.renamed", f"account/{number}", at=people.clock())
    people.forget()


def close(people: People, by: str, number: int, *, active: bool, within: Scope | None = None) -> None:
    """Close an account, or open it again. A closed one signs nobody in; its sessions and tokens are over."""
    with people.ledger.write() as session:
        account = _account(session, number, within)
        if account.active == active:
            return
        if not active:
            _another(session, account)
            _revoke_all(people, session, number)
        account.active = active
        kept.forgive(session, account.name)
        account.epoch += 1
        audit.write(session, by, "account.opened" if active else "account.closed", f"account/{number}", at=people.clock())
    people.forget()


def reset(people: People, by: str, number: int, *, within: Scope | None = None) -> str:
    """A new password for somebody who lost his, to be changed at the next sign-in; it unlocks the account. The password is shown once."""
    password = fresh()
    with people.ledger.write() as session:
        account = _account(session, number, within)
        _set(session, account, passwords.hashed(password, account.name or "-"), people, due=True)
        _revoke_all(people, session, number)  # whoever had the password may have made some
        audit.write(session, by, "account.password_reset", f"account/{number}", at=people.clock())
    people.forget()
    return password


def _revoke_all(people: People, session: Session, number: int) -> None:
    """End every token of an account for good: opening it again brings none back."""
    for token in kept.tokens(session, number):
        token.revoked_at = people.clock()


def fresh() -> str:
    """A password to hand to somebody, who changes it at his first sign-in: 80 random bits."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def change(people: People, number: int, before: str, after: str) -> None:
    """Change one's own password. Denied when the old one is wrong, BadPassword for an unfit new one. All sessions are over."""
    with people.ledger.read() as session:
        account = _account(session, number)
        name, hashed = account.name, account.password
    people.attempts.count(name, f"account {number}", people.clock())
    if not passwords.right(hashed, before):
        people.attempts.wrong(name, people.clock())
        raise Denied("people.wrong_before")
    with people.ledger.write() as session:
        people.attempts.forgive(session, name, f"account {number}", people.clock())
    if before == after:
        raise passwords.BadPassword("The new password is the old one.")
    fresh = passwords.hashed(after, name)
    with people.ledger.write() as session:
        account = _account(session, number)
        _set(session, account, fresh, people, due=False)
        audit.write(session, account.name, "account.password_changed", f"account/{number}", at=people.clock())
    people.forget()


def issue(people: People, by: str, number: int, label: str, rights: Iterable[str], days: int) -> str:
    """A token for a program of an account; shown once, kept as a hash. Raises Undecided."""
    rights = sorted(set(rights))
    if not rights or not set(rights) <= set(RIGHTS):
        raise Undecided("people.bad_rights", f"A token has one right at least, of {', '.join(RIGHTS)}.")
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Undecided("people.bad_days", f"A token lives 1 to {LONGEST_TOKEN_DAYS} days.")
    secret, now = f"apogee_{secrets.token_urlsafe(32)}", people.clock()
    with people.ledger.write() as session:
        account = _account(session, number)
        if WHOLE_RIGHTS & set(rights) and scope_of(kept.held(account)).only:
            raise Undecided(
                "people.whole_rights",
                f"A token that may {' or '.join(sorted(WHOLE_RIGHTS))} is of an account that sees the whole company: "
                "what it sends or reads goes beyond any part.",
            )
        token = Token(
            account=account.number, label=label.strip()[:80] or "token", digest=digest(secret), shown=secret[:12], rights=rights,
            made_at=now, until=now + timedelta(days=days),
        )  # fmt: skip
        session.add(token)
        session.flush()
        audit.write(session, by, "token.issued", f"token/{token.number}", {"account": account.name, "rights": rights, "days": days}, at=now)
    return secret


def revoke(people: People, by: str, number: int, own: int | None = None, *, within: Scope | None = None) -> int:
    """End a token; with `own`, only one of that account. The number of its account. Raises Undecided."""
    with people.ledger.write() as session:
        token = session.get(Token, number)
        if token is None or (own is not None and token.account != own):
            raise Undecided("people.no_token", "There is no such token.")
        if token.account != own:
            _account(session, token.account, within)
        token.revoked_at = token.revoked_at or people.clock()
        audit.write(session, by, "token.revoked", f"token/{number}", at=people.clock())
        return token.account


def _check(given: Grant, within: Scope | None) -> None:
    if given.role == Role.AGENT and not given.agent:
        raise Undecided("people.agent_needed", "An agent's account names the agent it is of.")
    for dimension, value in given.limits:
        if dimension not in SCOPE_DIMENSIONS or not value.strip():
            raise Undecided(
                "people.bad_limit",
                f"A scope is made of {', '.join(SCOPE_DIMENSIONS)}, written by id like team=sav: `apogee scopes` lists them.",
            )
    if not holds(within, given):
        raise Undecided("people.beyond", "Nobody gives an account more than he sees himself.")


def _account(session: Session, number: int, within: Scope | None = None) -> Account:
    account = session.get(Account, number)
    if account is None:
        raise Undecided("people.no_account", "There is no such account.")
    if not holds(within, kept.held(account)):
        raise Undecided("people.further", "This account sees more than whoever decides: somebody who sees as much does that.")
    return account


def _another(session: Session, account: Account) -> None:
    """Refuse to lose the last administrator; one whom a provider vouches for does not stand in for one with a password."""
    last = account.role == Role.ADMINISTRATOR and account.active
    if last and not kept.others(session, Role.ADMINISTRATOR, account.number, by_password=bool(account.password)):
        raise Undecided("people.last", "This is the last administrator: give somebody else that role first.")


def _set(session: Session, account: Account, hashed: str, people: People, *, due: bool) -> None:
    account.password, account.password_at, account.change_due = hashed, people.clock(), due
    kept.forgive(session, account.name)
    account.epoch += 1
