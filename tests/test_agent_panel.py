"""The panels of Agent time say what was worked out elsewhere: the case vendors' rules are compared on, the fixture drawn, quality counted
by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard.agent import aside, extra, quality
from dashboard.agent.ranking import ranking
from dashboard.agent.span import Span, of
from dashboard.agent.tally import Tally, pairs, tallies
from dashboard.format import NOTHING, Language
from dashboard.page import Visit
from dashboard.parts.channel import css, ordered
from dashboard.parts.drawing import Drawing
from dashboard.viewer import at_the_machine
from dashboard.word import in_words, plain
from metrics import run
from metrics.query import Query, Scope
from metrics.registry import metric
from metrics.result import Figure, Result, Row
from sql.clickhouse import Store
from tests.spec.table import agent_days, put
from tests.test_agent_proof import CASE, FIXTURE, HELD, LOOKED, at, worked
from tests.test_part import drawn, shapes

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def visiting(language: Language = "en") -> Visit:
    return Visit(at_the_machine(), language, "/agent-time", at(60))


def base(until: datetime) -> Query:
    return Query(("agent_time_wall",), since=at(0), until=until, now=until, zone="Europe/Paris", scope=Scope.all())


class Asking:
    """Ask the engine as a page does."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __call__(self, query: Query) -> Result:
        return run.ask(self.store, query)


def lines(component: Component | None) -> list[list[str]]:
    """The texts of a table's rows in its body, cell by cell, blanks as the eye sees them."""
    return [[_text(cell) for cell in row["props"]["children"]] for body in _found(drawn(component), "Tbody") for row in _found(body, "Tr")]


def _found(part: Any, kind: str) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [each for child in part for each in _found(child, kind)]
    if not isinstance(part, dict):
        return []
    return [*([part] if part["type"] == kind else []), *_found(part["props"].get("children"), kind)]


def _text(part: Any) -> str:
    if isinstance(part, list):
        return " ".join(filter(None, map(_text, part)))
    if isinstance(part, dict):
        return _text(part["props"].get("children"))
    return str(part or "").replace("\u00a0", " ").replace("\u202f", " ").strip()


def drawings(component: Component | None) -> list[Drawing]:
    """Every drawing in a component."""
    assert component is not None
    return [each for each in component._traverse() if isinstance(each, Drawing)]


# --- how other tools would count -------------------------------------------------------------------------------------------------------

AGAINST = {
    "amazon": (30, 100), "genesys": (35, 117), "nice_focus": (30, 100), "nice_linear": (30, 100), "nice_concurrent": (15, 50),
    "salesforce": (30, 100), "twilio": (60, 200),
}  # fmt: skip
HOUR = {"en": "1 h 00 min", "fr": "1 h 00"}


def policies(store: Store, language: Language) -> dict[str, list[str]]:
    """What the panel says by each rule."""
    ask, asked = Asking(store), base(at(60))
    store.opted_in = frozenset({"focus"})
    try:
        shown = lines(extra.policies(ask, asked, tallies(ask, asked, "", "equal")[""], visiting(language)))
    finally:
        store.opted_in = frozenset()
    rules = {plain(f"agent_time.policy_{name}", language): name for name in AGAINST}
    return {rules.pop(name): said for name, *said in shown}


@LANGUAGES
def test_what_other_tools_would_have_said_of_the_case(store: Store, language: Language) -> None:
    put(store, "hold", HELD)
    put(store, "focus", LOOKED)
    worked(store, CASE)
    percent = "%" if language == "en" else " %"
    told = {name: [HOUR[language] if long == 60 else f"{long} min", f"{share}{percent}"] for name, (long, share) in AGAINST.items()}
    assert policies(store, language) == told


@LANGUAGES
def test_a_rule_that_lacks_its_input_says_so(store: Store, language: Language) -> None:
    """Neither why contacts were held is known, nor what was in focus, nor when anybody was signed in."""
    lacking = {"en": "lacks its input", "fr": "donnée absente"}[language]
    worked(store, CASE)
    said = policies(store, language)
    assert {name for name, (time, *_) in said.items() if time == lacking} == {"genesys", "nice_focus", "nice_linear", "salesforce"}
    assert [said["amazon"][0], said["nice_concurrent"][0], said["twilio"][0]] == ["30 min", "15 min", HOUR[language]]
    store.command("TRUNCATE TABLE presence")
    agent_days(store)
    assert policies(store, language)["amazon"][0] == lacking


