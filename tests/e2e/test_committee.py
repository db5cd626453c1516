"""Committee in a real browser over a company with a past: trends, movements against the month before, and why, from what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from dashboard.format import Language, day
from dashboard.period import Period, holding
from ingest.connector import Connector, Options
from ingest.connectors.demo import chunks
from ingest.job import read
from ingest.seal import keys_in
from ingest.simulation import Simulation, company
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.conftest import empty
from tests.e2e.conftest import Running, Site, open_page, tab_to
from tests.e2e.test_every_page import serious

ZONE = "Europe/Paris"  # where the company lives


def last_month() -> Period:
    """The month the page shows by itself: the last that is over."""
    return holding(datetime.now(ZoneInfo(ZONE)).date(), "month").moved(-1)


@pytest.fixture(scope="module")
def past(engine: Store) -> Iterator[Site]:
    """A server with the two last months of a company as small as the demo's pilot, some seventy thousand events."""
    empty(engine)
    until = last_month().until(ZONE)
    since = last_month().moved(-1).since(ZONE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(company, "_roll_out", lambda last: last + timedelta(days=30))  # it stays small
        small = Simulation((until.date() - since.date()).days, 1, until)
    history = Connector(name="demo", summary="", read=lambda *_: chunks(small, rough=False))
    read(history, [Path("demo")], Options(), Writer(engine, keys_in(None)), Sources(), lambda _: None)
    with Running(engine, zone=ZONE) as running:
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)
    empty(engine)


LOOKS = [("fr", "light"), ("en", "dark"), *(pytest.param(*each, marks=pytest.mark.long) for each in (("fr", "dark"), ("en", "light")))]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_a_past_is_drawn(past: Site, page: Page, language: Language, theme: str) -> None:
    """Every figure of the board has its trend, and its movement where it can be compared; why adds up to it, channel by channel."""
    open_page(page, past.address_of("/committee", lang=language, theme=theme))
    expect(page.locator("main summary.pick").first).to_contain_text(last_month().name(language))
    rows = page.locator("table.board tbody tr:not(.group)")
    expect(rows).to_have_count(12)
    expect(rows.locator("td.value .figure")).to_have_count(12)
    expect(rows.locator(".trend-line")).to_have_count(12)
    assert [text for text in rows.locator("td.movement small").all_inner_texts() if not re.match(r"[+−]?\d", text)] == []
    assert page.locator("table.matrix tbody tr:not(.axis)").count() > 5
    why = page.locator("section", has=page.locator("h2", has_text="Why" if language == "en" else "Pourquoi"))
    before, performance, mix, now = figures(why.locator("p.note").last.inner_text())[:4]
    assert before + performance + mix == pytest.approx(now, abs=0.015)
    assert now == pytest.approx(figures(rows.first.locator("td.value").inner_text())[0], abs=0.051)
    assert serious(page) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_column_stands_whole_on_a_small_screen_of_a_desk(past: Site, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    open_page(page, past.address_of("/committee", lang=language))
    expect(page.locator("table.matrix thead th.cell")).to_have_count(6)
    assert [table for table in ("board", "matrix") if page.locator(f".scroll:has(> table.{table})").evaluate(BEYOND)] == []


BEYOND = "box => box.scrollWidth > box.clientWidth + 1"


def test_a_figure_and_its_movement_are_those_of_the_api(past: Site, page: Page) -> None:
    open_page(page, past.address_of("/committee", lang="en", period=last_month().key))
    for name, scale in (("promise_kept", 100), ("csat", 100), ("contacts_per_order", 1)):
        now, before = (asked(past, name, period) for period in (last_month(), last_month().moved(-1)))
        row = page.locator("table.board tr", has=page.locator(f"th a[href*='/handbook/{name}?']"))
        assert figures(row.locator("td.value").inner_text()) == [pytest.approx(now * scale, abs=0.051)], name
        moved = figures(row.locator("td.movement small").inner_text())[0]
        assert moved == pytest.approx((now - before) * scale, abs=0.051), name


def asked(site: Site, name: str, period: Period) -> float:
    """The figure of a month by the API."""
    question = {"metrics": [name], "since": period.since(ZONE).isoformat(), "until": period.until(ZONE).isoformat(), "zone": ZONE}
    with urlopen(Request(f"{site.url}/api/v1/query", json.dumps(question).encode()), timeout=60) as answer:
        return float(json.load(answer)["rows"][0][name]["value"])


def figures(text: str) -> list[float]:
    """The numbers of a text, in either language."""
    return [float(each.replace(",", ".").replace("−", "-")) for each in re.findall(r"[+−]?\d+(?:[.,]\d+)?", text)]


def test_the_month_before_which_nothing_is_known_is_not_judged(past: Site, page: Page) -> None:
    earlier = last_month().moved(-1)
    open_page(page, past.address_of("/committee", lang="en", period=earlier.key))
    expect(page.locator("main summary.pick").first).to_contain_text(earlier.name("en"))
    rows = page.locator("table.board tbody tr:not(.group)")
    assert set(rows.locator("td.movement").all_inner_texts()) == {"not judged"}
    said = re.search(r"points from week of (\d+ \w+)", rows.first.locator("svg.trend").get_attribute("aria-label") or "")
    assert said, "the trend is told"
    assert said[1] in {day(earlier.first + timedelta(days=of), "en").rpartition(" ")[0] for of in range(-6, 8)}, "from its first point"
    assert serious(page) == []


def test_a_period_is_chosen_and_a_definition_opened_by_keyboard(past: Site, page: Page) -> None:
    open_page(page, past.address_of("/committee", lang="en"))
    tab_to(page, "main summary.pick")
    page.keyboard.press("Enter")
    earlier = last_month().moved(-1)
    tab_to(page, f"details.menu[open] a[href*='period={earlier.key}']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"period={earlier.key}"))
    expect(page.locator("main summary.pick").first).to_contain_text(earlier.name("en"))
    tab_to(page, "table.matrix thead a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/handbook/promise_kept"))
    expect(page.locator("h1")).to_contain_text("Promise kept")
