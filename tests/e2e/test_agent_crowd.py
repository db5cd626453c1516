"""A day of two hundred contacts of one agent, some twelve at once, in a real browser: whole at a glance, and closer in with its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from dashboard.parts.channel import css
from sql.derive import derive
from tests.arrival_writer import put
from tests.e2e.company import ZONE
from tests.e2e.conftest import Site, open_page
from tests.e2e.test_every_page import serious
from tests.spec.plain_event import Event, event

MORNING = datetime(2026, 3, 10, 8, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
DAY = {"agent": "ana", "day": "2026-03-10", "lang": "en"}
CHANNELS = ("voice", "chat", "email", "messaging", "social")
CROWD = 12


def contact(number: int, channel: str, first: float, last: float) -> list[Event]:
    """One contact in the hands of Ana, from one minute of the day to another."""
    about = {"stint": f"{number}/1", "agent": "ana"}
    subject = f"interaction/{number}"
    return [
        event("interaction.started", subject, MORNING + timedelta(minutes=first - 1), f"{number}s", channel=channel, queue="orders"),
        event("interaction.accepted", subject, MORNING + timedelta(minutes=first), f"{number}a", **about),
        event("interaction.wrapup_started", subject, MORNING + timedelta(minutes=last - 1), f"{number}w", **about),
        event("interaction.released", subject, MORNING + timedelta(minutes=last), f"{number}r", **about),
    ]


def day() -> list[Event]:
    """Ten hours: mostly up to three at a time, twelve from ten past ten to twenty past, a pause at noon."""
    said = [
        event("agent.signed_in", "agent/ana", MORNING, "in"),
        event("agent.state", "agent/ana", MORNING, "ready", state="ready"),
        event("agent.state", "agent/ana", MORNING + timedelta(minutes=240), "lunch", state="lunch"),
        event("agent.state", "agent/ana", MORNING + timedelta(minutes=285), "back", state="ready"),
        event("agent.signed_out", "agent/ana", MORNING + timedelta(minutes=600), "out"),
    ]
    for number in range(CROWD):
        said += contact(number, CHANNELS[1 + number % 4], 130 - number / 4, 140 + number / 3)
    number = CROWD
    for minute in (each / 2 for each in range(6, 1190)):
        if number < 200 and not (minute * 2 % 6 or 110 < minute < 150 or 228 < minute < 285):
            said += contact(number, CHANNELS[number % 5], minute, minute + (4, 9, 3, 7, 5)[number % 5])
            number += 1
    for rest in range(number, 200):
        said += contact(rest, CHANNELS[rest % 5], 300 + 9 * (rest - number), 306 + 9 * (rest - number))
    return said


@pytest.fixture(scope="module")
def crowd(bare: Site) -> Iterator[Site]:
    put(bare.store, 1, day())
    derive(bare.store, [1])
    return bare


def box(page: Page, selector: str) -> dict[str, Any]:
    found = page.locator(selector).bounding_box()
    assert found, selector
    return {**found, "bottom": found["y"] + found["height"]}


def sideways(page: Page) -> int:
    """How far the page itself can be scrolled to the right."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_two_hundred_contacts_are_read_at_a_glance(crowd: Site, page: Page) -> None:
    """Each is a link of its own, the curve stands above the lanes and the presence below, and no more lanes than contacts at once."""
    open_page(page, crowd.address_of("/agent-time/day", **DAY))
    expect(page.locator("h1")).to_contain_text("ana was busy for")
    expect(page.locator(".lede")).to_contain_text("at most 12 contacts at once")
    bars = page.locator("a.tl-bar")
    expect(bars).to_have_count(200)
    told = bars.evaluate_all("all => all.map(bar => [bar.href, bar.title])")
    assert {each for href, _ in told for each in re.findall(r"[?&]id=(\w+)", href)} == {str(number) for number in range(200)}
    assert all(title for _, title in told)
    curve, lanes, presence = box(page, ".tl-curve"), box(page, ".tl-lanes"), box(page, ".tl-presence")
    assert curve["bottom"] <= lanes["y"] < lanes["bottom"] <= presence["y"]
    assert lanes["height"] <= CROWD * 15
    assert presence["bottom"] - curve["y"] < 320
    assert sideways(page) <= 0
    expect(page.locator(".tl-levels span")).to_have_text(["0", "6", "12"])
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) <= 0


COLOURS = """names => names.map(name => ['.tl-bar.', '.tl-area.', '.legend .chn.'].map(place => {
    const style = getComputedStyle(document.querySelector(place + name)); return style.getPropertyValue('--ch').trim()}))"""


def test_every_channel_has_a_colour_of_its_own(crowd: Site, page: Page) -> None:
    """The same in the lanes, in the curve and in the key."""
    open_page(page, crowd.address_of("/agent-time/day", **DAY))
    found = page.evaluate(COLOURS, [css(channel) for channel in CHANNELS])
    assert all(len(set(each)) == 1 for each in found)
    assert len({each[0] for each in found} - {""}) == len(CHANNELS)


def test_closer_in_each_contact_has_a_lane_with_its_words(crowd: Site, page: Page) -> None:
    open_page(page, crowd.address_of("/agent-time/day", since="655", until="715", **DAY))
    bars = page.locator("a.tl-bar")
    assert 10 < bars.count() < 26
    expect(page.locator(".tl-lanes.apart .tl-word")).to_have_count(bars.count())
    words = page.locator(".tl-word").all_text_contents()
    assert all(re.match(r"(Voice|Chat|E-mail|Messaging|Social networks), \d+\smin", word) for word in words), words
    tops = [each["y"] for each in (bar.bounding_box() for bar in bars.all()) if each]
    assert tops == sorted(set(tops)), "one lane each, in the order in which they began"
    assert sideways(page) <= 0
