"""The boundaries of agent-days: what `sql/agent_sweep.py` sweeps over, made of the stretches that `sql/agent_piece.py` gives.

A row is an agent-day, or a part of one: it is cut where a statement about the agent (team, site) or a capacity begins, or where his team
moves, so that what holds of him holds in all of it. `sql/queries/agent.sweep.sql` says how boundaries are coded.

On more than MOST_CHANNELS channels in one row, an agent's time is told of voice and those he worked on longest; the rest counts as one
channel, OTHER: each contact as it is, and all of these channels together as one where channels are counted or compared.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sql.agent_gap import Ints, numbered, repeated
from sql.agent_piece import AGENT, DAY_MS, DAYS, READY, SIGNED, WORK, Counted, Pieces

MOST_CHANNELS = 40  # channels named in a row of agent_day: every two of them at once are counted; what is beyond is OTHER
OTHER = "other"
# The channel domain a channel belongs to where no domain bears its own name.
KINDS = {
    **dict.fromkeys(("voice", "video", "store", "kiosk", "field"), "voice"),
    **dict.fromkeys(("chat", "messaging", "sms", "app"), "chat"),
    **dict.fromkeys(("email", "social", "web", "post", "fax"), "email"),
}
_INSTANT, _LAYER, _BOUND = 20, 16, 47  # where instant and layer begin in a boundary, and how many bits it has
_ROWS = 1 << 64 - _BOUND  # as many rows have a number beside it in 64 bits


class Windows:
    """The agent-days in hand, in order of agents and days, and the parts they are cut into, with the capacities that hold in each.

    `stated` is what sql/queries/agent.stated.sql gives: the days (kind 0), where they are cut (1), and capacities (2), each of an agent.
    """

    def __init__(self, stated: pa.Table) -> None:
        kind, hashes, day, at = (stated[name].to_numpy() for name in ("kind", "agent_hash", "day", "at"))
        day = day.astype("datetime64[D]").astype(np.int64)
        self.agents = np.unique(hashes[kind == 0])
        agent = np.searchsorted(self.agents, hashes)
        self.keys = np.unique((agent * DAYS + day)[kind == 0])
        cuts = np.unique((agent * AGENT + at)[kind > 0])
        midnight = self.keys // DAYS * AGENT + self.keys % DAYS * DAY_MS
        since, until = np.searchsorted(cuts, midnight, side="right"), np.searchsorted(cuts, midnight + DAY_MS)
        self.parts = until - since + 1
        self.first = np.cumsum(self.parts) - self.parts
        rows, self.part = repeated(self.parts)
        before, after = (np.append(cuts, 0)[since[rows] + self.part - back] - midnight[rows] for back in (1, 0))
        self.lo = np.where(self.part > 0, before, 0)
        self.hi = np.where(self.part < self.parts[rows] - 1, after, DAY_MS)
        self.agent, self.day = np.divmod(self.keys[rows], DAYS)
        self._say(agent[kind == 2], stated.filter(pa.array(kind == 2)))

    def _say(self, agent: Ints, said: pa.Table) -> None:
        """Which statements of capacity hold in each part: those of its agent from one number to before another."""
        columns = (said[name].to_pylist() for name in ("at", "sequence", "statement", "domain", "weight"))
        self._said = sorted(zip(agent.tolist(), *columns, strict=True))
        since = np.array([place * AGENT + at for place, at, *_ in self._said], dtype=np.int64)
        base = self.agent * AGENT
        self._since = np.searchsorted(since, base)
        self._until = np.searchsorted(since, base + self.day * DAY_MS + self.lo, side="right")

    def weights(self, rows: Ints) -> list[dict[str, int]]:
        """By channel domain, the weight of a contact (0: none is known) in each of these parts, which are in order: what was said last."""
        found: list[dict[str, int]] = []
        said: dict[str, int] = {}
        start = known = -1
        for since, until in zip(self._since[rows].tolist(), self._until[rows].tolist(), strict=True):
            if since != start:
                said, start, known = {}, since, since
            if until > known:
                said = said | {domain: weight for *_, domain, weight in self._said[known:until]}
                known = until
            found.append(said)
        return found


class _Laid(NamedTuple):
    """What lies in a row: of which layer, contact and channel, from which to which millisecond of the day."""

    row: Ints
    layer: Ints
    contact: Any
    channel: Ints
    begins: Ints
    ends: Ints


def bounds(windows: Windows, counted: Counted) -> pa.Table:
    """The rows in which anything lies, in order of agents and days. Of each: the day, the hash and the name of the agent, and its part; the
    channels in order of names, and the weight of a contact of each (0: not known); whether any is stated; whether the agent is known to
    have been signed in that day, or on one from which something goes on; the boundaries; the contacts as they begin, and as they end.
    """
    laid, signed = _laid(windows, counted.pieces)
    used, row = numbered(laid.row)
    names, of_row, place = _placed(row, laid, counted.channels)
    weights, stated = _weighed(windows, used, names, of_row)
    code = (laid.layer << _LAYER) + place * 2
    edges = np.concatenate([(laid.begins << _INSTANT) + code + 1, (laid.ends << _INSTANT) + code])
    both = np.concatenate([row, row])
    work = np.flatnonzero(laid.layer == WORK)
    contact, after = laid.contact[work], row[work] * (2 * DAY_MS)  # an instant behind this number is in order of rows and instants
    agent = windows.agent[used]

    def lists(of: Ints, values: Any) -> pa.ListArray:
        """Values of all rows as a list of each; whose row each value is."""
        ends = np.cumsum(np.bincount(of, minlength=len(used)))
        return pa.ListArray.from_arrays(pa.array(np.append(0, ends).astype(np.int32)), pa.array(values))

    return pa.table(
        {
            "day": pa.array(windows.day[used].astype(np.int32), pa.date32()),
            "subject_hash": windows.agents[agent],
            "agent": [counted.agents[number] for number in agent.tolist()],
            "part": windows.part[used].astype(np.uint16),
            "channels": lists(of_row, pa.array(names, pa.string())),
            "weights": lists(of_row, pa.array(weights, pa.int64())),
            "stated": stated,
            "signed": signed[used].astype(np.uint8),
            "bound": lists(both, _ordered(both, edges)),
            "begun": lists(row[work], contact[np.argsort(after + laid.begins[work])]),
            "ended": lists(row[work], contact[np.argsort(after + laid.ends[work])]),
        }
    )


def _laid(windows: Windows, pieces: Pieces) -> tuple[_Laid, Any]:
    """What lies in the rows, cut at their ends; and of all rows, whether their agents are known to have been signed in."""
    day = pieces.begins // DAY_MS
    days = (pieces.ends - 1) // DAY_MS - day + 1
    item, nth = repeated(days)
    key = pieces.agent[item] * DAYS + day[item] + nth
    there = np.unique(key[pieces.layer[item] == SIGNED])
    place = np.searchsorted(windows.keys, key)
    hit = np.flatnonzero(np.append(windows.keys, -1)[place] == key)
    item, place = item[hit], place[hit]
    which, nth = repeated(windows.parts[place])
    item, row = item[which], windows.first[place][which] + nth
    midnight = windows.day[row] * DAY_MS
    begins, ends = np.maximum(pieces.begins[item] - midnight, windows.lo[row]), np.minimum(pieces.ends[item] - midnight, windows.hi[row])
    some = np.flatnonzero(begins < ends)
    item, row = item[some], row[some]
    signed = np.isin(windows.agent * DAYS + windows.day, there)
    from_day = np.flatnonzero(~signed[row])
    since = pieces.agent[item[from_day]] * DAYS + pieces.began[item[from_day]] // DAY_MS
    signed[row[from_day[np.isin(since, there)]]] = True
    return _Laid(row, pieces.layer[item], pieces.contact[item], pieces.channel[item], begins[some], ends[some]), signed


def _placed(row: Ints, laid: _Laid, channels: list[str]) -> tuple[list[str], Ints, Ints]:
    """The channels of all rows one behind the other, in order of names, and the row of each; and of all that lies there its place among the
    channels of its row, from 1 on (0: of no channel).
    """
    work = np.flatnonzero((laid.layer != SIGNED) & (laid.layer != READY))
    of_row, names, number = _told(row[work], laid.channel[work], channels)
    if np.bincount(of_row).max(initial=0) > MOST_CHANNELS:
        spent = np.bincount(number, np.where(laid.layer == WORK, laid.ends - laid.begins, 0)[work], len(names))
        kept = _kept(of_row, names, spent)
        channels = sorted({*channels, OTHER})
        code = {name: place for place, name in enumerate(channels)}
        of_row, names, number = _told(row[work], np.array([code[name] for name in kept])[number], channels)
    place = np.zeros(len(row), dtype=np.int64)
    place[work] = number - np.searchsorted(of_row, row[work]) + 1
    return names, of_row, place


def _told(row: Ints, channel: Ints, channels: list[str]) -> tuple[Ints, list[str], Ints]:
    """The rows and the names of their channels, in order of both, and which of these each is."""
    many = max(len(channels), 1)
    keys, number = numbered(row * many + channel)
    of_row, channel = np.divmod(keys, many)
    return of_row, [channels[each] for each in channel.tolist()], number


def _kept(row: Ints, channels: list[str], spent: Any) -> list[str]:
    """What the channels of rows are called: of a crowd, voice (which measures speak of) and those with the most time keep their names, the
    rest is one channel.
    """
    found = list(channels)
    for which in np.split(np.arange(len(row)), np.flatnonzero(np.diff(row)) + 1):
        if len(which) > MOST_CHANNELS:
            order = sorted(which.tolist(), key=lambda place: (channels[place] != "voice", -spent[place], channels[place]))
            for place in order[MOST_CHANNELS - 1 :]:
                found[place] = OTHER
    return found


def _weighed(windows: Windows, used: Ints, names: list[str], of_row: Ints) -> tuple[Ints, Any]:
    """The weights of the channels: that of the domain of the same name, or else of its kind, or else of the one for all. And of each row
    whether any capacity is stated.
    """
    held = windows.weights(used)
    stated = np.array([any(said.values()) for said in held], dtype=np.uint8)
    weights = np.zeros(len(names), dtype=np.int64)
    for place in np.flatnonzero(stated[of_row]).tolist():  # few companies state any
        said, name = held[of_row[place]], names[place]
        weights[place] = said.get(name) or said.get(KINDS.get(name, name)) or said.get("") or 0
    return weights, stated


def _ordered(row: Ints, values: Ints) -> Ints:
    """Values of many rows in order of rows, and within these."""
    if row.max(initial=0) >= _ROWS:
        found: Ints = values[np.lexsort((values, row))]
        return found
    packed = row.astype(np.uint64) << np.uint64(_BOUND) | values.astype(np.uint64)
    packed.sort()
    return (packed & np.uint64((1 << _BOUND) - 1)).astype(np.int64)
