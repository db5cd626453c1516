"""What is set aside as not applicable, and what is arranged in place of what a criterion measures: asked for by one, approved by another.

With accounts one asks and another approves, from a session of his own; until then it does not count. Without accounts the approver is a
name. An arrangement counts through a day, where evidence for the question that the model names has been attached.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Response, jsonify

from dashboard.ask import desk
from dashboard.guard import stop, viewer
from dashboard.scorecard import models, waivers
from dashboard.sent import author, criterion_of, fields, filled, part_of
from metrics.maturity.answer import Answers
from sql.ledger import audit
from sql.ledger import maturity as kept
from sql.ledger.door import Session

MOST_YEARS = 3  # between today and the end of an arrangement: by then it is looked at again


def waiver() -> Response:
    """Set a criterion aside or agree on an arrangement, or take either back."""
    said = fields()
    by, criterion, entity = author(said), criterion_of(said), part_of(said)
    gone, accounts = said.get("gone") == "1", bool(viewer().account)
    confirms = accounts and not gone and said.get("confirm") == "1"
    with desk().ledger.write() as session:
        audit.alone(session)
        asides = kept.asides(session, entity)
        aside = Answers(waivers=waivers(asides))
        asked, stands = kept.asked_aside(asides, criterion), _stands(aside, criterion)
        if accounts and (confirms or said.get("number")):
            _as_read(said, asked)
        if gone and not stands and asked is None:
            stop(400, "maturity.no_aside")
        if not gone and stands:
            stop(409, "maturity.no_aside_twice")
        if gone:
            found = kept.Aside(entity=entity, criterion=criterion, reason="", by=by, approver="", at=datetime.now(UTC))
        elif confirms:
            found = _approved(asked, by)
        else:
            found = _asked(session, said, entity, criterion, by)
        if not gone and not found.until and _too_many(aside, criterion):
            stop(409, "maturity.no_aside_more")
        session.add(found)
        _write(session, found, asked, aside.arrangement(criterion) is not None, by)
    return jsonify({"stored": True})


def _write(session: Session, found: kept.Aside, asked: kept.Aside | None, arranged: bool, by: str) -> None:
    """Leave a line of what was asked, approved or taken back; `arranged` says that what stood was an arrangement."""
    gone = not found.reason
    until = asked.until if asked else found.until
    if until or (gone and not asked and arranged):
        done = "criterion.equivalent_ended" if gone else "criterion.equivalent_agreed" if found.approver else "criterion.equivalent_asked"
    elif gone:
        done = "criterion.waiver_withdrawn" if asked else "criterion.asked_again"
    else:
        done = "criterion.waived" if found.approver else "criterion.waiver_asked"
    asker = asked.by if asked and (gone or found.approver) else ""
    detail = {"entity": found.entity, "approver": found.approver, "asked_by": asker, "until": until.isoformat() if until else ""}
    audit.write(session, by, done, f"criterion/{found.criterion}", detail, reason=found.reason)


def _today() -> date:
    return datetime.now(ZoneInfo(desk().settings.zone)).date()


def _stands(aside: Answers, criterion: str) -> bool:
    """Whether a criterion is set aside, or an arrangement counts today."""
    agreed = aside.arrangement(criterion)
    return aside.waived(criterion) or (agreed is not None and agreed.until is not None and agreed.until >= _today())


def _as_read(said: dict[str, str], asked: kept.Aside | None) -> None:
    """Refuse to decide on another request than the one whose reason was on the page: a newer one may have taken its place."""
    if said.get("number", "") != (str(asked.number) if asked else ""):
        stop(409, "maturity.no_longer_asked")


def _asked(session: Session, said: dict[str, str], entity: str, criterion: str, by: str) -> kept.Aside:
    """What somebody asks for; where there are accounts nobody has approved it yet, whatever the form says."""
    [reason] = filled(said, "reason")
    until = _until(session, said, entity, criterion) if said.get("equivalent") == "1" else None
    approver = "" if viewer().account else filled(said, "approver")[0]
    if approver.casefold() == by.casefold():
        stop(400, "maturity.no_own_approval")
    return kept.Aside(entity=entity, criterion=criterion, reason=reason, by=by, approver=approver, until=until, at=datetime.now(UTC))


def _until(session: Session, said: dict[str, str], entity: str, criterion: str) -> date:
    """Through which day an arrangement is to count; refused where the criterion takes none, or its evidence is missing."""
    one = models()[-1].criterion(criterion)
    if one is None or not one.equivalent:
        stop(400, "maturity.no_equivalent")
    if not any(each.criterion == one.equivalent for each in kept.proofs(session, entity)):
        stop(400, "maturity.no_equivalent_proof")
    [text] = filled(said, "until")
    today = _today()
    try:
        until = date.fromisoformat(text)
    except ValueError:
        until = today
    if not 0 < (until - today).days <= 366 * MOST_YEARS:
        stop(400, "maturity.no_equivalent_day", most=MOST_YEARS)
    return until


def _approved(asked: kept.Aside | None, by: str) -> kept.Aside:
    """What was asked, approved by somebody else who is signed in."""
    if asked is None:
        stop(400, "maturity.no_request")
    if asked.by == by:
        stop(400, "maturity.no_own_approval")
    return kept.Aside(
        entity=asked.entity, criterion=asked.criterion, reason=asked.reason, by=asked.by, approver=by, until=asked.until,
        at=datetime.now(UTC),
    )  # fmt: skip


def _too_many(aside: Answers, criterion: str) -> bool:
    """Whether setting this criterion aside as well leaves too few required ones of its cell."""
    model = models()[-1]
    one = model.criterion(criterion)
    dimension = model.dimension(one.dimension) if one else None
    if one is None or dimension is None or not one.required:
        return False
    required = dimension.cell(one.level).required
    others = sum(aside.waived(each.id) for each in required if each.id != criterion)
    return others + 1 > model.scoring.na_share * len(required)
