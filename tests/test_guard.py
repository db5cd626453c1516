"""Default deny: everything that can be reached names who may use it, and nothing is taken from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash import Input, Output
from flask import Blueprint
from flask.testing import FlaskClient

from dashboard.front import STREAMS, Front, build
from dashboard.guard import CSRF_COOKIE, CSRF_HEADER, UPDATE, Public, refused_address, refused_origin
from dashboard.page import pages
from dashboard.setting import Settings
from dashboard.viewer import EVERYONE, SUPERVISION, Role, Viewer
from metrics.query import Scope
from sql.clickhouse import Store

TOKEN = "t" * 32
HERE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def front(store: Store) -> Iterator[Front]:
    built = build(store, Settings())
    yield built
    built.close()


@pytest.fixture
def client(front: Front) -> FlaskClient:
    return front.server.test_client()


def as_role(front: Front, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(front.gate, "viewer", lambda: Viewer("somebody", role, Scope.all()))


def update(client: FlaskClient, output: str, token: str | None = TOKEN, sent: str | None = TOKEN, **headers: str) -> Any:
    if token:
        client.set_cookie(CSRF_COOKIE, token)
    asked = {
        "output": output,
        "outputs": {"id": "view", "property": "children"},
        "changedPropIds": ["address.pathname"],
        "parsedChangedPropsIds": [],
        "inputs": [
            {"id": "address", "property": "pathname", "value": "/live"},
            {"id": "address", "property": "search", "value": "?lang=fr"},
        ],
    }
    return client.post(UPDATE, json=asked, headers={**({CSRF_HEADER: sent} if sent else {}), **headers}, environ_overrides=HERE)


def test_every_route_callback_page_and_stream_names_who_may_use_it(front: Front) -> None:
    app: Any = front.server
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert rules <= set(front.gate.routes), "routes that name nobody"
    assert set(front.gate._app.callback_map) == set(front.gate.callbacks), "callbacks that name nobody"
    assert all(page.may and page.may <= EVERYONE for page in pages()), "pages that name nobody"
    assert all(may for may in STREAMS.values()), "streams that name nobody"
    assert [rule for rule, may in front.gate.routes.items() if not may and not isinstance(may, Public)] == ["/_reload-hash"]


def test_a_route_nobody_named_is_refused(store: Store) -> None:
    stray = Blueprint("stray", __name__)

    @stray.get("/api/stray")
    def handler() -> str:
        return "never"

    built = build(store, Settings(), blueprints=[(stray, {})])
    answer = built.server.test_client().get("/api/stray", environ_overrides=HERE)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    built.close()


def test_an_empty_set_of_roles_lets_nobody_in(store: Store) -> None:
    closed = Blueprint("closed", __name__)
    closed.add_url_rule("/api/closed", view_func=lambda: "never")
    built = build(store, Settings(), blueprints=[(closed, {"/api/closed": frozenset()})])
    assert built.server.test_client().get("/api/closed", environ_overrides=HERE).status_code == 403
    built.close()


def test_a_callback_nobody_named_is_refused(front: Front, client: FlaskClient) -> None:
    front.gate._app.callback(Output("stray", "children"), Input("address", "pathname"))(lambda _: "never")
    assert update(client, "stray.children").status_code == 403
    assert update(client, "does-not-exist.children").status_code == 403


def test_a_callback_is_refused_to_a_role_it_does_not_name(front: Front, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(front, monkeypatch, Role.COMMITTEE)
    assert update(client, "live-board.children").status_code == 403
    assert Role.COMMITTEE not in SUPERVISION


def test_a_page_is_refused_to_a_role_it_does_not_name(front: Front, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Cette page" not in update(client, "view.children").text
    as_role(front, monkeypatch, Role.COMMITTEE)
    answer = update(client, "view.children")
    assert answer.status_code == 200
    assert "live-board" not in answer.text
    assert "/live" not in answer.text, "the navigation offers what is refused"


@pytest.mark.parametrize(("token", "sent"), [(None, None), (TOKEN, None), (None, TOKEN), (TOKEN, "other"), ("", "")])
def test_a_callback_needs_the_token_of_an_open_page(client: FlaskClient, token: str | None, sent: str | None) -> None:
    assert update(client, "view.children", token, sent).status_code == 403


def test_a_callback_sent_by_another_site_is_refused(client: FlaskClient) -> None:
    assert update(client, "view.children", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert update(client, "view.children", Origin="http://evil.example").status_code == 403
    assert update(client, "view.children", **{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"output": 3}', b'{"output": null}'])
def test_a_callback_without_sense_is_refused(client: FlaskClient, body: bytes) -> None:
    client.set_cookie(CSRF_COOKIE, TOKEN)
    sent = client.post(UPDATE, data=body, headers={CSRF_HEADER: TOKEN}, content_type="application/json", environ_overrides=HERE)
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("peer", "host", "taken"),
    [
        ("127.0.0.1", "127.0.0.1:8050", True),
        ("127.8.8.8", "localhost", True),
        ("::1", "[::1]:8050", True),
        ("::ffff:127.0.0.1", "localhost:1", True),
        ("192.168.1.7", "localhost:8050", False),
        ("::ffff:10.0.0.1", "localhost", False),
        ("127.0.0.1", "apogee.evil.example", False),
        ("127.0.0.1", "evil.example:8050", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", None, False),
        ("127.0.0.1", "[::1", False),
        ("127.0.0.1", "[nowhere]:8050", False),
        ("", "localhost", False),
        (None, "localhost", False),
        ("not an address", "localhost", False),
    ],
)
def test_only_the_machine_itself_is_served_and_only_under_its_own_name(peer: str | None, host: str | None, taken: bool) -> None:
    assert (refused_address(Settings(), peer, host) is None) is taken


def test_a_network_in_front_may_be_named() -> None:
    settings = Settings(peers=("127.0.0.0/8", "172.16.0.0/12"))
    assert refused_address(settings, "172.17.0.1", "localhost") is None
    assert refused_address(settings, "172.32.0.1", "localhost") is not None


def test_reading_is_taken_from_anywhere_and_changing_is_not() -> None:
    other = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example", "Host": "localhost"}.get
    assert refused_origin("GET", other) is None
    assert refused_origin("POST", other)
    assert refused_origin("DELETE", {"Origin": "null", "Host": "localhost"}.get)
    assert refused_origin("POST", {"Origin": "http://[", "Host": "localhost"}.get)
    assert refused_origin("POST", {"Origin": "http://["}.get)
    assert refused_origin("POST", {}.get) is None
    assert refused_origin("POST", {"Origin": "http://localhost:8050", "Host": "localhost:8050"}.get) is None


def test_every_answer_carries_the_policy_and_the_document_a_token(client: FlaskClient) -> None:
    answer = client.get("/committee?lang=en&theme=dark", environ_overrides=HERE)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "script-src 'self' 'sha256-" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert '<html lang="en" data-theme="dark">' in answer.text
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith(CSRF_COOKIE) and "SameSite=Strict" in cookie for cookie in cookies)
    assert any(cookie.startswith("apogee_lang=en") for cookie in cookies)
    for path in ("/assets/live.js", "/_dash-dependencies", "/nothing/here"):
        assert "frame-ancestors 'none'" in client.get(path, environ_overrides=HERE).headers["Content-Security-Policy"]


def test_the_document_names_no_outside_address(client: FlaskClient) -> None:
    text = client.get("/live", environ_overrides=HERE).text
    assert "http://" not in text
    assert "https://" not in text.replace("https://dash-version.plotly.com", "")


def test_static_files_are_sent_small_and_kept_for_a_year(client: FlaskClient) -> None:
    asked = client.get("/assets/apogee.css", headers={"Accept-Encoding": "gzip, br"}, environ_overrides=HERE)
    assert (asked.status_code, asked.headers["Content-Encoding"]) == (200, "br")
    assert "max-age=31536000" in asked.headers["Cache-Control"]
