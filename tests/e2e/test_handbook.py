"""A definition in a browser: a long query scrolls inside its box, at any width, by keyboard as well."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, open_page, tab_to

LONGEST = "talk_time"  # of all statements


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_query_scrolls_inside_its_box(shop: Site, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, shop.address_of(f"/handbook/{LONGEST}", lang="fr"))
    box = page.locator("pre.sql").first
    inside, whole = box.evaluate("each => [each.clientWidth, each.scrollWidth]")
    assert inside < whole, "the line is longer than the box"
    place = box.bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= width
    box.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert box.evaluate("each => each.scrollLeft") > 0
    assert page.evaluate("[scrollX, document.documentElement.scrollWidth]") == [0, width]


def test_a_definition_is_found_opened_and_read_by_keyboard(shop: Site, page: Page) -> None:
    open_page(page, shop.address_of("/handbook", lang="en"))
    tab_to(page, "main input[name=search]")
    page.keyboard.type("reopen")
    expect(page.locator("main .list li:visible")).to_have_count(2)
    tab_to(page, "main .list a[href*='/handbook/reopen_rate']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/handbook/reopen_rate"))
    expect(page.locator("main h1")).to_contain_text("Reopen rate")
    tab_to(page, "main pre.sql")
