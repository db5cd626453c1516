"""Every view of single agents leaves one kind of line, whatever road it comes by, and the agent can read it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import apogee
from dashboard import seen
from dashboard.api import ROUTES, api
from dashboard.console import words
from dashboard.front import DAY_STREAM, STREAM, Front
from dashboard.guard import CSRF_HEADER, UPDATE
from dashboard.live.memory import Memory
from dashboard.people.rules import Grant
from dashboard.seen import VIEW, concerns
from dashboard.viewer import Role
from dashboard.word import plain
from ingest.writer import Writer
from metrics.promise import PROMISES
from sql import standing
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger.door import open_ledger
from tests.arrival_help import KEYS
from tests.conftest import empty
from tests.halves import NOW, fill
from tests.people_help import HERE, Browser, account, closed
from tests.test_scope import first

DAY = "2026-11-20"


@pytest.fixture(scope="module")
def front(engine: Store) -> Iterator[Front]:
    empty(engine)
    writer = Writer(engine, KEYS, lambda: NOW)
    fill(writer, "north")
    writer.close()
    built = closed(engine, blueprints=[(api(engine), ROUTES)])
    account(built, "anna", Grant(Role.SUPERVISOR, named=True, limits=(("team", "north-team"),)))
    account(built, "ben", Grant(Role.SUPERVISOR, everything=True, named=True))
    account(built, "one", Grant(Role.AGENT, agent="north-1"))
    yield built
    built.close()
    empty(engine)


def looks(front: Front, by: str) -> list[tuple[str, dict[str, Any]]]:
    with front.ledger.read() as session:
        return [(line.about, line.detail) for line in audit.lines(session, by=by, action=VIEW)]


def redrawn(browser: Browser, agent: str, day: str = DAY) -> Any:
    """What a browser sends when the lanes of a day have to be laid out again; the address is whatever it says."""
    asked = {
        "output": "day-board.children", "outputs": {"id": "day-board", "property": "children"}, "changedPropIds": ["day-shape.data"],
        "parsedChangedPropsIds": [], "inputs": [{"id": "day-shape", "property": "data", "value": "x"}],
        "state": [{"id": "address", "property": "search", "value": f"?agent={agent}&day={day}&lang=en"}],
    }  # fmt: skip
    return browser.client.post(UPDATE, json=asked, headers={CSRF_HEADER: browser.token}, environ_overrides=HERE)


def test_attack_the_redraw_of_a_day_asked_for_another_agent_leaves_its_line(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Browser(front, "anna")
    anna.view("/agent-time/day", f"?agent=north-1&day={DAY}&lang=en")
    assert len(looks(front, "anna")) == 1
    for agent in ("north-1", "north-2", "north-2"):
        assert redrawn(anna, agent).status_code == 200
    told = looks(front, "anna")
    assert [about for about, _ in told] == ["agent/north-2", "agent/north-1"], (
        "an open page goes on with its line, another agent has his own"
    )
    assert told[0][1] == {"page": "agent-time/day", "day": DAY, "scope": ["team=north-team"]}
    monkeypatch.setattr(seen, "GOES_ON", timedelta(seconds=-1))
    redrawn(anna, "north-2")
    assert len(looks(front, "anna")) == 3, "and every quarter of an hour"


def test_the_stream_of_a_day_leaves_its_line_and_takes_no_endless_name(front: Front) -> None:
    ben = Browser(front, "ben")
    for query in (b"lang=en", b"agent=" + b"x" * 501):
        assert asyncio.run(first(front, DAY_STREAM, ben.cookie(), query)).startswith("400")
    asyncio.run(first(front, DAY_STREAM, ben.cookie(), f"agent=north-3&day={DAY}".encode()))
    assert looks(front, "ben")[0] == ("agent/north-3", {"page": DAY_STREAM, "day": DAY})


def test_no_agent_is_told_of_a_look_by_somebody_whose_scope_does_not_hold_her(front: Front) -> None:
    anna = Browser(front, "anna")
    for agent, day in (("south-1", DAY), ("north-1", "2025-01-01")):  # another team; nothing of hers on that day
        search, before = f"agent={agent}&day={day}&lang=en", looks(front, "anna")
        page = anna.view("/agent-time/day", f"?{search}")
        assert page.status_code == 200
        assert "Open the last day known to you" in page.text
        assert "Open the last day known:" not in page.text, "when somebody last worked is a look at her, and this one leaves no line"
        assert redrawn(anna, agent, day).status_code == 200
        assert asyncio.run(first(front, DAY_STREAM, anna.cookie(), search.encode())).startswith("200")
        assert looks(front, "anna") == before
    asyncio.run(first(front, DAY_STREAM, anna.cookie(), f"agent=north-2&day={DAY}".encode()))
    page = anna.view("/agent-time/day", f"?agent=north-4&day={DAY}&lang=en")
    assert '"north-4"' not in page.text, "whoever is in sight is called by her name, in the menu too"
    told = {about for about, _ in looks(front, "anna")}
    assert {"agent/north-2", "agent/north-4"} <= told, "and of hers she is"


def test_whoever_sees_a_part_of_the_company_reads_which_on_every_page(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    for path in ("/live", "/live/waiting", "/agent-time", "/handbook/contacts"):
        for browser, limited in ((anna, True), (ben, False)):
            page = browser.view(path, "?lang=en").get_data(as_text=True)
            assert ("of this part of the company: Team Team north" in page) == limited, path
            assert ('"limits"' in page) == limited, path


def test_the_scope_above_a_page_is_named_without_asking_each_time_and_by_its_ids_where_the_store_fails(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, desk = Browser(front, "anna"), front.server.extensions["apogee"]
    desk.memory, asked, names = Memory(), [], standing.names
    monkeypatch.setattr(standing, "names", lambda store: asked.append(store) or names(store))
    for _ in range(2):
        assert "company: Team Team north" in anna.view("/handbook/contacts", "?lang=en").text
    assert len(asked) == 1
    desk.memory = Memory()
    monkeypatch.setattr(standing, "names", lambda store: 1 / 0)
    page = anna.view("/live/waiting", "?lang=en")
    assert page.status_code == 200
    assert "company: Team north-team" in page.text
    assert plain("frame.broken_title", "en") in page.text


def test_after_its_idle_time_a_session_is_good_for_the_board_on_a_wall_alone(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    ben, later = Browser(front, "ben"), datetime.now(UTC) + timedelta(minutes=31)
    shape, where = {"id": "live-shape", "property": "data", "value": "x"}, {"id": "address", "property": "search", "value": "?lang=en"}
    board = {"output": "live-board.children", "outputs": {"id": "live-board", "property": "children"}, "inputs": [shape], "state": [where]}

    def answers() -> list[int]:
        drawn = ben.client.post(UPDATE, json=board, headers={CSRF_HEADER: ben.token}, environ_overrides=HERE).status_code
        streams = [asyncio.run(first(front, path, ben.cookie(), f"agent=north-3&day={DAY}".encode()))[:3] for path in (STREAM, DAY_STREAM)]
        return [drawn, redrawn(ben, "north-3").status_code, *map(int, streams)]

    assert answers() == [200, 200, 200, 200]
    monkeypatch.setattr(front.people, "clock", lambda: later)
    assert answers() == [200, 401, 200, 401], "and what the open pages asked for by themselves was no use of it"
    assert ben.view("/live").status_code == 401


def test_attack_a_refused_question_fills_no_log(front: Front) -> None:
    ben, before = Browser(front, "ben"), len(looks(front, "ben"))
    for body in (
        {"metrics": ["nonsense"], "by": ["agent"]},
        {"metrics": ["handled"], "by": ["agent", "nonsense"]},
        {"metrics": ["handled"], "where": {"agent": ["x" * 501]}},
    ):
        assert asked(ben, body).status_code == 400
    assert ben.view("/agent-time/day", f"?agent={'x' * 501}&lang=en").status_code == 200
    assert len(looks(front, "ben")) == before
    assert asked(ben, {"metrics": ["handled"], "where": {"agent": [f"a{number}" for number in range(900)]}}).status_code == 200
    assert [about for about, _ in looks(front, "ben")[: -before or None]] == ["agent/*"], "one line, not nine hundred"


def asked(browser: Browser, body: dict[str, Any]) -> Any:
    return browser.client.post("/api/v1/query", json=body, headers={CSRF_HEADER: browser.token}, environ_overrides=HERE)


def test_a_question_through_the_api_or_the_command_line_leaves_its_line(front: Front, engine: Store, tmp_path: Path) -> None:
    ben = Browser(front, "ben")
    asked(ben, {"metrics": ["handled"], "by": ["agent"], "where": {"team": ["north-team"]}, "since": f"{DAY}T00:00:00Z"})
    told = {"through": "API", "since": f"{DAY}T00:00+00:00", "metrics": ["handled"], "where": ["team=north-team"]}
    assert looks(front, "ben")[0] == ("agent/*", told)
    url, parser = f"sqlite:///{tmp_path}/ledger.sqlite", argparse.ArgumentParser()
    words(parser)
    ledger = open_ledger(url)
    for said in (["handled", "--by", "agent"], ["handled", "--by", "team"], ["handled", "--where", "agent=north-2", "--by", "channel"]):
        place: Any = SimpleNamespace(store=engine, settled=engine, promises=PROMISES, ledger=ledger)
        assert apogee._query(place, parser.parse_args(said), StringIO()) == 0
    with ledger.read() as session:
        assert [(line.by, line.about) for line in audit.lines(session)] == [
            ("command line", "agent/north-2"), ("command line", "agent/*"),
        ]  # fmt: skip
    ledger.close()


def test_an_agent_reads_who_looked_at_him_at_his_team_and_at_everybody(front: Front) -> None:
    anna, one = Browser(front, "anna"), Browser(front, "one")
    for search in ("by=agent&team=north-team", "by=agent"):
        anna.view("/agent-time", f"?{search}&from=2026-11-16&to=2026-11-19&lang=en")
    text = one.view("/me", "?lang=en").text
    assert "your team, agent by agent" in text
    assert "all agents, one by one" in text
    with front.ledger.write() as session:
        audit.write(session, "zoe", VIEW, "team/another")
        audit.write(session, "yves", VIEW, "agent/*", {"scope": ["team=another"]})
    text = one.view("/me", "?lang=en").text
    assert "zoe" not in text
    assert "yves" not in text


JOINED = [(datetime(2026, 1, 1, tzinfo=UTC), "a"), (datetime(2026, 6, 1, tzinfo=UTC), "b")]


@pytest.mark.parametrize(
    ("about", "detail", "shown"),
    [
        ("agent/x", {}, True),
        ("agent/y", {}, False),
        ("agent/x", {"through": "API", "scope": ["team=c"]}, False),
        ("agent/x", {"through": "API", "scope": ["team=a"]}, True),
        ("agent/x", {"page": "agent-time/day", "scope": ["team=c"]}, True),
        ("team/a", {}, True),
        ("team/c", {}, False),
        ("team/a", {"since": "2026-07-01T00:00+00:00"}, False),
        ("team/a", {"since": "2026-05-01T00:00+00:00", "until": "2026-07-01T00:00+00:00"}, True),
        ("team/b", {"until": "2026-05-01T00:00+00:00"}, False),
        ("agent/*", {}, True),
        ("agent/*", {"scope": ["team=c"]}, False),
        ("agent/*", {"scope": ["team=c", "team=b"]}, True),
        ("team/*", {"scope": ["team=a"], "since": "2026-07-01T00:00+00:00"}, False),
        ("agent/*", {"where": ["team=a"], "since": "2026-02-01T00:00+00:00"}, True),
        ("agent/*", {"scope": ["site=s"]}, True),
        ("agent/*", {"scope": ["agent=y"]}, False),
    ],
)
def test_a_look_concerns_those_it_showed(about: str, detail: dict[str, Any], shown: bool) -> None:
    line = audit.Line(about=about, detail=detail)
    assert concerns(line, "x", JOINED) is shown
