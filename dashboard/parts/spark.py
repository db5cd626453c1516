"""A sparkline: the shape of a series beside its last value, nothing to read off."""

from collections.abc import Sequence
from itertools import groupby

from dashboard.parts.drawing import Drawing, Node, node, points, svg
from dashboard.parts.scale import Scale, around

Series = Sequence[float | None]


def runs(pairs: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Consecutive points that exist; a gap in the data is a gap in the line, never a bridge."""
    grouped = groupby(pairs, key=lambda pair: pair[1] is None)
    return [[(x, y) for x, y in group if y is not None] for missing, group in grouped if not missing]


def strokes(values: Series, x: Scale, y: Scale, name: str) -> list[Node | None]:
    """The line through a series; a point alone between two gaps is a dot."""
    placed = [(x(at), None if value is None else y(value)) for at, value in enumerate(values)]
    return [
        node("polyline", points=points(run), className=name)
        if len(run) > 1
        else node("circle", cx=run[0][0], cy=run[0][1], r=1.5, className=f"{name}-dot")
        for run in runs(placed)
    ]


def line(values: Series, label: str, width: float = 120, height: float = 28, hue: str = "", *, zero: bool = True) -> Drawing:
    """A sparkline of one series. `hue` is a channel's class (`channel.css`) or empty for ink; None values are gaps."""
    x, y = Scale(0, max(len(values) - 1, 1), 3, width - 4), around(values, height - 3, 3, zero=zero)
    last = next((at for at in range(len(values) - 1, -1, -1) if values[at] is not None), None)
    dot = None if last is None else node("circle", cx=x(last), cy=y(values[last] or 0.0), r=2.5, className="spark-now")
    return svg(width, height, [*strokes(values, x, y, "spark"), dot], label, hue)
