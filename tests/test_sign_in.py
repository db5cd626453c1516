"""The front door: pages for those who signed in, refusals in words for the others, and each attack by its name."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from dashboard.api import ROUTES, api
from dashboard.front import Front
from dashboard.guard import CSRF_COOKIE, CSRF_HEADER, UPDATE, refused_address
from dashboard.people import decide
from dashboard.people.door import inside
from dashboard.people.rules import Grant, Rules
from dashboard.serve import CannotServe, _settings, behind
from dashboard.setting import ANYWHERE, Settings
from dashboard.viewer import Role
from sql.clickhouse import Store
from tests.people_help import HERE, WORD, Browser, account, closed

SEES = Grant(Role.SUPERVISOR, everything=True)
GOOD = [{"id": "address", "property": name, "value": ""} for name in ("pathname", "search")]


@pytest.fixture
def front(store: Store) -> Iterator[Front]:
    built = closed(store, blueprints=[(api(store), ROUTES)])
    account(built, "anna", SEES)
    yield built
    built.close()


def test_without_signing_in_documents_lead_to_the_door_and_the_rest_is_refused(front: Front) -> None:
    nobody = Browser(front)
    answer = nobody.get("/committee?period=2026-10")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fcommittee%3Fperiod%3D2026-10")
    for path in ("/_dash-layout", "/_dash-dependencies", "/api/v1/metrics", "/metrics"):
        assert nobody.get(path).status_code == 401, path
    assert nobody.view("/live").status_code == 401
    assert nobody.post("/people/add").status_code == 401
    for path in ("/sign-in", "/healthz", "/assets/apogee.css"):
        assert nobody.get(path).status_code == 200, path


BAD_CALLS: list[dict[str, Any]] = [
    {},
    {"inputs": 5},
    {"inputs": [{"id": "address", "property": "pathname"}]},
    {"inputs": ["address.pathname", "address.search"]},
    {"inputs": [{"id": "address", "property": name, "value": 5} for name in ("pathname", "search")]},
    {"inputs": GOOD, "outputs": None},
    {"inputs": GOOD, "outputs": {}},
    {"inputs": GOOD, "outputs": {"id": [], "property": "children"}},
    {"inputs": GOOD, "outputs": {"id": "view", "property": "title"}},
    {"inputs": GOOD, "outputs": [{"id": "view", "property": "children"}]},
    {"inputs": GOOD, "state": {}},
    {"inputs": GOOD, "changedPropIds": [{}]},
]


def test_attack_malformed_callbacks_are_refused_with_one_line_each(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    anna = Browser(front, "anna")
    for bad in BAD_CALLS:
        caplog.clear()
        whole = {"output": "view.children", "outputs": {"id": "view", "property": "children"}, **bad}
        answer = anna.client.post(UPDATE, json=whole, headers={CSRF_HEADER: anna.token}, environ_overrides=HERE)
        assert (answer.status_code, [record.getMessage() for record in caplog.records]) == (
            400, ["a malformed call of view.children was refused"],
        ), bad  # fmt: skip
    deep = {"data": b'{"output":' + b"[" * 100_000, "content_type": "application/json"}
    for sent in (deep, {"json": {"output": ["view.children"]}}, {"json": []}):
        assert anna.client.post(UPDATE, **sent, headers={CSRF_HEADER: anna.token}, environ_overrides=HERE).status_code == 403


def test_signing_in_leads_to_where_one_wanted_to_go(front: Front) -> None:
    browser = Browser(front)
    answer = browser.sign_in("Anna", to="/handbook?search=wait")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/handbook?search=wait")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("apogee_session")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert browser.get("/").status_code == 200
    assert browser.view("/live").status_code == 200
    assert browser.get("/sign-in").status_code == 303, "who is signed in goes on"


def test_over_https_the_cookie_is_bound_to_this_host(store: Store) -> None:
    front = closed(store, Settings(open=False, rules=Rules(url="https://localhost")))
    answer = Browser(front).sign_in("root")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-apogee")]
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    front.close()


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/live?team=a", "/live?team=a"), (None, "/"), ("", "/"), ("https://evil.example", "/"), ("//evil.example", "/"),
        ("///evil.example", "/"), ("////evil.example/a", "/"),
        ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("live", "/"), ("http://[", "/"), ("/a\r\nSet-Cookie: x=1", "/"),
        ("\\\\evil.example", "/"), ("/%09/evil.example", "/%09/evil.example"),
    ],
)  # fmt: skip
def test_attack_open_redirect_after_signing_in(to: str | None, goes: str) -> None:
    assert inside(to) == goes


def test_a_wrong_password_is_said_in_the_readers_language_and_does_not_say_which(front: Front) -> None:
    texts = []
    for name in ("anna", "nobody"):
        browser = Browser(front)
        browser.get("/sign-in?lang=fr")
        answer = browser.sign_in(name, "wrong")
        assert answer.status_code == 401
        texts.append(answer.text.partition('role="alert"')[2][:120])
    assert texts[0] == texts[1]
    assert "ne correspondent pas" in texts[0]


def test_attack_login_csrf_another_page_signs_a_victim_in(front: Front) -> None:
    browser = Browser(front)
    form = {"name": "anna", "password": WORD, "next": "/", "csrf": "forged"}
    assert browser.client.post("/sign-in", data=form, environ_overrides=HERE).status_code == 403
    browser.get("/sign-in")
    assert browser.client.post("/sign-in", data=form, environ_overrides=HERE).status_code == 403
    ok = {**form, "csrf": browser.token}
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert browser.client.post("/sign-in", data=ok, headers=cross, environ_overrides=HERE).status_code == 403


def test_attack_fixed_session_a_cookie_planted_before_signing_in_means_nothing(front: Front) -> None:
    browser = Browser(front)
    browser.client.set_cookie("apogee_session", "planted")
    browser.sign_in("anna")
    assert browser.cookie() not in ("", "planted")
    other = Browser(front)
    other.client.set_cookie("apogee_session", "planted")
    assert other.get("/live").status_code == 303


def test_attack_replayed_session_after_signing_out(front: Front) -> None:
    browser = Browser(front, "anna")
    cookie, token = browser.cookie(), browser.token
    assert browser.post("/sign-out").status_code == 303
    thief = Browser(front)
    thief.client.set_cookie("apogee_session", cookie)
    thief.client.set_cookie(CSRF_COOKIE, token)
    assert thief.view("/live").status_code == 401
    assert thief.get("/").status_code == 303


def test_signing_in_again_ends_the_session_of_that_browser(front: Front) -> None:
    browser = Browser(front, "anna")
    old = browser.cookie()
    form = {"name": "root", "password": WORD, "next": "/", "csrf": browser.token}
    assert browser.client.post("/sign-in", data=form, environ_overrides=HERE).status_code == 303
    assert front.people.viewer(old) is None


def test_attack_forged_csrf_header_the_token_of_another_session(front: Front) -> None:
    anna, root = Browser(front, "anna"), Browser(front, "root")
    assert anna.token != root.token
    assert anna.view("/live", token="forged").status_code == 403
    assert anna.view("/live", token=root.token).status_code == 403
    anna.client.set_cookie(CSRF_COOKIE, "chosen")  # a cookie that a neighbouring host could plant
    assert anna.view("/live", token="chosen").status_code == 403


@pytest.mark.parametrize("path", ["/people/add", "/people/1/grant", "/people/1/close", "/people/1/reset", "/account/token", "/sign-out"])
def test_attack_cross_site_post_and_forged_form(front: Front, path: str) -> None:
    root = Browser(front, "root")
    assert root.post(path, token="forged").status_code == 403
    assert root.post(path, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert root.post(path, Origin="http://evil.example").status_code == 403
    assert front.people.viewer(root.cookie()) is not None


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize("path", ["/api/v1/query", "/account/token", "/sign-out"])
def test_attack_a_change_of_any_media_type_without_the_pages_token(front: Front, path: str, kind: str) -> None:
    root = Browser(front, "root")
    asked = {"data": b'{"metrics": ["offered"]}', "content_type": kind, "environ_overrides": HERE}
    assert root.client.post(path, **asked).status_code == 403
    assert root.client.post(path, **asked, headers={CSRF_HEADER: "forged"}).status_code == 403
    assert front.people.viewer(root.cookie()) is not None
    assert root.client.post(path, **asked, headers={CSRF_HEADER: root.token}).status_code != 403


async def came(front: Front, rules: Rules, peer: str, forwarded: str, word: str = "wrong") -> str:
    """What somebody is told who tries a password over a connection from `peer` that says for whom it speaks."""
    sent: list[dict[str, Any]] = []
    form = urlencode({"name": secrets.token_hex(4), "password": word, "csrf": "t"}).encode()
    headers = {"host": "localhost", "cookie": f"{CSRF_COOKIE}=t", "content-type": "application/x-www-form-urlencoded"}
    headers |= {"content-length": str(len(form)), "accept-language": "en", **({"x-forwarded-for": forwarded} if forwarded else {})}
    scope = {
        "type": "http", "method": "POST", "path": "/sign-in", "raw_path": b"/sign-in", "root_path": "", "query_string": b"",
        "http_version": "1.1", "scheme": "http", "client": (peer, 1), "server": ("localhost", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    bodies = iter([{"type": "http.request", "body": form, "more_body": False}])

    async def receive() -> Any:
        return next(bodies, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await behind(front, rules)(scope, receive, send)
    text = b"".join(each.get("body", b"") for each in sent).decode()
    return "waits" if "Too many attempts" in text else "wrong" if "do not go together" in text else text


def test_behind_a_proxy_each_address_counts_for_itself_and_attack_spoofed_forwarding(store: Store) -> None:
    rules = Rules(proxies=("10.0.0.0/24",))
    front = closed(store, Settings(open=False, peers=ANYWHERE, rules=rules))

    def tries(peer: str, forwarded: str) -> str:
        return asyncio.run(came(front, rules, peer, forwarded))

    for _ in range(20):
        assert tries("10.0.0.5", "203.0.113.7") == "wrong"
    assert tries("10.0.0.5", "203.0.113.7") == "waits"
    assert tries("10.0.0.6", "203.0.113.7, 10.0.0.5") == "waits", "the same person through two proxies"
    assert tries("10.0.0.5", "203.0.113.8") == "wrong", "others behind the same proxy do not wait"
    assert tries("10.0.0.5", "198.51.100.1, 203.0.113.7") == "waits", "what a client puts before the proxy's own word"
    for number in range(20):
        assert tries("198.51.100.9", f"203.0.113.{100 + number}") == "wrong"
    assert tries("198.51.100.9", "203.0.113.200") == "waits", "whoever is no proxy speaks for himself alone"
    front.close()


@pytest.mark.parametrize("path", ["/people/add", "/people/1/grant", "/people/1/close", "/people/1/open", "/people/1/reset"])
def test_attack_another_roles_form(front: Front, path: str) -> None:
    assert Browser(front, "anna").post(path, {"role": "administrator"}).status_code == 403


def test_attack_another_host(front: Front) -> None:
    answer = front.server.test_client().get("/sign-in", headers={"Host": "evil.example"}, environ_overrides=HERE)
    assert answer.status_code == 403


def test_attack_a_session_is_no_token_and_a_token_no_session(front: Front) -> None:
    anna = Browser(front, "anna")
    nobody = Browser(front)
    assert nobody.get("/api/v1/metrics", Authorization=f"Bearer {anna.cookie()}").status_code == 401
    token = decide.issue(front.people, "anna", front.people.viewer(anna.cookie()).account, "", ["read"], 1)
    assert nobody.get("/api/v1/metrics", Authorization=f"Bearer {token}").status_code == 200
    assert nobody.get("/metrics", Authorization=f"Bearer {token}").status_code == 401, "another right"
    assert nobody.get("/_dash-layout", Authorization=f"Bearer {token}").status_code == 401, "pages are for people"
    nobody.client.set_cookie("apogee_session", token)
    assert nobody.get("/api/v1/metrics").status_code == 401


def test_what_somebody_sees_is_kept_by_no_cache(front: Front) -> None:
    anna = Browser(front, "anna")
    for answer in (anna.get("/"), anna.view("/live"), anna.get("/api/v1/metrics")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_password_somebody_was_given_is_changed_before_anything_else(front: Front) -> None:
    given = decide.reset(front.people, "root", 2)
    browser = Browser(front)
    assert browser.sign_in("anna", given).status_code == 303
    assert browser.get("/live").headers["Location"] == "/password"
    assert browser.get("/api/v1/metrics").status_code == 403
    assert "Somebody else gave you" in browser.get("/password?lang=en").text
    assert browser.post("/password", {"before": given, "after": "short"}).status_code == 400
    assert browser.post("/password", {"before": "wrong", "after": "a password of mine"}).status_code == 400
    assert browser.post("/password", {"before": given, "after": "a password of mine"}).headers["Location"] == "/sign-in"
    again = Browser(front)
    again.sign_in("anna", "a password of mine")
    assert again.get("/live").status_code == 200


def test_lock_out_is_said_with_its_time(front: Front) -> None:
    browser = Browser(front)
    browser.get("/sign-in?lang=en")
    for _ in range(5):
        browser.sign_in("anna", "wrong")
    answer = browser.sign_in("anna")
    assert (answer.status_code, "try again in a minute" in answer.text) == (401, True)


def test_a_session_that_is_over_leads_back_to_the_door(front: Front) -> None:
    browser = Browser(front, "anna")
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    assert browser.view("/live").status_code == 401
    assert browser.get("/live").status_code == 303


def test_an_administrator_makes_an_account_and_the_password_is_shown_once(front: Front) -> None:
    root = Browser(front, "root")
    answer = root.post("/people/add", {"name": "Cleo", "role": "supervisor", "limits": "team=SAV, site=Lille"})
    password = answer.text.partition('<code class="shown" tabindex="0">')[2].partition("<")[0]
    assert answer.headers["Cache-Control"] == "no-store"
    cleo = Browser(front)
    assert cleo.sign_in("cleo", password).status_code == 303
    assert root.post("/people/add", {"name": "cleo", "role": "supervisor"}).headers["Location"] == "/people?failed=people.name_taken"
    assert root.post("/people/add", {"name": "dora", "role": "emperor"}).headers["Location"].endswith("bad_role")
    assert root.post("/people/3/grant", {"role": "analyst", "everything": "1"}).headers["Location"] == "/people?done=granted"
    assert root.post("/people/99/grant", {"role": "analyst"}).headers["Location"].endswith("no_account")
    assert root.post("/people/1/close").headers["Location"].endswith("people.last")
    assert root.post("/people/3/close").headers["Location"].endswith("closed")
    page = root.view("/people").text
    assert "cleo" in page
    assert password not in page
    assert "changed a role or scope" in root.view("/audit").text


def test_nobody_gives_a_token_rights_he_may_not_give_nor_revokes_anothers(front: Front) -> None:
    anna, root = Browser(front, "anna"), Browser(front, "root")
    assert anna.post("/account/token", {"right": "send", "days": "9"}).headers["Location"].endswith("bad_rights")
    assert root.post("/account/token", {"right": "send", "days": "9"}).status_code == 200
    assert anna.post("/account/token/1/revoke").headers["Location"].endswith("no_token")
    assert root.post("/account/token/1/revoke").headers["Location"].endswith("revoked")
    assert anna.post("/account/token", {"right": "read", "days": "many"}).headers["Location"].endswith("bad_days")


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.SUPERVISOR, "Live"), (Role.ANALYST, "Live"), (Role.COMMITTEE, "Committee"), (Role.OFFICER, "Maturity"),
        (Role.AGENT, "What is known about you"), (Role.ADMINISTRATOR, "Live"),
    ],
)  # fmt: skip
def test_the_first_page_is_that_of_the_role(front: Front, role: Role, first: str) -> None:
    account(front, f"one.{role}", Grant(role, everything=True, agent="a1" if role == Role.AGENT else ""))
    assert f'"data-frame":"{first}"' in Browser(front, f"one.{role}").view("/").text


def test_only_where_people_sign_in_the_server_leaves_this_machine() -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7"):  # noqa: S104 - nothing listens
        with pytest.raises(CannotServe, match="apogee account add"):
            _settings(host, Rules(), accounts=False)
        told = _settings(host, Rules(url="https://kpi.example"), accounts=True)
        assert not told.open
        assert refused_address(told, "203.0.113.7", "kpi.example") is None
        assert refused_address(told, "203.0.113.7", "evil.example")
    assert refused_address(_settings("127.0.0.1", Rules(), accounts=False), "203.0.113.7", "localhost"), "without accounts, loopback alone"
