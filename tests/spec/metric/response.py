"""Answers to written contacts, said a second time."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, exp, log, sqrt

from tests.spec.metric_asked import Answer, Asked, proportion, quantile
from tests.spec.metric_world import Row


def _clock_start(row: Row) -> datetime:
    return max(row["asked_at"], row["handed_off_at"] or row["asked_at"])


def first_response_time(asked: Asked) -> Answer:
    waits = []
    for row in asked.inside("interaction", "asked_at"):
        if row["replied_at"] is not None:
            wait = asked.seconds(_clock_start(row), row["replied_at"], row)
            if wait is not None and wait >= 0:
                waits.append(wait)
    return quantile(waits, asked)


def first_response_kept(asked: Asked) -> Answer:
    kept = known = 0
    for row in asked.inside("interaction", "asked_at"):
        end = row["replied_at"] or row["closed_at"] or asked.now
        wait = asked.seconds(_clock_start(row), end, row)
        if wait is None:
            continue
        late = wait > asked.said["threshold_s"]
        if asked.said["promise"] == "own" and row["promised_at"] is not None:
            late = (row["replied_at"] or asked.now) > row["promised_at"]
        if row["replied_at"] is not None:
            known += 1
            kept += not late
        elif row["closed_at"] is not None or late:
            known += 1
    return proportion(kept, known)


def response_rate(asked: Asked) -> Answer:
    """Walk second by second through the distinct times: who is still followed, and which part of them is replied to there."""
    followed = []
    for row in asked.inside("turn", "asked_at"):
        end = row["replied_at"] or row["closed_at"] or asked.now
        if end >= row["asked_at"]:
            followed.append((ceil((end - row["asked_at"]) / timedelta(seconds=1)), row["replied_at"] is not None))
    horizon = asked.said["horizon_s"]
    left, spread, replied = Fraction(1), Fraction(0), 0
    for second in sorted({second for second, is_reply in followed if is_reply and second <= horizon}):
        still = sum(at >= second for at, _ in followed)
        now = sum(at == second and is_reply for at, is_reply in followed)
        left *= 1 - Fraction(now, still)
        spread += Fraction(now, still * (still - now)) if still > now else 0
        replied += now
    found: Answer = {"n": len(followed), "top": replied, "bottom": len(followed), "value": None, "low": None, "high": None}
    if not followed or (left > 0 and not any(at > horizon for at, _ in followed)):
        return found
    found["value"] = float(1 - left)
    if 0 < left < 1:
        width = 1.959963984540054 * sqrt(spread) / log(left)
        found |= {"low": 1 - float(left) ** exp(width), "high": 1 - float(left) ** exp(-width)}
    return found


def response_rate_naive(asked: Asked) -> Answer:
    rows = asked.inside("turn", "asked_at")
    replied = [row for row in rows if row["replied_at"] is not None]
    return proportion(sum((row["replied_at"] - row["asked_at"]).total_seconds() <= asked.said["horizon_s"] for row in replied), len(rows))


def resolution_time(asked: Asked) -> Answer:
    times = []
    for row in asked.inside("interaction", "started_at" if asked.said["stamp"] == "start" else "closed_at"):
        if row["closed_at"] is not None and row["closed_at"] >= row["started_at"]:
            time = asked.seconds(row["started_at"], row["closed_at"], row)
            if time is not None:
                times.append(time)
    return quantile(times, asked)


def reopen_rate(asked: Asked) -> Answer:
    rows = asked.inside("interaction", "first_closed_at")
    return proportion(sum(row["reopens"] > 0 for row in rows), len(rows))
