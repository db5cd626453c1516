"""The matrix on screen: where what it is compared with stands, where its cells lead, and names that are written in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from dash.development.base_component import Component

from dashboard.app import understood
from dashboard.format import Language
from dashboard.page import Visit, find
from dashboard.pages.criterion import _figure_there, _said_there, _what
from dashboard.pages.maturity import _facts, cell_of
from dashboard.scorecard import Beside
from dashboard.viewer import Role, Viewer
from dashboard.word import side
from metrics.maturity.answer import BLIND, Answers, Vote
from metrics.maturity.card import Card, card
from metrics.maturity.model import original
from metrics.query import Scope
from tests.maturity_help import AT, complete, passing

MODEL = original()
NOTHING = Answers()


def visit(**filters: str) -> Visit:
    said = {name.rstrip("_"): (value,) for name, value in filters.items()}
    viewer = Viewer("anna", Role.COMMITTEE, Scope(), account=1)
    return Visit(viewer=viewer, language="en", path="/maturity", now=datetime(2026, 11, 28, 9, tzinfo=UTC), filters=said)


def told(*, everything: bool) -> Card:
    """A company that meets everything, or one of which only the indicators are known."""
    said = complete(MODEL) if everything else NOTHING
    return card((MODEL,), said.until, {AT: passing(MODEL)}, [AT - timedelta(days=31), AT], "UTC")


def parts(drawn: Component) -> Iterator[Component]:
    """Every component inside another."""
    yield drawn
    inside = getattr(drawn, "children", None)
    for each in inside if isinstance(inside, list | tuple) else [inside]:
        if isinstance(each, Component):
            yield from parts(each)


def marks(there: float | None) -> dict[int, str]:
    """By level the place of the mark of comparison in the cells of a row."""
    found, asked = told(everything=True), visit(with_="2026-10-31")
    cells = {level: cell_of(asked, found, found.now.scores["pricing"], level, there) for level in (1, 2, 3)}
    drawn = {level: [each for each in parts(cell) if getattr(each, "className", "") == "beside-mark"] for level, cell in cells.items()}
    return {level: mark.style["left"].split(", ")[1] for level, [*some] in drawn.items() for mark in some}


@pytest.mark.parametrize(
    ("there", "where"),
    [
        (None, {}), (0.0, {1: "0.0%"}), (0.33, {1: "33.0%"}), (1.0, {2: "0.0%"}), (1.495, {2: "49.5%"}), (2.99, {3: "99.0%"}),
        (3.0, {3: "100.0%"}),
    ],
)  # fmt: skip
def test_what_is_compared_with_is_marked_once_in_the_cell_it_stands_in(there: float | None, where: dict[int, str]) -> None:
    assert marks(there) == where


def test_a_cell_of_a_comparison_leads_to_a_page_that_compares_too() -> None:
    found, asked = told(everything=True), visit(with_="brand=kerlann", at="2026-10-31", entity="brand=vaubrun")
    link = cell_of(asked, found, found.now.scores["pricing"], 2, 1.5)
    path, _, search = link.href.partition("?")
    page, _ = find(path) or (None, {})
    assert page is not None
    assert {"with", "at", "entity"} <= page.asks
    there = visit_of_search(path, search)
    understood(there, page)
    assert there.first("with") == "brand=kerlann"


def visit_of_search(path: str, search: str) -> Visit:
    filters = {name: tuple(values) for name, values in parse_qs(search).items() if name not in ("lang", "theme")}
    return Visit(viewer=visit().viewer, language="en", path=path, now=AT, filters=filters)


def test_a_criterion_says_how_it_stands_where_it_is_compared_with() -> None:
    found, other = told(everything=True), Beside("31 October 2026", told(everything=False), dated=True)
    values = found.now.scores["pricing"].values
    question, indicator = values["pricing.2.calendar"], values["pricing.2.parity"]
    assert "Unknown" in str(_said_there(other, question, visit()))
    assert "31 October 2026" in str(_said_there(other, question, visit()))
    assert "100.0%" in str(_figure_there(other, indicator, 0, visit()))
    assert _said_there(None, question, visit()) == []


def test_a_pseudonym_among_rows_is_shown_by_its_beginning() -> None:
    drawn = _what(f"k1:{'0123456789abcdef' * 4} late")
    assert (drawn.children, drawn.title) == ("k1:0123456789… late", f"k1:{'0123456789abcdef' * 4} late")
    assert _what("m-lille canape").children == "m-lille canape"


def agreed(answers_: Sequence[Sequence[float]]) -> Card:
    """A scorecard of three assessors, with the blind answers of each to the first questions."""
    asked = [each for each in MODEL.criteria if each.question]
    said = [
        Vote(one.id, f"p{person}", f"d{person}", BLIND, value, AT)
        for person, values in enumerate(answers_)
        for one, value in zip(asked, values, strict=False)
    ]
    return card((MODEL,), Answers(tuple(said)).until, {AT: passing(MODEL)}, [AT], "UTC")


def fact(found: Card, language: Language) -> list[str]:
    """What the page says of how far assessors agree: the figure and the words."""
    drawn = list(parts(_facts(replace(visit(), language=language), found)))[-4:]
    return [str(each.children) for each in drawn if type(each).__name__ in ("B", "Small")]


@pytest.mark.parametrize(
    ("alpha", "figure", "en", "fr"),
    [
        (1.0, "1.00", "solid", "solide"),
        (0.8, "0.80", "solid", "solide"),
        (0.799, "0.79", "tentative, under 0.80", "fragile, sous 0,80"),
        (0.667, "0.66", "tentative, under 0.80", "fragile, sous 0,80"),
        (0.666, "0.66", "discuss again, under 0.67", "à rediscuter, sous 0,67"),
        (-0.2, "-0.20", "discuss again, under 0.67", "à rediscuter, sous 0,67"),
    ],
)
def test_how_far_assessors_agree_is_said_in_words(alpha: float, figure: str, en: str, fr: str) -> None:
    found = replace(agreed([[1, 0]] * 3), alpha=alpha, sure=None)
    for language, words in (("en", en), ("fr", fr)):
        value, said = fact(found, language)
        assert value.replace(",", ".").replace("\u2212", "-") == f"α {figure}"
        assert said.replace("\u00a0", " ").endswith(words)
        assert said.startswith("3 ")


def test_agreement_is_that_of_the_blind_answers() -> None:
    alike, contrary = [1, 0.5, 0, 1, 0, 0.5] * 4, [0, 0.5, 1, 0, 1, 0.5] * 4
    one_apart = [*alike[:-2], 0.5, 1]
    for answers_, figure, words in (
        ([alike] * 3, "1.00", "solid"), ([alike, alike, one_apart], "0.95", "solid"), ([alike, alike, contrary], "-0.32", "discuss again"),
    ):  # fmt: skip
        value, said = fact(agreed(answers_), "en")
        assert words in said
        assert "95%:" in said
        assert value == f"α {figure}".replace("-", "\u2212")
    assert fact(agreed([[1, 1]] * 3), "en") == ["–", "not enough answers to compare"], "where all say the same nothing is compared"
    assert fact(agreed([alike]), "en") == ["–", "not enough answers to compare"]


@pytest.mark.parametrize(
    ("name", "fr", "en"),
    [
        ("Magasins | Stores", "Magasins", "Stores"), ("Marketing", "Marketing", "Marketing"), ("a | b | c", "a | b | c", "a | b | c"),
        ("Magasins |", "Magasins |", "Magasins |"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_name_in_both_languages_is_read_in_ones_own(name: str, fr: str, en: str) -> None:
    assert (side(name, "fr"), side(name, "en")) == (fr, en)
