"""Boards are computed once for all viewers; readers get the newest version, never a queue of old ones."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from dashboard.hub import Hub, HubFull


@dataclass
class Counter:
    """A board that shows how often it was drawn."""

    drawn: int
    restless: bool = False
    extra: Mapping[str, str] = field(default_factory=lambda: {"fixed": "x"})

    def leaves(self, language: str) -> Mapping[str, str]:
        return {"drawn": f"{self.drawn} {language}", **self.extra}

    def shape(self, language: str) -> str:
        return language


class Studio:
    """Draws counters, and fails when told to."""

    def __init__(self, restless: bool = False) -> None:
        self.count, self.restless, self.broken = 0, restless, False
        self.keys: list[Any] = []

    def __call__(self, key: Any) -> Counter:
        if self.broken:
            raise RuntimeError("no")
        self.count += 1
        self.keys.append(key)
        return Counter(self.count, self.restless)


def hub_of(studio: Studio, **options: Any) -> Hub[Counter]:
    return Hub(studio, **{"pause_s": 0.05, "patience_s": 0.25, **options})


def run(scene: Callable[[], Any]) -> Any:
    return asyncio.run(scene())


async def settled(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        await asyncio.sleep(0.005)


def news(taken: tuple[int, bytes] | None) -> dict[str, Any]:
    assert taken is not None
    return json.loads(taken[1])


def test_boards_are_drawn_with_ticks_and_not_with_viewers() -> None:
    studio = Studio()
    hub = hub_of(studio)

    async def watcher(seen: list[int]) -> None:
        with hub.watch("floor", "fr") as watch:
            for _ in range(4):
                seen.append(news(await watch.next(30))["v"])
                await asyncio.sleep(0.01)

    async def scene() -> None:
        every: list[list[int]] = [[] for _ in range(40)]
        watchers = [asyncio.create_task(watcher(seen)) for seen in every]
        for expected in range(1, 5):
            await settled(lambda expected=expected: all(len(seen) >= expected for seen in every))
            hub.tick()
        await asyncio.gather(*watchers)
        assert all(seen == [1, 2, 3, 4] for seen in every)

    run(scene)
    hub.close()
    assert 4 <= studio.count <= 6  # one a tick, however many watch


def test_ticks_between_two_drawings_are_one_drawing() -> None:
    studio = Studio()
    hub = hub_of(studio, pause_s=0.2)

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            await watch.next(30)
            for _ in range(50):
                hub.tick()
                await asyncio.sleep(0)  # at once: on a busy machine fifty pauses would last longer than a drawing's
            await watch.next(30)
            await asyncio.sleep(0.3)

    run(scene)
    hub.close()
    assert studio.count <= 3


def test_nothing_is_drawn_while_nobody_watches() -> None:
    studio = Studio(restless=True)
    hub = hub_of(studio)
    for _ in range(10):
        hub.tick()
    time.sleep(0.1)

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            await watch.next(30)
        await settled(lambda: hub.watching == 0)

    run(scene)
    drawn = studio.count
    for _ in range(5):
        hub.tick()
        time.sleep(0.06)
    hub.close()
    assert studio.count == drawn


def test_a_restless_board_is_drawn_again_without_a_tick_and_a_calm_one_is_not() -> None:
    calm, restless = Studio(), Studio(restless=True)
    hubs = hub_of(calm), hub_of(restless)

    async def scene() -> None:
        with hubs[0].watch("floor", "fr") as still, hubs[1].watch("floor", "fr") as moving:
            await still.next(5)
            await moving.next(5)
            assert news(await moving.next(5))["v"] == 2
            assert await still.next(0.4) is None

    run(scene)
    for hub in hubs:
        hub.close()


def test_a_slow_reader_gets_the_newest_whole_board_and_a_quick_one_the_difference() -> None:
    studio = Studio()
    hub = hub_of(studio)

    async def scene() -> None:
        with hub.watch("floor", "fr") as quick, hub.watch("floor", "fr") as slow:
            first = news(await quick.next(5))
            assert first["leaves"] == {"drawn": "1 fr", "fixed": "x"}
            assert "after" not in first
            assert news(await slow.next(5))["v"] == 1
            for version in (2, 3, 4):
                hub.tick()
                change = news(await quick.next(5))
                assert change == {"v": version, "shape": "fr", "after": version - 1, "leaves": {"drawn": f"{version} fr"}}
            late = news(await slow.next(5))
            assert late == {"v": 4, "shape": "fr", "leaves": {"drawn": "4 fr", "fixed": "x"}}

    run(scene)
    hub.close()


def test_languages_share_one_drawing_and_floors_do_not() -> None:
    studio = Studio()
    hub = hub_of(studio)

    async def scene() -> None:
        with hub.watch("a", "fr") as french, hub.watch("a", "en") as english, hub.watch("b", "en") as other:
            assert news(await french.next(5))["leaves"]["drawn"] == "1 fr"
            assert news(await english.next(5))["leaves"]["drawn"] == "1 en"
            assert news(await other.next(5))["leaves"]["drawn"] == "2 en"

    run(scene)
    hub.close()
    assert studio.keys == ["a", "b"]


def test_a_board_that_fails_says_so_and_comes_back() -> None:
    studio = Studio()
    hub = hub_of(studio)

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            await watch.next(30)
            studio.broken = True
            hub.tick()
            failed = news(await watch.next(30))
            assert failed["failed"]
            assert failed["leaves"] == {}
            studio.broken = False
            again = news(await watch.next(30))
            while again.get("failed"):
                again = news(await watch.next(30))
            assert again["leaves"] == {"drawn": "2 fr"}

    run(scene)
    hub.close()


def test_a_board_that_never_could_be_drawn_fails_for_its_page_and_tells_its_stream() -> None:
    studio = Studio()
    studio.broken = True
    hub = hub_of(studio)
    with pytest.raises(RuntimeError):
        hub.board("floor")

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            assert news(await watch.next(30)) == {"v": 1, "failed": True, "leaves": {}}

    run(scene)
    hub.close()


def test_viewers_are_bounded_and_leave_room_when_they_go() -> None:
    hub = hub_of(Studio(), viewers=2)

    async def scene() -> None:
        with hub.watch("a", "fr"), hub.watch("b", "fr"):
            with pytest.raises(HubFull), hub.watch("c", "fr"):
                pass
            assert hub.watching == 2
        with hub.watch("c", "fr"):
            assert hub.watching == 1

    run(scene)
    hub.close()


def test_pages_opened_at_the_same_time_share_one_drawing() -> None:
    studio = Studio()
    slow = threading.Event()

    def draw(key: Any) -> Counter:
        slow.wait(2)
        return studio(key)

    hub: Hub[Counter] = Hub(draw, pause_s=60, patience_s=60)
    boards: list[Counter] = []
    threads = [threading.Thread(target=lambda: boards.append(hub.board("floor"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    slow.set()
    for thread in threads:
        thread.join()
    assert studio.count == 1
    assert {board.drawn for board in boards} == {1}


def test_closing_wakes_those_who_wait() -> None:
    hub = hub_of(Studio())

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            await watch.next(30)
            waiting = asyncio.create_task(watch.next(30))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(hub.close)
            assert await asyncio.wait_for(waiting, 2) is None

    run(scene)


def test_a_language_whose_last_reader_left_while_it_was_printed_leaves_nothing_old_behind() -> None:
    printing, left = threading.Event(), threading.Event()

    class Slow(Counter):
        def leaves(self, language: str) -> Mapping[str, str]:
            if language == "fr" and self.drawn == 1:
                printing.set()
                left.wait(10)
            return super().leaves(language)

    count = iter(range(1, 100))
    hub: Hub[Counter] = Hub(lambda _: Slow(next(count)), pause_s=0.05, patience_s=5)

    async def scene() -> None:
        with hub.watch("floor", "en") as english:
            with hub.watch("floor", "fr"):
                assert await asyncio.to_thread(printing.wait, 10)
            left.set()
            assert news(await english.next(10))["v"] == 1
            hub.tick()
            assert news(await english.next(10))["v"] == 2
            with hub.watch("floor", "fr") as french:
                assert news(await french.next(10))["leaves"]["drawn"] == "2 fr"

    run(scene)
    hub.close()


def test_a_stream_that_opens_while_forgotten_boards_are_cleared_away_is_still_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = hub_of(Studio(), viewers=1)
    event = asyncio.Event

    def meanwhile() -> asyncio.Event:
        monkeypatch.setattr(asyncio, "Event", event)
        hub.board("d")  # a page thread finds too many boards and keeps those with viewers
        return event()

    async def scene() -> None:
        hub.board("a"), hub.board("b")
        monkeypatch.setattr(asyncio, "Event", meanwhile)
        with hub.watch("c", "fr") as watch:
            assert news(await watch.next(5))["v"] == 1

    run(scene)
    hub.close()


def test_ticks_of_two_threads_are_counted_one_after_the_other() -> None:
    naps = iter([0.1])

    def clock() -> float:
        time.sleep(next(naps, 0))
        return time.monotonic()

    hub = hub_of(Studio(), clock=clock)
    first = threading.Thread(target=hub.tick)
    first.start()
    time.sleep(0.03)
    hub.tick()
    first.join()
    assert [number for number, _ in hub._ticked] == [1, 2]
