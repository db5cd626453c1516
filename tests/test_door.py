"""The HTTP door: who may send, what is refused and how, and the wire format between two processes of ours."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from ingest import remote
from ingest.collector import Collector, Limits
from ingest.connector import Chunk, Connector, Options, Refusal, connector
from ingest.connectors.cloudevents import MOST_LINE
from ingest.door import CHUNK, EVENTS, KINDS, Access, door, packed
from ingest.event import DATA, ENVELOPE, MOST_DATA_BYTES, MOST_DEPTH, Kind
from ingest.remote import Refused, Remote
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.arrival_help import KEYS, unbalanced
from tests.event_strategy import event

TOKEN = "t" * 40
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NDJSON = "application/x-ndjson"


@pytest.fixture
def collector(store: Store) -> Iterator[Collector]:
    made = Collector(Writer(store, KEYS), Sources(), Limits(body_bytes=20_000, gather_s=0.0))
    yield made
    made.stop()


def client_of(collector: Collector, access: Access) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(door(collector, access))
    return app.test_client()


@pytest.fixture
def client(collector: Collector) -> FlaskClient:
    return client_of(collector, Access((TOKEN, "other")))


def lines(*events: Any) -> bytes:
    return b"".join(msgspec.json.encode(each) + b"\n" for each in events)


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.data)
    assert told["status"] == status
    assert told["detail"].endswith((".", ">."))
    return told


@pytest.mark.parametrize("given", ["", "Bearer wrong", f"Basic {TOKEN}", "Bearer ", "Bearer é"])
def test_no_token_no_entry(client: FlaskClient, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    answer = client.post(EVENTS, data=lines(event()), content_type=NDJSON, headers=headers)
    assert "Bearer" in problem(answer, 401)["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_open_door_asks_for_none(collector: Collector) -> None:
    client = client_of(collector, Access(open=lambda: True))
    assert client.post(EVENTS, data=lines(event()), content_type=NDJSON).json["stored"] == 1
    wrong = client.post(EVENTS, data=lines(event()), content_type=NDJSON, headers={"Authorization": "Bearer x"})
    problem(wrong, 401)


@pytest.mark.parametrize("kind", sorted(KINDS - {CHUNK}))
def test_every_kind_is_read_by_its_content(client: FlaskClient, kind: str) -> None:
    one = client.post(EVENTS, data=msgspec.json.encode(event(id="1")), content_type=kind, headers=BEARER)
    assert (one.status_code, one.json["stored"]) == (200, 1)
    many = client.post(EVENTS, data=msgspec.json.encode([event(id="2"), event(id="3")]), content_type=kind, headers=BEARER)
    assert many.json["stored"] == 2
    laid_out = json.dumps(event(id="4"), indent=2)
    assert client.post(EVENTS, data=laid_out, content_type=kind, headers=BEARER).json["received"] == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/xml"])
def test_other_kinds_are_refused(client: FlaskClient, kind: str) -> None:
    problem(client.post(EVENTS, data=lines(event()), content_type=kind, headers=BEARER), 415)


def test_compressed_bodies_are_refused(client: FlaskClient) -> None:
    answer = client.post(EVENTS, data=b"\x1f\x8b", content_type=NDJSON, headers=BEARER | {"Content-Encoding": "gzip"})
    assert "Content-Encoding" in problem(answer, 415)["detail"]


def test_a_body_has_a_bound_declared_or_not(client: FlaskClient) -> None:
    problem(client.post(EVENTS, data=b" " * 20_001, content_type=NDJSON, headers=BEARER), 413)
    unsaid = client.post(EVENTS, input_stream=io.BytesIO(b" " * 20_001), content_type=NDJSON, headers=BEARER,
                         environ_overrides={"wsgi.input_terminated": True})  # fmt: skip
    problem(unsaid, 413)
    assert client.post(EVENTS, data=b" " * 20_000, content_type=NDJSON, headers=BEARER).status_code == 200


def test_only_post(client: FlaskClient) -> None:
    assert client.get(EVENTS).status_code == 405


def test_the_answer_is_the_receipt_and_the_events_are_there(client: FlaskClient, store: Store) -> None:
    body = lines(event(id="1", data={"channel": "chat", "customer": "c-1"}), event(id="1"), {"no": "event"}) + b"not json\n"
    told = client.post(EVENTS, data=body, content_type=NDJSON, headers=BEARER).json
    assert told.pop("seconds") >= 0
    conflicts = {"stored": 1, "duplicate": 1} if told["stored"] == 1 else {"stored": 2, "duplicate": 0}
    assert told == {"records": 4, "received": 4, "quarantined": 2, "corrected": 0, "stale": 0, "conflicts": 1} | conflicts
    assert store.value("SELECT uniqExact(id) FROM event") == 1
    assert [row["position"] for row in store.rows("SELECT position FROM quarantine ORDER BY position")] == ["line 3", "line 4"]


ODD = [b"[" * 9000, b'{"a":' * 3000, b"\xff\xfe", b"", b"\n\n", b"[]", b'[{"a":[[[[[[[[[[[[]]]]]]]]]]]]}]', b"1e999", b"9" * 9000]


@pytest.mark.parametrize("body", ODD)
def test_depth_and_size_of_json_stop_nothing(client: FlaskClient, store: Store, body: bytes) -> None:
    told = client.post(EVENTS, data=body, content_type=NDJSON, headers=BEARER).json
    assert told["received"] == told["quarantined"] == (1 if body.strip() not in (b"", b"[]") else 0)
    assert unbalanced(store) == []


def test_too_fast_is_429_with_a_time(store: Store) -> None:
    collector = Collector(Writer(store, KEYS), Sources(), Limits(events_per_s=0.5, burst_events=1, gather_s=0.0))
    client = client_of(collector, Access((TOKEN,)))
    assert client.post(EVENTS, data=lines(event(id="1"), event(id="2")), content_type=NDJSON, headers=BEARER).status_code == 200
    answer = client.post(EVENTS, data=lines(event(id="3")), content_type=NDJSON, headers=BEARER)
    assert "slow down" in problem(answer, 429)["detail"]
    assert int(answer.headers["Retry-After"]) >= 1
    collector.stop()
    other = client_of(collector, Access((TOKEN, "b")))
    stopped = other.post(EVENTS, data=lines(event()), content_type=NDJSON, headers={"Authorization": "Bearer b"})
    assert "stopping" in problem(stopped, 503)["detail"]
    assert stopped.headers["Retry-After"]


# A chunk on the wire --------------------------------------------------------------------------------------------------


def chunk(**more: Any) -> Chunk:
    refused = [Refusal("row 9", "opened", "31/31/2026", "a date", b"\x00row", "vendor", whole=True)]
    return Chunk([event(data={"channel": "chat", "own": "x"})], ["row 3"], 5, refused, **more)


def post(client: FlaskClient, body: bytes) -> Any:
    return client.post(EVENTS, data=body, content_type=CHUNK, headers=BEARER)


def test_a_chunk_arrives_as_it_was_read(client: FlaskClient, store: Store) -> None:
    told = post(client, packed(chunk(), "mapping", "f.csv", {"agent"}, keep=True)).json
    assert (told["records"], told["received"], told["stored"], told["quarantined"]) == (5, 2, 1, 1)
    row = store.rows("SELECT position, field, source, connector, file, whole FROM quarantine")
    assert row == [{"position": "row 9", "field": "opened", "source": "vendor", "connector": "mapping", "file": "f.csv", "whole": True}]
    assert store.value("SELECT data FROM event") == '{"own":"x"}'


def test_a_sender_cannot_keep_what_the_connector_drops(client: FlaskClient, store: Store) -> None:
    assert post(client, packed(chunk(), "cloudevents", "f", (), keep=True)).json["stored"] == 1
    assert store.value("SELECT data FROM event") == ""


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"connector":1}', b"[" * 5000,
        packed(chunk(), "nosuch", "f", (), keep=False),
        packed(chunk(), "demo", "f", (), keep=False),  # a refused record of what reads none, to be read as parameters at the next replay
        packed(Chunk([event()], [], 1), "cloudevents", "f", (), keep=False),
        packed(Chunk([], [], 0), "cloudevents", "f", (), keep=False).replace(b'"records":0', b'"records":-1'),
        packed(Chunk([], [], 0), "cloudevents", "f", (), keep=False).replace(b'"records":0', b'"records":1' + b"0" * 30),
    ],
)  # fmt: skip
def test_bad_chunks_are_refused_whole(client: FlaskClient, store: Store, body: bytes) -> None:
    problem(post(client, body), 400)
    assert store.value("SELECT count() FROM batch") == 0


# From another process -------------------------------------------------------------------------------------------------


@pytest.fixture
def url(collector: Collector) -> Iterator[str]:
    app = Flask(__name__)
    app.register_blueprint(door(collector, Access((TOKEN,))))
    answers = iter([429, 503])

    @app.before_request
    def busy() -> Any:
        status = next(answers, None)
        return ("", status, {"Retry-After": "0.1"}) if status else None

    @app.post("/html")
    def html() -> Any:
        return "<h1>no</h1>", 500

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_reading_here_storing_there_with_patience(url: str, tmp_path: Path, store: Store) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(lines(*(event(id=str(number), data={"channel": "chat"}) for number in range(40))) + b"oops\n")
    done: list[int] = []
    told = Remote(url, TOKEN).read(connector("cloudevents"), [path], Options(), done.append)
    assert (told.records, told.received, told.stored, told.quarantined) == (41, 41, 40, 1)
    assert sum(done) >= path.stat().st_size
    assert store.value("SELECT any(file) FROM batch") == "events.ndjson"
    again = Remote(url, TOKEN).read(connector("cloudevents"), [path], Options(), done.append)
    assert (again.duplicate, again.stored) == (40, 0)


def test_regular_lines_read_as_columns_arrive_too(url: str, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_bytes(lines(*(event(id=str(number), data={"channel": "chat"}) for number in range(40))))
    chunks = list(connector("cloudevents").read(path, Options()))
    assert all(each.frame is not None for each in chunks)
    assert Remote(url, TOKEN).read(connector("cloudevents"), [path], Options(), lambda _: None).stored == 40


def test_long_lines_and_much_rubbish_go_in_requests_the_door_takes(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_BYTES", 15_000)  # the door of this test takes 20,000 bytes
    path = tmp_path / "long.ndjson"
    long = [event(id=str(number), data={"channel": "chat", "name": "x" * 200, "note": "y" * 4000}) for number in range(9)]
    path.write_bytes(lines(*long) + (b"{rubbish" + b"z" * 3000 + b"\n") * 9)
    told = Remote(url, TOKEN).read(connector("cloudevents"), [path], Options(), lambda _: None)
    assert (told.records, told.received, told.stored, told.quarantined) == (18, 18, 9, 9)


def test_what_the_server_says_is_passed_on(url: str) -> None:
    with pytest.raises(Refused, match="Authorization: Bearer"):
        Remote(url, None).ask(EVENTS, b"", NDJSON)
    with pytest.raises(Refused, match="status 500"):
        Remote(url, TOKEN).ask("/html", b"", NDJSON)
    with pytest.raises(Refused, match="No server answers"):
        Remote("http://127.0.0.1:9", None).ask(EVENTS, b"", NDJSON)
    assert not Remote("http://127.0.0.1:9", None).alive()
    assert isinstance(connector("cloudevents"), Connector)


def test_the_limits_a_sender_reads_of_are_those_that_hold() -> None:
    told = (Path(__file__).parents[1] / "docs" / "events.md").read_text(encoding="utf-8").partition("## Limits")[2]
    limits = Limits()
    for figure in (MOST_DATA_BYTES, MOST_LINE, limits.events_per_s, limits.burst_events):
        assert f"{figure:,.0f}" in told
    assert f"at most {limits.body_bytes >> 20} MiB, uncompressed" in told
    assert f"at most {MOST_DEPTH} levels" in told
    long = {field.name for field in (*ENVELOPE, *DATA) if field.kind is Kind.TEXT and field.most == 500}
    named = told.partition("at most 500 bytes for")[2].partition(";")[0]
    assert set(re.findall(r"`(\w+)`", named)) - {"data"} == long
