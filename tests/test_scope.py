"""Nobody is shown what lies outside his scope: not a name, not a number, not a difference.

Everything that can be asked is taken from the registers themselves (pages, callbacks, routes, streams, metrics), so that what is added is
walked without being named here. Each is asked by one role in every scope and by every role in one, twice: of a company that is the north
alone, and of one with a south beside it. The two answers must be equal to the last character.
"""

from __future__ import annotations

import asyncio
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import product
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.agent.board import Watched
from dashboard.api import ROUTES, api
from dashboard.front import STREAMS, Front
from dashboard.guard import CSRF_HEADER, DASH_ROUTES, UPDATE, Public
from dashboard.live.arrival import Whose
from dashboard.live.floor import Floor
from dashboard.page import Page, pages
from dashboard.people import office
from dashboard.people.keeping import Periods
from dashboard.people.rules import Grant, Rules
from dashboard.viewer import Role, Viewer
from ingest.writer import Writer
from metrics import dimension, registry
from metrics.query import SCOPE_DIMENSIONS, Query, Scope
from metrics.run import ask
from metrics.small import LEAST, delicate
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger.door import PASSING, open_ledger
from tests.arrival_help import KEYS
from tests.conftest import empty
from tests.halves import NOW, SCOPES, fill
from tests.people_help import HERE, Browser, account, closed

GRANTS = {
    f"{role}.{scope}": Grant(role, named=named, limits=limits)
    for role in Role
    if role != Role.AGENT
    for scope, limits, named in [*((name, limits, True) for name, limits in SCOPES.items()), ("counted", SCOPES["team"], False)]
} | {"agent.himself": Grant(Role.AGENT, agent="north-1"), "analyst.nothing": Grant(Role.ANALYST, named=True)}
SEGMENTS = ("north-1", "south-1", "north-c3-0", "south-c3-0", "south-team", "offered")
# What the others are asked of: callbacks and streams by an address, exports by a filter, the API by a question.
ADDRESSES = ("", "&agent=north-1", "&team=south-team&agent=south-1")
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"metrics": ["handled", "offered"], "by": ["team", "queue"]},
    {"metrics": ["handled"], "where": {"team": ["south-team"]}},
    {"metrics": ["agent_time_wall"], "by": ["agent"]},
    {"metrics": ["agent_time_wall"], "where": {"agent": ["south-1"]}},
    {"metrics": ["handled"], "by": ["site"], "known_at": f"{NOW + timedelta(minutes=1):%Y-%m-%dT%H:%MZ}"},
)
SOUTH = {"team": "south-team", "agent": "south-1", "queue": "south-voice", "site": "south-site", "about": "agent/south-1"}
Answers = dict[str, str]
MAY: dict[str, frozenset[Role]] = {}  # by what was asked: who may


