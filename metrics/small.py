"""Small cells: figures that rest on fewer than five agents, or five ratings, are not told to those who may not see single agents.

A figure of two agents says of each of them nearly what his colleague could work out (research/methods.md, 7.3), and so does a total less
what is told of its other parts. Totals can be asked over each dimension of a question, time included: along each of them, for every value
of the others, what is held back has to be enough people to hide in, or everything there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metrics.fact import FACTS
from metrics.metric import Metric
from metrics.query import Query
from metrics.result import Figure, Row

LEAST = 5
HIDDEN = Figure(None, None)


def delicate(metric: Metric) -> bool:
    """Whether a metric counts what agents do with their time, or what customers said of them."""
    return any(fact in ("presence", "rating") or FACTS[fact].view for fact in metric.facts)


def withheld(rows: Sequence[Row], asked: Sequence[Metric], query: Query) -> tuple[Row, ...]:
    """The rows of a question with its small cells held back; all of them where the asker may see single agents."""
    if query.scope is None or query.scope.named:
        return tuple(rows)
    hidden: dict[int, dict[str, Figure]] = {}
    for metric in asked:
        if delicate(metric):
            sizes = [row.figures[metric.id].n or 0 for row in rows]
            for at in held(_lines(rows, query), sizes, apart=set(metric.facts) == {"rating"}):
                hidden.setdefault(at, {})[metric.id] = HIDDEN
    return tuple(replace(row, figures={**row.figures, **hidden[at]}) if at in hidden else row for at, row in enumerate(rows))


def held(lines: Sequence[Sequence[int]], sizes: Sequence[int], *, apart: bool) -> set[int]:
    """The cells to hold back, by their places: the small ones, and along each line as many others, the smallest first, as it takes.

    `lines` are the cells that add up to a total somebody may ask for; `sizes` says on how many people each cell rests. Where they are
    `apart`, nobody is in two cells, their sizes add up; otherwise the same few may be in all of them, and one that is large by itself has
    to be among those held back. Holding one back along one line may ask for another along another line, until nothing more does.
    """
    found = {at for at, size in enumerate(sizes) if 0 < size < LEAST}
    of: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        for at in line:
            of.setdefault(at, []).append(number)
    waiting = dict.fromkeys(number for at in found for number in of.get(at, ()))
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
            waiting |= dict.fromkeys(of[at])
    return found


def _lines(rows: Sequence[Row], query: Query) -> list[list[int]]:
    """The rows that differ in one dimension only, for each dimension: what a question without it adds up."""
    names = (*query.by, "at") if query.grain is not None else query.by
    found: dict[tuple[str, tuple[object, ...]], list[int]] = {}
    for at, row in enumerate(rows):
        for name in names:
            found.setdefault((name, tuple(row.keys[each] for each in names if each != name)), []).append(at)
    return list(found.values())
