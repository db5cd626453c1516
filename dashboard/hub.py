"""One computation for all viewers: boards are drawn once per change and handed to whoever is watching.

A *channel* is what a viewer watches: any hashable that fixes his scope and filters. Viewers of one channel share its snapshots, so their
number costs nothing but bytes. `tick()` says that the data changed; a channel with viewers is then drawn again, at most every `pause_s`.
While its board is `restless` (somebody waits, so ages grow) it is also drawn every `patience_s` without a tick.

Readers are conflated: whoever is slow gets the newest version when he comes back, never a queue of old ones. A reader who holds the
previous version is given only the leaves that changed.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import orjson

REST = 3.0  # after drawing a board, rest at least this many times as long: a slow machine gets fewer boards, not a full processor
LOG = logging.getLogger(__name__)
Leaves = Mapping[str, str]


class Board(Protocol):
    """What a channel shows at one moment."""

    @property
    def restless(self) -> bool:
        """Whether it changes by the mere passing of time."""

    def leaves(self, language: str) -> Leaves:
        """Every text and mark of the board by its place, as a reader of that language sees it."""

    def shape(self, language: str) -> str:
        """Changes when places come or go, so that the page must be laid out again."""


B = TypeVar("B", bound=Board)


class HubFull(Exception):
    """No more viewers are taken; the client is told to come back."""


@dataclass(frozen=True, slots=True)
class Print:
    """One version of a board in one language, ready to be sent: whole, or as the difference from the version before."""

    number: int
    after: int  # the version that `change` starts from, -1 when there is none
    leaves: Leaves
    whole: bytes
    change: bytes


@dataclass(slots=True)
class Tally:
    """What a hub has done since it began, beside `ticks` and `drawn`; durations in seconds."""

    failed: int = 0  # boards that could not be drawn
    refused: int = 0  # viewers there was no room for
    drawing_s: float = 0.0  # time spent drawing
    last_s: float = 0.0  # time the latest board took
    lag_s: float = 0.0  # sum, over boards published after a tick, of the time since the first tick they show
    lags: int = 0  # how many such boards


@dataclass(slots=True)
class Channel(Generic[B]):
    """What is known about one channel; guarded by the hub's lock."""

    key: Hashable
    board: B | None = None
    number: int = 0
    seen_tick: int = -1  # the latest tick a drawing was tried for
    shown_tick: int = -1  # the latest tick the board holds
    drawn_at: float = float("-inf")
    cost_s: float = 0.0
    viewers: dict[str, int] = field(default_factory=dict)
    prints: dict[str, Print] = field(default_factory=dict)
    readers: set[asyncio.Event] = field(default_factory=set)
    drawing: threading.Lock = field(default_factory=threading.Lock)
    failed: bool = False


