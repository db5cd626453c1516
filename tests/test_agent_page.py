"""What the pages of agent time do between the metrics and the drawing: groups that may be shown, sums as printed, windows, lanes, files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.agent import aside, extra, hour, quality, story
from dashboard.agent.aside import _squeezed
from dashboard.agent.balance import equations
from dashboard.agent.day import Day
from dashboard.agent.export import as_csv, as_xlsx
from dashboard.agent.moment import Window, day_of
from dashboard.agent.ranking import found, order
from dashboard.agent.span import of
from dashboard.agent.tally import STATE, Tally
from dashboard.definition import written
from dashboard.format import NOTHING, Language, hours
from dashboard.page import Visit
from dashboard.pages import agent_day, agent_time
from dashboard.pages.agent_time import Asked, _about, _full, _part
from dashboard.parts.timeline import Bar, Piece, packed
from dashboard.viewer import at_the_machine
from metrics.detail import AgentDay, State
from metrics.query import Query, Scope
from metrics.registry import metrics
from metrics.result import Figure, Result, Row

PARIS = "Europe/Paris"
NOW = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)


def tally(agents: int, wall: float = 3600.0, **channels: float) -> Tally:
    """A group of so many agents; `channels` are the gross seconds of each, and their equal share is in proportion."""
    gross = sum(channels.values()) or 1.0
    states = {name: Figure(0.0, agents) for name in STATE} | {
        "agent_time_wall": Figure(wall, agents),
        "staffed_time": Figure(wall + 600, agents),
        "ready_time": Figure(400.0, agents),
        "auxiliary_time": Figure(200.0, agents),
        "occupancy": Figure(wall / (wall + 400), agents, wall, wall + 400),
        "capacity_utilisation": Figure(None, 0, 0.0, 0.0),
    }
    told = {
        code: {
            "agent_time_gross": Figure(seconds, agents),
            "aht": Figure(seconds / 2, 2, seconds, 2.0),
            "share": Figure(wall * seconds / gross, agents),
        }
        for code, seconds in channels.items()
    }
    return Tally(states, told)


# --- who may be shown ------------------------------------------------------------------------------------------------------------------


def test_what_is_held_back_is_neither_zero_nor_in_a_sum() -> None:
    held = Tally({name: Figure(None, None) for name in STATE}, {})
    assert (held.withheld, held.agents) == (True, 0)
    assert not tally(5).withheld
    partly = Tally(tally(6, 3600.0).states, {**tally(6, chat=5400.0).channels, "voice": {"agent_time_gross": Figure(None, None)}})
    assert partly.partly
    assert (partly.at_once, partly.contacts) == (None, None)
    assert _squeezed(partly, ["chat", "voice"], "en") == []
    visit = Visit(at_the_machine(), "en", "/agent-time", NOW)
    assert str(aside.channels(visit, partly, ["chat", "voice"], "equal")).count("className='withheld'") == 1 + 5  # its gross; the sums
    assert str(quality.panel(visit, {"1": {"csat": Figure(None, None)}}, 7)).count("className='withheld'") == 1
    assert {each.name for each in equations(partly, [(1, 3600.0)], ["chat", "voice"])} == {"levels", "staffed"}
    text = as_csv({"a": partly}, str, ["chat"], "agent_time_equal", agents=False)
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["agent_time_gross"], line["effective_concurrency"]) == ("", "")


def test_one_channel_is_not_squeezed_into_the_time_of_all() -> None:
    chat = tally(6, 3600.0, chat=5400.0)
    assert _squeezed(chat, ["chat"], "en")
    assert _squeezed(Tally(chat.states, chat.channels, narrowed=True), ["chat"], "en") == []


def test_of_hours_held_back_none_is_called_the_fullest() -> None:
    """Nine to ten is the fullest and its e-mails are held back: what is told of it by channel is less than what is told of eleven."""
    share = "agent_time_equal"
    parts = {("09", "voice"): Figure(4200.0, 6), ("09", "email"): Figure(None, None), ("11", "voice"): Figure(7000.0, 7)}
    whole = {"09": Figure(14_700.0, 8), "11": Figure(7000.0, 7), "20": Figure(None, None)}
    span, visit = of("7d", NOW, PARIS), Visit(at_the_machine(), "en", "/agent-time", NOW)

    def drawn(hidden: bool) -> tuple[hour.Hours, str]:
        def ask(query: Query) -> Result:
            assert query.grain is None
            if query.by == ("hour",):
                rows = [Row({"hour": at}, {share: figure}) for at, figure in whole.items() if figure.n or hidden]
            else:
                rows = [Row({"channel": code, "hour": at}, {share: figure}) for (at, code), figure in parts.items()]
            return Result(NOW, tuple(rows), ())

        found_ = hour.by_hour(ask, Query(("agent_time_wall",)), span, "equal")
        return found_, str(hour.mix(visit, found_, span, ["voice", "email"]))

    told, page = drawn(hidden=False)
    assert told.fullest == (9, 14_700.0)
    assert "begins at 09:00: 35\\xa0min worked" in page
    assert str(hour._drawn(told, ["voice", "email"])).count("veil") == 1  # the e-mails of nine to ten
    assert "className='withheld'" in page
    held, page = drawn(hidden=True)
    assert (held.fullest, list(held.shown)) == (None, list(range(9, 21)))
    assert "begins at" not in page
    assert "1 hour is withheld" in page


def test_what_is_held_back_is_not_called_none() -> None:
    held = tally(9, 3600.0, chat=1800.0)
    held = Tally({**held.states, "busy_in_pause": Figure(None, None), "ready_time": Figure(None, None),
                  "agent_time_multichannel": Figure(None, None)}, held.channels)  # fmt: skip
    assert held.several is None
    assert "staffed" not in {each.name for each in equations(held, [], ["chat"])}
    visit = Visit(at_the_machine(), "en", "/agent-time", NOW)
    none = Row({}, {name: Figure(0.0, 0) for name in extra.COUNTED})
    section = extra.oddities(lambda _: Result(NOW, (none,), ()), Query(("agent_time_wall",)), held, visit)
    assert str(section).count("className='withheld'") == 1
    grid = str(aside.overlap(visit, tally(9, 3600.0, chat=900.0, voice=900.0), {("chat", "voice"): None}, ["chat", "voice"]))
    assert grid.count("className='withheld'") == 2


# --- sums ------------------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=9))
def test_what_is_printed_adds_up_as_printed(milliseconds: list[int]) -> None:
    levels = [(at, ms / 1000) for at, ms in enumerate(milliseconds, 1)]
    wall, gross = sum(milliseconds) / 1000, sum(at * ms for at, ms in enumerate(milliseconds, 1)) / 1000
    whole = tally(9, wall, chat=gross)
    for each in equations(whole, levels, ["chat"]):
        terms, total = each.printed()
        if each.name == "staffed":
            continue
        assert each.residual_ms == 0
        assert round(sum(value for _, value in terms), each.decimals) == pytest.approx(total)


def test_what_does_not_add_up_says_by_how_much() -> None:
    (levels,) = [each for each in equations(tally(9, 3600.0, chat=3600.0), [(1, 3599.998)], ["chat"]) if each.name == "levels"]
    assert levels.residual_ms == 2


def test_shares_that_are_not_known_are_no_equation() -> None:
    unknown = Tally(tally(3).states, {"chat": {"agent_time_gross": Figure(60.0, 3), "share": Figure(None, 0)}})
    assert unknown.unshared
    assert "shares" not in {each.name for each in equations(unknown, [(1, 3600.0)], ["chat"])}


def test_contacts_that_were_not_asked_for_are_unknown_not_none() -> None:
    untold = Tally(tally(3).states, {"chat": {"agent_time_gross": Figure(60.0, 3), "share": Figure(60.0, 3)}})
    assert untold.contacts is None
    assert (Tally().contacts, tally(3, chat=9.0).contacts) == (0, 2)


# --- the day ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 1380), ("2026-10-25", 1500), ("2026-11-26", 1440)])
def test_a_day_is_as_long_as_it_is(day: str, length: int) -> None:
    window = Window.of(date.fromisoformat(day), PARIS)
    assert window.length == window.until == length
    assert window.ends - window.begins == timedelta(minutes=length)
    assert window.share(window.begins) == 0
    assert window.share(window.ends) == 1


@pytest.mark.parametrize(
    ("since", "until"), [("60", "120"), ("0", "1440"), ("", ""), ("120", "60"), ("x", "9"), ("-5", "90"), ("0", "99999"), ("7", "9")]
)
def test_a_window_is_what_an_address_can_mean_or_the_whole_day(since: str, until: str) -> None:
    window = Window.of(date(2026, 11, 26), PARIS, since, until)
    if since == "60" or until == "1440":
        assert (window.since, window.until) == (int(since), int(until))
        assert window.given
    else:
        assert (window.since, window.until, window.given) == (0, 1440, False)


@given(st.integers(0, 1400), st.integers(5, 1440), st.sampled_from((0.5, 2.0, -0.5, 0.25)))
def test_every_step_stays_inside_the_day(since: int, long: int, step: float) -> None:
    window = Window.of(date(2026, 11, 26), PARIS, str(since), str(min(since + long, 1440)))
    for begin, end in (window.moved(step), window.scaled(abs(step))):
        assert 0 <= begin < end <= window.length
    assert window.moved(step)[1] - window.moved(step)[0] == window.until - window.since


def test_a_day_nobody_has_meant_is_today() -> None:
    assert [day_of(text, date(2026, 1, 2)) for text in ("", "2026-13-01", "20261101", "0001-01-01", "2026-02-03")] == [
        date(2026, 1, 2), date(2026, 1, 2), date(2026, 1, 2), date(2026, 1, 2), date(2026, 2, 3),
    ]  # fmt: skip


def test_without_a_day_it_is_the_last_one_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just after midnight today is empty; a day that is named is that day, empty or not."""
    just = datetime(2026, 11, 27, 23, 5, tzinfo=UTC)  # five past midnight of the 28th in Paris
    days = {date(2026, 11, 25): 3600.0, date(2026, 11, 26): 7200.0, date(2026, 11, 28): None}
    rows = [
        Row({"at": datetime(on.year, on.month, on.day, tzinfo=UTC)}, {"agent_time_wall": Figure(wall, 0), "staffed_time": Figure(None, 0)})
        for on, wall in days.items()
    ]
    monkeypatch.setattr(agent_day, "ask", lambda query: Result(just, tuple(rows), ()))
    visit = Visit(at_the_machine(), "en", "/agent-time/day", just, filters={"agent": ("a1",)})
    assert agent_day._window(visit).day == date(2026, 11, 26)
    monkeypatch.setattr(agent_day, "ask", lambda query: pytest.fail("nothing has to be asked for a day that is named"))
    assert agent_day._window(replace(visit, filters={"agent": ("a1",), "day": ("2026-11-28",)})).day == date(2026, 11, 28)
    assert (Window.of(date(2026, 11, 26), PARIS).shown, Window.of(date(2026, 11, 26), PARIS, "540", "600").shown) == (
        "00:00 – 24:00", "09:00 – 10:00",
    )  # fmt: skip