class Frozen(datetime):
    """Always the same moment."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return NOW.astimezone(tz or UTC)


@pytest.fixture(scope="module")
def still() -> Iterator[None]:
    """Time stands still wherever the application reads it, so that two renderings differ by nothing but the data."""
    patch = pytest.MonkeyPatch()
    pages()
    for name, module in list(sys.modules.items()):
        if name.startswith(("dashboard", "metrics", "sql.ledger")) and getattr(module, "datetime", None) is datetime:
            patch.setattr(module, "datetime", Frozen)
    yield
    patch.undo()


def worlds(store: Store) -> Iterator[Writer]:
    """The north alone, then with the south beside it."""
    empty(store)
    writer = Writer(store, KEYS, lambda: NOW)
    fill(writer, "north")
    yield writer
    fill(writer, "south")
    yield writer
    writer.close()


def opened(writer: Writer) -> Front:
    """The whole application, with its API and its office of personal data."""
    store, ledger = writer.store, open_ledger(PASSING)
    personal = office.routes(office.Office(writer, ledger, Periods(), Rules(), lambda: None))
    front = closed(store, blueprints=[(api(store), ROUTES), (personal, office.ROUTES)], ledger=ledger)
    for name, grant in GRANTS.items():
        account(front, name, grant)
    front.people.clock = lambda: NOW
    with ledger.write() as session:  # what somebody of the whole company looked at
        audit.write(session, "root", "view.named", "agent/south-1", {"page": "agent-time/contact", "contact": "south-c3-0"}, at=NOW)
        audit.write(session, "root", "view.named", "team/south-team", {"where": ["site=south-site"]}, at=NOW)
    return front


@pytest.fixture(scope="module")
def seen(engine: Store, still: None) -> list[tuple[dict[str, Answers], Answers]]:
    """By world, each made once: every answer by account and by what was asked, and every metric by its name and limit.

    The store is left with both halves.
    """
    found = []
    for writer in worlds(engine):
        front = opened(writer)
        answers = {name: dict(everything(front, name)) for name in GRANTS}
        front.close()
        found.append((answers, {f"{name} {scope}": told(engine, name, scope) for name, scope in product(registry.metrics(), SCOPES)}))
    return found


@pytest.fixture(scope="module")
def walked(seen: list[tuple[dict[str, Answers], Answers]]) -> list[dict[str, Answers]]:
    """By world and account: every answer by what was asked."""
    return [answers for answers, _ in seen]


def everything(front: Front, name: str) -> Iterator[tuple[str, str]]:
    browser = Browser(front, name)
    viewer = front.people.viewer(browser.cookie())
    assert viewer is not None
    for page, filters in ((each, filters) for each in pages() for filters in sorted({"", south(each)})):
        if filters and viewer.role != min(page.may):
            continue  # one role of each page: the filters meet the same scope whoever asks
        scope, eldest = name.partition(".")[2], min(page.may)
        if viewer.role in page.may - {eldest} and scope != "team" and f"{eldest}.{scope}" in GRANTS:
            continue  # what a page shows depends on the scope: one role sees it in each of them, the others in one
        every = paths(page.path)
        for path in every if viewer.role == min(page.may) else dict.fromkeys((every[0], every[-1])):
            yield f"page {path}{filters}", text(browser.view(path, f"?lang=en{filters}"))
    for output, entry in front.gate._app.callback_map.items():
        for asked in some(viewer, front.gate.callbacks[output], ADDRESSES) if output != "view.children" else ():
            MAY[f"callback {output}{asked}"] = front.gate.callbacks[output]
            yield f"callback {output}{asked}", text(called(browser, output, entry, asked))
    yield from routed(front, browser, viewer)
    for path, may in STREAMS.items():
        for asked in some(viewer, may, ADDRESSES):
            MAY[f"stream {path}{asked}"] = may
            yield f"stream {path}{asked}", asyncio.run(first(front, path, browser.cookie(), f"lang=en{asked}".encode()))


def some(viewer: Viewer, may: frozenset[Role], every: tuple[Any, ...]) -> tuple[Any, ...]:
    """All of them for one role of those who may, in each of its scopes, which are what the answers depend on; one for the others."""
    return every if viewer.role == min(may) else every[1:2]


def routed(front: Front, browser: Browser, viewer: Viewer) -> Iterator[tuple[str, str]]:
    """Every route by every method. What changes something is sent by those only who may not: it has to be refused."""
    for each in front.server.url_map.iter_rules():
        may = front.gate.routes.get(each.rule, frozenset())
        if each.rule in DASH_ROUTES or isinstance(may, Public):
            continue
        path = re.sub("<int:[^>]+>", "1", each.rule).replace("<kind>", "xlsx")
        assert "<" not in path, "say what to ask of a new parameter"
        if "GET" in (each.methods or ()):
            for asked in some(viewer, may, ("", "?by=agent&lang=en", "?by=agent&team=south-team&lang=en")):
                MAY[f"route {path}{asked}"] = may
                yield f"route {path}{asked}", text(browser.get(f"{path}{asked}"))
        elif path == "/api/v1/query":
            for question in some(viewer, may, QUESTIONS):
                answer = browser.client.post(path, json=question, headers={CSRF_HEADER: browser.token}, environ_overrides=HERE)
                yield f"question {question}", text(answer)
        elif not viewer.may(may):
            MAY[f"form {path}"] = may
            yield f"form {path}", text(browser.post(path))


def south(page: Page) -> str:
    """What the address of a page may ask of the other part of the company; what it has no filter for is refused anyway."""
    return "".join(f"&{name}={value}" for name, value in SOUTH.items() if name in page.asks)


def paths(path: str) -> list[str]:
    return [re.sub("<[^>]+>", each, path) for each in SEGMENTS] if "<" in path else [path]


def text(answer: Any) -> str:
    """What came, without what is random: the tokens of the session, and the marks Dash puts on a document."""
    return re.sub(r'"end_id":"[^"]*"|name="csrf" value="[^"]*"', "", f"{answer.status_code} {_said(answer)}")


def _said(answer: Any) -> str:
    """The text of an answer; of a workbook that of its sheets, without the moment it was made."""
    if not answer.data.startswith(b"PK"):
        return str(answer.text)
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in sorted(book.namelist()) if name.startswith("xl/"))


def called(browser: Browser, output: str, entry: dict[str, Any], search: str) -> Any:
    values = {"pathname": "/live", "search": f"?lang=en{search}", "data": "x", "value": "south-team", "n_clicks": 1}

    def one(each: dict[str, str]) -> dict[str, Any]:
        return {**each, "value": values.get(each["property"])}

    outputs = [{"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]} for part in output.strip(".").split("...")]
    asked = {
        "output": output, "outputs": outputs if output.startswith("..") else outputs[0], "changedPropIds": [], "parsedChangedPropsIds": [],
        "inputs": [one(each) for each in entry["inputs"]], "state": [one(each) for each in entry["state"]],
    }  # fmt: skip
    headers = {CSRF_HEADER: browser.token}
    return browser.client.post(UPDATE, json=asked, headers=headers, environ_overrides=HERE)


async def first(front: Front, path: str, cookie: str, search: bytes = b"lang=en") -> str:
    """The first message of a stream."""
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    name = front.gate.cookie
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": search, "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"localhost"), (b"cookie", f"{name}={cookie}".encode())],
    }  # fmt: skip
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    serving = asyncio.ensure_future(front(scope, receive, sent.put))
    try:
        start = await asyncio.wait_for(sent.get(), 30)
        while True:
            body = (await asyncio.wait_for(sent.get(), 30)).get("body", b"")
            if b"data:" in body or start["status"] != 200:
                break
    finally:
        gone.set()
        await serving
    told = body.partition(b"data: ")[2] or body
    news = orjson.loads(told)
    return f"{start['status']} {sorted(news.get('leaves', news).items())} {news.get('shape')}"  # the version counts drawings: chance


@pytest.mark.parametrize("name", GRANTS)
def test_the_south_changes_nothing_for_somebody_of_the_north(walked: list[dict[str, Answers]], name: str) -> None:
    alone, beside = (world[name] for world in walked)
    assert alone.keys() == beside.keys()
    different = [asked for asked in alone if alone[asked] != beside[asked]]
    assert different == [], [(alone[asked][:3000], beside[asked][:3000]) for asked in different[:1]]


@pytest.mark.parametrize("name", GRANTS)
def test_no_name_of_the_south_is_shown_unless_it_was_asked_for(walked: list[dict[str, Answers]], name: str) -> None:
    for asked, answer in walked[1][name].items():
        if "south" not in asked:
            assert "south" not in answer.lower(), asked
    assert any("north" in answer for answer in walked[1]["supervisor.team"].values()), "the walk saw nothing at all"


def test_every_registered_thing_was_walked(walked: list[dict[str, Answers]]) -> None:
    asked = walked[0]["administrator.team"]
    for page in pages():
        assert any(f"page {path}" in asked for path in paths(page.path))
        seeing = {name.partition(".")[2] for name, grant in GRANTS.items() if grant.role in page.may}
        walked_in = {name.partition(".")[2] for name, answers in walked[0].items()
                     if GRANTS[name].role in page.may and f"page {paths(page.path)[0]}" in answers}  # fmt: skip
        assert walked_in == seeing, "a scope in which nobody saw this page"
    assert {f"stream {path}" for path in STREAMS} <= asked.keys()
    assert not [each for each, answer in asked.items() if answer.startswith("5")], "something failed instead of being refused"


def test_attack_another_roles_page_callback_stream_export_form_and_api_asked_for_directly(walked: list[dict[str, Answers]]) -> None:
    refused = dict.fromkeys(GRANTS, 0)
    for name, answers in walked[1].items():
        role = GRANTS[name].role
        for asked, may in MAY.items():
            if role not in may and asked in answers:
                assert answers[asked].startswith("403"), (name, asked)
                refused[name] += 1
        for page in pages():
            if role not in page.may:
                assert "not open to your role" in answers[f"page {paths(page.path)[0]}"], (name, page.path)
    assert refused["agent.himself"] > 20
    assert min(refused[name] for name in GRANTS if GRANTS[name].role != Role.ADMINISTRATOR) > 5
    for name in GRANTS:
        assert walked[1][name]["route /metrics?by=agent&lang=en"].startswith("403"), (
            "of the whole server, for whoever sees the whole company"
        )


def test_within_the_scope_there_is_something_to_see(walked: list[dict[str, Answers]]) -> None:
    """The walk would prove nothing of what answers nothing: the way from a figure to an agent's day and its contacts is open."""
    answers = walked[1]["administrator.team"]
    for asked in (
        "stream /live/events", "stream /agent-time/events&agent=north-1", "callback live-board.children",
        "callback day-board.children&agent=north-1", "route /agent-time.csv?by=agent&lang=en", "page /agent-time", "page /live",
        f"question {QUESTIONS[0]}", f"question {QUESTIONS[2]}", f"question {QUESTIONS[4]}",
    ):  # fmt: skip
        assert answers[asked].startswith("200"), (asked, answers[asked][:300])
        assert "north" in answers[asked].lower(), asked
    counted = walked[1]["administrator.counted"]["route /agent-time.csv?by=agent&lang=en"]
    assert counted.startswith("403"), "a file of single agents is refused in words, not answered by teams"
    assert "north" not in walked[1]["analyst.nothing"]["route /agent-time.csv?by=agent&lang=en"]


