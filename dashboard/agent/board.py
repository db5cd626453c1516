"""An agent's day while it goes on, for those who watch it: its first lines as leaves, and when the drawing has to be made again.

It is a board of the hub like that of the live page: drawn once for all who watch the same, after each batch and at least every few
seconds. The lanes are laid out again when a contact or a state begins or ends, and each minute while something goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dashboard.agent.day import Day, gather
from dashboard.agent.moment import Window, day_of
from dashboard.agent.story import answer, lede
from dashboard.agent.tally import SHARES
from dashboard.format import Language
from dashboard.live.piece import pieces
from dashboard.setting import Settings
from metrics import run
from metrics.query import Scope
from sql.clickhouse import Store

LEDE = 9  # pieces of the second line: four bold numbers at most


@dataclass(frozen=True, slots=True)
class Watched:
    """What somebody watches: the key of a channel of the hub."""

    scope: Scope
    agent: str
    day: date
    since: str = ""
    until: str = ""
    share: str = "equal"

    @classmethod
    def of(cls, scope: Scope, said: Mapping[str, tuple[str, ...]], today: date) -> Watched:
        """What an address watches; `said` are its filters."""
        first = {name: next(iter(said.get(name, ())), "") for name in ("agent", "day", "since", "until", "share")}
        share = first["share"] if first["share"] in SHARES else "equal"
        return cls(scope, first["agent"], day_of(first["day"], today), first["since"], first["until"], share)


@dataclass(frozen=True, slots=True)
class DayBoard:
    """A drawn day: what changes in place, and what rows there are."""

    told: Day

    @property
    def restless(self) -> bool:
        """Times grow while the day goes on."""
        return self.told.live

    def leaves(self, language: str) -> Mapping[str, str]:
        """The first lines, in pieces of which every second one is bold."""
        known: Language = "en" if language == "en" else "fr"
        return dict([("answer", answer(self.told, known)), *pieces("lede", lede(self.told, known), LEDE)])

    def shape(self, language: str) -> str:
        """Equal while the drawing need not be made again."""
        told = self.told
        going_on = any(part.going_on for part in told.parts) or any(each.ended_at is None for each in told.detail.states)
        minute = told.now.replace(second=0, microsecond=0).isoformat() if going_on and told.live else ""
        rows = [(part.interaction, len(part.stretches), part.going_on) for part in told.parts]
        states = [(each.domain, each.state, each.started_at, each.ended_at) for each in told.detail.states]
        return hashlib.blake2b(repr((language, minute, rows, states)).encode(), digest_size=8).hexdigest()


def draw_day(store: Store, settings: Settings, watched: Watched, at: datetime | None = None) -> DayBoard:
    """The board of what is watched, now. Raises Refused without the right to see single agents."""
    window = Window.of(watched.day, settings.zone, watched.since, watched.until)
    told = gather(
        lambda query: run.ask(store, query.seen_by(watched.scope), settings.promises),
        store,
        watched.scope,
        watched.agent,
        window,
        at or datetime.now(UTC),
        watched.share,
    )
    return DayBoard(told)