def test_the_second_line_does_not_contradict_the_first() -> None:
    """77 seconds of 6 h 51 ran on two channels: it is not one contact at a time, and not 0 % either."""
    mixed = tally(1, 24_660.0, chat=24_737.0)
    mixed = Tally({**mixed.states, "agent_time_multichannel": Figure(77.0, 1)}, mixed.channels)
    window = Window.of(date(2026, 11, 26), PARIS)
    known = AgentDay((), (State("", "ready", NOW, None),), ())
    told = Day("a1", "Ana", window, NOW, known, (), mixed, ((1, 24_583.0), (2, 77.0)), {}, limited=False)
    assert "1,00 à la fois" in story.answer(told, "fr")
    assert "**<\u00a01\u00a0%** du temps" in story.lede(told, "fr")
    alone = replace(told, tally=tally(1, 24_660.0, chat=24_660.0), levels=((1, 24_660.0),))
    assert "un contact à la fois" in story.answer(alone, "fr")
    assert "Jamais plus d’un contact" in story.lede(alone, "fr")


@pytest.mark.parametrize(
    ("language", "late", "dated"),
    [
        ("en", "genesys has sent nothing of this kind since", "(genesys: nothing of this kind since)"),
        ("fr", "genesys n’a rien transmis de cet ordre depuis le", "(genesys\u00a0: rien de cet ordre depuis)"),
    ],
)
def test_the_source_that_holds_the_date_back_is_named_on_the_day_and_in_the_workbook(language: Language, late: str, dated: str) -> None:
    """As on the page of agent time; where no source is further than another, none is."""
    window = Window.of(date(2026, 11, 26), PARIS)
    mine = replace(tally(1, chat=3600.0), as_of=NOW - timedelta(days=2, hours=6), slowest="genesys")
    told = Day("a1", "Ana", window, NOW, AgentDay((), (State("", "ready", NOW, None),), ()), (), mine, (), {}, limited=False)
    visit = Visit(at_the_machine(), language, "/agent-time", NOW, zone=PARIS)
    asked = Asked.of(visit)
    assert late in str(agent_day._remarks(visit, told))
    assert any(dated in line for line in _about(visit, asked, {}, mine, 0))
    alike = replace(mine, slowest="")
    remarks, about = str(agent_day._remarks(visit, replace(told, tally=alike))), " ".join(_about(visit, asked, {}, alike, 0))
    assert "genesys" not in remarks + about
    assert len(agent_day._remarks(visit, replace(told, tally=alike))) == len(agent_day._remarks(visit, told))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=30))
