"""A company of two halves, north and south, alike but for their names: what somebody of the north sees must not depend on the south.

Every name of the south contains "south", so that it shows wherever it is let through; the south is twice as busy, so that its numbers do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from ingest.writer import Writer
from tests.arrival_help import sent

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CHANNELS = ("voice", "chat", "email")
DAYS = 45
SCOPES = {name: ((name, f"north-{name}"),) for name in ("team", "site", "brand")} | {"queue": (("queue", "north-voice"),)}


def fill(writer: Writer, half: str) -> None:
    """Write one half of the company. The last event of every source is the same in both, so that freshness tells nothing."""
    sent(writer, list(_events(half)), half)


_numbers = count(1)


def _event(kind: str, subject: str, at: datetime, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": f"{subject}-{next(_numbers)}", "source": "system/one", "type": kind,
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "subject": subject, "data": data,
    }  # fmt: skip


def _events(half: str) -> Iterator[dict[str, Any]]:
    begin = NOW - timedelta(days=400)
    yield _event("reference.site", f"site/{half}-site", begin, name=f"Site {half}", zone="Europe/Paris")
    yield _event("reference.team", f"team/{half}-team", begin, name=f"Team {half}", site=f"{half}-site")
    for channel in CHANNELS:
        names = {"team": f"{half}-team", "site": f"{half}-site", "brand": f"{half}-brand", "channel": channel}
        yield _event("reference.queue", f"queue/{half}-{channel}", begin, name=f"Queue {half} {channel}", **names)
    for number in range(6):
        agent = f"{half}-{number}"
        yield _event("reference.agent", f"agent/{agent}", begin, team=f"{half}-team", site=f"{half}-site", name=f"Agent {agent}")
        yield _event("agent.signed_in", f"agent/{agent}", NOW - timedelta(hours=5))
        yield _event("agent.state", f"agent/{agent}", NOW - timedelta(hours=5), domain="", state="ready")
    for back in range(DAYS):
        for number in range(4 if half == "south" else 2):
            yield from _contact(half, back, number)
    yield _event("cost.booked", f"cost/{half}", NOW - timedelta(days=20), amount=500, currency="EUR", channel="voice", team=f"{half}-team",
                 site=f"{half}-site", brand=f"{half}-brand")  # fmt: skip
    yield _event("agent.state", f"agent/{half}-0", NOW - timedelta(minutes=2), domain="", state="ready")
    yield from _waiting(half)


def _contact(half: str, back: int, number: int) -> Iterator[dict[str, Any]]:
    channel = CHANNELS[(back + number) % 3]
    name, at = f"{half}-c{back}-{number}", NOW - timedelta(days=back, hours=2 + number, minutes=back % 50)
    subject, stint = f"interaction/{name}", f"{name}/1"
    common = {"channel": channel, "direction": "inbound", "queue": f"{half}-{channel}", "brand": f"{half}-brand"}
    agent = f"{half}-{(back + number) % 6}"
    yield _event("interaction.started", subject, at, customer=f"{half}-customer-{back % 9}", **common)
    yield _event("interaction.entered_queue", subject, at, **common)
    yield _event("interaction.left_queue", subject, at + timedelta(seconds=20 + back % 30), reason="answered", **common)
    yield _event("interaction.accepted", subject, at + timedelta(seconds=20 + back % 30), stint=stint, agent=agent, **common)
    yield _event("interaction.released", subject, at + timedelta(minutes=5), stint=stint, agent=agent, **common)
    yield _event("interaction.wrapup_ended", subject, at + timedelta(minutes=6), stint=stint, agent=agent, **common)
    yield _event("interaction.closed", subject, at + timedelta(minutes=6), **common)
    if back % 2:
        yield _event("feedback.given", subject, at + timedelta(minutes=20), instrument="csat", scale=5, score=1 + back % 5, moment="after")
    if back % 3 == 0:
        where = {"channel": "web", "site": f"{half}-site", "brand": f"{half}-brand"}
        who = f"{half}-customer-{back % 9}"
        yield _event("order.placed", f"order/{name}", at + timedelta(minutes=9), amount=30, currency="EUR", customer=who, **where)
        yield _event("touch.seen", f"customer/{who}", at, **where)


def _waiting(half: str) -> Iterator[dict[str, Any]]:
    """Three who wait now and one who is being served."""
    for number in range(3):
        common = {"channel": "voice", "direction": "inbound", "queue": f"{half}-voice", "brand": f"{half}-brand"}
        subject, at = f"interaction/{half}-w{number}", NOW - timedelta(seconds=90 + number)
        yield _event("interaction.started", subject, at, customer=f"{half}-customer-w", **common)
        yield _event("interaction.entered_queue", subject, at, **common)
    yield _event("interaction.left_queue", f"interaction/{half}-w2", NOW - timedelta(seconds=60), reason="answered", queue=f"{half}-voice")
    yield _event("interaction.accepted", f"interaction/{half}-w2", NOW - timedelta(seconds=60), stint=f"{half}-w2/1", agent=f"{half}-1")
