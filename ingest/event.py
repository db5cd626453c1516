"""The event contract: one declarative table of fields and one of types.

From these two tables come both the fast accept test (`ingest/accept.py`, whole columns at a time) and the explanation of a refusal
(`ingest/explain.py`, one event at a time). docs/events.md says what each type means.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class Kind(Enum):
    """What a field may hold."""

    TEXT = "text"  # a line of text: no control character, at most `most` bytes of UTF-8
    CHOICE = "choice"  # one of `choices`
    INSTANT = "instant"  # RFC 3339 with an offset, from 1970 to 2099
    COUNT = "count"  # a whole number from 0 to 2^64 - 1
    NUMBER = "number"  # a finite number of at most 15 digits before the point
    FLAG = "flag"  # true or false
    OBJECT = "object"  # an object or a list, bounded in depth and size
    ZONE = "zone"  # the name of an IANA time zone
    WEEK = "week"  # the opening hours of each weekday
    DAYS = "days"  # a list of days


# What Arrow holds the values of a kind as; objects, weeks and days are kept as JSON.
ARROW = {
    Kind.TEXT: pa.string(), Kind.CHOICE: pa.string(), Kind.INSTANT: pa.timestamp("ms", "UTC"), Kind.COUNT: pa.uint64(),
    Kind.NUMBER: pa.float64(), Kind.FLAG: pa.bool_(), Kind.ZONE: pa.string(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the contract.

    `column` says that the log has a column of that name; the others are kept together as JSON. `personal` fields are sealed before
    anything is written.
    """

    name: str
    kind: Kind
    expected: str
    column: bool = False
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    most: int = 200
    least: float | None = None  # of a number


AUTHORS = ("customer", "agent", "bot", "system")
ROLES = ("primary", "consult", "conference", "monitor")
RELATIONS = ("transfer", "callback", "switch", "merge", "split", "follow_up")
DIRECTIONS = ("inbound", "outbound", "internal")
ARMS = ("treated", "control")
VERDICTS = ("improved", "unchanged", "worsened", "not_evaluable", "duplicate", "distinct")
CHANNELS = (
    "voice", "email", "chat", "sms", "messaging", "social", "web", "app", "video", "store", "kiosk", "field", "post", "fax",
)  # fmt: skip

