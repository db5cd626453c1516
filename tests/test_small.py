"""Small cells: what is told, together with every total that can be asked, says nothing of fewer people than a figure may rest on."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.query import Query, Scope
from metrics.registry import metric
from metrics.result import Figure, Row
from metrics.small import HIDDEN, LEAST, held, withheld

TIME, RATING = "agent_time_wall", "csat"


def shown(metric_id: str, cells: dict[tuple[str, ...], int], *by: str) -> dict[tuple[str, ...], bool]:
    """Which cells of a question by some dimensions are told to somebody who may not see single agents."""
    rows = [Row(dict(zip(by, key, strict=True)), {metric_id: Figure(float(n), n)}) for key, n in cells.items()]
    told = withheld(rows, [metric(metric_id)], Query((metric_id,), by=by, scope=Scope()))
    return {key: row.figures[metric_id] != HIDDEN for key, row in zip(cells, told, strict=True)}


def test_attack_two_small_cells_told_from_the_total_beside_them() -> None:
    assert shown(TIME, {("a",): 1, ("b",): 2, ("c",): 6, ("d",): 9}, "team") == {("a",): False, ("b",): False, ("c",): False, ("d",): True}
    assert shown(RATING, {("a",): 1, ("b",): 2, ("c",): 6}, "team")["c",] is False
    assert shown(RATING, {("a",): 3, ("b",): 4, ("c",): 6}, "team")["c",], "seven ratings are enough to hide in"
    assert not shown(TIME, {("a",): 3, ("b",): 4, ("c",): 6}, "team")["c",], "the same four agents may be in both"


def test_attack_a_small_cell_told_from_each_total_of_its_row_and_of_its_column() -> None:
    cells = dict.fromkeys(product("abc", "xyz"), 9) | {("a", "x"): 1}
    told = shown(TIME, cells, "team", "channel")
    for at, values in ((0, "abc"), (1, "xyz")):
        for value in values:
            gone = [key for key in cells if key[at] == value and not told[key]]
            assert len(gone) in (0, 2), "what is hidden alone in a line is its total less the others"
    assert sum(told.values()) == 5


def test_nothing_is_held_back_from_whoever_may_see_single_agents_or_where_nobody_is() -> None:
    rows = [Row({"team": "a"}, {TIME: Figure(1.0, 1)})]
    assert withheld(rows, [metric(TIME)], Query((TIME,), by=("team",), scope=Scope.all())) == tuple(rows)
    assert shown(TIME, {("a",): 0, ("b",): 7}, "team") == {("a",): True, ("b",): True}
    assert shown(TIME, {("a",): 0, ("b",): 3}, "team") == {("a",): True, ("b",): False}


def test_attack_a_small_cell_told_by_rows_less_columns() -> None:
    four = {*product(("r0", "r1"), ("c0", "c1")), *product(("r2", "r3"), ("c2", "c3"))}
    cells = {cell: 4 if cell in four else 20 for cell in product(("r0", "r1", "r2", "r3"), ("c0", "c1", "c2", "c3"))} | {("r1", "c2"): 1}
    told = shown(RATING, cells, "team", "channel")
    assert not derived(list(cells), {at for at, cell in enumerate(cells) if not told[cell]})
    assert sum(told.values()) >= 4


def derived(cells: list[tuple[Any, ...]], hidden: set[int]) -> set[int]:
    """The hidden cells that follow from those that are told and from the totals along each dimension: linear algebra, nothing else."""
    order = sorted(hidden)
    lines: dict[Any, list[float]] = {}
    for column, at in enumerate(order):
        for axis in range(len(cells[at])):
            lines.setdefault((axis, *cells[at][:axis], *cells[at][axis + 1 :]), [0.0] * len(order))[column] = 1.0
    if not lines:
        return set()
    _, values, vectors = np.linalg.svd(np.array(list(lines.values())))
    free = vectors[int((values > 1e-9).sum()) :]  # what may be added to a solution
    return {at for column, at in enumerate(order) if not (np.abs(free[:, column]) > 1e-9).any()}


TABLES = st.sampled_from([(4,), (2, 2), (3, 4), (5, 5), (2, 3, 3)]).flatmap(
    lambda shape: st.tuples(st.just(shape), st.lists(st.sampled_from([0, 1, 3, 4, 7, 9, 20]), min_size=prod(shape), max_size=prod(shape)))
)


@pytest.mark.parametrize("apart", [True, False])
@given(table=TABLES)
def test_no_small_cell_follows_from_what_is_told_unless_totals_alone_tell_it(apart: bool, table: tuple[tuple[int, ...], list[int]]) -> None:
    shape, sizes = table
    cells = list(product(*(range(each) for each in shape)))
    everything = {at for at, size in enumerate(sizes) if size}
    small = {at for at, size in enumerate(sizes) if 0 < size < LEAST}
    found = held(cells, sizes, apart=apart)
    assert small <= found <= everything, "where nobody is, nothing is held back"
    assert small & derived(cells, found) <= derived(cells, everything)


@pytest.mark.parametrize("apart", [True, False])
@given(sizes=st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=5))
def test_every_line_hides_nobody_or_enough(apart: bool, sizes: list[list[int]]) -> None:
    wide, flat = len(sizes[0]), [size for row in sizes for size in row]
    lines = [[row * wide + column for column in range(wide)] for row in range(len(sizes))]
    lines += [[row * wide + column for row in range(len(sizes))] for column in range(wide)]
    found = held(list(product(range(len(sizes)), range(wide))), flat, apart=apart)
    for line in lines:
        gone, left = [flat[at] for at in line if at in found], [at for at in line if flat[at] and at not in found]
        if gone and left:
            assert len(gone) > 1
            assert (sum(gone) if apart else max(gone)) >= LEAST
