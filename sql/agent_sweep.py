"""The sweep over the boundaries of many agent-days at once, as whole columns: what `agent_day` is written from.

It says the same as `sql/queries/agent.sweep.sql`, which views use for the few rows that a reading cuts; that file defines boundaries,
layers, shares and units. Here the boundaries of all rows lie behind each other in one array: a gap is the time from one boundary to the
next, a group is the gaps of one row in one quarter hour. What begins in a row ends in it, so that running sums need no new start.

Shares are too large for 64 bits: they are carried as `high` × 2^27 + `low`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

SLOT = 900_000
UNIT = 5342931457063200  # the least common multiple of 1 to 40
WHOLE = 26771144400  # the least common multiple of 1 to 25
LOW_BITS = 27
AT_ONCE = 500  # rows: their columns stay in the processor's cache
_DENSE = 4_000_000  # cells that are counted in place; of more, only those that are not empty
_LOW = (1 << LOW_BITS) - 1
_INSTANT, _CODE, _ROW = 20, 15, 47  # where instant, layer and row begin in a number
_CHANNEL = ("gross", "open", "alone", "voiced", "unsplit")
_SHARES = ("equal", "even", "weighted")
_STATE = (
    "staffed", "wall", "free", "away", "paused", "outside", "several", "unsplit", "unweighed", "unended", "voiced", "linear", "load",
)  # fmt: skip


def swept(bounds: pa.Table) -> pa.Table:
    """The rows of `agent_day` of these rows of boundaries (day, subject_hash, agent, part, lo, hi, channels, weights, bound, begun, ended).

    Columns are called as in the table, with `__` for a dot; of a share there are two, ending in `__high` and `__low`.
    """
    parts = [_Sweep(bounds.slice(first, AT_ONCE)).rows() for first in range(0, bounds.num_rows, AT_ONCE)]
    return pa.concat_tables(parts)


def _listed(column: pa.ChunkedArray) -> tuple[Ints, Any]:
    """The lengths of the lists of a column and what they hold."""
    whole = column.combine_chunks()
    return pc.list_value_length(whole).to_numpy(zero_copy_only=False).astype(np.int64), pc.list_flatten(whole)


def _summed(keys: Ints, values: Any, size: int) -> Ints:
    """The sum of the values of each key below `size`. No sum reaches 2^53, up to which floats are exact."""
    return np.bincount(keys, values, size).astype(np.int64)


def _units(amount: Ints, among: Ints) -> tuple[Ints, Ints]:
    """⌊amount × UNIT ÷ among⌋, the amount being at most a quarter hour's milliseconds × `among`, which is below 2^15."""
    large = among >= len(_EACH)
    each = _EACH[np.where(large, 0, among)]
    if large.any():
        each = np.where(large, UNIT // among, each)
    low = amount * (each & _LOW)
    if large.any():
        low += np.where(large, amount * (UNIT % among) // among, 0)
    return amount * (each >> LOW_BITS) + (low >> LOW_BITS), low & _LOW


_EACH = np.array([UNIT, *(UNIT // number for number in range(1, 41))], dtype=np.int64)  # UNIT is a multiple of these numbers


def _parted(ms: Ints, counts: Ints, among: Ints) -> tuple[Ints, Ints]:
    """What each channel gets of the milliseconds of each gap: its count in all `among`."""
    parts = [_units(ms * to, among) for to in np.cumsum(counts, axis=0)]
    return np.diff([high for high, _ in parts], axis=0, prepend=0), np.diff([low for _, low in parts], axis=0, prepend=0)


def _weighed(ms: Ints, weights: Ints, known: Mask) -> tuple[Ints, Ints]:
    """The same by weights, which need more than 64 bits; nothing where one of them is not known."""
    high, low = np.zeros(weights.shape, dtype=np.int64), np.zeros(weights.shape, dtype=np.int64)
    if known.any():
        to = np.cumsum(weights[:, known], axis=0).astype(object)
        each = np.diff(to * (ms[known].astype(object) * UNIT) // to[-1], axis=0, prepend=0)
        high[:, known], low[:, known] = (each >> LOW_BITS).astype(np.int64), (each & _LOW).astype(np.int64)
    return high, low


@dataclass(slots=True)
class _Several:
    """The gaps in which several contacts are in hand, or (`mixed`) contacts of several channels."""

    ms: Ints
    cell: Ints  # row and quarter hour
    counts: Ints  # by place of the channel in its row, and gap
    weights: Ints  # of one contact, likewise; 0 where not known
    voice: Ints  # how many of them are voice

    def only(self, chosen: Mask) -> _Several:
        """Some of them."""
        if chosen.all():
            return self
        return _Several(self.ms[chosen], self.cell[chosen], self.counts[:, chosen], self.weights[:, chosen], self.voice[chosen])

    @property
    def present(self) -> Mask:
        """Which channels there are."""
        return self.counts > 0

    @property
    def unknown(self) -> Mask:
        """Whether a contact is of a channel without a known capacity."""
        found: Mask = (self.present & (self.weights == 0)).any(axis=0)
        return found


class _Sweep:
    """One pass over some rows of boundaries."""

    def __init__(self, bounds: pa.Table) -> None:
        self.bounds, self.count = bounds, bounds.num_rows
        self._lay(bounds)
        self._name(bounds)
        kind, step = self.kind, self.step
        self.n = np.cumsum(np.where(kind == 1, step, 0))
        self.signed = np.cumsum(np.where(kind == 2, step, 0))
        self.ready = np.cumsum(np.where(kind == 3, step, 0))

    def _lay(self, bounds: pa.Table) -> None:
        """All boundaries and the borders of quarter hours between them, in order."""
        lengths, values = _listed(bounds["bound"])
        bound, ends = values.to_numpy(), np.cumsum(lengths)
        self.first_ms, self.last_ms = bound[ends - lengths] >> _INSTANT, bound[ends - 1] >> _INSTANT
        slots = (bound >> _INSTANT) // SLOT
        first = slots[ends - lengths]
        marks = slots[ends - 1] - first
        rows = np.arange(self.count)
        mark_slot = np.arange(marks.sum()) + np.repeat(first + 1 - (np.cumsum(marks) - marks), marks)
        keys = np.concatenate(
            [(np.repeat(rows, lengths) << _ROW) | bound, (np.repeat(rows, marks) << _ROW) | ((mark_slot * SLOT) << _INSTANT)]
        )
        keys.sort(kind="stable")
        self.row, every = keys >> _ROW, keys & ((1 << _ROW) - 1)
        self.at = every >> _INSTANT
        self.code = (every & ((1 << _INSTANT) - 1)) >> 1
        self.kind = self.code >> _CODE
        self.step = np.where(self.code == 0, 0, (every & 1) * 2 - 1)
        final = np.append(self.row[1:] != self.row[:-1], True)
        self.ms = np.where(final, 0, np.append(self.at[1:], 0) - self.at)
        slot = self.at // SLOT
        self.early = int(slot.min()) if len(slot) else 0  # cells are made for the quarter hours there are, not for a day
        self.slots = int(slot.max(initial=self.early)) - self.early + 1
        self.cell = self.row * self.slots + slot - self.early

    def _name(self, bounds: pa.Table) -> None:
        """The channels of each row, their weights by place, and the place of voice (0: none)."""
        lengths, self.names = _listed(bounds["channels"])
        self.first_name = np.cumsum(lengths) - lengths
        self.places = max(int(lengths.max(initial=0)), 1)
        rows = np.repeat(np.arange(self.count), lengths)
        place = np.arange(len(rows)) - self.first_name[rows]
        self.weight = np.zeros((self.count, self.places), dtype=np.int64)
        self.weight[rows, place] = _listed(bounds["weights"])[1].to_numpy()
        self.voice = np.zeros(self.count, dtype=np.int64)
        spoken = pc.equal(self.names, "voice").to_numpy(zero_copy_only=False)
        self.voice[rows[spoken]] = place[spoken] + 1

    def rows(self) -> pa.Table:
        """What was found, in the columns of `agent_day`."""
        bounds, midnight = self.bounds, self.bounds["day"].cast(pa.int32()).to_numpy().astype(np.int64) * 86_400_000
        instants = {name: pa.array(midnight + ms).cast(pa.timestamp("ms", "UTC"))
                    for name, ms in (("from_at", self.first_ms), ("to_at", self.last_ms))}  # fmt: skip
        several = self._several()
        mixed = several.only(several.present.sum(axis=0) > 1)
        kept = {name: bounds[name] for name in ("day", "subject_hash", "agent", "part", "channels", "weights", "bound")}
        single = self._single()
        return pa.table(
            kept | instants | self._share(single, several, mixed) | self._state(single, several, mixed) | self._level()
            | self._pair(mixed) | self._layer() | self._odd() | self._contact()
        )  # fmt: skip

    # The parts of a row -------------------------------------------------------------------------------------------------

    def _by_cell(self, cell: Ints, values: Any) -> Ints:
        """The sums of values by row and quarter hour."""
        return _summed(cell, values, self.count * self.slots).reshape(self.count, self.slots)

    def _spread(self, gaps: _Several, values: Any) -> Ints:
        """The sums of values by place and gap, by row, place and quarter hour."""
        return np.stack([self._by_cell(gaps.cell, each) for each in values], axis=1)

    def _single(self) -> tuple[Ints, Ints]:
        """The gaps with one contact in hand, and the place of its channel: the sum of the places of all in hand."""
        here = np.flatnonzero((self.n == 1) & (self.ms > 0))
        place = np.cumsum(np.where(self.kind == 1, (self.code & ((1 << _CODE) - 1)) * self.step, 0))[here] - 1
        return here, place

    def _several(self) -> _Several:
        here = np.flatnonzero((self.n > 1) & (self.ms > 0))
        voice_at = self.voice[self.row[here]]
        counts = np.empty((self.places, len(here)), dtype=np.int64)
        voice = np.zeros(len(here), dtype=np.int64)
        for place in range(self.places):
            counts[place] = np.cumsum(np.where(self.code == (1 << _CODE) + place + 1, self.step, 0))[here]
            voice += np.where(voice_at == place + 1, counts[place], 0)
        return _Several(self.ms[here], self.cell[here], counts, self.weight[self.row[here]].T, voice)

    def _share(self, single: tuple[Ints, Ints], several: _Several, mixed: _Several) -> dict[str, pa.Array]:
        """By channel and quarter hour: what it had in full, at all, alone, and its shares of the time of several channels."""
        here, place = single
        cell = (self.row[here] * self.places + place) * self.slots + self.at[here] // SLOT - self.early
        own = _summed(cell, self.ms[here], self.count * self.places * self.slots).reshape(self.count, self.places, self.slots)
        ms, present = mixed.ms, mixed.present
        own_and_open = own + self._spread(several, several.present * several.ms)
        dense = {
            "gross": own + self._spread(several, several.counts * several.ms),
            "open": own_and_open,
            "alone": own_and_open - self._spread(mixed, present * ms),
            "voiced": self._spread(mixed, present * (ms * (mixed.voice > 0))),
            "unsplit": self._spread(mixed, present * (ms * mixed.unknown)),
        }
        parted = {
            "equal": _parted(ms, mixed.counts, mixed.counts.sum(axis=0)),
            "even": _parted(ms, present.astype(np.int64), present.sum(axis=0)),
            "weighted": _weighed(ms, mixed.counts * mixed.weights, ~mixed.unknown),
        }
        for name, (high, low) in parted.items():
            dense |= {f"{name}__high": self._spread(mixed, high), f"{name}__low": self._spread(mixed, low)}
        row, place, slot = np.nonzero(dense["gross"])
        out = {"slot": slot + self.early, "channel": self._names(row, place)}
        out |= {name: values[row, place, slot] for name, values in dense.items()}
        total_row, place = np.nonzero(dense["gross"].sum(axis=2))
        total = {name: values.sum(axis=2)[total_row, place] for name, values in dense.items()}
        total["channel"] = self._names(total_row, place)
        return self._columns("share", row, out) | self._columns("share_total", total_row, total)

    def _state(self, single: tuple[Ints, Ints], several: _Several, mixed: _Several) -> dict[str, pa.Array]:
        """By quarter hour: what the agent was, whatever the channel."""
        ms, busy, there, ready = self.ms, self.n > 0, self.signed > 0, self.ready > 0
        voice = self.voice[self.row]
        engaged = (self.code == (1 << _CODE) + voice) | ((self.kind == 4) & (self.code != (4 << _CODE) + voice))
        endless = np.cumsum(np.where(self.kind == 7, self.step, 0))
        when = {
            "staffed": busy | there, "wall": busy, "free": ~busy & there & ready, "away": ~busy & there & ~ready,
            "paused": busy & there & ~ready, "outside": busy & ~there, "unended": endless > 0,
            "linear": np.cumsum(np.where(engaged, self.step, 0)) > 0,
        }  # fmt: skip
        dense = {name: self._by_cell(self.cell, ms * chosen) for name, chosen in when.items()}
        here, place = single
        alone, weight = self.ms[here], self.weight[self.row[here], place]
        load = np.minimum((several.counts * several.weights).sum(axis=0), WHOLE)
        dense["several"] = self._by_cell(mixed.cell, mixed.ms)
        dense["unsplit"] = self._by_cell(mixed.cell, mixed.ms * mixed.unknown)
        dense["voiced"] = self._by_cell(mixed.cell, mixed.ms * (mixed.voice > 0))
        dense["unweighed"] = self._by_cell(self.cell[here], alone * (weight == 0))
        dense["unweighed"] += self._by_cell(several.cell, several.ms * several.unknown)
        loads = np.concatenate([np.minimum(weight, WHOLE) * alone, load * several.ms])
        cells = np.concatenate([self.cell[here], several.cell])
        # beyond what floats hold, so in two parts
        dense["load"] = (self._by_cell(cells, loads >> LOW_BITS) << LOW_BITS) + self._by_cell(cells, loads & _LOW)
        row, slot = np.nonzero(dense["staffed"])
        slots = {"slot": slot + self.early} | {name: dense[name][row, slot] for name in _STATE}
        total = {name: dense[name].sum(axis=1) for name in _STATE}
        return self._columns("state", row, slots) | self._columns("state_total", np.arange(self.count), total)

    def _level(self) -> dict[str, pa.Array]:
        """By number of contacts in hand and quarter hour."""
        here = np.flatnonzero((self.n > 0) & (self.ms > 0))
        levels, level = np.unique(self.n[here], return_inverse=True)
        return self._counted("level", len(levels), self.cell[here], level, self.ms[here], lambda _, level: {"level": levels[level]})

    def _pair(self, mixed: _Several) -> dict[str, pa.Array]:
        """By two channels at once and quarter hour."""
        pairs = [(one, other) for one in range(self.places) for other in range(one + 1, self.places)]
        present = mixed.present
        found = [np.flatnonzero(present[one] & present[other]) for one, other in pairs]
        gaps, pair = _numbered(found)
        one, other = (np.array(each, dtype=np.int64) for each in (zip(*pairs, strict=True) if pairs else ((), ())))

        def told(row: Ints, pair: Ints) -> dict[str, Any]:
            return {"one": self._names(row, one[pair]), "other": self._names(row, other[pair])}

        return self._counted("pair", len(pairs), mixed.cell[gaps], pair, mixed.ms[gaps], told)

    def _layer(self) -> dict[str, pa.Array]:
        """By layer beyond work and presence, channel, and quarter hour."""
        codes = np.unique(self.code[self.kind > 3])
        at_once = [np.cumsum(np.where(self.code == code, self.step, 0)) for code in codes]
        found = [np.flatnonzero((each > 0) & (self.ms > 0)) for each in at_once]
        gaps, number = _numbered(found)
        spent = np.concatenate([each[here] * self.ms[here] for each, here in zip(at_once, found, strict=True)] or [gaps])

        def told(row: Ints, number: Ints) -> dict[str, Any]:
            code = codes[number]
            return {"kind": code >> _CODE, "channel": self._names(row, (code & ((1 << _CODE) - 1)) - 1)}

        return self._counted("layer", len(codes), self.cell[gaps], number, spent, told)

    def _odd(self) -> dict[str, pa.Array]:
        """The stretches busy while signed out (1) or in a pause (2); what follows on without a gap is one."""
        present = np.bincount(self.row, self.kind == 2, self.count) > 0
        busy, there = (self.n > 0) & (self.ms > 0), self.signed > 0
        odd = np.where(busy & ~there & present[self.row], 1, np.where(busy & there & (self.ready <= 0), 2, 0))
        here = np.flatnonzero(odd)
        row, kind, begins = self.row[here], odd[here], self.at[here]
        ends = begins + self.ms[here]
        fresh = np.ones(len(here) + 1, dtype=np.bool_)
        fresh[1:-1] = (row[1:] != row[:-1]) | (kind[1:] != kind[:-1]) | (begins[1:] != ends[:-1])
        first, last = fresh[:-1], fresh[1:]
        return self._columns("odd", row[first], {"kind": kind[first], "from_ms": begins[first], "to_ms": ends[last]})

    def _contact(self) -> dict[str, pa.Array]:
        """Of each contact its ends less its beginnings: by the clock, and by the time of all contacts added up."""
        deep = np.cumsum(self.n * self.ms) - self.n * self.ms
        rows, hashes, signs, places = [], [], [], []
        for name, step in (("begun", 1), ("ended", -1)):
            lengths, values = _listed(self.bounds[name])
            rows.append(np.repeat(np.arange(self.count), lengths))
            hashes.append(values.to_numpy())
            signs.append(np.full(len(values), -step))
            places.append(np.flatnonzero((self.kind == 1) & (self.step == step)))
        row, contact, sign, place = (np.concatenate(each) for each in (rows, hashes, signs, places))
        order = np.lexsort((contact, row))
        row, contact, sign, place = row[order], contact[order], sign[order], place[order]
        first = np.flatnonzero(np.append(True, (row[1:] != row[:-1]) | (contact[1:] != contact[:-1]))[: len(row)])
        spent = {"gross": self.at[place] * sign, "together": deep[place] * sign}
        summed = {name: np.add.reduceat(values, first) if len(first) else values for name, values in spent.items()}
        return self._columns("contact", row[first], {"contact": contact[first]} | summed)

    # Columns --------------------------------------------------------------------------------------------------------------

    def _counted(self, name: str, kinds: int, cell: Ints, kind: Ints, ms: Ints, told: Any) -> dict[str, pa.Array]:
        """Milliseconds by row, kind and quarter hour, and by row and kind; `told` says what a kind is."""
        keys = (cell // self.slots * kinds + kind) * self.slots + cell % self.slots
        if self.count * kinds * self.slots > _DENSE:  # one agent with thousands of contacts at once
            found, place = np.unique(keys, return_inverse=True)
            spent = _summed(place, ms, len(found))
        else:
            dense = _summed(keys, ms, self.count * kinds * self.slots)
            found = np.flatnonzero(dense)
            spent = dense[found]
        pairs = found // self.slots  # in order, as `found` is
        row, which = np.divmod(pairs, max(kinds, 1))
        out = {"slot": found % self.slots + self.early, "ms": spent} | told(row, which)
        first = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)])
        total_row, which = row[first], which[first]
        totals = {"ms": np.add.reduceat(spent, first) if len(first) else spent} | told(total_row, which)
        return self._columns(name, row, out) | self._columns(f"{name}_total", total_row, totals)

    def _names(self, row: Ints, place: Ints) -> pa.Array:
        return self.names.take(pa.array(self.first_name[row] + place))

    def _columns(self, name: str, row: Ints, columns: dict[str, Any]) -> dict[str, pa.Array]:
        """Values in the order of their rows, as one list a row."""
        lengths = np.bincount(row, minlength=self.count)
        offsets = pa.array(np.append(0, np.cumsum(lengths)).astype(np.int32))
        return {
            f"{name}__{part}": pa.ListArray.from_arrays(offsets, pa.array(values) if isinstance(values, np.ndarray) else values)
            for part, values in columns.items()
        }


def _numbered(found: list[Ints]) -> tuple[Ints, Ints]:
    """The numbers of all these lists, and the number of the list each comes from."""
    nothing = np.zeros(0, dtype=np.int64)
    return np.concatenate([*found, nothing]), np.repeat(np.arange(len(found)), [len(each) for each in found] or nothing)


def columns(names: Sequence[str]) -> str:
    """The columns of `agent_day` as SQL over what `swept` gives."""
    nested = {name: name.replace(".", "__") for name in names}
    shares = {f"{table}.{share}" for table in ("share", "share_total") for share in _SHARES}
    whole = f"(h, l) -> toInt128(h) * {1 << LOW_BITS} + l"
    return ", ".join(
        f"arrayMap({whole}, `{inner}__high`, `{inner}__low`) AS `{name}`" if name in shares else f"`{inner}` AS `{name}`"
        for name, inner in nested.items()
    )
