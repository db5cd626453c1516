"""Maturity drawn: cells of the matrix, squares of criteria, say and do, the company's line, the radar, the course over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from dash import html
from dash.development.base_component import Component

from dashboard.parts.drawing import Drawing, Node, node, points, svg, text
from dashboard.parts.scale import Scale

FULL, HALF, EMPTY, UNKNOWN, ASIDE = "full", "half", "empty", "unknown", "aside"
WIDE = 752  # of the three cells together


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: its words, its squares, how much of it is filled (0 to 1), and what is said under it."""

    level: int
    name: str
    text: str
    squares: Sequence[str]
    share: float
    state: str  # "on": reached, "now": the next one, "off": further away
    said: str
    extra: str
    href: str
    label: str
    beside: float | None = None  # where what it is compared with stands in this cell, 0 to 1


def cell(one: Cell) -> Component:
    """A cell as a link to its criteria."""
    under = [squares(one.squares), html.B(one.said) if one.state == "now" else html.Span(one.said)]
    if one.extra:
        under.append(html.Span(one.extra, className="r"))
    style = {"--c": f"var(--m{one.level})", "--p": f"{one.share * 100:.1f}%", "--mix": "26%" if one.state == "on" else "13%"}
    parts = [html.Span(one.name, className="lvl"), html.Span(one.text, className="what"), html.Span(under, className="s")]
    if one.beside is not None:
        parts.append(html.I(className="beside-mark", style={"left": f"clamp(2px, {one.beside * 100:.1f}%, 100% - 2px)"}))
    return html.A(
        parts,
        href=one.href,
        className=f"ladder {one.state}",
        style=style,
        **{"aria-label": one.label},
    )


def squares(marks: Sequence[str]) -> Component:
    """One square for each required criterion: full, half, empty, dashed when unknown, crossed when set aside. Said by the cell's label."""
    return html.Span([html.I(className=mark) for mark in marks], className="squares", **{"aria-hidden": "true"})


def square(mark: str, label: str) -> Component:
    """A single square with its meaning for those who do not see it."""
    return html.Span(
        [html.I(className=mark, **{"aria-hidden": "true"}), html.Span(label, className="vh")], className="squares one", title=label
    )


def gap(say: int, do: int, label: str) -> Drawing:
    """What is said (ring) and what is done (dot) on one line of three levels; at 0 the mark stands before the line."""
    x = [2.0, 18.0, 54.0, 90.0]
    drawn: list[Node | None] = [node("line", x1=x[1], x2=x[3], y1=9, y2=9, className="gap-line")]
    drawn += [node("line", x1=at, x2=at, y1=5, y2=13, className="gap-line") for at in x[1:]]
    if say != do:
        drawn.append(node("line", x1=x[say] + 2, x2=x[do] + 2, y1=9, y2=9, className="gap-between"))
    drawn.append(node("circle", cx=x[do] + (6 if do == 0 else 0), cy=9, r=5, className="gap-do"))
    drawn.append(node("circle", cx=x[say] + (6 if say == 0 else 0), cy=9, r=7.5 if say == do else 6, className="gap-say"))
    return svg(104, 18, drawn, label, "gap")


@dataclass(frozen=True, slots=True)
class Spot:
    """A dimension on the company's line."""

    name: str
    score: float
    level: int


