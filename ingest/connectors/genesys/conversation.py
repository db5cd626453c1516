"""A Genesys Cloud conversation, read and checked: its sessions and their segments, with instants of one form.

A text, list or instant that is not what it must be raises UnusableError with its path, such as participants[1].sessions[0].mediaType.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

_CHANNELS = {
    "voice": "voice", "callback": "voice", "email": "email", "chat": "chat", "sms": "sms", "video": "video", "social": "social",
    "webmessaging": "messaging", "whatsapp": "messaging", "open": "messaging", "apple": "messaging", "line": "messaging",
    "facebook": "social", "twitter": "social", "instagram": "social", "message": "messaging", "fax": "fax",
}  # fmt: skip
_BESIDE = ("cobrowse", "screenshare", "screenmonitoring")  # sessions beside the contact, not a channel of their own
LISTENING = ("monitoring", "coaching")
_TALKING = ("interact", "barging", *LISTENING)
DIALLING = ("dialing", "contacting")
_STAMP = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)T(\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))")
_WORK = frozenset((*_TALKING, *DIALLING, "hold", "parked"))
_SEGMENT = {
    "kind": "segmentType", "start": "segmentStart", "end": "segmentEnd", "queue": "queueId", "disconnect": "disconnectType",
    "code": "wrapUpCode",
}  # fmt: skip
_COMPLAINT = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?")
_IN_WORDS = {"str": "a text", "array": "a list", "object": "an object", "bool": "true or false"}
_AN_INSTANT = "an instant such as 2026-11-21T09:00:04.120Z"
_A_CONVERSATION = "an object with conversationId, conversationStart and participants"


class UnusableError(ValueError):
    """A conversation that cannot be read: where in it, what was found, what was expected."""

    def __init__(self, where: str, value: object, expected: str) -> None:
        super().__init__(where)
        self.where, self.value, self.expected = where, value, expected

    def within(self, place: str) -> UnusableError:
        """The same, seen from the place it lies in."""
        return UnusableError(f"{place}.{self.where}", self.value, self.expected)


class Segment(msgspec.Struct, rename=_SEGMENT):
    """A stretch of a session in which one thing went on."""

    kind: str
    start: str  # instants are UTC texts of one form, so that they compare as texts
    end: str = ""  # '' while it lasts
    queue: str = ""
    disconnect: str = ""
    conference: bool = False
    code: str = ""


class _Metric(msgspec.Struct, rename="camel"):
    name: str = ""
    emit_date: str = ""


class _SessionRead(msgspec.Struct, rename="camel"):
    session_id: str
    media_type: str
    message_type: str = ""
    direction: str = ""
    segments: list[Segment] = []
    metrics: list[_Metric] = []
    outbound_campaign_id: Any = None
    ani: Any = None
    dnis: Any = None
    address_from: Any = None
    address_other: Any = None
    callback_numbers: Any = None


class _Participant(msgspec.Struct, rename="camel"):
    purpose: str = ""
    user_id: str = ""
    external_contact_id: Any = None
    sessions: list[_SessionRead] = []


class Conversation(msgspec.Struct, rename="camel"):
    """A conversation as it was read; `surveys` are looked at later."""

    conversation_id: str
    conversation_start: str
    participants: list[_Participant]
    conversation_end: str = ""
    originating_direction: str = ""
    surveys: list[dict[str, Any]] = []


@dataclass(slots=True)
class Session:
    """One participant on one medium."""

    id: str
    purpose: str
    agent: str
    media: str
    channel: str
    direction: str
    customer: str
    segments: list[Segment]  # by start
    metrics: frozenset[str]
    talk: list[Segment] = field(default_factory=list)  # from the first dialling or talk to the last, holds and parks between

    @property
    def start(self) -> str:
        """When it began."""
        return self.segments[0].start

    @property
    def end(self) -> str:
        """When its last segment ended, '' while one lasts."""
        ends = [part.end for part in self.segments]
        return max(ends) if all(ends) else ""

    @property
    def answered(self) -> str:
        """When the first talk began, '' when none did."""
        return next((part.start for part in self.talk if part.kind not in DIALLING), "")

    @property
    def released(self) -> str:
        """When the last talk or hold ended, '' while it lasts or when there was none."""
        return "" if not self.talk or not self.talk[-1].end else max(part.end for part in self.talk)

    @property
    def transferred(self) -> bool:
        """Whether this participant handed the contact on."""
        return bool(self.talk) and ("transfer" in self.talk[-1].disconnect or "nTransferred" in self.metrics)


def conversation_of(value: object) -> Conversation:
    """A conversation with the types of its fields checked. Raises UnusableError with the path of what is wrong."""
    try:
        found = msgspec.convert(value, Conversation)
    except msgspec.ValidationError:
        value = _without_nulls(value)  # a null is a field that is not there
        try:
            found = msgspec.convert(value, Conversation)
        except msgspec.ValidationError as error:
            raise _unusable(str(error), value) from None
        except UnicodeEncodeError:
            raise UnusableError("conversation", "", _A_CONVERSATION) from None
    except UnicodeEncodeError:  # half a character where no text should be
        raise UnusableError("conversation", "", _A_CONVERSATION) from None
    if not found.conversation_id:
        raise UnusableError("conversationId", "", "a text")
    return found


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _unusable(message: str, value: Any) -> UnusableError:
    found = _COMPLAINT.fullmatch(message)
    what, where = (found["what"], found["where"] or "") if found else (message, "")
    missing = re.search(r"missing required field `(\w+)`", what)
    if missing:
        kind = "array" if missing[1] == "participants" else "str"
        where, what = f"{where}.{missing[1]}".lstrip("."), f"Expected `{kind}`"
    for part in re.findall(r"\w+", where):
        value = value[int(part)] if isinstance(value, list) else value.get(part) if isinstance(value, dict) else None
    wanted = re.search(r"Expected `(\w+)", what)
    expected = _IN_WORDS.get(wanted[1] if wanted else "", what)
    if where.endswith(("Start", "End", "Date")):
        expected = _AN_INSTANT
    return UnusableError(where or "conversation", value, expected if where else _A_CONVERSATION)


def sessions(conversation: Conversation, stated: list[str]) -> list[Session]:
    """The sessions with at least one segment; every instant met on the way is added to `stated`."""
    found = []
    for p, participant in enumerate(conversation.participants):
        for s, session in enumerate(participant.sessions):
            if session.segments:
                try:
                    found.append(_session(participant, session, session.segments, stated))
                except UnusableError as error:
                    raise error.within(f"participants[{p}].sessions[{s}]") from None
    return found


def _session(participant: _Participant, session: _SessionRead, parts: list[Segment], stated: list[str]) -> Session:
    if not session.session_id:
        raise UnusableError("sessionId", "", "a text")
    for n, part in enumerate(parts):
        try:
            _settle(part, stated)
        except UnusableError as error:
            raise error.within(f"segments[{n}]") from None
    parts.sort(key=_by_start)
    metrics = session.metrics
    stated += [instant(one.emit_date, "metrics.emitDate") for one in metrics if one.emit_date]
    media = session.media_type.lower()
    kind = (session.message_type or media).lower()
    direction = session.direction or ("outbound" if session.outbound_campaign_id else "")
    return Session(
        id=session.session_id,
        purpose=participant.purpose.lower(),
        agent=participant.user_id,
        media=media,
        channel="" if media in _BESIDE else _CHANNELS.get(kind) or _CHANNELS.get(media) or kind,
        direction=direction,
        customer=_customer(participant, session, direction),
        segments=parts,
        metrics=frozenset(one.name for one in metrics if one.name),
        talk=[part for part in parts if part.kind in _WORK],
    )


def _settle(part: Segment, stated: list[str]) -> None:
    """Bring the texts of a segment into the form they have here."""
    part.start = instant(part.start, "segmentStart")
    stated.append(part.start)
    if part.end:
        end = instant(part.end, "segmentEnd")
        if end < part.start:
            raise UnusableError("segmentEnd", part.end, f"an instant not before segmentStart, {part.start}")
        part.end = end
        stated.append(end)
    part.kind = part.kind.lower()
    part.disconnect = part.disconnect.lower()


def _by_start(part: Segment) -> str:
    return part.start


def _customer(participant: _Participant, session: _SessionRead, direction: str) -> str:
    numbers = session.callback_numbers
    address = (session.dnis if direction == "outbound" else session.ani) or session.address_from or session.address_other
    known = participant.external_contact_id or address or (numbers[0] if isinstance(numbers, list) and numbers else "")
    name = known.strip().lower() if isinstance(known, str) else ""
    name = name.partition(":")[2] if name.startswith(("tel:", "sip:", "mailto:")) else name
    return "" if name in ("anonymous", "restricted", "unknown", "unavailable") else name


def instant(value: object, where: str) -> str:
    """A UTC text with milliseconds. Days, months and times of one digit are met in old exports and read."""
    if isinstance(value, str):
        try:
            if len(value) == 24 and value[4] == value[7] == "-" and value[10] == "T" and value[19] == "." and value[23] == "Z":
                datetime.fromisoformat(value)
                return value
            found = _STAMP.fullmatch(value)
            if found:
                *date, second, part, sign, hours, minutes = found.groups()
                offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
                micros = int(f"{part or '0':0<6}"[:6])
                year, month, day, hour, minute = (int(one) for one in date)
                moment = datetime(year, month, day, hour, minute, int(second), micros, timezone(offset))
                return written(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            pass
    raise UnusableError(where, value, _AN_INSTANT)


def written(moment: datetime) -> str:
    """A UTC moment in the form all instants have here."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
