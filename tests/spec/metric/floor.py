"""What is open and who is there, said a second time."""

from __future__ import annotations

from tests.spec.metric_asked import Answer, Asked, count
from tests.spec.metric_world import Row


def waiting_late(asked: Asked) -> Answer:
    return count(sum(age > asked.said["threshold_s"] for _, age in asked.standing("stay", "entered_at", "left_at")))


def in_hand(asked: Asked) -> Answer:
    return count(sum(row["phase"] in ("talk", "hold", "wrap") for row, _ in asked.standing("work", "started_at", "ended_at")))


def _agents(rows: list[tuple[Row, float]]) -> Answer:
    return count(len({row["agent"] for row, _ in rows}))


def _stated(asked: Asked, states: tuple[str, ...]) -> list[tuple[Row, float]]:
    return [each for each in asked.standing("presence", "started_at", "ended_at") if each[0]["state"] in states]


def agents_signed_in(asked: Asked) -> Answer:
    gone = {id(row) for row, _ in _stated(asked, ("offline", "signed_out", "logged_out"))}
    return _agents([each for each in asked.standing("presence", "started_at", "ended_at") if id(each[0]) not in gone])


def agents_ready(asked: Asked) -> Answer:
    return _agents(_stated(asked, ("ready", "available", "signed_in")))


def agents_busy(asked: Asked) -> Answer:
    working = asked.standing("work", "started_at", "ended_at")
    return _agents([each for each in working if each[0]["agent"] and each[0]["phase"] in ("talk", "hold", "wrap")])