@LANGUAGES
def test_every_measure_is_explained_and_why_the_sums_agree(language: Language) -> None:
    (summary, *why, listed) = extra.explained(visiting(language)).children
    assert summary.children == plain("agent_time.explain", language)
    assert [each.children for each in why] == [plain(f"agent_time.why_{number}", language) for number in (1, 2, 3)]
    words = {"en": ("wall time counts it once", "add up to the wall, exactly", "the residual is 0"),
             "fr": ("le temps réel, une seule fois", "s'additionnent donc au temps réel, exactement", "l'écart est 0")}  # fmt: skip
    assert all(said in each.children.replace("\u2019", "'") for said, each in zip(words[language], why, strict=True))
    told = [_text(drawn(each)) for each in listed.children]
    expected = [text for name in extra.EXPLAINED for text in (metric(name).name, metric(name).definition)]
    assert told == [_text(in_words(text, language)) for text in expected]
    shown = {"agent_time_gross", "agent_time_union", "agent_time_exclusive", "agent_time_equal", "agent_time_by_channel",
             "agent_time_weighted", "agent_time_wall", "agent_time_multichannel", "occupancy", "capacity_utilisation", "staffed_time",
             "effective_concurrency", "aht_adjusted"}  # fmt: skip
    assert shown <= set(extra.EXPLAINED), "what the page shows is explained"


# --- the fixture, drawn ----------------------------------------------------------------------------------------------------------------

GROSS, EQUAL = {"voice": 600, "chat": 1980, "email": 2400}, {"voice": 420, "chat": 930, "email": 1650}


def fixture(store: Store) -> tuple[Asking, Query, Tally, list[str]]:
    worked(store, FIXTURE)
    ask, asked = Asking(store), replace(base(at(60)), now=at(50))
    whole = tallies(ask, asked, "", "equal")[""]
    return ask, asked, whole, ordered(whole.channels)


NONE = f"{NOTHING} {plain('part.nothing', 'en')}"


def test_the_overlap_says_how_long_two_channels_were_open_at_once(store: Store) -> None:
    ask, asked, whole, codes = fixture(store)
    square = aside.overlap(visiting(), whole, pairs(ask, asked), codes)
    assert codes == ["voice", "email", "chat"]
    assert [row[1:] for row in lines(square)] == [
        ["10 min", NONE, "5 min"],
        [NONE, "30 min", "5 min"],
        ["5 min", "5 min", "20 min"],
    ]
    rows = [row["props"]["children"] for row in _found(_found(drawn(square), "Tbody"), "Tr")]
    shades = [[cell["props"].get("style", {}).get("--heat-share", cell["props"]["className"]) for cell in row[1:]] for row in rows]
    own, full, none = "num own", "46%", "0%"  # the diagonal has no shade: each by itself is no overlap
    assert shades == [[own, none, full], [none, own, full], [full, full, own]]


def test_shares_are_as_wide_as_they_are_long(store: Store) -> None:
    ask, asked, whole, codes = fixture(store)
    groups = tallies(ask, asked, "agent", "equal")
    table = ranking(visiting(), groups, whole, str, lambda key: "", codes, agents=True)
    (drawing,) = drawings(table)
    second = (420.0 - 8 - 2) / sum(GROSS.values())  # pixels: the bar ends where the contacts counted in full do
    edge = 2.0
    bars = [rect for rect in shapes(drawing, "rect") if rect["className"].startswith("share ")]
    for code, rect in zip(codes, bars, strict=True):
        assert rect["className"] == f"share {css(code)}"
        assert (float(rect["x"]), float(rect["width"]) + 0.6) == pytest.approx((edge, EQUAL[code] * second), abs=0.06)
        edge += EQUAL[code] * second
    (dot,) = (circle for circle in shapes(drawing, "circle") if circle["className"] == "stack-dot")
    assert float(dot["cx"]) == pytest.approx(2 + sum(GROSS.values()) * second, abs=0.06)
    (said,) = (each["aria-label"] for each in shapes(drawing, "svg") if "Voice" in each.get("aria-label", ""))
    assert _text(said) == "Voice 7 min, E-mail 28 min, Chat 16 min"
    (row,) = (each for each in _rows(drawing.tree) if each[0] == "ana")
    assert [row[2], *row[4:8]] == ["50 min", "1 h 23", "1.66", "20%", "100%"]


