"""The frame: weight, navigation, language, theme, keyboard, and what is shown when a page cannot be."""

from __future__ import annotations

import http.client
import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect
from plotly.offline import get_plotlyjs_version

from dashboard.page import Page as Registered
from dashboard.page import pages
from dashboard.viewer import EVERYONE
from tests.e2e.conftest import Log, Site, open_page, paths

COLD_BYTES = 900_000


@pytest.mark.parametrize("path", paths())
def test_a_cold_page_is_light(shop: Site, page: Page, network: CDPSession, path: str) -> None:
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    open_page(page, shop.address_of(path, lang="fr"))
    page.wait_for_timeout(300)
    assert 50_000 < sum(sizes) <= COLD_BYTES, f"{path}: {sum(sizes):.0f} bytes in {len(sizes)} requests"


def test_going_from_page_to_page_keeps_the_document_and_language(shop: Site, page: Page, log: Log) -> None:
    open_page(page, shop.address_of("/live", lang="en"))
    page.evaluate("window.kept = true")
    others = [each for each in pages() if each.order is not None and each.path != "/live"]
    for other in others:
        page.locator(f"nav.places a[href^='{other.path}?']").click()
        expect(page.locator(f"nav.places a[href^='{other.path}?']")).to_have_attribute("aria-current", "page")
        assert "lang=en" in page.url
        assert page.evaluate("document.activeElement.id") == "main"
        assert page.title().endswith("· Apogee")
    page.go_back()
    if len(others) > 1:
        expect(page.locator("nav.places a[aria-current=page]")).to_have_attribute("href", re.compile(others[-2].path))
    assert page.evaluate("window.kept") is True
    assert sum(" http" in line and "/_dash-layout" in line for line in log.requests) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_on_a_phone_the_bar_shows_the_place_one_is_at(bare: Site, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for place in [each for each in pages() if each.order is not None]:
        open_page(page, bare.address_of(place.path, lang=language))
        left, right = page.locator("nav.places a[aria-current]").evaluate("a => (b => [b.left, b.right])(a.getBoundingClientRect())")
        assert 0 <= left < right <= 390, place.path


def test_the_language_can_be_changed_and_is_remembered(bare: Site, page: Page) -> None:
    open_page(page, bare.address_of("/live"))
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    open_page(page, bare.address_of("/live"))
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("nav.places a[aria-current=page]")).to_have_text("Live")


def test_the_theme_can_be_changed_and_is_remembered(bare: Site, page: Page) -> None:
    open_page(page, bare.address_of("/live"))
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.locator("#theme").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.locator("#theme")).to_have_attribute("aria-pressed", "true")
    open_page(page, bare.address_of("/live"))
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_theme_follows_the_system_until_somebody_chooses(bare: Site, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, bare.address_of("/live"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_everything_can_be_reached_with_the_keyboard(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/live", lang="fr"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    menu = page.locator("details.menu").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("channel="))
    expect(page.locator("details.menu > summary").first).to_be_focused()


def test_enter_in_the_search_field_shows_what_typing_showed(bare: Site, page: Page) -> None:
    open_page(page, bare.address_of("/handbook", lang="en"))
    every = page.locator("[data-find] a:visible").count()
    field = page.get_by_role("searchbox")
    field.fill("REOUVERTURE taux")
    expect(page.locator("[data-find] a:visible")).to_have_count(1)
    typed = page.locator("[data-find] a:visible").inner_text()
    field.press("Enter")
    page.wait_for_url(re.compile("search=REOUVERTURE"))
    expect(page.locator("[data-find] a:visible")).to_have_text([typed])
    expect(page.get_by_role("searchbox")).to_have_value("REOUVERTURE taux")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("searchbox").fill("")
    expect(page.locator("[data-find] a:visible")).to_have_count(every)
    page.locator("[data-find] a:visible").first.click()
    expect(page.locator("nav.places a[aria-current=true]")).to_have_attribute("href", re.compile("^/handbook"))


def test_an_address_without_a_page_says_so(bare: Site, page: Page, log: Log) -> None:
    log.expected.append("status of 404")
    open_page(page, bare.address_of("/nowhere", lang="en"))
    expect(page.locator("h1")).to_have_text("There is no page here")
    page.locator("main a").click()
    expect(page.locator("nav.places a[aria-current=page]")).to_have_count(1)


def test_a_page_that_fails_gives_a_reference_and_never_the_error(bare: Site, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> Any:
        raise RuntimeError("secret value 4242")

    broken = Registered(path="/live", words="frame.live", order=1, may=EVERYONE, layout=fail)
    monkeypatch.setattr("dashboard.app.find", lambda _: (broken, {}))
    open_page(page, bare.address_of("/live", lang="en"))
    expect(page.locator("h1")).to_have_text("This page could not be drawn")
    shown = page.locator("main").inner_text()
    assert re.search(r"\b[0-9a-f]{8}\b", shown)
    assert "4242" not in page.content()


def test_the_chart_library_is_ours_small_and_of_the_right_version(bare: Site, page: Page, log: Log) -> None:
    open_page(page, bare.address_of("/live", lang="fr"))
    assert not [line for line in log.requests if "plotly" in line], "fetched by a page without a chart"
    version = page.evaluate(
        """() => new Promise((done, failed) => { const script = document.createElement('script');
        script.src = window._dashPlotlyJSURL; script.onload = () => done(window.Plotly.version); script.onerror = failed;
        document.head.append(script); })"""
    )
    assert version == get_plotlyjs_version()
    drawn = page.evaluate(
        """async () => { const place = document.createElement('div'); document.body.append(place);
        await window.Plotly.newPlot(place, [{type: 'bar', x: ['2026-02-01', '2026-08-01'], y: [1e6, 2e6]}], {yaxis: {tickformat: '$,.0f'}},
          {locale: 'fr', showSendToCloud: false, displaylogo: false}); return place.textContent; }"""
    )
    assert "juil." in drawn
    assert "€" in drawn


def test_a_foreign_name_for_this_server_is_refused(bare: Site) -> None:
    for path in ("/live", "/live/events", "/assets/live.js", "/_dash-layout"):
        connection = http.client.HTTPConnection(*bare.address, timeout=5)
        connection.request("GET", path, headers={"Host": "evil.example"})
        assert connection.getresponse().status == 403, path
        connection.close()
