"""Journeys, said a second time: found anew in all contacts for each question."""

from __future__ import annotations

from datetime import timedelta

from tests.spec.metric_asked import Answer, Asked, count, mean, proportion
from tests.spec.metric_world import Row


def _tie(asked: Asked, row: Row) -> tuple[str, ...] | None:
    """What a contact has in common with the others of its journey; None for a contact that belongs to none."""
    if row["direction"] in ("outbound", "internal"):
        return None
    if asked.said["tied_by"] == "case" and row["case"]:
        return ("case", row["case"])
    if not row["customer"]:
        return None
    person = "c1" if row["customer"] == "c2" else row["customer"]
    return (person, row["motive"]) if asked.said["tied_by"] == "motive" else (person,)


def _journeys(asked: Asked) -> list[list[Row]]:
    """Of every channel and group: a contact joins those before it if one of them was active in the days before it began."""
    gap = timedelta(days=asked.said["gap_days"])
    found: list[list[Row]] = []
    everyone = sorted(asked.everyone["interaction"], key=lambda row: (row["started_at"], row["subject_hash"]))
    for row in everyone:
        tie = _tie(asked, row)
        if tie is None:
            continue
        latest = next((one for one in reversed(found) if _tie(asked, one[0]) == tie), None)
        if latest is not None and any(row["started_at"] - before["last_at"] <= gap for before in latest):
            latest.append(row)
        else:
            found.append([row])
    return found


def _opened(asked: Asked) -> list[list[Row]]:
    """The journeys of the group asked for, opened in the period, without what lies more than ninety days after their opening."""
    mine = {id(row) for row in asked.inside("interaction", "started_at")}
    kept = [one for one in _journeys(asked) if id(one[0]) in mine]
    return [[row for row in one if row["started_at"] - one[0]["started_at"] <= timedelta(days=90)] for one in kept]


def journeys(asked: Asked) -> Answer:
    return count(len(_opened(asked)))


def contacts_per_journey(asked: Asked) -> Answer:
    found = _opened(asked)
    return mean(sum(len(one) for one in found), len(found))


def channel_switch_rate(asked: Asked) -> Answer:
    found = _opened(asked)
    return proportion(sum(len({row["channel"] for row in one} - {""}) >= 2 for one in found), len(found))


def first_contact_resolution(asked: Asked) -> Answer:
    over = [one for one in _opened(asked) if asked.now - one[0]["last_at"] > timedelta(days=asked.said["gap_days"])]
    return proportion(sum(len(one) == 1 for one in over), len(over))


def repeat_contact_rate(asked: Asked) -> Answer:
    mine = {id(row) for row in asked.inside("interaction", "started_at")}
    places = [place for one in _journeys(asked) for place, row in enumerate(one) if id(row) in mine]
    return proportion(sum(place > 0 for place in places), len(places))
