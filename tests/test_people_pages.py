"""The pages about people and their administration: what they say is so, in both languages, to whoever looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.front import Front, build
from dashboard.people.rules import Grant
from dashboard.viewer import Role
from sql.clickhouse import Store
from tests.conftest import empty
from tests.people_help import Browser, account, closed


@pytest.fixture(scope="module")
def front(engine: Store) -> Iterator[Front]:
    empty(engine)
    built = closed(engine)
    account(built, "fanny", Grant(Role.AGENT, agent="sav-1"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def machine(engine: Store) -> Iterator[Front]:
    """An installation without accounts."""
    built = build(engine)
    yield built
    built.close()


def test_whoever_sits_at_the_machine_finds_the_administration_and_nothing_to_sign_out_of(machine: Front) -> None:
    browser = Browser(machine)
    browser.get("/")
    drawn = browser.view("/account").text
    for path in ("/people", "/audit", "/personal-data"):
        assert f"{path}?lang=en" in drawn.replace("\\u002f", "/"), path
    assert "/sign-out" not in drawn
    assert "`" not in drawn
    assert '"apogee account add NAME' in drawn
    refused = browser.post("/people/add", {"name": "ben", "role": "supervisor", "everything": "1"})
    assert refused.headers["Location"].endswith("first_administrator"), "nobody could make another account"
    assert "Nobody has an account yet" in browser.view("/people").text


@pytest.mark.parametrize(
    ("language", "name"), [("en", "your name, your team and your site"), ("fr", "votre nom, votre équipe et votre site")]
)
def test_an_agent_is_told_that_his_name_is_kept(front: Front, language: str, name: str) -> None:
    drawn = str(Browser(front, "fanny").view("/me", f"?lang={language}").json)
    kept, _, gone = drawn.partition({"en": "Not kept", "fr": "Non conservé"}[language])
    assert name in kept
    assert "who you are" not in gone
    assert "qui vous êtes" not in gone
