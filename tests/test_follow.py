"""Following a file: whole lines only, a file that is replaced, a table's head, and the places of what is refused."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
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


@contextmanager
def hearing(number: signal.Signals, meaning: Any = signal.default_int_handler) -> Iterator[Any]:
    """A signal interrupts (or has another meaning), even if these tests were started in a shell's background, where Ctrl-C is ignored."""
    before = signal.signal(number, meaning)
    try:
        yield meaning
    finally:
        signal.signal(number, before)


def followed(
    writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[Callable[[], Any]], mapping: Path | None = None
) -> Receipt:
    """Follow; at each pause the next step is done to the file; after the last one, Ctrl-C."""
    left = iter(steps)

    def pause(_: float) -> None:
        next(left, partial(signal.raise_signal, signal.SIGINT))()

    monkeypatch.setattr(module.time, "sleep", pause)
    system = connector("mapping" if mapping else "cloudevents")
    with hearing(signal.SIGINT):
        return follow(system, [path], Options(mapping), writer, Sources(), lambda _: None)


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


# Tables ---------------------------------------------------------------------------------------------------------------


def mapping(folder: Path, written: str = "") -> Path:
    path = folder / "m.toml"
    path.write_text(
        f'source = "s"\n{written}\n[row]\nkind = "interaction"\nid = "id"\n[time]\nzone = "UTC"\n[times]\nstarted = "at"\n'
        '[keep]\nnote = "a note"\n[fields]\nmotive = "why"\n',
        "utf-8",
    )
    return path


def notes(store: Store) -> dict[str, str]:
    rows = store.rows("SELECT id, data FROM event ORDER BY length(id), id")
    return {row["id"].removesuffix("/started"): json.loads(row["data"]).get("note", "") for row in rows}


HEADS = ['id,at,why,"a\r\nnote"\r\n', "\ufeffid,at,why,a note\n", ""]
WRITTEN = {"": 'input = { format = "csv", columns = ["id", "at", "why", "a note"] }'}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", ["f.csv", "f.txt"])
def test_a_row_is_waited_for_to_its_closing_quote(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, name: str
) -> None:
    """Whatever the name of the file, whether it has names of columns, and when the second half comes; then all of it once more."""
    path, writer = tmp_path / name, Writer(store, KEYS)
    rule = mapping(tmp_path, WRITTEN.get(head, 'input = { format = "csv" }'))
    if "\r\n" in head:
        rule.write_text(rule.read_text("utf-8").replace('"a note"', '"a\\r\\nnote"'), "utf-8")
    path.write_bytes((head[:-4] if "\r\n" in head else head).encode())
    steps = [
        lambda: append(path, (head[-4:] if "\r\n" in head else "").encode() + b'1,2026-01-01,,x\n2,2026-01-02,,"two\n'),
        lambda: append(path, b"lines, "),
        lambda: append(path, b'or ""more""\nof them"\n3,2026-01-03,,y'),
        lambda: append(path, b"z\n4"),
        lambda: append(path, b',2026-01-04,,"w"\n'),
    ]
    expected = {"1": "x", "2": 'two\nlines, or "more"\nof them', "3": "yz", "4": "w"}
    told = followed(writer, path, monkeypatch, steps, rule)
    assert (told.received, told.stored, notes(store)) == (4, 4, expected)
    again = followed(writer, path, monkeypatch, [lambda: append(path, b"5,2026-01-05,,v\n")], rule)
    assert (again.received, again.stored, again.duplicate, notes(store)) == (5, 1, 4, expected | {"5": "v"})
    assert unbalanced(store) == []


