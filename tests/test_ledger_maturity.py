"""Assessments in the ledger: append-only, blind until opened, kept once, evidence under its hash, trajectories in versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sql.ledger import maturity as kept
from sql.ledger.door import Ledger, open_ledger

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


def ballot(number: int, assessor: str, value: float, ticket: str | None = None, criterion: str = "pricing.1.setter") -> kept.Ballot:
    return kept.Ballot(
        assessment=number, criterion=criterion, assessor=assessor, direction="web", round="", value=value, note="", ticket=ticket, at=AT
    )


def test_votes_are_blind_then_open_then_closed_and_kept_once(ledger: Ledger) -> None:
    with ledger.write() as session:
        one = kept.start(session, "", "November", "2026.1", "anna", AT)
        assert kept.stage(session, one.number) == "blind"
        assert kept.vote(session, ballot(one.number, "anna", 1, "t1"))
        session.flush()
        assert not kept.vote(session, ballot(one.number, "anna", 1, "t1")), "sent again after a broken line"
        assert kept.advance(session, one.number, "open", "anna", AT)
        session.flush()
        assert not kept.advance(session, one.number, "blind", "anna", AT)
        assert kept.vote(session, ballot(one.number, "anna", 0.5, "t2"))
        assert kept.advance(session, one.number, "closed", "anna", AT)
        session.flush()
        assert not kept.vote(session, ballot(one.number, "anna", 0, "t3"))
        assert not kept.vote(session, ballot(99, "anna", 0, "t4"))
    with ledger.read() as session:
        assert [(each.round, each.value) for each in kept.ballots(session, "")] == [("blind", 1), ("open", 0.5)]
        assert kept.ballots(session, "site=m-lille") == []


def test_evidence_is_kept_under_the_hash_of_its_bytes(ledger: Ledger) -> None:
    with ledger.write() as session:
        proof = kept.Proof(entity="", criterion="pricing.1.setter", kind="file", title="note.pdf", target="", media="application/pdf",
                           content=b"%PDF-1.7", dated=date(2026, 10, 1), by="anna", at=AT)  # fmt: skip
        kept.attach(session, proof)
    with ledger.read() as session:
        [found] = kept.proofs(session, "")
        assert (found.digest, found.size) == (hashlib.sha256(b"%PDF-1.7").hexdigest(), 8)
        assert found.content == b"%PDF-1.7"


TABLES = (
    "assessment", "assessment_step", "assessment_vote", "assessment_evidence", "assessment_waiver", "trajectory_stage",
    "criterion_decision",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET by = 'eve'", "DELETE FROM {}"])
def test_nothing_is_changed(ledger: Ledger, table: str, change: str) -> None:
    with ledger.write() as session:
        one = kept.start(session, "", "November", "2026.1", "anna", AT)
        kept.vote(session, ballot(one.number, "anna", 1))
        told = {"entity": "", "by": "anna", "at": AT}
        kept.attach(session, kept.Proof(criterion="a", kind="note", title="b", target="c", media="", dated=date(2026, 10, 1), **told))
        session.add(kept.Aside(criterion="a", reason="b", approver="c", **told))
        session.add(
            kept.Stage(key="a", due=date(2027, 1, 1), targets={}, name="", customers="", advisers="", company="", gone=False, **told)
        )
        session.add(kept.Deed(criterion="a", decision="b", **told))
    with pytest.raises(DBAPIError), ledger.write() as session:
        session.execute(text(change.format(table)))


def test_a_stage_is_written_again_and_taken_away(ledger: Ledger) -> None:
    def stage(key: str, due: date, **more: object) -> kept.Stage:
        told = {"name": "One", "targets": {"pricing": 2}, "customers": "", "advisers": "", "company": "", "gone": False} | more
        return kept.Stage(entity="", key=key, due=due, by="anna", at=AT, **told)

    with ledger.write() as session:
        session.add_all([stage("b", date(2027, 6, 1)), stage("a", date(2027, 1, 1)), stage("c", date(2028, 1, 1))])
        session.flush()
        session.add_all([stage("b", date(2026, 12, 1), name="Two"), stage("c", date(2028, 1, 1), gone=True)])
    with ledger.read() as session:
        assert [(each.key, each.name) for each in kept.stages(session, "")] == [("b", "Two"), ("a", "One")]


def test_a_stage_is_read_in_the_language_it_was_written_in_and_as_last_written_otherwise(ledger: Ledger) -> None:
    french = {"name": "Palier", "customers": "Un prix.", "advisers": "", "company": ""}
    with ledger.write() as session:
        for key, words in (("a", {"fr": french}), ("b", {})):
            session.add(
                kept.Stage(entity="", key=key, due=date(2027, 1, 1), targets={}, words=words, gone=False, by="anna", at=AT, **french)
            )
    with ledger.read() as session:
        for each in kept.stages(session, ""):
            assert [each.told("name", language) for language in ("fr", "en")] == ["Palier", "Palier"]
    one = kept.Stage(words={"fr": french, "en": {"name": "Stage", "customers": ""}}, **french)
    assert [one.told("name", "en"), one.told("customers", "en"), one.told("advisers", "en")] == ["Stage", "", ""]
    assert one.told("customers", "fr") == "Un prix."
