"""What comes back from a question: figures by key, how fresh they are, and the SQL that made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one metric.

    value is in the metric's unit (a share between 0 and 1, a duration in seconds); None means there is no value, which is not 0.
    n is how many rows it rests on, or how many people where the metric says so.
    top and bottom are those of a ratio. low and high are the ends of its interval (see `Interval`).
    """

    value: float | None
    n: int | None
    top: float | None = None
    bottom: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one group: keys are dimension values, and under a grain "at": the bucket's start, by the clock of the query's zone."""

    keys: dict[str, str | datetime]
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query. as_of: up to when the slowest source behind it has reported (UTC), None when nothing has come yet.

    slowest: that source, where another has reported further by an hour and more; '' where all are as far, and for whoever sees a part of
    the company. A source whose site is closed is no worse a source: the date says up to when nothing is missing for certain.

    known_at: of an answer as of what was known at an instant, that instant, or the last one before it at which all that was known is in the
    facts: with it the same question is answered the same."""

    as_of: datetime | None
    rows: tuple[Row, ...]
    sql: tuple[str, ...]
    known_at: datetime | None = None
    slowest: str = ""
