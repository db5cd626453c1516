"""Erasures that were carried out: what was done and found, without the person. The pseudonyms are kept so that nothing brings him back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from sql.ledger.model import Number, Table


class Erasure(Table):
    """One erasure. `left`: by table, how many rows a search found afterwards; `certificate`: the SHA-256 of everything but the names."""

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

    @property
    def whole(self) -> bool:
        """Whether nothing was left."""
        return not any(self.left.values())


def add(session: Session, by: str, request: str, pseudonyms: list[str], events: int, lines: int, left: Mapping[str, int]) -> Erasure:
    """Write down an erasure and give it its certificate."""
    at = datetime.now(UTC).replace(microsecond=0)
    told = {"at": at.isoformat(), "by": by, "request": request, "events": events, "lines": lines, "left": dict(left)}
    certificate = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    made = Erasure(
        at=at, by=by, request=request, pseudonyms=pseudonyms, events=events, lines=lines, left=dict(left), certificate=certificate
    )
    session.add(made)
    session.flush()
    return made


def every(session: Session) -> list[Erasure]:
    """All erasures, the newest first."""
    return list(session.scalars(select(Erasure).order_by(Erasure.number.desc())))


def gone(session: Session) -> set[str]:
    """Every pseudonym that was ever erased."""
    return {name for names in session.scalars(select(Erasure.pseudonyms)) for name in names}
