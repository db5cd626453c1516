"""What the maturity forms may send: in whose name, what may be set aside, what single agents' rows are shown to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.front import Front
from dashboard.matter import exit_of
from dashboard.page import Visit
from dashboard.pages import criterion, maturity
from dashboard.people import decide
from dashboard.people.rules import Grant
from dashboard.viewer import Role, Viewer
from metrics.maturity.answer import Answers, Waiver
from metrics.maturity.model import Bar, Kind, _whole
from metrics.maturity.score import Reading, judged, score
from metrics.query import Refused, Scope
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger import maturity as kept
from tests.maturity_help import AT
from tests.people_help import WORD, Browser, closed

BASE = "/api/v1/maturity"


@pytest.fixture(scope="module")
def front(engine: Store) -> Front:
    built = closed(engine)
    grant = Grant(Role.COMMITTEE, everything=True)
    for name in ("anna", "ben"):
        decide.make(built.people, "test", name, "Alex", grant, WORD, due=False)
    return built


def test_a_vote_is_of_the_account_and_in_no_other_name(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    number = anna.post(f"{BASE}/start", {"title": "November", "assessor": "anna"}).json["assessment"]
    vote = {"assessment": number, "criterion": "logistics.1.flows", "value": "1.0", "direction": "stores"}
    assert anna.post(f"{BASE}/vote", {**vote, "assessor": "anna", "ticket": "a"}).json == {"stored": True}
    assert ben.post(f"{BASE}/vote", {**vote, "value": "0.0", "ticket": "b"}).json == {"stored": True}
    refused = ben.post(f"{BASE}/vote", {**vote, "assessor": "anna", "ticket": "c"})
    assert refused.status_code == 403
    with front.ledger.read() as session:
        assert [(each.assessor, each.value) for each in kept.ballots(session, "")] == [("anna", 1.0), ("ben", 0.0)]


def test_setting_aside_counts_once_another_account_approves_it_and_is_refused_beyond_what_counts(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    first, second = ({"criterion": f"performance.2.{name}"} for name in ("families", "margin"))
    why, url = {"reason": "no stores", "approver": "chair"}, f"{BASE}/waiver"

    def waived(criterion: str) -> bool:
        with front.ledger.read() as session:
            said = tuple(Waiver(each.criterion, each.reason, each.approver, each.at) for each in kept.asides(session, ""))
        return Answers(waivers=said).waived(criterion)

    assert ben.post(url, {**first, "confirm": "1"}).status_code == 400, "nobody asks"
    assert anna.post(url, {**why, **first}).status_code == 200
    assert not waived(first["criterion"]), "a name in a form approves nothing"
    assert anna.post(url, {**read(front, **first), "confirm": "1"}).status_code == 400, "who asks does not approve"
    question = {"criterion": "logistics.2.seen"}
    assert anna.post(url, {**why, **question}).status_code == 200
    drawn = [each.view("/maturity/assess", "?lang=en&dimension=logistics").text for each in (anna, ben)]
    assert ["Waits for approval" in each for each in drawn] == [True, True]
    assert ['"data-send-confirm"' in each for each in drawn] == [False, True]
    number = read(front, **question)["number"]
    assert [f'"data-send-number":"{number}"' in each for each in drawn] == [True, True]
    assert anna.post(url, {**question, "gone": "1"}).status_code == 200
    assert anna.post(url, {**why, **second}).status_code == 200
    assert ben.post(url, {**read(front, **first), "confirm": "1", "reason": "another"}).status_code == 200
    assert waived(first["criterion"])
    assert anna.post(url, {**why, **first}).status_code == 409, "asking again would end it"
    refused = ben.post(url, {**read(front, **second), "confirm": "1"})
    assert (refused.status_code, "No more criteria of this cell" in refused.json["detail"]) == (409, True)
    assert anna.post(url, {**first, "gone": "1"}).status_code == 200
    assert anna.post(url, {**first, "gone": "1"}).status_code == 400
    assert ben.post(url, {**read(front, **second), "confirm": "1"}).status_code == 200


def read(front: Front, criterion: str) -> dict[str, str]:
    """What the page sends with a decision: the criterion, and the number of the request that was read."""
    with front.ledger.read() as session:
        asked = kept.asked_aside(kept.asides(session, ""), criterion)
    return {"criterion": criterion, "number": str(asked.number) if asked else ""}


def test_attack_a_request_that_took_the_place_of_the_one_that_was_read(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    url, one = f"{BASE}/waiver", {"criterion": "logistics.2.seen"}
    assert anna.post(url, {**one, "reason": "no stores"}).status_code == 200
    before = read(front, **one)
    assert anna.post(url, {**one, "reason": "we do not want to answer"}).status_code == 200
    for sent in ({**before, "confirm": "1"}, {**one, "confirm": "1"}, {**before, "gone": "1"}):
        refused = ben.post(url, sent)
        assert (refused.status_code, "not the one that waits" in refused.json["detail"]) == (409, True), sent
    assert ben.post(url, {**read(front, **one), "gone": "1"}).status_code == 200
    with front.ledger.read() as session:
        [line] = audit.lines(session, about="criterion/logistics.2.seen", most=1)
    assert (line.by, line.action, line.detail["asked_by"]) == ("ben", "criterion.waiver_withdrawn", "anna"), "it never was set aside"


def test_what_is_too_large_is_refused_before_it_is_read(front: Front) -> None:
    assert Browser(front, "anna").post(f"{BASE}/evidence", {"title": "x" * (12 << 20)}).status_code == 413


def test_the_last_said_about_setting_aside_counts() -> None:
    one, back = Waiver("a", "no stores", "chair", AT), Waiver("a", "", "", AT + timedelta(hours=1))
    assert [Answers(waivers=each).waived("a") for each in ((one,), (back, one), (one, back), ())] == [True, False, False, False]


def visit(**filters: str) -> Visit:
    viewer = Viewer("anna", Role.COMMITTEE, Scope(), account=1)
    said = {name.rstrip("_"): (value,) for name, value in filters.items()}
    return Visit(viewer=viewer, language="en", path="/maturity", now=datetime(2026, 11, 28, 9, tzinfo=UTC), filters=said)


@pytest.mark.parametrize("measure", ["agent_placed", "agent_several"])
def test_rows_of_single_agents_are_for_those_who_may_see_them(measure: str) -> None:
    model = _whole()
    one = next(each for each in model.criteria if any(bar.measure == measure for bar in each.tests))
    scored = score(model, Answers(), {}, AT)[one.dimension]
    assert "only to those who have that right" in str(criterion._rows(visit(), scored, one.level, measure))


def test_another_scorecard_is_a_day_or_an_entity() -> None:
    for asked in ("7=x", "7", "nonsense"):
        with pytest.raises(Refused):
            maturity._beside(visit(with_=asked), "")


def test_enough_rows_that_do_not_tell_are_not_said_to_be_too_few() -> None:
    curve = Bar(measure="m", kind=Kind.CURVE, at_least=0.95, horizon=5, minimum=30)
    said = exit_of(judged(curve, Reading(censored=((1, 40),))), "en")
    assert "40" not in said
    assert said.startswith("Unknown")