def line(spots: Sequence[Spot], mean: float, mean_word: str, label: str) -> Drawing:
    """Every dimension as a dot on the scale of the three cells, its name above or below it: where there is no room beside the dot, further
    away at the end of a thin line. The mean is an arrow below, with its word."""
    at = Scale(0, 3, 8, WIDE - 8)
    borders = (0, WIDE / 3, 2 * WIDE / 3, WIDE - 1)
    drawn: list[Node | None] = [node("line", x1=x, x2=x, y1=6, y2=AXIS + 48, className="gap-line") for x in borders]
    drawn.append(node("line", x1=0, x2=WIDE, y1=AXIS, y2=AXIS, className="gap-line"))
    ordered = sorted(spots, key=lambda spot: spot.score)
    if ordered:
        drawn.append(node("line", x1=at(ordered[0].score), x2=at(ordered[-1].score), y1=AXIS, y2=AXIS, className="gap-between"))
    x, wide = at(mean), _wide(mean_word) + 10
    turned = x + wide > WIDE
    taken = _Name(x, "", 1, x - wide if turned else x - 6, x + 6 if turned else x + wide)
    placed = _names([(at(spot.score), spot.name) for spot in ordered], taken)
    for name in placed:
        nearer = (other for other in (taken, *placed) if other.row * name.row > 0 and abs(other.row) < abs(name.row))
        if abs(name.row) > 1 and all(other.at != name.at for other in nearer):
            drawn.append(node("line", x1=name.at, x2=name.at, y1=AXIS, y2=name.y - (4 if name.row > 0 else -3), className="spot-lead"))
    drawn += [node("circle", cx=at(spot.score), cy=AXIS, r=7, className=f"spot m{spot.level}") for spot in ordered]
    drawn += [text(name.text, (name.low + name.high) / 2, name.y, "middle", "spot-name") for name in placed]
    drawn.append(node("path", d=f"M{x:.1f} {AXIS + 9}l-5 9h10z", className="spot-mean"))
    drawn.append(text(mean_word, x + (-10 if turned else 10), AXIS + 21, "end" if turned else "start", "spot-name b"))
    return svg(WIDE, AXIS + 52, drawn, label, "company-line")


AXIS = 54  # the height of the company's line in its drawing: three rows of names have room above it, and three below
ROWS = (-1, 1, -2, 2, -3, 3)  # above and below, the nearest first


@dataclass(frozen=True, slots=True)
class _Name:
    """A name at the dot at `at`: in which row above (negative) or below the line, and from where to where."""

    at: float
    text: str
    row: int
    low: float
    high: float

    @property
    def y(self) -> float:
        return AXIS + (21 + 14 * (self.row - 1) if self.row > 0 else -12 + 14 * (self.row + 1))

    def clashes(self, other: "_Name") -> bool:
        """Whether one of them would lie on the other, or on the line that leads to it."""
        if self.row * other.row < 0:
            return False
        near, far = sorted((self, other), key=lambda name: abs(name.row))
        if abs(near.row) == abs(far.row):
            return near.low - 8 < far.high and far.low - 8 < near.high
        return near.at != far.at and near.low - 4 < far.at < near.high + 4


def _wide(words: str) -> float:
    return 6.3 * len(words)


def _names(spots: Sequence[tuple[float, str]], mean: _Name) -> list[_Name]:
    """Where the names stand: of all ways looked at, the one that leaves out fewest, then the one with the most names beside their dots.

    From left to right, with the few best beginnings kept at each step. Names of one dot may stand on each other.
    """
    ways: list[tuple[float, tuple[_Name, ...]]] = [(0.0, ())]
    for x, name in spots:
        wide, further = _wide(name), [(cost + 100, way) for cost, way in ways]
        for row in ROWS:
            for shifted, low in ((0.0, x - wide / 2), (0.4, x - 7), (0.4, x + 7 - wide)):
                start = min(max(low, 0.0), WIDE - wide)
                new = _Name(x, name, row, start, start + wide)
                crossed = any(new.low - 2 < edge < new.high + 2 for edge in (WIDE / 3, 2 * WIDE / 3))
                astray = sum(new.low < other < new.high for other, _ in spots if other != x) if abs(row) == 1 else 0  # by another's dot
                worse = shifted + 2.0 * (abs(row) - 1) + 0.1 * (row > 0) + 0.2 * crossed + 1.7 * astray
                further += [(cost + worse, (*way, new)) for cost, way in ways if not any(map(new.clashes, (mean, *way)))]
        ways = sorted(further, key=lambda way: way[0])[:100]
    return list(ways[0][1])


