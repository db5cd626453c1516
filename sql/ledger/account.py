"""Who may sign in: accounts with their role and scope, the sessions they opened, the tokens they gave to programs.

Secrets are kept as hashes only: passwords as argon2id, cookies and tokens (256 random bits) as SHA-256. What is decided here is written
into the audit log by whoever decides (`dashboard.people.people`), in the same unit of work.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

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
    failures: Mapped[int]  # in a row
    locked_until: Mapped[datetime | None]
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


def any_account(session: Session) -> bool:
    """Whether anybody was ever given an account."""
    return session.scalar(select(Account.number).limit(1)) is not None


def by_name(session: Session, name: str) -> Account | None:
    """The account of a name, however it is capitalised."""
    return session.scalar(select(Account).where(Account.name == name.strip().casefold()))


def by_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """The account of somebody an OpenID provider knows."""
    return session.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def by_agent(session: Session, agent: str) -> Account | None:
    """The account of an agent."""
    return session.scalar(select(Account).where(Account.agent == agent))


def every(session: Session) -> list[Account]:
    """All accounts by name."""
    return list(session.scalars(select(Account).order_by(Account.name)))


def administrators(session: Session, role: str) -> int:
    """How many active accounts have the role."""
    return session.scalar(select(func.count()).select_from(Account).where(Account.role == role, Account.active)) or 0


def session_of(session: Session, digest: str) -> tuple[SignedIn, Account] | None:
    """A session and its account by the hash of the cookie."""
    asked = select(SignedIn, Account).join(Account, Account.number == SignedIn.account).where(SignedIn.digest == digest)
    row = session.execute(asked).first()
    return (row[0], row[1]) if row else None


def token_of(session: Session, digest: str) -> tuple[Token, Account] | None:
    """A token and its account by its hash."""
    row = session.execute(select(Token, Account).join(Account, Account.number == Token.account).where(Token.digest == digest)).first()
    return (row[0], row[1]) if row else None


def tokens(session: Session, account: int | None = None) -> list[Token]:
    """Tokens that were not revoked, the newest first: of one account, or all."""
    asked = select(Token).where(Token.revoked_at.is_(None)).order_by(Token.number.desc())
    return list(session.scalars(asked if account is None else asked.where(Token.account == account)))


def sign_out(session: Session, digest: str) -> None:
    """End one session."""
    session.execute(delete(SignedIn).where(SignedIn.digest == digest))


def sweep(session: Session, idle: datetime, oldest: datetime) -> None:
    """Forget sessions that were not used since `idle` or began before `oldest`."""
    session.execute(delete(SignedIn).where((SignedIn.seen_at < idle) | (SignedIn.made_at < oldest)))
