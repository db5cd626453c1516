"""Assessments of maturity: who answered what, blind and after the discussion, on which evidence; what was set aside; where to go.

Nothing here is changed or deleted: an answer given again is another row, and the databases refuse anything else (triggers of the
migration). A row that a browser sends twice, because the line broke before it heard that it had arrived, carries the same `ticket` and is
kept once. Files are kept here, as bytes under their hash: no address of the web server leads to them but the one that checks who asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from sql.ledger.model import Number, Table

BLIND, OPEN, CLOSED = "blind", "open", "closed"
STAGES = (BLIND, OPEN, CLOSED)
TEXTS = ("name", "customers", "advisers", "company")  # of a stage of the trajectory


class Assessment(Table):
    """One round of answers about the company (entity '') or a brand or site (`site=m-lille`). Its stage is that of its last `Step`."""

    __tablename__ = "assessment"

    number: Mapped[Number]
    entity: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    model: Mapped[str]  # the version of the model whose questions are answered
    by: Mapped[str]
    at: Mapped[datetime]


class Step(Table):
    """An assessment comes to a stage: blind (each sees only his own votes), open (all see all), closed (no more votes)."""

    __tablename__ = "assessment_step"

    number: Mapped[Number]
    assessment: Mapped[int] = mapped_column(index=True)
    stage: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class Ballot(Table):
    """One vote of one assessor on one question: 0 no, 0.5 partly, 1 yes. The last of an assessor in a round counts."""

    __tablename__ = "assessment_vote"

    number: Mapped[Number]
    assessment: Mapped[int] = mapped_column(index=True)
    criterion: Mapped[str]
    assessor: Mapped[str]
    direction: Mapped[str]
    round: Mapped[str]
    value: Mapped[float]
    note: Mapped[str]
    ticket: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]


class Proof(Table):
    """Evidence for a criterion: a file (its bytes in `content`), a link or a note (`target`), of the day `dated`, with its SHA-256."""

    __tablename__ = "assessment_evidence"

    number: Mapped[Number]
    entity: Mapped[str] = mapped_column(index=True)
    criterion: Mapped[str]
    kind: Mapped[str]  # file, link, note
    title: Mapped[str]
    target: Mapped[str]
    media: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    dated: Mapped[date] = mapped_column(Date)
    by: Mapped[str]
    at: Mapped[datetime]


class Aside(Table):
    """A criterion set aside as not applicable: asked for by one person, approved by another (`approver`), for a reason. Without an
    approver it is asked for only; without a reason either, it is taken back. With a day, what the reason says is an arrangement as good
    as what the criterion measures, which counts in its place through that day."""

    __tablename__ = "assessment_waiver"

    number: Mapped[Number]
    entity: Mapped[str] = mapped_column(index=True)
    criterion: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    approver: Mapped[str]
    until: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime]


class Stage(Table):
    """A stage of the trajectory as it was last written: levels by dimension on a day, and what each side gains. `gone` takes it away.

    Its texts (name, customers, advisers, company) are those last written; `words` holds them by language, for each they were written in.
    """

    __tablename__ = "trajectory_stage"

    number: Mapped[Number]
    entity: Mapped[str] = mapped_column(index=True)
    key: Mapped[str]  # the stage, through all its versions
    name: Mapped[str]
    due: Mapped[date] = mapped_column(Date)
    targets: Mapped[dict[str, Any]]  # dimension → level
    customers: Mapped[str]
    advisers: Mapped[str]
    company: Mapped[str]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gone: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]

    def told(self, text: str, language: str) -> str:
        """A text as it was written in a language, or as it was last written where it was not written in that one."""
        return str(self.words[language].get(text, "") if language in self.words else getattr(self, text))


class Deed(Table):
    """A decision of the committee taken for a criterion: the id of its decision.taken event, so that its measured effect is found."""

    __tablename__ = "criterion_decision"

    number: Mapped[Number]
    entity: Mapped[str] = mapped_column(index=True)
    criterion: Mapped[str]
    decision: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


def start(session: Session, entity: str, title: str, model: str, by: str, at: datetime | None = None) -> Assessment:
    """Open an assessment, blind."""
    at = at or datetime.now(UTC)
    one = Assessment(entity=entity, title=title, model=model, by=by, at=at)
    session.add(one)
    session.flush()
    session.add(Step(assessment=one.number, stage=BLIND, by=by, at=at))
    return one


def stage(session: Session, assessment: int) -> str:
    """The stage of an assessment, '' when there is none of that number."""
    asked = select(Step.stage).where(Step.assessment == assessment).order_by(Step.number.desc()).limit(1)
    return session.scalar(asked) or ""


def advance(session: Session, assessment: int, to: str, by: str, at: datetime | None = None) -> bool:
    """Bring an assessment to a later stage; False, and nothing done, when it is there or beyond already."""
    here = stage(session, assessment)
    if not here or STAGES.index(to) <= STAGES.index(here):
        return False
    session.add(Step(assessment=assessment, stage=to, by=by, at=at or datetime.now(UTC)))
    return True


def vote(session: Session, ballot: Ballot) -> bool:
    """Keep a vote in the round the assessment is in; False when it is closed, not there, or when this very vote is kept already."""
    if ballot.ticket and session.scalar(select(Ballot.number).where(Ballot.ticket == ballot.ticket)):
        return False
    here = stage(session, ballot.assessment)
    if here not in (BLIND, OPEN):
        return False
    ballot.round = here
    session.add(ballot)
    return True


def attach(session: Session, proof: Proof) -> Proof:
    """Keep evidence; its digest is that of the bytes, or of the link or note."""
    body = proof.content if proof.content is not None else proof.target.encode()
    proof.digest, proof.size = hashlib.sha256(body).hexdigest(), len(body)
    session.add(proof)
    session.flush()
    return proof


def assessments(session: Session, entity: str) -> Sequence[Assessment]:
    """The assessments of an entity, the latest first."""
    return session.scalars(select(Assessment).where(Assessment.entity == entity).order_by(Assessment.number.desc())).all()


def ballots(session: Session, entity: str, until: datetime | None = None) -> Sequence[Ballot]:
    """All votes about an entity up to an instant, in order. Those of a blind assessment are among them."""
    asked = select(Ballot).join(Assessment, Assessment.number == Ballot.assessment).where(Assessment.entity == entity)
    if until is not None:
        asked = asked.where(Ballot.at <= until)
    return session.scalars(asked.order_by(Ballot.number)).all()


def proofs(session: Session, entity: str) -> Sequence[Proof]:
    """All evidence about an entity, in order, without the bytes."""
    return session.scalars(select(Proof).where(Proof.entity == entity).order_by(Proof.number)).all()


def asides(session: Session, entity: str) -> Sequence[Aside]:
    """What was set aside, in order."""
    return session.scalars(select(Aside).where(Aside.entity == entity).order_by(Aside.number)).all()


def asked_aside(asides: Sequence[Aside], criterion: str) -> Aside | None:
    """What is asked for and waits for approval: the last word about a criterion, with a reason and no approver."""
    last = next((each for each in reversed(asides) if each.criterion == criterion), None)
    return last if last and last.reason.strip() and not last.approver.strip() else None


def stages(session: Session, entity: str) -> list[Stage]:
    """The trajectory: the last version of each stage, by date."""
    latest: dict[str, Stage] = {}
    for each in session.scalars(select(Stage).where(Stage.entity == entity).order_by(Stage.number)):
        latest[each.key] = each
    return sorted((each for each in latest.values() if not each.gone), key=lambda each: (each.due, each.number))


def deeds(session: Session, entity: str) -> Sequence[Deed]:
    """The decisions taken for criteria, in order."""
    return session.scalars(select(Deed).where(Deed.entity == entity).order_by(Deed.number)).all()


def steps(session: Session, assessments: Sequence[int]) -> Sequence[Step]:
    """The stages that these assessments came to, in order."""
    return session.scalars(select(Step).where(Step.assessment.in_(assessments)).order_by(Step.number)).all()
