"""Every registered page, in both languages, on an empty database and on the demo company's, both themes among them."""

from __future__ import annotations

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.page import pages
from tests.e2e.conftest import Site, open_page, paths

# What passes is not told, node by node, nor is anything loaded again: it takes longer than all the rules.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"], "preload": False}
FRENCH = re.compile(r"\b(le|la|les|des|une|est|dans|pour|rien|aucun|aucune|encore)\b", re.IGNORECASE)


def serious(page: Page) -> list[tuple[str, str, list[str]]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        (each["id"], each["impact"], [node["html"][:120] for node in each["nodes"]][:4])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


# Each database in each language and in each theme; all of their combinations are long.
USUAL = {("bare", "fr", "dark"), ("bare", "en", "light"), ("demo", "fr", "light"), ("demo", "en", "dark")}
LOOKS = [
    pytest.param(*each, marks=[] if each in USUAL else [pytest.mark.long])
    for each in product(["bare", "demo"], ["fr", "en"], ["light", "dark"])
]


@pytest.mark.parametrize(("database", "language", "theme"), LOOKS, scope="module")
@pytest.mark.parametrize("path", paths())
def test_page(request: pytest.FixtureRequest, page: Page, path: str, language: str, theme: str, database: str) -> None:
    site: Site = request.getfixturevalue(database)
    open_page(page, site.address_of(path, lang=language, theme=theme))
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("data-theme") == theme
    expect(page.locator("main h1")).to_have_count(1)
    aside = any(each.path == path and each.aside for each in pages())
    expect(page.locator("nav a[aria-current=page]")).to_have_count(1 if "/" not in path.strip("/") and not aside else 0)
    expect(page.locator(".state.error")).to_have_count(0)
    assert serious(page) == []
    shown = page.locator("main").inner_text()
    assert shown.strip()
    assert bool(FRENCH.search(page.locator("main h1").inner_text() + " " + shown[:400])) is (language == "fr"), shown[:200]
    assert not re.search(r"\{\w+\}|\*\*|undefined|\bNone\b|\bnan\b", shown), "a text was not filled in"
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"


@pytest.mark.parametrize("path", paths())
def test_page_on_a_phone(shop: Site, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, shop.address_of(path, lang="fr"))
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"
    assert serious(page) == []
