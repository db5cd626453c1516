"""A Genesys Cloud conversation, read and checked: its sessions and their segments, with instants of one form.

A text, list or instant that is not what it must be raises UnusableError with its path, such as participants[1].sessions[0].mediaType.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

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
_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class UnusableError(ValueError):
    """A conversation that cannot be read: where in it, what was found, what was expected."""

    def __init__(self, where: str, value: object, expected: str) -> None:
        super().__init__(where)
        self.where, self.value, self.expected = where, value, expected


@dataclass(slots=True)
class Segment:
    """A stretch of a session in which one thing went on."""

    kind: str
    start: str  # instants are UTC texts of one form, so that they compare as texts
    end: str  # '' while it lasts
    queue: str
    disconnect: str
    conference: bool
    code: str


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
        return "" if any(not part.end for part in self.segments) else max(part.end for part in self.segments)

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


def sessions(conversation: dict[str, Any], stated: list[str]) -> list[Session]:
    """The sessions with at least one segment; every instant met on the way is added to `stated`."""
    found = []
    for p, participant in enumerate(listed(conversation, "participants", "participants", needed=True)):
        at = f"participants[{p}]"
        if not isinstance(participant, dict):
            raise UnusableError(at, participant, "an object")
        for s, session in enumerate(listed(participant, "sessions", f"{at}.sessions")):
            if not isinstance(session, dict):
                raise UnusableError(f"{at}.sessions[{s}]", session, "an object")
            one = _session(participant, session, f"{at}.sessions[{s}]", stated)
            if one.segments:
                found.append(one)
    return found


def _session(participant: dict[str, Any], session: dict[str, Any], at: str, stated: list[str]) -> Session:
    parts = [_segment(part, f"{at}.segments[{n}]", stated) for n, part in enumerate(listed(session, "segments", f"{at}.segments"))]
    parts.sort(key=lambda part: part.start)
    metrics = [one for one in listed(session, "metrics", f"{at}.metrics") if isinstance(one, dict)]
    stated += [instant(one["emitDate"], f"{at}.metrics.emitDate") for one in metrics if one.get("emitDate")]
    media = text(session, "mediaType", f"{at}.mediaType", needed=True).lower()
    kind = (text(session, "messageType", f"{at}.messageType") or media).lower()
    direction = text(session, "direction", f"{at}.direction") or ("outbound" if session.get("outboundCampaignId") else "")
    return Session(
        id=text(session, "sessionId", f"{at}.sessionId", needed=True),
        purpose=text(participant, "purpose", f"{at}.purpose").lower(),
        agent=text(participant, "userId", f"{at}.userId"),
        media=media,
        channel="" if media in _BESIDE else _CHANNELS.get(kind) or _CHANNELS.get(media) or kind,
        direction=direction,
        customer=_customer(participant, session, direction),
        segments=parts,
        metrics=frozenset(str(one.get("name")) for one in metrics),
        talk=[part for part in parts if part.kind in (*_TALKING, *DIALLING, "hold", "parked")],
    )


def _segment(part: object, at: str, stated: list[str]) -> Segment:
    if not isinstance(part, dict):
        raise UnusableError(at, part, "an object with segmentType, segmentStart and segmentEnd")
    start = instant(part.get("segmentStart"), f"{at}.segmentStart")
    end = instant(part["segmentEnd"], f"{at}.segmentEnd") if part.get("segmentEnd") else ""
    if end and end < start:
        raise UnusableError(f"{at}.segmentEnd", part["segmentEnd"], f"an instant not before segmentStart, {start}")
    stated += [start, end] if end else [start]
    return Segment(
        kind=text(part, "segmentType", f"{at}.segmentType", needed=True).lower(),
        start=start,
        end=end,
        queue=text(part, "queueId", f"{at}.queueId"),
        disconnect=text(part, "disconnectType", f"{at}.disconnectType").lower(),
        conference=part.get("conference") is True,
        code=text(part, "wrapUpCode", f"{at}.wrapUpCode"),
    )


def _customer(participant: dict[str, Any], session: dict[str, Any], direction: str) -> str:
    numbers = session.get("callbackNumbers")
    address = session.get("dnis" if direction == "outbound" else "ani") or session.get("addressFrom") or session.get("addressOther")
    known = participant.get("externalContactId") or address or (numbers[0] if isinstance(numbers, list) and numbers else "")
    name = known.strip().lower() if isinstance(known, str) else ""
    name = name.partition(":")[2] if name.startswith(("tel:", "sip:", "mailto:")) else name
    return "" if name in ("anonymous", "restricted", "unknown", "unavailable") else name


def text(holder: dict[str, Any], key: str, where: str, *, needed: bool = False) -> str:
    """The text under a key, '' when there is none."""
    value = holder.get(key)
    if isinstance(value, str) and (value or not needed):
        return value
    if value is None and not needed:
        return ""
    raise UnusableError(where, value, "a text")


def listed(holder: dict[str, Any], key: str, where: str, *, needed: bool = False) -> list[Any]:
    """The list under a key, empty when there is none."""
    value = holder.get(key)
    if isinstance(value, list):
        return value
    if value is None and not needed:
        return []
    raise UnusableError(where, value, "a list")


def instant(value: object, where: str) -> str:
    """A UTC text with milliseconds. Days, months and times of one digit are met in old exports and read."""
    if isinstance(value, str):
        try:
            if _PLAIN.fullmatch(value):
                datetime.fromisoformat(value)
                return value
            found = _STAMP.fullmatch(value)
            if found:
                *date, part, sign, hours, minutes = found.groups()
                offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
                micros = int(f"{part or '0':0<6}"[:6])
                moment = datetime(*(int(one) for one in date), microsecond=micros, tzinfo=timezone(offset))  # type: ignore[arg-type, misc]
                return written(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            pass
    raise UnusableError(where, value, "an instant such as 2026-11-21T09:00:04.120Z")


def written(moment: datetime) -> str:
    """A UTC moment in the form all instants have here."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
