"""What happened on agent-days, as stretches of the time each counts for: work, presence, holds and looks, in whole columns.

How long a stretch counts: one of work without an end lasts until its agent signs out (begun while signed out: until the next sign-in), and
at most OPEN_MS; none counts for longer than MOST_MS. On the WRITTEN channels nobody waits on the line: work begun while signed in counts
only while signed in, in the next sessions too. Presence counts without its seams: whoever ends a state at the instant another begins is
not away between them.

Agents and channels are numbers here, in the order of their hashes and of their names; instants are milliseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sql.agent_gap import Ints, repeated

DAY_MS = 86_400_000
OPEN_MS = DAY_MS
MOST_MS = 31 * DAY_MS
WRITTEN = ("messaging", "sms", "app", "email", "social", "web", "post", "fax")
WORK, SIGNED, READY, FOCUS, INTERRUPTED, UNSAID, UNENDED = range(1, 8)  # layers, as sql/queries/agent.sweep.sql has them
DAYS = 1 << 16  # days since 1970 are below it
AGENT = 1 << 42  # instants are below it: agent × this + instant is one number, in the order of agents and instants
_NEVER = (1 << 63) - 1


class Pieces(NamedTuple):
    """Stretches, a row each: what of (a layer), whose, of which contact (its hash) and channel, neither of which presence has, from when to
    when, and when the whole of it began.
    """

    layer: Ints
    agent: Ints
    contact: Any
    channel: Ints
    begins: Ints
    ends: Ints
    began: Ints

    def of(self, layer: int | Ints, chosen: Any, **other: Ints) -> Pieces:
        """Some of them in another layer, with what else is other there."""
        found = Pieces(*(column[chosen] for column in self))
        return found._replace(layer=np.zeros(len(found.agent), dtype=np.int64) + layer, **other)


class Counted(NamedTuple):
    """The stretches of some agents, and the names of these and of the channels."""

    pieces: Pieces
    agents: list[str]
    channels: list[str]


class Sessions:
    """When agents were there: stretches of presence that touch are one. Both ends are agent × 2^42 + instant."""

    def __init__(self, agent: Ints, begins: Ints, ends: Ints) -> None:
        agent = agent * AGENT
        order = np.argsort(agent + begins)
        opens, closes = (agent + begins)[order], np.maximum.accumulate((agent + ends)[order])
        first = np.flatnonzero(np.append(True, opens[1:] > closes[:-1])[: len(opens)])
        self.opens, self.closes = opens[first], closes[np.append(first[1:] - 1, len(opens) - 1)[: len(first)]]

    def around(self, agent: Ints, at: Ints) -> tuple[Ints, Ints]:
        """When the session ends in which these instants are (before them: they are in none), and when the next one begins (-1: there is
        none).
        """
        base = agent * AGENT
        place = np.searchsorted(self.opens, base + at, side="right")
        closes = np.append(-1, self.closes)[place] - base
        following = np.append(self.opens, _NEVER)[place] - base
        return closes, np.where(following < AGENT, following, -1)

    def between(self, agent: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints, Ints]:
        """The sessions that begin from one instant to before another: to which of the questions each is an answer, and its ends."""
        base = agent * AGENT
        first = np.searchsorted(self.opens, base + since)
        count = np.searchsorted(self.opens, base + until) - first
        which, nth = repeated(count)
        place = first[which] + nth
        return which, self.opens[place] - base[which], self.closes[place] - base[which]

    def pieces(self, layer: int) -> Pieces:
        """The sessions as stretches."""
        agent, begins = np.divmod(self.opens, AGENT)
        none = np.zeros(len(agent), dtype=np.int64)
        return Pieces(none + layer, agent, none.astype(np.uint64), none, begins, self.closes - agent * AGENT, begins)


def reached(stretches: pa.Table) -> dict[str, pa.Table]:
    """Rows of `contact_reach` and `day_reach`: on which agent-days these stretches lie (what sql/queries/agent.reach.sql gives), and from
    which day each reaches there.
    """
    stretches = stretches.group_by(stretches.column_names, use_threads=False).aggregate([])  # phases of one contact reach the same days
    since, last = (stretches[name].to_numpy().astype(np.int64) for name in ("day", "last_day"))
    which, nth = repeated(last - since + 1)
    since, contact, whose = since[which], *(stretches[name].to_numpy()[which] for name in ("subject_hash", "agent_hash"))
    day = since + nth
    agents, agent = np.unique(whose, return_inverse=True)
    agent, days = np.divmod(np.unique((agent * DAYS + day) * DAYS + since), DAYS * DAYS)
    work = contact != whose
    return {
        "contact_reach": pa.table(
            {"from_day": _days(since[work]), "contact_hash": contact[work], "agent_hash": whose[work], "day": _days(day[work])}
        ),
        "day_reach": pa.table({"agent_hash": agents[agent], "day": _days(days // DAYS), "from_day": _days(days % DAYS)}),
    }


def _days(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.date32())


def counted(agents: Any, presence: pa.Table, work: pa.Table, holds: pa.Table | None, looks: pa.Table | None) -> Counted:
    """The stretches of the agents of these hashes, which are in order. The tables are what sql/queries/agent.presence.sql, agent.work.sql,
    agent.hold.sql and agent.focus.sql give, the last two where there is any such thing at all.
    """
    names = [""] * len(agents)
    whose = []
    for table in (presence, work):
        agent = np.searchsorted(agents, table["agent_hash"].to_numpy())
        row = np.full(len(agents), -1)
        row[agent] = np.arange(len(agent))
        known = np.flatnonzero(row >= 0)
        for place, name in zip(known.tolist(), table["agent"].take(row[known]).to_pylist(), strict=True):
            names[place] = name
        whose.append(agent)
    begins, ends, ready = (presence[name].to_numpy() for name in ("begins", "ends", "ready"))
    there = Sessions(whose[0], begins, ends)
    waiting = ready.astype(np.bool_)
    pieces = [there.pieces(SIGNED), Sessions(whose[0][waiting], begins[waiting], ends[waiting]).pieces(READY)]
    code, said = _coded(work["channel"])
    channels = sorted(said)
    found, row = _worked(whose[1], np.array([channels.index(name) for name in said], dtype=np.int64)[code], channels, work, there)
    endless = ~np.asarray(work["given"].is_valid())[row]
    pieces += [found, found.of(UNENDED, endless), _held(found, row, work, holds)]
    if looks is not None:
        pieces.append(_looked(found, row, work, looks, np.searchsorted(agents, looks["agent_hash"].to_numpy())))
    return Counted(Pieces(*(np.concatenate(columns) for columns in zip(*pieces, strict=True))), names, channels)


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Words as numbers, and what these stand for."""
    coded = pa.concat_arrays(column.chunks).dictionary_encode() if column.num_chunks else pa.array([], column.type).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), coded.dictionary.to_pylist()


