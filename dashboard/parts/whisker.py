"""A value and how sure it is: a dot, its interval, the previous period as a hollow dot, the target as a line.

Position may have a cut axis, length may not: this is why values that are compared closely are dots here and never bars.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.parts.drawing import Drawing, Node, node, svg, text
from dashboard.parts.scale import Scale


@dataclass(frozen=True, slots=True)
class Dot:
    """One value on a shared scale; `hue` is a channel's class or empty; `small` (too few to judge) is drawn open with a wide interval."""

    value: float | None
    low: float | None = None
    high: float | None = None
    previous: float | None = None
    target: float | None = None
    hue: str = ""
    small: bool = False


def row(dot: Dot, scale: Scale, label: str, height: float = 24) -> Drawing:
    """One row of a dot plot. An end of the interval beyond the scale becomes an arrow."""
    mid = height / 2
    drawn: list[Node | None] = [node("line", x1=scale.start, x2=scale.end, y1=mid, y2=mid, className="dot-ground")]
    if dot.target is not None and scale.low <= dot.target <= scale.high:
        drawn.append(node("line", x1=scale(dot.target), x2=scale(dot.target), y1=2, y2=height - 2, className="dot-target"))
    if dot.low is not None and dot.high is not None:
        drawn.append(node("line", x1=scale.clamped(dot.low), x2=scale.clamped(dot.high), y1=mid, y2=mid, className="dot-range"))
        drawn += [
            _arrow(scale.start, mid, -1) if dot.low < scale.low else None,
            _arrow(scale.end, mid, 1) if dot.high > scale.high else None,
        ]
    if dot.previous is not None:
        drawn.append(node("circle", cx=scale.clamped(dot.previous), cy=mid, r=3.5, className="dot-before"))
    if dot.value is not None:
        drawn.append(node("circle", cx=scale.clamped(dot.value), cy=mid, r=4, className="dot-small" if dot.small else "dot-now"))
    return svg(max(scale.start, scale.end) + 6, height, drawn, label, f"dots {dot.hue}".strip())


def _arrow(x: float, y: float, way: int) -> Node:
    return node("polygon", points=f"{x + way * 5:.1f},{y:.1f} {x:.1f},{y - 3.5:.1f} {x:.1f},{y + 3.5:.1f}", className="dot-arrow")


def axis(scale: Scale, marks: Sequence[tuple[float, str]], height: float = 16) -> Drawing:
    """The scale of a dot plot: round values with their texts, said once above the rows. Hidden from screen readers: rows carry numbers."""
    anchors = ["start", *["middle"] * (len(marks) - 2), "end"] if len(marks) > 2 else ["middle"] * len(marks)
    drawn: list[Node | None] = [text(said, scale(value), 12, anchor) for (value, said), anchor in zip(marks, anchors, strict=True)]
    return svg(max(scale.start, scale.end) + 6, height, drawn, "", "axis")
