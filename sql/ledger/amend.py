"""The one way to change what assessments hold: taking a person's name out, and what outlived its retention.

Votes, decisions and waivers say how a level came about and who decided: they stay, under a name that stands for nobody. What a person
wrote or handed in (notes, files, links) goes. The databases refuse every other change (triggers of the migrations).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Integer, Update, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from sql.ledger import audit
from sql.ledger.account import Account, SignedIn, Token
from sql.ledger.audit import Line
from sql.ledger.maturity import Aside, Assessment, Ballot, Deed, Proof, Stage, Step
from sql.ledger.model import Table


class Amending(Table):
    """Holds a row only inside the unit of work that may change assessments; nobody else ever sees it."""

    __tablename__ = "amending"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


_BY = (Assessment, Step, Proof, Aside, Stage, Deed)
_TAKEN = {"kind": "gone", "content": None, "target": "", "media": ""}  # of evidence: its title, day and hash stay


@contextmanager
def amending(session: Session) -> Iterator[None]:
    """Let assessments be changed in this unit of work, as long as the block lasts."""
    session.flush()
    session.execute(insert(Amending).values(number=1))
    yield
    session.flush()
    session.execute(delete(Amending))


def nobody() -> str:
    """A name that stands for nobody, and for nobody else."""
    return f"erased-{secrets.token_hex(4)}"


def unname(session: Session, account: Account) -> int:
    """Take somebody who signed in here out of the ledger: his account is closed under a name that stands for nobody, his sessions and
    tokens go, so do his notes and what he handed in; his votes and decisions stay under that name. How many rows were changed.

    The audit log is not changed: it proves who decided and who looked, and ends with its own retention. That he is erased is noted beside
    the keys too, for when an older copy of the ledger is put back.
    """
    name, stands, rows, mark = account.name, nobody(), 0, audit.mark_of(session)
    if mark and not mark.erased(_known_by(account)):
        mark.erase(_known_by(account))
    with amending(session):
        changed = [
            update(Ballot).where(Ballot.assessor == name).values(assessor=stands, note="", ticket=None),
            update(Proof).where(Proof.by == name).values(by=stands, **_TAKEN),
            *(update(table).where(table.by == name).values(by=stands) for table in _BY if table is not Proof),
            update(Aside).where(Aside.approver.in_([name, account.called])).values(approver=stands),  # typed by another
        ]
        for each in changed:
            rows += _reached(session, each.execution_options(synchronize_session=False))
    for table in (SignedIn, Token):
        rows += _reached(session, delete(table).where(table.account == account.number))
    account.name, account.called, account.agent, account.password = stands, stands, "", ""
    account.issuer = account.subject = account.seen_at = None
    account.limits, account.active, account.everything, account.named = [], False, False, False
    account.epoch += 1
    return rows + 1


def again(session: Session) -> int:
    """Take those who were erased out of this older copy of the ledger; how many."""
    found = returned(session)
    for account in found:
        unname(session, account)
    return len(found)


def returned(session: Session) -> list[Account]:
    """Accounts that were erased, as the mark beside the keys tells, and are back with an older copy of the ledger."""
    mark = audit.mark_of(session)
    return [each for each in session.scalars(select(Account)) if mark.erased(_known_by(each))] if mark else []


def _known_by(account: Account) -> str:
    """An account, and none of the same name that is made later."""
    return f"{account.made_at.isoformat()} {account.name}"


def _reached(session: Session, change: Update | Delete) -> int:
    """Carry out a change of rows; how many it reached."""
    return cast("CursorResult[Any]", session.execute(change)).rowcount


def named(session: Session, name: str) -> dict[str, int]:
    """By table, how many rows of the ledger (the audit log aside) still bear a name."""
    found = {table.__tablename__: _count(session, table.by == name) for table in _BY}
    found["assessment_waiver"] += _count(session, Aside.approver == name)
    return found | {"assessment_vote": _count(session, Ballot.assessor == name), "account": _count(session, Account.name == name)}


def _count(session: Session, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(where)) or 0


def outlived(session: Session, until: datetime) -> int:
    """How many files, links and notes were handed in as evidence before an instant and are still there."""
    return _count(session, (Proof.at < until) & (Proof.kind != "gone"))


def expire(session: Session, until: datetime) -> int:
    """Take the content of evidence from before an instant away; that it was given, when and with which hash, stays."""
    found = outlived(session, until)
    if found:
        with amending(session):
            old = update(Proof).where((Proof.at < until) & (Proof.kind != "gone")).values(**_TAKEN)
            session.execute(old.execution_options(synchronize_session=False))
    return found


def over(session: Session, until: datetime) -> int:
    """How many tokens were over before an instant."""
    return _count(session, or_(Token.until < until, Token.revoked_at < until))


def drop_tokens(session: Session, until: datetime) -> int:
    """Delete the tokens that were over before an instant; how many."""
    found = over(session, until)
    session.execute(delete(Token).where(or_(Token.until < until, Token.revoked_at < until)))
    return found


def oldest(session: Session) -> dict[str, datetime | None]:
    """By kind, the oldest row that a retention is counted from."""
    asked = {
        "audit": select(func.min(Line.at)),
        "evidence": select(func.min(Proof.at)).where(Proof.kind != "gone"),
        "session": select(func.min(SignedIn.made_at)),
        "token": select(func.min(Token.made_at)),
    }
    return {kind: session.scalar(one) for kind, one in asked.items()}
