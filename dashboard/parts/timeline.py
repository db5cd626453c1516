"""A day on a time line: contacts in lanes, the curve of how many ran at once above, presence below, one axis for all three.

Positions are fractions of the window shown (0 at its left, 1 at its right), so that the drawing stretches with its place. Hue says the
channel, texture the phase, grey the presence. Each contact is a link, in the order in which contacts began.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.parts.drawing import Drawing, Node, node

WIDE = 4000.0  # of the curve's own coordinates: a day to 20 seconds
LABELLED = 26  # so many contacts have a lane each, with its words beside it; more share lanes
ROW_PX, LANE_PX, CURVE_PX = 20, 15, 72


@dataclass(frozen=True, slots=True)
class Piece:
    """A phase of a contact (its class: ring, talk, hold, wrap)."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One contact: the class of its channel, where it leads, its words short and whole, and its phases."""

    hue: str
    href: str
    short: str
    whole: str
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        """Where it begins."""
        return min(piece.start for piece in self.pieces)

    @property
    def end(self) -> float:
        """Where it ends."""
        return max(piece.end for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the curve in which nothing changes: contacts by channel class."""

    start: float
    end: float
    held: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of presence: its class (busy, ready, away, odd), its words, and those written in it where there is room."""

    name: str
    start: float
    end: float
    whole: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A round time on the axis; `href` zooms in on what begins there."""

    at: float
    text: str
    href: str = ""
    whole: str = ""


def packed(bars: Sequence[Bar]) -> list[int]:
    """The lane of each bar: the first that is free when it begins, so that there are as few lanes as contacts at once."""
    free: list[float] = []
    found = []
    for bar in bars:
        lane = next((at for at, end in enumerate(free) if end <= bar.start + 1e-9), len(free))
        if lane == len(free):
            free.append(0.0)
        free[lane] = bar.end
        found.append(lane)
    return found


def whole(parts: Sequence[Component], marks: Sequence[Mark], **data: str) -> Component:
    """The time line: its parts one above the other on one grid of marks."""
    grid = html.Div([html.I(style={"left": _percent(mark.at)}) for mark in marks], className="tl-grid", **{"aria-hidden": "true"})
    return html.Div([html.Div([grid, *parts], className="tl-body"), _axis(marks)], className="tl", **data)


def lanes(bars: Sequence[Bar], label: str) -> Component:
    """The contacts as links; with words beside them while they are few."""
    apart = len(bars) <= LABELLED
    rows = list(range(len(bars))) if apart else packed(bars)
    step = ROW_PX if apart else LANE_PX
    items = [_bar(bar, row * step, words=apart, first=at == 0) for at, (bar, row) in enumerate(zip(bars, rows, strict=True))]
    height = (max(rows) + 1) * step if rows else step
    name = "tl-lanes apart" if apart else "tl-lanes"
    return html.Ul(items, className=name, style={"height": f"{height}px"}, **{"aria-label": label})


def _bar(bar: Bar, top: int, *, words: bool, first: bool) -> Component:
    """One contact. All are one stop of the Tab key, at the first; arrows go on from there (assets/agent.js)."""
    wide = max(bar.end - bar.start, 1e-9)
    pieces = [
        html.I(
            className=f"tx {piece.name}",
            style={"left": _percent((piece.start - bar.start) / wide), "width": _percent((piece.end - piece.start) / wide)},
        )
        for piece in bar.pieces
    ]
    place = {"left": _percent(bar.start), "width": _percent(wide), "top": f"{top}px"}
    link = html.A(
        [*pieces, html.Span(bar.whole, className="vh")],
        href=bar.href,
        title=bar.whole,
        className=f"tl-bar {bar.hue}",
        style=place,
        tabIndex=0 if first else -1,
    )
    if not words:
        return html.Li(link)
    left = bar.end > 0.68
    side = {"right": _percent(1 - bar.start), "top": f"{top}px"} if left else {"left": _percent(bar.end), "top": f"{top}px"}
    return html.Li([link, html.Span(bar.short, className="tl-word", style=side, **{"aria-hidden": "true"})])


def curve(steps: Sequence[Step], order: Sequence[str], label: str) -> Component:
    """How many contacts ran at once, the channels stacked in their order from the axis up."""
    peak = max((sum(count for _, count in step.held) for step in steps), default=0)
    high = max(peak, 1)
    areas: list[Node | None] = [
        node("path", d=_outline(steps, frozenset(order[: at + 1]), high), className=f"tl-area {order[at]}") for at in range(len(order))
    ]
    drawing = node(
        "svg",
        *reversed(areas),
        viewBox=f"0 0 {WIDE:g} {high}",
        preserveAspectRatio="none",
        className="drawing",
        role="img",
        focusable="false",
        **{"aria-label": label},
    )
    ticks = [
        html.Span(str(level), style={"bottom": _percent(level / high)})
        for level in range(high + 1)
        if high <= 6 or level in (0, high // 2, high)
    ]
    return html.Div(
        [html.Div(ticks, className="tl-levels", **{"aria-hidden": "true"}), Drawing(tree=drawing)],
        className="tl-curve",
        style={"height": f"{CURVE_PX}px"},
    )


def _outline(steps: Sequence[Step], upto: frozenset[str], high: int) -> str:
    """The area under the sum of some channels, as the path of an SVG."""
    path, at = [], -1.0
    for step in steps:
        count = sum(n for hue, n in step.held if hue in upto)
        if not count:
            continue
        a, b, y = step.start * WIDE, step.end * WIDE, high - count
        path.append(f"M{a:.1f} {high}V{y}H{b:.1f}V{high}Z" if a != at else f"M{a - 0.5:.1f} {high}V{y}H{b:.1f}V{high}Z")
        at = b
    return "".join(path) or "M0 0"


def presence(spans: Sequence[Span], label: str) -> Component:
    """What the agent was: busy, ready, or away, with what the source calls it where it fits."""
    items = [
        html.Li(
            [html.Span(span.short, **{"aria-hidden": "true"})] * (span.short != "" and span.end - span.start > 0.05)
            + [html.Span(span.whole, className="vh")],
            className=f"tl-span {span.name}",
            title=span.whole,
            style={"left": _percent(span.start), "width": _percent(span.end - span.start)},
        )
        for span in spans
    ]
    return html.Ul(items, className="tl-presence", **{"aria-label": label})


def _axis(marks: Sequence[Mark]) -> Component:
    items = []
    for mark in marks:
        name = "first" if mark.at < 0.02 else "last" if mark.at > 0.98 else None
        text = html.A(mark.text, href=mark.href, title=mark.whole, **{"aria-label": mark.whole}) if mark.href else html.Span(mark.text)
        items.append(html.Li(text, style={"left": _percent(mark.at)}, className=name))
    return html.Ul(items, className="tl-axis")


def _percent(share: float) -> str:
    return f"{100 * share:.3f}%"
