"""The sweep over the boundaries of many agent-days at once, as whole columns: what `agent_day` is written from.

It says the same as `sql/queries/agent.sweep.sql` and the views over it, which are for the few rows that a reading cuts: no more than a
quarter hour of each. That file defines boundaries, layers, shares and units. `sql/agent_gap.py` says what gaps, cells and states are;
here is what each measure makes of a state.

Shares are too large for 64 bits: they are carried as `high` × STEP + `low`. Among up to 16 contacts `high` alone is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sql.agent_gap import EXACT, STEP, Gaps, Ints, Mask, listed, numbered, parted

WHOLE = 26771144400  # the least common multiple of 1 to 25
AT_ONCE = 1000  # rows: their columns stay in the processor's cache
_HALF = 20  # bits of a load that are summed apart
FEW = 40  # levels, pairs or layers that are counted in place; of more, only what there is
_CHANNEL = ("gross", "open", "alone", "voiced", "unsplit")
_SHARES = ("equal", "even", "weighted")


def swept(bounds: pa.Table) -> pa.Table:
    """The rows of `agent_day` of these rows of boundaries (what `sql/agent_bound.py` gives).

    Columns are called as in the table, with `__` for a dot; of a share there are two, ending in `__high` and `__low`.
    """
    parts = [_Sweep(bounds.slice(first, AT_ONCE)).rows() for first in range(0, bounds.num_rows, AT_ONCE)]
    return pa.concat_tables(parts).combine_chunks()  # the engine takes ten times as long to read some ninety columns in pieces


class _Sweep:
    """One pass over some rows of boundaries."""

    def __init__(self, bounds: pa.Table) -> None:
        self.bounds = bounds
        self.gaps = gaps = Gaps(bounds)
        self.places, states = gaps.places, gaps.counts.shape[1]
        self.held = np.zeros((self.places, states), dtype=np.int64)  # contacts in hand by place of their channel, and state
        for place, count in gaps.number(1):
            self.held[place - 1] = count
        self.n, self.present = self.held.sum(axis=0), self.held > 0
        self.mixed = self.present.sum(axis=0) > 1
        gaps.rarely(self.mixed)
        self.unknown = (self.present & (gaps.of.weights == 0)).any(axis=0)
        self.there, self.ready = (sum((count for _, count in gaps.number(layer)), np.zeros(states, dtype=np.int64)) > 0 for layer in (2, 3))
        voice = gaps.of.voice
        self.spoken = np.where(voice > 0, self.held[voice - 1, np.arange(states)], 0) > 0

    def rows(self) -> pa.Table:
        """What was found, in the columns of `agent_day`."""
        bounds, gaps = self.bounds, self.gaps
        midnight = bounds["day"].cast(pa.int32()).to_numpy().astype(np.int64) * 86_400_000
        instants = {name: pa.array(midnight + ms).cast(pa.timestamp("ms", "UTC"))
                    for name, ms in (("from_at", gaps.first_ms), ("to_at", gaps.last_ms))}  # fmt: skip
        kept = {name: bounds[name] for name in ("day", "subject_hash", "agent", "part", "channels", "weights", "stated", "bound")}
        return pa.table(kept | instants | self._share() | self._state() | self._told() | self._odd() | self._contact())

    # The parts of a row -------------------------------------------------------------------------------------------------

    def _share(self) -> dict[str, pa.Array]:
        """By channel and quarter hour: what it had in full, at all, alone, and its shares of the time of several channels."""
        present, mixed, gaps = self.present, self.mixed, self.gaps
        ways = {  # what each channel counts for, and whether it is known
            "equal": (self.held, mixed),
            "even": (present.astype(np.int64), mixed),
            "weighted": (self.held * gaps.of.weights, mixed & ~self.unknown),
        }
        exact = {name: self._exact(*ways[name]) for name in ("equal", "even")}
        factors = {
            "gross": self.held, "open": present, "alone": present & ~mixed, "voiced": present & (mixed & self.spoken),
            "unsplit": present & (mixed & self.unknown),
        } | {f"{name}__high": factor for name, (factor, _) in exact.items()}  # fmt: skip
        sums = iter(gaps.sums([each.astype(np.int64) for factor in factors.values() for each in factor]))
        cells = {name: [next(sums) for _ in range(self.places)] for name in factors}
        rest = {name: left for name, (_, left) in exact.items()} | {"weighted": ways["weighted"][1]}
        for name, chosen in rest.items():
            parts = self._parts(ways[name][0], chosen)
            high, low = parts or ([], [])
            known = cells.get(f"{name}__high")
            cells[f"{name}__high"] = [one + other for one, other in zip(high, known, strict=True)] if parts and known else known or high
            cells[f"{name}__low"] = low
        return self._tables("share", cells, lambda row, place: {"channel": self._names(row, place)})

    def _tables(self, name: str, cells: dict[str, list[Ints]], told: Any) -> dict[str, pa.Array]:
        """Values by kind (channel, level…) and cell, in the order of rows, cells and kinds, and by kind and row, where the first of them is
        not 0 (an empty list is 0 throughout); `told` says what a kind is.
        """
        gaps = self.gaps
        found: dict[str, pa.Array] = {}
        totals = {part: [gaps.by_row(each) for each in values] for part, values in cells.items()}
        for table, by_kind, row in ((name, cells, gaps.row), (f"{name}_total", totals, np.arange(gaps.count))):
            first, *others = by_kind.values()
            values = _across(first)
            some = np.flatnonzero(values)
            at, kind = np.divmod(some, max(len(first), 1))
            out: dict[str, Any] = {"slot": gaps.slot[at]} if by_kind is cells else {}
            kept = [values[some], *(_across(each)[some] if each else np.zeros(len(some), dtype=np.int64) for each in others)]
            found |= self._columns(table, row[at], out | told(row[at], kind) | dict(zip(by_kind, kept, strict=True)))
        return found

    def _exact(self, weights: Ints, known: Mask) -> tuple[Ints, Mask]:
        """What of EXACT each channel gets in a state, and the states in which that is no whole number."""
        among = weights.sum(axis=0)
        exact = known & (among <= 16)
        return np.where(exact, EXACT * weights // np.maximum(among, 1), 0), known & ~exact

    def _parts(self, weights: Ints, chosen: Mask) -> tuple[list[Ints], list[Ints]] | None:
        """By place and cell, what each channel gets of the gaps in the chosen states: a difference of parts rounded down."""
        gaps = self.gaps
        if not chosen.any():
            return None
        # the same in small numbers: weights of one state have much in common
        weights = np.where(chosen, weights, 0)
        to = np.cumsum(weights // np.maximum(np.gcd.reduce(weights, axis=0), 1), axis=0)
        here = np.flatnonzero(chosen[gaps.state])
        cell, ms, state = gaps.cell[here], gaps.ms[here], gaps.state[here]
        parts = [parted(ms, each[state], to[-1][state]) for each in to]
        high, low = ([gaps.summed(cell, each) for each in np.diff(part, axis=0, prepend=0)] for part in zip(*parts, strict=True))
        return high, low

    def _state(self) -> dict[str, pa.Array]:
        """By quarter hour: what the agent was, whatever the channel."""
        gaps, busy, there, ready = self.gaps, self.n > 0, self.there, self.ready
        endless = [count > 0 for _, count in gaps.number(7)]
        focused = [(count > 0) & (gaps.of.voice != place) for place, count in gaps.number(4)]
        factors = {
            "staffed": busy | there, "wall": busy, "free": ~busy & there & ready, "away": ~busy & there & ~ready,
            "paused": busy & there & ~ready, "outside": busy & ~there, "several": self.mixed, "unsplit": self.mixed & self.unknown,
            "unweighed": self.unknown, "unended": np.logical_or.reduce([*endless, np.zeros_like(busy)]),
            "voiced": self.mixed & self.spoken, "linear": np.logical_or.reduce([*focused, self.spoken]),
        }  # fmt: skip
        load = np.where(self.unknown, 0, np.minimum((self.held * gaps.of.weights).sum(axis=0), WHOLE))
        sums = gaps.sums([*(each.astype(np.int64) for each in factors.values()), load >> _HALF, load & ((1 << _HALF) - 1)])
        cells = dict(zip(factors, sums, strict=False)) | {"load": (sums[-2] << _HALF) + sums[-1]}
        some = np.flatnonzero(cells["staffed"])
        slots = {"slot": gaps.slot[some]} | {name: values[some] for name, values in cells.items()}
        total = {name: gaps.by_row(values) for name, values in cells.items()}
        return self._columns("state", gaps.row[some], slots) | self._columns("state_total", np.arange(gaps.count), total)

    def _told(self) -> dict[str, pa.Array]:
        """By quarter hour and number of contacts in hand; two channels at once; layer beyond work and presence, and channel."""
        gaps, present = self.gaps, self.present
        levels, level = numbered(self.n)
        pairs = [(one, other) for one in range(self.places) for other in range(one + 1, self.places)]
        one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        layers = [(layer, place, count) for layer in (4, 5, 6, 7) for place, count in gaps.number(layer)]
        kinds, place = np.array([each[:2] for each in layers], dtype=np.int64).reshape(-1, 2).T

        def names(row: Ints, pair: Ints) -> dict[str, Any]:
            return {"one": self._names(row, one[pair]), "other": self._names(row, other[pair])}

        def layer(row: Ints, number: Ints) -> dict[str, Any]:
            return {"kind": kinds[number], "channel": self._names(row, place[number] - 1)}

        return (
            self._levels(levels[levels > 0], level - int((levels == 0).any()))
            | self._tables("pair", {"ms": gaps.sums([(present[a] & present[b]).astype(np.int64) for a, b in pairs])}, names)
            | self._tables("layer", {"ms": gaps.sums([count for *_, count in layers])}, layer)
        )

    def _levels(self, levels: Ints, level: Ints) -> dict[str, pa.Array]:
        """By number of contacts in hand and quarter hour; `level` is the number of a state's level."""
        gaps = self.gaps
        if len(levels) <= FEW:
            sums = gaps.sums([(level == number).astype(np.int64) for number in range(len(levels))])
            return self._tables("level", {"ms": sums}, lambda _, number: {"level": levels[number]})
        here = np.flatnonzero(level[gaps.state] >= 0)
        number = level[gaps.state[here]]
        found: dict[str, pa.Array] = {}
        for name, cell in (("level", gaps.cell[here]), ("level_total", gaps.row[gaps.cell[here]])):
            keys, place = np.unique(cell * len(levels) + number, return_inverse=True)
            at, kind = np.divmod(keys, len(levels))
            out: dict[str, Any] = {"slot": gaps.slot[at]} if name == "level" else {}
            out |= {"level": levels[kind], "ms": np.bincount(place, gaps.ms[here], len(keys)).astype(np.int64)}
            found |= self._columns(name, gaps.row[at] if name == "level" else at, out)
        return found

    def _odd(self) -> dict[str, pa.Array]:
        """The stretches busy while signed out (1) or in a pause (2); what follows on without a gap is one."""
        gaps, busy = self.gaps, self.n > 0
        odd = np.where(busy & ~self.there & (gaps.of.present > 0), 1, np.where(busy & self.there & ~self.ready, 2, 0))
        among = odd[gaps.state]
        here = np.flatnonzero(among)
        row, kind, begins = gaps.row[gaps.cell[here]], among[here], gaps.at[gaps.here[here]]
        ends = begins + gaps.ms[here]
        fresh = np.ones(len(here) + 1, dtype=np.bool_)
        fresh[1:-1] = (row[1:] != row[:-1]) | (kind[1:] != kind[:-1]) | (begins[1:] != ends[:-1])
        first, last = fresh[:-1], fresh[1:]
        return self._columns("odd", row[first], {"kind": kind[first], "from_ms": begins[first], "to_ms": ends[last]})

    def _contact(self) -> dict[str, pa.Array]:
        """Of each contact its ends less its beginnings: by the clock, and by the time of all contacts added up.

        A contact begins as often as it ends, so that both lists in order of contacts are of the same contacts.
        """
        gaps = self.gaps
        deep = np.zeros(len(gaps.at) + 1, dtype=np.int64)
        deep[gaps.here + 1] = self.n[gaps.state] * gaps.ms
        np.cumsum(deep, out=deep)
        spent: dict[str, Any] = {"gross": 0, "together": 0}
        for name, begins in (("begun", 1), ("ended", 0)):
            lengths, values = listed(self.bounds[name])
            row, hashes = np.repeat(np.arange(gaps.count), lengths), values.to_numpy()
            order, contact = _in_order(row, hashes)
            place = gaps.boundaries(1, begins)[order]
            sign = 1 - 2 * begins
            spent = {"gross": spent["gross"] + sign * gaps.at[place], "together": spent["together"] + sign * deep[place]}
        first = np.flatnonzero(np.append(True, (row[1:] != row[:-1]) | (contact[1:] != contact[:-1]))[: len(row)])
        summed = {name: np.add.reduceat(values, first) if len(first) else values for name, values in spent.items()}
        return self._columns("contact", row[first], {"contact": contact[first]} | summed)

    # Columns --------------------------------------------------------------------------------------------------------------

    def _names(self, row: Ints, place: Ints) -> pa.Array:
        return self.gaps.names.take(pa.array(self.gaps.first_name[row] + place))

    def _columns(self, name: str, row: Ints, columns: dict[str, Any]) -> dict[str, pa.Array]:
        """Values in the order of their rows, as one list a row."""
        lengths = np.bincount(row, minlength=self.gaps.count)
        offsets = pa.array(np.append(0, np.cumsum(lengths)).astype(np.int32))
        return {
            f"{name}__{part}": pa.ListArray.from_arrays(offsets, pa.array(values) if isinstance(values, np.ndarray) else values)
            for part, values in columns.items()
        }