def _rows(tree: Any) -> list[list[str]]:
    """The rows of a table drawn once: the texts of their cells."""
    if not isinstance(tree, list):
        return []
    if tree and tree[0] == "tr":
        return [[_still(cell) for cell in tree[2]]]
    return [row for child in tree for row in _rows(child)]


def _still(tree: Any) -> str:
    if isinstance(tree, list):
        return " ".join(filter(None, map(_still, tree[2] if tree and isinstance(tree[0], str) and len(tree) == 3 else tree)))
    return _text(tree)


def test_the_channels_in_full_above_come_to_the_shares_below(store: Store) -> None:
    _, _, whole, codes = fixture(store)
    panel = aside.channels(visiting(), whole, codes, "equal")
    (figure,) = drawings(panel)
    rects, second = shapes(figure, "rect"), 400 / sum(GROSS.values())
    for above, lengths in ((True, GROSS), (False, EQUAL)):
        edge = 0.0
        for code, rect in zip(codes, rects[:3] if above else rects[3:], strict=True):
            assert (float(rect["x"]), float(rect["width"]) + 0.6) == pytest.approx((edge, lengths[code] * second), abs=0.06)
            edge += lengths[code] * second
    said = {row[0]: [row[2], row[3], row[4]] for row in lines(panel)}
    assert said["Voice"] == ["10 min", "10 min", "7 min"]
    assert said["Chat"] == ["33 min", "20 min", "15 min"]
    assert said["E-mail"] == ["40 min", "30 min", "28 min"]


# --- quality by contacts at once -------------------------------------------------------------------------------------------------------

# contact, agent, minutes worked on, minutes to the first reply, minutes to the last closing, score out of five
CONTACTS = [
    ("A", "ana", 0, 10, 1, 10, 5), ("B", "ana", 20, 30, 2, 20, 5), ("C", "ana", 40, 50, 6, 90, 1),  # one after another
    ("D", "ben", 0, 10, 4, 11, 5), ("E", "ben", 0, 10, 8, 33, 2),  # two at once
    ("F", "cid", 0, 10, 9, 40, 1), ("G", "cid", 0, 10, 12, 50, 2), ("H", "cid", 0, 10, 30, 60, 5), ("I", "cid", 0, 10, 40, 70, 3),
    ("J", "", 0, 0, 99, 99, 5),  # nobody's
]  # fmt: skip


def test_quality_at_one_two_and_more_contacts_at_once(store: Store) -> None:
    told = [dict(zip(("id", "agent", "first", "last", "reply", "close", "score"), line, strict=True)) for line in CONTACTS]
    hashed = {each["id"]: number for number, each in enumerate(told, 1)}

    def of_contact(each: dict[str, Any]) -> dict[str, Any]:
        return {"interaction": each["id"], "subject_hash": hashed[each["id"]]}

    put(store, "work", [
        of_contact(each) | {"stint": f"{each['id']}/1", "agent": each["agent"], "channel": "chat", "phase": "talk",
                            "started_at": at(each["first"]), "ended_at": at(each["last"])}
        for each in told if each["agent"]
    ])  # fmt: skip
    put(store, "interaction", [
        of_contact(each) | {"started_at": at(each["first"]), "asked_at": at(each["first"]), "replied_at": at(each["first"] + each["reply"]),
                            "closed_at": at(each["first"] + each["close"])}
        for each in told
    ])  # fmt: skip
    put(store, "rating", [
        of_contact(each) | {"rating": 1, "instrument": "csat", "scale": 5, "score": float(each["score"]), "given_at": at(200)}
        for each in told
    ])  # fmt: skip
    agent_days(store)
    span = of("", at(0), "Europe/Paris", "2026-03-01", "2026-03-04")
    asked = base(span.until)
    found = quality.quality(Asking(store), asked, span)
    # medians of what each level's contacts took: 1, 2, 6 minutes; 4, 8; 9, 12, 30, 40, and to the closing
    medians = {"1": (2, 20), "2": (6, 22), "3+": (21, 55)}
    satisfied = {"1": (2, 3), "2": (1, 2), "3+": (1, 4)}
    assert set(found) == set(medians)
    for level, figures in found.items():
        assert (figures["csat"].top, figures["csat"].bottom, figures["csat"].n) == (*satisfied[level], satisfied[level][1])
        assert figures["first_response_time"].n == figures["resolution_time"].n == satisfied[level][1]
    exact = run.ask(store, Query(
        ("first_response_time", "resolution_time"), ("concurrency",), asked.since, asked.until, now=asked.now, scope=Scope.all(),
        parameters=(("method", "exact"),),
    )).rows  # fmt: skip
    assert {
        str(row.keys["concurrency"]): tuple((row.figures[name].value or 0) / 60 for name in ("first_response_time", "resolution_time"))
        for row in exact if row.keys["concurrency"]
    } == medians  # fmt: skip
    shown = lines(
        quality.panel(visiting(), found, span.days)
    )  # of an even number of contacts the panel's sketch tells the lower middle one
    assert [[*line[:1], *line[2:4], line[5], line[7]] for line in shown] == [
        ["1", "66.7%", "3", "3", "3"],
        ["2", "50.0%", "2", "2", "2"],
        ["3+", "25.0%", "4", "4", "4"],
    ]
    for line, (answered, closed) in zip(shown, ((2, 20), (4, 11), (12, 50)), strict=True):
        assert [_seconds(line[4]), _seconds(line[6])] == pytest.approx([60 * closed, 60 * answered], rel=0.01)


