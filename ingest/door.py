"""POST /api/v1/events: the HTTP door of the collector, as a Flask blueprint. Refusals are RFC 9457 problem documents."""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from flask import Blueprint, Request, Response, jsonify, request

from ingest.collector import Collector, Overloaded, Stopped, TooMany
from ingest.connector import Chunk, Options, Refusal, UnknownConnector, connector
from ingest.receipt import Receipt
from ingest.writer import Sending

EVENTS = "/api/v1/events"
CHUNK = "application/vnd.apogee.chunk+json"  # what a connector read elsewhere: events with positions, and refusals
KINDS = frozenset(
    {"application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson", "application/json", CHUNK}
)  # none of them can be sent by a form of another site


@dataclass(frozen=True, slots=True)
class Access:
    """Who may send: holders of a token; and, on the loopback demo while nobody has to sign in, anybody on this machine."""

    tokens: tuple[str, ...] = field(default=(), repr=False)
    open: Callable[[], bool] = lambda: False  # asked with each request
    known: Callable[[str], bool] = lambda _: False  # whether a token was given the right to send

    def sender(self, asked: Request) -> str | None:
        """Who sends, or None: refused."""
        scheme, _, given = asked.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            for number, token in enumerate(self.tokens):
                if hmac.compare_digest(given.encode(), token.encode()):
                    return f"token {number + 1}"
            return f"token {given[:12]}" if self.known(given) else None
        return f"address {asked.remote_addr}" if self.open() else None


class _Told(msgspec.Struct):
    position: str
    field: str
    value: Any
    expected: str
    payload: bytes
    source: str = ""
    whole: bool = False
    record: str = ""
    revision: Annotated[int, msgspec.Meta(ge=0)] = 0


class Sent(msgspec.Struct):
    """A chunk on the wire, with the terms of the reading it comes from."""

    connector: str
    file: str
    records: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    events: list[Any]
    positions: list[str]
    refused: list[_Told] = []
    personal: list[str] = []
    keep: bool = False


def packed(chunk: Chunk, name: str, file: str, personal: Iterable[str], *, keep: bool) -> bytes:
    """A chunk for the wire."""
    names = _Told.__struct_fields__
    told = [_Told(**{name: getattr(each, name) for name in names} | {"value": str(each.value)[:200]}) for each in chunk.refused]
    return msgspec.json.encode(Sent(name, file, chunk.records, chunk.events, list(chunk.positions), told, sorted(personal), keep))


def problem(status: int, title: str, detail: str, **headers: str) -> Response:
    """A problem document."""
    answer = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail})
    answer.status_code = status
    answer.content_type = "application/problem+json"
    answer.headers.update(headers)
    return answer


def door(collector: Collector, access: Access) -> Blueprint:
    """The blueprint; the host application checks Host and origin before it."""
    blueprint = Blueprint("events", __name__)

    @blueprint.post(EVENTS)
    def events() -> Response:
        sender = access.sender(request)
        if sender is None:
            return problem(401, "Token needed", "Send the header Authorization: Bearer <token>.", **{"WWW-Authenticate": "Bearer"})
        if request.mimetype not in KINDS:
            return problem(415, "Not a kind of events", f"Content-Type must be one of {', '.join(sorted(KINDS))}.")
        if request.headers.get("Content-Encoding"):
            return problem(415, "Compressed body", "Send the body as it is, without Content-Encoding.")
        body = _body(collector.limits.body_bytes)
        if body is None:
            return problem(413, "Body too large", f"Send at most {collector.limits.body_bytes} bytes at a time.")
        return _answer(collector, sender, body)

    return blueprint


def _body(most: int) -> bytes | None:
    if request.content_length is not None and request.content_length > most:
        return None
    body = request.stream.read(most + 1)
    return None if len(body) > most else body


def _answer(collector: Collector, sender: str, body: bytes) -> Response:
    try:
        receipt = _send(collector, sender, body)
    except UnknownConnector as error:
        return problem(400, "Not a chunk", str(error))
    except msgspec.MsgspecError as error:
        return problem(400, "Not a chunk", f"The body is not a chunk: {error}.")
    except (RecursionError, UnicodeDecodeError):
        return problem(400, "Not a chunk", "The body is not JSON in UTF-8, or is nested too deeply.")
    except TooMany as error:
        return problem(413, "Too many events", str(error))
    except Overloaded as error:
        return problem(429, "Too much at once", str(error), **{"Retry-After": str(error.retry_s)})
    except Stopped as error:
        return problem(503, "Not written", str(error), **{"Retry-After": "2"})
    return jsonify(receipt.as_dict())


def _send(collector: Collector, sender: str, body: bytes) -> Receipt:
    with collector.desk(sender):
        sending = _unpacked(collector, body) if request.mimetype == CHUNK else _events(collector, body)
    return collector.deliver(sending, sender)


def _events(collector: Collector, body: bytes) -> Sending:
    reader: Callable[..., Iterable[Chunk]] = connector("cloudevents").read
    return collector.checked(reader(io.BytesIO(body), Options()), "cloudevents", "http", frozenset(), keep=False)


def _unpacked(collector: Collector, body: bytes) -> Sending:
    sent = msgspec.json.decode(body, type=Sent)
    if len(sent.positions) != len(sent.events):
        raise msgspec.ValidationError("positions and events must be as many")
    system = connector(sent.connector)
    if system.parameters and any(each.whole for each in sent.refused):
        raise msgspec.ValidationError(f"{system.name} reads parameters and no records, so that none can have been refused")
    if any(each.revision >> 64 for each in sent.refused):
        raise msgspec.ValidationError("a revision is a whole number below 2^64")
    refused = [Refusal(**msgspec.structs.asdict(each)) for each in sent.refused]
    chunk = Chunk(sent.events, sent.positions, sent.records, refused)
    keep = sent.keep if system.refine else system.keep  # only where options decide it may the reading say so
    return collector.checked([chunk], sent.connector, sent.file[:200], system.personal | frozenset(sent.personal), keep=keep)
