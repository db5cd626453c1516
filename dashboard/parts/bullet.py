"""Bars from zero: a value against its promise, and the parts of a whole."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.parts.drawing import Drawing, Node, node, svg

LONGEST = 3.0
"""A promise bar ends at three times the promise; what lies beyond is cut, visibly."""


def bar(ratio: float | None, label: str, width: float = 72, height: float = 14) -> Drawing:
    """A value as a multiple of its own promise, the promise at one third of every bar, so that seconds and hours compare at a glance.

    Dark beyond the promise, light below it; cut with a slash beyond three times; None draws the promise alone.
    """
    one = width / LONGEST
    mid, drawn = height / 2, [node("rect", x=0, y=height / 2 - 4, width=width, height=8, className="bar-ground")]
    if ratio is not None and ratio > 0:
        drawn.append(
            node("rect", x=0, y=mid - 4, width=min(ratio, LONGEST) * one, height=8, className="bar-over" if ratio > 1 else "bar-fill")
        )
    if ratio is not None and ratio > LONGEST:
        drawn.append(
            node(
                "polygon",
                points=f"{width - 9},{mid + 6} {width - 6},{mid + 6} {width - 3},{mid - 6} {width - 6},{mid - 6}",
                className="bar-cut",
            )
        )
    drawn.append(node("line", x1=one, x2=one, y1=0, y2=height, className="bar-promise"))
    return svg(width, height, list(drawn), label, "bullet-bar")


def shares(parts: Sequence[tuple[str, float]], label: str, width: float = 320, height: float = 12) -> Drawing:
    """A whole and its parts side by side: (class of the part, amount); parts of zero take no place."""
    whole = sum(amount for _, amount in parts)
    drawn: list[Node | None] = []
    at = 0.0
    for name, amount in parts:
        size = amount / whole * width if whole else 0.0
        if size > 0:
            drawn.append(node("rect", x=at, y=0, width=max(size - 1, 0.5), height=height, className=f"share {name}"))
        at += size
    return svg(width, height, drawn, label, "shares")


def meter(share: float) -> Component:
    """A thin bar that fills its container to a share, for a table cell whose number stands beside it as text."""
    return html.Span(html.I(style={"width": f"{min(max(share, 0), 1) * 100:.1f}%"}), className="meter", **{"aria-hidden": "true"})
