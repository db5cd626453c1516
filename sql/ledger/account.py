"""Who may sign in: accounts with their role and scope, the sessions they opened, the tokens they gave to programs.

Secrets are kept as hashes only: passwords as argon2id, cookies and tokens (256 random bits) as SHA-256. What is decided here is written
into the audit log by whoever decides (`dashboard.people.people`), in the same unit of work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from sql.ledger import audit
from sql.ledger.model import Number, Table


class Account(Table):
    """Somebody who may sign in, by password or by OpenID Connect (`issuer` and `subject`), or both.

    `everything` is the scope of those without limits; without it an account sees what its limits name, and nothing when there are none.
    `named` is the right to see single agents; `agent` the id of the agent this person is, '' for none.
    `epoch` grows whenever what the account may do changes: sessions of an earlier epoch are over.
    """

    __tablename__ = "account"

    number: Mapped[Number]
    name: Mapped[str] = mapped_column(unique=True)  # as typed to sign in, case folded
    called: Mapped[str]
    role: Mapped[str]
    everything: Mapped[bool]
    named: Mapped[bool]
    agent: Mapped[str]
    password: Mapped[str]  # '' signs nobody in
    change_due: Mapped[bool]  # the password was given by somebody else: it is changed at the next sign-in
    active: Mapped[bool]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    made_at: Mapped[datetime]
    password_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    epoch: Mapped[int]
    limits: Mapped[list[Limit]] = relationship(cascade="all, delete-orphan", lazy="selectin", order_by="Limit.dimension, Limit.value")

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class Limit(Table):
    """One value of one dimension (brand, site, team, queue) that an account may see; values of one dimension add, dimensions narrow."""

    __tablename__ = "account_limit"

    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class SignedIn(Table):
    """A session: the hash of its cookie, and the token that its pages send with every change."""

    __tablename__ = "signed_in"

    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    csrf: Mapped[str]
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    vouched: Mapped[bool]  # by an OpenID provider, who is asked again after a while


class Attempt(Table):
    """Wrong passwords in a row for a name, whether somebody has it or not: what is known of it must not tell. The name is kept as a hash:
    people type passwords where names belong."""

    __tablename__ = "attempt"

    digest: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime | None]  # nothing is tried before
    at: Mapped[datetime] = mapped_column(index=True)  # of the last one


class Token(Table):
    """A secret for a program, with the rights it has; it sees what its account sees, as long as the account is active."""

    __tablename__ = "token"

    number: Mapped[Number]
    account: Mapped[int] = mapped_column(ForeignKey("account.number", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    shown: Mapped[str]  # its first characters, to tell it from others
    rights: Mapped[list[str]]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Held:
    """What an account is and may see, as it is asked for with every request: a plain row, not an entity."""

    number: int
    name: str
    called: str
    role: str
    everything: bool
    named: bool
    agent: str
    change_due: bool
    limits: tuple[tuple[str, str], ...]  # (dimension, value)


_HELD = (Account.number, Account.name, Account.called, Account.role, Account.everything, Account.named, Account.agent, Account.change_due)
_LIMIT = (Limit.dimension, Limit.value)
_SESSION = (
    select(*_HELD, *_LIMIT, SignedIn.csrf, SignedIn.made_at, SignedIn.seen_at, SignedIn.vouched)
    .join(SignedIn, SignedIn.account == Account.number)
    .outerjoin(Limit, Limit.account == Account.number)
    .where(SignedIn.digest == bindparam("digest"), Account.active, SignedIn.epoch == Account.epoch)
    .order_by(*_LIMIT)
)
_TOKEN = (
    select(*_HELD, *_LIMIT, Token.number.label("token"), Token.rights, Token.until, Token.used_at, Account.issuer, Account.seen_at)
    .join(Token, Token.account == Account.number)
    .outerjoin(Limit, Limit.account == Account.number)
    .where(Token.digest == bindparam("digest"), Account.active, Token.revoked_at.is_(None))
    .order_by(*_LIMIT)
)


def _held(rows: Sequence[Any]) -> Held:
    first = rows[0]
    limits = tuple((row.dimension, row.value) for row in rows if row.dimension is not None)
    return Held(first.number, first.name, first.called, first.role, first.everything, first.named, first.agent, first.change_due, limits)


def held(account: Account) -> Held:
    """An account as a plain row."""
    limits = tuple((each.dimension, each.value) for each in account.limits)
    return Held(
        account.number, account.name, account.called, account.role, account.everything, account.named, account.agent, account.change_due,
        limits,
    )  # fmt: skip


def any_account(session: Session) -> bool:
    """Whether anybody was ever given an account."""
    return session.scalar(select(Account.number).limit(1)) is not None


def by_name(session: Session, name: str) -> Account | None:
    """The account of a name, however it is capitalised."""
    return session.scalar(select(Account).where(Account.name == folded(name)))


def number_of(session: Session, name: str) -> int:
    """The number of the account of a name, 0 where nobody has it: one statement in either case."""
    return session.scalar(select(Account.number).where(Account.name == folded(name))) or 0


def by_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """The account of somebody an OpenID provider knows."""
    return session.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def every(session: Session) -> list[Account]:
    """All accounts by name."""
    return list(session.scalars(select(Account).order_by(Account.name)))


def others(session: Session, role: str, besides: int, *, by_password: bool) -> int:
    """How many active accounts besides one have the role; with `by_password`, of those who can sign in without a provider.

    Whoever decides by it is alone until his unit of work ends: two who leave at once must not each count on the other."""
    audit.alone(session)
    asked = select(func.count()).select_from(Account).where(Account.role == role, Account.active, Account.number != besides)
    return session.scalar(asked.where(Account.password != "") if by_password else asked) or 0


def password_of(session: Session, name: str) -> str:
    """The hash of the password of an open account; '' where there is no such account or it has none: one statement in either case."""
    return session.scalar(select(Account.password).where(Account.name == folded(name), Account.active)) or ""


def session_of(session: Session, digest: str) -> tuple[Held, Any] | None:
    """The account of a session by the hash of its cookie, and csrf, made_at, seen_at and vouched; None where it is none or over."""
    rows: Sequence[Any] = list(session.execute(_SESSION, {"digest": digest}))
    return (_held(rows), rows[0]) if rows else None


def token_of(session: Session, digest: str) -> tuple[Held, Any] | None:
    """The account of a token by its hash, and token, rights, until, used_at, issuer and seen_at; None where it is none or revoked."""
    rows: Sequence[Any] = list(session.execute(_TOKEN, {"digest": digest}))
    return (_held(rows), rows[0]) if rows else None


def folded(name: str) -> str:
    """A name as it is kept, however it was typed."""
    return name.strip().casefold()


def attempt_of(session: Session, name: str) -> Attempt | None:
    """What is known of wrong passwords for a name."""
    return session.get(Attempt, name_digest(name))


def held_attempt(session: Session, name: str, at: datetime) -> Attempt:
    """The same to be counted on: made where there is none, and nobody else's until the unit of work ends."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    session.execute(insert(Attempt).values(digest=name_digest(name), failures=0, at=at).on_conflict_do_nothing())
    return session.get_one(Attempt, name_digest(name), with_for_update=True)


