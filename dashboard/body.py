"""Bodies of requests, read whole in the event loop before a thread is taken: whoever sends slowly holds a buffer, never a thread."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

MOST_BYTES = 16 << 20  # of one body: what the door of events takes
SMALL_BYTES = 64 << 10  # bodies up to this size are always taken
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Unread(Exception):
    """A body that is not taken: `status`, a sentence, and after how many seconds to come back."""

    def __init__(self, status: int, detail: str, retry: int | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.retry = status, detail, retry


class Gone(Exception):
    """The sender left before the end of its body."""


class Intake:
    """Reads bodies, each within `within_s` seconds, all that are here at one time within `room` bytes. Of the event loop only."""

    def __init__(self, within_s: float, room: int = 16 * MOST_BYTES) -> None:
        self._within, self._room = within_s, room
        self._held = 0  # bytes of the bodies that are not done with

    @asynccontextmanager
    async def whole(self, received: Mapping[str, str], receive: Receive) -> AsyncIterator[Receive]:
        """What gives the body in one piece, then the rest of the connection; its bytes count until it is done with. Unread or Gone."""
        told = received.get("content-length", "0")
        if "transfer-encoding" not in received and told == "0":
            yield receive
            return
        if told.isdecimal() and (len(told) > 12 or int(told) > MOST_BYTES):
            raise _large()
        body = bytearray()
        try:
            try:
                async with asyncio.timeout(self._within):
                    await self._read(body, receive)
            except TimeoutError:
                raise Unread(408, f"The body did not arrive within {self._within:g} seconds: send less at a time.") from None
            yield _given(bytes(body), receive)
        finally:
            self._held -= len(body)

    async def _read(self, body: bytearray, receive: Receive) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            piece: bytes = message.get("body", b"")
            body += piece
            self._held += len(piece)
            if len(body) > MOST_BYTES:
                raise _large()
            if len(body) > SMALL_BYTES and self._held > self._room:
                raise Unread(503, "Too much is being sent at once: send the same again in a moment.", retry=2)
            more = message.get("more_body", False)


def _given(body: bytes, receive: Receive) -> Receive:
    pieces = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> dict[str, Any]:
        return pieces.pop() if pieces else await receive()

    return given


def _large() -> Unread:
    return Unread(413, f"Send at most {MOST_BYTES} bytes at a time.")
