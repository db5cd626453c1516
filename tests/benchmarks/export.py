"""Made-up vendor exports for the benchmarks: Genesys conversations, and a CSV of tickets with its mapping."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

_SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def conversations(path: Path, count: int) -> Path:
    """A query response with `count` conversations of a customer, a queue and an agent."""
    since = datetime(2026, 10, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"conversations":[')
        for number in range(count):
            file.write(("," if number else "") + json.dumps(_conversation(number, since + timedelta(seconds=20 * number))))
        file.write("]}")
    return path


def _conversation(number: int, start: datetime) -> dict[str, Any]:
    def at(seconds: float) -> str:
        return (start + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def session(place: int, segments: list[tuple[float, float, str]]) -> dict[str, Any]:
        parts = [
            {"segmentStart": at(start), "segmentEnd": at(end), "queueId": f"q{number % 20}", "segmentType": kind, "conference": False,
             "disconnectType": "transfer" if kind == "interact" and place == 1 else "client"}
            for start, end, kind in segments
        ]  # fmt: skip
        return {"mediaType": "voice", "sessionId": str(uuid5(_SPACE, f"{number}/{place}")), "direction": "inbound", "segments": parts}

    people = [
        {"participantId": f"{number}-c", "purpose": "customer", "participantName": "Some One",
         "sessions": [session(0, [(0, 300, "interact")])]},
        {"participantId": f"{number}-q", "purpose": "acd", "sessions": [session(1, [(0, 12, "interact")])]},
        {"participantId": f"{number}-a", "purpose": "agent", "userId": f"u{number % 50}",
         "sessions": [session(2, [(8, 12, "alert"), (12, 200, "interact"), (200, 230, "hold"), (230, 300, "interact"),
                                  (300, 330, "wrapup")])]},
    ]  # fmt: skip
    return {"conversationId": str(uuid5(_SPACE, str(number))), "conversationStart": at(0), "conversationEnd": at(330),
            "originatingDirection": "inbound", "participants": people}  # fmt: skip


MAPPING = """
source = "tickets"
input = { format = "csv" }
time = { zone = "Europe/Paris", formats = ["iso"] }

[row]
kind = "interaction"
id = "ticket"

[times]
started = "opened"
left_queue = "answered"
closed = "closed"

[fields]
channel = { column = "channel", map = { "phone" = "voice", "email" = "email", "web" = "web" } }
queue = "queue"
reason = { constant = "answered" }
customer = "customer"
motive = "topic"
"""


def tickets(folder: Path, count: int) -> tuple[Path, Path]:
    """A CSV of tickets opened and closed, and the mapping that describes it."""
    path, mapping = folder / "tickets.csv", folder / "tickets.toml"
    start = datetime(2026, 9, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["ticket", "opened", "answered", "closed", "channel", "queue", "customer", "topic"])
        for number in range(count):
            opened = start + timedelta(seconds=30 * number)
            stamps = [(opened + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S") for minutes in (0, 12, 95)]
            out.writerow([f"T{number}", *stamps, ("email", "web", "phone")[number % 3], f"q{number % 9}", f"c{number % 5000}", "delivery"])
    mapping.write_text(MAPPING, encoding="utf-8")
    return path, mapping
