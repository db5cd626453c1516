"""What stands right now, said a second time."""

from __future__ import annotations

from tests.spec.metric_asked import Answer, Asked, count, mean, wait_s


def service_level_live(asked: Asked) -> Answer:
    limit = asked.said["threshold_s"]
    good = bad = undecided = 0
    for row in asked.inside("stay", "entered_at"):
        if row["left_at"] is None:
            if (asked.now - row["entered_at"]).total_seconds() > limit:
                bad += 1
            else:
                undecided += 1
        elif row["reason"] == "answered" and wait_s(row) <= limit:
            good += 1
        elif row["reason"] in ("answered", "abandoned"):
            bad += 1
    decided = good + bad
    found = mean(good, decided)
    everyone = decided + undecided
    return found | {"low": good / everyone if everyone else None, "high": (good + undecided) / everyone if everyone else None}


def waiting(asked: Asked) -> Answer:
    return count(len(asked.standing("stay", "entered_at", "left_at")))


def oldest_wait(asked: Asked) -> Answer:
    ages = [age for _, age in asked.standing("stay", "entered_at", "left_at")]
    return {"value": max(ages) if ages else None, "n": len(ages)}


def backlog(asked: Asked) -> Answer:
    return count(len(asked.standing("interaction", "started_at", "closed_at")))
