"""A mapping file, read and checked: every mistake is named with its place and the closest thing that would have been right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.event import DECLARED, Kind
from ingest.mapping.complaint import MappingError, choice, only, path, shown, text, texts
from ingest.mapping.expression import Expression, Fault, Scalar, Value, condition, expression, number
from ingest.mapping.instant import Clock, clock
from ingest.mapping.reader import Input, input_of

EXAMPLES = Path(__file__).parent / "examples"
_TOP = ("source", "input", "time", "row", "times", "fields", "keep", "seal", "skip")
AGENT_TIMES = (
    "rang", "accepted", "answered", "declined", "missed", "assigned", "opened", "parked", "unparked", "held", "resumed", "released",
    "wrapup_started", "wrapup_ended",
)  # fmt: skip
MEASURED = ("ring_s", "talk_s", "hold_s", "wrap_s")
TIMES = {
    "interaction": (
        "started", "entered_queue", "left_queue", "abandoned", *AGENT_TIMES, "asked", "replied", "handed_off", "escalated", "rated",
        "closed", "reopened",
    ),
    "event": ("at",),
    "work": ("start", "end"),
    "presence": ("start", "end"),
}  # fmt: skip
_ROW = {
    "interaction": ("id",),
    "event": ("id", "type", "subject"),
    "work": ("id", "interaction", "phase"),
    "presence": ("id", "agent", "state"),
}
_ROW_MAY = {"interaction": ("interaction",), "event": (), "work": ("result",), "presence": ("domain",)}
_FIRST = {"interaction": "started", "event": "at", "work": "start", "presence": "start"}
KINDS = tuple(_ROW)
# What the row already says of an event cannot be said again as a field.
_TAKEN = {"interaction": ("author",), "event": (), "work": (), "presence": ("agent", "state", "domain")}


@dataclass(frozen=True, slots=True)
class Spec:
    """A mapping file in force. Expressions give columns of values; `row`, `times` and `fields` are by name."""

    source: str
    kind: str
    input: Input
    clock: Clock
    row: dict[str, Expression]
    times: dict[str, Expression]
    fields: dict[str, Expression]
    keep: dict[str, Expression]
    skips: tuple[tuple[str, Expression], ...]
    seal: frozenset[str]

    @property
    def first(self) -> str:
        """The instant no row of this kind can do without."""
        return _FIRST[self.kind]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the export that is read."""
        parts = (*self.row.values(), *self.times.values(), *self.fields.values(), *self.keep.values(), *(when for _, when in self.skips))
        return tuple(dict.fromkeys(name for part in parts for name in part.columns))


