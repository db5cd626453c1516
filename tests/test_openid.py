"""Signing in by OpenID Connect against a local provider, and each way a token can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from dashboard.front import Front
from dashboard.people.rules import Grant, OpenId, Rules
from dashboard.setting import Settings
from dashboard.viewer import Role
from metrics.query import Scope
from sql.clickhouse import Store
from tests.openid_provider import CLIENT, SECRET, Provider, provider
from tests.people_help import Browser, account, closed

CARE = Grant(Role.SUPERVISOR, limits=(("team", "SAV"),))


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def idp(running: Provider) -> Provider:
    running.spoil, running.forged = {}, False
    running.person = {"sub": "s-1", "name": "Cléo Martin", "preferred_username": "cleo", "groups": ["customer-care"]}
    return running


@pytest.fixture
def front(store: Store, idp: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    openid = OpenId(idp.issuer, CLIENT, "groups", (("customer-care", CARE), ("board", Grant(Role.COMMITTEE, everything=True))), SECRET)
    built = closed(store, Settings(open=False, rules=Rules(url="http://localhost", openid=openid)))
    yield built
    built.close()


def through(front: Front, browser: Browser, to: str = "/live") -> object:
    """The whole way: to the provider, back with its code."""
    started = browser.get(f"/sign-in/openid?next={to}")
    assert started.status_code == 302, started.text
    sent = requests.get(started.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    return browser.get(f"{back.path}?{back.query}")


def test_who_the_provider_vouches_for_is_let_in_with_what_his_group_may(front: Front) -> None:
    browser = Browser(front)
    answer = through(front, browser)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/live")
    viewer = front.people.viewer(browser.cookie())
    assert (viewer.name, viewer.called, viewer.role, viewer.scope) == ("cleo", "Cléo Martin", Role.SUPERVISOR, Scope.of(team=("SAV",)))
    browser.get("/")
    assert "live-board" in browser.view("/live").text
    assert 'href="/sign-in/openid?next=/"' in Browser(front).get("/sign-in").text


def test_another_group_at_the_next_sign_in_is_another_role(front: Front, idp: Provider) -> None:
    first = Browser(front)
    through(front, first)
    idp.person = {**idp.person, "groups": ["board"]}
    second = Browser(front)
    through(front, second)
    assert front.people.viewer(second.cookie()).role == Role.COMMITTEE
    assert front.people.viewer(first.cookie()) is None, "the older session held more, or something else"


def test_without_a_group_nobody_gets_in(front: Front, idp: Provider) -> None:
    idp.person = {**idp.person, "groups": ["others"]}
    browser = Browser(front)
    assert through(front, browser).status_code == 403
    assert browser.cookie() == ""


def test_whom_the_provider_put_in_no_group_any_more_loses_every_session_when_he_comes_again(front: Front, idp: Provider) -> None:
    phone, desk = Browser(front), Browser(front)
    through(front, phone)
    through(front, desk)
    assert front.people.viewer(phone.cookie())
    idp.person = {**idp.person, "groups": []}
    assert through(front, desk).status_code == 403
    assert front.people.viewer(phone.cookie()) is None
    assert front.people.viewer(desk.cookie()) is None


def test_after_an_hour_the_provider_is_asked_again_without_a_click(front: Front, idp: Provider) -> None:
    browser = Browser(front)
    through(front, browser)
    old = browser.cookie()
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=29)
    assert browser.get("/live").status_code == 200
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=58)
    assert browser.get("/live").status_code == 200
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=61)
    assert browser.get("/live").headers["Location"] == "/sign-in?next=%2Flive"
    assert browser.get("/sign-in?next=/live").headers["Location"] == "/sign-in/openid?next=/live"
    assert through(front, browser).headers["Location"] == "/live"
    assert browser.cookie() != old
    assert browser.get("/live").status_code == 200
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=88)
    assert browser.get("/live").status_code == 200
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=117)
    assert browser.get("/live").status_code == 200
    front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=123)
    idp.person = {**idp.person, "groups": []}
    assert through(front, browser).status_code == 403
    assert browser.get("/sign-in").status_code == 200, "not sent to the provider for ever"


def test_attack_a_name_of_the_audit_log(front: Front, idp: Provider) -> None:
    idp.person = {**idp.person, "preferred_username": "Command line"}
    assert through(front, Browser(front)).status_code == 403
    idp.person = {**idp.person, "preferred_username": "   ", "email": "cleo@a.example"}
    assert through(front, Browser(front)).status_code == 303


def test_attack_a_name_of_an_account_made_here(front: Front, idp: Provider) -> None:
    account(front, "cleo", Grant(Role.ADMINISTRATOR, everything=True))
    assert through(front, Browser(front)).status_code == 403


@pytest.mark.parametrize(
    "spoil",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "replayed"}, {"sub": ""}],
    ids=lambda spoil: next(iter(spoil)),
)
def test_attack_an_id_token_for_somebody_else_of_another_time_or_replayed(front: Front, idp: Provider, spoil: dict[str, object]) -> None:
    idp.spoil = spoil
    browser = Browser(front)
    assert through(front, browser).status_code == 403
    assert browser.cookie() == ""


def test_attack_an_id_token_signed_by_another_key(front: Front, idp: Provider) -> None:
    idp.forged = True
    assert through(front, Browser(front)).status_code == 403


def test_attack_a_code_brought_by_another_browser(front: Front) -> None:
    victim, thief = Browser(front), Browser(front)
    started = thief.get("/sign-in/openid")
    sent = requests.get(started.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    assert thief.get(f"{back.path}?code=guessed&state=guessed").status_code == 403
    assert victim.cookie() == thief.cookie() == ""


def test_a_provider_that_does_not_answer_is_said_in_words(store: Store) -> None:
    openid = OpenId("http://127.0.0.1:1", CLIENT, "groups", (("g", CARE),), SECRET)
    front = closed(store, Settings(open=False, rules=Rules(url="http://localhost", openid=openid)))
    answer = Browser(front).get("/sign-in/openid?lang=en")
    assert (answer.status_code, "did not work" in answer.text) == (403, True)
    front.close()
