"""One number over time: its points, the limits chance keeps it in, its target, and the points that chance does not explain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.format import Language
from dashboard.parts.drawing import Drawing, Node, node, svg
from dashboard.parts.scale import Scale, around
from dashboard.parts.spark import strokes
from dashboard.word import plain


@dataclass(frozen=True, slots=True)
class Course:
    """A series with what is known about it. `signals` are positions of points chance does not explain; `since` is the position where the
    judged period begins (points before it made the limits); `low`, `high` are the natural limits, None when there are too few points."""

    values: Sequence[float | None]
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    target: float | None = None
    signals: frozenset[int] = field(default_factory=frozenset)
    since: int | None = None
    provisional: bool = False


def strip(course: Course, label: str, width: float = 236, height: float = 34) -> Drawing:
    """One row of a table of trends. Provisional limits are drawn as an outline; a target outside the drawn range is marked at the edge."""
    x = Scale(0, max(len(course.values) - 1, 1), 4, width - 8)
    y = around([*course.values, course.low, course.high, _near(course)], height - 4, 4, share=0)
    last = len(course.values) - 1
    final = course.values[last] if course.values else None
    out = [
        node("circle", cx=x(at), cy=y(value), r=2.2, className="trend-out")
        for at in sorted(course.signals)
        if (value := course.values[at]) is not None
    ]
    end = (
        None
        if final is None
        else node("circle", cx=x(last), cy=y(final), r=3.6, className="trend-now out" if last in course.signals else "trend-now")
    )
    return svg(width, height, [*_ground(course, x, y, width), *strokes(course.values, x, y, "trend-line"), *out, end], label, "trend")


def _near(course: Course) -> float | None:
    """The target when it is near enough to the values to be drawn without flattening them (within twice their spread)."""
    present = [value for value in (*course.values, course.low, course.high) if value is not None]
    if course.target is None or not present:
        return course.target
    low, high = min(present), max(present)
    return course.target if low - 2 * (high - low) <= course.target <= high + 2 * (high - low) else None


def _ground(course: Course, x: Scale, y: Scale, width: float) -> list[Node | None]:
    drawn: list[Node | None] = []
    if course.low is not None and course.high is not None:
        top, bottom = y(course.high), y(course.low)
        name = "trend-band provisional" if course.provisional else "trend-band"
        drawn.append(node("rect", x=0, width=width, y=top, height=max(bottom - top, 1.0), className=name))
    if course.since is not None and 0 < course.since < len(course.values):
        edge = (x(course.since) + x(course.since - 1)) / 2
        drawn.append(node("line", x1=edge, x2=edge, y1=0, y2=max(y.start, y.end) + 4, className="trend-since"))
    return [*drawn, *_target(course, y, width)]


def _target(course: Course, y: Scale, width: float) -> list[Node | None]:
    if course.target is None:
        return []
    if _near(course) is not None:
        level = y(course.target)
        return [node("line", x1=0, x2=width, y1=level, y2=level, className="trend-target")]
    above = course.target > max(y.low, y.high)
    tip, base = (min(y.start, y.end) - 3, min(y.start, y.end) + 2) if above else (max(y.start, y.end) + 3, max(y.start, y.end) - 2)
    return [
        node("polygon", points=f"{width - 6:.1f},{base:.1f} {width:.1f},{base:.1f} {width - 3:.1f},{tip:.1f}", className="trend-beyond")
    ]


def summary(name: str, course: Course, shown: Sequence[str], first: str, last: str, language: Language) -> str:
    """The chart in words. `shown` are the points formatted, one per value; `first` and `last` name its ends."""
    present = [(value, text) for value, text in zip(course.values, shown, strict=True) if value is not None]
    if not present:
        return plain("part.trend_empty", language, name=name)
    if len(present) == 1:
        return plain("part.trend_single", language, name=name, value=present[0][1])
    ends = {"first": first, "last": last, "value": present[-1][1], "low": min(present)[1], "high": max(present)[1]}
    return plain("part.trend_summary", language, name=name, n=len(present), **ends)