def test_lanes_never_overlap_and_are_as_few_as_contacts_at_once(pairs: list[tuple[int, int]]) -> None:
    bars = [Bar("", "", "", "", (Piece("talk", float(start), float(start + long)),)) for start, long in sorted(pairs)]
    lanes = packed(bars)
    for one, mine in zip(bars, lanes, strict=True):
        beside = [other for other, lane in zip(bars, lanes, strict=True) if lane == mine and other is not one]
        assert all(other.end <= one.start or other.start >= one.end for other in beside)
    most = max((sum(other.start <= one.start < other.end for other in bars) for one in bars), default=0)
    assert len(set(lanes)) == most


# --- periods, order, file --------------------------------------------------------------------------------------------------------------


def test_periods_are_whole_local_days() -> None:
    assert (of("7d", NOW, PARIS).first, of("7d", NOW, PARIS).end) == (date(2026, 11, 21), date(2026, 11, 28))
    assert (of("today", NOW, PARIS).first, of("today", NOW, PARIS).days) == (date(2026, 11, 28), 1)
    assert of("yesterday", NOW, PARIS).first == date(2026, 11, 27)
    assert (of("13m", NOW, PARIS).first, of("13m", NOW, PARIS).end) == (date(2025, 11, 1), date(2026, 11, 29))
    assert of("2026-10", NOW, PARIS).days == 31
    named = of("", NOW, PARIS, "2026-10-24", "2026-10-25")
    assert (named.days, named.until - named.since.astimezone(UTC)) == (2, timedelta(hours=49))
    assert of("whatever", NOW, PARIS, "2026-10-25", "2026-10-24") == of("7d", NOW, PARIS)


