"""The live page in a browser: one stream, leaves that change, and honesty when nothing comes."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.parts import channel
from sql.clickhouse import Store
from tests.conftest import empty
from tests.e2e.company import QUEUES, _stay, busy, fill, staff
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
    expect(page.locator(".live-foot")).to_contain_text(re.compile(r"Reçus .* = conservés .* \+ doublons 21 \+ quarantaine 4 · écart 0"))


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


def test_it_says_who_is_there_by_team_and_names_nobody(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="fr"))
    live(page)
    team = page.locator(".crews tbody tr", has_text="Commandes")
    expect(team.locator("[data-leaf='a.team.commandes.busy']")).to_have_text("10")
    expect(team.locator("[data-leaf='a.team.commandes.ready']")).to_have_text("1")
    expect(team.locator(".crew .p.busy")).to_have_count(10)
    expect(team.locator(".crew .p.ready")).to_have_count(1)
    expect(page.locator(".crews tbody tr", has_text="Écrit").locator(".crew .p.away")).to_have_count(2)
    whole = page.locator(".crews tfoot tr")
    expect(whole.locator("[data-leaf='a.t.present']")).to_have_text(str(len(staff())))
    expect(page.locator(".lede").first).to_contain_text(f"conseillers sur {len(staff())} sont en contact")
    shown = page.locator("main").inner_text() + page.locator("main").inner_html()
    assert not [agent for agent in staff() if agent in shown]


def test_a_crowd_is_drawn_as_lengths(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="en"))
    live(page)
    expect(page.locator("[data-leaf='a.team.sav.crew'] .p")).to_have_count(busy("sav-voix"))
    # In one go, so that no message of the stream comes between the drawing and the measuring.
    widths = page.evaluate(
        """async () => {
             const crew = document.querySelector("[data-leaf='a.team.sav.crew']");
             crew.dataset.first = JSON.stringify({crew: "30 15 0"});
             document.getElementById("live-board").append(document.createElement("p"));  // the page looks at its marks again
             await Promise.resolve();
             return [...crew.querySelectorAll(".p")].map(mark => mark.getBoundingClientRect().width);
           }"""
    )
    assert len(widths) == 2
    assert widths[0] > 1.8 * widths[1] > 0


def test_a_late_source_is_said_by_the_same_stream_and_moves_nothing(engine: Store, page: Page) -> None:
    empty(engine)
    fill(engine, datetime.now(UTC), weeks=0)
    with Running(engine, late={"voice/test": 8}) as running:
        open_page(page, f"http://127.0.0.1:{running.port}/live?lang=en")
        live(page)
        page.mouse.move(1, 1)
        top = page.locator(".strips").bounding_box()
        expect(page.locator(".late")).to_have_text(
            re.compile(r"1 source is late: voice/test, silent since \d\d:\d\d \(limit 8\u00a0s\)"), timeout=30_000
        )
        expect(page.locator(".strips tbody tr", has_text="Voice").locator(".st").first).to_have_class("st unknown")
        expect(page.locator("[data-leaf='c.voice.note']")).to_contain_text("silent")
        expect(page.locator(".live-foot .st.watch")).to_have_text(re.compile("voice/test"))
        assert page.locator(".strips").bounding_box() == top
        assert sum("/live/events" in line for line in running.asked) == 1, "one event stream"


def test_just_after_midnight_the_day_before_stands_beside_today(engine: Store, page: Page) -> None:
    empty(engine)
    now = datetime.now(UTC)
    fill(engine, now, weeks=0)
    east = next(zone for hours in range(-12, 15) if now.astimezone(ZoneInfo(zone := f"Etc/GMT{hours:+d}")).hour == 0)
    with Running(engine, zone=east) as running:
        open_page(page, f"http://127.0.0.1:{running.port}/live?lang=fr")
        live(page)
        expect(page.locator(".ended")).to_have_text(re.compile(r"^Hier, .* arrivés, .* traités, .* abandons"))
        expect(page.locator("thead .then").first).to_have_text("hier")
        expect(page.locator("[data-leaf='c.voice.arrived.then']")).to_have_text(re.compile(r"^[1-9]"))
        expect(page.locator("[data-leaf='c.voice.curve'] .curve-then")).to_have_attribute("d", re.compile("^M"))


@pytest.mark.parametrize("width", [1440, 1024, 800, 390])
def test_every_row_ends_where_the_table_ends(shop: Site, page: Page, width: int) -> None:
    """A column that is left out on a narrow screen leaves no hole, in no row."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, shop.address_of("/live", lang="fr"))
    ends = page.locator(".strips, .crews, .queues").evaluate_all(
        """tables => tables.map(table => [...table.rows].map(row => {
             const last = [...row.cells].filter(cell => cell.offsetWidth).pop();
             return Math.round(table.getBoundingClientRect().right - last.getBoundingClientRect().right);
           }))"""
    )
    assert all(abs(gap) <= 1 for rows in ends for gap in rows), ends


@pytest.mark.parametrize("width", [1920, 1440, 1400, 1024, 390])
def test_the_name_of_every_channel_has_its_room(shop: Site, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, shop.address_of("/live", lang="fr"))
    cut = page.locator(".strips tbody .chn").evaluate_all(
        """(names, all) => names
             .flatMap(name => all.map(text => { name.textContent = text; return [text, name.scrollWidth - name.clientWidth]; }))
             .filter(([, over]) => over > 0)""",
        [channel.label(code, "fr") for code in channel.CHANNELS],
    )
    assert not cut


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