MOST_DATA_BYTES = 16_384
MOST_DEPTH = 8
INSTANT_PATTERN = (
    r"^(19[7-9][0-9]|20[0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
CONTROL_PATTERN = r"[\x00-\x1f\x7f]"


def _text(name: str, most: int = 200, *, column: bool = True, required: bool = False, personal: bool = False) -> Field:
    expected = f"a line of text of at most {most} bytes"
    return Field(name=name, kind=Kind.TEXT, expected=expected, column=column, required=required, personal=personal, most=most)


def _choice(name: str, choices: tuple[str, ...], *, column: bool = True, required: bool = False) -> Field:
    return Field(name=name, kind=Kind.CHOICE, expected="one of " + ", ".join(choices), column=column, required=required, choices=choices)


def _number(name: str) -> Field:
    return Field(name=name, kind=Kind.NUMBER, expected="a number of at most 15 digits before the point")


def _seconds(name: str) -> Field:
    return Field(name=name, kind=Kind.NUMBER, expected="a number from 0, of at most 15 digits before the point", least=0)


def _instant(name: str, *, required: bool = False, column: bool = False) -> Field:
    expected = "an instant such as 2026-11-21T09:00:04.120Z, with its offset, from 1970 to 2099"
    return Field(name=name, kind=Kind.INSTANT, expected=expected, required=required, column=column)


def _count(name: str) -> Field:
    return Field(name=name, kind=Kind.COUNT, expected="a whole number from 0 to 18446744073709551615", column=True)


def _flag(name: str, *, column: bool = True) -> Field:
    return Field(name=name, kind=Kind.FLAG, expected="true or false", column=column)


def _object(name: str) -> Field:
    expected = f"an object or a list, at most {MOST_DEPTH} deep"
    return Field(name=name, kind=Kind.OBJECT, expected=expected)


_ZONE = Field(name="zone", kind=Kind.ZONE, expected="the name of an IANA time zone, such as Europe/Paris")
_HOURS = Field(name="hours", kind=Kind.WEEK, expected='opening hours such as {"mon":[["09:00","12:30"],["22:00","06:00"]]}')
_HOLIDAYS = Field(name="holidays", kind=Kind.DAYS, expected='a list of days such as ["2026-12-25"]')

ENVELOPE = (
    _choice("specversion", ("1.0",), column=False, required=True),
    _text("id", 500, required=True),
    _text("source", 200, required=True),
    _text("type", 100, required=True),
    _instant("time", required=True, column=True),
    _text("subject", 500, required=True),
    _count("sequence"),
    _count("revision"),
    _text("record", 500),
    _flag("retracted"),
)

DATA = (
    _text("channel", 60), _text("mode", 60), _choice("direction", DIRECTIONS), _text("queue"), _text("agent"), _text("stint", 500),
    _choice("role", ROLES), _text("customer", 500, personal=True), _text("case", 200), _text("reason", 60), _choice("author", AUTHORS),
    _text("message", 500), _text("in_reply_to", 500), _flag("automatic"), _choice("relation", RELATIONS), _text("to", 500),
    _text("state", 60), _text("domain", 60), _text("team"), _text("site"), _text("brand"), _text("segment"), _text("customer_type"),
    _text("device"), _text("language", 35), _text("motive"), _text("journey_type", 60), _text("outcome"),
    _text("by", 60, column=False), _text("skill", column=False), _text("preferred_agent", column=False), _number("priority"),
    _instant("promised_at"), _number("capacity"), _seconds("ring_s"), _seconds("talk_s"), _seconds("hold_s"), _seconds("wrap_s"),
    _seconds("wait_s"), _text("instrument", 60, column=False), _number("scale"), _number("score"), _text("moment", column=False),
    _number("amount"), _text("currency", 3, column=False), _text("name", column=False), _text("calendar", column=False),
    _ZONE, _HOURS, _HOLIDAYS, _text("into", 500, column=False, personal=True),
    _text("category", column=False), _text("order", column=False), _text("product", column=False), _text("promotion", column=False),
    _text("purpose", 60, column=False), _text("consent", 60, column=False), _text("application", column=False),
    _text("campaign", column=False), _number("price"), _number("quantity"),
    *(_text(name, column=False) for name in (
        "rule", "model", "preferred_channel", "party", "status", "cause", "insight", "method", "family", "formula", "origin", "cadence",
        "owner", "sponsor", "department", "kpi", "journey", "committee",
    )),
    _choice("arm", ARMS, column=False), _choice("verdict", VERDICTS, column=False),
    *(_number(name) for name in ("budget", "target", "auc")),
    *(_seconds(name) for name in (
        "age_s", "staff", "invited", "present", "eligible", "scored", "flagged", "positives", "negatives", "calibration_error", "brier",
    )),
    *(_flag(name, column=False) for name in ("available", "listed", "local", "central", "unified", "holdout")),
    _instant("due_at"), _instant("starts_at"), _instant("ends_at"), _object("channels"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventType:
    """One type: what its subject must be about, and the fields of `data` it cannot do without."""

    name: str
    about: str
    needs: tuple[str, ...] = ()


def _types(about: str, **needs: tuple[str, ...]) -> tuple[EventType, ...]:
    return tuple(EventType(name.replace("__", "."), about, fields) for name, fields in needs.items())


_STINT = ("stint", "agent")

# The order is the contract's order of types at one instant.
TYPES: tuple[EventType, ...] = (
    *_types("agent", reference__agent=()), *_types("team", reference__team=()), *_types("queue", reference__queue=()),
    *_types("site", reference__site=()), *_types("calendar", reference__calendar=("zone", "hours")),
    *_types("skill", reference__skill=()), *_types("ownership", reference__ownership=()),
    *_types("customer", customer__identified=(), customer__merged=("into",), customer__unlinked=(), customer__profile=(),
            customer__consent=(), customer__erased=()),
    *_types("agent", agent__signed_in=(), agent__state=("state",), agent__capacity=("capacity",), agent__focus=("stint",),
            agent__scheduled=()),
    *_types("interaction", interaction__started=(), interaction__reopened=(), interaction__handed_off=(),
            interaction__entered_queue=("queue",), interaction__rang=_STINT, interaction__declined=_STINT, interaction__missed=_STINT,
            interaction__assigned=_STINT, interaction__left_queue=("reason",), interaction__accepted=_STINT,
            interaction__opened=_STINT, interaction__unparked=_STINT, interaction__resumed=_STINT, interaction__message=("author",),
            interaction__held=_STINT, interaction__parked=_STINT, interaction__classified=(), interaction__linked=("to", "relation"),
            interaction__escalated=(), interaction__released=_STINT, interaction__wrapup_started=_STINT,
            interaction__wrapup_ended=_STINT, interaction__measured=_STINT, interaction__closed=()),
    *_types("interaction", feedback__given=("instrument", "scale", "score")),
    *_types("order", order__placed=(), order__amended=("amount",), order__ready=(), order__collected=(), order__delivered=(),
            order__cancelled=(), order__returned=(), order__refunded=("amount",)),
    *_types("customer", touch__seen=(), solicitation__sent=(), solicitation__clicked=(), solicitation__refused=(),
            lead__opened=(), appointment__booked=(), appointment__held=(), session__visited=()),
    *_types("offer", offer__priced=(), offer__promoted=(), offer__stocked=()),
    *_types("cost", cost__booked=("amount",)), *_types("agent", desktop__used=(), agent__signed_out=()),
    # What a company does and decides (docs/events.md, Maturity). New types come last: the rank of a stored event does not change.
    *_types("offer", offer__shown=("product", "available"), offer__counted=("product", "quantity")),
    *_types("order", order__assisted=("party",), order__delayed=(), order__warned=(), order__redeemed=()),
    *_types("credit", credit__given=("order", "amount"), credit__disputed=("order",), credit__settled=()),
    *_types("customer", personalisation__decided=("rule",), solicitation__withheld=("rule",)),
    *_types("identity", identity__labelled=("verdict",)),
    *_types("decision", decision__taken=(), decision__evaluated=("verdict",)),
    *_types("meeting", meeting__planned=("due_at",), meeting__held=()),
    *_types("project", project__planned=(), project__started=(), project__ended=(), project__evaluated=("verdict",)),
    *_types("kpi", kpi__reported=(), reference__kpi=()), *_types("promotion", promotion__evaluated=("method",), reference__promotion=()),
    *_types("model", model__scored=("eligible", "scored"), model__tested=("auc", "positives", "negatives"), reference__model=()),
    *_types("initiative", reference__initiative=()), *_types("department", reference__department=()),
    *_types("moment", reference__moment=()), *_types("target", reference__target=("target",)),
    *_types("product", reference__product=()), *_types("trigger", reference__trigger=()), *_types("roadmap", reference__roadmap=()),
    *_types("insight", reference__insight=()),
)  # fmt: skip

TYPE_RANK: dict[str, int] = {kind.name: rank for rank, kind in enumerate(TYPES)}
TYPE_OF: dict[str, EventType] = {kind.name: kind for kind in TYPES}
DECLARED: dict[str, Field] = {field.name: field for field in DATA}
COLUMNS: tuple[str, ...] = tuple(field.name for field in DATA if field.column)
