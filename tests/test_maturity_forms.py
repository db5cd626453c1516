"""What the maturity forms may send: in whose name, what may be set aside, what single agents' rows are shown to whom."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.answering import MOST_BYTES
from dashboard.front import Front
from dashboard.guard import CSRF_HEADER
from dashboard.matter import exit_of
from dashboard.page import Visit
from dashboard.pages import criterion
from dashboard.people import decide
from dashboard.people.rules import Grant
from dashboard.scorecard import beside
from dashboard.viewer import Role, Viewer
from metrics.maturity.answer import Answers, Waiver
from metrics.maturity.model import Bar, Kind, _whole
from metrics.maturity.score import Reading, judged, score
from metrics.query import Refused, Scope
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger import maturity as kept
from tests.maturity_help import AT
from tests.people_help import HERE, WORD, Browser, closed

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
    refused = ben.post(f"{url}?lang=en", {**read(front, **second), "confirm": "1"})
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
        refused = ben.post(f"{url}?lang=en", sent)
        assert (refused.status_code, "not the one that waits" in refused.json["detail"]) == (409, True), sent
    assert ben.post(url, {**read(front, **one), "gone": "1"}).status_code == 200
    with front.ledger.read() as session:
        [line] = audit.lines(session, about="criterion/logistics.2.seen", most=1)
    assert (line.by, line.action, line.detail["asked_by"]) == ("ben", "criterion.waiver_withdrawn", "anna"), "it never was set aside"


def test_an_arrangement_is_proposed_with_evidence_approved_by_another_shown_logged_and_ended(front: Front) -> None:
    anna, ben = Browser(front, "anna"), Browser(front, "ben")
    url, one = f"{BASE}/waiver", {"criterion": "governance.3.unified"}
    day = datetime.now(UTC).date() + timedelta(days=90)
    sent = {**one, "equivalent": "1", "reason": "one committee over four directions", "until": day.isoformat()}

    def refused(more: dict[str, str], words: str) -> None:
        given = anna.post(f"{url}?lang=en", {**sent, **more})
        assert (given.status_code, words in given.json["detail"]) == (400, True), given.json

    refused({}, "Attach the evidence first")
    proof = {"criterion": "governance.3.mandate", "title": "Minutes", "target": "the committee approved it on the 3rd"}
    assert anna.post(f"{BASE}/evidence", proof).status_code == 200
    refused({"criterion": "governance.3.voiced"}, "No arrangement stands in place")
    refused({"until": ""}, "“Through” is missing")
    for until in ("soon", datetime.now(UTC).date().isoformat(), (day + timedelta(days=366 * 3)).isoformat()):
        refused({"until": until}, "after today and 3 years away at most")
    assert anna.post(url, sent).status_code == 200
    waits = [each.view("/maturity/assess", "?lang=en&dimension=governance").text for each in (anna, ben)]
    assert ["anna proposes, through" in each for each in waits] == [True, True]
    assert ['"data-send-confirm"' in each for each in waits] == [False, True]
    assert anna.post(url, {**read(front, **one), "confirm": "1"}).status_code == 400, "who proposes does not approve"
    assert "Equivalent arrangement through" not in anna.view("/maturity/governance/3", "?lang=en").text, "nobody has approved it"
    assert ben.post(url, {**read(front, **one), "confirm": "1"}).status_code == 200
    assert anna.post(url, sent).status_code == 409, "proposing again would end it"
    for page in ("/maturity/governance/3", "/maturity/assess"):
        shown = anna.view(page, "?lang=en&dimension=governance").text if "assess" in page else anna.view(page, "?lang=en").text
        assert "approved by ben: one committee over four directions" in shown, page
    assert anna.post(url, {**one, "gone": "1"}).status_code == 200
    assert "Equivalent arrangement through" not in anna.view("/maturity/governance/3", "?lang=en").text
    with front.ledger.read() as session:
        lines = audit.lines(session, about="criterion/governance.3.unified", most=3)
        kept_ = [(each.approver, each.until) for each in kept.asides(session, "") if each.criterion == one["criterion"]]
    assert [(each.by, each.action, each.detail["until"]) for each in lines] == [
        ("anna", "criterion.equivalent_ended", ""),
        ("ben", "criterion.equivalent_agreed", day.isoformat()),
        ("anna", "criterion.equivalent_asked", day.isoformat()),
    ]
    assert kept_ == [("", day), ("ben", day), ("", None)]


@pytest.mark.parametrize(
    ("action", "sent", "status", "en", "fr"),
    [
        ("start", {}, 400, "“Title” is missing", "« Titre » manque"),
        ("start", {"title": "x" * 501}, 400, "longer than 500", "dépasse 500"),
        ("start", {"title": "x", "entity": "7"}, 400, "part of the company", "partie de l’entreprise"),
        ("vote", {"criterion": "none.1.x"}, 400, "no such criterion", "n’existe pas"),
        ("vote", {"criterion": "data.1.keys", "assessment": "9" * 30, "value": "1.0"}, 400, "A vote names", "Un vote nomme"),
        ("vote", {"criterion": "data.1.keys", "assessment": "999", "value": "nan"}, 400, "A vote names", "Un vote nomme"),
        ("vote", {"criterion": "data.1.keys", "assessment": "999", "value": "1"}, 409, "closed", "close"),
        ("advance", {"assessment": "²", "to": "open"}, 400, "brought to", "passe à"),
        ("waiver", {"criterion": "data.1.keys", "reason": "", "approver": "x"}, 400, "“Reason” is missing", "« Raison » manque"),
        ("evidence", {"criterion": "data.1.keys", "title": "x", "dated": "soon"}, 400, "not a day", "n’est pas un jour"),
        ("evidence", {"criterion": "data.1.keys", "title": "x", "dated": "2999-01-01"}, 400, "in the future", "dans l’avenir"),
        ("evidence", {"criterion": "data.1.keys", "title": "x"}, 400, "a file, a link or a note", "un fichier, un lien ou une note"),
        ("stage", {"name": "One", "due": "9999-12-31"}, 400, "20 years away at most", "à 20 ans au plus"),
        ("stage", {"name": "One", "due": "2027-01-01", "level_data": "4"}, 400, "from 0 to 3", "de 0 à 3"),
        ("stage", {"gone": "1", "key": "none"}, 400, "no such stage", "n’existe pas"),
        ("deed", {"criterion": "data.1.keys"}, 400, "“Decision” is missing", "« Décision » manque"),
    ],
)
def test_what_is_refused_is_said_in_the_language_of_the_page(
    front: Front, action: str, sent: dict[str, str], status: int, en: str, fr: str
) -> None:
    anna = Browser(front, "anna")
    for language, words in (("en", en), ("fr", fr)):
        refused = anna.post(f"{BASE}/{action}?lang={language}", sent)
        assert refused.status_code == status
        assert words in refused.json["detail"].replace("\u00a0", " "), refused.json


@pytest.mark.parametrize(
    ("name", "content", "en", "fr"),
    [
        ("plan.exe", b"MZ", "of this kind", "de ce type"),
        ("plan.pdf", b"MZ", "not what its name says", "n’est pas ce que dit son nom"),
        ("plan.pdf", b"", "not what its name says", "n’est pas ce que dit son nom"),
        ("plan.txt", b"\xff\xfe", "UTF-8", "UTF-8"),
        ("plan", b"%PDF-1.7", "of this kind", "de ce type"),
    ],
)
def test_attack_evidence_that_is_not_what_it_says(front: Front, name: str, content: bytes, en: str, fr: str) -> None:
    anna = Browser(front, "anna")
    for language, words in (("en", en), ("fr", fr)):
        sent = {"criterion": "data.1.keys", "title": "plan", "file": (io.BytesIO(content), name)}
        refused = anna.post(f"{BASE}/evidence?lang={language}", sent)
        assert (refused.status_code, words in refused.json["detail"]) == (400, True), refused.json
    with front.ledger.read() as session:
        assert not [each for each in kept.proofs(session, "") if each.criterion == "data.1.keys"]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("kind", "target"),
    [("link", "https://intranet.example/flows?a=1&b=2"), ("note", "walked with the stores"), ("note", "javascript:alert(1)")],
)
def test_a_link_and_a_note_are_evidence_with_date_and_hash(front: Front, kind: str, target: str, as_json: bool) -> None:
    anna, title = Browser(front, "anna"), f"Proof {kind} {target[:4]} {as_json}"
    sent = {"criterion": "data.1.steward", "title": title, "target": target, "dated": "2026-10-07"}
    if as_json:
        told = {"json": sent, "headers": {CSRF_HEADER: anna.token}, "environ_overrides": HERE}
        answer = anna.client.post(f"{BASE}/evidence", **told)
    else:
        answer = anna.post(f"{BASE}/evidence", sent)
    digest = hashlib.sha256(target.encode()).hexdigest()
    assert (answer.status_code, answer.json["digest"]) == (200, digest)
    with front.ledger.read() as session:
        [one] = [each for each in kept.proofs(session, "") if each.number == answer.json["number"]]
        assert (one.kind, one.target, one.dated.isoformat(), one.digest, one.by) == (kind, target, "2026-10-07", digest, "anna")
        [line] = audit.lines(session, about="criterion/data.1.steward", most=1)
    assert (line.action, line.detail["digest"], line.detail["kind"]) == ("evidence.attached", digest, kind)
    shown = anna.view("/maturity/data/1", "?lang=en").text
    assert f"7 Oct 2026 · SHA-256 {digest[:10]}" in shown
    links = {each["props"]["children"]: each["props"].get("href") for each in drawn(anna.view("/maturity/data/1", "?lang=en").json)}
    assert links[title] == (target if kind == "link" else None)
    assert anna.get(f"{BASE}/evidence/{one.number}").status_code == 404, "there is no file"


def drawn(inside: object) -> Iterator[dict[str, Any]]:
    """Links and texts of a page as it was sent."""
    if isinstance(inside, dict):
        if inside.get("type") in ("A", "Span") and isinstance(inside["props"].get("children"), str):
            yield inside
        for each in inside.values():
            yield from drawn(each)
    elif isinstance(inside, list):
        for each in inside:
            yield from drawn(each)


def test_a_file_of_the_limit_is_kept_and_one_byte_more_is_refused_and_leaves_nothing(front: Front) -> None:
    anna, sent = Browser(front, "anna"), {"criterion": "data.1.keys", "title": "Large"}
    for size, status in ((MOST_BYTES + 1, 413), (MOST_BYTES, 200)):
        body = b"%PDF-1.7 " + bytes(size - 9)
        with front.ledger.read() as session:
            before = audit.count(session), len(kept.proofs(session, ""))
        answer = anna.post(f"{BASE}/evidence?lang=en", {**sent, "file": (io.BytesIO(body), "large.pdf")})
        assert answer.status_code == status, answer.json
        with front.ledger.read() as session:
            after = audit.count(session), len(kept.proofs(session, ""))
        if status == 413:
            assert "larger than 10 MB" in answer.json["detail"]
            assert after == before
        else:
            assert after == (before[0] + 1, before[1] + 1)
            assert answer.json["digest"] == hashlib.sha256(body).hexdigest()


def test_attack_a_reader_of_a_part_or_without_the_right_sends_nothing(front: Front) -> None:
    for name, grant in (("carl", Grant(Role.SUPERVISOR, everything=True)), ("dora", Grant(Role.COMMITTEE, limits=(("site", "lille"),)))):
        decide.make(front.people, "test", name, "Alex", grant, WORD, due=False)
        sender = Browser(front, name)
        for action in ("start", "vote", "evidence", "waiver", "advance", "stage", "deed"):
            assert sender.post(f"{BASE}/{action}", {"title": "x", "criterion": "data.1.keys"}).status_code == 403, (name, action)
        for asked in ("evidence/1", "scorecard.pdf", "scorecard.xlsx"):
            assert sender.get(f"{BASE}/{asked}").status_code == 403, (name, asked)


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
            beside(visit(with_=asked), "")


def test_enough_rows_that_do_not_tell_are_not_said_to_be_too_few() -> None:
    curve = Bar(measure="m", kind=Kind.CURVE, at_least=0.95, horizon=5, minimum=30)
    said = exit_of(judged(curve, Reading(censored=((1, 40),))), "en")
    assert "40" not in said
    assert said.startswith("Unknown")
