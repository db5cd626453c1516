"""Accounts and signing in, for tests: people in a ledger, an application with accounts, and clients that go through its front door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from dashboard.front import Front, build
from dashboard.guard import CSRF_COOKIE, CSRF_HEADER, UPDATE
from dashboard.people import decide
from dashboard.people import password as passwords
from dashboard.people.people import People
from dashboard.people.rules import Grant, Rules
from dashboard.setting import Settings
from dashboard.viewer import Role
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger.door import open_ledger

WORD = "correct horse battery"
HERE = {"REMOTE_ADDR": "127.0.0.1"}
EVERYTHING = Grant(Role.ADMINISTRATOR, everything=True, named=True)


def cheap() -> None:
    """The shape of argon2id without its price: what is tested is who may, not how long it takes to guess."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._nobody.cache_clear()


class Clock:
    """Tells the time that a test says it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 28, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(ledger_url: str, clock: Clock) -> Iterator[People]:
    """Nobody yet, in an empty ledger."""
    cheap()
    ledger = open_ledger(ledger_url)
    made = People(ledger, Rules(), clock)
    yield made
    made.close()
    ledger.close()


def make(people: People, name: str = "anna", grant: Grant = EVERYTHING, **more: Any) -> int:
    return decide.make(people, "test", name, "", grant, WORD, due=False, **more)


def actions(people: People, **asked: Any) -> list[str]:
    with people.ledger.read() as session:
        return [line.action for line in audit.lines(session, **asked)]


def closed(store: Store, settings: Settings | None = None, **more: Any) -> Front:
    """An application in which everybody has to sign in; its administrator is root."""
    cheap()
    front = build(store, settings or Settings(open=False), **more)
    account(front, "root", EVERYTHING)
    return front


def account(front: Front, name: str, grant: Grant) -> int:
    return make(front.people, name, grant)


class Browser:
    """A client that keeps cookies and repeats its page's token, as a browser with our pages does."""

    def __init__(self, front: Front, name: str = "") -> None:
        self.front = front
        self.client: FlaskClient = front.server.test_client()
        if name:
            assert self.sign_in(name).status_code == 303

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers, environ_overrides=HERE)

    @property
    def token(self) -> str:
        held = self.client.get_cookie(CSRF_COOKIE)
        return held.value if held else ""

    def sign_in(self, name: str, password: str = WORD, to: str = "/") -> Any:
        asked = self.get("/sign-in")
        token = re.search(r'name="csrf" value="([^"]+)"', asked.text)
        form = {"name": name, "password": password, "next": to, "csrf": token.group(1) if token else ""}
        answer = self.client.post("/sign-in", data=form, environ_overrides=HERE)
        if answer.status_code == 303:
            self.get("/")  # the document of the first page carries the session's token
        return answer

    def post(self, path: str, form: dict[str, Any] | None = None, token: str | None = None, **headers: str) -> Any:
        sent = {**(form or {}), "csrf": self.token if token is None else token}
        return self.client.post(path, data=sent, headers=headers, environ_overrides=HERE)

    def cookie(self) -> str:
        held = self.client.get_cookie(self.front.gate.cookie)
        return held.value if held else ""

    def view(self, path: str, search: str = "?lang=en", token: str | None = None) -> Any:
        """What Dash asks for a page."""
        asked = {
            "output": "view.children",
            "outputs": {"id": "view", "property": "children"},
            "changedPropIds": ["address.pathname"],
            "parsedChangedPropsIds": [],
            "inputs": [
                {"id": "address", "property": "pathname", "value": path},
                {"id": "address", "property": "search", "value": search},
            ],
        }
        headers = {CSRF_HEADER: self.token if token is None else token}
        return self.client.post(UPDATE, json=asked, headers=headers, environ_overrides=HERE)
