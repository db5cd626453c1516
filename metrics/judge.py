"""Is this figure good, and how sure is it? The only place that knows. Judged from what it may be, never from the point alone."""

from __future__ import annotations

from enum import StrEnum

from metrics.metric import Better, Interval, Kind, Metric, Target
from metrics.result import Figure

FEW = 30  # below this many rows an interval is too wide, and a colour would be read as more than it is
EXACT = (Kind.COUNT, Kind.SUM, Kind.LEVEL, Kind.EXTREME, Kind.DISTINCT)  # counted, not estimated: they are what they are


class Verdict(StrEnum):
    """What may be said of a figure beside its target."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How far another look at the same period might move an estimate."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


SURE, FAIR = 0.01, 0.03  # half an interval of shares up to which confidence is high, medium
MANY, SOME = 1000, 100  # rows from which it is, where there is no interval


def confidence(figure: Figure) -> Confidence:
    """HIGH for a share known within a point, MEDIUM within three, LOW beyond; by the number of rows where the kind has no interval (a
    thousand, a hundred). NONE without a value and on fewer than 30 rows. Metrics of BOUNDS are not estimates: their width is the future's.
    """
    n = figure.n or 0
    if figure.value is None or n < FEW:
        return Confidence.NONE
    if figure.low is not None and figure.high is not None:
        half = (figure.high - figure.low) / 2 - 1e-9  # a point exactly is within a point
        return Confidence.HIGH if half <= SURE else Confidence.MEDIUM if half <= FAIR else Confidence.LOW
    return Confidence.HIGH if n >= MANY else Confidence.MEDIUM if n >= SOME else Confidence.LOW


def judge(metric: Metric, figure: Figure, target: Target | None = None) -> Verdict:
    """GOOD when all the figure may be is within the target, BAD when nothing of it is, WATCH when it may be either.

    `target` is a site's own; the metric's published one otherwise. UNKNOWN without a target, without a value, without bounds, on fewer
    than 30 rows (for estimates), and for metrics of which neither way is better.
    """
    bar = target or metric.target
    if bar is None or metric.better is Better.NEITHER or figure.value is None:
        return Verdict.UNKNOWN
    exact = metric.kind in EXACT
    if not exact and metric.interval is not Interval.BOUNDS and (figure.n or 0) < FEW:
        return Verdict.UNKNOWN
    low, high = (figure.value, figure.value) if exact else (figure.low, figure.high)
    if low is None or high is None:
        return Verdict.UNKNOWN
    floor = bar.low if bar.low is not None else float("-inf")
    ceiling = bar.high if bar.high is not None else float("inf")
    if floor <= low and high <= ceiling:
        return Verdict.GOOD
    return Verdict.BAD if high < floor or low > ceiling else Verdict.WATCH
