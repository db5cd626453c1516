"""Agent time and one agent's day, in a real browser, on the demo company's last two days: from a team to one event of one contact."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from dashboard import guard
from dashboard.viewer import Role, Viewer
from metrics.query import Scope
from sql.derive import derive
from sql.ledger import audit
from tests.arrival_writer import put
from tests.e2e.conftest import Site, open_page
from tests.e2e.test_every_page import serious
from tests.spec.plain_event import event

SLOW_MS = 60_000  # a page of many figures, on a machine that runs other tests beside


@pytest.fixture(autouse=True)
def patient(page: Page) -> Iterator[None]:
    page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    yield
    expect.set_options(timeout=15_000)


TEAM, AGENT = "table.ranking tbody tr:not(.axis) th a", "table.ranking tbody tr:not(.axis) th a"


def day_of(site: Site) -> tuple[str, str]:
    """The agent and the day, by the site's clock, with the most contacts, from the engine itself."""
    row = site.store.rows(
        "SELECT agent, toString(toDate(started_at, {zone:String})) AS on_day FROM work FINAL WHERE agent != '' AND phase = 'talk'"
        " GROUP BY agent, on_day ORDER BY uniqExact(interaction) DESC, agent, on_day LIMIT 1",
        {"zone": site.front.settings.zone},
    )[0]
    return row["agent"], row["on_day"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_from_a_team_to_an_event(demo: Site, page: Page, language: str) -> None:
    open_page(page, demo.address_of("/agent-time", lang=language, period="28d"))
    expect(page.locator("nav.places a[aria-current=page]")).to_have_text("Temps conseiller" if language == "fr" else "Agent time")
    assert serious(page) == []
    expect(page.locator(".balances .st.good")).to_have_count(page.locator(".balances li").count())
    page.locator(TEAM).first.click()
    page.wait_for_url(re.compile("by=agent"))
    page.locator(".crumb a").wait_for()
    assert serious(page) == []
    page.locator(AGENT).first.click()
    page.wait_for_url(re.compile("/agent-time/day"))
    agent, day = day_of(demo)
    open_page(page, demo.address_of("/agent-time/day", agent=agent, day=day, lang=language))
    bars = page.locator("a.tl-bar")
    assert bars.count() > 5
    assert serious(page) == []
    bars.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(bars.nth(3)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/agent-time/contact"))
    expect(page.locator("table.events tbody tr").nth(1)).to_be_visible()
    assert serious(page) == []
    page.locator(".crumb a").click()
    page.wait_for_url(re.compile("/agent-time/day"))
    with demo.front.ledger.read() as session:
        looked = {(line.action, line.about) for line in audit.lines(session)}
    assert ("view.named", f"agent/{agent}") in looked
    assert any(about.startswith("team/") for _, about in looked)


def test_the_page_of_teams_agrees_with_itself(demo: Site, page: Page) -> None:
    """The time worked is one number: in the ranking's total, the channels' total, the levels' total."""
    open_page(page, demo.address_of("/agent-time", lang="en", period="28d"))
    wall = page.locator("table.ranking tfoot td.b").inner_text()
    assert page.locator("table.sums tfoot td.b").inner_text() == wall
    assert page.locator("table.levels tfoot td.num").first.inner_text() == wall


def test_a_column_sorts_and_the_address_keeps_it(demo: Site, page: Page) -> None:
    open_page(page, demo.address_of("/agent-time", lang="en", period="28d"))
    expect(page.locator("table.ranking th[aria-sort]")).to_have_text("Wall")
    page.locator("table.ranking thead").get_by_role("link", name="Gross").click()
    page.wait_for_url(re.compile("sort=-gross"))
    expect(page.locator("table.ranking th[aria-sort=descending]")).to_have_text("Gross")
    page.locator("table.ranking thead").get_by_role("link", name="Gross").click()
    expect(page.locator("table.ranking th[aria-sort=ascending]")).to_have_text("Gross")


def test_the_table_is_saved_as_it_stands(demo: Site, page: Page) -> None:
    open_page(page, demo.address_of("/agent-time", lang="en", period="28d"))
    rows = page.locator("table.ranking tbody tr:not(.axis)").count()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as CSV").click()
    lines = saving.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("team,name,agents,contacts,agent_time_wall")
    assert len(lines) == rows + 1


def test_agents_are_found_as_one_types(demo: Site, page: Page) -> None:
    open_page(page, demo.address_of("/agent-time", lang="en", period="28d", by="agent"))
    row = page.locator("table.ranking tbody tr[data-find]")
    every, name = row.count(), row.first.get_attribute("data-find") or ""
    assert every > 8
    page.get_by_role("searchbox").fill(name)
    assert page.locator("table.ranking tbody tr[data-find]:visible").count() < every
    expect(row.first).to_be_visible()


def test_a_day_is_zoomed_by_key_and_by_hand(demo: Site, page: Page) -> None:
    agent, day = day_of(demo)
    open_page(page, demo.address_of("/agent-time/day", agent=agent, day=day, lang="en"))
    whole = page.locator(".tl").get_attribute("data-until")
    page.locator(".tl-axis a").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"since=\d+"))
    closer = page.locator(".tl")
    expect(closer).not_to_have_attribute("data-until", whole or "")
    page.get_by_role("link", name="whole day").click()
    expect(page.locator(".tl")).to_have_attribute("data-until", whole or "")
    box = page.locator(".tl-curve").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 8)
    page.mouse.up()
    page.wait_for_url(re.compile(r"since=\d+"))
    since, until = (int(found) for found in re.findall(r"(?:since|until)=(\d+)", page.url))
    assert 0 < since < until <= int(whole or 0)


