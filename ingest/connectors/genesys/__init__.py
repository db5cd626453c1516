"""Genesys Cloud conversation details: a query response, one conversation, a list of them, or one a line.

Both shapes are read: today's, whose sessions carry metrics, and the older one without. Instants come from the segments, because a
segment says when, while a metric says only how long and is stamped at its end; metrics are used where segments cannot say *why*
(tAbandon, tFlowOut, tVoicemail, tNotResponding). What follows from it:

- A queue is entered and left with the segments of the acd session, so the wait of an answered contact is the vendor's tAcd and
  tAnswered; the agent's own segment starts a few milliseconds later and is when talk begins.
- A wrap-up segment may start before the last talk segment ends, as another clock stamps it. One agent is not given the same second
  twice: wrap-up begins when talk has ended. The vendor's tAcw counts the overlap in full.
- Dialling is work (the vendor's tHandle holds it): the stint is opened at the first dialling segment and accepted when the other side
  answers.
- A conversation ends at its conversationEnd. The older shape has none: there it ends with its last segment other than wrap-up,
  once all have ended.
- record is the conversation; its revision is the latest instant stated anywhere in it in milliseconds, times 1,000, plus how many
  instants are stated (at most 999): a later export of a conversation says more, so it supersedes the earlier one.
- Names and addresses of participants are never passed on, save the customer's identity (external contact, else number or address),
  which is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from ingest.connector import Chunk, Connector, Options, Places, Refusal
from ingest.connectors.genesys.conversation import (
    DIALLING,
    LISTENING,
    Conversation,
    Segment,
    Session,
    UnusableError,
    conversation_of,
    instant,
    sessions,
    written,
)
from ingest.document import HELD, Broken, Record, records
from ingest.frame import framed

CHUNK_EVENTS = 20_000
_LAST = 1_000_000  # in sequence: after all else at the same instant
_RING_WITHIN = timedelta(seconds=5)  # the answering agent's first segment starts at most this long after the acd session ended
_BOTS = ("bot", "botflow", "digitalbotflow", "virtualassistant")
_LEFT_BY = {"peer": "abandoned", "client": "abandoned", "endpoint": "abandoned", "spam": "closed", "timeout": "timeout"}


def _read(source: Path | BinaryIO, options: Options) -> Iterator[Chunk]:
    name = options.settings.get("source", "genesys")
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _chunks(stream, name)
    else:
        yield from _chunks(source, name)


def _chunks(stream: BinaryIO, name: str) -> Iterator[Chunk]:
    told, done = stream.seekable(), 0
    events: list[dict[str, Any]] = []
    numbers: list[int] = []
    refused: list[Refusal] = []
    read = held = 0
    for number, record in enumerate(records(stream, ("conversations",)), 1):
        read, held = read + 1, held + record.size
        made = _made(record, f"conversation {number}", name)
        if isinstance(made, Refusal):
            refused.append(made)
        else:
            events += made
            numbers += [number] * len(made)
        if len(events) + len(refused) >= CHUNK_EVENTS or held >= HELD:
            at = stream.tell() if told else 0
            yield framed(Chunk(events, Places("conversation", numbers), read, refused, at - done))
            events, numbers, refused, read, held, done = [], [], [], 0, 0, at
    yield framed(Chunk(events, Places("conversation", numbers), read, refused, stream.tell() - done if told else 0))


def _made(record: Record | Broken, position: str, name: str) -> list[dict[str, Any]] | Refusal:
    if isinstance(record, Broken):
        payload = record.text.encode("utf-8", "surrogateescape")
        where = f"{position}, from line {record.line}"
        return Refusal(where, "conversation", record.found, record.expected, payload, name, whole=True)
    try:
        return events_of(record.value, name)
    except UnusableError as error:
        payload = json.dumps(record.value, ensure_ascii=False).encode("utf-8", "backslashreplace")  # halves of pairs as they came
        return Refusal(position, error.where, error.value, error.expected, payload, name, whole=True)


def events_of(conversation: object, source: str) -> list[dict[str, Any]]:
    """The events of one conversation. Raises UnusableError, a ValueError, with the path of what cannot be used."""
    read = conversation_of(conversation)
    name, started = read.conversation_id, instant(read.conversation_start, "conversationStart")
    stated = [started]
    parts = sessions(read, stated)
    if read.conversation_end:
        ended = instant(read.conversation_end, "conversationEnd")
        stated.append(ended)
    else:
        ended = _end_of_older(parts)
    latest = datetime.fromisoformat(max(stated))
    revision = (int(latest.timestamp()) * 1000 + latest.microsecond // 1000) * 1000 + min(len(stated), 999)
    channels: dict[str, list[Session]] = {}
    for session in sorted(parts, key=lambda one: (one.start, one.purpose not in ("customer", "external"))):
        if session.channel:
            channels.setdefault(session.channel, []).append(session)
    made: list[dict[str, Any]] = []
    for place, (channel, group) in enumerate(channels.items() or [("", [])]):
        subject = name if not place else f"{name}~{channel}"  # a second channel of one conversation is a contact of its own
        first = started if not place else group[0].start
        tale = _Tale(subject, source, name, revision, made)
        _tell(tale, read, channel, group, first, ended)
        if place:
            tale.add("switched", first, "linked", {"to": name, "relation": "switch"})
    _tell_surveys(_Tale(name, source, name, revision, made), read)
    return made


def _end_of_older(parts: list[Session]) -> str:
    if any(session.metrics for session in parts) or any(not session.end for session in parts):
        return ""
    return max((part.end for session in parts for part in session.segments if part.kind != "wrapup"), default="")


@dataclass(slots=True)
class _Tale:
    """The events of one interaction as they are found."""

    subject: str
    source: str
    record: str
    revision: int
    made: list[dict[str, Any]]

    def add(self, step: str, time: str, kind: str, data: dict[str, Any], sequence: int = 0) -> None:
        """One event; `step` names it within the interaction, the same at every reading. Empty texts say nothing and are left out."""
        if "" in data.values():
            data = {key: value for key, value in data.items() if value != ""}
        self.made.append({
            "specversion": "1.0", "id": f"{self.subject}/{step}", "source": self.source, "time": time, "sequence": sequence,
            "type": kind if "." in kind else f"interaction.{kind}", "subject": f"interaction/{self.subject}",
            "record": self.record, "revision": self.revision, "data": data,
        })  # fmt: skip


def _tell(tale: _Tale, conversation: Conversation, channel: str, group: list[Session], started: str, ended: str) -> None:
    agents = [session for session in group if session.purpose == "agent"] or [session for session in group if session.purpose == "user"]
    outside = [session for session in group if session.purpose == "external"]
    customers = [session for session in group if session.purpose == "customer"] or outside[:1]
    bots = [session for session in group if session.purpose in _BOTS]
    queues = [session for session in group if session.purpose == "acd"]
    mode = "callback" if group and group[0].media == "callback" else "bot" if bots and not agents and not queues else ""
    direction = _direction(conversation, group, customers)
    customer = next((session.customer for session in customers if session.customer), "")
    tale.add("started", started, "started", {"channel": channel, "mode": mode, "direction": direction, "customer": customer})
    for bot in bots:
        if bot.end and any(session.start >= bot.end for session in (*queues, *agents)):
            tale.add(f"{bot.id}/handed_off", bot.end, "handed_off", {})
    for session in queues:
        _tell_queue(tale, session, group, agents, ended)
    agents = [session for session in agents if session.agent]
    for session in agents:
        others = [one for one in (*queues, *agents) if one is not session and (not one.end or one.end > session.released)]
        _tell_stint(tale, session, _role(session, agents), moved=session.transferred and bool(others))
    for session in outside:
        handed = [one for one in agents if one.transferred and one.released and (not session.end or one.released <= session.end)]
        if session not in customers and handed:
            tale.add(f"{session.id}/escalated", session.start, "escalated", {"to": "external"})
    if ended:
        tale.add("closed", ended, "closed", {}, _LAST)


def _direction(conversation: Conversation, group: list[Session], customers: list[Session]) -> str:
    stated = conversation.originating_direction or next((one.direction for one in (*customers, *group) if one.direction), "")
    if not conversation.originating_direction and group and not customers:
        stated = "internal"  # nobody from outside took part
    return str(stated) if stated in ("inbound", "outbound", "internal") else ""


def _tell_queue(tale: _Tale, session: Session, group: list[Session], agents: list[Session], ended: str) -> None:
    visits: list[list[Segment]] = []
    for part in session.segments:
        if part.queue and visits and visits[-1][-1].queue == part.queue:
            visits[-1].append(part)
        elif part.queue:
            visits.append([part])
    for number, visit in enumerate(visits):
        queue, entered, left = visit[0].queue, visit[0].start, visit[-1].end
        tale.add(f"{session.id}/entered/{number}", entered, "entered_queue", {"queue": queue})
        if number + 1 < len(visits):
            reason = "overflow"
        elif left:
            reason = _reason(session, visit, group, agents)
        else:
            reason, left = "closed", ended
        if left:
            tale.add(f"{session.id}/left/{number}", left, "left_queue", {"queue": queue, "reason": reason})


def _reason(session: Session, visit: list[Segment], group: list[Session], agents: list[Session]) -> str:
    entered, left, disconnect = visit[0].start, visit[-1].end, visit[-1].disconnect
    if "tAbandon" in session.metrics:
        return "abandoned"
    if "tVoicemail" in session.metrics or any(one.purpose == "voicemail" and one.start >= left for one in group):
        return "voicemail"
    for one in agents:
        in_time = one.start <= left or one.start <= _shifted(left, _RING_WITHIN)
        if one.answered >= entered and in_time and visit[0].queue in ("", *(part.queue for part in one.talk)):
            return "answered"
    if any(one.media == "callback" and entered < one.start for one in group) and session.media != "callback":
        return "callback"
    if "transfer" in disconnect or "tFlowOut" in session.metrics:
        return "overflow"  # taken out of the queue by the system: to another queue, a menu, outside
    return _LEFT_BY.get(disconnect, "system")


def _role(session: Session, agents: list[Session]) -> str:
    if not session.talk:
        return ""
    if all(part.kind in LISTENING for part in session.talk):
        return "monitor"
    mine = session.talk[0].start
    with_me = [one for one in agents if one.talk and one.talk[0].start < mine and (not one.released or mine < one.released)]
    if not with_me:
        return "primary"
    if any(part.conference or part.kind == "barging" for part in session.talk):
        return "conference"
    stays = all(one.released and (not session.released or one.released < session.released) for one in with_me)
    return "primary" if stays else "consult"


def _tell_stint(tale: _Tale, session: Session, role: str, *, moved: bool) -> None:
    queue = next((part.queue for part in session.segments if part.queue), "")
    who = {"stint": session.id, "agent": session.agent}
    steps = 0

    def say(kind: str, time: str, **more: str) -> None:
        nonlocal steps
        steps += 1
        tale.add(f"{session.id}/{kind}/{steps}", time, kind, {**who, **more}, steps)

    for part in session.segments:
        if part.kind == "alert":
            say("rang", part.start, queue=queue)
            taken = next((talk.start for talk in session.talk if talk.start >= part.start), "")
            if part.end and not taken:
                say(_unanswered(session, part), part.end, queue=queue)
            elif part.end and part.end < taken:
                say("parked", part.end)  # the ring is over, the talk has yet to begin
    _say_talk(session.talk, role, queue, say)
    released = session.released
    if released:
        say("released", released, queue=queue)
        if moved:
            say("linked", released, to=tale.subject, relation="transfer")
    for part in session.segments:
        if part.kind == "wrapup":
            begun = max(part.start, released)
            say("wrapup_started", begun)
            if part.code:
                say("classified", max(part.end, begun), outcome=part.code)
            if part.end:
                say("wrapup_ended", max(part.end, begun))


def _unanswered(session: Session, alert: Segment) -> str:
    if "tNotResponding" in session.metrics:
        return "missed"
    # The caller left, or the line failed: the ring ended and the agent is not to blame.
    blameless = alert.disconnect in ("peer", "endpoint", "error", "transportfailure", "")
    return "declined" if alert.disconnect == "client" else "released" if blameless else "missed"


def _say_talk(talk: list[Segment], role: str, queue: str, say: Callable[..., None]) -> None:
    accepted, before = False, None
    for part in talk:
        if before is not None and before.end < part.start:
            say("parked", before.end)
        gone_on = before is not None and (before.end < part.start or before.kind == "parked")
        if part.kind in DIALLING:
            say("opened", part.start, queue=queue)
        elif not accepted:
            say("accepted", part.start, queue=queue, role=role)
            accepted = True
            if part.kind == "hold":
                say("held", part.start)
        elif part.kind in ("hold", "parked"):
            say("held" if part.kind == "hold" else "parked", part.start)
        elif before is not None and before.kind == "hold":
            say("resumed", part.start)
        elif gone_on:
            say("unparked", part.start)
        before = part


def _tell_surveys(tale: _Tale, conversation: Conversation) -> None:
    for survey in conversation.surveys:
        if not survey.get("surveyCompletedDate"):
            continue
        time = instant(survey["surveyCompletedDate"], "surveys.surveyCompletedDate")
        base = {"agent": survey.get("userId") or "", "queue": survey.get("queueId") or ""}
        for name, instrument, scale in (("surveyPromoterScore", "nps", 10), ("surveyTotalScore", "survey", 100)):
            if isinstance(survey.get(name), int | float):
                score = {"instrument": instrument, "scale": scale, "score": survey[name], "moment": "after contact"}
                tale.add(f"{survey.get('surveyId', '')}/{instrument}", time, "feedback.given", {**base, **score})


def _shifted(instant: str, by: timedelta) -> str:
    try:
        return written(datetime.fromisoformat(instant) + by)
    except OverflowError:  # nothing comes after the last day of all
        return instant


connector = Connector(
    name="genesys",
    settings=("source",),
    summary="Genesys Cloud conversation details (JSON: a query response, a conversation, a list, or one a line)",
    read=_read,
    personal=frozenset({"customer"}),
    help=(
        "apogee ingest genesys conversations.json [--set source=genesys/eu]\n\n"
        "The answer of POST /api/v2/analytics/conversations/details/query, or the result of a details job."
    ),
)
