"""Each metric said a second time: slow, obvious, written from its definition in words and not from its SQL.

An oracle gets the rows of one group, the period [since, until), the present moment and the parameters, and gives the figure. What a
bucket of time shows is what a period of that length would show, so the same oracle serves both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, exp, floor, log, sqrt
from typing import Any

from tests.spec.agent_metric_oracle import ORACLES as OF_AGENTS
from tests.spec.metric_world import CALENDAR_SAID, Row, World

Parameters = dict[str, Any]


@dataclass
class Asked:
    """What an oracle is asked: the rows of one group, all rows of the bucket, the period, now, the parameters; what the group has in
    common, and whether the installation has opted in to what is off otherwise."""

    rows: World
    everyone: World
    since: datetime
    until: datetime
    now: datetime
    said: Parameters
    opening: list[Row]
    group: dict[str, str] = field(default_factory=dict)
    opted_in: bool = False

    def inside(self, fact: str, stamp: str) -> list[Row]:
        return [row for row in self.rows[fact] if row[stamp] is not None and self.since <= row[stamp] < self.until]

    def seconds(self, start: datetime, end: datetime, row: Row) -> float | None:
        """Seconds between two instants by the clock asked for; in opening hours None where the queue has no calendar, or before it was
        said when that is open, or after the last of its hours that are known."""
        if self.said.get("clock") != "business":
            return (end - start).total_seconds()
        if row["calendar"] == "" or start < CALENDAR_SAID or end > max(span["closes_at"] for span in self.opening):
            return None
        open_s = 0.0
        for span in self.opening:
            open_s += max(0.0, (min(end, span["closes_at"]) - max(start, span["opens_at"])).total_seconds())
        return open_s if end >= start else -1.0


Answer = dict[str, float | None]


def count(number: int) -> Answer:
    return {"value": number, "n": number}


def proportion(top: int, bottom: int) -> Answer:
    """Two counts, their quotient, and the range of true shares that would not be surprised by them (Wilson, 95 %)."""
    found: Answer = {"top": top, "bottom": bottom, "n": bottom, "value": top / bottom if bottom else None, "low": None, "high": None}
    if bottom and top <= bottom:
        p, z = top / bottom, 1.959963984540054
        # the two roots of (p - x)^2 = z^2 x (1 - x) / n
        a, b, c = 1 + z * z / bottom, -(2 * p + z * z / bottom), p * p
        root = sqrt(max(0.0, b * b - 4 * a * c))
        found |= {"low": (-b - root) / (2 * a), "high": (-b + root) / (2 * a)}
    return found


def mean(top: float, bottom: int) -> Answer:
    return {"top": top, "bottom": bottom, "n": bottom, "value": top / bottom if bottom else None}


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


def _left(asked: Asked) -> list[Row]:
    """Visits to a queue, in the period they entered it or, event-stamped, in the period they left it."""
    return asked.inside("stay", "left_at" if asked.said.get("stamp") == "event" else "entered_at")


def _wait(row: Row) -> float:
    return (row["left_at"] - row["entered_at"]).total_seconds()


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
    return [row for row in gave_up if _wait(row) <= asked.said["short_s"]]


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
    an = [_wait(row) for row in rows if row["reason"] == "answered"]
    ab = [_wait(row) for row in rows if row["reason"] == "abandoned"]
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
        if row["reason"] == "answered" and _wait(row) <= PROMISED_S[row["channel"]]:
            kept += 1
        else:
            broken += 1
    return proportion(kept, kept + broken)


def asa(asked: Asked) -> Answer:
    waits = [_wait(row) for row in _left(asked) if row["reason"] == "answered"]
    return mean(sum(waits), len(waits))


def service_level_live(asked: Asked) -> Answer:
    limit = asked.said["threshold_s"]
    good = bad = undecided = 0
    for row in asked.inside("stay", "entered_at"):
        if row["left_at"] is None:
            if (asked.now - row["entered_at"]).total_seconds() > limit:
                bad += 1
            else:
                undecided += 1
        elif row["reason"] == "answered" and _wait(row) <= limit:
            good += 1
        elif row["reason"] in ("answered", "abandoned"):
            bad += 1
    decided = good + bad
    found = mean(good, decided)
    everyone = decided + undecided
    return found | {"low": good / everyone if everyone else None, "high": (good + undecided) / everyone if everyone else None}


def _standing(asked: Asked, fact: str, start: str, end: str) -> list[tuple[Row, float]]:
    """Rows open at the last moment of the period or now, whichever is sooner, and for how long they have been."""
    moment = asked.now if asked.now < asked.until else asked.until - timedelta(milliseconds=1)
    shown = min(asked.now, asked.until)
    still = [row for row in asked.rows[fact] if row[start] <= moment and (row[end] is None or row[end] > moment)]
    return [(row, (shown - row[start]).total_seconds()) for row in still]


def waiting(asked: Asked) -> Answer:
    return count(len(_standing(asked, "stay", "entered_at", "left_at")))


def waiting_late(asked: Asked) -> Answer:
    return count(sum(age > asked.said["threshold_s"] for _, age in _standing(asked, "stay", "entered_at", "left_at")))


def oldest_wait(asked: Asked) -> Answer:
    ages = [age for _, age in _standing(asked, "stay", "entered_at", "left_at")]
    return {"value": max(ages) if ages else None, "n": len(ages)}


def backlog(asked: Asked) -> Answer:
    return count(len(_standing(asked, "interaction", "started_at", "closed_at")))


def in_hand(asked: Asked) -> Answer:
    return count(sum(row["phase"] in ("talk", "hold", "wrap") for row, _ in _standing(asked, "work", "started_at", "ended_at")))


def _agents(rows: list[tuple[Row, float]]) -> Answer:
    return count(len({row["agent"] for row, _ in rows}))


def _stated(asked: Asked, states: tuple[str, ...]) -> list[tuple[Row, float]]:
    return [each for each in _standing(asked, "presence", "started_at", "ended_at") if each[0]["state"] in states]


def agents_signed_in(asked: Asked) -> Answer:
    gone = {id(row) for row, _ in _stated(asked, ("offline", "signed_out", "logged_out"))}
    return _agents([each for each in _standing(asked, "presence", "started_at", "ended_at") if id(each[0]) not in gone])


def agents_ready(asked: Asked) -> Answer:
    return _agents(_stated(asked, ("ready", "available", "signed_in")))


def agents_busy(asked: Asked) -> Answer:
    working = _standing(asked, "work", "started_at", "ended_at")
    return _agents([each for each in working if each[0]["agent"] and each[0]["phase"] in ("talk", "hold", "wrap")])


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


def quantile(values: list[float], asked: Asked) -> Answer:
    """Exact: between neighbours, in proportion. Sketch: the logarithmic bucket of relative width 1 % the rank falls in
    (DDSketch, of milliseconds)."""
    if not values:
        return {"value": None, "n": 0}
    values, q = sorted(values), asked.said["quantile"]
    if asked.said["method"] == "exact":
        place = q * (len(values) - 1)
        below, part = floor(place), place - floor(place)
        above = values[min(below + 1, len(values) - 1)]
        return {"value": values[below] + (above - values[below]) * part, "n": len(values)}
    gamma = (1 + 0.01) / (1 - 0.01)
    true = round(1000 * values[floor(q * (len(values) - 1))])
    return {"value": 2 * gamma ** (floor(log(true) / log(gamma)) + 1) / (gamma + 1) / 1000 if true > 0 else 0.0, "n": len(values)}


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


def csat(asked: Asked) -> Answer:
    satisfied = {5: {4, 5}, 7: {6, 7}, 10: {9, 10}}
    answers = [
        row
        for row in asked.inside("rating", "given_at")
        if row["instrument"] == "csat" and row["scale"] in satisfied and 0 <= row["score"] <= row["scale"]
    ]
    return proportion(sum(row["score"] in satisfied[row["scale"]] for row in answers), len(answers))


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


ORACLES: dict[str, Callable[[Asked], Answer]] = {
    oracle.__name__: oracle
    for oracle in (
        contacts,
        customers,
        channel_share,
        contacts_per_order,
        offered,
        answered,
        abandoned,
        left_otherwise,
        abandon_rate,
        short_abandons,
        service_level,
        promise_kept,
        asa,
        service_level_live,
        waiting,
        waiting_late,
        oldest_wait,
        backlog,
        in_hand,
        agents_signed_in,
        agents_ready,
        agents_busy,
        rings_missed,
        handled,
        talk_time,
        hold_time,
        wrap_time,
        aht,
        transfer_rate,
        escalation_rate,
        first_response_time,
        first_response_kept,
        response_rate,
        response_rate_naive,
        resolution_time,
        reopen_rate,
        csat,
        journeys,
        contacts_per_journey,
        channel_switch_rate,
        first_contact_resolution,
        repeat_contact_rate,
    )
} | OF_AGENTS
