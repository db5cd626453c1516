"""Small cells: figures that rest on fewer than five agents, or five ratings, are not told to those who may not see single agents.

A figure of two agents says of each of them nearly what his colleague could work out (research/methods.md, 7.3). Where one group alone is
held back, the smallest of the others is held back with it: the total less the rest would tell it.
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
            for at in _places(rows, metric.id, query):
                hidden.setdefault(at, {})[metric.id] = HIDDEN
    return tuple(replace(row, figures={**row.figures, **hidden[at]}) if at in hidden else row for at, row in enumerate(rows))


def _places(rows: Sequence[Row], metric: str, query: Query) -> set[int]:
    """The rows whose cell is held back: the small ones, and in each bucket of time another one where only one is small."""
    buckets: dict[object, list[int]] = {}
    for at, row in enumerate(rows):
        buckets.setdefault(row.keys.get("at") if query.grain is not None else None, []).append(at)
    found: set[int] = set()
    for places in buckets.values():
        told = [at for at in places if rows[at].figures[metric].n]
        small = [at for at in told if (rows[at].figures[metric].n or 0) < LEAST]
        others = [at for at in told if at not in small]
        if len(small) == 1 and others:
            small.append(min(others, key=lambda at: rows[at].figures[metric].n or 0))
        found.update(small)
    return found
