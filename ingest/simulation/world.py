"""The clock, the list of what will happen, and the wire: handlers run in time order and say what happened as CloudEvents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any

from ingest.simulation.calendar import Day
from ingest.simulation.chance import Chance
from ingest.simulation.tally import Tally

_DAY_MS = 86_400_000
_CLOCK = tuple(f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400))
_MILLI = tuple(f".{ms:03d}Z" for ms in range(1000))

Handler = Callable[[Any], None]


class World:
    """What every part of the company shares.

    `now` is UTC milliseconds; `day` the Paris day it falls in; `out` what was said since last read.
    """

    def __init__(self, seed: int, day: Day, prefix: str) -> None:
        self.chance = Chance(seed)
        self.tally = Tally()
        self.day = day
        self.now = day.start
        self.prefix = prefix
        self.out: list[dict[str, Any]] = []
        self._ahead: list[tuple[int, int, Handler, Any]] = []
        self._order = 0
        self._said = 0
        self._named = 0
        self._stamp = -1
        self._text = ""
        self._tie = 0
        self._midnight, self._date = -_DAY_MS, ""  # of the UTC day that `now` is in

    def at(self, moment: int, handler: Handler, subject: Any) -> None:
        """Run handler(subject) at an instant; at the same instant, in the order asked for."""
        self._order += 1
        heappush(self._ahead, (moment, self._order, handler, subject))

    def run(self, until: int, most: int) -> bool:
        """Let time pass up to `until` (exclusive), or until `most` events are in `out`; True when the instant is reached."""
        ahead, out = self._ahead, self.out
        while ahead and ahead[0][0] < until:
            if len(out) >= most:
                return False
            self.now, _, handler, subject = heappop(ahead)
            handler(subject)
        self.now = max(self.now, until)
        return True

    def say(self, kind: str, source: str, subject: str, data: dict[str, Any]) -> None:
        """One event, now. Its id comes from a counter; `sequence` orders what is said at one instant."""
        self._said = said = self._said + 1
        event: dict[str, Any] = {
            "specversion": "1.0", "id": f"{self.prefix}{said:x}", "source": source, "type": kind, "time": self._text, "subject": subject,
            "data": data,
        }  # fmt: skip
        if self.now != self._stamp:
            self._stamp, self._tie = self.now, 0
            rest = self.now - self._midnight
            if rest >= _DAY_MS:
                self._midnight = self.now - self.now % _DAY_MS
                self._date = _date(self.now // _DAY_MS)
                rest = self.now - self._midnight
            self._text = event["time"] = f"{self._date}{_CLOCK[rest // 1000]}{_MILLI[rest % 1000]}"
        else:
            self._tie += 1
            event["sequence"] = self._tie
        self.out.append(event)

    def name(self, letter: str) -> str:
        """A new name for an interaction, an order or a message."""
        self._named += 1
        return f"{letter}{self.prefix}{self._named:x}"

    def stamp(self, moment: int) -> str:
        """An instant as the wire writes it."""
        days, rest = divmod(moment, _DAY_MS)
        return f"{_date(days)}{_CLOCK[rest // 1000]}{_MILLI[rest % 1000]}"


@lru_cache(maxsize=64)
def _date(days: int) -> str:
    return date.fromordinal(719_163 + days).isoformat()
