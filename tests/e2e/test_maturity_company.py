"""The scorecard of a company with a history and a committee that answered, in a real browser: every figure on screen, on paper and in files
is that of the card worked out from the events and the votes, without any page."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import hypot
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation
from pypdf import PdfReader

from ingest.simulation.assessment import STAGES, record
from ingest.simulation.retailer import SISTER
from metrics.maturity.card import Card, card
from metrics.maturity.held import months
from metrics.maturity.measure import Asked, readings
from metrics.maturity.model import Kind, original
from metrics.maturity.score import Scored
from metrics.query import Scope
from sql.clickhouse import Store
from sql.ledger import maturity as kept
from tests.conftest import empty
from tests.e2e.conftest import Running, Site, open_page
from tests.test_maturity_demo import UNTIL, answered, history, load

SEED = 7
DAYS = 150  # of history: enough for the monthly computations of five months
AT, BEFORE = date(2026, 11, 27), date(2026, 8, 31)  # the days looked at, whenever the test runs
PARIS = ZoneInfo("Europe/Paris")
LEVELS = ("Not measured", "Ignition", "Ascending", "Space flight")
NAMES = ("Journey steering", "Governance", "Performance steering", "Sales attribution", "Pricing", "Logistics", "Customer data")
Cards = Callable[[date, str], Card]


@pytest.fixture(scope="module")
def vaubrun(engine: Store) -> Iterator[Site]:
    """A server with the history of the demo company of another seed, and its committee's answers."""
    load(engine, history(SEED, DAYS))
    with Running(engine, zone="Europe/Paris") as running:
        record(running.front.ledger, UNTIL.date())
        yield Site(running.front, f"http://127.0.0.1:{running.port}", engine, ("127.0.0.1", running.port), running.asked)
    empty(engine)


@pytest.fixture(scope="module")
def cards(vaubrun: Site) -> Cards:
    """The card of the end of a day, of the company or of a brand, from its events and votes."""

    @cache
    def of(day: date, entity: str) -> Card:
        at = datetime.combine(day + timedelta(days=1), datetime.min.time(), PARIS).astimezone(UTC)
        instants = months(at, "Europe/Paris", 10)
        pairs = (("brand", (entity.partition("=")[2],)),) if entity else ()
        found = readings(vaubrun.store, original(), instants, Asked(Scope.all(), pairs))
        return card((original(),), answered(entity).until, found, instants, "Europe/Paris")

    return of


def test_another_seed_gives_every_measure_something_to_count(vaubrun: Site) -> None:
    found = readings(vaubrun.store, original(), [UNTIL], Asked(Scope.all()))[UNTIL]
    assert [bar.measure for each in original().criteria for bar in each.tests if (bar.measure, bar.days) not in found] == []


def look(page: Page, site: Site, path: str = "/maturity", **filters: str) -> None:
    open_page(page, site.address_of(path, **{"lang": "en", "at": AT.isoformat(), **filters}))


def plain(text: str) -> float:
    """The number in a text, with whichever signs and spaces it is written."""
    found = re.search(r"[−-]?\d[\d,\u202f\u00a0 ]*(\.\d+)?", text)
    assert found, text
    return float(re.sub(r"[,\u202f\u00a0 ]", "", found[0]).replace("−", "-"))


ROWS = """rows => rows.map(row => ({
    name: row.querySelector("th b").textContent, held: row.querySelector("th small").textContent,
    cells: [...row.querySelectorAll(".ladder")].map(one => [one.classList[1], one.style.getPropertyValue("--p"),
        [...one.querySelectorAll(".squares i")].map(mark => mark.className)]),
    score: row.querySelector(".score").textContent, gap: row.querySelector("svg.gap").getAttribute("aria-label"),
    spots: ["gap-say", "gap-do"].map(name => row.querySelector("." + name).getAttribute("cx")),
    confidence: row.querySelector(".score.small").textContent, moved: row.querySelector(".moved").textContent,
    against: row.querySelector("td:last-child .sub")?.textContent ?? ""}))"""
