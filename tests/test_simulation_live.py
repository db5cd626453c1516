"""The company in real time, with a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.simulation import Simulation, live

UNTIL = datetime(2026, 11, 20, 21, 20, tzinfo=UTC)  # a Friday, 22:20 in Paris


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_events_are_given_when_due_and_none_is_missing() -> None:
    simulation = Simulation(2, 7, UNTIL)
    history = [event for events in simulation.chunks() for event in events]
    clock = Clock(UNTIL)
    given = []
    for events in live(simulation, clock, sleep=clock.sleep, until=UNTIL + timedelta(minutes=40), tick_s=0.5):
        now = clock.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert all(event["time"] < now for event in events)
        assert events[0]["time"] >= (clock.now - timedelta(seconds=2)).isoformat()[:19]
        given += events
    whole = Simulation(2, 7, UNTIL)
    assert history + given == whole.advance(whole.until + 40 * 60_000)


def test_what_was_missed_comes_first() -> None:
    """Started again hours after it stopped: it catches up, then goes on."""
    simulation = Simulation(1, 7, UNTIL)
    simulation.advance(simulation.until)
    clock = Clock(UNTIL + timedelta(hours=9))
    stream = live(simulation, clock, sleep=clock.sleep, until=UNTIL + timedelta(hours=9, minutes=1))
    caught = [event for events in stream for event in events]
    assert caught[0]["time"] < "2026-11-20T21:22"
    assert caught[-1]["time"] > "2026-11-21T06:18"
    whole = Simulation(1, 7, UNTIL)
    assert whole.advance(whole.until)
    assert caught == whole.advance(whole.until + (9 * 60 + 1) * 60_000)


def test_it_ends_while_nothing_happens_when_it_is_told_to() -> None:
    clock, slept = Clock(UNTIL), []

    def stopped(seconds: float) -> bool:
        clock.sleep(seconds)
        slept.append(seconds)
        return len(slept) == 3

    simulation = Simulation(1, 7, UNTIL)
    simulation.advance(simulation.until)
    assert len([*live(simulation, clock, sleep=stopped)]) <= 3
    assert len(slept) == 3


def test_something_moves_at_any_hour() -> None:
    """Nearly every ten minutes of a whole weekend and a Monday bring news; at night somebody is at work and something waits."""
    simulation = Simulation(9, 7, UNTIL)
    simulation.advance(simulation.until)
    quiet, present, waits = 0, [], []
    for step in range(1, 6 * 24 * 3):
        events = simulation.advance(simulation.until + step * 600_000)
        contacts = [event for event in events if event["type"].startswith("interaction.")]
        quiet += not contacts
        present.append(simulation.on_duty())
        waits.append(sum(simulation.waiting().values()))
    assert quiet <= 20
    assert min(present) >= 1
    assert max(present) >= 14
    assert sum(1 for n in waits if n >= 3) > 0.6 * len(waits)
