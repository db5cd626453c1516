"""Small cells: figures that rest on fewer than five agents, or five ratings, are not told to those who may not see single agents.

A figure of two agents says of each of them nearly what his colleague could work out (research/methods.md, 7.3), and so does a total less
what is told of its other parts. Totals can be asked over each dimension of a question, time included: along each of them, for every value
of the others, what is held back has to be enough people to hide in, or everything there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from metrics.fact import FACTS
from metrics.metric import Metric
from metrics.query import Query
from metrics.result import Figure, Row

LEAST = 5
BOXES = 16  # so many are looked at for the one that holds back least
Cell = tuple[object, ...]  # its value along each dimension
Line = tuple[int, Cell]  # the dimension it runs along, and the values of the others
Lines = dict[Line, list[int]]
HIDDEN = Figure(None, None)


def delicate(metric: Metric) -> bool:
    """Whether a metric counts what agents do with their time, or what customers said of them."""
    return any(fact in ("presence", "rating") or FACTS[fact].view for fact in metric.facts)


def hides(figure: Figure | None) -> bool:
    """Whether a figure that was asked for is held back: it has neither a value nor a number of what it rests on, not even 0."""
    return figure is not None and figure.value is None and figure.n is None


def withheld(rows: Sequence[Row], asked: Sequence[Metric], query: Query) -> tuple[Row, ...]:
    """The rows of a question with its small cells held back; all of them where the asker may see single agents."""
    if query.scope is None or query.scope.named:
        return tuple(rows)
    names = (*query.by, "at") if query.grain is not None else query.by
    cells = [tuple(row.keys[name] for name in names) for row in rows]
    hidden: dict[int, dict[str, Figure]] = {}
    for metric in asked:
        if delicate(metric):
            sizes = [row.figures[metric.id].n or 0 for row in rows]
            for at in held(cells, sizes, apart=set(metric.facts) == {"rating"}):
                hidden.setdefault(at, {})[metric.id] = HIDDEN
    return tuple(replace(row, figures={**row.figures, **hidden[at]}) if at in hidden else row for at, row in enumerate(rows))


def held(cells: Sequence[Cell], sizes: Sequence[int], *, apart: bool) -> set[int]:
    """The cells to hold back, by their places: the small ones, and as many others, the smallest first, as it takes.

    `cells` says of each which value it has along each dimension, `sizes` on how many people it rests. Where they are `apart`, nobody is in
    two cells, their sizes add up; otherwise the same few may be in all of them, and one that is large by itself has to be among those held
    back. Totals along several dimensions taken together tell what no single one does: each small cell is the corner of a box held back
    whole, so that what is told fits any other value of it, more at every second corner and less at the others. Where no such box is filled,
    everything is held back; a cell alone in its line is the total of that line, which is held back where it is asked for.
    """
    lines, found = _lines(cells), {at for at, size in enumerate(sizes) if 0 < size < LEAST}
    small = sorted(found)
    _close(lines, cells, sizes, found, apart=apart)
    filled = {cell: at for at, cell in enumerate(cells) if sizes[at]}
    for at in small:
        found |= _box(at, cells, lines, filled, sizes, found)
    _close(lines, cells, sizes, found, apart=apart)
    return found


def _close(lines: Lines, cells: Sequence[Cell], sizes: Sequence[int], found: set[int], *, apart: bool) -> None:
    """Hold back in each line enough people to hide in, or everything there is. One held back along one line may ask for another along
    another line, until nothing more does."""
    waiting = dict.fromkeys(line for at in sorted(found) for line in _through(cells[at]))
    while waiting:
        line = lines[next(iter(waiting))]
        del waiting[next(iter(waiting))]
        mine = [at for at in line if at in found]
        for at in sorted((at for at in line if sizes[at] and at not in found), key=lambda at: sizes[at]):
            reach = sum(sizes[each] for each in mine) if apart else max(sizes[each] for each in mine)
            if reach >= LEAST and len(mine) > 1:
                break
            mine.append(at)
            found.add(at)
            waiting |= dict.fromkeys(_through(cells[at]))


def _box(mine: int, cells: Sequence[Cell], lines: Lines, filled: Mapping[Cell, int], sizes: Sequence[int], found: set[int]) -> set[int]:
    """The corners of a filled box at a cell that holds back the fewest more, of the first few; nothing for a cell alone in one of its
    lines, everything where there is no such box."""
    partners = []
    for axis, line in enumerate(_through(cells[mine])):
        others = [at for at in lines[line] if sizes[at] and at != mine]
        if not others:
            return set()
        partners.append([cells[at][axis] for at in sorted(others, key=lambda at: (at not in found, sizes[at]))])
    best: tuple[tuple[int, int], set[int]] | None = None
    for box in islice(_boxes(cells[mine], partners, filled), BOXES):
        more = [sizes[at] for at in box if at not in found]
        best = min(best, ((len(more), sum(more)), box), key=lambda one: one[0]) if best else ((len(more), sum(more)), box)
        if not more:
            break
    return best[1] if best else set(filled.values())


def _boxes(cell: Cell, partners: Sequence[Sequence[object]], filled: Mapping[Cell, int]) -> Iterator[set[int]]:
    for other in product(*partners):
        corners = [filled.get(corner) for corner in product(*zip(cell, other, strict=True))]
        if None not in corners:
            yield {at for at in corners if at is not None}


def _through(cell: Cell) -> list[Line]:
    """The lines a cell is in: for each dimension, the cells that differ from it in that one only, which a question without it adds up."""
    return [(axis, (*cell[:axis], *cell[axis + 1 :])) for axis in range(len(cell))]


def _lines(cells: Sequence[Cell]) -> Lines:
    found: Lines = {}
    for at, cell in enumerate(cells):
        for line in _through(cell):
            found.setdefault(line, []).append(at)
    return found
