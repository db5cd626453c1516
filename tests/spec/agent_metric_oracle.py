"""The metrics of agent time said a second time, from their definitions: sums over agents of what `agent_oracle.measure` says of each.

`asked.group` is what the group asked about has in common; `asked.everyone` are all rows, as sharing needs the contacts of other channels.
A value is exact until the last line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from tests.spec.agent_oracle import BUSY, Facts, Measure, day_parts, measure

Answer = dict[str, float | None]
SECOND = timedelta(seconds=1)

_known: list[tuple[Facts, dict[str, Facts], dict[tuple[str, datetime, datetime], Measure]]] = []


def _measure(facts: Facts, agent: str, since: datetime, until: datetime) -> Measure:
    """One agent measured once for each period, for the latest rows asked about."""
    if not _known or _known[0][0] is not facts:
        _known[:] = [(facts, {}, {})]
    _, own, found = _known[0]
    if agent not in own:
        own[agent] = {"hold": facts.get("hold", [])}
        for fact in ("work", "presence", "capacity", "focus"):
            own[agent][fact] = [row for row in facts.get(fact, []) if row["agent"] == agent]
    key = (agent, since, until)
    if key not in found:
        found[key] = measure(own[agent], agent, since, until) if since < until else Measure()
    return found[key]


def _agents(asked: Any) -> list[Measure]:
    """What there is to say of each agent of the group."""
    names = {row["agent"] for fact in ("work", "presence") for row in asked.everyone[fact]} - {""}
    mine = [asked.group["agent"]] if "agent" in asked.group else sorted(names)
    return [_measure(asked.everyone, name, asked.since, min(asked.until, asked.now)) for name in mine if name in names]


def _sum(values: Iterable[Fraction | int], n: int) -> Answer:
    """Milliseconds as seconds; no value where it rests on nobody."""
    return {"value": float(Fraction(sum(values)) / 1000) if n else None, "n": n}


def _ratio(top: Fraction | int, bottom: Fraction | int, n: int) -> Answer:
    """Two times and how many agents they rest on."""
    top, bottom = Fraction(top) / 1000, Fraction(bottom) / 1000
    return {"top": float(top), "bottom": float(bottom), "n": n, "value": float(top / bottom) if bottom else None}


def _channels(asked: Any, found: Measure) -> list[str]:
    mine = asked.group.get("channel")
    return [channel for channel in found.gross if mine in (None, channel)]


def _by_channel(name: str) -> Callable[[Any], Answer]:
    def oracle(asked: Any) -> Answer:
        found = _agents(asked)
        values = [getattr(one, name)[channel] for one in found for channel in _channels(asked, one) if channel in getattr(one, name)]
        return _sum(values, sum(any(one.gross[channel] for channel in _channels(asked, one)) for one in found))

    return oracle


def _of_state(name: str, counted: Callable[[Measure], bool]) -> Callable[[Any], Answer]:
    return lambda asked: _sum((getattr(one, name) for one in _agents(asked)), sum(counted(one) for one in _agents(asked)))


def _busy(one: Measure) -> bool:
    return one.wall > 0


def _staffed(one: Measure) -> bool:
    return one.staffed > 0


def _signed_in(one: Measure) -> bool:
    return one.staffed > one.outside


def agent_time_weighted(asked: Any) -> Answer:
    said = _by_channel("weighted")(asked)
    unsplit = any(one.unsplit_of.get(channel) for one in _agents(asked) for channel in _channels(asked, one))
    return {"value": None, "n": 0} if unsplit else said


def agent_time_load(asked: Any) -> Answer:
    said = _by_channel("load_of")(asked)
    unknown = any(one.weightless.get(channel) for one in _agents(asked) for channel in _channels(asked, one))
    return {"value": None, "n": 0} if unknown else said


def agent_time_focus(asked: Any) -> Answer:
    found = [sum(one.focus[channel] for channel in _channels(asked, one)) for one in _agents(asked)] if asked.opted_in else []
    return _sum(found, sum(long > 0 for long in found))


def _levels(asked: Any) -> list[dict[int, int]]:
    mine = asked.group.get("level")
    return [{n: long for n, long in one.level.items() if long and mine in (None, str(n))} for one in _agents(asked)]


def agent_time_level(asked: Any) -> Answer:
    found = [sum(levels.values()) for levels in _levels(asked)]
    return _sum(found, sum(long > 0 for long in found))


def peak_concurrency(asked: Any) -> Answer:
    peaks = [max(levels) for levels in _levels(asked) if levels]
    return {"value": max(peaks, default=None), "n": len(peaks)}


def effective_concurrency(asked: Any) -> Answer:
    found = _levels(asked)
    gross = sum(n * long for levels in found for n, long in levels.items())
    return _ratio(gross, sum(sum(levels.values()) for levels in found), sum(bool(levels) for levels in found))


def agent_time_overlap(asked: Any) -> Answer:
    mine = asked.group.get("pair")
    found = [sum(long for pair, long in one.pair.items() if mine in (None, " + ".join(pair))) for one in _agents(asked)]
    return _sum(found, sum(long > 0 for long in found))


def aht_adjusted(asked: Any) -> Answer:
    ended = [row for row in asked.inside("stint", "ended_at") if row["accepted_at"] is not None and row["role"] != "monitor"]
    shares = sum(Fraction(one.equal[channel]) for one in _agents(asked) for channel in _channels(asked, one)) / 1000
    number, n = len(ended), _by_channel("gross")(asked)["n"]
    return {"top": float(shares), "bottom": number, "n": n, "value": float(shares / number) if number else None}


def occupancy(asked: Any) -> Answer:
    found = _agents(asked)
    known = any(_signed_in(one) for one in found)
    return _ratio(sum(one.wall for one in found), sum(one.wall + one.free for one in found) if known else 0, sum(map(_staffed, found)))


def _covered(asked: Any) -> list[tuple[str, Measure, bool]]:
    """Of each agent what lies in the period of each of the agent's days, or part of it, and whether its capacity is known (where it is
    known of what is in hand)."""
    facts, names = asked.everyone, {row["agent"] for fact in ("work", "presence") for row in asked.everyone[fact]} - {""}
    mine = [asked.group["agent"]] if "agent" in asked.group else sorted(names)
    until = min(asked.until, asked.now)
    return [
        (name, _measure(facts, name, since, end), covered) for name in mine if name in names
        for since, end, covered in day_parts(facts, name, asked.since, until, lambda name, *part: _measure(facts, name, *part))
    ]  # fmt: skip


def _people(parts: list[tuple[str, Measure, bool]], *, covered: bool) -> int:
    return len({name for name, one, known in parts if (_of_capacity(one, known) if covered else one.staffed > _of_capacity(one, known))})


def _of_capacity(one: Measure, known: bool) -> int:
    """The staffed time of known capacity: that with a contact of unknown capacity in hand is not."""
    return one.staffed - one.unweighed if known else 0


def capacity_utilisation(asked: Any) -> Answer:
    """Rests on the agents it speaks of, however many others were there."""
    parts = _covered(asked)
    load = sum((one.load for _, one, known in parts if known), Fraction(0))
    there = any(_signed_in(one) for one in _agents(asked))
    return _ratio(load, sum(_of_capacity(one, known) for _, one, known in parts) if there else 0, _people(parts, covered=True))


def capacity_coverage(asked: Any) -> Answer:
    """Tells of the covered by the others and of the others by the covered: it rests on the fewer of them, where there are both."""
    found, parts = _agents(asked), _covered(asked)
    n = min(_people(parts, covered=True), _people(parts, covered=False)) or sum(map(_staffed, found))
    return _ratio(sum(_of_capacity(one, known) for _, one, known in parts), sum(one.staffed for one in found), n)


def _policy(asked: Any, amount: Callable[[Measure, str], int], lacks: bool, counted: Callable[[Measure, str], bool]) -> Answer:
    """An amount of each channel of each agent; nothing where the rule lacks what it needs."""
    if lacks:
        return {"value": None, "n": 0}
    found = [(one, _channels(asked, one)) for one in _agents(asked)]
    return _sum(
        (amount(one, channel) for one, channels in found for channel in channels),
        sum(any(counted(one, channel) for channel in channels) for one, channels in found),
    )


def agent_time_policy_amazon(asked: Any) -> Answer:
    return _sum((one.wall - one.paused - one.outside for one in _agents(asked)), sum(_signed_in(one) for one in _agents(asked)))


def agent_time_policy_genesys(asked: Any) -> Answer:
    every = [(one, channel) for one in _agents(asked) for channel in _channels(asked, one)]
    unsaid = any(one.unexplained[channel] for one, channel in every)
    beside = any(one.beside_voice[channel] for one, channel in every if channel != "voice")
    never = not any(one.interrupted[channel] for one, channel in every)
    return _policy(asked, lambda one, k: one.gross[k] - one.interrupted[k], unsaid or (beside and never), lambda one, k: one.gross[k] > 0)


def _unfocused(asked: Any) -> bool:
    """Contacts that are not voice were worked on and not one is known to have been in focus; or nobody has opted in."""
    every = [(one, channel) for one in _agents(asked) for channel in _channels(asked, one)]
    other = any(one.gross[channel] for one, channel in every if channel != "voice")
    return not asked.opted_in or (other and not any(one.focus[channel] for one, channel in every))


def _looked_at(one: Measure, channel: str) -> bool:
    return one.focus[channel] > 0 or (channel == "voice" and one.gross[channel] > 0)


def agent_time_policy_nice_focus(asked: Any) -> Answer:
    return _policy(asked, lambda one, k: one.gross[k] if k == "voice" else one.focus[k], _unfocused(asked), _looked_at)


def agent_time_policy_nice_linear(asked: Any) -> Answer:
    said = _policy(asked, lambda one, k: 0, _unfocused(asked), _looked_at)
    return _sum((one.linear for one in _agents(asked)), int(said["n"] or 0))


def agent_time_policy_twilio(asked: Any) -> Answer:
    left_out = asked.said["in_progress"] == "excluded"
    return _policy(asked, lambda one, k: one.gross[k] - left_out * one.going_on[k], False, lambda one, k: one.gross[k] > 0)


def _used(asked: Any) -> dict[str, list[tuple[datetime, datetime, str]]]:
    """When each customer had a contact on which channel, as far as it lies in the period and before now."""
    found: dict[str, list[tuple[datetime, datetime, str]]] = {}
    until = min(asked.until, asked.now)
    for row in asked.everyone["interaction"]:
        if row["customer"] and row["channel"] and row["direction"] != "internal":
            since, end = max(row["started_at"], asked.since), min(row["last_at"], until)
            if since < end:
                found.setdefault("c1" if row["customer"] == "c2" else row["customer"], []).append((since, end, row["channel"]))
    return found


def _at_once(asked: Any, worth: Callable[[list[str]], int]) -> Answer:
    """Between any two changes: how much a moment with these channels in use is worth."""
    total, n = Fraction(0), 0
    for uses in _used(asked).values():
        marks = sorted({mark for since, end, _ in uses for mark in (since, end)})
        mine = Fraction(0)
        for a, b in pairwise(marks):
            in_use = sorted({channel for since, end, channel in uses if since <= a < end})
            mine += worth(in_use) * Fraction((b - a) / timedelta(milliseconds=1))
        total, n = total + mine, n + (mine > 0)
    return _sum([total], n)


def customer_channels_time(asked: Any) -> Answer:
    return _at_once(asked, lambda channels: len(channels) > 1)


def customer_overlap(asked: Any) -> Answer:
    wanted = asked.group.get("pair")
    return _at_once(asked, lambda channels: sum(wanted in (None, " + ".join(pair)) for pair in combinations(channels, 2)))


def _stretches(asked: Any) -> list[dict[str, Any]]:
    return [row for row in asked.inside("work", "started_at") if row["phase"] in BUSY]


def work_never_ended(asked: Any) -> Answer:
    found = sum(row["ended_at"] is None and row["started_at"] < asked.now - timedelta(hours=24) for row in _stretches(asked))
    return {"value": found, "n": found}


def work_in_future(asked: Any) -> Answer:
    found = sum(row["started_at"] > asked.now for row in _stretches(asked))
    return {"value": found, "n": found}


def work_before_offer(asked: Any) -> Answer:
    known = [(row["taken_at"], row["rang_at"]) for row in asked.inside("stint", "started_at")]
    found = sum(taken is not None and rang is not None and rang - taken > SECOND for taken, rang in known)
    return {"value": found, "n": found}


def work_ended_first(asked: Any) -> Answer:
    """A ring between release and acceptance offered it again: nothing is wrong with that."""
    known = [(row["taken_at"], row["released_at"], row["rung_at"]) for row in asked.inside("stint", "started_at")]
    found = sum(
        taken is not None and left is not None and taken - left > SECOND and (rung is None or rung < left) for taken, left, rung in known
    )
    return {"value": found, "n": found}


def wrapup_before_end(asked: Any) -> Answer:
    """Whichever of the two contradictions, or both, a contact at an agent counts once."""
    rows = asked.inside("stint", "started_at")
    known = [(row.get("wrapup_at"), row.get("wrapup_ended_at"), row.get("first_released_at")) for row in rows]
    found = sum(
        begun is not None and ((left is not None and left - begun > SECOND) or (ended is not None and begun - ended > SECOND))
        for begun, ended, left in known
    )
    return {"value": found, "n": found}


def contact_before_start(asked: Any) -> Answer:
    """Answered or closed, the earlier of the two counts."""
    rows = asked.inside("interaction", "started_at")
    earlier = [[row.get(name) or row["started_at"] for name in ("answered_at", "first_closed_at")] for row in rows]
    found = sum(row["started_at"] - min(first) > SECOND for row, first in zip(rows, earlier, strict=True))
    return {"value": found, "n": found}


ORACLES: dict[str, Callable[[Any], Answer]] = {
    "agent_time_gross": _by_channel("gross"),
    "agent_time_union": _by_channel("open"),
    "agent_time_equal": _by_channel("equal"),
    "agent_time_by_channel": _by_channel("even"),
    "agent_time_exclusive": _by_channel("alone"),
    "agent_time_wall": _of_state("wall", _busy),
    "agent_time_multichannel": _of_state("several", _busy),
    "staffed_time": _of_state("staffed", _staffed),
    "ready_time": _of_state("free", _signed_in),
    "auxiliary_time": _of_state("auxiliary", _signed_in),
    "busy_in_pause": _of_state("paused", _signed_in),
    "busy_signed_out": _of_state("outside", _staffed),
    "agent_time_provisional": _of_state("unended", _staffed),
    "agent_time_policy_nice_concurrent": _of_state("voiced", _busy),
    "agent_time_policy_salesforce": agent_time_focus,
    **{
        oracle.__name__: oracle
        for oracle in (
            agent_time_weighted,
            agent_time_load,
            agent_time_focus,
            agent_time_level,
            agent_time_overlap,
            peak_concurrency,
            effective_concurrency,
            aht_adjusted,
            occupancy,
            capacity_utilisation,
            capacity_coverage,
            agent_time_policy_amazon,
            agent_time_policy_genesys,
            agent_time_policy_nice_focus,
            agent_time_policy_nice_linear,
            agent_time_policy_twilio,
            customer_channels_time,
            customer_overlap,
            work_never_ended,
            work_in_future,
            work_before_offer,
            work_ended_first,
            wrapup_before_end,
            contact_before_start,
        )
    },
}
