"""Events as plain dicts, for what is written slowly and obviously: which of them count, in which order, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ingest.event import TYPE_RANK

Event = dict[str, Any]


def event(type_: str, subject: str, time: datetime, id_: str, **rest: Any) -> Event:
    """An event with every envelope field; what is not of the envelope goes to data."""
    envelope = {"source": "s", "sequence": 0, "revision": 0, "record": "", "retracted": False}
    named = {name: rest.pop(name, default) for name, default in envelope.items()}
    return {"type": type_, "subject": subject, "time": time, "id": id_, **named, "data": rest}


def place(one: Event) -> tuple[Any, ...]:
    """Where an event stands in the order of events."""
    return one["time"], one["sequence"], TYPE_RANK[one["type"]], one["source"], one["id"]


def live(events: Iterable[Event]) -> list[Event]:
    """The events that count, in their order."""
    winners: dict[tuple[str, str], Event] = {}
    records: dict[tuple[str, str], int] = {}
    for one in events:
        identity = (one["source"], one["id"])
        if identity not in winners or one["revision"] > winners[identity]["revision"]:
            winners[identity] = one
        if one["record"]:
            record = (one["source"], one["record"])
            records[record] = max(records.get(record, 0), one["revision"])
    kept = [
        one
        for one in winners.values()
        if not one["retracted"] and (not one["record"] or one["revision"] == records[one["source"], one["record"]])
    ]
    return sorted(kept, key=place)


def said(events: list[Event], field: str) -> list[Any]:
    return [one["data"][field] for one in events if one["data"].get(field) not in (None, "")]


def first(values: list[Any], default: Any = "") -> Any:
    return values[0] if values else default


def last(values: list[Any], default: Any = "") -> Any:
    return values[-1] if values else default


def of(events: list[Event], *types: str) -> list[Event]:
    return [one for one in events if one["type"].partition(".")[2] in types]


def times(events: list[Event], *types: str) -> list[datetime]:
    return [one["time"] for one in of(events, *types)]


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def cents(amount: Any) -> int:
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
