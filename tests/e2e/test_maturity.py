"""Maturity in a real browser: two assessors blind and then open, a broken line, evidence, the trajectory, the exports read back."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pptx import Presentation
from pypdf import PdfReader

from metrics.maturity.model import original
from sql.ledger import maturity as kept
from tests.e2e.conftest import Log, Site, open_page

QUESTION = "logistics.1.flows"


def form(page: Page, site: Site, name: str, direction: str) -> None:
    open_page(page, site.address_of("/maturity/assess", lang="en", **{"as": name, "direction": direction, "dimension": "logistics"}))


def answer(page: Page, value: str) -> None:
    page.locator(f'label:has(input[name="{QUESTION}"][value="{value}"])').click()


def votes(site: Site) -> list[tuple[str, str, float]]:
    with site.front.ledger.read() as session:
        return [(each.assessor, each.round, each.value) for each in kept.ballots(session, "")]


def settled(page: Page) -> None:
    expect(page.locator(".saved")).to_have_text("Every answer is saved.", timeout=20_000)


def test_two_assessors_blind_then_open(bare: Site, page: Page, log: Log, new_context: Callable[..., BrowserContext]) -> None:
    form(page, bare, "Anna", "Stores")
    page.get_by_label("Title of the assessment").fill("November")
    page.get_by_role("button", name="Open an assessment").click()
    expect(page.locator("main h1")).to_have_text("November")
    beside = new_context(base_url=bare.url)
    log.follow(beside)
    other = beside.new_page()
    form(other, bare, "Ben", "E-shop")
    answer(page, "1.0")
    answer(other, "0.0")
    settled(page)
    settled(other)
    form(page, bare, "Anna", "Stores")
    expect(page.locator(f'input[name="{QUESTION}"][value="1.0"]')).to_be_checked()
    expect(page.locator(".others")).to_have_count(0)
    assert "E-shop" not in page.locator("main").inner_text()
    page.get_by_role("button", name=re.compile("Show everybody")).click()
    expect(page.locator("main .lede")).to_contain_text("Open")
    expect(page.locator(".others").first).to_contain_text("E-shop")
    form(other, bare, "Ben", "E-shop")
    answer(other, "0.5")
    settled(other)
    assert votes(bare) == [("Anna", "blind", 1.0), ("Ben", "blind", 0.0), ("Ben", "open", 0.5)]
    open_page(page, bare.address_of("/maturity/logistics/1", lang="en"))
    row = page.locator("tr").filter(has_text="which stock serves which channel")
    expect(row.locator('td[data-name="E-shop"]')).to_have_text("no → partly")
    expect(row.locator('td[data-name="Stores"]')).to_have_text("yes")


def test_nothing_is_lost_on_a_broken_line(bare: Site, page: Page, log: object) -> None:
    log.expected.append("Failed to load resource")
    log.expected.append("ERR_")
    form(page, bare, "Cora", "Data")
    page.context.set_offline(True)
    answer(page, "1.0")
    expect(page.locator(".saved")).to_contain_text("kept in this browser")
    box = page.locator("fieldset").first
    box.get_by_text(re.compile(r"Evidence \(")).click()
    box.get_by_label("What it is").fill("Map of flows")
    box.get_by_label("Or a link, or a note").fill("Walked with the stores")
    box.get_by_role("button", name="Attach").click()
    expect(box.locator(".refusal")).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    settled(page)
    assert votes(bare)[-1] == ("Cora", "open", 1.0)
    form(page, bare, "Cora", "Data")  # what was half filled in is there after the page was drawn anew
    expect(box.get_by_label("What it is")).to_have_value("Map of flows")
    expect(box.locator(".drafted")).to_contain_text("not sent yet")
    box.locator(".drafted button").click()
    expect(box.get_by_label("What it is")).to_have_value("")


def test_what_another_left_in_this_browser_waits_for_him_and_a_refusal_stays(bare: Site, page: Page, log: object) -> None:
    log.expected.append("400")
    form(page, bare, "Ben", "E-shop")
    before = votes(bare)
    left = [{"ticket": f"left-{value}", "assessor": "Dora", "criterion": QUESTION, "value": value} for value in ("0.7", "0.5")]
    page.evaluate(
        """left => localStorage.setItem("apogee.maturity.answers", JSON.stringify(
            left.map(one => ({...one, assessment: document.querySelector("[data-assessment]").dataset.assessment, direction: "Data"}))))""",
        left,
    )
    page.wait_for_timeout(4000)
    assert votes(bare) == before
    settled(page)
    form(page, bare, "Dora", "Data")
    expect(page.locator(".saved")).to_contain_text("was not taken", timeout=20_000)
    page.wait_for_timeout(4000)
    expect(page.locator(".saved")).to_contain_text("was not taken")
    assert votes(bare) == [*before, ("Dora", "open", 0.5)]


def test_evidence_is_checked_and_kept_outside_the_web_root(bare: Site, page: Page, tmp_path: Path, log: object) -> None:
    log.expected.append("400")
    form(page, bare, "Anna", "Stores")
    box = page.locator("fieldset").first
    box.get_by_text(re.compile(r"Evidence \(")).click()
    wrong, right = tmp_path / "flows.pdf", tmp_path / "map.pdf"
    wrong.write_bytes(b"MZ not a pdf")
    right.write_bytes(b"%PDF-1.7 a map of flows")
    box.get_by_label("What it is").fill("Map of flows")
    box.locator("input[type=file]").set_input_files(wrong)
    box.get_by_role("button", name="Attach").click()
    expect(box.locator(".refusal")).to_contain_text("not what its name says")
    box.locator("input[type=file]").set_input_files(right)
    box.get_by_role("button", name="Attach").click()
    expect(page.locator("fieldset").first.get_by_text("Evidence (1)")).to_be_visible()
    with bare.front.ledger.read() as session:
        [proof] = kept.proofs(session, "")
    given = page.request.get(f"{bare.url}/api/v1/maturity/evidence/{proof.number}")
    assert given.body() == b"%PDF-1.7 a map of flows"
    assert "attachment" in given.headers["content-disposition"]
    assert page.request.get(f"{bare.url}/assets/{proof.digest}").status == 404


def test_a_change_without_the_token_of_a_page_is_refused(bare: Site, page: Page) -> None:
    sent = page.request.post(f"{bare.url}/api/v1/maturity/start", form={"title": "x", "assessor": "eve"})
    assert sent.status == 403


def test_the_trajectory_is_edited(bare: Site, page: Page) -> None:
    open_page(page, bare.address_of("/maturity/trajectory", lang="en"))
    page.get_by_label("Name").fill("Solid ground")
    page.get_by_label("Date").fill("2027-06-01")
    page.get_by_label("Logistics").select_option("Ascending")
    page.get_by_label("Customers").fill("One true stock.")
    page.get_by_role("button", name="Save the stage").click()
    expect(page.locator("main h1")).to_contain_text("1 stage")
    expect(page).to_have_title("Trajectory · Maturity · Apogee")
    open_page(page, bare.address_of("/maturity", lang="en"))
    expect(page.locator(".stages")).to_contain_text("One true stock.")
    open_page(page, bare.address_of("/maturity/trajectory", lang="fr"))
    first = page.locator(".stage").first
    expect(first).to_contain_text("Pas encore rédigé en français")
    first.get_by_label("Clients", exact=True).fill("Un seul stock, le vrai.")
    first.get_by_role("button", name="Enregistrer").click()
    expect(first).to_contain_text("leur propre texte")
    for language, said in (("fr", "Un seul stock, le vrai."), ("en", "One true stock.")):
        open_page(page, bare.address_of("/maturity", lang=language))
        expect(page.locator(".stages")).to_contain_text(said)
    page.locator('a.ladder[href*="/logistics/2"]').click()
    expect(page).to_have_title("Logistics · Ascending · Maturity · Apogee")


def test_a_decision_is_linked_to_a_criterion(bare: Site, page: Page) -> None:
    open_page(page, bare.address_of("/maturity/logistics/2", lang="en"))
    page.get_by_text("Link a decision").click()
    page.get_by_label("Availability shown right").fill("D-7")
    page.locator('form[data-post$="/deed"]').filter(has_text="Availability shown right").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("D-7 · Availability shown right · not evaluated yet")


def test_an_answer_and_its_evidence_are_given_and_read_in_french(bare: Site, page: Page) -> None:
    where = {"lang": "fr", "as": "Élodie", "direction": "Écrit", "dimension": "logistics"}
    open_page(page, bare.address_of("/maturity/assess", **where))
    answer(page, "0.5")
    expect(page.locator(".saved")).to_have_text("Toutes les réponses sont enregistrées.", timeout=20_000)
    box = page.locator("fieldset").first
    given = (("Carte des flux d’été", "https://intranet.example/flux?été=1"), ("Visite à Orléans", "Vu « en vrai », 3 dépôts"))
    for number, (said, target) in enumerate(given, 2):  # Anna has attached one
        box.get_by_text(re.compile(r"Preuves \(")).click()
        box.get_by_label("Ce que c’est").fill(said)
        box.get_by_label("Datée du").fill("2026-10-07")
        box.get_by_label("Ou un lien, ou une note").fill(target)
        box.get_by_role("button", name="Joindre").click()
        expect(box.get_by_text(f"Preuves ({number})")).to_be_visible()
        expect(box.locator("li").filter(has_text=said)).to_have_count(1)
    with bare.front.ledger.read() as session:
        link, note = [each for each in kept.proofs(session, "") if each.by == "Élodie"]
        [vote] = [each for each in kept.ballots(session, "") if each.assessor == "Élodie"]
    assert (vote.value, vote.direction) == (0.5, "Écrit")
    assert [(each.kind, each.dated.isoformat()) for each in (link, note)] == [("link", "2026-10-07"), ("note", "2026-10-07")]
    assert (note.target, note.digest) == ("Vu « en vrai », 3 dépôts", hashlib.sha256(note.target.encode()).hexdigest())
    open_page(page, bare.address_of("/maturity/assess", **where))
    expect(page.locator(f'input[name="{QUESTION}"][value="0.5"]')).to_be_checked()
    open_page(page, bare.address_of("/maturity/logistics/1", lang="fr"))
    row = page.locator("tr").filter(has_text="quel stock sert quel canal")
    expect(row.locator('td[data-name="Écrit"]')).to_have_text("en partie")
    expect(row.get_by_role("link", name="Carte des flux d’été")).to_have_attribute("href", "https://intranet.example/flux?été=1")
    for each in (link, note):
        expect(row).to_contain_text(f"7 oct. 2026 · SHA-256 {each.digest[:10]}")
    expect(row.get_by_role("link", name="Visite à Orléans")).to_have_count(0)


def test_an_arrangement_is_proposed_approved_and_ended(bare: Site, page: Page, log: Log) -> None:
    log.expected.append("400")
    where = {"lang": "en", "as": "Anna", "direction": "Stores", "dimension": "governance"}
    open_page(page, bare.address_of("/maturity/assess", **where))
    box = page.locator("fieldset").filter(has_text="or an approved equivalent")
    box.get_by_text("Equivalent arrangement…").click()
    box.get_by_label("What is arranged instead").fill("One committee over four directions")
    box.get_by_label("Through").fill((datetime.now(UTC).date() + timedelta(days=200)).isoformat())
    box.get_by_label("Approved by").last.fill("Ben")
    box.get_by_role("button", name="Propose the arrangement").click()
    expect(box.locator(".refusal")).to_contain_text("Attach the evidence first")
    box.get_by_text(re.compile(r"Evidence \(")).click()
    box.get_by_label("What it is", exact=True).fill("Minutes")
    box.get_by_label("Or a link, or a note").fill("Approved on the 3rd")
    box.get_by_role("button", name="Attach").click()
    expect(box.get_by_text("Evidence (1)")).to_be_visible()
    expect(box.get_by_label("What is arranged instead")).to_have_value("One committee over four directions")  # it waited here
    box.get_by_role("button", name="Propose the arrangement").click()
    expect(box).to_contain_text("approved by Ben: One committee over four directions")
    row = page.locator("tr").filter(has_text="People who face customers, in one direction")
    for met in (True, False):
        open_page(page, bare.address_of("/maturity/governance/3", lang="en"))
        expect(row).to_contain_text("Met by the equivalent arrangement." if met else "Unknown: no such fact has arrived.")
        if met:
            open_page(page, bare.address_of("/maturity/assess", **where))
            box.get_by_role("button", name="End the arrangement").click()
            expect(box).not_to_contain_text("approved by Ben")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_exports_are_opened_and_read_back(bare: Site, page: Page, language: str) -> None:
    word = "Logistique" if language == "fr" else "Logistics"

    def ask(kind: str) -> bytes:
        return page.request.get(f"{bare.url}/api/v1/maturity/scorecard.{kind}?lang={language}", timeout=60_000).body()

    reader = PdfReader(io.BytesIO(ask("pdf")))
    assert len(reader.pages) == 1
    assert word in reader.pages[0].extract_text()
    [slide] = Presentation(io.BytesIO(ask("pptx"))).slides
    assert word in {shape.text_frame.paragraphs[0].text for shape in slide.shapes if shape.has_text_frame}
    squares = [shape for shape in slide.shapes if shape.width == shape.height == round(0.1 * 914_400)]
    assert len(squares) >= len([each for each in original().criteria if each.required])  # and a dot of what is done for each dimension
    book = openpyxl.load_workbook(io.BytesIO(ask("xlsx")))
    matrix, criteria = book.worksheets
    assert [row[0].value for row in matrix.iter_rows(min_row=2)][5] == word
    assert criteria.max_row > 104


def test_what_the_server_will_never_take_is_kept_and_for_its_assessor_to_decide(bare: Site, page: Page, log: object) -> None:
    log.expected.append("409")
    form(page, bare, "Anna", "Stores")
    with bare.front.ledger.write() as session:
        [going] = kept.assessments(session, "")
        kept.advance(session, going.number, kept.CLOSED, "Ben")
    before = votes(bare)
    answer(page, "0.0")
    turned = page.locator(".turned")
    expect(turned).to_contain_text("is kept in this browser", timeout=20_000)
    expect(turned).to_contain_text("closed")
    settled(page)
    form(page, bare, "Anna", "Stores")  # no assessment is going on any more, and what was answered is still there
    expect(turned).to_contain_text("is kept in this browser")
    with page.expect_download() as saved:
        turned.get_by_role("button", name="Save as a file").click()
    assert QUESTION in Path(saved.value.path()).read_text(encoding="utf-8")
    page.once("dialog", lambda dialog: dialog.accept())
    turned.get_by_role("button", name="Discard").click()
    expect(turned).to_be_empty()
    assert votes(bare) == before
