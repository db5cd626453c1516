"""The command line, as processes: exit codes, the last line, one plain sentence for what cannot be done, and a folder that is held.

Every command runs at least once as a process of its own (`run`); what else is asked of it, in one that carries out several (`Session`), as
starting one takes longer than most of what it is asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from dashboard.usage import secretive
from sql.ledger import audit
from sql.ledger.door import open_ledger
from tests.command_help import CLEAN, HERE, Session, last, run, sentence
from tests.event_strategy import event

CONTRACT = ["records", "received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts", "seconds"]
EVENTS = [
    *(event(id=f"s{number}", subject=f"interaction/{number}", data={"channel": "chat", "customer": f"c{number}"}) for number in range(20)),
    *(event("interaction.entered_queue", id=f"q{number}", subject=f"interaction/{number}") for number in range(20)),
]


def lines_of(events: list[Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in events)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with forty events and one bad line, ingested by two commands."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    path = folder.parent / "events.ndjson"
    path.write_bytes(lines_of(EVENTS) + b'{"specversion":"1.0","id":7}\n')
    told = last(run(folder, "ingest", "cloudevents", str(path)))
    assert list(told) == CONTRACT
    assert told | {"seconds": 0} == dict.fromkeys(CONTRACT, 0) | {"records": 41, "received": 41, "stored": 40, "quarantined": 1}
    again = last(run(folder, "ingest", "cloudevents", "-", given=lines_of(EVENTS)))
    assert (again["stored"], again["duplicate"]) == (0, 40)
    return folder


def test_an_empty_folder(tmp_path: Path) -> None:
    with Session(tmp_path / "data") as session:
        assert last(session.run("ingest", "cloudevents", "-"))["received"] == 0
        checked = session.run("check")
        asked = session.run("query", "contacts", "--format", "json")
    assert (checked.returncode, b"BAD" in checked.stdout) == (0, False)
    assert json.loads(asked.stdout)["rows"][0]["contacts"]["value"] in (0, None)


def test_what_came_can_be_asked_and_checked(loaded: Path) -> None:
    asked = run(loaded, "query", "contacts", "--by", "channel", "--format", "json")
    assert json.loads(asked.stdout)["rows"][0] | {"channel": "chat"} == json.loads(asked.stdout)["rows"][0]
    assert json.loads(asked.stdout)["rows"][0]["contacts"]["value"] == 20
    checked = run(loaded, "check")
    assert (checked.returncode, b"BAD" in checked.stdout) == (0, False)


def test_quarantine_listed_shown_and_replayed(loaded: Path) -> None:
    listed = run(loaded, "quarantine", "list").stdout.decode()
    line = listed.split()[0]
    assert "events.ndjson, line 41: id is 7…; expected a line of text of at most 500 bytes" in listed
    right = loaded.parent / "right.json"
    right.write_bytes(json.dumps(event(id="right", data={"channel": "chat"})).encode())
    with Session(loaded) as session:
        assert json.loads(session.run("quarantine", "show", line).stdout) == {"specversion": "1.0", "id": 7}
        assert "exactly one line" in sentence(session.run("quarantine", "replay", "--file", str(loaded.parent / "events.ndjson")))
        assert last(session.run("quarantine", "replay", line, "--file", "right.json"))["stored"] == 1
        assert session.run("quarantine", "list").stdout == b""


def hurt_ledger(path: Path) -> str:
    """The URL of a ledger that can be opened and is damaged where nothing looks."""
    ledger = open_ledger(url := f"sqlite:///{path}")
    with ledger.write() as session:
        audit.write(session, "anna", "a.b", "x" * 20_000)
    ledger.close()
    pages = [path.read_bytes()[at : at + 4096] for at in range(0, path.stat().st_size, 4096)]
    path.write_bytes(b"".join(b"\xff" * 4096 if b"x" * 4000 in page else page for page in pages))
    return url


def test_backup_and_restore_give_the_same(loaded: Path, tmp_path: Path) -> None:
    data, saved = tmp_path / "data", tmp_path / "saved"
    words = ("query", "contacts", "offered", "--by", "channel", "--format", "csv")
    done = run(loaded, "backup", str(saved))
    assert done.returncode == 0, done.stderr
    with Session(loaded) as session:
        assert "is not empty" in sentence(session.run("backup", str(saved)))
        checked = session.run("check", "--ledger", hurt_ledger(tmp_path / "hurt.sqlite"))
        before = session.run(*words).stdout
    assert (checked.returncode, b"is damaged. Stop what uses it" in checked.stderr) == (2, True), checked.stderr
    restored = run(data, "restore", str(saved))
    assert restored.returncode == 0, restored.stderr
    with Session(data) as session:
        assert "put back the folder keys/" in sentence(session.run("check"))
        (data / "keys").mkdir()
        for key in (loaded / "keys").iterdir():
            (data / "keys" / key.name).write_bytes(key.read_bytes())
        told = session.run("check").stdout
        assert told.startswith(checked.stdout)
        assert told[len(checked.stdout) :].startswith(b"ok   audit log: "), told
        assert session.run(*words).stdout == before
        assert "not empty" in sentence(session.run("restore", str(saved)))
    with Session(tmp_path / "other") as session:
        path = saved / "event.parquet"
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        assert "damaged" in sentence(session.run("restore", str(saved)))
        (saved / "manifest.json").write_text('{"tables": []}', encoding="utf-8")
        assert "damaged" in sentence(session.run("restore", str(saved)))


MISUSES = [
    (("nosuch",), "invalid choice"), ((), "required"), (("ingest",), "required"), (("ingest", "cloudevents"), "at least one file"),
    (("ingest", "cloudevent", "-"), "did you mean cloudevents"), (("ingest", "cloudevents", "no/such.file"), "There is no file"),
    (("ingest", "cloudevents", "-", "--set", "x"), "--set wants NAME=VALUE"), (("query",), "required"), (("query", "nosuch"), "nosuch"),
    (("query", "contacts", "--from", "soon"), "--from wants an instant"), (("query", "contacts", "--grain", "eon"), "invalid choice"),
    (("query", "contacts", "--where", "channel"), "--where wants"), (("query", "contacts", "--by", "nosuch"), "nosuch"),
    (("query", "contacts", "--from", "2026-01-01", "--zone", "Mars/Base"), "time zone"), (("metrics", "nosuch"), "nosuch"),
    (("quarantine", "show"), "Name the line"), (("quarantine", "show", "5"), "No line 5"), (("quarantine", "replay", "5"), "Not all"),
    (("restore", "no/such"), "not a backup"), (("check", "--dsn", "mysql://x"), "begins with mysql://"),
    (("check", "--dsn", "clickhouse://anna:hush@127.0.0.1:9"), "would show the password in --dsn: give the URL in APOGEE_DSN, or"),
    (("check", "--ledger", "postgresql://anna:a/b@c@127.0.0.1:9/x"), "The list of processes would show the password in --ledger"),
    (("check", "--dsn=clickhouse://127.0.0.1:9/x?password=hush"), "would show the password in --dsn"),
    (("check", "--dsn", "clickhouse://127.0.0.1:9"), "No ClickHouse server answers"),
    (("check", "--to", "http://127.0.0.1:9"), "No server answers"),
    (("serve", "--host", "::"), "stays on this machine"), (("serve", "--host", "elsewhere"), "address of this machine"),
    (("serve", "--port", "x"), "whole number from 1 to 65535, not x"), (("ingest", "mapping", "-", "--mapping", "no.toml"), "no.toml"),
    (("serve", "--port", "99999"), "whole number from 1 to 65535"), (("serve", "--host", "127.0.0.300"), "address of this machine"),
    (("demo", "--days", "-4"), "whole number from 1 to 3660, not -4"), (("ingest", "cloudevents", "."), "is a folder"),
    (("ingest", "cloudevents", "-", "--mapping", "no.toml"), "needs no mapping"),
    (("ingest", "--set", "foo=bar", "cloudevents", "-"), "no setting called foo"),
    (("ingest", "genesys", "-", "--set", "foo=bar"), "foo: it knows source"),
    (("query", "contacts", "--to", "http://127.0.0.1:9", "--to", "2020-01-01"), "No server answers at http://127.0.0.1:9"),
    (("query", "--to", "2020-01-01", "contacts", "--to=http://127.0.0.1:9"), "No server answers at http://127.0.0.1:9"),
    (("query", "contacts", "--to", "2020-01-01", "--to", "2021-01-01"), "only one of them can be meant"),
    (("check", "--to", "http://127.0.0.1:9", "--to", "http://127.0.0.1:8"), "only one of them can be meant"),
    (("quarantine", "replay", "--file", "no.json", "16777216"), "No file called no.json"),
    (("check", "--data", "no/folder"), "There is no store in"), (("query", "contacts", "--data", "no/folder"), "There is no store in"),
    (("erase", "nobody", "--data", "no/folder"), "There is no store in"), (("check", "--dsn", "chdb:///no/folder"), "There is no store"),
    (("check", "--data", "events.ndjson"), "events.ndjson is a file"),
    (("ingest", "cloudevents", "-", "--data", "/proc/x"), "cannot be made"),
    (("check", "--dsn", "clickhouse://localhost:abc/x"), "port a number"), (("check", "--dsn", "clickhouse://[::1/x"), "cannot be read"),
    (("query", "service_level", "--set", "threshold_s=-1"), "from 0 to 2592000"),
    (("account", "list", "--data", "no/folder"), "No account"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("clickhouse://u:p@h/db", True), ("clickhouse://u:p%40@h", True), ("clickhouse://h/db?user=a&Password=x", True),
        ("clickhouse://h/db?pass=x", True), ("postgresql://h/db?sslmode=on&%70assword=x", True), ("postgresql://u:p#q@h/db", True),
        ("clickhouse://u:a?b@h", True), ("clickhouse://h/db?http_headers=Authorization:x", True), ("u:p@h:8123", True),
        ("postgresql://u:pa/ss@h/db", True), ("postgresql://u@corp:p@h/db", True), ("postgresql://:p@h/db", True),
        ("clickhouse://u@h:8123/db?user=a", False), ("clickhouse://[::1]:9/x", False), ("postgresql://u@[::1]:9/x", False),
        ("postgresql://h/db?sslmode=require&passfile=/run/x", False), ("sqlite:////a:b@c/d", False), ("chdb:///data/a:b@c", False),
        ("sqlite:///C:/x@y/l.db", False), ("", False),
    ],
)  # fmt: skip
def test_attack_a_password_in_a_url_on_the_command_line_however_it_is_written(url: str, shown: bool) -> None:
    assert secretive(url) is shown


@pytest.fixture(scope="module")
def refused(loaded: Path) -> dict[tuple[str, ...], Any]:
    """What each misuse gives; all in one process, as none gets far."""
    with Session(loaded) as session:
        return {words: session.run(*words) for words, _ in MISUSES}


def test_nothing_is_made_where_a_path_was_mistyped(refused: dict[tuple[str, ...], Any], loaded: Path) -> None:
    assert not (loaded.parent / "no").exists()


@pytest.mark.parametrize(("words", "told"), MISUSES, ids=[" ".join(words) for words, _ in MISUSES])
def test_one_plain_sentence(refused: dict[tuple[str, ...], Any], words: tuple[str, ...], told: str) -> None:
    assert told in sentence(refused[words])


@pytest.mark.parametrize(("words", "told"), [
    (("--help",), "quarantine"), (("ingest", "--help"), "cloudevents"), (("ingest", "mapping", "--help"), "toml"),
    (("ingest", "cloudevents", "--help"), "personal"), (("query", "--help"), "--known-at"),
])  # fmt: skip
def test_help(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    done = run(tmp_path / "data", *words)
    assert (done.returncode, done.stderr) == (0, b"")
    assert told in done.stdout.decode()
    assert len(done.stdout) > 200
    assert not (tmp_path / "data").exists()


def test_options_come_first_or_last_and_pipes_are_read(loaded: Path) -> None:
    pipe = loaded.parent / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(lines_of(EVENTS[:2])))
    writer.start()
    assert last(run(loaded, "ingest", "--data", str(loaded), "cloudevents", str(pipe)))["duplicate"] == 2
    writer.join()


def test_whoever_reads_only_the_beginning_has_enough(tmp_path: Path) -> None:
    script = f"{sys.executable} {HERE / 'apogee.py'} metrics | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", script], env=CLEAN, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (141, b"", b"")


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    settings, ingest = tmp_path / "data" / "apogee.toml", ("ingest", "cloudevents", "-")
    with Session(tmp_path / "data") as session:
        for text, words, told in (
            ("source = 3", ("check",), "table of tables"),
            ("[promises.voice]\nshare = 0.8", ("check",), "knows [source], [promise], [people], [agent_time], [retention], not [promises]"),
            ("[promise.voice]\nshare = 80\nwithin_s = 20", ("query", "promise_kept"), "[promise.voice]: share is a number above 0"),
            (
                '[source."genesys/eu"]\nlate_s = "2 min"', ("check",),
                "late_s is a whole number of seconds of silence, at least 1, not '2 min'",
            ),
        ):  # fmt: skip
            settings.write_text(text, encoding="utf-8")
            assert told in sentence(session.run(*words))
        assert "There is no settings file" in sentence(session.run("check", APOGEE_SETTINGS=str(tmp_path / "no.toml")))
        settings.unlink()
        settings.mkdir()
        assert "not a file that can be read" in sentence(session.run(*ingest))
        settings.rmdir()
        assert "32 characters" in sentence(session.run(*ingest, APOGEE_SEAL_KEY="short"))


NINE = "2026-03-02T09:00"
KEPT_WITHIN_30_S = [
    event("interaction.entered_queue", id="p1", subject="interaction/p", time=f"{NINE}:00.000Z", data={"channel": "chat", "queue": "q"}),
    event("interaction.left_queue", id="p2", subject="interaction/p", time=f"{NINE}:30.000Z", data={"queue": "q", "reason": "answered"}),
]


def promised(session: Session) -> float | None:
    asked = session.run("query", "promise_kept", "--where", "queue=q", "--format", "json")
    assert asked.returncode == 0, asked.stderr
    value: float | None = json.loads(asked.stdout)["rows"][0]["promise_kept"]["value"]
    return value


def test_promises_are_those_of_the_settings_file(tmp_path: Path) -> None:
    with Session(tmp_path / "data") as session:
        last(session.run("ingest", "cloudevents", "-", given=lines_of(KEPT_WITHIN_30_S)))
        assert promised(session) == 1
        for text, expected in (("[promise.chat]\nshare = 0.8\nwithin_s = 29", 0), ("[promise.voice]\nshare = 0.8\nwithin_s = 29", None)):
            (tmp_path / "data" / "apogee.toml").write_text(text, encoding="utf-8")
            assert promised(session) == expected


def test_a_named_failpoint_by_the_environment(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "ingest", "cloudevents", "-", given=lines_of(EVENTS), APOGEE_FAILPOINT="arrival.after_event")
    assert (done.returncode, done.stderr.decode().strip()) == (137, "failpoint arrival.after_event")
    with Session(tmp_path / "data") as session:
        assert last(session.run("ingest", "cloudevents", "-", given=lines_of(EVENTS)))["stored"] == 40
        assert session.run("check").returncode == 0


def test_what_was_acknowledged_before_a_crash_is_in_the_next_answer(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "ingest", "cloudevents", "-", given=lines_of(EVENTS), APOGEE_FAILPOINT="arrival.after_batch")
    assert done.returncode == 137
    assert json.loads(run(tmp_path / "data", "query", "contacts", "--format", "json").stdout)["rows"][0]["contacts"]["value"] == 20


# A folder that is held ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(loaded: Path) -> Iterator[Path]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = "[promise.chat]\nshare = 0.8\nwithin_s = 29\n[source.test]\nlate_s = 60"
    (loaded / "apogee.toml").write_text(settings, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(HERE / "apogee.py"), "serve", "--data", str(loaded), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=loaded.parent, env=CLEAN,
    )  # fmt: skip
    assert process.stdout
    assert b"Apogee is at" in process.stdout.readline(), process.stderr.read()
    yield loaded
    process.send_signal(signal.SIGTERM)  # as a supervisor of services stops one
    _, err = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in err) == (0, False), err
    assert not (loaded / "server.json").exists(), "the announcement is taken back"


def address(server: Path) -> str:
    return str(json.loads((server / "server.json").read_text(encoding="utf-8"))["url"])


@pytest.fixture(scope="module")
def client(server: Path) -> Iterator[Session]:
    """A process beside the server."""
    with Session(server) as session:
        yield session


def test_a_second_process_works_through_the_server(server: Path, client: Session) -> None:
    until = time.monotonic() + 40
    while (asked := run(server, "query", "contacts", "--format", "json")).returncode and time.monotonic() < until:
        time.sleep(0.5)
    assert json.loads(asked.stdout)["rows"][0]["contacts"]["value"] == 20, asked.stderr
    assert run(server, "rebuild").returncode == 0
    assert client.run("check").returncode == 0
    bad = client.run("ingest", "cloudevents", "-", given=lines_of([event(id="new", subject="interaction/new")]) + b"oops\n")
    assert (last(bad)["stored"], last(bad)["quarantined"]) == (1, 1)
    assert "one JSON object a line" in client.run("quarantine", "list").stdout.decode()
    assert json.loads(client.run("query", "contacts", "--format", "json").stdout)["rows"][0]["contacts"]["value"] == 21
    last(client.run("ingest", "cloudevents", "-", given=lines_of(KEPT_WITHIN_30_S)))
    question = Request(f"{address(server)}/api/v1/query", json.dumps({"metrics": ["promise_kept"], "where": {"queue": ["q"]}}).encode())
    with urlopen(question, timeout=30) as answer:
        assert json.load(answer)["rows"][0]["promise_kept"]["value"] == promised(client) == 0
    with urlopen(f"{address(server)}/metrics", timeout=30) as answer:
        figures = answer.read().decode()
    assert "\napogee_viewers 0\n" in figures
    assert '\napogee_source_late{source="test"} 1\n' in figures
    assert re.search(r"\napogee_ticks_total [1-9]", figures)
    assert "stop the server" in sentence(client.run("restore", "x"))
    assert "stop the server" in sentence(client.run("serve"))
    assert "--follow needs the data folder" in sentence(client.run("ingest", "cloudevents", "-", "--follow", given=b""))
    assert "No line 5" in sentence(client.run("quarantine", "show", "5"))
    assert "nosuch" in sentence(client.run("query", "nosuch"))
    assert (server / "server.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer guessed"}])
def test_the_server_as_it_is_started_takes_no_events_without_a_token(server: Path, given: dict[str, str]) -> None:
    body = lines_of([event(id="no token", subject="interaction/no token")])
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{address(server)}/api/v1/events", body, {"Content-Type": "application/x-ndjson"} | given), timeout=30)
    with refused.value as answer:
        assert (answer.code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_command_finds_the_server_that_works_on_its_dsn_and_no_other(server: Path, client: Session) -> None:
    assert client.run("check", "--dsn", f"chdb://{(server / 'engine').resolve()}").returncode == 0
    assert "No ClickHouse server answers" in sentence(client.run("check", "--dsn", "clickhouse://127.0.0.1:9"))


def test_files_are_those_of_the_folder_the_command_was_given_in(server: Path, client: Session) -> None:
    assert client.run("backup", "backup").returncode == 0
    assert (server.parent / "backup" / "manifest.json").exists()
    assert "No file called" in sentence(client.run("quarantine", "replay", "5", "--file=nosuch.json"))
    (server.parent / "replay").write_bytes(json.dumps(event(id="again", subject="interaction/again")).encode())
    last(client.run("ingest", "cloudevents", "-", given=b"again\n"))
    line = client.run("quarantine", "list").stdout.decode().splitlines()[-1].split()[0]
    assert last(client.run("quarantine", "replay", line, "--file=replay"))["stored"] == 1


def test_a_held_folder_without_an_announcement_says_so(server: Path) -> None:
    note = (server / "server.json").read_text(encoding="utf-8")
    try:
        (server / "server.json").unlink()
        assert "in use by another process" in sentence(run(server, "check"))
        (server / "server.json").write_text(json.dumps(json.loads(note) | {"pid": 2**22 + 1}), encoding="utf-8")
        assert "in use by another process" in sentence(run(server, "check"))
    finally:
        (server / "server.json").write_text(note, encoding="utf-8")


def test_an_erased_person_is_gone_and_a_restored_backup_and_a_replay_do_not_bring_him_back(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    events = lines_of([event(id="one", subject="interaction/one", data={"customer": "marie@example.com"})])
    with Session(data) as session:
        assert last(session.run("ingest", "cloudevents", "-", given=events))["stored"] == 1
        assert session.run("backup", str(tmp_path / "backup")).returncode == 0
    told = last(run(data, "erase", "-", "--request", "DPO-1", given=b"nobody@example.com\r\nmarie@example.com"))
    assert (told["request"], told["events"], told["rows left"]) == ("DPO-1", 1, 0)
    assert last(run(data, "ingest", "cloudevents", "-", given=events))["duplicate"] == 1
    shutil.copytree(data / "keys", other / "keys")
    with Session(other) as session:
        assert "1 of its events held people who have been erased" in session.run("restore", str(tmp_path / "backup")).stdout.decode()
        done = session.run("check")  # the keys are of a ledger that has lines, and the backup is older than it
        assert (done.returncode, done.stdout.count(b"BAD")) == (1, 1), done.stdout
        assert b"BAD  audit log: The mark beside the keys knows a line" in done.stdout
        (other / "keys" / "audit.mark").unlink()
        assert session.run("check").returncode == 0
