"""Questions over HTTP, and answers as a table: what is right comes back, what is wrong is said, nothing fills the memory."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

import dashboard.ask
from dashboard.api import MOST_QUESTION, ROUTES, api
from dashboard.ask import SingleFlight
from dashboard.front import build
from dashboard.tell import as_csv
from metrics import refusal
from metrics.query import Grain, Later, Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.spec.table import put

HERE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def client(store: Store) -> Iterator[FlaskClient]:
    front = build(store, blueprints=[(api(store), ROUTES)])
    yield front.server.test_client()
    front.close()


def asked(client: FlaskClient, body: bytes) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/v1/query", data=body, environ_overrides=HERE)
    told: dict[str, Any] = answer.get_json(force=True)
    return answer.status_code, told


def test_a_question_and_its_answer(client: FlaskClient) -> None:
    status, told = asked(client, b'{"metrics": ["offered"], "since": "1900-01-01T00:00:00Z"}')
    assert (status, told["rows"][0]["offered"]["value"]) == (200, 0)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"metrics": ["ofered"]}', "did you mean"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"metrics": ["asa"], "parameters": {"x": 1' + b"0" * 400 + b"}}", "has a parameter 'x'"),
        (b'{"metrics": ["offered"], "where": {"channel": ["\\ud800"]}}', "half of a character"),
        (b'{"metrics": ["offered"], "\\udfff": 1}', "half of a character"),
        (b'{"metrics": ["waiting"], "grain": "15m", "since": "1970-01-01T00:00:00Z"}', "shorter period"),
    ],
)
def test_what_cannot_be_answered_is_said(client: FlaskClient, body: bytes, told: str) -> None:
    status, problem = asked(client, body)
    assert status == 400
    assert told in problem["detail"]


def test_a_question_is_not_read_without_end(client: FlaskClient) -> None:
    status, problem = asked(client, b" " * (MOST_QUESTION + 1))
    assert (status, problem["detail"]) == (413, f"A question has at most {MOST_QUESTION} bytes.")


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/api/v1/query", 405, {"POST", "OPTIONS"}),
        ("PUT", "/api/v1/query", 405, {"POST", "OPTIONS"}),
        ("POST", "/api/v1/metrics", 405, {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/v1/nothing", 404, set()),
        ("POST", "/api/v1/nothing", 404, set()),
        ("GET", "/api/", 404, set()),
    ],
)
def test_no_page_stands_where_an_answer_is_looked_for(client: FlaskClient, method: str, path: str, status: int, allowed: set[str]) -> None:
    answer = client.open(path, method=method, environ_overrides=HERE)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert path in answer.get_json(force=True)["detail"]
    assert answer.allow.as_set() == {each.lower() for each in allowed}


def test_an_address_without_a_page_is_told_as_one(client: FlaskClient) -> None:
    for path, status in (("/nothing/here", 404), ("/", 200), ("/live", 200), ("/handbook/offered", 200)):
        answer = client.get(path, environ_overrides=HERE)
        assert (answer.status_code, answer.mimetype) == (status, "text/html"), path


def test_a_table_has_its_head_even_when_it_is_empty(store: Store) -> None:
    query = Query(("offered", "asa"), ("queue",), grain=Grain.DAY, zone="UTC", scope=Scope.all(), now=datetime(2026, 3, 3, tzinfo=UTC))
    head = as_csv(ask(store, query), query)
    assert head.count("\n") == 1
    assert head.startswith("queue,at,offered,offered.n,")
    put(store, "stay", [{"interaction": "A", "queue": "=1+1", "entered_at": "09:00:00"}])
    [row] = csv.DictReader(as_csv(ask(store, query), query).splitlines())
    assert row | {"queue": "'=1+1", "at": "2026-03-02T00:00:00.000Z", "offered": "1.0", "asa": "", "asa.bottom": "0.0"} == row
    assert as_csv(ask(store, query), query).splitlines()[0] + "\n" == head


def test_who_waits_too_long_for_the_answer_to_the_same_question_is_told_to_come_back(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()
    flight = SingleFlight()

    def slow() -> str:
        asked.set()
        answered.wait(20)
        return "answer"

    monkeypatch.setattr(dashboard.ask, "PATIENCE_S", 0.01)
    with ThreadPoolExecutor(1) as pool:
        leads = pool.submit(flight.do, "question", slow)
        assert asked.wait(10)
        with pytest.raises(Later, match="ask again"):
            flight.do("question", slow)
        answered.set()
        assert leads.result(10) == "answer"

    def later(*_: Any) -> Any:
        raise refusal.later("asked_already")

    monkeypatch.setattr("dashboard.api.ask", later)
    answer = client.post("/api/v1/query", data=b'{"metrics": ["offered"]}', environ_overrides=HERE)
    assert (answer.status_code, answer.headers["Retry-After"], answer.mimetype) == (429, "5", "application/problem+json")
