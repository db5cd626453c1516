"""A small random world of fact rows, made so that borders, ties, corrections and empty columns are met often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from sql.clickhouse import Store
from tests.spec.table import agent_days, put

Row = dict[str, Any]
World = dict[str, list[Row]]
Pick = Callable[[Sequence[Any]], Any]

# The night of 29 March 2026: Paris goes from 02:00 to 03:00 at 01:00 UTC; its midnight is 23:00 UTC.
BASE = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
MARKS = [BASE + timedelta(minutes=15 * step) for step in (4, 8, 11, 12, 13, 16, 19, 20, 21, 24)]
NUDGES = [timedelta(), timedelta(milliseconds=1), timedelta(milliseconds=-1), timedelta(minutes=7), timedelta(seconds=-20)]
LENGTHS = [timedelta(seconds=s) for s in (0, 5, 5.001, 19.999, 20, 20.001, 60, 900, 3600, 4000.5, 9000)]
STAFF = ("ana", "ben", *(f"agent {number}" for number in range(30)))  # many, so that not everybody is everything at once
SINCE, UNTIL = BASE + timedelta(hours=2), BASE + timedelta(hours=5)
NOW = BASE + timedelta(hours=5, minutes=30)
CALENDAR_SAID = BASE - timedelta(days=9)


def world(pick: Pick, size: int, case: str) -> World:
    """Rows of every fact with `source` = case, so that many worlds can live in one store and be told apart."""
    made: World = {name: [] for name in MAKERS}
    for name, make in MAKERS.items():
        for number in range(size):
            key = f"{case}-{number}"
            made[name].append({"source": case, "interaction": key, "subject_hash": crc32(key.encode()), **_who(pick), "n": 1, **make(pick)})
    for row in made["order"]:
        row["order"] = row.pop("interaction")
    for number, row in enumerate(made["presence"]):
        del row["subject_hash"]  # that of its agent
        row |= {"n": 1 + number, "domain": f"{row['domain']}{case}"}  # no two rows of one agent and domain share a number
    return made


def references() -> World:
    """Teams and sites that change during the night, with two statements at one instant; who is one person; opening hours."""
    said = [
        ("agent", "ana", BASE - timedelta(days=9), 1, "north", "lille"),
        ("agent", "ana", MARKS[3], 1, "west", ""),
        ("agent", "ana", MARKS[3], 2, "south", "nice"),
        ("agent", "ben", MARKS[2], 1, "south", ""),
        ("queue", "orders", BASE - timedelta(days=9), 1, "hall", "lille"),
        ("queue", "returns", MARKS[5], 1, "south", ""),
        ("team", "south", BASE - timedelta(days=9), 1, "", "nice"),
        ("team", "hall", MARKS[4], 1, "", "paris"),
        ("calendar", "shop", CALENDAR_SAID, 1, "", ""),
        ("calendar", "shop", MARKS[3], 1, "", ""),
    ]
    stated = [
        {"kind": k, "key": key, "valid_from": at, "sequence": seq, "statement": n, "team": team, "site": site}
        | ({"calendar": "shop"} if k == "queue" and key == "orders" else {})
        for n, (k, key, at, seq, team, site) in enumerate(said)
    ]
    hours = [(MARKS[0], MARKS[2]), (MARKS[4], MARKS[7]), (MARKS[9], MARKS[9] + timedelta(minutes=30))]
    opening = [
        {"calendar": "shop", "opens_at": opens, "closes_at": closes, "before_s": sum((b - a).total_seconds() for a, b in hours[:number])}
        for number, (opens, closes) in enumerate(hours)
    ]
    full = [{"agent": name, "domain": "", "statement": 1, "capacity": 2.0, "valid_from": CALENDAR_SAID} for name in ("ana", "ben")]
    return {"capacity": full, "reference": stated, "person": [{"customer": "c2", "person": "c1"}], "opening": opening}


def store_world(store: Store, rows: World) -> None:
    """Insert rows; every third fact row also has an older version with other content, and a cancelled neighbour."""
    for fact, own in rows.items():
        if fact not in MAKERS:
            put(store, fact, own)
            continue
        key = {"order": "order", "presence": "agent"}.get(fact, "interaction")
        older = [_older(row) | {"version": 1} for row in own[::3]]
        cancelled = [row | {key: row[key] + "-gone", "version": 1} for row in own[1::3]]
        put(store, fact, [*older, *cancelled])  # as a derivation does: what holds and what vanished are written under one version
        put(store, fact, [*({**row, "version": 2} for row in own), *({**row, "version": 2, "gone": 1} for row in cancelled)])
    agent_days(store)


def _older(row: Row) -> Row:
    """What was known before: other reasons and no ends. The stamp keeps its day, as derivation would cancel the other key."""
    free = {"reason": "answered", "left_at": None, "ended_at": None, "closed_at": None, "replied_at": None, "score": 5.0, "transfers": 3}
    free |= {"ring_result": "missed", "role": "primary", "direction": "inbound", "customer": "c9", "reopens": 1, "escalations": 1}
    return {name: free.get(name, value) for name, value in row.items()}


def _who(pick: Pick) -> Row:
    return {
        "channel": pick(("voice", "chat", "kiosk")),
        "direction": pick(("inbound", "outbound", "")),
        "queue": pick(("orders", "returns", "")),
        "agent": pick(("ana", "ben", "")),
        "customer": pick(("c1", "c2", "c3", "")),
    }


def _instant(pick: Pick) -> datetime:
    return pick(MARKS) + pick(NUDGES)


def _later(pick: Pick, instant: datetime, *, empty: int = 1) -> datetime | None:
    borders = [mark for mark in MARKS if mark >= instant][1:4]
    return pick([*(instant + length for length in LENGTHS), *borders, *[None] * empty])


def _interaction(pick: Pick) -> Row:
    started = _instant(pick)
    asked = _later(pick, started, empty=3)
    first_closed = _later(pick, started, empty=3)
    closed = pick((first_closed, None, started - timedelta(seconds=9))) if first_closed else None
    return {
        "started_at": started,
        "answered_at": pick((started, None)),
        "asked_at": asked,
        "handed_off_at": pick((None, asked + timedelta(seconds=5))) if asked else None,
        "replied_at": _later(pick, asked + timedelta(seconds=5), empty=4) if asked else None,
        "closed_at": closed,
        "first_closed_at": first_closed,
        "reopens": pick((0, 1, 2)),
        "transfers": pick((0, 0, 1)),
        "escalations": pick((0, 0, 2)),
        "promised_at": _later(pick, started, empty=9),
        "last_at": started + pick(LENGTHS[:7]),
        "motive": pick(("delivery", "")),
        "case": pick(("", "", "k1")),
    }


def _stay(pick: Pick) -> Row:
    entered = _instant(pick)
    left = _later(pick, entered, empty=3)
    return {"entered_at": entered, "left_at": left, "reason": pick(("answered", "abandoned", "answered", "overflow")) if left else ""}


def _stint(pick: Pick) -> Row:
    started = _instant(pick)
    accepted = pick((started, None))
    return {
        "stint": "s",
        "started_at": started,
        "role": pick(("primary", "monitor", "consult")),
        "rang_at": pick((started, None)),
        "accepted_at": accepted,
        "taken_at": pick((accepted, _later(pick, started))),
        "rung_at": pick((started, None)),
        "released_at": _later(pick, started),
        "first_released_at": _later(pick, started),
        "wrapup_at": _later(pick, started),
        "wrapup_ended_at": _later(pick, started),
        "ended_at": _later(pick, started),
        "ring_result": pick(("accepted", "missed", "declined", "")),
        "talk_ms": pick((0, 1500, 60000)),
        "hold_ms": pick((0, 700)),
        "wrap_ms": pick((0, 20000)),
        "measured": pick((0, 1)),
    }


def _turn(pick: Pick) -> Row:
    asked = _instant(pick)
    replied = _later(pick, asked, empty=4)
    return {"asked_at": asked, "replied_at": replied, "closed_at": None if replied else _later(pick, asked, empty=9)}


def _work(pick: Pick) -> Row:
    started = _instant(pick)
    return {
        "stint": "s",
        "role": pick(("primary", "monitor", "consult")),
        "phase": pick(("talk", "hold", "wrap", "ring")),
        "started_at": started,
        "ended_at": _later(pick, started),
    }


def _rating(pick: Pick) -> Row:
    scale = pick((5, 7, 10, 3))
    return {
        "rating": pick((1, 2)),
        "instrument": pick(("csat", "csat", "nps")),
        "scale": scale,
        "score": float(pick(range(max(1, scale - 3), scale + 2))),
        "given_at": _instant(pick),
    }


def _presence(pick: Pick) -> Row:
    started = _instant(pick)
    return {
        "agent": pick(STAFF),
        "domain": pick(("", "voice", "chat")),
        "state": pick(("ready", "ready", "meal", "signed_in", "available", "offline", "signed_out")),
        "started_at": started,
        "ended_at": _later(pick, started, empty=3),
    }


def _order(pick: Pick) -> Row:
    return {"placed_at": _instant(pick)}


MAKERS: dict[str, Callable[[Pick], Row]] = {
    "interaction": _interaction,
    "stay": _stay,
    "stint": _stint,
    "turn": _turn,
    "work": _work,
    "rating": _rating,
    "order": _order,
    "presence": _presence,
}
