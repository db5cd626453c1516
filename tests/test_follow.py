"""Following a file: whole lines only, a file that is replaced, a table's head, and the places of what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ingest.follow as module
from ingest.connector import Options, connector
from ingest.follow import follow
from ingest.receipt import Receipt
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.arrival_help import KEYS, unbalanced
from tests.event_strategy import event


def line(name: str) -> bytes:
    return json.dumps(event(id=name, data={"channel": "chat"})).encode() + b"\n"


def followed(writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[Callable[[], Any]]) -> Receipt:
    """Follow; at each pause the next step is done to the file; after the last one, the interrupt."""
    left = iter(steps)

    def pause(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(module.time, "sleep", pause)
    return follow(connector("cloudevents"), [path], Options(), writer, Sources(), lambda _: None)


def append(path: Path, text: bytes) -> None:
    with path.open("ab") as file:
        file.write(text)


def test_lines_as_they_become_whole(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, writer = tmp_path / "f.ndjson", Writer(store, KEYS)
    path.write_bytes(line("a") + line("b")[:30])
    told = followed(writer, path, monkeypatch, [
        lambda: append(path, line("b")[30:] + b"oops\n" + line("c")),
        lambda: append(path, b"\n"),
        path.unlink,
        lambda: path.write_bytes(line("d")),  # replaced by a shorter one
        lambda: append(path, line("a")),
    ])  # fmt: skip
    assert (told.received, told.stored, told.duplicate, told.quarantined, told.records) == (6, 4, 1, 1, 6)
    [place] = [row["position"] for row in store.rows("SELECT position FROM quarantine")]
    assert place == f"after byte {len(line('a'))}, line 2"
    assert unbalanced(store) == []


def test_a_rotation_loses_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last lines before the file is renamed come with no pause to read them, and the new file is longer than the old one was."""
    path, writer = tmp_path / "f.ndjson", Writer(store, KEYS)
    path.write_bytes(line("a"))

    def rotate() -> None:
        append(path, line("b") + line("last")[:-1])
        path.rename(tmp_path / "f.ndjson.1")
        path.write_bytes(b"".join(line(name) for name in "cdefgh"))

    told = followed(writer, path, monkeypatch, [rotate, lambda: append(path, line("i"))])
    assert (told.received, told.stored) == (10, 10)
    assert unbalanced(store) == []


def test_long_files_and_endless_lines(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 1000)
    path, writer = tmp_path / "f.ndjson", Writer(store, KEYS)
    path.write_bytes(b"".join(line(str(number)) for number in range(20)) + line("half")[:-10])
    told = followed(writer, path, monkeypatch, [lambda: append(path, line("half")[-10:] + b"x" * 2500 + b"\n" + line("end"))])
    assert (told.stored, told.received - told.quarantined) == (22, 22)
    assert told.quarantined >= 1
    assert unbalanced(store) == []


@pytest.mark.parametrize("name", ["x.parquet", "x.json"])
def test_only_lines_can_be_followed(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="one file of lines"):
        follow(connector("cloudevents"), [tmp_path / name], Options(), Writer(store, KEYS), Sources(), lambda _: None)