def _across(by_kind: list[Ints]) -> Ints:
    """Values of all kinds of the first, then of the second…"""
    return np.stack(by_kind, axis=1).ravel() if by_kind else np.zeros(0, dtype=np.int64)


def _in_order(row: Ints, hashes: Any) -> tuple[Ints, Any]:
    """The order of rows (which are in order), and of hashes within a row; and the hashes so.

    As one number tells both apart where no two hashes of a row have the same beginning, which is looked at.
    """
    bits = int(row[-1]).bit_length() if len(row) else 0
    packed = (row.astype(np.uint64) << np.uint64(64 - bits)) | (hashes >> np.uint64(bits)) if bits else hashes
    order = np.argsort(packed)
    found = hashes[order]
    if bits and ((found[1:] != found[:-1]) & (np.diff(packed[order]) == 0)).any():
        order = np.lexsort((hashes, row))
        found = hashes[order]
    return order, found


def columns(names: Sequence[str]) -> str:
    """The columns of `agent_day` as SQL over what `swept` gives."""
    nested = {name: name.replace(".", "__") for name in names}
    shares = {f"{table}.{share}" for table in ("share", "share_total") for share in _SHARES}
    whole = f"(h, l) -> toInt128(h) * {STEP} + l"
    return ", ".join(
        f"arrayMap({whole}, `{inner}__high`, `{inner}__low`) AS `{name}`" if name in shares else f"`{inner}` AS `{name}`"
        for name, inner in nested.items()
    )
