"""A difference explained step by step: each effect starts where the one before it ended, and the last ends at the result."""

from dashboard.parts.drawing import Drawing, Node, node, svg
from dashboard.parts.scale import Scale


def effect(start: float, end: float, scale: Scale, *, hollow: bool = False, height: float = 24) -> Drawing:
    """One step of the explanation from running total `start` to `end`; the number stands beside it, so the drawing is silent."""
    left, right = sorted((scale(start), scale(end)))
    body = node("rect", x=left, y=6, width=max(right - left, 1.5), height=height - 12, className="step-hollow" if hollow else "step-solid")
    before = node("line", x1=scale(start), x2=scale(start), y1=0, y2=6, className="step-link")
    after = node("line", x1=scale(end), x2=scale(end), y1=height - 6, y2=height, className="step-link")
    return svg(max(scale.start, scale.end) + 6, height, [before, body, after], "", "steps")


def level(value: float, scale: Scale, height: float = 24) -> Drawing:
    """The value before or after, as a dot on the same scale."""
    drawn: list[Node | None] = [node("circle", cx=scale(value), cy=height / 2, r=5, className="step-level")]
    return svg(max(scale.start, scale.end) + 6, height, drawn, "", "steps")