MARKS = {1.0: "full", 0.5: "half", 0.0: "empty", None: "unknown"}


def drawn(each: Scored) -> list[list[object]]:
    """The three cells of a dimension as they have to be drawn: state, how far it is filled, a mark for each required criterion."""
    cells: list[list[object]] = []
    for cell in each.dimension.cells:
        state = "on" if cell.level <= each.level else "now" if cell.level == each.level + 1 else "off"
        share = {"on": 1.0, "now": each.score - each.level, "off": 0.0}[state]
        cells.append([state, f"{share * 100:.1f}%", [MARKS[each.values[one.id].value] for one in cell.required]])
    return cells


def test_every_row_of_the_matrix_is_the_card(vaubrun: Site, page: Page, cards: Cards) -> None:
    found = cards(AT, "")
    look(page, vaubrun)
    rows = page.locator(".mx tbody tr:not(.all)").evaluate_all(ROWS)
    assert [row["name"] for row in rows] == list(NAMES)
    levels = set()
    for row, (name, each) in zip(rows, found.now.scores.items(), strict=True):
        levels.add(each.level)
        assert row["cells"] == drawn(each), name
        assert row["score"] == f"{each.score:.2f}"
        assert row["gap"] == f"said: {LEVELS[each.say]}; done: {LEVELS[each.do]}"
        at = ("2", "18", "54", "90")  # of the levels on the line
        wanted = [float(at[level]) + (6 if level == 0 else 0) for level in (each.say, each.do)]
        assert [float(spot) for spot in row["spots"]] == wanted
        assert row["confidence"] == f"{each.confidence * 100:.0f}%"
        moved = found.moved(name)
        assert moved is not None
        assert plain(row["moved"]) == pytest.approx(moved, abs=0.0051)
        assert row["moved"][0] == ("↗" if moved >= 0.005 else "↘" if moved <= -0.005 else "→")
        held = found.held[name]
        assert f"holds {LEVELS[held.level]}" in row["held"] if held.level else "no level" in row["held"]
        assert ("not stable yet" in row["held"]) == (held.level > 0 and not held.stable)
    assert levels >= {1, 2, 3}
    assert {each.gap > 0 for each in found.now.scores.values()} == {True, False}
    whole = page.locator(".mx tr.all")
    expect(whole.locator(".score").first).to_have_text(f"{found.now.whole.score:.2f}")
    facts = page.locator(".keys b").all_inner_texts()
    ahead = sum(each.gap > 0 for each in found.now.scores.values())
    assert (facts[0], facts[1], facts[2]) == (LEVELS[found.now.whole.level], f"{found.now.whole.score:.2f} / 3", f"{ahead} ahead, 0 behind")
    assert (facts[3], plain(facts[4])) == (f"{found.now.whole.confidence * 100:.0f}%", pytest.approx(found.alpha, abs=0.01))


def shape(page: Page, order: int) -> list[float]:
    """The scores that a polygon of the radar stands for."""
    points = [tuple(map(float, each.split(","))) for each in (page.locator(f".radar-{order}").get_attribute("points") or "").split()]
    return [hypot(x - 218, y - 174) / 118 * 3 for x, y in points]


def scores(found: Card) -> list[float]:
    return [each.score for each in found.now.scores.values()]