@pytest.mark.parametrize(
    ("days", "of_week", "of_month", "looked"),
    [(400, 100_000, 0, 7), (400, 99_999, 100_000, 28), (400, 99_999, 99_999, 92), (28, 5, 5, 28), (40, None, 5, 40), (3, 5, 5, 3)],
)
def test_quality_is_looked_at_over_as_few_days_as_are_enough(days: int, of_week: int | None, of_month: int, looked: int) -> None:
    """The first of the last 7, 28 and 92 days that hold enough contacts; a count that is held back is not enough."""
    span = Span("", date(2026, 9, 30) - timedelta(days=days), date(2026, 9, 30), "Europe/Paris")

    def ask(query: Query) -> Result:
        assert query.since is not None
        assert query.until == span.until
        value = of_week if query.since == span.last(7).since else of_month
        return Result(span.until, (Row({}, {"contacts": Figure(value, value)}),), ())

    found = quality.looked_at(ask, base(span.until), span)
    assert (found.days, found.end) == (looked, span.end)


def _seconds(text: str) -> int:
    """ "19 min 51 s" in seconds."""
    numbers = text.replace(" min", "").replace(" s", "").split()
    return int(numbers[0]) * 60 + int([*numbers, "0"][1])


def rated(share: float, low: float, high: float, n: int = 100) -> Figure:
    return Figure(share, n, share * n, n, low, high)


@LANGUAGES
def test_what_may_be_said_of_satisfaction(language: Language) -> None:
    """It falls where the intervals part, does not where they meet, and nothing is said where there are few answers at one contact, or at
    more."""
    visit = visiting(language)
    good, same, worse, few = rated(0.9, 0.84, 0.94), rated(0.85, 0.77, 0.91), rated(0.7, 0.6, 0.78), rated(0.2, 0.1, 0.4, 29)
    percent = "%" if language == "en" else "\u00a0%"

    def said(**levels: Figure) -> str:
        return quality.verdict({{"one": "1", "two": "2", "more": "3+"}[name]: figure for name, figure in levels.items()}, visit)

    falls = plain("agent_time.quality_falls", language, one=f"90{percent}", most=f"70{percent}", level="3+")
    assert said(one=good, two=same, more=worse) == falls
    assert said(one=good, two=worse, more=few) == plain(
        "agent_time.quality_falls", language, one=f"90{percent}", most=f"70{percent}", level="2"
    )
    level = plain("agent_time.quality_same", language)
    assert said(one=good, two=worse, more=same) == said(one=good, two=same) == said(one=worse, two=same, more=good) == level
    lacking = plain("agent_time.quality_few", language, n=30)
    assert said(one=good) == said(one=good, two=few, more=few) == said() == lacking
    assert said(one=few, two=good, more=worse) == lacking, "nothing is known at one contact to fall from"