def test_rows_come_in_the_order_asked_for_and_unknown_ones_last() -> None:
    groups = {"b": tally(5, 100.0, chat=300.0), "a": tally(5, 200.0, chat=200.0), "c": Tally()}
    names = {"a": "Écrit", "b": "Zoé", "c": "Ève"}.__getitem__
    assert order(groups, names, "") == ["a", "b", "c"]
    assert order(groups, names, "-at_once") == ["b", "a", "c"]
    assert order(groups, names, "-name") == ["b", "c", "a"]
    assert set(order(groups, names, "nonsense")) == {"a", "b", "c"}
    assert found(["a", "b", "c"], names, "ecri") == ["a"]


def test_the_file_runs_no_formula_and_leaves_unknown_values_empty() -> None:
    text = as_csv({"=1+1": tally(5, 100.0, chat=300.0)}, lambda key: f"@{key}", ["chat", "voice"], "agent_time_equal", agents=False)
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["team"], line["name"]) == ("'=1+1", "'@=1+1")
    assert (line["agent_time_wall"], line["agent_time_gross.chat"], line["agent_time_equal.chat"]) == ("100.0", "300.0", "100.0")
    assert (line["agent_time_gross.voice"], line["capacity_utilisation"]) == ("", "")


def test_the_workbook_says_what_was_asked_in_the_words_of_the_page() -> None:
    viewer = replace(at_the_machine(), scope=Scope.of(site=("s1",), team=("t1", "t9")))
    said = {"period": ("2026-10",), "team": ("t1",), "channel": ("voice",), "search": ("zoé",)}
    visit = Visit(viewer=viewer, language="en", path="/agent-time", now=NOW, filters=said)
    known = {("team", "t1"): "After-sales", ("site", "s1"): "Lyon"}
    about = _about(visit, Asked.of(visit), known, Tally(), 2)
    assert about[3:6] == ["Team: After-sales", "Channel: Voice", "Find by name: zoé"]
    assert about[6] == "Scope: Site Lyon · Team After-sales, t9"
    assert about[-1].startswith("2 teams have too few agents")
    assert (_part(viewer.scope), _part(Scope.all())) == ("-site-s1-team-t1-t9", "")
    bare = _about(replace(visit, filters={}), Asked.of(visit), {}, Tally(), 0)
    assert [line.partition(":")[0] for line in bare] == ["Agent time", "Period", "Kind of share", "Scope", "Asked"]


