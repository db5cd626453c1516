"""Queues, said a second time."""

from __future__ import annotations

from tests.spec.metric_asked import Answer, Asked, count, mean, proportion, wait_s
from tests.spec.metric_world import Row


def _left(asked: Asked) -> list[Row]:
    """Visits to a queue, in the period they entered it or, event-stamped, in the period they left it."""
    return asked.inside("stay", "left_at" if asked.said.get("stamp") == "event" else "entered_at")


def offered(asked: Asked) -> Answer:
    return count(len(asked.inside("stay", "entered_at")))


def answered(asked: Asked) -> Answer:
    return count(sum(row["reason"] == "answered" for row in _left(asked)))


def abandoned(asked: Asked) -> Answer:
    return count(sum(row["reason"] == "abandoned" for row in _left(asked)))


def left_otherwise(asked: Asked) -> Answer:
    gone = [row for row in _left(asked) if row["left_at"] is not None]
    return count(len([row for row in gone if row["reason"] != "answered" and row["reason"] != "abandoned"]))


def _short(asked: Asked) -> list[Row]:
    gave_up = [row for row in asked.inside("stay", "entered_at") if row["reason"] == "abandoned"]
    return [row for row in gave_up if wait_s(row) <= asked.said["short_s"]]


def abandon_rate(asked: Asked) -> Answer:
    entered = asked.inside("stay", "entered_at")
    top, bottom = sum(row["reason"] == "abandoned" for row in entered), len(entered)
    if asked.said["short_abandons"] == "excluded":
        top, bottom = top - len(_short(asked)), bottom - len(_short(asked))
    return proportion(top, bottom)


def short_abandons(asked: Asked) -> Answer:
    return count(len(_short(asked)))


def service_level(asked: Asked) -> Answer:
    """AN answered, AB abandoned; a and b those within the threshold; s the abandons within the short limit."""
    rows, limit = _left(asked), asked.said["threshold_s"]
    an = [wait_s(row) for row in rows if row["reason"] == "answered"]
    ab = [wait_s(row) for row in rows if row["reason"] == "abandoned"]
    a, b = sum(wait <= limit for wait in an), sum(wait <= limit for wait in ab)
    s = sum(wait <= asked.said["short_s"] for wait in ab)
    both = len(an) + len(ab)
    top, bottom = {
        "SL1": (a + b, both),
        "SL2": (a, len(an)),
        "SL3": (a, both),
        "SL4": (a, both - b),
        "SL5": (a + s, both),
        "SL6": (a, both - s),
    }[asked.said["variant"]]
    return proportion(top, bottom)


PROMISED_S = {"voice": 20, "chat": 60}  # as the company states them; the kiosk promises nothing


def promise_kept(asked: Asked) -> Answer:
    kept = broken = 0
    for row in _left(asked):
        if row["channel"] not in PROMISED_S or row["reason"] not in ("answered", "abandoned"):
            continue
        if row["reason"] == "answered" and wait_s(row) <= PROMISED_S[row["channel"]]:
            kept += 1
        else:
            broken += 1
    return proportion(kept, kept + broken)


def asa(asked: Asked) -> Answer:
    waits = [wait_s(row) for row in _left(asked) if row["reason"] == "answered"]
    return mean(sum(waits), len(waits))