def test_every_metric_by_every_dimension_is_the_same_with_and_without_the_south(seen: list[tuple[dict[str, Answers], Answers]]) -> None:
    """The query layer alone: every metric, every limit, every grouping it has."""
    alone, beside = (metrics for _, metrics in seen)
    assert len(alone) == len(registry.metrics()) * len(SCOPES)
    assert [each for each in alone if alone[each] != beside[each]] == []
    assert sum("value" not in answer for answer in alone.values()) < len(alone)
    assert "south" not in repr(beside)


def told(store: Store, name: str, scope: str) -> str:
    metric = registry.metrics()[name]
    limits = Scope.of(named=True, **{scope: [value for _, value in SCOPES[scope]]})
    by = next((each for each in ("team", "queue", "channel") if all(dimension.has(fact, each) for fact in metric.facts)), "")
    query = Query((name,), by=(by,) if by else (), since=NOW - timedelta(days=30), until=NOW, scope=limits, now=NOW)
    try:
        return repr([(row.keys, row.figures) for row in ask(store, query).rows])
    except ValueError as refusal:
        return f"refused: {refusal}"


scopes = st.dictionaries(st.sampled_from(SCOPE_DIMENSIONS), st.lists(st.text('ab",[]', max_size=3), max_size=3), max_size=3)


