"""The gaps between the boundaries of many agent-days, as whole columns: how long each is, and what holds in it.

The boundaries of all rows lie behind each other in one array, with the borders of quarter hours between them: a gap is the time from one
to the next, a cell is the gaps of one row in one quarter hour. What begins in a row ends in it, so that running sums need no new start.

How many contacts of each channel, sessions and so on there are in a gap is one number, its state, with some bits for each. Few states
occur, however many gaps there are: what a measure makes of a state (how often its milliseconds count) is computed once a state. The sums
of several measures are then carried in one number as well, each with the bits that a quarter hour can fill: a float, exact up to 2^53,
since sums of floats by cell are twice as fast as those of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

SLOT = 900_000
UNIT = 5342931457063200  # the least common multiple of 1 to 40
EXACT = 720_720  # that of 1 to 16
STEP = UNIT // EXACT
_INSTANT, _LAYER, _ROW = 20, 15, 47  # where instant, layer and row begin in a number; a layer in a code
_PLACE = (1 << _LAYER) - 1
_WORD = 62  # bits of a whole number that are used
_FLOAT = 53  # bits of a float
_DIRECT = 1 << 22  # numbers below are told apart by a mark for each
_DIVISOR = 1 << 43  # what is divided by is below it


def listed(column: pa.ChunkedArray) -> tuple[Ints, Any]:
    """The lengths of the lists of a column and what they hold."""
    whole = column.combine_chunks()
    return pc.list_value_length(whole).to_numpy(zero_copy_only=False).astype(np.int64), pc.list_flatten(whole)


def repeated(counts: Ints) -> tuple[Ints, Ints]:
    """The number of each, as often as it counts; and how many of the same came before."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - (np.cumsum(counts) - counts)[which]


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values (none negative) in order, and the place of each value among them."""
    top = int(values.max(initial=0)) + 1
    if top > _DIRECT:
        return np.unique(values, return_inverse=True)
    marks = np.zeros(top, dtype=np.bool_)
    marks[values] = True
    known = np.flatnonzero(marks)
    place = np.zeros(top, dtype=np.int64)
    place[known] = np.arange(len(known))
    return known, place[values]


def parted(ms: Ints, to: Ints, among: Ints) -> tuple[Ints, Ints]:
    """⌊ms × UNIT × to ÷ among⌋ as high × STEP + low, for ms up to a quarter hour and to ≤ among.

    The quotient has up to 73 bits: it is divided out some twenty bits at a time.
    """
    if int(among.max(initial=0)) >= _DIVISOR:  # thousands at once, or a capacity of a thousandth
        each = ms.astype(object) * to * UNIT // among
        return (each // STEP).astype(np.int64), (each % STEP).astype(np.int64)
    whole, rest = np.divmod(ms * to, among)
    if int(among.max(initial=0)) < 1 << 10:
        left = rest * UNIT // among
    else:
        by, over = among.astype(np.uint64), rest.astype(np.uint64)
        left = np.zeros(len(ms), dtype=np.int64)
        over *= np.uint64(UNIT >> 40)
        for bits in (20, 0, None):
            digit, over = np.divmod(over, by)
            left = (left << 20) + digit.astype(np.int64)
            if bits is not None:
                over = (over << np.uint64(20)) + rest.astype(np.uint64) * np.uint64(UNIT >> bits & 0xFFFFF)
    return whole * EXACT + left // STEP, left % STEP


class Row(NamedTuple):
    """What holds in all of a row: the place of voice among its channels (0: none), whether its agent is known to have been signed in about
    then, and the weights.
    """

    voice: Ints
    present: Ints
    weights: Ints  # by place


class Some(NamedTuple):
    """Some of the gaps."""

    cell: Ints
    state: Ints
    ms: np.ndarray[Any, np.dtype[np.float64]]


class Gaps:
    """The gaps of some rows of boundaries.

    at, code, begins  of each boundary: its millisecond of the day, its layer and place (0: a border), whether something begins
    row, slot         of each of the `cells`: the number of the row, and its quarter hour
    first             the first cell of each row
    cell, ms, state   of each gap in which anything holds: its cell, its length, the number of its state
    here              the boundary that each of these gaps follows
    of                of each state, what holds in its row
    """

    def __init__(self, bounds: pa.Table) -> None:
        self.count = bounds.num_rows
        self._lay(bounds)
        self._name(bounds)
        self._settle()

    def _lay(self, bounds: pa.Table) -> None:
        """All boundaries and the borders of quarter hours between them, in order."""
        lengths, values = listed(bounds["bound"])
        bound, ends = values.to_numpy(), np.cumsum(lengths)
        self.first_ms, self.last_ms = bound[ends - lengths] >> _INSTANT, bound[ends - 1] >> _INSTANT
        first = self.first_ms // SLOT
        marks = self.last_ms // SLOT - first
        rows = np.arange(self.count) << _ROW
        mark_slot = np.arange(marks.sum()) + np.repeat(first + 1 - (np.cumsum(marks) - marks), marks)
        keys = np.concatenate([np.repeat(rows, lengths) | bound, np.repeat(rows, marks) | ((mark_slot * SLOT) << _INSTANT)])
        keys.sort(kind="stable")  # two runs, each in order
        self.sizes = lengths + marks
        starts = np.cumsum(self.sizes) - self.sizes
        self.raw = keys & ((1 << _INSTANT) - 1)
        self.at = keys >> _INSTANT
        self.long = np.zeros(len(keys), dtype=np.int64)
        np.subtract(self.at[1:], self.at[:-1], out=self.long[:-1])
        self.long[starts + self.sizes - 1] = 0
        opens = self.raw == 0
        opens[starts] = True
        opening = np.flatnonzero(opens)
        self.at &= (1 << (_ROW - _INSTANT)) - 1
        self.row, self.slot, self.cells = keys[opening] >> _ROW, self.at[opening] // SLOT, len(opening)
        self.first = np.cumsum(marks + 1) - (marks + 1)
        self.held = np.diff(opening, append=len(keys))  # how many boundaries a cell has

    def _name(self, bounds: pa.Table) -> None:
        """The channels of each row and what holds in all of it; rows alike have one number."""
        lengths, self.names = listed(bounds["channels"])
        self.first_name = np.cumsum(lengths) - lengths
        self.places = max(int(lengths.max(initial=0)), 1)
        rows = np.repeat(np.arange(self.count), lengths)
        place = np.arange(len(rows)) - self.first_name[rows]
        table = np.zeros((self.count, self.places + 2), dtype=np.int64)
        table[rows, place + 2] = listed(bounds["weights"])[1].to_numpy()
        spoken = pc.equal(self.names, "voice").to_numpy(zero_copy_only=False)
        table[rows[spoken], 0] = place[spoken] + 1
        table[:, 1] = bounds["signed"].to_numpy()
        alike, self.kind = np.unique(table, axis=0, return_inverse=True)
        self.alike = alike.T

    def _settle(self) -> None:
        """The states: first with as many bits for everything as a row has boundaries, then with as many as each thing needs."""
        marks = np.zeros(1 << _INSTANT, dtype=np.bool_)
        marks[self.raw] = True
        codes = np.unique(np.flatnonzero(marks) >> 1)
        self.codes = codes[codes > 0]
        count = len(self.codes)
        deep = int(self.sizes.max(initial=1)).bit_length()
        long = self.long > 0  # where several boundaries are at one instant, what there is between them may be less than nothing
        rough = np.full(count, deep)
        most = [int(np.bitwise_or.reduce(word[long])) for word in self._words(rough)]
        wide = np.array([(most[word] >> low & ((1 << deep) - 1)).bit_length() for word, low in _places(rough, _WORD)], dtype=np.int64)
        words = list(self._words(wide))
        self.here = np.flatnonzero(long & np.logical_or.reduce([word != 0 for word in words]))
        self.cell, self.ms = np.repeat(np.arange(self.cells), self.held)[self.here], self.long[self.here]
        if self.alike.shape[1] > 1:
            kinds, self.state = numbered(np.repeat(self.kind, self.sizes)[self.here])
        else:
            kinds, self.state = np.zeros(1, dtype=np.int64), np.zeros(len(self.here), dtype=np.int64)
        counts = np.zeros((count, len(kinds)), dtype=np.int64)
        for number, word in enumerate(words):
            inner, place = numbered(word[self.here])
            known, self.state = numbered(self.state * len(inner) + place) if len(kinds) > 1 else (np.arange(len(inner)), place)
            before, within = np.divmod(known, len(inner))
            counts, kinds = counts[:, before], kinds[before]
            for code, (at, low) in enumerate(_places(wide, _WORD)):
                if at == number:
                    counts[code] = inner[within] >> low & ((1 << wide[code]) - 1)
        self.counts = counts
        alike = self.alike[:, kinds]
        self.of = Row(alike[0], alike[1], alike[2:])
        self.all = Some(self.cell, self.state, self.ms.astype(np.float64))
        self.rarely(np.zeros(len(kinds), dtype=np.bool_))

    def _steps(self, each: Ints) -> Ints:
        """By how much each boundary changes the sum of what there is, `each` of a code counting so much."""
        change = np.zeros(1 << _INSTANT, dtype=np.int64)
        change[self.codes << 1 | 1] = each
        change[self.codes << 1] = -each
        changes: Ints = change[self.raw]
        return changes

    def _words(self, wide: Ints) -> Iterator[Ints]:
        """How much there is of everything after each boundary, so many bits each."""
        where = _places(wide, _WORD)
        for word in range(where[-1][0] + 1 if where else 0):
            yield np.cumsum(self._steps(np.array([1 << low if number == word else 0 for number, low in where], dtype=np.int64)))

    def number(self, layer: int) -> list[tuple[int, Ints]]:
        """The places there are of a layer and how many of each there are, by state."""
        return [(int(code & _PLACE), self.counts[place]) for place, code in enumerate(self.codes) if code >> _LAYER == layer]

    def boundaries(self, layer: int, begins: int) -> Ints:
        """The boundaries at which something of a layer begins (1) or ends (0)."""
        return np.flatnonzero((self.raw >> (_LAYER + 1) == layer) & (self.raw & 1 == begins))

    def sums(self, factors: Sequence[Ints]) -> list[Ints]:
        """By cell, the sums of milliseconds times what each of these says of their state (0 or more)."""
        found: list[Ints] = [np.zeros(0, dtype=np.int64)] * len(factors)
        wide = np.array([(int(each.max(initial=0)) * SLOT).bit_length() for each in factors], dtype=np.int64)
        common = np.array([each[~self.rare].any() for each in factors], dtype=np.bool_)
        for chosen, gaps in ((common, self.all), (~common, self.few)):
            mine = np.flatnonzero(chosen).tolist()
            where = _places(wide[mine], _FLOAT)
            for word in range(where[-1][0] + 1 if where else 0):
                inside = [(number, low) for number, (at, low) in zip(mine, where, strict=True) if at == word]
                packed = sum((factors[number] << low for number, low in inside), np.zeros(self.counts.shape[1], dtype=np.int64))
                total = np.bincount(gaps.cell, packed.astype(np.float64)[gaps.state] * gaps.ms, self.cells).astype(np.int64)
                for number, low in inside:
                    found[number] = total >> low & ((1 << int(wide[number])) - 1)
        return found

    def summed(self, cell: Ints, values: Ints) -> Ints:
        """The sums of values by cell, none of which reaches 2^53."""
        return np.bincount(cell, values, self.cells).astype(np.int64)

    def rarely(self, states: Mask) -> None:
        """Say in which states most measures of several channels count at all: sums of these leave out all other gaps."""
        self.rare = states
        here = np.flatnonzero(states[self.state])
        self.few = Some(self.cell[here], self.state[here], self.all.ms[here])

    def by_row(self, values: Any) -> Ints:
        """Sums by row of sums by cell."""
        found: Ints = np.add.reduceat(values, self.first, axis=-1)
        return found


def _places(wide: Ints, room: int) -> list[tuple[int, int]]:
    """The word (of so many bits) and the lowest bit of each of some numbers that are so many bits wide."""
    word, low, found = 0, 0, []
    for bits in wide.tolist():
        if low + bits > room:
            word, low = word + 1, 0
        found.append((word, low))
        low += bits
    return found
