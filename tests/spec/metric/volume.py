"""How much there is, said a second time."""

from __future__ import annotations

from tests.spec.metric_asked import Answer, Asked, count, mean, proportion


def contacts(asked: Asked) -> Answer:
    return count(len(asked.inside("interaction", "started_at")))


def customers(asked: Asked) -> Answer:
    known = [row["customer"] for row in asked.inside("interaction", "started_at") if row["customer"]]
    return count(len({"c1" if name == "c2" else name for name in known}))


def channel_share(asked: Asked) -> Answer:
    everyone = [row for row in asked.everyone["interaction"] if asked.since <= row["started_at"] < asked.until]
    mine = len(asked.inside("interaction", "started_at"))
    return proportion(mine, len(everyone)) if mine else {"value": None}


def contacts_per_order(asked: Asked) -> Answer:
    inbound = 0
    for row in asked.inside("interaction", "started_at"):
        if row["direction"] not in ("outbound", "internal"):
            inbound += 1
    return mean(inbound, len(asked.inside("order", "placed_at")))