def forgive(session: Session, name: str) -> None:
    """Forget the wrong passwords for a name."""
    session.execute(delete(Attempt).where(Attempt.digest == name_digest(name)))


def waiting(session: Session, now: datetime) -> set[str]:
    """The hashes (`name_digest`) of the names for which nothing is tried now."""
    return set(session.scalars(select(Attempt.digest).where(Attempt.until > now)))


def lull(session: Session, before: datetime) -> None:
    """Forget the attempts for names that nobody tried since."""
    session.execute(delete(Attempt).where(Attempt.at < before))


def name_digest(name: str) -> str:
    """How a name is kept that perhaps nobody has."""
    return hashlib.sha256(folded(name).encode()).hexdigest()


def tokens(session: Session, account: int | None = None) -> list[Token]:
    """Tokens that were not revoked, the newest first: of one account, or all."""
    asked = select(Token).where(Token.revoked_at.is_(None)).order_by(Token.number.desc())
    return list(session.scalars(asked if account is None else asked.where(Token.account == account)))


def sign_out(session: Session, digest: str) -> None:
    """End one session."""
    session.execute(delete(SignedIn).where(SignedIn.digest == digest))


def rest(session: Session, digest: str, at: datetime) -> None:
    """Say of a session when it was used last, whatever was said before."""
    session.execute(update(SignedIn).where(SignedIn.digest == digest).values(seen_at=at))


def stale(session: Session, oldest: datetime) -> int:
    """How many sessions began before `oldest`."""
    return session.scalar(select(func.count()).select_from(SignedIn).where(SignedIn.made_at < oldest)) or 0


def sweep(session: Session, oldest: datetime) -> None:
    """Forget sessions that began before `oldest`."""
    session.execute(delete(SignedIn).where(SignedIn.made_at < oldest))
