"""The company in real time: the same state machine goes on where its history stopped, and each event is given when it is due.

The simulator is run a little ahead, so that an event is at hand at its very instant. At any hour of the day or night something moves:
the team `relais` answers the messaging, late e-mails and public reviews with at least two people at night, the bot helps, orders and
web sessions come in; by day, Sundays included, the telephone and the chat are open as well (docs of `ingest/simulation/staff.py`).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from ingest.simulation.calendar import instant
from ingest.simulation.company import Simulation

AHEAD_MS = 2000
CATCH_UP_MS = 6 * 3_600_000
MOST = 20_000


def _now() -> datetime:
    return datetime.now(UTC)


def live(
    simulation: Simulation,
    clock: Callable[[], datetime] = _now,
    *,
    sleep: Callable[[float], object] = time.sleep,
    until: datetime | None = None,
    tick_s: float = 0.25,
) -> Iterator[list[dict[str, Any]]]:
    """Lists of events, each given once the clock has reached its time; what was missed since `simulation.now` comes first, quickly.

    Goes on for ever unless `until` is given: then everything before it is given and the iterator ends. Between events it sleeps
    `tick_s` seconds at a time, and ends where `sleep` answers true: at night minutes may pass before the next event. The tally of the
    simulation is up to two seconds ahead of what was given.
    """
    ahead: deque[dict[str, Any]] = deque()
    while True:
        moment = clock()
        over = until is not None and moment >= until
        now = instant(until if over and until is not None else moment)
        step = min(max(now + AHEAD_MS, simulation.now), simulation.now + CATCH_UP_MS)
        if over:
            step = min(step, now)
        ahead.extend(simulation.advance(step))
        stamp = simulation.world.stamp(now)
        due: list[dict[str, Any]] = []
        while ahead and ahead[0]["time"] < stamp and len(due) < MOST:
            due.append(ahead.popleft())
        if due:
            yield due
        elif simulation.now >= now and (over or sleep(tick_s)):
            return
