"""Made-up traffic for the benchmarks: contacts of seven events with random UUID ids and 100 bytes and more of attributes each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import orjson

SOURCE = "bench/eu"
CHANNELS = ("voice", "chat", "email", "messaging")
_LIFE: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("interaction.started", 0, {"direction": "inbound"}),
    ("interaction.entered_queue", 1, {}),
    ("interaction.left_queue", 25, {"reason": "answered"}),
    ("interaction.accepted", 25, {}),
    ("interaction.wrapup_started", 300, {}),
    ("interaction.wrapup_ended", 330, {}),
    ("interaction.closed", 330, {}),
)
SETTINGS = f'[source."{SOURCE}"]\nkeep = true\n'


def events(count: int, *, seed: int, since: datetime, days: int) -> Iterator[bytes]:
    """Lines of CloudEvents: about `count` events of contacts spread over `days`, in order of their start."""
    dice = random.Random(seed)
    contacts = count // len(_LIFE) + 1
    step = timedelta(days=days) / contacts
    for number in range(contacts):
        started = since + number * step
        name = f"{seed:x}-{dice.getrandbits(64):016x}"
        base = {
            "channel": CHANNELS[number % 4], "queue": f"queue-{dice.randrange(40)}", "agent": f"a{dice.randrange(400)}",
            "stint": f"{name}/1", "customer": f"c-{dice.randrange(count // 20 + 1)}",
        }  # fmt: skip
        for type_, after, more in _LIFE:
            event = {
                "specversion": "1.0",
                "id": str(UUID(int=dice.getrandbits(128), version=4)),
                "source": SOURCE,
                "type": type_,
                "time": (started + timedelta(seconds=after)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                "subject": f"interaction/{name}",
                "data": base | more | {"crm_reference": f"{dice.getrandbits(160):040x}", "note": f"call {dice.getrandbits(200):050x}"},
            }
            yield orjson.dumps(event)


def write(path: Path, count: int, *, seed: int, since: datetime | None = None, days: int = 30) -> Path:
    """A file of such events, made once."""
    if not path.exists():
        with path.open("wb") as file:
            for line in events(count, seed=seed, since=since or datetime(2026, 10, 1, tzinfo=UTC), days=days):
                file.write(line + b"\n")
    return path