def test_radar_and_time_line_are_drawn_to_scale(vaubrun: Site, page: Page, cards: Cards) -> None:
    found = cards(AT, "")
    look(page, vaubrun)
    assert found.before is not None
    assert shape(page, 0) == pytest.approx(scores(found), abs=0.01)
    assert shape(page, 1) == pytest.approx([each.score for each in found.before.scores.values()], abs=0.01)

    begun = found.months[0].at
    ends = [UNTIL.date() + timedelta(days=ahead) for ahead, _, _ in STAGES]
    length = (datetime.combine(ends[-1], datetime.min.time(), UTC) - begun).total_seconds()

    def place(at: datetime) -> float:
        return 96 + 640 * (at - begun).total_seconds() / length

    line = [tuple(map(float, each.split(","))) for each in (page.locator(".course-mean").get_attribute("points") or "").split()]
    assert [x for x, _ in line] == pytest.approx([place(month.at) for month in found.months], abs=0.1)
    assert [(178 - y) / 52 for _, y in line] == pytest.approx([month.whole.score for month in found.months], abs=0.01)
    circles = page.locator(".course-stage").evaluate_all("all => all.map(one => [+one.getAttribute('cx'), +one.getAttribute('cy')])")
    # all at 2, then two of the seven at 3, then all
    assert [(178 - y) / 52 for _, y in circles] == pytest.approx([2, (5 * 2 + 2 * 3) / 7, 3], abs=0.01)
    assert [x for x, _ in circles] == pytest.approx([place(datetime.combine(day, datetime.min.time(), UTC)) for day in ends], abs=0.1)
    assert page.locator(".stages thead b").all_inner_texts() == [words["en"][0] for _, _, words in STAGES]
    assert page.locator(".long-course .tick").all_text_contents()[-5:-2] == ["Stage 1", "Stage 2", "Stage 3"]


@pytest.mark.parametrize(("lang", "wide", "tall"), [("fr", 1280, 720), ("en", 1280, 720), ("fr", 1920, 1080)])
def test_the_matrix_fills_a_projector_and_no_word_lies_on_another(vaubrun: Site, page: Page, lang: str, wide: int, tall: int) -> None:
    page.set_viewport_size({"width": wide, "height": tall})
    look(page, vaubrun, lang=lang)
    page.locator("#present").click()
    expect(page.locator(".below")).to_be_hidden()
    boxes = page.locator(".mx tbody tr").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().bottom)")
    assert len(boxes) == 8
    assert 0.85 * tall < max(boxes) <= tall, "the whole matrix, and large"
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    crossed = page.locator(".ladder").evaluate_all(
        """cells => cells.filter(one => one.querySelector(".what").getBoundingClientRect().bottom
            > one.querySelector(".s").getBoundingClientRect().top + 1).map(one => one.getAttribute("aria-label"))"""
    )
    assert crossed == []
    page.keyboard.press("Escape")
    expect(page.locator(".below")).to_be_visible()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_on_paper_it_takes_two_sheets_the_matrix_on_the_first(vaubrun: Site, page: Page, cards: Cards, lang: str) -> None:
    look(page, vaubrun, lang=lang)
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert [(round(float(each.mediabox.width)), round(float(each.mediabox.height))) for each in sheets] == [(842, 595)] * 2
    first, second = (each.extract_text() for each in sheets)
    for each in cards(AT, "").now.scores.values():
        said = f"{each.score:.2f}" if lang == "en" else f"{each.score:.2f}".replace(".", ",")
        assert said in first
    assert STAGES[2][2][lang][1] in second
    assert STAGES[2][2][lang][1] not in first


@pytest.mark.parametrize("other", [BEFORE.isoformat(), f"brand={SISTER}"])
def test_another_day_or_entity_stands_beside_with_its_own_figures(vaubrun: Site, page: Page, cards: Cards, other: str) -> None:
    dated = "=" not in other
    here, there = cards(AT, ""), cards(BEFORE if dated else AT, "" if dated else other)
    look(page, vaubrun, **{"with": other})
    assert shape(page, 0) == pytest.approx(scores(here), abs=0.01)
    assert shape(page, 1) == pytest.approx(scores(there), abs=0.01)
    table = page.locator(".profile tbody tr").evaluate_all("rows => rows.map(row => [...row.children].map(one => one.textContent))")
    for (name, mine, theirs, change), one, its in zip(table, scores(here), scores(there), strict=True):
        assert (mine, theirs) == (f"{one:.2f}", f"{its:.2f}"), name
        assert plain(change) == pytest.approx(one - its, abs=0.0051)
    rows = page.locator(".mx tbody tr:not(.all)").evaluate_all(ROWS)
    assert [row["against"] for row in rows] == [f"against {its:.2f}" for its in scores(there)]
    assert [plain(row["moved"]) for row in rows] == pytest.approx(
        [a - b for a, b in zip(scores(here), scores(there), strict=True)], abs=0.0051
    )
    assert len({round(a - b, 2) for a, b in zip(scores(here), scores(there), strict=True)}) > 2, "they differ"
    assert page.locator(".ladder .beside-mark").count() == 7
    said = page.locator("main .lede").inner_text()
    assert f"{LEVELS[there.now.whole.level]} overall, mean {there.now.whole.score:.2f}" in said
    # and on its own page it is the same
    look(page, vaubrun, **({"at": other} if dated else {"entity": other}))
    assert page.locator(".mx tbody tr:not(.all) td:nth-child(5) .score").all_inner_texts() == [f"{its:.2f}" for its in scores(there)]