def _worked(agent: Ints, channel: Ints, channels: list[str], work: pa.Table, there: Sessions) -> tuple[Pieces, Ints]:
    """The stretches of work as they count, and the row of `work` that each is of."""
    begins, given = work["begins"].to_numpy(), work["given"]
    closes, following = there.around(agent, begins)
    inside = begins < closes
    limit = np.where(inside, closes, np.where(following > 0, following, begins + OPEN_MS))
    stops = np.where(given.is_valid(), given.fill_null(0).to_numpy(), np.minimum(limit, begins + OPEN_MS))
    stops = np.minimum(stops, begins + MOST_MS)
    kept = inside & np.array([name in WRITTEN for name in channels], dtype=np.bool_)[channel]
    ends = np.where(kept, np.minimum(stops, closes), stops)
    layer = np.full(len(agent), WORK)
    pieces = Pieces(layer, agent, work["subject_hash"].to_numpy(), channel, begins, ends, begins)
    row = np.flatnonzero(stops > begins)
    more = np.flatnonzero(kept & (stops > closes))  # goes on in later sessions
    which, opens, shuts = there.between(agent[more], ends[more], stops[more])
    more = more[which]
    later = pieces.of(WORK, more, begins=opens, ends=np.minimum(shuts, stops[more]))
    return Pieces(*(np.concatenate(columns) for columns in zip(pieces.of(WORK, row), later, strict=True))), np.append(row, more)


def _held(found: Pieces, row: Ints, work: pa.Table, holds: pa.Table | None) -> Pieces:
    """The stretches of hold by what they say of their reason: another contact interrupted, or nothing."""
    held = np.flatnonzero(work["held"].to_numpy()[row])
    if holds is None:
        return found.of(UNSAID, held)
    asked = pd.DataFrame({"contact": found.contact[held], "stint": work["stint"].take(row[held]), "began": found.began[held]})
    said = holds.to_pandas().rename(columns={"subject_hash": "contact"})
    reason = asked.merge(said, on=["contact", "stint", "began"], how="left")["reason"].fillna("")
    layer = np.array(reason.map({"interrupted": INTERRUPTED, "": UNSAID}).fillna(0), dtype=np.int64)
    return found.of(layer[layer > 0], held[layer > 0])


def _looked(found: Pieces, row: Ints, work: pa.Table, looks: pa.Table, agent: Ints) -> Pieces:
    """The stretches of work that were looked at."""
    asked = pd.DataFrame({"agent": found.agent, "stint": work["stint"].take(row), "piece": np.arange(len(row))})
    said = looks.select(["stint", "looked_at", "left_at"]).to_pandas().assign(agent=agent)
    both = asked.merge(said, on=["agent", "stint"])
    piece, since, until = (both[name].to_numpy(dtype=np.int64) for name in ("piece", "looked_at", "left_at"))
    begins, ends = np.maximum(found.begins[piece], since), np.minimum(found.ends[piece], until)
    some = begins < ends
    return found.of(FOCUS, piece[some], begins=begins[some], ends=ends[some])
