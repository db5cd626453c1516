"""The audit log: who did or saw what, when and why. Lines are added and never changed; each is chained to the one before it.

    with ledger.write() as session:
        session.add(...)                                                       # what is decided,
        write(session, "anna", "account.made", "account/7", {"roles": [...]})  # and that it was, in the same unit of work

The databases themselves refuse to change a line, and to delete one younger than a year (triggers in the migration); the chain shows what
somebody did who went round them, and the mark beside the keys (`sql.ledger.mark`) what he took off its ends or made anew: `fault`.
No personal data of customers and no secrets go into a line: it outlives them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, delete, func, select, text
from sqlalchemy.orm import Mapped, Session

from sql.ledger.mark import BadMark, Mark
from sql.ledger.model import Number, Table

KEPT = timedelta(days=366)  # a line younger than this cannot be deleted
EVERY = timedelta(days=1)  # the whole chain is read so often by who looks at it, and else what is new
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
    if "follows" not in session.info:  # once in each unit of work, before its first line
        session.info["follows"] = _marked(session) is None
    before = session.scalar(select(Line.chain).order_by(Line.number.desc()).limit(1)) or ""
    at = (at or datetime.now(UTC)).replace(microsecond=0)
    line = Line(at=at, by=by, action=action, about=about, reason=reason, detail=dict(detail or {}), chain="")
    line.chain = _chained(before, line)
    session.add(line)
    session.flush()
    if session.info["follows"]:  # else the mark stays where it was, and tells
        session.info["last"] = (line.number, line.chain)
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


def broken(session: Session, until: int | None = None) -> int | None:
    """The number of the first line that does not follow from the one before it; None when the chain holds. The oldest is taken as it is,
    and lines after number `until` are not looked at."""
    return _walked(session, until, (0, ""))[1]


def _walked(session: Session, until: int | None, after: tuple[int, str]) -> tuple[tuple[int, str], int | None]:
    """Behind a line of this number and chain: those of the last line that follows, and the number of the first that does not."""
    last, before = after, after[1] or None
    asked = select(Line).where(Line.number > after[0]).order_by(Line.number).execution_options(yield_per=1000)
    for line in session.scalars(asked if until is None else asked.where(Line.number <= until)):
        if before is not None and line.chain != _chained(before, line):
            return last, line.number
        last, before = (line.number, line.chain), line.chain
    return last, None


@dataclass(frozen=True, slots=True)
class Fault:
    """What somebody did to the log who went round the application.

    kind  "changed": line `number` does not follow from the one before it; "begun": lines before `number`, the first, are gone, or it was
          changed; "ended": line `number` was there and is gone, or another is in its place; "mark": the mark itself is not ours
    """

    kind: str
    number: int = 0


@dataclass(slots=True)
class Walk:
    """How far a process has followed the chain of a ledger, and when (UTC) it last began at the beginning.

    Who looks again follows what was written since. A line that is changed behind it is noticed the next time all is read: after EVERY, by
    a start, by `apogee check`.
    """

    at: datetime | None = None
    last: tuple[int, str] = (0, "")


def fault(session: Session, *, anew: bool = False) -> Fault | None:
    """What is wrong with the log; None when nothing is. Its ends are only known where the ledger was opened with a mark (`whole`).

    The chain is followed from where this process left it (`Walk`), or from the beginning.
    """
    walk, now = walk_of(session), datetime.now(UTC)
    number, chain = walk.last
    stands = number and session.scalar(select(Line.chain).where(Line.number == number)) == chain
    if anew or not stands or walk.at is None or now - walk.at >= EVERY:
        walk.at, walk.last = now, (0, "")
    walk.last, changed = _walked(session, None, walk.last)
    if changed is not None:
        return Fault("changed", changed)
    return _marked(session) or _beginning_fault(session)


def walk_of(session: Session) -> Walk:
    """How far the chain of the ledger this session is of was followed."""
    found: Walk = session.info.setdefault("walk", Walk())
    return found


def whole(session: Session) -> bool:
    """Whether a mark says where the log ends."""
    return _known(session) is not None


def known(mark: Mark | None) -> tuple[int, str] | Fault | None:
    """What a mark says: number and chain of the last line it knows of, or that it is not ours; None where there is no mark.

    Who looks at a log that others write asks before his look begins (`Ledger.read`): a line added meanwhile has moved the mark past it.
    """
    try:
        return mark.last() if mark else None
    except BadMark:
        return Fault("mark")


def begin(session: Session) -> None:
    """Where a log has no mark yet: from here on it has. Of one that has lines already, a line tells of it and vouches for the oldest."""
    mark = mark_of(session)
    alone(session)
    if mark is None or not mark.missing:
        return
    oldest = _first(session)
    if oldest is None:
        mark.follow(0, "")
    else:
        told = {"sealed": _sealed(mark, "log.marked", _as_found(oldest))}
        write(session, "system", "log.marked", "log", told)


def mark_of(session: Session) -> Mark | None:
    """The mark of the ledger this session is of; None where it was opened without."""
    found: Mark | None = session.info.get("mark")
    return found


def _known(session: Session) -> tuple[int, str] | Fault | None:
    found: tuple[int, str] | Fault | None = session.info["known"] if "known" in session.info else known(mark_of(session))
    return found


def _first(session: Session) -> Line | None:
    return session.scalar(select(Line).order_by(Line.number).limit(1))


def _marked(session: Session) -> Fault | None:
    """What the mark says against the log: its line has to be there as it was, unless a retention says that it has taken it."""
    last = _known(session)
    if last is None or isinstance(last, Fault):
        return last
    number, chain = last
    found = session.scalar(select(Line.chain).where(Line.number == number))
    if found is None and number:
        return None if (_begun_after(session, _first(session)) or 0) >= number else Fault("ended", number)
    return None if found is None or found == chain else Fault("ended", number)


def _beginning_fault(session: Session) -> Fault | None:
    """What is wrong with the oldest line: it begins the chain, or a sealed line says that the log may begin with it."""
    oldest = _first(session)
    if mark_of(session) is None or oldest is None or oldest.chain == _chained("", oldest):
        return None
    return Fault("begun", oldest.number) if _begun_after(session, oldest) is None else None


def _begun_after(session: Session, oldest: Line | None) -> int | None:
    """The number of the line after which a retention let the log begin with its oldest, 0 where that was found when the mark was begun;
    None where no sealed line says either."""
    mark, found = mark_of(session), list[int]()
    if mark is None or oldest is None:
        return None
    for line in session.scalars(select(Line).where(Line.action.in_(("log.marked", "log.forgotten")))):
        sealed = str(line.detail.get("sealed", ""))
        told = sealed.rpartition(" ")[0]
        if not hmac.compare_digest(_sealed(mark, line.action, told).encode(), sealed.encode()):
            continue
        number, _, chain = told.partition(" ")
        if line.action == "log.marked" and told == _as_found(oldest):
            found.append(0)
        elif line.action == "log.forgotten" and int(number) < oldest.number and oldest.chain == _chained(chain, oldest):
            found.append(int(number))
    return max(found, default=None)


def _sealed(mark: Mark, action: str, told: str) -> str:
    """What only who has the key can say in a line of this action."""
    return f"{told} {mark.seal(f'{action} {told}')}"


def _as_found(oldest: Line) -> str:
    """A line whose predecessor nobody has any more: its number, its chain, and the hash of what it says, which its chain cannot prove."""
    return f"{oldest.number} {oldest.chain} {_chained('', oldest)}"


def older(session: Session, until: datetime) -> int:
    """How many lines the end of a retention deletes (`forget`)."""
    return session.scalar(select(func.count()).select_from(Line).where(_beginning(session, until))) or 0


def forget(session: Session, until: datetime) -> int:
    """Delete the lines before an instant, the end of their retention; the last year stays whatever is asked. How many went.

    Only the beginning of the log goes: an old line behind a younger one (a clock that was set back) stays, as the chain goes through it.
    A line says, sealed, after which one the log then begins; of a log in which something is wrong it says how many went, and no more:
    what somebody made anew is not vouched for because it looks old.
    """
    alone(session)
    last = session.scalar(select(Line).where(_beginning(session, until)).order_by(Line.number.desc()).limit(1))
    if last is None:
        return 0
    gone, mark = older(session, until), mark_of(session)
    if mark is not None:
        told: dict[str, Any] = {"lines": gone}
        if not (_marked(session) or _beginning_fault(session) or broken(session, last.number)):
            told["sealed"] = _sealed(mark, "log.forgotten", f"{last.number} {last.chain}")
        write(session, "system", "log.forgotten", "log", told)
    session.execute(delete(Line).where(Line.number <= last.number))
    return gone


def _beginning(session: Session, until: datetime) -> ColumnElement[bool]:
    edge = min(until, datetime.now(UTC) - KEPT)
    first = session.scalar(select(func.min(Line.number)).where(Line.at >= edge))
    return Line.at < edge if first is None else Line.number < first


def _chained(before: str, line: Line) -> str:
    told = [before, line.at.isoformat(), line.by, line.action, line.about, line.reason, line.detail]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
