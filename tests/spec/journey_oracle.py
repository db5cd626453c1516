"""Journeys said slowly: two contacts of one customer belong together when the second began within the gap after the first was last
active, and so does whatever hangs together through others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, order=True)
class Journey:
    """What a reader is told of one."""

    opened_at: datetime
    quiet_at: datetime
    contacts: int
    channels: int
    channel: str


def journeys(rows: list[Row], persons: Mapping[str, str], gap: timedelta, tied_by: str, place: Callable[[Row], Any]) -> list[list[Row]]:
    """The contacts of each journey, in their order (`place`); every pair of contacts is looked at."""
    theirs = sorted((row for row in rows if _tie(row, persons, tied_by) is not None), key=place)
    groups = {row["interaction"]: {row["interaction"]} for row in theirs}
    for first, second in combinations(theirs, 2):
        if _tie(first, persons, tied_by) == _tie(second, persons, tied_by) and second["started_at"] - first["last_at"] <= gap:
            one = groups[first["interaction"]] | groups[second["interaction"]]
            groups |= dict.fromkeys(one, one)
    return [[row for row in theirs if row["interaction"] in group] for group in {frozenset(group) for group in groups.values()}]


def told(journey: list[Row], longest: timedelta) -> Journey:
    """What is said of a journey, whose first days count."""
    first = journey[0]
    counted = [row for row in journey if row["started_at"] <= first["started_at"] + longest]
    channels = {row["channel"] for row in counted if row["channel"]}
    return Journey(first["started_at"], first["last_at"], len(counted), len(channels), first["channel"])


def _tie(row: Row, persons: Mapping[str, str], tied_by: str) -> tuple[str, str] | None:
    if row["direction"] in ("outbound", "internal"):
        return None
    if tied_by == "case" and row["case"]:
        return "case", row["case"]
    if row["customer"] == "":
        return None
    person = persons.get(row["customer"], row["customer"])
    return (f"customer {person}", row["motive"] if tied_by == "motive" else "")
