"""The audit log: who did or saw what, when and why. Lines are added and never changed; each is chained to the one before it.

    with ledger.write() as session:
        session.add(...)                                                       # what is decided,
        write(session, "anna", "account.made", "account/7", {"roles": [...]})  # and that it was, in the same unit of work

The databases themselves refuse to change a line, and to delete one younger than a year (triggers in the migration); the chain shows what
somebody did who went round them. No personal data of customers and no secrets go into a line: it outlives them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, delete, func, select, text
from sqlalchemy.orm import Mapped, Session

from sql.ledger.model import Number, Table

KEPT = timedelta(days=366)  # a line younger than this cannot be deleted
_LOCK = 0x6175646974  # "audit": lines of PostgreSQL are chained one after the other


class Line(Table):
    """One line of the audit log: `by` did `action` to `about` at an instant (UTC), for a reason where one has to be given."""

    __tablename__ = "audit"

    number: Mapped[Number]
    at: Mapped[datetime]
    by: Mapped[str]  # the name of an account, or "command line"
    action: Mapped[str]  # noun.verb, in the past: account.made, view.named
    about: Mapped[str]  # what it was done to: account/7, agent/a17
    reason: Mapped[str]
    detail: Mapped[dict[str, Any]]
    chain: Mapped[str]  # SHA-256 of this line and of the chain before it

    __table_args__ = (Index(None, "at"), Index(None, "about"), Index(None, "by"))


def write(
    session: Session,
    by: str,
    action: str,
    about: str,
    detail: Mapping[str, Any] | None = None,
    *,
    reason: str = "",
    at: datetime | None = None,
) -> Line:
    """Add a line in the unit of work of what it tells of."""
    alone(session)
    session.flush()
    before = session.scalar(select(Line.chain).order_by(Line.number.desc()).limit(1)) or ""
    at = (at or datetime.now(UTC)).replace(microsecond=0)
    line = Line(at=at, by=by, action=action, about=about, reason=reason, detail=dict(detail or {}), chain="")
    line.chain = _chained(before, line)
    session.add(line)
    session.flush()
    return line


def alone(session: Session) -> None:
    """From here to the end of a unit of work nobody else decides anything: SQLite has one writer anyway, PostgreSQL is asked to."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def named(session: Session, name: str) -> bool:
    """Whether any line was written by a name."""
    return session.scalar(select(Line.number).where(Line.by == name).limit(1)) is not None


def lines(
    session: Session, *, by: str = "", about: str | Sequence[str] = "", action: str = "", before: int | None = None, most: int = 100
) -> list[Line]:
    """The latest lines, newest first; `about` may name several, `action` is a whole action or its noun, `before` the number of a line to go
    on from."""
    asked = select(Line).order_by(Line.number.desc()).limit(most)
    if by:
        asked = asked.where(Line.by == by)
    if about:
        asked = asked.where(Line.about.in_([about] if isinstance(about, str) else about))
    if action:
        asked = asked.where(Line.action == action if "." in action else Line.action.startswith(f"{action}.", autoescape=True))
    if before is not None:
        asked = asked.where(Line.number < before)
    return list(session.scalars(asked))


def count(session: Session) -> int:
    """How many lines there are."""
    return session.scalar(select(func.count()).select_from(Line)) or 0


def broken(session: Session) -> int | None:
    """The number of the first line that does not follow from the one before it; None when the chain holds. The oldest is taken as it is."""
    before: str | None = None
    for line in _every(session):
        if before is not None and line.chain != _chained(before, line):
            return line.number
        before = line.chain
    return None


def older(session: Session, until: datetime) -> int:
    """How many lines the end of a retention deletes (`forget`)."""
    return session.scalar(select(func.count()).select_from(Line).where(_beginning(session, until))) or 0


def forget(session: Session, until: datetime) -> int:
    """Delete the lines before an instant, the end of their retention; the last year stays whatever is asked. How many went.

    Only the beginning of the log goes: an old line behind a younger one (a clock that was set back) stays, as the chain goes through it.
    """
    gone = older(session, until)
    session.execute(delete(Line).where(_beginning(session, until)))
    return gone


def _beginning(session: Session, until: datetime) -> ColumnElement[bool]:
    edge = min(until, datetime.now(UTC) - KEPT)
    first = session.scalar(select(func.min(Line.number)).where(Line.at >= edge))
    return Line.at < edge if first is None else Line.number < first


def _every(session: Session) -> Iterator[Line]:
    return iter(session.scalars(select(Line).order_by(Line.number).execution_options(yield_per=1000)))


def _chained(before: str, line: Line) -> str:
    told = [before, line.at.isoformat(), line.by, line.action, line.about, line.reason, line.detail]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