def radar(names: Sequence[str], shapes: Sequence[tuple[str, Sequence[float]]], label: str) -> Drawing:
    """Scores on as many axes as there are dimensions, from 0 in the middle to 3; the first shape is now, the second what it is beside."""
    wide, tall, middle, reach = 436, 348, 218, 118  # names beside the axes have their room

    def place(number: int, value: float) -> tuple[float, float]:
        angle, far = 2 * pi * number / len(names), reach * value / 3
        return middle + far * sin(angle), tall / 2 - far * cos(angle)

    drawn: list[Node | None] = [
        node("polygon", points=points([place(number, ring) for number in range(len(names))]), className=f"radar-ring r{ring}")
        for ring in (1, 2, 3)
    ]
    for number, name in enumerate(names):
        x, y = place(number, 3.35)
        anchor = "middle" if abs(x - middle) < 12 else "start" if x > middle else "end"
        above = 13 * (len(_two(name)) - 1) if y < tall / 4 else 0  # a name above its axis ends there
        drawn.append(node("line", x1=middle, y1=tall / 2, x2=place(number, 3)[0], y2=place(number, 3)[1], className="gap-line"))
        drawn += [text(part, x, y + 4 + 13 * row - above, anchor, "spot-name") for row, part in enumerate(_two(name))]
    for order, (_, values) in reversed(list(enumerate(shapes))):
        drawn.append(
            node("polygon", points=points([place(number, value) for number, value in enumerate(values)]), className=f"radar-{order}")
        )
    return svg(wide, tall, drawn, label, "radar")


def _two(name: str) -> list[str]:
    """A name on two lines where it is long."""
    words = name.split(" ")
    if len(name) <= 14 or len(words) < 2:
        return [name]
    cut = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(name) / 2))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


@dataclass(frozen=True, slots=True)
class Course:
    """The scores over time: positions 0 to 1 along the axis, the mean, the weakest level, and the stages aimed at. `reached` is the mean
    of the levels reached today: what the stages, means of levels too, may be compared with.
    """

    at: Sequence[float]
    mean: Sequence[float]
    weakest: Sequence[int]
    stages: Sequence[tuple[float, float, str]]  # position, mean aimed at, name
    marks: Sequence[tuple[float, str]]
    today: float
    reached: float


def course(one: Course, levels: Sequence[str], today_word: str, label: str) -> Drawing:
    """The mean as a line, the weakest dimension as steps, the trajectory dashed to its stages."""
    width, top, bottom = 760, 22, 178
    x, y = Scale(0, 1, 96, width - 24), Scale(0, 3, bottom, top)
    drawn: list[Node | None] = []
    for level, name in enumerate(levels):
        drawn.append(node("line", x1=96, x2=width, y1=y(level), y2=y(level), className=f"course-level m{level}"))
        drawn.append(text(name, 0, y(level) + 4, "start", "tick"))
    drawn.append(node("line", x1=x(one.today), x2=x(one.today), y1=15, y2=bottom, className="course-today"))
    drawn.append(text(today_word, x(one.today), 11, "middle" if one.today < 0.93 else "end", "tick"))
    steps: list[tuple[float, float]] = []
    for share, level in zip(one.at, one.weakest, strict=True):
        if steps:
            steps.append((x(share), steps[-1][1]))
        steps.append((x(share), y(level)))
    drawn.append(node("polyline", points=points(steps), className="course-weakest"))
    line_ = [(x(share), y(value)) for share, value in zip(one.at, one.mean, strict=True)]
    drawn.append(node("polyline", points=points(line_), className="course-mean"))
    if one.stages and line_:
        drawn.append(
            node(
                "polyline",
                points=points([(x(one.today), y(one.reached)), *((x(share), y(value)) for share, value, _ in one.stages)]),
                className="course-way",
            )
        )
    for share, value, name in one.stages:
        drawn.append(node("circle", cx=x(share), cy=y(value), r=4.5, className="course-stage"))
        crossed = any(abs(y(value) + 14 - y(level)) < 9 for level in range(len(levels)))  # by the line of a level, under the dot
        drawn.append(text(name, x(share), y(value) + (-10 if crossed else 18), "middle" if share < 0.93 else "end", "tick"))
    if line_:
        drawn.append(node("circle", cx=line_[-1][0], cy=line_[-1][1], r=5, className="course-now"))
    drawn += [text(name, x(share), bottom + 18, "middle", "tick") for share, name in one.marks]
    return svg(width, bottom + 26, drawn, label, "long-course")
