"""Handling, said a second time."""

from __future__ import annotations

from datetime import timedelta

from tests.spec.metric_asked import Answer, Asked, count, mean, proportion


def rings_missed(asked: Asked) -> Answer:
    return count(sum(row["ring_result"] in ("missed", "declined") for row in asked.inside("stint", "rang_at")))


def handled(asked: Asked) -> Answer:
    return count(sum(row["role"] != "monitor" for row in asked.inside("stint", "accepted_at")))


def _phase(asked: Asked, phase: str) -> Answer:
    """Milliseconds of that phase in the period, each counted where the attribution asked for puts it, monitoring left out."""
    how, lengths = asked.said["stamp"], []
    for row in asked.rows["work"]:
        if row["phase"] != phase or row["role"] == "monitor":
            continue
        start, end = row["started_at"], row["ended_at"] or asked.now
        if how == "sliced":
            piece = min(end, asked.until, asked.now) - max(start, asked.since)
            if piece > timedelta():
                lengths.append(piece.total_seconds())
        else:
            instant = start if how == "start" else row["ended_at"]
            if instant is not None and asked.since <= instant < asked.until:
                lengths.append((end - start).total_seconds())
    stints = asked.inside("stint", "started_at" if how == "start" else "ended_at")
    totals = [row for row in stints if row["measured"] and row["accepted_at"] is None and row["role"] != "monitor"]
    lengths += [row[f"{phase}_ms"] / 1000 for row in totals if row[f"{phase}_ms"] > 0]
    return {"value": sum(lengths) if lengths else None, "n": len(lengths)}


def talk_time(asked: Asked) -> Answer:
    return _phase(asked, "talk")


def hold_time(asked: Asked) -> Answer:
    return _phase(asked, "hold")


def wrap_time(asked: Asked) -> Answer:
    return _phase(asked, "wrap")


def aht(asked: Asked) -> Answer:
    total, number = 0, 0
    for row in asked.inside("stint", "ended_at"):
        if row["accepted_at"] is not None and row["role"] != "monitor":
            total += row["talk_ms"] + row["hold_ms"] + row["wrap_ms"]
            number += 1
    return mean(total / 1000, number)


def _of_answered(asked: Asked, column: str) -> Answer:
    taken = [row for row in asked.inside("interaction", "started_at") if row["answered_at"] is not None]
    return proportion(sum(row[column] > 0 for row in taken), len(taken))


def transfer_rate(asked: Asked) -> Answer:
    return _of_answered(asked, "transfers")


def escalation_rate(asked: Asked) -> Answer:
    return _of_answered(asked, "escalations")
