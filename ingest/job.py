"""One reading of one or more files through a connector into the writer, with progress, in constant memory."""

from __future__ import annotations

import gc
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Self

from ingest import unpacked
from ingest.accept import Accepted, accept
from ingest.connector import Connector, Options
from ingest.garbage import relieve, uncollected
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer

BATCH = 200_000  # events a commit: the cost of a commit is shared by many, the memory is bounded
HELD = 64 << 20  # bytes of refused input a commit: a file of nothing else must not fill the memory either
BEHIND = 2  # commits that the facts may be behind while a file is read: more would need more memory and be no faster
_AHEAD = 4  # stretches checked ahead of the writer: about a commit's worth, so that reading does not wait for writing

Progress = Callable[[int], None]  # bytes read since the last call


def read(
    connector: Connector,
    sources: Sequence[Path | BinaryIO],
    options: Options,
    writer: Writer,
    declared: Sources,
    progress: Progress,
    behind: int = BEHIND,
) -> Receipt:
    """Read everything, store it, write its facts; returns the receipt of the whole.

    Reading and checking run ahead of the writer in a thread of their own, and the facts of what is stored are written in another, at most
    `behind` commits later. An interrupt loses nothing: what was acknowledged stays, and reading the same files again only meets duplicates.
    """
    started, total = time.perf_counter(), Receipt()
    with uncollected(), _Settling(writer, behind) as facts:
        for source in sources:
            name = source.name if isinstance(source, Path) else "-"
            for batch in _batches(_ahead(connector, source, options, writer, declared), writer.foresee):
                total = total + writer.commit(batch, connector.name, name, settle=False)
                read_bytes = sum(each.read_bytes for each in batch)
                batch.clear()  # what is stored takes no room while the facts are waited for
                relieve()
                facts.follow()
                progress(read_bytes)
    return total + Receipt(seconds=time.perf_counter() - started - total.seconds)


class _Settling:
    """Writes the facts of what is stored in a thread of its own: each time of all that was acknowledged meanwhile."""

    def __init__(self, writer: Writer, behind: int) -> None:
        self._writer, self._behind = writer, behind
        self._ahead = 0  # commits since the last derivation began
        self._pool = ThreadPoolExecutor(1, "facts")
        self._running: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def follow(self) -> None:
        """A batch was stored. Waits when the facts are too far behind; raises what their writing raised."""
        self._ahead += 1
        if self._running is not None and (self._running.done() or self._ahead >= self._behind):
            self._running.result()
            self._running = None
            gc.collect(0)  # what was made since: while none is looked for, nothing grows old
        if self._running is None:
            self._ahead = 0
            self._running = self._pool.submit(self._settle)

    def _settle(self) -> None:
        self._writer.settle()
        relieve()  # at once: the next batch takes its room meanwhile

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown()
        if kind is None:
            self._writer.settle()  # raises what a derivation that failed meanwhile raised, if it still does


def _batches(stretches: Iterator[Accepted], foresee: Callable[[int], None]) -> Iterator[list[Accepted]]:
    """Stretches by commits; `foresee` hears how many events the next one has so far.

    When the reading fails what was read before is given first: it is sound, and whoever reads again meets it.
    """
    batch: list[Accepted] = []
    failed: Exception | None = None
    try:
        for stretch in stretches:
            batch.append(stretch)
            events = sum(each.received for each in batch)
            foresee(events)
            if events >= BATCH or sum(_held_bytes(each) for each in batch) > HELD:
                yield batch
                batch = []
    except Exception as error:  # noqa: BLE001 - raised below, whatever it is
        failed = error
    if batch:
        yield batch
    if failed is not None:
        raise failed


def _held_bytes(each: Accepted) -> int:
    return sum(len(refusal.payload) for refusal in each.refused)


def _ahead(connector: Connector, source: Path | BinaryIO, options: Options, writer: Writer, declared: Sources) -> Iterator[Accepted]:
    """Accepted stretches, made in a thread that stays a little ahead."""
    personal, keep = connector.terms(options)
    terms = declared.terms(personal, keep=keep)
    ready: queue.Queue[Accepted | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def work() -> None:
        try:
            for chunk in unpacked.read(connector, source, options):
                _put(ready, accept(chunk, terms, writer.keys), stopped)
                if stopped.is_set():
                    return
            _put(ready, None, stopped)
        except BaseException as error:  # noqa: BLE001 - handed over to the caller's thread, which raises it
            _put(ready, error, stopped)

    thread = threading.Thread(target=work, name="reading", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join(timeout=5)


def _put(ready: queue.Queue[Accepted | BaseException | None], item: Accepted | BaseException | None, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            return ready.put(item, timeout=0.2)
        except queue.Full:
            continue
    return None
