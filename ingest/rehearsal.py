"""The demo company at work: its history once, through the bad network, then its life as it happens, through the real collector."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.collector import Collector, Overloaded, Stopped
from ingest.connector import Chunk, Connector, Options, Places
from ingest.connectors.demo import chunks
from ingest.job import Progress, read
from ingest.simulation import Simulation, live
from ingest.source import Sources
from ingest.writer import Writer

Feed = Callable[[Collector, threading.Event], None]


def rehearse(writer: Writer, declared: Sources, note: Path, days: int, seed: int, progress: Progress) -> Feed:
    """Bring the company's history in, unless it is there, and return what feeds its life to a collector.

    `note` remembers which company it is, so that a later start goes on with the same one: an interrupted history is read again (what is
    there is only met again), and what happened while nobody was watching is caught up first.
    """
    kept = _kept(note)
    loaded = bool(kept and kept["loaded"])
    if kept is None:
        kept = {"days": days, "seed": seed, "until": datetime.now(UTC).isoformat(timespec="seconds"), "loaded": False}
        _keep(note, kept)
    simulation = Simulation(int(kept["days"]), int(kept["seed"]), datetime.fromisoformat(str(kept["until"])))
    if not loaded:
        history = Connector(name="demo", summary="", read=lambda *_: _history(simulation))
        # Living takes longer than writing: facts are written meanwhile, and few are left at the end.
        read(history, [Path("demo")], Options(), writer, declared, progress, behind=2)
        _keep(note, kept | {"loaded": True})

    def feed(collector: Collector, stop: threading.Event) -> None:
        if loaded:  # the same company has to live through its history again, silently, to know where it stands
            for _ in simulation.chunks():
                if stop.is_set():
                    return
        for events in live(simulation, sleep=stop.wait):
            while not stop.is_set():
                try:
                    fresh = [event | {"data": dict(event["data"])} for event in events]  # a chunk is accepted once, this may be a retry
                    sent = Chunk(fresh, Places("line", range(1, len(fresh) + 1)), len(fresh))
                    collector.send([sent], "demo", "demo", "demo", frozenset(), keep=False)
                    break
                except Overloaded as busy:
                    stop.wait(busy.retry_s)
                except Stopped:
                    stop.wait(1)
            if stop.is_set():
                return

    return feed


def _history(simulation: Simulation) -> Iterator[Chunk]:
    for chunk in chunks(simulation, rough=True):
        chunk.read_bytes = chunk.records  # progress is counted in events
        yield chunk


def _kept(note: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return kept if isinstance(kept, dict) and {"days", "seed", "until", "loaded"} <= kept.keys() else None


def _keep(note: Path, kept: dict[str, Any]) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(kept), encoding="utf-8")
