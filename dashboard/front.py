"""The one port of Apogee: live streams are served by the event loop, everything else by Flask in bounded pools of threads.

    front = build(store, Settings())
    collector.committed = front.notify          # after each committed batch, from any thread
    uvicorn.run(front, host="127.0.0.1", port=8050, workers=1, timeout_graceful_shutdown=3, access_log=False)

One process on purpose: the embedded engine takes one, and the hub is the state all viewers share. A stream costs no thread. Senders of
events wait until these are on disk; they have a pool of their own, so that pages and signs of life never stand behind a slow disk.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import orjson
from a2wsgi import WSGIMiddleware
from flask import Blueprint
from werkzeug.http import parse_cookie

from dashboard.agent.board import DayBoard, Watched, draw_day
from dashboard.app import application
from dashboard.body import Gone, Intake, Receive, Unread
from dashboard.guard import Gate, headers, refused_address, refused_origin
from dashboard.hub import Hub, HubFull, Watch
from dashboard.live.board import Board, draw
from dashboard.live.feed import Feed, feeds
from dashboard.live.floor import Floor
from dashboard.live.memory import Memory
from dashboard.people.people import People
from dashboard.seen import look
from dashboard.setting import Settings
from dashboard.viewer import SUPERVISION, Role, Use, Viewer
from dashboard.word import language_of
from ingest.door import EVENTS
from metrics.query import LONGEST
from sql.clickhouse import Store
from sql.ledger.door import PASSING, Ledger, open_ledger

LOG = logging.getLogger(__name__)
STREAM = "/live/events"
DAY_STREAM = "/agent-time/events"
STREAMS: dict[str, frozenset[Role]] = {STREAM: SUPERVISION, DAY_STREAM: SUPERVISION}

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Front:
    """An ASGI application."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        blueprints: Sequence[tuple[Blueprint, dict[str, frozenset[Role]]]] = (),
        ledger: Ledger | None = None,
    ) -> None:
        self.settings = settings
        self.ledger = ledger or open_ledger(PASSING)
        self.people = People(self.ledger, settings.rules)
        self._store, self._memory = store, (memory := Memory())
        self.hub: Hub[Board | DayBoard] = Hub(
            lambda key: draw_day(store, settings, key) if isinstance(key, Watched) else draw(store, settings, cast("Floor", key), memory),
            pause_s=settings.pause_s,
            patience_s=settings.patience_s,
            viewers=settings.viewers,
        )
        self.server, self.gate = application(store, settings, self.hub, self.people)
        for blueprint, may in blueprints:
            self.gate.blueprint(blueprint, may)
        self.gate.seal()
        self._wsgi = WSGIMiddleware(self.server, workers=settings.threads)
        self._sending, self._senders = 0, WSGIMiddleware(self.server, workers=settings.senders)  # `_sending` is the event loop's
        self._intake = Intake(settings.body_s)

    def notify(self, *_: Any) -> None:
        """Say that a batch was committed. Cheap, never blocks, may be called from any thread."""
        self.hub.tick()

    def feeds(self) -> tuple[Feed, ...]:
        """How each source keeps up now."""
        return feeds(self._store, self._memory, self.settings, datetime.now(UTC))

    def close(self) -> None:
        """Stop the live streams and the drawing thread, and let go of the ledger."""
        self.hub.close()
        self.people.close()
        self.ledger.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.shutdown":
                self.close()
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
        peer = (scope.get("client") or ("", 0))[0]
        refusal = refused_address(self.settings, peer, received.get("host"))
        refusal = refusal or refused_origin(scope["method"], lambda name: received.get(name.lower()))
        path: str = scope["path"]
        if refusal:
            await answer(send, 403, refusal)
        elif path in STREAMS:
            await self._stream(scope, received, receive, send)
        else:
            try:
                async with self._intake.whole(received, receive) as given:
                    await (self._take if path == EVENTS else self._wsgi)(scope, given, send)
            except Unread as unread:
                await answer(send, unread.status, unread.detail, unread.retry)
            except Gone:
                return

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a sender of events, unless as many as there are threads for wait already."""
        if self._sending >= self.settings.senders:
            await answer(send, 429, "Too many senders wait for their events to be written: send the same again in a moment.", retry=2)
            return
        self._sending += 1
        try:
            await self._senders(scope, receive, send)
        finally:
            self._sending -= 1

    def _viewer(self, received: Mapping[str, str], use: Use) -> Viewer | None:
        """Who watches. A stream is no use of the session: the board on a wall goes on without it, an agent's day ends with it."""
        cookie = parse_cookie(received.get("cookie", "")).get(self.gate.cookie, "")
        return self.gate.identify(cookie, received.get("authorization", ""), "live", use)

    async def _stream(self, scope: Scope, received: Mapping[str, str], receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await answer(send, 405, "A stream is read with GET.")
            return

        async def who() -> Viewer | None:
            return await asyncio.to_thread(self._viewer, received, Use.WALL if scope["path"] == STREAM else Use.LOOKS)

        viewer = await who()
        if viewer is None:
            await answer(send, 401, await asyncio.to_thread(self.gate.unknown, received.get("authorization", "")))
            return
        if viewer.due or not viewer.may(STREAMS[scope["path"]]):
            await answer(send, 403, "Your role may not watch this.")
            return
        search = scope["query_string"].decode("latin1")
        said = {name: tuple(values) for name, values in parse_qs(search).items()}
        key: Floor | Watched = Floor.of(viewer.scope, said)
        if scope["path"] == DAY_STREAM:
            key = Watched.of(viewer.scope, said, datetime.now(ZoneInfo(self.settings.zone)).date())
            if not viewer.scope.named:
                await answer(send, 403, "You may not see single agents.")
                return
            if not 0 < len(key.agent) <= LONGEST:
                await answer(send, 400, "Name the agent to watch.")
                return
        language = language_of(search, None, received.get("accept-language"))
        try:
            with self.hub.watch(key, language) as watch:
                await _open(send)
                await self._pump(watch, receive, send, who, viewer)
        except HubFull:
            await answer(send, 503, "Too many live pages are open: close some, or raise the limit.", retry=30)

    async def _pump(
        self, watch: Watch[Board | DayBoard], receive: Receive, send: Send, who: Callable[[], Awaitable[Viewer | None]], viewer: Viewer
    ) -> None:
        """Hand on what is new until somebody leaves, or the viewer is not who he was: signed out, or given another role or scope."""
        gone, clock = asyncio.ensure_future(_gone(receive)), asyncio.get_running_loop().time
        asked, looked = clock(), False
        try:
            while not gone.done() and not self.hub.closed:
                if clock() - asked >= self.settings.heartbeat_s:
                    asked = clock()
                    if await who() != viewer:
                        await send({"type": "http.response.body", "body": b"event: over\ndata: {}\n\n", "more_body": True})
                        break
                following = asyncio.ensure_future(watch.next(self.settings.heartbeat_s))
                await asyncio.wait({gone, following}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    following.cancel()
                    break
                news = following.result()
                if news is not None and not looked:
                    looked = await self._looked(watch, viewer)
                body = b": alive\n\n" if news is None else b"id: %d\ndata: %s\n\n" % news
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            gone.cancel()
        with contextlib.suppress(Exception):  # the other side may have gone first
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _looked(self, watch: Watch[Board | DayBoard], viewer: Viewer) -> bool:
        """Write down, before it is sent, that somebody sees an agent's day; whether he does: his scope may hold the agent only later."""
        key, board = watch.channel.key, watch.channel.board
        if not isinstance(key, Watched) or not isinstance(board, DayBoard) or not board.told.held:
            return not isinstance(key, Watched)
        about, told = [f"agent/{key.agent}"], {"page": DAY_STREAM, "day": key.day.isoformat()}
        await asyncio.to_thread(look, self.ledger, viewer.name, viewer.scope, about, told, goes_on=True)
        return True


async def _open(send: Send) -> None:
    """Begin a stream: never stored, never buffered on the way, retried by the browser after a second."""
    plain = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no", **headers("")}
    await send({"type": "http.response.start", "status": 200, "headers": _encoded(plain)})
    await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _encoded(plain: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in plain.items()]


async def answer(send: Send, status: int, detail: str, retry: int | None = None) -> None:
    """A refusal as a problem document (RFC 9457)."""
    body = orjson.dumps({"type": "about:blank", "status": status, "detail": detail})
    plain = {"content-type": "application/problem+json", "content-length": str(len(body)), **headers("")}
    if retry is not None:
        plain["retry-after"] = str(retry)
    await send({"type": "http.response.start", "status": status, "headers": _encoded(plain)})
    await send({"type": "http.response.body", "body": body})


def build(
    store: Store,
    settings: Settings | None = None,
    *,
    blueprints: Sequence[tuple[Blueprint, dict[str, frozenset[Role]]]] = (),
    ledger: Ledger | None = None,
) -> Front:
    """The whole dashboard as one ASGI application over a store; without a ledger, over one that is gone when it is closed."""
    return Front(store, settings or Settings(), blueprints, ledger)


__all__ = ["Front", "Gate", "build"]
