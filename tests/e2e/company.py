"""A small company for the tests of the screens: facts written by hand, with every figure known from here.

The real road (events, writer, derivation) has tests of its own; what is on a page is easier to check against a company this small.
All instants are relative to `now`, in the hours before it; the past weeks are the same for every weekday.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from sql.clickhouse import Store


def afternoon() -> str:
    """A zone where it is about three in the afternoon now, so that a day has begun and is not over whenever the tests run."""
    ahead = 15 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead if ahead <= 12 else 24 - ahead:+d}" if ahead else "Etc/GMT"


ZONE = afternoon()
HERE = ZoneInfo(ZONE)
QUEUES = {
    # queue: (channel, name, team, answered in time, answered late, abandoned, waiting ages in seconds, in hand)
    "sav-voix": ("voice", "SAV", "sav", 61, 34, 5, (168, 95, 40, 31, 8), 4),
    "commandes-voix": ("voice", "Commandes", "commandes", 180, 9, 4, (12,), 7),
    "commandes-chat": ("chat", "Commandes", "commandes", 90, 18, 3, (55, 50, 41, 33, 20, 12, 5), 9),
    "livraison-msg": ("messaging", "Livraison", "relais", 120, 3, 0, (1080, 240, 60), 6),
    "reclamations-mail": ("email", "Réclamations", "ecrit", 22, 30, 0, (22320, 18000, 15000, 3000, 600), 2),
    "commandes-mail": ("email", "Commandes", "ecrit", 70, 1, 0, (7200, 60), 3),
    "demonstration": ("video", "Démonstration", "conseil", 9, 1, 1, (), 1),
    "avis": ("social", "Avis publics", "ecrit", 12, 1, 0, (2280,), 0),
}
LIMIT_S = {"voice": 20, "chat": 60, "video": 60, "messaging": 1800, "email": 14400, "social": 3600}
AT_ONCE = {"chat": 3, "messaging": 3}  # contacts an agent takes at the same time
FREE = {
    "commandes": ("ready",),
    "ecrit": ("meal", "meeting"),
    "conseil": ("ready", "ready"),
    "relais": ("signed_in",),
}  # with nothing in hand
TEAMS = {"sav": "SAV", "commandes": "Commandes", "relais": "Relais", "ecrit": "Écrit", "conseil": "Conseil"}


@dataclass(slots=True)
class Rows:
    """Rows of one fact table, gathered and inserted in one go."""

    table: str
    rows: list[dict[str, Any]]

    def into(self, store: Store) -> None:
        if self.rows:
            store.insert(self.table, pa.Table.from_pylist(self.rows))


def midnight(now: datetime) -> datetime:
    return now.astimezone(HERE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def fill(store: Store, now: datetime, weeks: int = 6) -> None:
    """Write the company as it stands at `now`."""
    stays, contacts, work = Rows("stay", []), Rows("interaction", []), Rows("work", [])
    for each in _stays(now):
        stays.rows.append(each)
        contacts.rows.append(_contact(each["interaction"], each["channel"], each["queue"], each["entered_at"], each["left_at"]))
        if each["reason"] == "answered":
            work.rows.append(_work(each, now))
    for week in range(1, weeks + 1):
        contacts.rows.extend(_past(now, week))
    staff = Rows("presence", list(_presence(now)))
    for rows in (stays, contacts, work, staff, Rows("stint", _stints(stays.rows)), Rows("reference", list(_references(now)))):
        rows.into(store)
    _arrival_log(store, now, len(stays.rows))


def _stays(now: datetime) -> Iterator[dict[str, Any]]:
    start = max(midnight(now), now - timedelta(hours=14))
    for queue, (channel, _, _, in_time, late, abandoned, ages, _) in QUEUES.items():
        decided = in_time + late + abandoned
        room = max((now - start).total_seconds() - 60, 60)
        for place in range(decided):
            reason = "answered" if place % decided < in_time + late else "abandoned"
            wait = LIMIT_S[channel] * (0.4 if place < in_time else 1.5)
            entered = start + timedelta(seconds=room * (place + 0.5) / decided)
            wait = min(wait, max((now - entered).total_seconds() - 1, 1)) if place < in_time else wait
            if entered + timedelta(seconds=wait) > now:
                entered = now - timedelta(seconds=wait + 1)
            yield _stay(f"{queue}-{place}", queue, channel, entered, entered + timedelta(seconds=wait), reason)
        for place, age in enumerate(ages):
            yield _stay(f"{queue}-w{place}", queue, channel, now - timedelta(seconds=age), None, "")


def _stay(interaction: str, queue: str, channel: str, entered: datetime, left: datetime | None, reason: str) -> dict[str, Any]:
    agent = _agent(interaction, queue) if reason == "answered" else ""
    return {
        "day": entered.date(),
        "subject_hash": hash(interaction) & (2**63 - 1),
        "interaction": interaction,
        "queue": queue,
        "n": 1,
        "source": f"{channel}/test",
        "channel": channel,
        "direction": "inbound",
        "agent": agent,
        "entered_at": entered,
        "left_at": left,
        "reason": reason,
        "version": 1,
        "gone": 0,
    }


def _agent(interaction: str, queue: str) -> str:
    """Those who have contacts in hand of a queue take them by turns; all others fell to the first of them."""
    place, (channel, *_, in_hand) = int(interaction.rsplit("-", 1)[1]), QUEUES[queue]
    return f"{queue}/{place // AT_ONCE.get(channel, 1) if place < in_hand else 0}"


def busy(queue: str) -> int:
    """How many agents of a queue have a contact in hand."""
    channel, *_, in_hand = QUEUES[queue]
    return -(-in_hand // AT_ONCE.get(channel, 1))


def staff() -> dict[str, tuple[str, str]]:
    """Every agent with his team and state; those at work are ready for more."""
    at_work = {f"{queue}/{place}": (row[2], "ready") for queue, row in QUEUES.items() for place in range(max(busy(queue), 1))}
    return at_work | {f"{team}/free/{place}": (team, state) for team, states in FREE.items() for place, state in enumerate(states)}


def _presence(now: datetime) -> Iterator[dict[str, Any]]:
    since = now - timedelta(hours=2)
    for number, (agent, (_, state)) in enumerate(staff().items()):
        for domain in ("", "chat"):
            yield {
                "day": since.date(),
                "subject_hash": number,
                "agent": agent,
                "domain": domain,
                "n": 1,
                "source": "planning",
                "state": state,
                "started_at": since,
                "version": 1,
                "gone": 0,
            }


def _contact(interaction: str, channel: str, queue: str, at: datetime, closed: datetime | None) -> dict[str, Any]:
    return {
        "day": at.date(),
        "subject_hash": hash(interaction) & (2**63 - 1),
        "interaction": interaction,
        "source": f"{channel}/test",
        "channel": channel,
        "direction": "inbound",
        "queue": queue,
        "started_at": at,
        "queued_at": at,
        "closed_at": closed,
        "version": 1,
        "gone": 0,
    }


def _past(now: datetime, week: int) -> Iterator[dict[str, Any]]:
    first = (now.astimezone(HERE).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=7 * week)).replace(tzinfo=HERE)
    for queue, (channel, _, _, in_time, late, abandoned, ages, _) in QUEUES.items():
        for hour in range(24):
            share = max(0, 12 - abs(hour - 12)) / 144
            for place in range(round((in_time + late + abandoned + len(ages)) * share * (1 + 0.1 * (week % 3)))):
                at = (first + timedelta(hours=hour, minutes=place % 60)).astimezone(UTC)
                yield _contact(f"past-{week}-{queue}-{hour}-{place}", channel, queue, at, at + timedelta(minutes=10))


def _work(stay: dict[str, Any], now: datetime) -> dict[str, Any]:
    in_hand = QUEUES[stay["queue"]][7]
    began = stay["left_at"]
    ended = None if int(stay["interaction"].rsplit("-", 1)[1]) < in_hand else min(began + timedelta(minutes=4), now)
    return {
        "day": began.date(),
        "subject_hash": stay["subject_hash"],
        "interaction": stay["interaction"],
        "stint": f"{stay['interaction']}/1",
        "n": 1,
        "source": stay["source"],
        "channel": stay["channel"],
        "direction": "inbound",
        "queue": stay["queue"],
        "agent": stay["agent"],
        "role": "primary",
        "phase": "talk",
        "started_at": began,
        "ended_at": ended,
        "version": 1,
        "gone": 0,
    }


def _stints(stays: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "day": stay["left_at"].date(),
            "subject_hash": stay["subject_hash"],
            "interaction": stay["interaction"],
            "stint": f"{stay['interaction']}/1",
            "source": stay["source"],
            "channel": stay["channel"],
            "direction": "inbound",
            "queue": stay["queue"],
            "agent": stay["agent"],
            "role": "primary",
            "started_at": stay["left_at"],
            "accepted_at": stay["left_at"],
            "released_at": stay["left_at"] + timedelta(minutes=3),
            "ended_at": stay["left_at"] + timedelta(minutes=4),
            "talk_ms": 180000,
            "version": 1,
            "gone": 0,
        }
        for stay in stays
        if stay["reason"] == "answered"
    ]


def _references(now: datetime) -> Iterator[dict[str, Any]]:
    since = now - timedelta(days=60)
    for number, (queue, (channel, name, team, *_)) in enumerate(QUEUES.items()):
        yield {
            "day": since.date(),
            "subject_hash": number,
            "kind": "queue",
            "key": queue,
            "statement": number,
            "valid_from": since,
            "sequence": 0,
            "name": name,
            "team": team,
            "channel": channel,
            "version": 1,
            "gone": 0,
        }
    for number, (agent, (team, _)) in enumerate(staff().items(), 200):
        yield {
            "day": since.date(),
            "subject_hash": number,
            "kind": "agent",
            "key": agent,
            "statement": number,
            "valid_from": since,
            "sequence": 0,
            "name": "",
            "team": team,
            "channel": "",
            "version": 1,
            "gone": 0,
        }
    for number, (team, name) in enumerate(TEAMS.items(), 100):
        yield {
            "day": since.date(),
            "subject_hash": number,
            "kind": "team",
            "key": team,
            "statement": number,
            "valid_from": since,
            "sequence": 0,
            "name": name,
            "team": "",
            "channel": "",
            "version": 1,
            "gone": 0,
        }


def _arrival_log(store: Store, now: datetime, stored: int) -> None:
    sources = sorted({f"{channel}/test" for channel, *_ in QUEUES.values()})
    store.insert("watermark", pa.Table.from_pylist([{"source": name, "family": "interaction", "at": now} for name in sources]))
    store.insert("watermark", pa.Table.from_pylist([{"source": "planning", "family": "agent", "at": now}]))
    line = {
        "batch": 1,
        "connector": "demo",
        "file": "",
        "source": sources[0],
        "known_at": now,
        "records": stored + 25,
        "received": stored + 25,
        "stored": stored,
        "duplicate": 21,
        "quarantined": 4,
    }
    store.insert("batch", pa.Table.from_pylist([line]))
