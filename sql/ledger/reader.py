"""The audit log as it is told to somebody who sees a part of the company.

That somebody was looked at is told of everybody, and who looked, when and where; whom, only of the agents whom the reader's scope held at
the time that was looked at, of the teams it names, and of what he looked at himself. No question tells whether there are lines about
anybody else: what is withheld is neither shown nor found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from sql.ledger import audit
from sql.ledger.audit import Line
from sql.place import Spans

WITHHELD = "withheld"  # what a line is about that the reader is not told
EVERY = "*"  # "agent/*": all agents that the scope of who looked holds
_TOLD = ("page", "through", "day", "since", "until")  # of a look at somebody elsewhere: in which way, and over what time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who sees a part of the company: his name, the teams his scope names, and when it held which agents.

    A day that was looked at is one of the clocks of `zone` (IANA). `placed`: the scope is one of teams and sites, so that at those times
    all the agents did was within it; within queues and brands a contact in between may be another's.
    """

    name: str
    teams: frozenset[str]
    agents: Mapping[str, Spans]
    zone: str
    placed: bool = True

    def knows(self, about: str) -> bool:
        """Whether what others did to a thing may be told to him at all."""
        kind, _, key = about.partition("/")
        if key == EVERY:
            return True
        return key in self.teams if kind == "team" else key in self.agents if kind == "agent" else True

    def sees(self, line: Line) -> bool:
        """Whether he is told whom or what a line is about."""
        if line.by == self.name:
            return True
        if not self.knows(line.about):
            return False
        kind, _, key = line.about.partition("/")
        if kind != "agent" or key == EVERY:
            return True
        since, until = self._period(line)
        return any((until is None or begin < until) and (since is None or end is None or end > since) for begin, end in self.agents[key])

    def _period(self, line: Line) -> tuple[int | None, int | None]:
        """The milliseconds that were looked at; None where that side is open."""
        told = line.detail.get("day")
        if isinstance(told, str):
            begin = date.fromisoformat(told)
            days = (datetime.combine(each, time(), ZoneInfo(self.zone)) for each in (begin, begin + timedelta(days=1)))
            since, until = (_ms(each) for each in days)
            return since, until
        ends = (line.detail.get(name) for name in ("since", "until"))
        since_, until_ = (_ms(datetime.fromisoformat(each)) if isinstance(each, str) else None for each in ends)
        return since_, until_


def lines(
    session: Session,
    reader: Reader | None,
    *,
    by: str = "",
    about: str = "",
    action: str = "",
    before: int | None = None,
    most: int = 100,
) -> list[Line]:
    """The latest lines as `sql.ledger.audit.lines` has them, told to a reader; None sees the whole company.

    Asked for what he may not know of, the log answers with what he did himself, whether others did anything or not.
    """
    if reader is None:
        return audit.lines(session, by=by, about=about, action=action, before=before, most=most)
    if about and not reader.knows(about):
        if by not in ("", reader.name):
            return []
        by = reader.name
    found: list[Line] = []
    while True:
        some = audit.lines(session, by=by, about=about, action=action, before=before, most=most)
        found += [_told(each, reader) for each in some if not about or reader.sees(each)]
        if len(some) < most or len(found) >= most:
            return found[:most]
        before = some[-1].number


def _told(line: Line, reader: Reader) -> Line:
    sees = reader.sees(line)
    if sees and (reader.placed or line.by == reader.name or "contact" not in line.detail):
        return line
    detail = {name: line.detail[name] for name in _TOLD if name in line.detail}
    about = line.about if sees else WITHHELD
    return Line(number=line.number, at=line.at, by=line.by, action=line.action, about=about, reason="", detail=detail, chain="")


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
