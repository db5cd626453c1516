"""Time shared out over channels as one bar from zero, and beside it what the contacts log when each is counted in full."""

from collections.abc import Sequence

from dashboard.parts.drawing import Drawing, Node, node, svg
from dashboard.parts.scale import Scale


def row(parts: Sequence[tuple[str, float]], gross: float | None, scale: Scale, label: str = "", height: float = 18) -> Drawing:
    """(class of the channel, amount) one after the other; a hollow dot where the gross amount lies, joined by a line."""
    mid, at = height / 2, 0.0
    drawn: list[Node | None] = []
    whole = sum(amount for _, amount in parts)
    if gross is not None and gross > whole:
        drawn.append(node("line", x1=scale(whole), x2=scale.clamped(gross) - 4, y1=mid, y2=mid, className="stack-gross"))
    for hue, amount in parts:
        left, right = scale(at), scale(at + amount)
        if right > left:
            drawn.append(node("rect", x=left, y=mid - 6, width=max(right - left - 0.6, 0.4), height=12, className=f"share {hue}"))
        at += amount
    if gross is not None and gross > 0:
        drawn.append(node("circle", cx=scale.clamped(gross), cy=mid, r=3.5, className="stack-dot"))
    return svg(scale.end + 6, height, drawn, label, "share-bar")


def squeezed(above: Sequence[tuple[str, float]], below: Sequence[tuple[str, float]], label: str, width: float = 400) -> Drawing:
    """What contacts log in full above, what it comes to once shared out below, each channel's band tied to its share."""
    most = max(sum(amount for _, amount in above), sum(amount for _, amount in below), 1e-9)
    scale, drawn = Scale(0, most, 0, width), list[Node | None]()
    top, bottom = _edges(above, scale), _edges(below, scale)
    for hue in (name for name, _ in above):
        if hue in bottom:
            (a, b), (c, d) = top[hue], bottom[hue]
            drawn.append(node("polygon", points=f"{a:.1f},18 {b:.1f},18 {d:.1f},42 {c:.1f},42", className=f"squeeze {hue}"))
    for edges, y in ((top, 2), (bottom, 42)):
        drawn += [node("rect", x=a, y=y, width=max(b - a - 0.6, 0.4), height=16, className=f"share {hue}") for hue, (a, b) in edges.items()]
    return svg(width, 60, drawn, label, "squeezed")


def _edges(parts: Sequence[tuple[str, float]], scale: Scale) -> dict[str, tuple[float, float]]:
    found, at = {}, 0.0
    for hue, amount in parts:
        found[hue] = (scale(at), scale(at + amount))
        at += amount
    return found


def axis(scale: Scale, marks: Sequence[tuple[float, str]]) -> Drawing:
    """The scale of the bars, said once above them."""
    drawn: list[Node | None] = [
        node("text", said, x=scale(value), y=12, textAnchor="start" if value == scale.low else "middle", className="tick")
        for value, said in marks
    ]
    return svg(scale.end + 6, 16, drawn, "", "axis")
