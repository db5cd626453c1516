"""Killed at every named place between two durable steps, and at random moments: nothing acknowledged is lost, nothing counted twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sql.failpoint import POINTS
from tests.faults import trace

HERE = Path(__file__).parents[2]
KILLED = 137
SENDINGS = ("first", "second")


class Worker:
    """The process that carries out orders, and what it has acknowledged so far."""

    def __init__(self, front: str = "") -> None:
        self._front = front
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"APOGEE_SEAL_KEY": "the same in every folder, so that contents compare"},
        )  # fmt: skip

    def order(self, folder: Path, **order: Any) -> dict[str, Any]:
        """Carry out an order; the answer's lines are parsed. Beyond a front each folder's engine is a database there."""
        assert self._process.stdin
        assert self._process.stdout
        if self._front:
            order["dsn"] = f"{self._front.rpartition('/')[0]}/{folder.parent.name[-40:]}_{folder.name}"
        self._process.stdin.write(json.dumps({"folder": str(folder), "sendings": [], **order}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        answer["lines"] = [json.loads(line) for line in answer["out"].splitlines()]
        answer["acknowledged"] = [tuple(line["sent"]) for line in answer["lines"] if "sent" in line]
        return answer

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """The same on a server: what is killed is the writer alone, in the middle of what it asks."""
    command = [sys.executable, "-m", "tests.network", str(tmp_path_factory.mktemp("front"))]
    front = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert front.stdin
    assert front.stdout
    made = Worker(front.stdout.readline().strip())
    yield made
    made.close()
    front.stdin.close()
    front.wait(20)
    front.stdout.close()


def told(worker: Worker, folder: Path, sendings: list[Any]) -> dict[str, Any]:
    answer = worker.order(folder, sendings=sendings, tell=True)
    assert answer["code"] == 0, answer["err"]
    last: dict[str, Any] = answer["lines"][-1]
    return last


def names(sendings: set[Any]) -> set[str]:
    """id/revision of the good events of these sendings."""
    events = (event for kind, number in sendings for event in getattr(trace, kind)(number))
    return {f"{event['id']}/{event.get('revision', 0)}" for event in events if event["time"] != trace.WRONG}


def proven(worker: Worker, folder: Path, acknowledged: set[Any]) -> dict[str, Any]:
    """After a restart: all that was acknowledged is there, all is balanced, no row stands twice."""
    found = told(worker, folder, [])
    assert found["unbalanced"] == []
    assert names(acknowledged) <= set(found["ids"])
    assert found["rows"] == len(found["ids"])
    return found


def finished(worker: Worker, folder: Path, undisturbed: Path, numbers: range, acknowledged: set[Any]) -> None:
    """What was not acknowledged is sent again, and the outcome is that of a run nobody disturbed."""
    everything = [(kind, number) for number in numbers for kind in SENDINGS]
    everything += [each for each in acknowledged if each not in everything]
    found = told(worker, folder, [each for each in everything if each not in acknowledged])
    right = told(worker, undisturbed, everything)
    assert found["unbalanced"] == right["unbalanced"] == []
    assert set(found["ids"]) == set(right["ids"]) == names(set(everything))
    assert found["rows"] == right["rows"]
    assert found["held"] >= right["held"] == len(numbers)  # a bad line that is sent again is received again
    assert found["facts"] == right["facts"]


@pytest.mark.parametrize("part", ["arrival", "rebuild", pytest.param("derive", marks=pytest.mark.long)])
def test_killed_at_every_named_place(worker: Worker, tmp_path: Path, part: str) -> None:
    points = [point for point in POINTS if point.startswith(part)]
    acknowledged: set[Any] = set()
    told(worker, tmp_path / "hit", [("first", 0)])
    for number, point in enumerate(points):
        sendings = [("first", number + 1), ("second", number)] if part != "rebuild" else []
        hit = f"{point}:2" if part == "arrival" else point  # the second sending: the first is acknowledged
        killed(worker, tmp_path / "hit", acknowledged, point, failpoint=hit, sendings=sendings, rebuild=part == "rebuild")
        if number % 10 == 9:
            proven(worker, tmp_path / "hit", acknowledged)
    proven(worker, tmp_path / "hit", acknowledged)
    finished(worker, tmp_path / "hit", tmp_path / "calm", range(len(points) + 1 if part != "rebuild" else 1), acknowledged)


def test_killed_at_every_place_of_a_derivation_and_of_its_healing(worker: Worker, tmp_path: Path) -> None:
    """The first of ten is killed in what a sending derives, each other while it heals what the one before it left."""
    points = [point for point in POINTS if point.startswith("derive")]
    tens = range(-(-len(points) // 10))
    acknowledged: set[Any] = {("first", ten) for ten in tens}
    told(worker, tmp_path / "hit", sorted(acknowledged))
    for number, point in enumerate(points):
        ten, healing = divmod(number, 10)
        sendings = [] if healing else [("second", ten)]
        killed(worker, tmp_path / "hit", acknowledged, point, failpoint=point, sendings=sendings, healing=bool(healing))
        if healing == 9:
            proven(worker, tmp_path / "hit", acknowledged)
    finished(worker, tmp_path / "hit", tmp_path / "calm", tens, acknowledged)


def test_killed_at_every_place_of_a_replay(worker: Worker, tmp_path: Path) -> None:
    """A line of quarantine is held or stored, never both nor neither: in the end all is as if it had come right the first time."""
    points = [point for point in POINTS if point.startswith("arrival.")]
    stored = len(points) - points.index("arrival.after_batch")  # where it is killed before, the line is held still, and the next one's
    numbers = range(stored + 1)
    sendings = [(kind, number) for number in numbers for kind in SENDINGS]
    assert told(worker, tmp_path / "hit", sendings)["left"] == len(numbers)
    for point in points:
        killed(worker, tmp_path / "hit", set(), point, failpoint=point, replay=1)
    assert proven(worker, tmp_path / "hit", set(sendings))["left"] == 1
    found = worker.order(tmp_path / "hit", replay=1, tell=True)["lines"][-1]
    calm = told(worker, tmp_path / "calm", [(kind, number) for number in numbers for kind in ("first", "mended")])
    assert (found["unbalanced"], found["left"]) == ([], 0)
    assert (set(found["ids"]), found["rows"], found["facts"]) == (set(calm["ids"]), calm["rows"], calm["facts"])


def killed(worker: Worker, folder: Path, acknowledged: set[Any], point: str, **order: Any) -> None:
    answer = worker.order(folder, **order)
    assert (answer["code"], answer["err"].strip()) == (KILLED, f"failpoint {point}")
    acknowledged |= set(answer["acknowledged"])


def test_an_erasure_that_was_killed_is_ended_by_the_next_writer(worker: Worker, tmp_path: Path) -> None:
    sendings = [("first", number) for number in range(4)]
    points = [point for point in POINTS if point.startswith("erase.")]
    told(worker, tmp_path / "hit", sendings)
    for number, point in enumerate(points):
        answer = worker.order(tmp_path / "hit", failpoint=point, erase=[f"{number}a"])
        assert (answer["code"], answer["err"].strip()) == (KILLED, f"failpoint {point}")
        found = told(worker, tmp_path / "hit", [])
        assert found["unbalanced"] == []
        assert found["rows"] == len(found["ids"])
        # before anything in the store was changed only the list knows; whatever is erased next takes all of the list out
        assert found["erased"] == (0 if point == "erase.after_list" else number + 1)
    calm = worker.order(tmp_path / "calm", sendings=sendings, erase=[f"{number}a" for number in range(len(points))], tell=True)
    assert not any(calm["lines"][-2]["left"].values())
    assert found["facts"] == calm["lines"][-1]["facts"]


def test_the_end_of_a_retention_that_was_killed_is_ended_by_the_next_writer(worker: Worker, tmp_path: Path) -> None:
    kept: set[str] = set()
    for number, point in enumerate(point for point in POINTS if point.startswith("retain.")):
        answer = worker.order(tmp_path, sendings=[("first", number)], failpoint=point, retire="2026-12-01")
        assert (answer["code"], answer["err"].strip()) == (KILLED, f"failpoint {point}")
        found = told(worker, tmp_path, [("first", number)])  # a replay brings nothing back
        assert found["unbalanced"] == []
        fresh = set(found["ids"]) - kept
        assert 0 < len(fresh) < len(trace.first(number)), "what is nobody's stays"
        assert kept <= set(found["ids"])
        kept |= fresh


def test_killed_at_random_moments(worker: Worker, tmp_path: Path) -> None:
    chance, acknowledged = random.Random(7), set()
    for number in range(5):
        sendings = [(kind, number) for kind in SENDINGS]
        answer = worker.order(tmp_path / "hit", sendings=sendings, rebuild=number % 2 == 1, kill_s=chance.uniform(0.5, 3.0))
        assert answer["code"] in (-9, 0), answer["err"]
        acknowledged |= set(answer["acknowledged"])
        proven(worker, tmp_path / "hit", acknowledged)
    finished(worker, tmp_path / "hit", tmp_path / "calm", range(5), acknowledged)


PASSES = {
    "arrival": lambda far, folder: test_killed_at_every_named_place(far, folder, "arrival"),
    "rebuild": lambda far, folder: test_killed_at_every_named_place(far, folder, "rebuild"),
    "replay": test_killed_at_every_place_of_a_replay,
    "derivation": test_killed_at_every_place_of_a_derivation_and_of_its_healing,
    "chance": test_killed_at_random_moments,
}


@pytest.mark.long
@pytest.mark.parametrize("part", PASSES)
def test_killed_over_a_network(far: Worker, tmp_path: Path, part: str) -> None:
    PASSES[part](far, tmp_path)
