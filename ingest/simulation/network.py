"""A bad network in front of the company: it repeats, delays, disorders and first gets things wrong, but in the end loses nothing.

Seeded, and a function over any stream of events in time order. What it does:
- 5 % arrive twice, the second time seconds to days later (sometimes after a correction: a stale repeat);
- most arrive within two seconds, one in eight within ten minutes, a few after days; every other calendar is late by days;
- 2 % are first sent with wrong content at revision 0 and put right at revision 1;
- events that never happened are sent beside 0.5 % of the others, and later taken back with `retracted`;
- of the source `boutique`, a third of the interactions come as a vendor record sent whole once they are over, with an event too many;
  the record's revision 1 no longer contains it.
The live identities that remain, at their highest revision, are exactly the events that went in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from ingest.simulation.calendar import HOUR, MINUTE, instant

Event = dict[str, Any]
BY_RECORD = "boutique"
DAY = 24 * HOUR
CORRECTED, REPEATED, IMAGINED = 0.02, 0.05, 0.005


class Network:
    """What is on its way: `flying` holds (arrival, order, event)."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.flying: list[tuple[int, int, Event]] = []
        self._sent = 0
        self._records: dict[str, list[Event]] = {}

    def send(self, event: Event, at: int) -> None:
        """Take one event of the company at its instant; what happens to it is drawn here."""
        if event["source"] == BY_RECORD and event["subject"].startswith("interaction/") and self._by_record(event, at):
            return
        u = self._random.random()
        first = at + self._delay(event)
        if u < CORRECTED:
            self._fly(first, wrong(event))
            self._fly(first + self._later(), {**event, "revision": 1})
            if u < CORRECTED / 5:
                self._fly(first + self._later() + DAY, wrong(event))
            return
        self._sent += 1
        heappush(self.flying, (first, self._sent, event))
        if u < CORRECTED + REPEATED:
            self._fly(first + self._later(), dict(event))
        elif u > 1 - IMAGINED and event["type"].startswith("interaction."):
            ghost = ghost_of(event)
            self._fly(first, ghost)
            self._fly(first + self._later(), {**ghost, "revision": 1, "retracted": True})

    def end(self) -> Iterator[Event]:
        """Nothing more is sent: everything that flies arrives, records that never ended included."""
        for events in list(self._records.values()):
            self._send_record(events, instant(datetime.fromisoformat(events[-1]["time"])))
        self._records.clear()
        while self.flying:
            yield heappop(self.flying)[2]

    def _by_record(self, event: Event, at: int) -> bool:
        subject = event["subject"]
        events = self._records.get(subject)
        if events is None:
            if event["type"] != "interaction.started" or self._random.random() > 0.33:
                return False
            events = self._records[subject] = []
        events.append(event)
        if event["type"] == "interaction.closed":
            del self._records[subject]
            self._send_record(events, at)
        return True

    def _send_record(self, events: list[Event], at: int) -> None:
        record = events[0]["subject"].partition("/")[2]
        first = at + self._delay(events[0])
        again = first + self._later()
        for event in [*events, ghost_of(events[-1])]:
            self._fly(first, {**event, "record": record})
        for event in events:
            self._fly(again, {**event, "record": record, "revision": 1})

    def _delay(self, event: Event) -> int:
        u = self._random.random()
        if u < 0.87 and event["type"] != "reference.calendar":
            return int(2300 * u)
        if u < 0.5:
            return int((1 + 6 * u) * DAY)
        if u < 0.996:
            return int(10 * MINUTE * self._random.random())
        return int((1 + 2 * self._random.random()) * DAY)

    def _later(self) -> int:
        u, draw = self._random.random(), self._random.random
        return 1000 + int((DAY if u > 0.9 else HOUR if u > 0.5 else 5 * MINUTE) * draw())

    def _fly(self, arrival: int, event: Event) -> None:
        self._sent += 1
        heappush(self.flying, (arrival, self._sent, event))


def wrong(event: Event) -> Event:
    """The event with something wrong in it, the same each time; its subject is right, since that can never change."""
    data = event["data"]
    if "outcome" in data:
        data = {**data, "outcome": "inconnu"}
    elif event["type"] == "interaction.entered_queue":
        data = {**data, "queue": "commandes-voix"}
    late = datetime.fromisoformat(event["time"]) + timedelta(seconds=37)
    return {**event, "time": late.strftime("%Y-%m-%dT%H:%M:%S.") + f"{late.microsecond // 1000:03d}Z", "data": data}


def ghost_of(event: Event) -> Event:
    """An event that never happened, beside one that did."""
    return {**event, "id": event["id"] + ".0", "type": "interaction.escalated", "data": {"to": "erreur"}}


def hostile(events: Iterable[Event], seed: int = 1) -> Iterator[Event]:
    """The same events, in time order, as a bad network delivers them. Nothing is lost; the end of the input delivers all that flies."""
    network = Network(seed)
    flying, send = network.flying, network.send
    stamp, at = "", 0
    for event in events:
        if event["time"] != stamp:
            stamp = event["time"]
            at = round(datetime.fromisoformat(stamp).timestamp() * 1000)
            while flying and flying[0][0] <= at:
                yield heappop(flying)[2]
        send(event, at)
    yield from network.end()