def load(file: Path) -> Spec:
    """Read a mapping file, or one that ships with Apogee by its bare name (`sf311`). Raises MappingError in words."""
    shipped = EXAMPLES / f"{file}.toml"
    found = shipped if not file.suffix and not file.exists() and shipped.is_file() else file
    try:
        stated = tomllib.loads(found.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(example.stem for example in EXAMPLES.glob("*.toml")))
        raise MappingError(f"There is no mapping file {file}. Those that ship with Apogee are named without an ending: {known}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MappingError(f"{file.name} cannot be read as TOML: {error}.") from None
    try:
        return spec(stated)
    except MappingError as error:
        raise MappingError(f"{found.name}: {error}") from None


def spec(stated: dict[str, Any]) -> Spec:
    """Check a mapping. Raises MappingError with the path of the key that is wrong."""
    only(stated, _TOP, "")
    source = text(stated, "source", "")
    if not source:
        raise MappingError('source is needed: the name under which these events are known, such as source = "crm/tickets".')
    row = _table(stated, "row")
    kind = choice(row, "kind", "row", KINDS)
    only(row, ("kind", "revision", "record", *_ROW[kind], *_ROW_MAY[kind]), "row")
    for needed in _ROW[kind]:
        if needed not in row:
            raise MappingError(f"row.{needed} is needed when row.kind is {kind}: {_WHY[needed]}")
    watch = clock(_table(stated, "time"), "time")
    times = _times(stated, kind, watch)
    fields = _fields(stated, kind, watch)
    for name in times:
        if kind == "interaction" and name in AGENT_TIMES and "agent" not in fields:
            raise MappingError(f"fields.agent is needed because times.{name} is something an agent does.")
    if kind == "interaction" and set(fields) & set(MEASURED) and "agent" not in fields:
        raise MappingError(f"fields.agent is needed because fields.{min(set(fields) & set(MEASURED))} is an agent's time.")
    keep = {name: expression(value, f"keep.{name}") for name, value in _table(stated, "keep").items()}
    for name in keep:
        if name in DECLARED:
            raise MappingError(f"keep.{name} is a field of the event contract: put it in [fields], or keep it under another name.")
    return Spec(source, kind, input_of(_table(stated, "input"), "input"), watch,
                _row(row, watch), times, fields, keep, _skips(stated), _seal(stated, row, fields, keep))  # fmt: skip


_WHY = {
    "id": "what identifies a row, so that reading it again is no second contact.",
    "type": 'the type of the event, such as { constant = "order.placed" }.',
    "subject": 'what the event is about, such as { concat = [{ constant = "order" }, "Order no"], with = "/" }.',
    "interaction": "the contact this segment of work belongs to.",
    "phase": "one of ring, talk, hold, wrap.",
    "agent": "whose presence this is.",
    "state": "the state the agent was in.",
}


def _table(stated: dict[str, Any], key: str) -> dict[str, Any]:
    value = stated.get(key, {})
    if not isinstance(value, dict):
        raise MappingError(f"{key} must be a table, written [{key}], not {shown(value)}.")
    return value


def _row(row: dict[str, Any], watch: Clock) -> dict[str, Expression]:
    made = {name: expression(value, f"row.{name}") for name, value in row.items() if name not in ("kind", "revision")}
    if "revision" in row:
        value = row["revision"]
        if isinstance(value, dict) and "time" in value:
            only(value, ("time",), "row.revision")
            made["revision_at"] = expression(value["time"], "row.revision.time").then(watch.reader())
        else:
            made["revision"] = expression(value, "row.revision")
    return made


def _times(stated: dict[str, Any], kind: str, watch: Clock) -> dict[str, Expression]:
    table = _table(stated, "times")
    only(table, TIMES[kind], "times")
    if _FIRST[kind] not in table:
        raise MappingError(f"times.{_FIRST[kind]} is needed when row.kind is {kind}: the column that holds its instant.")
    read = watch.reader()
    return {name: expression(value, f"times.{name}").then(read) for name, value in table.items()}


def _fields(stated: dict[str, Any], kind: str, watch: Clock) -> dict[str, Expression]:
    table = _table(stated, "fields")
    only(table, [name for name in DECLARED if name not in _TAKEN[kind]], "fields")
    return {name: typed(name, expression(value, f"fields.{name}"), watch) for name, value in table.items()}


def typed(name: str, made: Expression, watch: Clock) -> Expression:
    """An expression whose values have the type its field has: numbers, flags and instants may be written as texts in the export."""
    change = _convert(DECLARED[name].kind, watch)
    return made.then(change) if change else made


def _convert(kind: Kind, watch: Clock) -> Scalar | None:
    if kind is Kind.INSTANT:
        return watch.reader()
    if kind is Kind.NUMBER:
        return lambda value: number(value.strip(), value) if isinstance(value, str) else value
    return _flag if kind is Kind.FLAG else _as_text if kind in (Kind.TEXT, Kind.CHOICE, Kind.ZONE) else None


def _flag(value: Any) -> Value:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if value is None or isinstance(value, bool):
        return value
    return words.get(str(value).strip().lower(), Fault(str(value), "true or false, yes or no, 1 or 0"))


def _as_text(value: Any) -> Value:
    return value if value is None or isinstance(value, str) else str(value)


def _skips(stated: dict[str, Any]) -> tuple[tuple[str, Expression], ...]:
    skips = stated.get("skip", [])
    if not isinstance(skips, list) or not all(isinstance(skip, dict) for skip in skips):
        raise MappingError('skip must be written as [[skip]] with reason = "…" and when = { … }.')
    made = []
    for place, skip in enumerate(skips):
        at = f"skip[{place}]"
        only(skip, ("reason", "when"), at)
        reason = text(skip, "reason", at)
        if not reason or "when" not in skip:
            raise MappingError(f"{path(at, 'reason' if not reason else 'when')} is needed: rows are left out for a reason that is counted.")
        made.append((reason, condition(skip["when"], f"{at}.when")))
    return tuple(made)


def _seal(stated: dict[str, Any], row: dict[str, Any], fields: dict[str, Expression], keep: dict[str, Expression]) -> frozenset[str]:
    """The fields to seal, with those that are made of them: an id that identifies a person would show through the rest otherwise."""
    seal = set(texts(stated, "seal", ""))
    only(dict.fromkeys(sorted(seal)), (*fields, *keep, "id", "subject", "record"), "seal")
    if "id" in seal:
        seal |= {"record"} if row["kind"] != "interaction" or "interaction" in row else {"record", "subject"}
    if "subject" in seal and "stint" not in fields:
        seal |= {"stint"}
    return frozenset(seal)
