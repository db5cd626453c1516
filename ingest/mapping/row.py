"""From rows to events: what each of the four kinds of row says.

interaction   a contact with several instants: each instant that is there becomes its event; dimensions go with `started`,
              durations without instants with `measured`, at the last instant of the row
event         one event of any type
work          one stretch of an agent's work on a contact: ring, talk, hold or wrap, from start to end
presence      one stretch of an agent's presence in a state, from start to end
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.connector import Refusal
from ingest.event import DECLARED
from ingest.mapping.expression import Columns, Fault, Value, number
from ingest.mapping.instant import milliseconds
from ingest.mapping.reader import Stretch
from ingest.mapping.spec import AGENT_TIMES, MEASURED, Spec

_CLASSIFIED = ("priority", "promised_at", "skill", "preferred_agent")
_RATED = ("instrument", "scale", "score", "moment")
_AGENT = ("agent", "stint", "role", "queue")
_MESSAGE = ("message", "in_reply_to", "automatic")
_ELSEWHERE = (*_CLASSIFIED, *_RATED, *_AGENT, *_MESSAGE, *MEASURED, "reason", "to", "relation", "by")
_ON_STARTED = tuple(name for name in DECLARED if name not in _ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an instant: its type, the fields it takes along, and what it always says."""

    type: str
    fields: tuple[str, ...]
    says: tuple[tuple[str, str], ...] = ()


STEPS: dict[str, tuple[Step, ...]] = {
    "started": (Step("interaction.started", (*_ON_STARTED, "queue")),),
    "entered_queue": (Step("interaction.entered_queue", ("queue",)),),
    "left_queue": (Step("interaction.left_queue", ("queue", "reason")),),
    "abandoned": (Step("interaction.left_queue", ("queue",), (("reason", "abandoned"),)),),
    "answered": (Step("interaction.left_queue", ("queue",), (("reason", "answered"),)), Step("interaction.accepted", _AGENT)),
    "asked": (Step("interaction.message", _MESSAGE, (("author", "customer"),)),),
    "replied": (Step("interaction.message", ("agent", "stint", "automatic"), (("author", "agent"),)),),
    "escalated": (Step("interaction.escalated", ("to",)),),
    "rated": (Step("feedback.given", (*_RATED, "queue", "agent")),),
    "handed_off": (Step("interaction.handed_off", ()),),
    "closed": (Step("interaction.closed", ()),),
    "reopened": (Step("interaction.reopened", ()),),
    **{name: (Step(f"interaction.{name}", _AGENT),) for name in AGENT_TIMES if name != "answered"},
}
_PHASES = {
    "ring": ("interaction.rang", "interaction.released"),
    "talk": ("interaction.accepted", "interaction.released"),
    "hold": ("interaction.held", "interaction.released"),
    "wrap": ("interaction.wrapup_started", "interaction.wrapup_ended"),
}
_RESULTS = ("declined", "missed")
_BEGINS, _ENDS = 1, 0  # in sequence: where one stretch ends as the next begins, the beginning has the last word

Trouble = tuple[str, str, str]  # where, what was found, what was expected


