"""What an oracle is asked, and the forms in which it answers.

An oracle gets the rows of one group, the period [since, until), the present moment and the parameters, and gives the figure. What a
bucket of time shows is what a period of that length would show, so the same oracle serves both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor, log, sqrt
from typing import Any

from tests.spec.metric_world import CALENDAR_SAID, Row, World

Parameters = dict[str, Any]
Answer = dict[str, float | None]


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

    def standing(self, fact: str, start: str, end: str) -> list[tuple[Row, float]]:
        """Rows open at the last moment of the period or now, whichever is sooner, and for how long they have been."""
        moment = self.now if self.now < self.until else self.until - timedelta(milliseconds=1)
        shown = min(self.now, self.until)
        still = [row for row in self.rows[fact] if row[start] <= moment and (row[end] is None or row[end] > moment)]
        return [(row, (shown - row[start]).total_seconds()) for row in still]


def wait_s(row: Row) -> float:
    """How long a visit to a queue that has ended lasted."""
    return (row["left_at"] - row["entered_at"]).total_seconds()


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
