"""Turns of the key of pseudonyms: begun, carried out, the old key destroyed, with a certificate and without any pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from sql.ledger.erasure import digest
from sql.ledger.model import Number, Table

# the two keys stand side by side; everything is written under the new one; the old one is destroyed; given up before anything was written
LINKING, WRITTEN, DONE, GIVEN_UP = "linking", "written", "done", "given up"


class Turn(Table):
    """One turn from version `before` to `after`. `linked`: pseudonyms that were found again under the new key; `behind`: that were not,
    and are nobody's now; `erased_behind`: of those, erased people's; `left`: by table, rows a search found under the old key afterwards."""

    __tablename__ = "key_turn"

    number: Mapped[Number]
    at: Mapped[datetime]
    by: Mapped[str]
    state: Mapped[str]
    before: Mapped[int]
    after: Mapped[int]
    linked: Mapped[int]
    behind: Mapped[int]
    erased_behind: Mapped[int]
    events: Mapped[int]
    left: Mapped[dict[str, Any]]
    destroyed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    certificate: Mapped[str]

    def told(self) -> dict[str, Any]:
        """What the certificate certifies: its SHA-256, keys sorted, is `certificate`."""
        names = ("before", "after", "linked", "behind", "erased_behind", "events", "by")
        instants = {name: at.astimezone(UTC).isoformat() for name in ("at", "destroyed_at") if (at := getattr(self, name)) is not None}
        return {name: getattr(self, name) for name in names} | instants | {"left": dict(self.left)}


def begin(session: Session, by: str, before: int, after: int) -> Turn:
    """Write down that a turn has begun."""
    at = datetime.now(UTC).replace(microsecond=0)
    made = Turn(
        at=at, by=by, state=LINKING, before=before, after=after, linked=0, behind=0, erased_behind=0, events=0, left={}, destroyed_at=None,
        ended_at=None, certificate="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def latest(session: Session, *states: str) -> Turn | None:
    """The last turn, or the last that is in one of these states."""
    asked = select(Turn).order_by(Turn.number.desc()).limit(1)
    return session.scalar(asked.where(Turn.state.in_(states)) if states else asked)


def every(session: Session) -> list[Turn]:
    """All turns, the newest first."""
    return list(session.scalars(select(Turn).order_by(Turn.number.desc())))


def written(made: Turn, counts: Mapping[str, int], left: Mapping[str, int]) -> None:
    """Everything stands under the new key: what was done, before the old key goes."""
    for name in ("linked", "behind", "erased_behind", "events"):
        setattr(made, name, counts[name])
    made.left, made.state = dict(left), WRITTEN


def certified(session: Session, made: Turn) -> Turn:
    """The old key is destroyed: the certificate."""
    made.destroyed_at = made.ended_at = datetime.now(UTC).replace(microsecond=0)
    made.state, made.certificate = DONE, digest(made.told())
    session.flush()
    return made