@given(scopes, scopes, st.booleans(), st.booleans())
def test_two_scopes_never_share_an_entry_of_a_cache(one: Any, two: Any, named: bool, other: bool) -> None:
    first_, second = Scope.of(named=named, **one), Scope.of(named=other, **two)
    keys = [Query(("offered",), scope=each).key() for each in (first_, second)]
    boards = [Floor.of(each, {"team": ("x",)}) for each in (first_, second)]  # of live pages, and of what they remember
    days = [Watched.of(each, {"agent": ("a",)}, NOW.date()) for each in (first_, second)]
    pasts = [Whose(each, (), "UTC") for each in (first_, second)]
    for one_, other_ in (keys, boards, days, pasts):
        assert (one_ == other_) is (first_ == second)


def test_a_question_without_a_scope_is_refused(engine: Store) -> None:
    with pytest.raises(ValueError, match="who asks"):
        ask(engine, Query(("offered",)))


def test_small_cells_are_held_back_from_whoever_may_not_see_single_agents(engine: Store, walked: list[dict[str, Answers]]) -> None:
    query = Query(("csat", "offered"), by=("queue",), since=NOW - timedelta(days=5), until=NOW, now=NOW)
    seen, counted = (ask(engine, query.seen_by(Scope((), named=named))).rows for named in (True, False))
    assert delicate(registry.metrics()["csat"])
    assert any(0 < (row.figures["csat"].n or 0) < LEAST for row in seen)
    for whole, held in zip(seen, counted, strict=True):
        assert held.figures["offered"] == whole.figures["offered"], "counts of contacts are not about anybody"
        assert held.figures["csat"].value is None or (held.figures["csat"].n or 0) >= LEAST
    alone = [row for row in seen if 0 < (row.figures["csat"].n or 0) < LEAST]
    hidden = [row for row in counted if row.figures["csat"].n is None]
    assert len(hidden) >= min(2, len([row for row in seen if row.figures["csat"].n])), alone
