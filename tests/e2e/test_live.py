"""The live page in a browser: one stream, leaves that change, and honesty when nothing comes."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sql.clickhouse import Store
from tests.conftest import empty
from tests.e2e.company import QUEUES, _stay, fill
from tests.e2e.conftest import Log, Running, Site, open_page

WATCH_TINT = """() => {
  window.tinted = [];
  const note = each => each.target.classList.contains('changed') && window.tinted.push(each.target.dataset.leaf);
  const what = {subtree: true, attributeFilter: ['class']};
  new MutationObserver(list => list.forEach(note)).observe(document.querySelector('.live'), what);
}"""


def live(page: Page, within_ms: float = 15_000) -> None:
    """Wait until the stream has spoken (polling a condition in the page would need what its content policy forbids)."""
    expect(page.locator("html")).to_have_attribute("data-live", "up", timeout=within_ms)


def one_more(store: Store, queue: str, name: str, age_s: float = 5) -> None:
    from datetime import timedelta

    entered = datetime.now(UTC) - timedelta(seconds=age_s)
    store.insert("stay", pa.Table.from_pylist([_stay(name, queue, QUEUES[queue][0], entered, None, "")]))


def test_it_says_who_is_waiting(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="fr"))
    waiting = sum(len(ages) for *_, ages, _ in QUEUES.values())
    expect(page.locator("h1")).to_contain_text(re.compile(r"^2 files sont hors promesse.*SAV \(voix\)"))
    expect(page.locator(".lede")).to_contain_text(f"{waiting} contacts attendent")
    row = page.locator(".strips tbody tr", has_text="Voix")
    expect(row.locator("[data-leaf='c.voice.waiting']")).to_have_text("6")
    expect(row.locator("[data-leaf='c.voice.in_hand']")).to_have_text("11")
    expect(row.locator("[data-leaf='c.voice.abandoned']")).to_have_text("9")
    queue = page.locator(".queues tbody tr", has_text="Démonstration")
    expect(queue.locator(".st")).to_have_class("st unknown")
    expect(queue.locator("[data-leaf$='.level']")).to_have_text("n = 11")
    expect(page.locator(".queues tbody tr")).to_have_count(len(QUEUES))
    expect(page.locator(".foot")).to_contain_text(re.compile(r"Reçus .* = conservés .* \+ doublons 21 \+ quarantaine 4 · écart 0"))


def test_an_event_reaches_the_page_and_the_layout_stays(shop: Site, page: Page) -> None:
    before_it = len(shop.asked)
    open_page(page, shop.address_of("/live", lang="en"))
    live(page)
    page.evaluate("document.querySelector('.strips').dataset.same = 'yes'")
    before = int(page.locator("[data-leaf='c.chat.waiting']").inner_text())
    asked = len(shop.asked)
    assert sum("/live/events" in line for line in shop.asked[before_it:]) == 1, "one event stream"
    one_more(shop.store, "commandes-chat", "late-1")
    shop.front.notify()
    expect(page.locator("[data-leaf='c.chat.waiting']")).to_have_text(str(before + 1), timeout=15_000)
    assert page.locator(".strips").get_attribute("data-same") == "yes"
    page.wait_for_timeout(6000)
    assert shop.asked[asked:] == [], "a live page polls nothing"


def test_the_oldest_wait_grows_while_nothing_arrives(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="fr"))
    live(page)
    oldest = page.locator("[data-leaf='c.voice.oldest']")
    before = oldest.inner_text()
    expect(oldest).not_to_have_text(before, timeout=15_000)


def test_ten_viewers_cost_one_drawing_a_tick(shop: Site, context: BrowserContext, page: Page) -> None:
    tabs = [page, *(context.new_page() for _ in range(7))]
    for tab in tabs:
        open_page(tab, shop.address_of("/live", lang="fr", channel="email"))
    for tab in tabs:
        live(tab)
    assert shop.front.hub.watching <= 2, "one connection a browser"
    assert sum("channel=email" in line and "/live/events" in line for line in shop.asked) == 1, "one stream for all tabs"
    drawn, began = shop.front.hub.drawn, time.monotonic()
    for _ in range(3):
        shop.front.notify()
        page.wait_for_timeout(700)
    spent = time.monotonic() - began
    assert shop.front.hub.drawn - drawn <= 3 + spent / shop.front.settings.patience_s + 2
    for tab in tabs[1:]:
        tab.close()


def test_filters_are_in_the_address_and_change_the_stream(shop: Site, page: Page) -> None:
    before_it = len(shop.asked)
    open_page(page, shop.address_of("/live", lang="fr", channel="email"))
    expect(page.locator(".strips tbody tr")).to_have_count(1)
    expect(page.locator("h1")).to_contain_text("Réclamations")
    page.locator("details.menu > summary").first.click()
    page.locator("details.menu a", has_text="Voix").click()
    page.wait_for_url(re.compile("channel=voice"))
    expect(page.locator(".strips tbody tr")).to_contain_text("Voix")
    live(page)
    assert [line for line in shop.asked[before_it:] if "/live/events" in line][1:] == ["GET /live/events?lang=fr&channel=voice"]
    page.locator("details.menu > summary").first.click()
    page.locator("details.menu a", has_text="Tous les canaux").click()
    expect(page.locator(".queues tbody tr")).to_have_count(len(QUEUES))
    assert "channel" not in page.url


def test_a_filter_without_contacts_says_so_and_leads_out(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="en", channel="fax"))
    expect(page.locator(".state.empty")).to_contain_text("No contact matches")
    page.get_by_role("link", name="Remove the filters").click()
    expect(page.locator(".queues tbody tr")).to_have_count(len(QUEUES))


def test_leaving_the_page_ends_the_stream(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="fr"))
    live(page)
    assert shop.front.hub.watching == 1
    page.goto("about:blank")
    end = time.monotonic() + 10
    while shop.front.hub.watching:
        assert time.monotonic() < end, "the stream stayed open"
        page.wait_for_timeout(100)


def test_the_page_says_when_the_server_goes_and_comes_back_by_itself(engine: Store, page: Page, log: Log) -> None:
    empty(engine)
    fill(engine, datetime.now(UTC), weeks=0)
    log.expected.append("ERR_")
    with Running(engine) as first:
        port = first.port
        open_page(page, f"http://127.0.0.1:{port}/live?lang=en")
        live(page)
        expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#banner")).to_be_visible(timeout=15_000)
    expect(page.locator("#banner")).to_contain_text(re.compile(r"stand still since \d\d:\d\d:\d\d.*connection to the server is lost"))
    expect(page.locator(".live-state")).to_have_text("standing still")
    with Running(engine, port=port) as second:
        live(page, 15_000)
        expect(page.locator("#banner")).to_be_hidden()
        before = int(page.locator("[data-leaf='c.voice.waiting']").inner_text())
        one_more(engine, "sav-voix", "after")
        second.front.notify()
        expect(page.locator("[data-leaf='c.voice.waiting']")).to_have_text(str(before + 1), timeout=15_000)


def test_an_empty_page_fills_by_itself(engine: Store, page: Page) -> None:
    empty(engine)
    with Running(engine) as running:
        open_page(page, f"http://127.0.0.1:{running.port}/live?lang=en")
        expect(page.locator("h1")).to_have_text("Nothing has arrived yet")
        live(page)
        fill(engine, datetime.now(UTC), weeks=0)
        page.mouse.move(1, 1)
        running.front.notify()
        expect(page.locator(".queues tbody tr")).to_have_count(len(QUEUES), timeout=15_000)
        expect(page.locator("h1")).to_contain_text("beyond their promise")


def test_what_changed_is_tinted_unless_motion_is_unwanted(shop: Site, page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    open_page(page, shop.address_of("/live", lang="fr"))
    live(page)
    page.evaluate(WATCH_TINT)
    one_more(shop.store, "livraison-msg", "tint-1")
    shop.front.notify()
    end = time.monotonic() + 15
    while "c.messaging.waiting" not in page.evaluate("window.tinted"):
        assert time.monotonic() < end, "nothing was tinted"
        page.wait_for_timeout(50)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("window.tinted = []")
    one_more(shop.store, "livraison-msg", "tint-2")
    shop.front.notify()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.tinted.length") == 0


@pytest.mark.parametrize("script", [True, False])
def test_a_browser_without_shared_workers_has_a_stream_of_its_own(shop: Site, page: Page, script: bool) -> None:
    if script:
        page.add_init_script("delete window.SharedWorker")
    open_page(page, shop.address_of("/live", lang="fr", team="sav"))
    live(page)
    expect(page.locator(".queues tbody tr")).to_have_count(1)