@dataclass(slots=True)
class Made:
    """What came of a stretch of rows: events with the number of the row each came from, rows refused, and remarks by their wording."""

    events: list[dict[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)


def events_of(spec: Spec, stretch: Stretch) -> Made:
    """The events of a stretch of rows, and what could not be mapped."""
    made = Made()
    for fallen in stretch.fallen:
        made.refused.append(Refusal(f"row {fallen.number}", "row", fallen.found, fallen.expected, fallen.payload, spec.source, whole=True))
    rows = len(stretch.numbers)
    if rows:
        values = _Values(spec, stretch.columns, rows)
        wanted, untold = _kept(spec, stretch, made)
        wrong = {place: trouble for place, trouble in untold.items() if place in wanted} | _wrong(spec, values, wanted)
        for place, (where, found, expected) in wrong.items():
            position = f"row {stretch.numbers[place]}"
            record, revision = values.claim(place)
            payload = stretch.payload(place)
            made.refused.append(
                Refusal(position, where, found, expected, payload, spec.source, whole=True, record=record, revision=revision)
            )
        good = [place for place in wanted if place not in wrong] if wrong else wanted
        for place, event in _WAYS[spec.kind](spec, values, good, made):
            made.events.append(event)
            made.rows.append(stretch.numbers[place])
    return made


class _Values:
    """The values of every expression on a stretch of rows, and what all events of a row share."""

    def __init__(self, spec: Spec, columns: Columns, rows: int) -> None:
        self.row = {name: part.values(columns, rows) for name, part in spec.row.items()}
        self.times = {name: part.values(columns, rows) for name, part in spec.times.items()}
        self.fields = {name: part.values(columns, rows) for name, part in (*spec.fields.items(), *spec.keep.items())}
        self.source = spec.source
        self.revisions = self._revisions(rows)
        # Every row is a record then, those that have not changed yet too: what a later one lacks must be known to have been theirs.
        self.revised = "revision" in self.row or "revision_at" in self.row

    def _revisions(self, rows: int) -> Sequence[Any]:
        if "revision_at" in self.row:
            return [milliseconds(at) if isinstance(at, str) else 0 for at in self.row["revision_at"]]
        stated = self.row.get("revision")
        return [number(str(one), str(one)) if one is not None else 0 for one in stated] if stated else [0] * rows

    def claim(self, place: int) -> tuple[str, int]:
        """The vendor record a row that cannot be mapped is of, and its revision; '' and 0 where that cannot be told."""
        name = self.row["record"][place] if "record" in self.row else None
        name = self.row["id"][place] if name is None and self.revised else name
        revision = self.revisions[place]
        if isinstance(name, Fault) or name in (None, "") or type(revision) is not int or not 0 <= revision < 1 << 64:
            return "", 0
        return str(name), revision

    def named(self) -> Iterator[tuple[str, Sequence[Value]]]:
        """Every column of values with the place in the mapping it comes from."""
        for table, columns in (("row", self.row), ("times", self.times), ("fields", self.fields)):
            yield from ((f"{table}.{name}", values) for name, values in columns.items())

    def event(self, place: int, step: str, kind: str, subject: str, time: str, data: dict[str, Any]) -> dict[str, Any]:
        """One event of a row."""
        key = self.row["id"][place]
        made = {"specversion": "1.0", "id": f"{key}/{step}" if step else str(key), "source": self.source, "type": kind, "time": time,
                "subject": subject, "data": data}  # fmt: skip
        if self.revised:
            made["record"] = str(key)
            if revision := self.revisions[place]:
                made["revision"] = revision
        if "record" in self.row and self.row["record"][place] is not None:
            made["record"] = str(self.row["record"][place])
        return made


def _kept(spec: Spec, stretch: Stretch, made: Made) -> tuple[Sequence[int], dict[int, Trouble]]:
    """The rows not left out, and those of which it cannot be told."""
    rows, untold = len(stretch.numbers), dict[int, Trouble]()
    left = [True] * rows
    for rule, (reason, when) in enumerate(spec.skips):
        for place, holds in enumerate(when.values(stretch.columns, rows)):
            if isinstance(holds, Fault):
                untold.setdefault(place, (f"skip[{rule}].when", holds.value, holds.expected))
            elif holds and left[place]:
                left[place] = False
                made.remarks[f"left out: {reason}"] += 1
    return ([place for place in range(rows) if left[place]] if spec.skips else range(rows)), untold


def _wrong(spec: Spec, values: _Values, wanted: Sequence[int]) -> dict[int, Trouble]:
    """The rows that cannot be mapped, each with the first thing that is wrong."""
    found: dict[int, Trouble] = {}
    for where, column in values.named():
        if Fault in set(map(type, column)):
            found |= {
                place: (where, one.value, one.expected) for place in wanted if place not in found and type(one := column[place]) is Fault
            }
    needed = [(f"row.{name}", values.row[name], "something: this row says nothing there") for name in _NEEDED[spec.kind]]
    for where, column, expected in (*needed, (f"times.{spec.first}", values.times[spec.first], "an instant: this row has none")):
        if None in column:
            found |= {place: (where, "", expected) for place in wanted if place not in found and column[place] is None}
    if set(map(type, values.revisions)) - {int} or min(values.revisions) < 0:
        bad = {place: one for place in wanted if type(one := values.revisions[place]) is not int or one < 0}
        expected = "a whole number that grows with each change"
        found = {place: ("row.revision", str(getattr(one, "value", one)), expected) for place, one in bad.items()} | found
    check = _WRONG.get(spec.kind)
    if check is not None:
        troubles = {place: check(values, place) for place in wanted if place not in found}
        found |= {place: trouble for place, trouble in troubles.items() if trouble is not None}
    return found


_NEEDED = {
    "interaction": ("id",),
    "event": ("id", "type", "subject"),
    "work": ("id", "interaction", "phase"),
    "presence": ("id", "agent", "state"),
}


def _wrong_work(values: _Values, place: int) -> Trouble | None:
    phase = str(values.row["phase"][place])
    if phase not in _PHASES:
        return "row.phase", phase, f"one of {', '.join(_PHASES)}"
    if "agent" not in values.fields or values.fields["agent"][place] is None:
        return "fields.agent", "", "the agent whose work this is"
    return _backwards(values, place)


def _backwards(values: _Values, place: int) -> Trouble | None:
    start, end = values.times["start"][place], values.times["end"][place] if "end" in values.times else None
    if isinstance(end, str) and isinstance(start, str) and end < start:
        return "times.end", end, f"an instant not before times.start, {start}"
    return None


_WRONG: dict[str, Callable[[_Values, int], Trouble | None]] = {"work": _wrong_work, "presence": _backwards}


def _data(columns: Sequence[tuple[str, Sequence[Value]]], place: int) -> dict[str, Any]:
    return {name: value for name, values in columns if (value := values[place]) is not None}


def _interactions(spec: Spec, values: _Values, good: Sequence[int], made: Made) -> Iterator[tuple[int, dict[str, Any]]]:
    plan = [(name, step, values.times[name], _columns(spec, values, name, step)) for name in values.times for step in STEPS[name]]
    classified = [(name, values.fields[name]) for name in _CLASSIFIED if name in values.fields]
    measured = [(name, values.fields[name]) for name in MEASURED if name in values.fields]
    who = [(name, values.fields[name]) for name in _AGENT if name in values.fields]
    started, keys = values.times["started"], _contacts(spec, values, good)
    stinted = "stint" in values.fields
    for place in good:
        key, begun = keys[place], str(started[place])
        subject = f"interaction/{key}"
        for name, step, times, columns in plan:
            time = times[place]
            if type(time) is not str:
                continue
            if time < begun:
                made.remarks[f"{name} before started"] += 1
            data = _data(columns, place)
            data.update(step.says)
            if "agent" in data and not stinted and "agent" in step.fields:
                data["stint"] = f"{key}/1"
            yield place, values.event(place, name if len(STEPS[name]) == 1 else f"{name}/{step.type}", step.type, subject, time, data)
        if classified and (data := _data(classified, place)):
            yield place, values.event(place, "classified", "interaction.classified", subject, begun, data)
        if measured and (data := _data(measured, place)):
            data = {"stint": f"{key}/1", **_data(who, place), **data}
            last = max(str(times[place]) for _, _, times, _ in plan if times[place] is not None)
            yield place, values.event(place, "measured", "interaction.measured", subject, last, data)


def _contacts(spec: Spec, values: _Values, good: Sequence[int]) -> dict[int, str]:
    """What each contact is called: as the mapping says, else the row's id within its source, so that two exports never share a contact."""
    stated, keys = values.row.get("interaction"), values.row["id"]
    return {place: f"{spec.source}/{keys[place]}" if stated is None or stated[place] is None else str(stated[place]) for place in good}


def _columns(spec: Spec, values: _Values, name: str, step: Step) -> list[tuple[str, Sequence[Value]]]:
    taken = [(each, values.fields[each]) for each in step.fields if each in values.fields]
    return [*taken, *((each, values.fields[each]) for each in spec.keep)] if name == "started" else taken


def _events(spec: Spec, values: _Values, good: Sequence[int], made: Made) -> Iterator[tuple[int, dict[str, Any]]]:
    del spec, made
    columns = list(values.fields.items())
    for place in good:
        kind, subject, time = str(values.row["type"][place]), str(values.row["subject"][place]), str(values.times["at"][place])
        yield place, values.event(place, "", kind, subject, time, _data(columns, place))


def _work(spec: Spec, values: _Values, good: Sequence[int], made: Made) -> Iterator[tuple[int, dict[str, Any]]]:
    del spec, made
    columns = list(values.fields.items())
    ends, results = values.times.get("end"), values.row.get("result")
    for place in good:
        contact, phase = values.row["interaction"][place], str(values.row["phase"][place])
        data = _data(columns, place)
        data.setdefault("stint", f"{contact}/{data['agent']}")
        begins, finishes = _PHASES[phase]
        event = values.event(place, "start", begins, f"interaction/{contact}", str(values.times["start"][place]), data)
        yield place, {**event, "sequence": _BEGINS}
        end = ends[place] if ends else None
        if end is not None:
            result = str(results[place]) if results and phase == "ring" else ""
            kind = f"interaction.{result}" if result in _RESULTS else finishes
            who: dict[str, Any] = {name: data[name] for name in ("stint", "agent", "queue") if name in data}
            yield place, {**values.event(place, "end", kind, f"interaction/{contact}", str(end), who), "sequence": _ENDS}


def _presence(spec: Spec, values: _Values, good: Sequence[int], made: Made) -> Iterator[tuple[int, dict[str, Any]]]:
    del spec, made
    columns = list(values.fields.items())
    ends, domains = values.times.get("end"), values.row.get("domain")
    for place in good:
        subject = f"agent/{values.row['agent'][place]}"
        domain = {"domain": domains[place]} if domains and domains[place] is not None else {}
        data = {"state": str(values.row["state"][place]), **domain, **_data(columns, place)}
        event = values.event(place, "start", "agent.state", subject, str(values.times["start"][place]), data)
        yield place, {**event, "sequence": _BEGINS}
        end = ends[place] if ends else None
        if end is not None:
            # Of a domain only that domain ends; of all of them, the agent is no longer there.
            kind, last = ("agent.state", {"state": "signed_out", **domain}) if domain else ("agent.signed_out", {})
            yield place, {**values.event(place, "end", kind, subject, str(end), last), "sequence": _ENDS}


_WAYS: dict[str, Callable[[Spec, _Values, Sequence[int], Made], Iterator[tuple[int, dict[str, Any]]]]] = {
    "interaction": _interactions, "event": _events, "work": _work, "presence": _presence,
}  # fmt: skip
