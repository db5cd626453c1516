"""A definition in a browser: a long query scrolls inside its box, at any width, by keyboard as well."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Site, open_page

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
