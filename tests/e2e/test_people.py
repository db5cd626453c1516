"""People in a real browser: signing in and out, a session that ends, and one link that shows two people two true numbers."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.people.rules import Grant, OpenId, Rules
from dashboard.viewer import Role
from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty
from tests.e2e.company import ZONE, fill, midnight
from tests.e2e.conftest import Log, Running, Site
from tests.openid_provider import CLIENT, SECRET, provider
from tests.people_help import EVERYTHING, WORD, account, cheap

SAV = Grant(Role.SUPERVISOR, limits=(("queue", "sav-voix"),))
ORDERS = Grant(Role.SUPERVISOR, limits=(("queue", "commandes-voix"), ("queue", "commandes-chat")))


@pytest.fixture(scope="module")
def site(engine: Store) -> Iterator[Site]:
    cheap()
    empty(engine)
    fill(engine, datetime.now(UTC))
    with Running(engine, open=False) as running:
        for name, grant in (("root", EVERYTHING), ("anna", SAV), ("ben", ORDERS)):
            account(running.front, name, grant)
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)
    empty(engine)


def sign_in(page: Page, site: Site, name: str, password: str = WORD, path: str = "/live") -> None:
    page.goto(site.address_of("/sign-in", lang="en", next=path))
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def handled(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("[data-leaf='t.handled']").inner_text()))


def true(site: Site, *queues: str) -> float:
    now = datetime.now(UTC)
    query = Query(("handled",), since=midnight(now), zone=ZONE, scope=Scope.of(queue=queues), now=now)
    return ask(site.store, query).rows[0].figures["handled"].value or 0


def test_signing_in_with_a_wrong_and_then_the_right_password_and_out_again(site: Site, page: Page, log: Log) -> None:
    log.expected.append("401")
    page.goto(site.address_of("/live", lang="en"))
    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page, site, "anna", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    sign_in(page, site, "anna")
    expect(page.locator(".live h1")).to_be_visible()
    page.locator(".me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.go_back()
    page.reload()
    expect(page).to_have_url(re.compile("/sign-in"))


def test_two_people_on_one_link_see_two_true_numbers(site: Site, page: Page, context: BrowserContext) -> None:
    sign_in(page, site, "anna")
    page.locator("[data-leaf='t.handled']").wait_for()
    first = handled(page)
    context.clear_cookies()
    sign_in(page, site, "ben")
    page.locator("[data-leaf='t.handled']").wait_for()
    second = handled(page)
    assert (first, second) == (true(site, "sav-voix"), true(site, "commandes-voix", "commandes-chat"))
    assert first != second
    names = page.locator("table.queues th[scope=row]").all_inner_texts()
    assert names
    assert not any("SAV" in name for name in names)


def test_a_session_that_ends_leads_to_the_door_and_back(site: Site, page: Page, log: Log) -> None:
    log.expected += ["401", "body stream already read"]  # Dash's renderer reads the body of a 401 twice, and says so at times
    sign_in(page, site, "root", path="/people")
    expect(page.locator("main h1")).to_contain_text("people have an account")
    people, clock = site.front.people, site.front.people.clock
    people.clock = lambda: datetime.now(UTC) + timedelta(minutes=31)
    try:
        page.locator("nav a", has_text="Handbook").click()
        expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fhandbook"))
    finally:
        people.clock = clock


def test_lock_out_is_told(site: Site, page: Page, log: Log) -> None:
    log.expected.append("401")
    account(site.front, "dora", SAV)
    for _ in range(5):
        sign_in(page, site, "dora", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, site, "dora")
    expect(page.get_by_role("alert")).to_contain_text("try again in a minute")


def test_an_administrator_adds_somebody_who_signs_in_and_changes_the_password(site: Site, page: Page, context: BrowserContext) -> None:
    sign_in(page, site, "root", path="/people")
    page.get_by_label("Name", exact=True).fill("eve")
    page.locator(".asked.broad input[name=limits]").fill("queue=avis")
    page.get_by_role("button", name="Make the account").click()
    given = page.locator(".shown").inner_text()
    context.clear_cookies()
    sign_in(page, site, "eve", given)
    expect(page.locator("h1")).to_have_text("Change the password")
    page.get_by_label("Present password").fill(given)
    page.get_by_label("New password").fill("nobody else knows it")
    page.get_by_role("button", name="Change it").click()
    sign_in(page, site, "eve", "nobody else knows it")
    expect(page.locator(".live h1")).to_be_visible()


def test_signing_in_by_the_companys_account_which_is_asked_again_after_an_hour(engine: Store, page: Page, log: Log) -> None:
    log.expected.append("403")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with provider() as idp:
        openid = OpenId(idp.issuer, CLIENT, "groups", (("customer-care", SAV),), SECRET)
        rules = Rules(url=f"http://127.0.0.1:{port}", openid=openid, idle=timedelta(hours=3))
        with Running(engine, port, open=False, rules=rules) as running:
            account(running.front, "root", EVERYTHING)
            page.goto(f"http://127.0.0.1:{port}/sign-in?lang=en")
            page.get_by_role("link", name="Sign in with the company").click()
            expect(page.locator(".me summary")).to_have_text("Cléo Martin")
            came = page.context.cookies()
            running.front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=61)
            page.reload()  # to the provider and back, without a click
            expect(page.locator(".me summary")).to_have_text("Cléo Martin")
            assert page.context.cookies() != came
            idp.person = {**idp.person, "groups": ["elsewhere"]}
            running.front.people.clock = lambda: datetime.now(UTC) + timedelta(minutes=122)
            page.reload()
            expect(page.get_by_role("alert")).to_contain_text("none of your groups gives access")
            page.get_by_role("link", name="Back to signing in").click()
            expect(page.get_by_label("Password")).to_be_visible()
