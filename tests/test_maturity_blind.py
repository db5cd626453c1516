"""A blind round is blind everywhere: what one votes is seen by nobody else on a page, in a file or by the API, and moves no score."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from dashboard.front import Front
from dashboard.people import decide
from dashboard.people.rules import Grant
from dashboard.viewer import Role
from metrics.maturity.model import original
from sql.clickhouse import Store
from sql.ledger import audit
from tests.conftest import empty
from tests.people_help import WORD, Browser, closed

BASE = "/api/v1/maturity"
ASKED = [each for each in original().criteria if each.question and each.dimension == "logistics"]
DIRECTION, NOTE = "Zebra stores", "our warehouse is a mess"
PAGES = {
    "matrix": ("/maturity", ""),
    **{f"level {level}": (f"/maturity/logistics/{level}", "") for level in (1, 2, 3)},
    "compared": ("/maturity", "&with=company"),
    "questions": ("/maturity/assess", "&dimension=logistics"),
    "trajectory": ("/maturity/trajectory", ""),
}
KINDS = ("pdf", "pptx", "xlsx")


@pytest.fixture(scope="module")
def front(engine: Store) -> Front:
    empty(engine)
    built = closed(engine)
    for name in ("anna", "ben"):
        decide.make(built.people, "test", name, "Alex", Grant(Role.COMMITTEE, everything=True), WORD, due=False)
    return built


def seen(browser: Browser) -> dict[str, str]:
    """Everything maturity shows to somebody, in words; without the clock's, so that it can be compared."""
    found = {name: browser.view(path, f"?lang=en{search}").text for name, (path, search) in PAGES.items()}
    for kind in KINDS:
        found[kind] = read(kind, browser.get(f"{BASE}/scorecard.{kind}?lang=en").data)
    return {name: re.sub(r"\d{1,2}:\d\d(:\d\d)?( [AP]M)?", "", text) for name, text in found.items()}


def read(kind: str, body: bytes) -> str:
    """The words and numbers of an export."""
    if kind == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if kind == "pptx":
        shapes = [shape for slide in Presentation(io.BytesIO(body)).slides for shape in slide.shapes]
        return "\n".join(f"{shape.width} {shape.text_frame.text if shape.has_text_frame else ''}" for shape in shapes)
    return "\n".join(
        str([cell.value for cell in row]) for sheet in openpyxl.load_workbook(io.BytesIO(body)).worksheets for row in sheet.rows
    )


def test_a_vote_of_a_blind_round_is_seen_nowhere_and_moves_nothing_until_the_round_is_open(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    number = anna.post(f"{BASE}/start", {"title": "November", "assessor": "anna"}).json["assessment"]
    before = seen(ben)
    for each in ASKED:
        sent = {"assessment": number, "criterion": each.id, "value": "1.0", "direction": DIRECTION, "note": NOTE}
        assert anna.post(f"{BASE}/vote", sent).json == {"stored": True}
    after = seen(ben)
    assert after == before
    assert not [name for name, text in after.items() if DIRECTION in text or NOTE in text]
    mine = anna.view("/maturity/assess", "?lang=en&dimension=logistics").text
    assert mine.count('"data-checked":"1"') == len(ASKED), "her own are there"
    assert anna.view("/maturity/logistics/1", "?lang=en").text.count(DIRECTION) == 0, "the scorecard does not know them either"
    assert ben.post(f"{BASE}/vote", {"assessment": number, "criterion": ASKED[0].id, "value": "0.0"}).json == {"stored": True}
    with front.ledger.read() as session:
        lines = audit.lines(session, about=f"assessment/{number}", most=50)
    assert {name for line in lines if line.action == "vote.cast" for name in line.detail} == {"criterion"}, "that she voted, and not what"

    assert ben.post(f"{BASE}/advance", {"assessment": number, "to": "open"}).json == {"moved": True}
    opened = seen(ben)
    told = {"questions", "level 1", "level 2", "level 3"}
    assert {name for name, text in opened.items() if DIRECTION in text} == told
    assert {name for name in opened if opened[name] == after[name]} == {"trajectory"}, "now it is seen, and moves the score"