def test_a_quote_that_is_never_closed_is_not_waited_for_without_end(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, writer = tmp_path / "f.csv", Writer(store, KEYS)
    path.write_bytes(b'id,at,why,a note\n1,2026-01-01,,x\n2,2026-01-02,,"y\n3,2026-01-03,,z\n')
    steps = [lambda: monkeypatch.setattr(module, "_PATIENCE_S", -1), lambda: append(path, b"4,2026-01-04,,w\n")]
    told = followed(writer, path, monkeypatch, steps, mapping(tmp_path))
    assert (told.received, told.stored, told.quarantined, list(notes(store))) == (4, 3, 1, ["1", "3", "4"])
    [place] = [row["position"] for row in store.rows("SELECT position FROM quarantine")]
    assert place == f"after byte {len(b'id,at,why,a note') + 1 + len(b'1,2026-01-01,,x') + 1}, row 1"


def test_what_cannot_be_followed_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"")
    rule = mapping(tmp_path, 'input = { encoding = "utf-16" }')
    with pytest.raises(ValueError, match="--follow does not read utf-16: write the file in UTF-8"):
        follow(connector("mapping"), [tmp_path / "f.csv"], Options(rule), Writer(store, KEYS), Sources(), lambda _: None)


def signalled(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, *numbers: signal.Signals) -> Receipt:
    """Follow a file of one event, and give these signals in the midst of storing it."""
    path.write_bytes(line("a"))
    commit = Writer.commit

    def interrupted(self: Writer, *words: Any, **named: Any) -> Receipt:
        for number in numbers:
            signal.raise_signal(number)
        return commit(self, *words, **named)

    monkeypatch.setattr(Writer, "commit", interrupted)
    return follow(connector("cloudevents"), [path], Options(None), Writer(store, KEYS), Sources(), lambda _: None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_tells_it_to_end_has_what_was_begun_stored(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """And in the facts, however much it was. The signals mean afterwards what they meant before."""
    monkeypatch.setattr(module, "_AT_ONCE", len(line("a")) + 1)  # a line is much
    with hearing(number) as meaning:
        told = signalled(store, tmp_path / "f.ndjson", monkeypatch, number)
        assert signal.getsignal(number) is meaning
    assert told.stored == store.value("SELECT count() FROM event") == store.value("SELECT count() FROM interaction") == 1


def test_a_second_interrupt_does_not_wait(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of what was stored then: the command says that reading again meets it."""
    with hearing(signal.SIGINT) as meaning:
        with pytest.raises(KeyboardInterrupt):
            signalled(store, tmp_path / "f.ndjson", monkeypatch, signal.SIGINT, signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is meaning


def test_a_signal_that_is_ignored_stays_so(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of what a shell starts in its background."""
    with hearing(signal.SIGINT, signal.SIG_IGN), hearing(signal.SIGTERM):
        told = signalled(store, tmp_path / "f.ndjson", monkeypatch, signal.SIGINT, signal.SIGTERM)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert told.stored == 1


# As a command ---------------------------------------------------------------------------------------------------------


def awaited(terminal: int, pattern: str) -> None:
    """Wait until something is written to a terminal."""
    seen = b""
    while not re.search(pattern, seen.decode("utf-8", "replace")):
        assert select.select([terminal], [], [], 90)[0], seen
        seen += os.read(terminal, 65_536)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])  # Ctrl-C, and a supervisor of services
def test_follow_reads_what_is_appended(tmp_path: Path, told: signal.Signals) -> None:
    """The bar on the terminal, which moves when something is stored, is the sign that is waited for."""
    path = tmp_path / "live.ndjson"
    path.write_bytes(b"".join(line(name) for name in "abcde") + b'{"specversion"')
    terminal, stderr = os.openpty()
    termios.tcsetwinsize(stderr, (24, 80))  # a bar has no place without
    command = [sys.executable, str(Path(__file__).parents[1] / "apogee.py"), "ingest", "cloudevents", str(path), "--follow"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APOGEE_")} | {"APOGEE_DATA": str(tmp_path / "data")}
    with hearing(signal.SIGINT):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, cwd=tmp_path, env=clean)
    try:
        awaited(terminal, r"\| [1-9][\d.]*k?/")
        with path.open("ab") as file:
            file.write(b":1}\n" + b"".join(line(name) for name in "defghi"))
        awaited(terminal, r"ingest: [1-9][\d.]*k?B \[")  # more than the file had at first
        process.send_signal(told)
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        os.close(stderr)
        os.close(terminal)
    assert process.returncode == 0, out
    counted = json.loads(out.decode().splitlines()[-1])
    assert (counted["received"], counted["stored"], counted["duplicate"], counted["quarantined"]) == (12, 9, 2, 1)
