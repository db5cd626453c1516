"""What Vaubrun's committee answered in its two assessments: three directions, blind and then together, with what they showed for it.

The levels claimed differ here and there from those the data earn: that difference is what a committee should look at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ingest.simulation.retailer import HOUSE, SISTER
from sql.ledger import maturity as kept
from sql.ledger.door import Ledger
from sql.ledger.door import Session as Book

ASSESSORS = (("Claire A.", "Relation client | Customer care"), ("Hugo M.", "Magasins | Stores"), ("Inès C.", "Données | Data"))
QUESTIONS = {
    "journeys": (("map", "drops"), ("plan", "changes"), ("rules", "foresee")),
    "governance": (("list", "arbiter"), ("sponsor", "sessions"), ("mandate", "roadmap")),
    "performance": (("reports", "definitions"), ("sample", "used"), ("targets", "worth")),
    "attribution": (("setter", "rivals"), ("derived", "rule"), ("key", "reward")),
    "pricing": (("setter", "complaint"), ("calendar", "exceptions"), ("relay", "known")),
    "logistics": (("flows", "crossing"), ("seen", "checked"), ("open", "refund")),
    "data": (("keys", "steward"), ("triggers", "worth"), ("models", "drift")),
}
# How many levels each dimension is said to have, by assessment: days before the end → dimension → level.
CLAIMED = {
    235: {"journeys": 2, "governance": 2, "performance": 2, "attribution": 1, "pricing": 1, "logistics": 1, "data": 2},
    18: {"journeys": 2, "governance": 3, "performance": 3, "attribution": 2, "pricing": 1, "logistics": 1, "data": 3},
}
# The brands were assessed once, with the company the second time: the sister is young, and steered by the house.
BRANDS = {
    f"brand={HOUSE}": CLAIMED[18],
    f"brand={SISTER}": {"journeys": 1, "governance": 1, "performance": 1, "attribution": 0, "pricing": 1, "logistics": 1, "data": 2},
}
MODEL = "2026.1"  # the version of the model whose questions these are
UNPROVEN = frozenset({"pricing.2.calendar", "pricing.2.exceptions", "journeys.3.rules"})  # said, and nothing shown


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one question: a vote of each assessor before and after the discussion, and the title of the proof."""

    criterion: str
    blind: tuple[float, ...]
    after: tuple[float, ...]
    proof: str
    dated: date


@dataclass(frozen=True, slots=True)
class Session:
    """One assessment, on a day."""

    day: date
    title: str
    said: tuple[Said, ...]


def sessions(last: date, entity: str = "") -> Iterator[Session]:
    """The assessments of a history that ends on `last`, in order: of the company, or of a brand."""
    for ago, claimed in ({18: BRANDS[entity]} if entity else CLAIMED).items():
        day = last - timedelta(days=ago)
        said = [_said(f"{name}.{level}.{question}", claimed[name] - level, day)
                for name, levels in QUESTIONS.items() for level, asked in enumerate(levels, 1) for question in asked]  # fmt: skip
        yield Session(day, f"{entity.partition('=')[2] or HOUSE} {day:%Y-%m}", tuple(said))


def _said(criterion: str, beyond: int, day: date) -> Said:
    """A level that is claimed is answered yes; the one above in part or not at all."""
    age = sum(map(ord, criterion)) % 150
    if beyond >= 0:
        first = (1.0, 0.5, 1.0) if sum(map(ord, criterion)) % 4 == 0 else (1.0, 1.0, 1.0)
        return Said(
            criterion,
            first,
            (1.0, 1.0, 1.0),
            f"Procès-verbal du {day.isoformat()} | Minutes of {day.isoformat()}",
            day - timedelta(days=age),
        )
    if criterion in UNPROVEN:
        return Said(criterion, (1.0, 1.0, 0.5), (1.0, 1.0, 1.0), "", day)
    value = 0.5 if beyond == -1 and sum(map(ord, criterion)) % 2 else 0.0
    return Said(criterion, (value, 0.0, value), (value, value, value), "", day)


# The trajectory the committee agreed: days after the end, levels, and by language its name and what customers, advisers, the company gain.
STAGES = (
    (200, dict.fromkeys(CLAIMED[18], 2), {
        "fr": ("Palier 1", "Un prix, un stock juste, une réponse.", "Ils voient la commande et le stock que le client voit.",
               "Chaque vente comptée une fois ; moins d’annulations."),
        "en": ("Stage 1", "One price, one true stock, one answer.", "They see the order and the stock that the customer sees.",
               "Each sale counted once; fewer cancellations."),
    }),
    (480, {"attribution": 3, "logistics": 3}, {
        "fr": ("Palier 2", "Retirer ou rendre dans n’importe quel magasin.", "Récompensés pour chaque vente qu’ils aident.",
               "Les canaux cessent de se concurrencer."),
        "en": ("Stage 2", "Collect or return in any store.", "Rewarded for every sale they help with.",
               "Channels no longer compete with each other."),
    }),
    (760, dict.fromkeys(CLAIMED[18], 3), {
        "fr": ("Palier 3", "Prévenus avant d’avoir à demander.", "Leur temps va là où une personne compte.",
               "Chaque projet prouve ce qu’il apporte aux clients."),
        "en": ("Stage 3", "Told before they have to ask.", "Their time goes where a person matters.",
               "Each project proves what it brings to customers."),
    }),
)  # fmt: skip


