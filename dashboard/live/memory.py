"""What need not be asked every time a board is drawn: yesterday's arrivals, names, promises that are watched by the hour."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 400


class Memory:
    """Answers kept for a while, by question. Safe to use from many threads; two threads may compute the same, which is harmless."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()

    def recall(self, key: Hashable, for_s: float, compute: Callable[[], T]) -> T:
        """What `compute` gave for that key at most `for_s` seconds ago, or what it gives now."""
        with self._lock:
            at, kept = self._kept.get(key, (float("-inf"), None))
        if self._clock() - at < for_s:
            known: T = kept
            return known
        value = compute()
        with self._lock:
            self._kept[key] = (self._clock(), value)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return value
