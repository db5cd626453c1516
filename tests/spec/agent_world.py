"""Random agent-days as fact rows, made so that ties, borders, open ends, clock changes and changes of team are met often."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sql.clickhouse import Store
from tests.spec.agent_oracle import Facts, Row
from tests.spec.table import agent_days, put

# The days before and after Paris puts its clocks forward and back, and days where nothing of the kind happens.
DAYS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 28), (3, 29), (10, 24), (10, 25), (6, 10), (6, 11))]
CHANNELS = ("voice", "chat", "email", "messaging", "kiosk")
FACTS = ("work", "presence", "capacity", "focus", "hold", "reference")
MINUTE = timedelta(minutes=1)


def agent_of(name: str, dice: random.Random, crowd: int = 12) -> Facts:
    """One agent over two days: up to `crowd` stretches of work each, presence, capacities, focus, statements."""
    first = dice.choice(DAYS)
    marks = [first + dice.choice((7, 8, 12, 20, 23, 24, 26, 33)) * 60 * MINUTE + dice.choice((0, 0, 15, 20, 45)) * MINUTE for _ in range(6)]
    nudges = [timedelta(0), timedelta(0), timedelta(milliseconds=1), timedelta(milliseconds=-1), timedelta(seconds=37.125)]

    def instant() -> datetime:
        return dice.choice(marks) + dice.choice(nudges)

    def after(start: datetime, open_ends: int) -> datetime | None:
        lengths = [timedelta(seconds=s) for s in (0, 1, 60, 613.5, 900, 3600, 3600, 9000, 40000, 200000)]
        ends: list[datetime | None] = [start + length for length in lengths] + [mark for mark in marks if mark > start] + [None] * open_ends
        return dice.choice(ends)

    facts: Facts = {fact: [] for fact in FACTS}
    for number in range(dice.randrange(crowd + 1)):
        start = instant()
        row = {
            "interaction": f"{name}-{number}", "stint": f"{name}-{number}/1", "agent": name, "n": 1,
            "channel": dice.choice(CHANNELS[: dice.randint(1, 5)]), "phase": dice.choice(("talk", "talk", "talk", "hold", "wrap", "ring")),
            "started_at": start, "ended_at": after(start, 1),
        }  # fmt: skip
        facts["work"].append(row)
        if row["phase"] == "hold" and dice.random() < 0.7:
            said = {"interaction": row["interaction"], "stint": row["stint"], "agent": name, "hold": number, "held_at": start}
            facts["hold"].append(said | {"reason": dice.choice(("interrupted", "interrupted", "lunch", ""))})
    _presence(facts, name, dice, instant)
    looks = sorted(
        (_looked(facts, name, dice, instant(), number) for number in range(dice.choice((0, 0, 1, 3)))), key=lambda row: row["started_at"]
    )
    for row, after_it in zip(looks, [*looks[1:], None], strict=False):  # one at a time
        end = min(row["ended_at"], after_it["started_at"]) if after_it else row["ended_at"]
        facts["focus"].append(row | {"ended_at": end})
    for number in range(dice.choice((0, 1, 3, 4))):
        facts["capacity"].append(
            {"agent": name, "domain": dice.choice(("voice", "chat", "email", "", "messaging")), "statement": number,
             "capacity": float(dice.choice((1, 2, 3, 4, 1 / 0.34, 0, 25, 40))), "sequence": number,
             "valid_from": instant() - dice.choice((0, 0, 1, 40)) * timedelta(days=1)}
        )  # fmt: skip
    for number in range(dice.choice((0, 0, 1, 2))):
        said = {"kind": "agent", "key": name, "statement": number, "sequence": number, "team": dice.choice(("north", "south"))}
        facts["reference"].append(said | {"valid_from": instant()})
    return facts


def _presence(facts: Facts, name: str, dice: random.Random, instant: Any) -> None:
    """Some agents are not known to any presence; of the others, states follow each other in one or two domains."""
    if dice.random() < 0.25:
        return
    for domain in dice.choice((("",), ("voice", "chat"))):
        turns = sorted({instant() for _ in range(dice.randrange(1, 6))})
        for number, (start, end) in enumerate(zip(turns, [*turns[1:], None], strict=True)):
            state = dice.choice(("ready", "ready", "ready", "pause", "signed_in", "lunch", "offline"))
            stop = end if end is None or dice.random() < 0.8 else start + (end - start) / 2
            if stop is None and dice.random() < 0.7:
                stop = start + dice.choice((30, 400, 1000)) * MINUTE
            row = {"agent": name, "domain": domain, "n": number, "state": state, "started_at": start, "ended_at": _to_ms(stop)}
            facts["presence"].append(row)


def _looked(facts: Facts, name: str, dice: random.Random, start: datetime, number: int) -> Row:
    work = dice.choice(facts["work"]) if facts["work"] else {"stint": "none", "started_at": start}
    since = dice.choice((start, work["started_at"]))
    return {"agent": name, "n": number, "stint": work["stint"], "started_at": since, "ended_at": since + dice.choice((1, 7, 90)) * MINUTE}


def _to_ms(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(microsecond=at.microsecond // 1000 * 1000)


def merged(worlds: Iterable[Facts]) -> Facts:
    """The rows of several agents together."""
    found: Facts = {fact: [] for fact in FACTS}
    for facts in worlds:
        for fact, rows in facts.items():
            found[fact] += rows
    return found


def stored(store: Store, facts: Facts) -> None:
    """Insert fact rows as a derivation would have, and compute the agent-days they touch."""
    for fact in FACTS:
        put(store, fact, facts[fact])
    agent_days(store)