class Hub(Generic[B]):
    """Draws boards in one thread of its own and wakes the readers of the event loop."""

    def __init__(
        self,
        draw: Callable[[Hashable], B],
        *,
        pause_s: float = 0.5,
        patience_s: float = 5.0,
        viewers: int = 500,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._draw, self._clock = draw, clock
        self._pause, self._patience, self._room = pause_s, patience_s, viewers
        self._channels: dict[Hashable, Channel[B]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticked: deque[tuple[int, float]] = deque(maxlen=10_000)  # when the latest ticks were
        self.tally = Tally()
        self.ticks = 0
        self.drawn = 0  # boards computed since the start: grows with ticks, never with viewers

    # --- the writers' side -------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """The data changed. Cheap, waits for nothing but another tick or a list being read, may be called from any thread."""
        with self._lock:
            self.ticks += 1
            self._ticked.append((self.ticks, self._clock()))
        self._wake.set()

    def close(self) -> None:
        """Stop drawing; readers are woken and see `closed`."""
        self._closed = True
        self._wake.set()
        with self._lock:
            channels = list(self._channels.values())
        for channel in channels:
            self._rouse(channel)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    @property
    def closed(self) -> bool:
        """Whether the hub has been closed."""
        return self._closed

    @property
    def watching(self) -> int:
        """How many streams are open."""
        with self._lock:
            return sum(sum(channel.viewers.values()) for channel in self._channels.values())

    @property
    def watched(self) -> int:
        """How many boards somebody watches."""
        with self._lock:
            return sum(bool(channel.viewers) for channel in self._channels.values())

    @property
    def behind_s(self) -> float:
        """How long ago the first tick was that a watched board does not show yet; 0 when all are shown."""
        with self._lock:
            shown = min((channel.shown_tick for channel in self._channels.values() if channel.viewers), default=self.ticks)
        return self._since(shown)

    def _since(self, shown: int) -> float:
        """Seconds since the first tick after tick number `shown`, 0 when there is none."""
        at = next((at for number, at in list(self._ticked) if number > shown), None)
        return 0.0 if at is None else max(0.0, self._clock() - at)

    # --- the readers' side -------------------------------------------------------------------------------------------------------

    def board(self, key: Hashable) -> B:
        """The board of a channel for somebody who opens its page: the newest one if it is fresh, else drawn now (once for all)."""
        with self._lock:
            channel = self._channel(key)
        board = channel.board
        return self._redraw(channel) if board is None or self._stale(channel) else board

    @contextmanager
    def watch(self, key: Hashable, language: str) -> Iterator["Watch[B]"]:
        """Be a viewer of a channel, from inside the event loop. HubFull when there is no room."""
        if self.watching >= self._room:
            self.tally.refused += 1
            raise HubFull
        ready = asyncio.Event()
        with self._lock:
            self._loop = asyncio.get_running_loop()
            channel = self._channel(key)  # in one step with the viewer: a channel without one may be forgotten by anybody
            channel.viewers[language] = channel.viewers.get(language, 0) + 1
            channel.readers.add(ready)
        self._start()
        self._wake.set()
        try:
            yield Watch(self, channel, language, ready)
        finally:
            with self._lock:
                channel.readers.discard(ready)
                channel.viewers[language] -= 1
                if not channel.viewers[language]:
                    del channel.viewers[language]
                    channel.prints.pop(language, None)
                if not channel.viewers:
                    self._channels.pop(channel.key, None)

    # --- drawing -----------------------------------------------------------------------------------------------------------------

    def _channel(self, key: Hashable) -> Channel[B]:
        """The channel of a key, made when there is none. The caller holds the lock."""
        if len(self._channels) > 2 * self._room:  # pages opened without a stream leave their board behind: keep the watched ones
            self._channels = {key: channel for key, channel in self._channels.items() if channel.viewers}
        return self._channels.setdefault(key, Channel(key))

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._closed:
            with self._lock:
                due = [(self._due(channel), channel) for channel in self._channels.values() if channel.viewers]
            delay = min((at for at, _ in due), default=float("inf")) - self._clock()
            if delay > 0:
                self._wake.wait(timeout=None if delay == float("inf") else delay)
                self._wake.clear()
                continue
            for at, channel in due:
                if at <= self._clock():
                    self._publish(channel)

    def _due(self, channel: Channel[B]) -> float:
        """When a watched channel is to be drawn again (monotonic seconds, infinity when only a tick will tell)."""
        if channel.viewers.keys() - channel.prints.keys():
            return float("-inf")
        if channel.failed:
            return channel.drawn_at + self._patience
        if channel.seen_tick != self.ticks:
            return channel.drawn_at + max(self._pause, REST * channel.cost_s)
        return channel.drawn_at + self._patience if channel.board is not None and channel.board.restless else float("inf")

    def _stale(self, channel: Channel[B]) -> bool:
        age = self._clock() - channel.drawn_at
        return age >= self._patience or (channel.seen_tick != self.ticks and age >= self._pause)

    def _redraw(self, channel: Channel[B]) -> B:
        """The board, drawn unless somebody else has meanwhile. Raises what drawing raises."""
        with channel.drawing:
            if channel.board is not None and not self._stale(channel):
                return channel.board
            tick, began = self.ticks, self._clock()
            board = self._draw(channel.key)
            self.drawn += 1
            channel.board, channel.drawn_at = board, self._clock()
            channel.seen_tick = channel.shown_tick = tick
            channel.cost_s = channel.drawn_at - began
            channel.number += 1
            self.tally.last_s = channel.cost_s
            self.tally.drawing_s += channel.cost_s
            return board

    def _publish(self, channel: Channel[B]) -> None:
        shown = channel.shown_tick
        try:
            self._redraw(channel)
            channel.failed = False
        except Exception:
            LOG.exception("a live board could not be drawn; it is tried again")
            self.tally.failed += 1
            with channel.drawing:
                channel.failed, channel.drawn_at, channel.seen_tick = True, self._clock(), self.ticks
                channel.number += 1
        with self._lock:
            languages = list(channel.viewers)
        for language in languages:
            before = channel.prints.get(language)
            if before is None or before.number != channel.number:
                made = _print(channel, language, before)
                with self._lock:
                    if language in channel.viewers:  # else its last viewer left meanwhile, and the next one would be given an old print
                        channel.prints[language] = made
        self._rouse(channel)
        if -1 < shown < channel.shown_tick:
            self.tally.lag_s += self._since(shown)
            self.tally.lags += 1

    def _rouse(self, channel: Channel[B]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        with self._lock:
            readers = list(channel.readers)

        def ring() -> None:
            for reader in readers:
                reader.set()

        with suppress(RuntimeError):  # the loop was closed in between: nobody is left to be told
            loop.call_soon_threadsafe(ring)


def _print(channel: Channel[B], language: str, before: Print | None) -> Print:
    """A version in one language. One that failed repeats the leaves it had and says so, so that the page can say since when."""
    held: Leaves = before.leaves if before else {}
    head: dict[str, object] = {"v": channel.number}
    if channel.failed or channel.board is None:
        leaves, head = held, {**head, "failed": True}
    else:
        leaves, head = channel.board.leaves(language), {**head, "shape": channel.board.shape(language)}
    changed = {place: text for place, text in leaves.items() if held.get(place) != text}
    after = before.number if before else -1
    return Print(
        channel.number, after, leaves, orjson.dumps({**head, "leaves": leaves}), orjson.dumps({**head, "after": after, "leaves": changed})
    )


@dataclass(slots=True)
class Watch(Generic[B]):
    """One viewer's place in a channel."""

    hub: Hub[B]
    channel: Channel[B]
    language: str
    ready: asyncio.Event
    had: int = -1

    async def next(self, timeout_s: float) -> tuple[int, bytes] | None:
        """The newest version this viewer has not had, or None when nothing came in time (or the hub was closed)."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout_s
        while (held := self._take()) is None and not self.hub.closed:
            if self.ready.is_set():  # the mark of a version that was had without waiting for it
                self.ready.clear()
                continue
            try:
                await asyncio.wait_for(self.ready.wait(), end - loop.time())
            except TimeoutError:
                return None
        return held

    def _take(self) -> tuple[int, bytes] | None:
        held = self.channel.prints.get(self.language)
        if held is None or held.number == self.had or self.hub.closed:
            return None
        follows = held.after == self.had != -1
        self.had = held.number
        return held.number, held.change if follows else held.whole
