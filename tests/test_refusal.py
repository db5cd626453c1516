"""What cannot be answered is said in the reader's language: every place that refuses has a sentence in French and one in English."""

from __future__ import annotations

import ast
import json
import re
import string
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dashboard import frame
from dashboard.format import LANGUAGES, Language
from dashboard.front import Front
from dashboard.page import Page, Visit, pages
from dashboard.people.rules import Grant
from dashboard.viewer import Role, at_the_machine
from dashboard.word import known, plain, told, words
from metrics.metric import Text
from metrics.refusal import SENTENCES, Later, Refused, nearest, refuse
from sql.clickhouse import Store
from tests.people_help import Browser, account, closed

ROOT = Path(__file__).parents[1]
HOMES = {ROOT / "metrics" / "refusal.py", ROOT / "dashboard" / "word.py"}  # where refusals are made of their sentences
FROM = {"metrics.refusal", "metrics.query", "dashboard.word", "dashboard.guard", "flask", "werkzeug.exceptions"}
MAKERS = {"refuse": "refused.", "later": "refused.", "phrase": "refused.", "refusal": "", "stop": ""}
FRENCH = re.compile(r"\b(le|la|les|un|une|des|est|pas|par|doit|être|il|plus|au|que|on|avant)\b", re.IGNORECASE)


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Every call of what a file imports by name, in the metrics layer and in the dashboard: where it stands, the name, the call."""
    found: list[tuple[str, str, ast.Call]] = []
    for path in sorted({*(ROOT / "metrics").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")} - HOMES):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        brought = {each.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in FROM for each in node.names}
        brought |= {"stop"} if path.name == "guard.py" else set()
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        where = path.relative_to(ROOT)
        found += [(f"{where}:{node.lineno}", spoken, node) for node in named if (spoken := node.func.id) in brought]
    return found


def kinds(kind: type[Refused] = Refused) -> set[str]:
    return {kind.__name__, *(name for each in kind.__subclasses__() for name in kinds(each))}


def spelled(node: ast.Call, argument: int) -> str:
    """The key a call names, or its first texts where it names one of several."""
    found = node.args[argument] if len(node.args) > argument else None
    return str(found.value) if isinstance(found, ast.Constant) else ""


def test_every_refusal_names_a_sentence_there_is() -> None:
    made = [(where, name, node) for where, name, node in calls() if name in MAKERS]
    lacking = [where for where, name, node in made if not known(MAKERS[name] + spelled(node, 1 if name == "stop" else 0))]
    assert lacking == []
    assert [where for where, name, _ in calls() if name in kinds() or (name == "BadRequest" and "app.py" not in where)] == []
    assert len(made) > 80


def test_every_sentence_is_said_somewhere() -> None:
    said = {spelled(node, 0) for _, name, node in calls() if name in ("refuse", "later")}
    assert set(SENTENCES) == said | {"near_one", "near_known", "near_none"}
    sent = {spelled(node, 1) for _, name, node in calls() if name == "stop"} | {"sent.unknown", "sent.lapsed"}
    assert {key for key in words() if key.startswith("sent.") and not key.startswith("sent.field_")} == {
        key for key in sent if key.startswith("sent.")
    }


def test_no_form_of_a_page_is_refused_in_words_of_one_language() -> None:
    literal = [
        where
        for where, name, node in calls()
        if name == "abort" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant | ast.JoinedStr)
    ]
    assert {where.partition(":")[0] for where in literal} <= {"dashboard/api.py"}  # which programs alone ask


def filled(name: str) -> Refused:
    slots = {slot for _, slot, _, _ in string.Formatter().parse(SENTENCES[name].en) if slot}
    return refuse(name, **{slot: Text("an English piece", "un morceau français") if slot == "near" else "it:self?" for slot in slots})


@pytest.mark.parametrize("name", [name for name in SENTENCES if not name.startswith("near_")])
def test_a_page_says_why_in_its_readers_language(name: str) -> None:
    shown = {language: on_page(filled(name), language) for language in LANGUAGES}
    assert shown["en"] == plain(f"refused.{name}", "en", **slotted(name, "en")) == told(filled(name), "en")
    assert FRENCH.search(shown["fr"])
    assert not FRENCH.search(shown["en"].replace(" on ", " "))
    assert "an English piece" not in shown["fr"]
    assert "{" not in shown["fr"].replace('{"', "")


def slotted(name: str, language: Language) -> dict[str, str]:
    return {each: value[language] if isinstance(value, Text) else str(value) for each, value in filled(name).values.items()}


def on_page(why: Refused, language: Language) -> str:
    visit = Visit(at_the_machine(), language, "/committee", datetime(2026, 11, 21, tzinfo=UTC))
    return str(frame.unanswered(visit, why).children[1].children)


def test_what_was_meant_is_said_in_the_language_of_the_sentence() -> None:
    why = refuse("no_metric", name="servce_level", near=nearest("servce_level", ["asa", "service_level"]))
    assert str(why) == "There is no metric 'servce_level'; did you mean 'service_level'?"
    meant = "«\u00a0servce_level\u00a0»\u202f; vouliez-vous dire «\u00a0service_level\u00a0»\u202f?"
    assert told(why, "fr") == f"Il n’y a pas d’indicateur {meant}"
    assert issubclass(Later, Refused)


@pytest.fixture(scope="module")
def front(engine: Store) -> Front:
    return closed(engine)


def said(answer: Any) -> str:
    return str(answer.json["detail"])


def test_every_page_refuses_a_filter_it_does_not_have(front: Front) -> None:
    root = Browser(front, "root")
    account(front, "herself", Grant(Role.AGENT, agent="a1", named=True))
    for page in pages():
        browser = root if root_may(page) else Browser(front, "herself")
        for path in (re.sub("<[^>]+>", "1", page.path),):
            for language in LANGUAGES:
                shown = browser.view(path, f"?lang={language}&unheard_of=1").text
                assert json.dumps(plain("frame.no_filter", language, name="unheard_of"), ensure_ascii=False)[1:-1] in shown, path
    assert all(isinstance(page.asks, frozenset) for page in pages())


def root_may(page: Page) -> bool:
    return Role.ADMINISTRATOR in page.may


@pytest.mark.parametrize(
    ("path", "search"),
    [
        ("/account", "done=nothing"), ("/account", "failed=people.unheard_of"), ("/people", "failed=frame.back"),
        ("/personal-data", "done=nothing"), ("/personal-data", "at=never"), ("/agent-time/contact", "id=c1&day=never"),
        ("/maturity", "at=never"), ("/maturity", "entity=nothing"), ("/maturity", "with=team=x"), ("/committee", "period=never"),
        ("/audit", "before=never"),
    ],
)  # fmt: skip
def test_a_value_that_a_page_does_not_know_is_refused_in_words(front: Front, path: str, search: str) -> None:
    browser = Browser(front, "root")
    for language in LANGUAGES:
        shown = browser.view(path, f"?lang={language}&{search}").text
        assert json.dumps(plain("frame.unanswered_title", language), ensure_ascii=False)[1:-1] in shown


def test_a_file_and_a_form_are_refused_in_the_senders_language_and_to_a_program_in_english(front: Front) -> None:
    browser = Browser(front, "root")
    asked = (
        "/agent-time.csv?unheard_of=1",
        "/api/v1/maturity/scorecard.pdf?entity=nothing",
        "/api/v1/maturity/scorecard.doc",
        "/api/v1/maturity/evidence/9",
    )
    for address in asked:
        english, french = browser.get(address), browser.get(address, **{"Accept-Language": "fr-FR,fr;q=0.9"})
        assert english.status_code == french.status_code in (400, 404)
        assert said(english) != said(french)
        assert FRENCH.search(said(french))
        assert not FRENCH.search(said(english))
    sent = browser.post("/api/v1/maturity/start", {}, **{"Accept-Language": "fr"})
    assert said(sent) == "«\u00a0Titre\u00a0» manque\u00a0: remplissez ce champ."
    assert said(browser.post("/api/v1/maturity/start", {})) == "“Title” is missing: fill it in."
    assert said(browser.post("/api/v1/maturity/start", {}, token="x", **{"Accept-Language": "fr"})) == plain("sent.stranger", "fr")