def answer(ledger: Ledger) -> None:
    """Write what the committee of the demo company answered up to today into a ledger that has no answers yet, and close it."""
    record(ledger, datetime.now(UTC).date())
    ledger.close()


def record(ledger: Ledger, last: date, model: str = MODEL) -> None:
    """Write the assessments and the trajectory into a ledger that has none yet."""
    with ledger.write() as session:
        if kept.assessments(session, ""):
            return
        for entity in ("", *BRANDS):
            for one in sessions(last, entity):
                _assessed(session, one, entity, model)
        for criterion, decision in _decided(last):
            at = datetime.combine(last - timedelta(days=18), time(12, 30), UTC)
            session.add(kept.Deed(entity="", criterion=criterion, decision=decision, by=ASSESSORS[0][0], at=at))
        at = datetime.combine(last - timedelta(days=18), time(12), UTC)
        for place, (ahead, targets, texts) in enumerate(STAGES, 1):
            words = {language: dict(zip(kept.TEXTS, said, strict=True)) for language, said in texts.items()}
            due = last + timedelta(days=ahead)
            session.add(kept.Stage(entity="", key=f"stage-{place}", due=due, targets=dict(targets), words=words, gone=False,
                                   by=ASSESSORS[0][0], at=at, **words["fr"]))  # fmt: skip


def _assessed(session: Book, one: Session, entity: str, model: str) -> None:
    """Write one assessment, blind and then open, with its evidence, and close it."""
    at = datetime.combine(one.day, time(9), UTC)
    number = kept.start(session, entity, one.title, model, ASSESSORS[0][0], at).number
    for stage in (kept.BLIND, kept.OPEN):
        if stage == kept.OPEN:
            kept.advance(session, number, kept.OPEN, ASSESSORS[0][0], at + timedelta(hours=1))
            session.flush()
        session.add_all(_ballots(one, number, stage, at))
    for said in one.said:
        if said.proof:
            kept.attach(session, _proof(said, entity, at))
    kept.advance(session, number, kept.CLOSED, ASSESSORS[0][0], at + timedelta(hours=3))


def _decided(last: date) -> Iterator[tuple[str, str]]:
    """Which decisions of the committee were taken for which criterion."""
    for criterion, ago, place in (("journeys.3.personal", 75, 0), ("logistics.2.accurate", 75, 1), ("pricing.2.parity", 30, 0)):
        day = (last - timedelta(days=ago)).replace(day=9)
        yield criterion, f"{day.isoformat()}-{place}"


def _ballots(one: Session, number: int, stage: str, at: datetime) -> Iterator[kept.Ballot]:
    later = timedelta(hours=2 if stage == kept.OPEN else 0)
    for said in one.said:
        votes = said.after if stage == kept.OPEN else said.blind
        for (name, direction), value in zip(ASSESSORS, votes, strict=True):
            yield kept.Ballot(assessment=number, criterion=said.criterion, assessor=name, direction=direction, round=stage, value=value,
                              note="", ticket=None, at=at + later)  # fmt: skip


def _proof(said: Said, entity: str, at: datetime) -> kept.Proof:
    """What was shown: the minutes as a file, for every third question a note of them."""
    filed = sum(map(ord, said.criterion)) % 3 > 0
    return kept.Proof(
        entity=entity, criterion=said.criterion, kind="file" if filed else "note", title=said.proof, target="" if filed else said.proof,
        media="text/plain" if filed else "", size=0, digest="", content=_minutes(said, at) if filed else None, dated=said.dated,
        by=ASSESSORS[0][0], at=at,
    )  # fmt: skip


def _minutes(said: Said, at: datetime) -> bytes:
    votes = zip(ASSESSORS, said.blind, said.after, strict=True)
    lines = (
        f"Vaubrun · {said.criterion}", f"Séance du / session of {at.date().isoformat()}",
        f"Pièce du / exhibit of {said.dated.isoformat()}", "", "0 = non / no · 0.5 = en partie / partly · 1 = oui / yes",
        *(f"{name} ({direction}) : {before:g} → {after:g}" for (name, direction), before, after in votes),
    )  # fmt: skip
    return ("\n".join(lines) + "\n").encode()
