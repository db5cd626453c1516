"""The demo as it is started: its history, then its life through the real collector, and the same company when it is started again."""

from __future__ import annotations

import copy
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.request import Request, urlopen

from ingest.collector import Collector, Overloaded, Stopped
from ingest.connector import Chunk
from ingest.rehearsal import rehearse
from ingest.simulation import Simulation
from ingest.source import Sources
from ingest.writer import Writer
from tests.command_help import CLEAN, HERE, Session
from tests.event_strategy import event

PATIENCE_S = 90  # on a machine that runs other tests beside


def note(folder: Path, until: datetime, *, loaded: bool) -> Path:
    """What the demo remembers of its company, as if it had been begun at another time."""
    folder.mkdir(exist_ok=True)
    path = folder / "demo.json"
    path.write_text(json.dumps({"days": 1, "seed": 4, "until": until.isoformat(), "loaded": loaded}), encoding="utf-8")
    return path


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """`apogee demo` as a process on a free port, until the block ends; gives its address once it has told it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(HERE / "apogee.py"), "demo", "--days", "1", "--data", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.parent, env=CLEAN,
    )  # fmt: skip
    assert process.stdout
    try:
        assert process.stdout.readline() == f"Apogee is at http://127.0.0.1:{port}\n", process.communicate(timeout=60)
        assert listens(port), "it told its address and does not listen there"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def contacts(url: str, since: datetime, until: datetime) -> float:
    question = {"metrics": ["contacts"], "since": since.isoformat(), "until": until.isoformat()}
    with urlopen(Request(f"{url}/api/v1/query", json.dumps(question).encode()), timeout=60) as answer:
        return float(json.load(answer)["rows"][0]["contacts"]["value"] or 0)


def events(url: str, what: str) -> float:
    """What the server says of its events, over all sources."""
    with urlopen(f"{url}/metrics", timeout=60) as answer:
        return sum(map(float, re.findall(rf"^apogee_events_{what}_total{{.*}} (\S+)$", answer.read().decode(), re.MULTILINE)))


def taken(url: str) -> int:
    """How many events are stored of one that is sent without a token."""
    body = json.dumps(event("reference.queue", subject="queue/q", data={"name": "q"})).encode()
    with urlopen(Request(f"{url}/api/v1/events", body, {"Content-Type": "application/cloudevents+json"}), timeout=60) as answer:
        return int(json.load(answer)["stored"])


def becomes(expected: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not expected():
        assert time.monotonic() < end, what
        time.sleep(0.3)


def lived(begun: datetime, until: datetime) -> int:
    """Contacts the company itself counts between two instants."""
    company, counts = Simulation(1, 4, begun), []
    for moment in (begun, until):
        company.advance(round(moment.timestamp() * 1000))
        counts.append(company.tally.totals()["contacts"])
    return counts[1] - counts[0]


def test_started_stopped_and_started_again(tmp_path: Path) -> None:
    """The history ends hours ago, so that there is a life to catch up with, the first time and the second."""
    folder, begun = tmp_path / "data", datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    note(folder, begun, loaded=False)
    with demo(folder) as url:
        first = datetime.now(UTC).replace(microsecond=0)
        expected = lived(begun, first)
        assert expected > 5
        becomes(lambda: contacts(url, begun, first) == expected, "the life since the history was not caught up with")
        met = events(url, "duplicate")
        assert taken(url) == 1, "the demo is open to this machine"
    with demo(folder) as url:
        second = datetime.now(UTC).replace(microsecond=0)
        becomes(lambda: events(url, "duplicate") - met > expected, "what was sent before the stop is not met again")
        becomes(lambda: contacts(url, begun, second) == lived(begun, second), "what was missed meanwhile was not caught up with")
        assert contacts(url, begun, first) == expected
    with Session(folder) as session:
        checked = session.run("check")
        assert (checked.returncode, b"BAD" in checked.stdout) == (0, False), checked.stdout
        told = session.run("query", "contacts", "--from", begun.isoformat(), "--to", second.isoformat(), "--format", "json")
    assert json.loads(told.stdout)["rows"][0]["contacts"]["value"] == lived(begun, second)
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8"))["loaded"] is True


class Busy:
    """Stands in for the collector: has no room, then stops, then takes; whatever it is given it spoils, as accepting does."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.refusals: list[Exception] = [Stopped("again"), Overloaded(0, "later")]
        self.given: list[list[dict[str, Any]]] = []

    def send(self, chunks: list[Chunk], *_: object, keep: bool) -> None:
        sent = [each for chunk in chunks for each in chunk.events]
        self.given.append(copy.deepcopy(sent))
        for each in sent:
            each["data"].clear()
            each.clear()
        if self.refusals:
            raise self.refusals.pop()
        self.stop.set()


def test_what_could_not_be_taken_is_sent_again_as_it_was(tmp_path: Path) -> None:
    begun, stop = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3), threading.Event()
    path = note(tmp_path / "data", begun, loaded=True)
    feed = rehearse(cast("Writer", None), Sources(), path, 9, 9, lambda _: None)  # the history is there: nothing is written
    busy = Busy(stop)
    feed(cast("Collector", busy), stop)
    company = Simulation(1, 4, begun)
    for _ in company.chunks():
        pass
    life = company.advance(round(datetime.now(UTC).timestamp() * 1000))
    assert len(busy.given[0]) > 20
    assert busy.given == [life[: len(busy.given[0])]] * 3
