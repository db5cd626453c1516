"""Bodies are read before a thread is taken, within bounds of time and of memory."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from flask import Blueprint

from dashboard.api import ROUTES, api
from dashboard.body import MOST_BYTES, SMALL_BYTES, Gone, Intake, Receive, Unread
from dashboard.front import build
from dashboard.guard import PUBLIC
from dashboard.setting import Settings
from ingest.door import EVENTS
from sql.clickhouse import Store


def scope(method: str, path: str, **headers: str) -> dict[str, Any]:
    named = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": b"", "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 8050), "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip


def pieces(*parts: bytes, more: bool = False) -> Receive:
    """Gives these pieces of a body; then nothing more ever comes."""
    left = [{"type": "http.request", "body": part, "more_body": more or at < len(parts)} for at, part in enumerate(parts, 1)]

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.sleep(3600)
        return left.pop(0)

    return receive


def heard(into: list[dict[str, Any]]) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def send(message: dict[str, Any]) -> None:
        into.append(message)

    return send


def test_slow_senders_do_not_keep_others_from_an_answer(store: Store) -> None:
    front = build(store, Settings(threads=2, body_s=1.5))

    async def scene() -> None:
        told: list[list[dict[str, Any]]] = [[] for _ in range(6)]
        asked = scope("POST", "/api/v1/query", content_length="500", content_type="application/json")
        slow = [asyncio.create_task(front(asked, pieces(b"{", more=True), heard(each))) for each in told]
        await asyncio.sleep(0.2)
        answered: list[dict[str, Any]] = []
        await asyncio.wait_for(front(scope("GET", "/live"), pieces(b""), heard(answered)), 1)
        assert answered[0]["status"] == 200
        await asyncio.wait_for(asyncio.gather(*slow), 20)
        assert [each[0]["status"] for each in told] == [408] * 6
        assert "within 1.5 seconds" in orjson.loads(told[0][1]["body"])["detail"]

    asyncio.run(scene())
    front.close()


def test_senders_who_wait_for_the_disk_do_not_keep_others_from_an_answer(store: Store) -> None:
    written, slow = threading.Event(), Blueprint("slow", __name__)

    @slow.post(EVENTS)
    def events() -> str:
        written.wait(20)
        return "written"

    front = build(store, Settings(threads=1, senders=2), blueprints=[(api(store), ROUTES), (slow, {EVENTS: PUBLIC})])

    async def asked(method: str, path: str) -> dict[str, Any]:
        told: list[dict[str, Any]] = []
        await front(scope(method, path, content_length="2"), pieces(b"{}"), heard(told))
        return told[0]

    async def scene() -> None:
        waiting = [asyncio.create_task(asked("POST", EVENTS)) for _ in range(2)]
        await asyncio.sleep(0.1)
        assert (await asyncio.wait_for(asked("GET", "/healthz"), 1))["status"] == 200
        turned_away = await asyncio.wait_for(asked("POST", EVENTS), 1)
        assert (turned_away["status"], dict(turned_away["headers"])[b"retry-after"]) == (429, b"2")
        written.set()
        assert [each["status"] for each in await asyncio.gather(*waiting)] == [200, 200]
        assert (await asked("POST", EVENTS))["status"] == 200

    asyncio.run(scene())
    front.close()


def whole(intake: Intake, *parts: bytes, **headers: str) -> bytes:
    async def scene() -> bytes:
        async with intake.whole({"content-length": str(sum(map(len, parts))), **headers}, pieces(*parts)) as receive:
            message = await receive()
        assert not message["more_body"]
        return bytes(message["body"])

    return asyncio.run(scene())


def test_a_body_arrives_in_one_piece() -> None:
    assert whole(Intake(5), b"ab", b"", b"cd") == b"abcd"
    assert whole(Intake(5), b"ab", b"cd", **{"content-length": "", "transfer-encoding": "chunked"}) == b"abcd"


@pytest.mark.parametrize("headers", [{}, {"content-length": "1", "transfer-encoding": "chunked"}, {"content-length": "9" * 30}])
def test_too_large_a_body_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Unread) as refused:
        whole(Intake(5), bytes(MOST_BYTES), b"x", **headers)
    assert refused.value.status == 413


def test_bodies_are_bounded_together_until_they_are_done_with_and_small_ones_always_taken() -> None:
    intake, large = Intake(5, room=2 * SMALL_BYTES), {"content-length": "9999999"}

    async def scene() -> None:
        async with intake.whole(large, pieces(bytes(2 * SMALL_BYTES))):
            with pytest.raises(Unread) as refused:
                await intake.whole(large, pieces(bytes(SMALL_BYTES + 1))).__aenter__()
            assert (refused.value.status, refused.value.retry) == (503, 2)
            async with intake.whole({"content-length": "4"}, pieces(b"abcd")):
                pass
        async with intake.whole(large, pieces(bytes(SMALL_BYTES + 1))):
            pass

    asyncio.run(scene())


def test_a_sender_that_leaves_is_not_answered() -> None:
    async def left() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        asyncio.run(Intake(5).whole({"content-length": "5"}, left).__aenter__())
