"""One reading of one or more files through a connector into the writer, with progress, in constant memory."""

from __future__ import annotations

import gc
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ingest.accept import Accepted, accept
from ingest.connector import Connector, Options
from ingest.garbage import uncollected
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer

BATCH = 200_000  # events a commit: the cost of a commit is shared by many, the memory is bounded
HELD = 64 << 20  # bytes of refused input a commit: a file of nothing else must not fill the memory either
SETTLE = 5  # commits between two derivations: contacts that span batches are derived once
_AHEAD = 6  # stretches checked ahead of the writer: about a commit's worth, so that reading does not wait for writing

Progress = Callable[[int], None]  # bytes read since the last call


def read(
    connector: Connector,
    sources: Sequence[Path | BinaryIO],
    options: Options,
    writer: Writer,
    declared: Sources,
    progress: Progress,
    settle: int = SETTLE,
) -> Receipt:
    """Read everything, store it, write its facts after every `settle` commits and at the end; returns the receipt of the whole.

    Reading and checking run ahead of the writer in a thread of their own. An interrupt loses nothing: what was acknowledged stays,
    and reading the same files again only meets duplicates.
    """
    started, total, commits = time.perf_counter(), Receipt(), 0
    with uncollected():
        for source in sources:
            name = source.name if isinstance(source, Path) else "-"
            for batch in _batches(_ahead(connector, source, options, writer, declared)):
                total = total + writer.commit(batch, connector.name, name, settle=False)
                commits += 1
                if commits % settle == 0:
                    writer.settle()
                    gc.collect()
                progress(sum(each.read_bytes for each in batch))
        writer.settle()
    return total + Receipt(seconds=time.perf_counter() - started - total.seconds)


def _batches(stretches: Iterator[Accepted]) -> Iterator[list[Accepted]]:
    batch: list[Accepted] = []
    for stretch in stretches:
        batch.append(stretch)
        if sum(each.received for each in batch) >= BATCH or sum(_held_bytes(each) for each in batch) > HELD:
            yield batch
            batch = []
    if batch:
        yield batch


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
            for chunk in connector.read(source, options):
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