def test_from_a_numerator_to_its_rows(vaubrun: Site, page: Page, cards: Cards) -> None:
    each = cards(AT, "").now.scores["logistics"]
    look(page, vaubrun, "/maturity/logistics/2")
    judged = [one for criterion in each.dimension.cell(2).criteria for one in each.values[criterion.id].judged]
    [shown] = [one for one in judged if one.test.measure == "stock_shown"]
    assert 0 < shown.top < shown.bottom <= 200
    link = page.locator('td[data-name] a[href*="rows=stock_shown"]')
    expect(link).to_have_text(f"{shown.top:.0f} / {shown.bottom:.0f}")
    link.click()
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(int(shown.bottom))
    expect(rows.locator(".squares.one i.full")).to_have_count(int(shown.top))
    expect(page.locator("#rows header .asof")).to_contain_text(f"{shown.bottom:.0f} of {shown.bottom:.0f} shown")


def test_from_evidence_to_its_bytes(vaubrun: Site, page: Page) -> None:
    with vaubrun.front.ledger.read() as session:
        filed = [each for each in kept.proofs(session, "") if each.kind == "file" and each.criterion.startswith("pricing.1.")]
        proof, body = filed[-1], filed[-1].content
    assert body
    look(page, vaubrun, "/maturity/pricing/1")
    link = page.locator(f'a[href$="/evidence/{proof.number}"]')
    digest = hashlib.sha256(body).hexdigest()
    expect(link.locator("xpath=..")).to_contain_text(f"SHA-256 {digest[:10]}")
    with page.expect_download() as saved:
        link.click()
    given = Path(saved.value.path()).read_bytes()
    assert (given, hashlib.sha256(given).hexdigest()) == (body, digest)
    assert f"Vaubrun · {proof.criterion}" in given.decode()


def export(page: Page, site: Site, kind: str) -> io.BytesIO:
    return io.BytesIO(page.request.get(f"{site.url}/api/v1/maturity/scorecard.{kind}?lang=en&at={AT}", timeout=60_000).body())


def gap(each: Scored) -> str:
    return "in step" if each.gap == 0 else f"+{each.gap} says more" if each.gap > 0 else f"−{-each.gap} does more"


def met(each: Scored) -> list[str]:
    return [
        f"{sum(each.values[one.id].value == 1 for one in cell.required)} of {len(cell.required)} criteria" for cell in each.dimension.cells
    ]


def test_the_pdf_is_the_card(vaubrun: Site, page: Page, cards: Cards) -> None:
    found = cards(AT, "")
    [sheet] = PdfReader(export(page, vaubrun, "pdf")).pages
    text = re.sub(r"\s+", " ", sheet.extract_text())
    assert f"{LEVELS[found.now.whole.level]} overall, mean {found.now.whole.score:.2f} of 3" in text
    starts = [text.index(name) for name in NAMES] + [len(text)]
    for start, end, each in zip(starts, starts[1:], found.now.scores.values(), strict=False):
        row = text[start:end]
        places = [row.index(said) for said in (*met(each), f"{each.score:.2f}", gap(each), f"{each.confidence * 100:.0f}%")]
        assert places == sorted(places), row


