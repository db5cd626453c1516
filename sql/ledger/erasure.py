"""Requests to be erased, and erasures that were carried out: what was done and found, without the person.

The pseudonyms (and, of identifiers that were known, their marks: ingest/seal.py) are kept so that nothing brings him back. A request is
written down before anything is done about it, so that one that was interrupted is known and ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from sql.ledger.model import Number, Table

# of a request: waiting or being carried out; carried out; carried out as far as it goes without the identifier, which has to be given again
ASKED, DONE, AGAIN = "asked", "done", "again"
PERSON, ACCOUNT = "person", "account"


class Erasure(Table):
    """One erasure. `left`: by table, how many rows a search found afterwards; `rows`: of the ledger that were changed; `certificate`: the
    SHA-256 of everything but the names (`told`)."""

    __tablename__ = "erasure"

    number: Mapped[Number]
    at: Mapped[datetime]
    by: Mapped[str]
    request: Mapped[str]  # how the request is filed: a reference, never the person
    pseudonyms: Mapped[list[str]]
    events: Mapped[int]
    lines: Mapped[int]
    left: Mapped[dict[str, Any]]
    certificate: Mapped[str]
    rows: Mapped[int]

    @property
    def whole(self) -> bool:
        """Whether nothing was left."""
        return not any(self.left.values())

    def told(self) -> dict[str, Any]:
        """What the certificate certifies: its SHA-256, keys sorted, is `certificate`."""
        told = {
            "at": self.at.astimezone(UTC).isoformat(), "by": self.by, "request": self.request, "events": self.events, "lines": self.lines,
            "left": dict(self.left),
        }  # fmt: skip
        return told | ({"rows": self.rows} if self.rows else {})  # erasures from before this count was kept have none


class Request(Table):
    """Somebody asked to be erased: how it is filed, under which pseudonyms he is known, and which erasure it led to."""

    __tablename__ = "erasure_request"

    number: Mapped[Number]
    at: Mapped[datetime]
    by: Mapped[str]
    kind: Mapped[str]  # person: a customer; account: somebody who signs in here
    request: Mapped[str]
    pseudonyms: Mapped[list[str]]
    state: Mapped[str]
    erasure: Mapped[int | None]
    ended_at: Mapped[datetime | None]


def digest(told: Mapping[str, Any]) -> str:
    """The certificate of what is told."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def add(
    session: Session, by: str, request: str, pseudonyms: list[str], events: int, lines: int, left: Mapping[str, int], rows: int = 0
) -> Erasure:
    """Write down an erasure and give it its certificate."""
    at = datetime.now(UTC).replace(microsecond=0)
    made = Erasure(
        at=at, by=by, request=request, pseudonyms=pseudonyms, events=events, lines=lines, left=dict(left), certificate="", rows=rows
    )
    made.certificate = digest(made.told())
    session.add(made)
    session.flush()
    return made


def ask(session: Session, by: str, kind: str, request: str, pseudonyms: list[str]) -> Request:
    """Write down that somebody asks to be erased."""
    at = datetime.now(UTC).replace(microsecond=0)
    made = Request(at=at, by=by, kind=kind, request=request, pseudonyms=pseudonyms, state=ASKED, erasure=None, ended_at=None)
    session.add(made)
    session.flush()
    return made


def ended(session: Session, number: int, made: Erasure, state: str = DONE) -> None:
    """A request was carried out by this erasure; so were earlier ones of the same person that needed the identifier once more."""
    asked = session.get(Request, number)
    if asked is None:
        return
    asked.state, asked.erasure, asked.ended_at = state, made.number, made.at
    if state == DONE:
        for other in session.scalars(select(Request).where(Request.state == AGAIN)):
            if not set(asked.pseudonyms).isdisjoint(other.pseudonyms):
                other.state, other.erasure, other.ended_at = DONE, made.number, made.at


def waiting(session: Session) -> list[Request]:
    """The requests that are not carried out, in order."""
    return list(session.scalars(select(Request).where(Request.state == ASKED).order_by(Request.number)))


def requests(session: Session) -> list[Request]:
    """All requests, the newest first."""
    return list(session.scalars(select(Request).order_by(Request.number.desc())))


def every(session: Session) -> list[Erasure]:
    """All erasures, the newest first."""
    return list(session.scalars(select(Erasure).order_by(Erasure.number.desc())))


def gone(session: Session) -> set[str]:
    """Every pseudonym and mark that was ever asked to be erased."""
    kept = (select(Erasure.pseudonyms), select(Request.pseudonyms))
    return {name for asked in kept for names in session.scalars(asked) for name in names}


def turn(session: Session, version: int, after: Mapping[str, str]) -> None:
    """Write the pseudonyms of erased people under the key of a version, marks without theirs; what has none there goes. Told by each row
    itself, so that it can be done again."""
    own = f"k{version}:"
    for row in (*session.scalars(select(Erasure)), *session.scalars(select(Request))):
        marks = {name: name.partition("/")[0] for name in row.pseudonyms if name.startswith("door:")}
        names = [marks.get(name) or (name if name.startswith(own) else after.get(name, "")) for name in row.pseudonyms]
        row.pseudonyms = [name for name in names if name]