def test_a_phone_shows_a_day_without_scrolling_sideways(demo: Site, page: Page) -> None:
    agent, day = day_of(demo)
    page.set_viewport_size({"width": 390, "height": 844})
    for path, said in (("/agent-time/day", {"agent": agent, "day": day}), ("/agent-time", {"period": "28d"})):
        open_page(page, demo.address_of(path, lang="fr", **said))
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
        assert serious(page) == []


def test_a_phone_reads_every_pair_of_channels_beside_the_name_of_its_row(demo: Site, page: Page) -> None:
    """What is at the right of the heat map is reached by swiping, which is said, and the names of its rows stay."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, demo.address_of("/agent-time", period="28d", lang="fr"))
    expect(page.locator(".sideways")).to_be_visible()
    box = page.locator(".scroll:has(> .heat)")
    swiped, left, right, share = box.evaluate(
        """box => { box.scrollLeft = 1e4;
                    const edge = box.getBoundingClientRect(), cells = box.querySelectorAll("tbody tr:first-child > *");
                    const [first, last] = [cells[0], cells[cells.length - 1]].map(cell => cell.getBoundingClientRect());
                    return [box.scrollLeft > 0, first.left - edge.left, last.right - edge.right, first.width / edge.width]; }"""
    )
    assert swiped
    assert abs(left) <= 1
    assert abs(right) <= 1
    assert share < 1 / 3
    page.set_viewport_size({"width": 1400, "height": 900})
    expect(page.locator(".sideways")).to_be_hidden()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_column_stands_whole_on_a_small_screen_of_a_desk(demo: Site, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    open_page(page, demo.address_of("/agent-time", lang=language))
    page.locator("table.ranking").wait_for()
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main .scroll")]
                    .filter(box => !box.closest("details") && box.scrollWidth > box.clientWidth + 1)
                    .map(box => box.closest("section").querySelector("h2").innerText)"""
    )
    assert cut == []
    assert page.locator(".top").evaluate("bar => bar.offsetHeight") < 45, "the bar takes a second line"


@pytest.fixture
def team_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who may see teams and no single agent."""
    who = Viewer(name="chief", role=Role.SUPERVISOR, scope=Scope())
    monkeypatch.setattr(guard.Gate, "viewer", lambda self: who)


@pytest.mark.usefixtures("team_only")
def test_without_the_right_nobody_is_named(demo: Site, page: Page) -> None:
    agent, day = day_of(demo)
    open_page(page, demo.address_of("/agent-time", lang="en", period="28d"))
    expect(page.locator("table.ranking tbody tr:not(.axis) th a")).to_have_count(0)
    for said in ({"path": "/agent-time", "by": "agent"}, {"path": "/agent-time/day", "agent": agent, "day": day}):
        open_page(page, demo.address_of(said.pop("path"), lang="en", **said))
        expect(page.locator("h1")).to_have_text("You see teams, not single agents")
    answer = page.request.get(demo.address_of("/agent-time.csv", period="28d", by="agent"))
    assert agent not in {line.partition(",")[0] for line in answer.text().splitlines()}
    book = openpyxl.load_workbook(io.BytesIO(page.request.get(demo.address_of("/agent-time.xlsx", lang="en", period="28d")).body()))
    first = [row[0] for row in book.worksheets[0].iter_rows(values_only=True) if row[0]]
    assert (first[0], first[-1], agent in first) == ("Agent time", "All teams", False)
    assert any(re.fullmatch(r"Period: .+ \(.+\)", str(text)) for text in first)
    assert any(str(text).startswith("Asked:") for text in first)


@pytest.mark.parametrize("path", ["/agent-time", "/agent-time/day?agent=nobody", "/agent-time/contact?id=nothing"])
def test_nothing_known_says_what_to_do(bare: Site, page: Page, path: str) -> None:
    open_page(page, f"{bare.url}{path}{'&' if '?' in path else '?'}lang=en")
    expect(page.locator(".state.empty")).to_be_visible()
    expect(page.locator(".state.empty a")).to_have_count(1)


def test_a_day_lives_while_one_looks(bare: Site, page: Page) -> None:
    """A contact that begins appears in its lane without a reload, through the stream."""
    now = datetime.now(UTC).replace(microsecond=0)
    begun = now - timedelta(minutes=9)
    tell(bare, 1, event("agent.signed_in", "agent/a", begun, "p1"), event("agent.state", "agent/a", begun, "p2", state="ready"))
    open_page(page, bare.address_of("/agent-time/day", agent="a", lang="en"))
    expect(page.locator("h1")).to_contain_text("without a contact")
    expect(page.locator(".live-state")).to_have_text("live")
    stint = {"stint": "1/1", "agent": "a"}
    taken = event("interaction.accepted", "interaction/1", now - timedelta(minutes=3), "2", **stint)
    tell(bare, 2, event("interaction.started", "interaction/1", now - timedelta(minutes=4), "1", channel="chat"), taken)
    expect(page.locator("h1")).to_contain_text("was busy for")
    expect(page.locator("a.tl-bar")).to_have_count(1)
    loaded = [each for each in bare.asked if each.startswith("GET /agent-time/day?agent=a&")]
    assert len(loaded) == 1, "the page was loaded again"


def tell(site: Site, batch: int, *events: object) -> None:
    put(site.store, batch, list(events))
    derive(site.store, [batch])
    site.front.notify()
