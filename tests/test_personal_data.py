"""Personal data on screen and by command: requests and their certificates, access, accounts, consent as of any date."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import DBAPIError

from dashboard.front import Front
from dashboard.guard import DASH_ROUTES
from dashboard.page import pages
from dashboard.people import access, erase
from dashboard.people.keeping import Periods
from dashboard.people.office import PAGE, ROUTES, Office, routes
from dashboard.people.rules import Grant, Rules
from dashboard.viewer import Role
from ingest.seal import keys_in
from ingest.writer import Writer
from sql import consent
from sql.clickhouse import Store
from sql.erase import left
from sql.ledger import account as kept
from sql.ledger import audit, erasure
from sql.ledger import maturity as assessed
from sql.ledger.door import Ledger, open_ledger
from tests.arrival_help import sent, unbalanced
from tests.erasure_help import AT, MARIE, OTHER, event, ledger, original, writer
from tests.people_help import EVERYTHING, Browser, account, closed

__all__ = ["ledger", "writer"]


@pytest.fixture
def each_ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def front(store: Store, writer: Writer) -> Iterator[Front]:
    own = open_ledger("sqlite://")
    office = Office(writer, own, Periods(events=730), Rules(), lambda: None)
    built = closed(store, blueprints=[(routes(office), ROUTES)], ledger=own)
    office.start()
    yield built
    office.stop()
    built.close()


def everywhere(ledger: Ledger) -> str:
    """All that the ledger holds, as text."""
    with ledger.read() as session:
        rows = [*erasure.requests(session), *erasure.every(session), *audit.lines(session, most=1000)]
        return "\n".join(repr({name: value for name, value in vars(row).items() if name[0] != "_"}) for row in rows)


def settled(front: Front) -> list[Any]:
    """The requests, once none waits any more."""
    until = datetime.now(UTC) + timedelta(seconds=30)
    while datetime.now(UTC) < until and erase.waiting(front.ledger):
        pass
    with front.ledger.read() as session:
        return erasure.requests(session)


def test_a_request_entered_on_screen_is_carried_out_and_certified_without_its_identifier(front: Front, writer: Writer) -> None:
    sent(writer, original())
    browser = Browser(front, "root")
    answer = browser.post(f"{PAGE}/erase", {"who": MARIE, "request": "DSR-7"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?done=asked")
    [asked] = settled(front)
    assert (asked.state, asked.by, asked.request) == ("done", "root", "DSR-7")
    assert not any(left(writer.store, tuple(writer.keys.gone)).values())
    told = browser.get(f"{PAGE}/erasure/{asked.erasure}.json")
    document = orjson.loads(told.data)
    digest = hashlib.sha256(json.dumps(document["certified"], sort_keys=True).encode()).hexdigest()
    assert document["certificate"] == digest, "whoever has the document can verify it"
    assert (document["certified"]["events"], document["certified"]["request"]) == (8, "DSR-7")
    assert "attachment" in told.headers["Content-Disposition"]
    page = browser.view(PAGE).text
    assert "DSR-7" in page
    assert document["certificate"][:12] in page
    assert MARIE not in everywhere(front.ledger) + page + told.text
    assert [line.action for line in audit_of(front.ledger)][:2] == ["person.erased", "person.erasure_asked"]


def test_no_page_file_or_cache_holds_her_afterwards(front: Front, writer: Writer) -> None:
    sent(writer, original())
    hers = (MARIE, "card-77", *(writer.keys.seal(name) for name in (MARIE, "card-77")))
    browser = Browser(front, "root")
    held = front.server.extensions["apogee"].cache.cache._cache

    def holding(told: dict[str, str]) -> list[str]:
        return [name for name, text in told.items() if any(each in text for each in hers)]

    before = answers(front, browser)
    assert len(held) > 5, "figures of hers are kept"
    browser.post(f"{PAGE}/erase", {"who": MARIE})
    assert settled(front)[0].state == "done"
    assert holding(answers(front, browser)) == []
    assert holding({str(key): value.decode("latin-1") for key, (_, value) in held.items()}) == []
    assert len(before) > 30


def answers(front: Front, browser: Browser) -> dict[str, str]:
    """Every page, and every route without a blank in it (files, figures, documents), by its address."""
    told = {path: browser.view(path).text for page in pages() for path in [re.sub("<[^>]+>", "m1", page.path)]}
    return told | {
        rule: browser.get(rule).data.decode("latin-1") for rule in front.gate.routes if "<" not in rule and rule not in DASH_ROUTES
    }


def audit_of(ledger: Ledger) -> list[audit.Line]:
    with ledger.read() as session:
        return audit.lines(session, action="person")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"who": " "}, "failed=nobody"),
        ({"who": MARIE, "request": f"for {MARIE}"}, "failed=names"),
        ({"who": "x", "account": "1"}, "failed=refused"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(front: Front, form: dict[str, str], said: str) -> None:
    answer = Browser(front, "root").post(f"{PAGE}/erase", form)
    assert answer.headers["Location"] == f"{PAGE}?{said}"
    with front.ledger.read() as session:
        assert erasure.requests(session) == []


def test_attack_personal_data_by_another_role_a_part_of_the_company_or_another_site(front: Front) -> None:
    for name, grant in (
        ("sup", Grant(Role.SUPERVISOR, everything=True, named=True)),
        ("part", Grant(Role.ADMINISTRATOR, limits=(("team", "t"),))),
    ):
        account(front, name, grant)
        browser = Browser(front, name)
        for path in ("erase", "export", "resume"):
            assert browser.post(f"{PAGE}/{path}", {"who": MARIE}).status_code == 403
        assert browser.get(f"{PAGE}/erasure/1.json").status_code == 403
    root = Browser(front, "root")
    assert root.post(f"{PAGE}/erase", {"who": MARIE}, token="forged").status_code == 403
    assert root.post(f"{PAGE}/erase", {"who": MARIE}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with front.ledger.read() as session:
        assert erasure.requests(session) == []


def test_a_request_that_was_interrupted_is_ended_by_whoever_comes_next(writer: Writer, ledger: Ledger) -> None:
    sent(writer, original())
    erase.ask(writer, ledger, "root", [MARIE], "DSR-8")
    again = Writer(writer.store, keys_in(writer.keys.list_.parent))  # another process
    erase.remember(again.keys, ledger)
    later = [event("interaction.started", "interaction/m9", 90, customer=MARIE, channel="chat", direction="inbound")]
    sent(again, later)
    assert erase.finish(again, ledger) == 1
    assert not any(left(again.store, tuple(again.keys.gone)).values())
    with ledger.read() as session:
        assert [(each.state, each.request) for each in erasure.requests(session)] == [("done", "DSR-8")]
    assert erase.finish(again, ledger) == 0
    assert unbalanced(again.store) == []


def test_where_texts_were_held_an_interrupted_request_asks_for_the_identifier_again(writer: Writer, ledger: Ledger) -> None:
    from ingest.accept import Accepted
    from ingest.connector import Refusal
    from tests.arrival_help import taken

    accepted = taken(original(), writer.keys)
    bad = [Refusal("line 1", "time", "x", "an instant", b"call marie@example.com.", "crm")]
    writer.commit([Accepted(accepted.table, bad, 11, positions=accepted.positions)], "cloudevents")
    number = erase.ask(writer, ledger, "root", [MARIE], "")
    made = erase.fulfil(Writer(writer.store, writer.keys), ledger, number)  # another process: it has no identifier
    assert made.lines == 1, "a word that is the identifier is found by its pseudonym"
    with ledger.read() as session:
        assert [each.state for each in erasure.requests(session)] == ["again"]
    erase.fulfil(writer, ledger, erase.ask(writer, ledger, "root", [MARIE], ""), [MARIE])
    with ledger.read() as session:
        assert [each.state for each in erasure.requests(session)] == ["done", "done"], "it was given once more"


def test_attack_a_command_that_takes_a_request_from_the_servers_queue_has_its_identifier(writer: Writer, ledger: Ledger) -> None:
    from ingest.accept import Accepted
    from ingest.connector import Refusal
    from tests.arrival_help import taken

    accepted = taken(original(), writer.keys)
    bad = [Refusal("line 1", "time", "x", "an instant", f"call {MARIE}.".encode(), "crm")]
    writer.commit([Accepted(accepted.table, bad, 11, positions=accepted.positions)], "cloudevents")
    office = Office(writer, ledger, Periods(), Rules(), lambda: None)
    office.ask("root", [MARIE], "")  # its thread has not begun
    assert erase.finish(writer, ledger) == 1
    with ledger.read() as session:
        assert [each.state for each in erasure.requests(session)] == ["done"]
    assert not erase._GIVEN[writer], "and nothing of him stays in memory"


def test_all_that_is_held_on_a_person_and_nothing_of_others(writer: Writer, ledger: Ledger) -> None:
    said = [event("customer.consent", f"customer/{MARIE}", 20, consent="granted", purpose="marketing"),
            event("customer.consent", "customer/card-77", 30, consent="refused", purpose="marketing"),
            event("interaction.accepted", "interaction/m1", 31, agent="agent-9", stint="m1/1", customer=MARIE)]  # fmt: skip
    sent(writer, [*original(), *said])
    found = access.give(writer.store, writer.keys, ledger, "root", [MARIE], "DSR-9")
    assert {row["id"] for row in found["events"]} == {f"m-{n}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 20, 30, 31)}
    assert set(found["facts"]) >= {"interaction", "order", "act", "link", "touch"}
    assert [(each["said"], each.get("until")) for each in found["consent"]["history"] if each.get("purpose")] == [
        ("granted", (AT + timedelta(seconds=30)).isoformat()), ("refused", None),
    ]  # fmt: skip
    assert [each["said"] for each in found["consent"]["now"] if each.get("purpose")] == ["refused"]
    text = json.dumps(found)
    assert "agent-9" not in text
    assert writer.keys.seal(OTHER) not in text
    assert MARIE not in everywhere(ledger)
    assert found["erased"] is False
    erase.fulfil(writer, ledger, erase.ask(writer, ledger, "root", [MARIE], ""), [MARIE])
    after = access.give(writer.store, writer.keys, ledger, "root", [MARIE], "")
    assert (after["erased"], after["events"], after["facts"]) == (True, [], {})


def test_the_file_is_given_by_the_page_too(front: Front, writer: Writer) -> None:
    sent(writer, original())
    answer = Browser(front, "root").post(f"{PAGE}/export", {"who": MARIE})
    assert len(orjson.loads(answer.data)["events"]) == 8
    assert answer.headers["Cache-Control"] == "no-store"
    assert audit_of(front.ledger)[0].action == "person.exported"


def test_consent_as_of_any_date_counts_people_and_not_their_ids(writer: Writer) -> None:
    said = [event("customer.consent", "customer/card-77", 100, consent="granted", purpose="marketing"),
            event("customer.consent", f"customer/{MARIE}", 200, consent="refused", purpose="marketing")]  # fmt: skip
    sent(writer, [*original(), *said])

    def at(second: int) -> list[Any]:
        until = AT + timedelta(seconds=second)
        return [(each.customers, each.known, each.granted) for each in consent.coverage(writer.store, AT, until) if each.purpose]

    assert at(50) == []
    assert at(150) == [(2, 1, 1)], "two people: Marie, who has two ids, and another"
    assert at(250) == [(2, 1, 0)]


def test_somebody_who_signs_in_is_taken_out_of_assessments_and_what_he_decided_stays(each_ledger: Ledger) -> None:
    at = datetime.now(UTC)
    with each_ledger.write() as session:
        person = kept.Account(
            name="anna", called="Anna", password="x", change_due=False, active=True, made_at=at, password_at=at, epoch=0,
            role="committee", everything=True, named=False, agent="", issuer=None, subject=None,
        )  # fmt: skip
        session.add(person)
        one = assessed.start(session, "", "Q3", "1", "anna", at)
        for by in ("anna", "ben"):
            note = f"{by} says so"
            ballot = assessed.Ballot(
                assessment=one.number, criterion="c", assessor=by, direction="", round="", value=1.0, note=note, ticket=None, at=at
            )
            assert assessed.vote(session, ballot)
            proof = assessed.Proof(
                entity="", criterion="c", kind="file", title=f"of {by}", target="", media="text/plain", size=0, digest="", content=b"x",
                dated=at.date(), by=by, at=at,
            )  # fmt: skip
            assessed.attach(session, proof)
        audit.write(session, "anna", "vote.cast", "assessment/1")
    made = erase.unname(each_ledger, "root", "Anna", "HR-1")
    assert made.whole, made.left
    with each_ledger.read() as session:
        votes = assessed.ballots(session, "")
        assert [each.assessor for each in votes][1] == "ben"
        assert (votes[0].value, votes[0].note) == (1.0, "")
        assert votes[0].assessor.startswith("erased-")
        first, second = assessed.proofs(session, "")
        assert (first.kind, first.by, first.content, second.kind, second.content) == ("gone", votes[0].assessor, None, "file", b"x")
        assert first.digest, "that a file was given, and which, stays"
        assert kept.by_name(session, "anna") is None
        assert not kept.every(session)[0].active
        assert audit.lines(session, by="anna"), "the audit log proves who decided until its retention ends"
        assert audit.broken(session) is None
    with pytest.raises(DBAPIError), each_ledger.write() as session:
        assessed.ballots(session, "")[0].value = 0.0
    with pytest.raises(ValueError, match="no account of that name"):
        erase.unname(each_ledger, "root", "anna", "")


def test_the_last_administrator_is_not_erased(front: Front) -> None:
    answer = Browser(front, "root").post(f"{PAGE}/erase", {"who": "root", "account": "1"})
    assert answer.headers["Location"] == f"{PAGE}?failed=refused"
    account(front, "second", EVERYTHING)
    answer = Browser(front, "second").post(f"{PAGE}/erase", {"who": "root", "account": "1"})
    assert answer.headers["Location"] == f"{PAGE}?done=account"
    assert "root" not in Browser(front, "second").view("/people").text


@pytest.mark.parametrize("reference", [f"for {MARIE}", f"for {MARIE.upper()}", f"for {MARIE.replace('@', ' @ ')}"])
def test_attack_a_reference_that_names_the_person_in_any_form_or_command(front: Front, writer: Writer, reference: str) -> None:
    root, given = Browser(front, "root"), {"who": MARIE, "request": reference}
    for path in ("erase", "export"):
        assert root.post(f"{PAGE}/{path}", given).headers["Location"] == f"{PAGE}?failed=names"
    assert root.post(f"{PAGE}/erase", {"who": "root", "account": "1", "request": "ROOT leaves"}).headers["Location"][-5:] == "names"
    said = SimpleNamespace(who=[MARIE], request=reference, account=False)
    for command in (
        lambda: erase.carry_out(writer, front.ledger, said, StringIO()),
        lambda: access.carry_out(writer.store, writer.keys, front.ledger, said, StringIO()),
    ):
        with pytest.raises(ValueError, match="names the person"):
            command()
    with front.ledger.read() as session:
        assert (erasure.requests(session), audit_of(front.ledger)) == ([], [])


def test_attack_an_account_erased_by_an_officer_or_several_in_one_form(front: Front) -> None:
    account(front, "officer", Grant(Role.OFFICER, everything=True))
    account(front, "second", EVERYTHING)
    officer, root, second = Browser(front, "officer"), Browser(front, "root"), Browser(front, "second")
    assert officer.post(f"{PAGE}/erase", {"who": "second", "account": "1"}).status_code == 403
    assert "by account name" in root.view(PAGE).text
    assert "by account name" not in officer.view(PAGE).text
    several = root.post(f"{PAGE}/erase", {"who": ["officer", "second"], "account": "1"})
    assert several.headers["Location"] == f"{PAGE}?failed=several"
    assert second.get("/").status_code == 200
    assert root.post(f"{PAGE}/erase", {"who": "second", "account": "1"}).headers["Location"] == f"{PAGE}?done=account"
    assert second.get("/").status_code == 303, "the session is over with the account"
    with front.ledger.read() as session:
        assert {each.name for each in kept.every(session) if each.active} == {"root", "officer"}


def test_the_command_prints_the_certificate_and_ends_what_waits(writer: Writer, ledger: Ledger) -> None:
    sent(writer, original())
    erase.ask(writer, ledger, "root", ["card-77"], "DSR-1")
    out, said = StringIO(), SimpleNamespace(who=[OTHER], request="DSR-2", account=False)
    assert erase.carry_out(writer, ledger, said, out) == 0
    assert json.loads(out.getvalue())["events"] == 1
    with ledger.read() as session:
        assert {(each.request, each.state) for each in erasure.requests(session)} == {("DSR-1", "done"), ("DSR-2", "done")}