def test_the_slide_is_the_card(vaubrun: Site, page: Page, cards: Cards) -> None:
    found = cards(AT, "")
    [slide] = Presentation(export(page, vaubrun, "pptx")).slides
    inch = 914_400
    shapes = [
        (
            shape.left / inch,
            shape.top / inch,
            shape.width / inch,
            shape.text_frame.text.split("\n")[0] if shape.has_text_frame else "",
            shape,
        )
        for shape in slide.shapes
    ]
    texts = [(x, y, text) for x, y, _, text, _ in shapes if text]
    assert f"{LEVELS[found.now.whole.level]} overall, mean {found.now.whole.score:.2f} of 3" in {text for *_, text in texts}
    tops = {text: y for _, y, text in texts if text in NAMES}
    assert set(tops) == set(NAMES)
    for name, each in zip(NAMES, found.now.scores.values(), strict=True):
        row = [(x, y, text) for x, y, text in texts if 0 <= y - tops[name] < 0.75]
        assert {f"{each.score:.2f}", gap(each), *met(each)} <= {text for *_, text in row}
        inside = [(x, wide, shape) for x, y, wide, _, shape in shapes if 0 <= y - tops[name] < 0.75]
        cells = [shape for x, wide, shape in inside if wide == pytest.approx(2.62, abs=0.01) and shape.height > 0.2 * inch and x < 10.7]
        assert sum(str(shape.fill.fore_color.rgb) in ("FDECD9", "DAE9F6", "D6DAF6") for shape in cells) == each.level
        spots = sorted((wide, x + wide / 2) for x, wide, _ in inside if x > 11.4 and 0.09 < wide < 0.16)
        at = [11.52, 11.78, 12.18, 12.58]
        assert [x for _, x in spots] == pytest.approx([at[each.do], at[each.say]], abs=0.01)


def test_the_workbook_is_the_card_and_holds_every_criterion(vaubrun: Site, page: Page, cards: Cards) -> None:
    found = cards(AT, "")
    matrix, detail = openpyxl.load_workbook(export(page, vaubrun, "xlsx")).worksheets
    rows = [[cell.value for cell in row] for row in matrix.iter_rows(min_row=2, max_row=8)]
    for row, (name, each) in zip(rows, found.now.scores.items(), strict=True):
        assert row[1:4] == met(each)
        assert (row[4], row[5], row[6]) == (pytest.approx(each.score, abs=1e-4), gap(each), pytest.approx(each.confidence, abs=1e-4))
        assert row[7] == pytest.approx(found.moved(name), abs=1e-4)
        assert row[9:12] == [each.level, each.say, each.do]
    heads, *lines = [[cell.value for cell in row] for row in detail.rows]
    at = {name: heads.index(name) for name in ("Id", "Numerator", "Denominator", "Figure", "Low", "High", "Value", "Counted, or answers")}
    told = {}
    for line in lines:
        told.setdefault(line[at["Id"]], []).append(line)
    assert list(told) == [each.id for each in original().criteria]
    counted = 0
    for each in found.now.scores.values():
        for name, value in each.values.items():
            assert {line[at["Value"]] for line in told[name]} == {value.value}
            for line, judged in zip(told[name], value.judged, strict=bool(value.judged)):
                figures = [line[at[column]] for column in ("Numerator", "Denominator", "Figure", "Low", "High")]
                wanted = [judged.top, judged.bottom] if judged.n else [None, None]
                assert figures == [None if one is None else pytest.approx(one) for one in (*wanted, judged.value, judged.low, judged.high)]
                if judged.n and judged.test.kind not in (Kind.COUNT, Kind.UPLIFT):
                    parts = line[at["Counted, or answers"]].split(" / ")
                    assert [plain(part) for part in parts] == [round(judged.top), round(judged.bottom)]
                    assert [part.startswith("€") for part in parts] == [judged.test.euros] * 2
                    counted += 1
    assert counted > 50