def test_the_workbook_names_no_team_outside_the_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    called = {("team", key): f"Team {key}" for key in ("t1", "t2", "t9")} | {("site", "s1"): "Lyon"}
    monkeypatch.setattr(agent_time, "desk", lambda: SimpleNamespace(store=None))
    monkeypatch.setattr(agent_time.standing, "names", lambda store: called)
    monkeypatch.setattr(agent_time, "ask", lambda query: Result(NOW, (Row({"team": "t2", "channel": "voice"}, {}),), ()))
    visit = Visit(at_the_machine(), "en", "/agent-time", NOW, filters={"team": ("t1", "t2", "t9")})
    limited = replace(visit, viewer=replace(visit.viewer, scope=Scope.of(site=("s1",), team=("t1",))))
    asked = Asked.of(limited)
    assert "Team: Team t1, Team t2, t9" in _about(limited, asked, agent_time._called(limited, asked), Tally(), 0)
    assert agent_time._called(visit, asked) == called


def test_full_by_the_clock_and_not_by_capacity_is_said_of_whom_both_speak() -> None:
    both = {"occupancy": Figure(0.95, 9), "capacity_utilisation": Figure(0.4, 9), "capacity_coverage": Figure(1.0, 9)}
    part = both | {"capacity_coverage": Figure(0.9, 9)}  # the rest may be what fills the clock
    assert _full({"a": Tally(both), "b": Tally(part), "c": tally(5)}) == [0.4]


def test_the_workbook_is_the_table_with_what_was_asked_above() -> None:
    some = tally(5, 90_000.0, chat=300.0)
    known = {"capacity_utilisation": Figure(0.4, 5), "capacity_coverage": Figure(0.6, 5)}
    rows = [("=1+1", some), ("Zoé", replace(some, states=dict(some.states) | known))]
    book = as_xlsx(["Agent time", "Period: 1 Nov"], rows, ("All teams", some), ["chat", "voice"], "en", agents=False)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert [sheet.cell(1, 1).value, sheet.cell(2, 1).value] == ["Agent time", "Period: 1 Nov"]
    head = [cell.value for cell in sheet[4]]
    assert head[:5] == ["Team", "Agents (number)", "Contacts (number)", "Wall (h:min:s)", "Chat: share (h:min:s)"]
    line = dict(zip(head, sheet[6], strict=True))
    assert sheet["A5"].value == "=1+1"
    assert sheet["A5"].data_type == "s"
    assert line["Wall (h:min:s)"].value == timedelta(hours=25)
    assert line["Wall (h:min:s)"].number_format == "[h]:mm:ss"
    assert (line["Voice: share (h:min:s)"].value, line["Capacity (%)"].value, line["Capacity known (%)"].value) == (None, 0.4, 0.6)
    assert [sheet["A7"].value, sheet["A7"].font.bold] == ["All teams", True]


def test_time_worked_is_never_written_in_days() -> None:
    assert [hours(value, "en") for value in (None, 0, 29, 90, 3600, 484_000)] == [
        NOTHING, "0\u00a0min", "<\u00a01\u00a0min", "2\u00a0min", "1\u00a0h\u00a000\u00a0min", "134\u00a0h\u00a027\u00a0min",
    ]  # fmt: skip
    worked, resolved = metrics()["agent_time_wall"], metrics()["resolution_time"]
    assert [written(worked, value, "fr") for value in (484_000.0, 0.0)] == ["134\u00a0h\u00a027", "0\u00a0min"]
    assert written(resolved, 484_000.0, "fr") == "5\u00a0j\u00a014\u00a0h"  # who waits, waits in days
    assert hours(4_000_000, "fr", short=True) == "1\u202f111\u00a0h\u00a007"
