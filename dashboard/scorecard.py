"""The scorecard of an address: measures from the store under the viewer's scope, answers from the ledger; measures are kept for an hour."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.ask import desk
from dashboard.format import Language, day
from dashboard.guard import viewer
from dashboard.page import Visit
from dashboard.word import plain, refusal
from metrics.maturity.answer import BLIND, Answers, Evidence, Vote, Waiver
from metrics.maturity.card import Card, card
from metrics.maturity.held import months
from metrics.maturity.measure import Asked, Readings, readings
from metrics.maturity.model import Model, original
from metrics.query import Pairs
from sql.ledger import maturity as kept
from sql.standing import brands, names

MONTHS = 10
KEPT_S = 3600  # instants are whole hours: nobody waits for the measures of an hour twice


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger holds about one entity."""

    assessments: tuple[kept.Assessment, ...]
    opened: Mapping[int, datetime]  # assessment → when its votes were shown
    stages: Mapping[int, str]
    ballots: tuple[kept.Ballot, ...]
    proofs: tuple[kept.Proof, ...]
    asides: tuple[kept.Aside, ...]
    trajectory: tuple[kept.Stage, ...]
    deeds: tuple[kept.Deed, ...]
    _answers: dict[datetime, Answers] = field(default_factory=dict)

    def answers(self, at: datetime) -> Answers:
        """What counted at an instant: of each question the votes of the last assessment that was open by then and asked it."""
        if at not in self._answers:
            self._answers[at] = self._until(at)
        return self._answers[at]

    def _until(self, at: datetime) -> Answers:
        asked: dict[str, dict[int, list[kept.Ballot]]] = defaultdict(lambda: defaultdict(list))
        for each in self.ballots:
            if each.at <= at and self.opened.get(each.assessment, at + timedelta(1)) <= at:
                asked[each.criterion][each.assessment].append(each)
        votes = [_vote(each) for found in asked.values() for each in found[max(found)]]
        proofs = [
            Evidence(each.criterion, each.kind, each.title, each.dated, each.at, each.digest, str(each.number)) for each in self.proofs
        ]
        return Answers(tuple(votes), tuple(proofs), waivers(self.asides)).until(at)


def _vote(each: kept.Ballot) -> Vote:
    return Vote(each.criterion, each.assessor, each.direction, each.round or BLIND, each.value, each.at)


def waivers(asides: Iterable[kept.Aside]) -> tuple[Waiver, ...]:
    """What was set aside or arranged, as plain values."""
    return tuple(Waiver(each.criterion, each.reason, each.approver, each.at, each.until) for each in asides)


def book(entity: str) -> Book:
    """Read the ledger about an entity."""
    with desk().ledger.read() as session:
        asked = tuple(kept.assessments(session, entity))
        numbers = [each.number for each in asked]
        steps = kept.steps(session, numbers)
        opened = {each.assessment: each.at for each in steps if each.stage == kept.OPEN}
        here = {each.assessment: each.stage for each in steps}
        return Book(
            asked,
            opened,
            here,
            tuple(kept.ballots(session, entity)),
            tuple(kept.proofs(session, entity)),
            tuple(kept.asides(session, entity)),
            tuple(kept.stages(session, entity)),
            tuple(kept.deeds(session, entity)),
        )


def entity_of(visit: Visit) -> str:
    """The entity of an address ("site=m-lille"), '' for the company."""
    return visit.first("entity")


def entity_name(entity: str, language: Language) -> str:
    """What an entity is called: a store or brand by its name, '' as the company."""
    if not entity:
        return plain("maturity.company", language)
    kind, _, value = entity.partition("=")
    called = names(desk().store).get((kind, value), value)
    return plain("maturity.brand_named", language, name=called) if kind == "brand" else called


def entities() -> tuple[str, ...]:
    """What a scorecard can be asked of: the company (''), each brand, each site that is registered."""
    here = desk()
    known: tuple[str, ...] | None = here.cache.get("maturity entities")
    if known is None:
        sites = sorted(key for kind, key in names(here.store) if kind == "site")[:30]
        known = ("", *(f"brand={name}" for name in brands(here.store)), *(f"site={key}" for key in sites))
        here.cache.set("maturity entities", known, timeout=300)
    return known


def pairs_of(entity: str) -> Pairs:
    """An entity as a filter; refused in words when it is none."""
    if not entity:
        return ()
    name, _, value = entity.partition("=")
    if name not in ("brand", "site") or not value:
        raise refusal("frame.no_entity", value=entity)
    return ((name, (value,)),)


def instant_of(visit: Visit, name: str = "at") -> datetime:
    """The instant of an address: the end of the day it names, by the company's clock; the beginning of the present hour without one."""
    asked = visit.first(name)
    now = _hour(visit)
    if not asked:
        return now
    try:
        wanted = date.fromisoformat(asked)
    except ValueError:
        raise refusal("frame.no_day", value=asked) from None
    return min(now, datetime.combine(wanted + timedelta(days=1), datetime.min.time(), ZoneInfo(visit.zone)).astimezone(UTC))


def _hour(visit: Visit) -> datetime:
    return visit.now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def heard_until(visit: Visit, at: datetime) -> datetime:
    """Until when answers count in the scorecard of an instant: in that of the present hour those of this moment do."""
    return visit.now.astimezone(UTC) if at == _hour(visit) else at


def scorecard(visit: Visit, entity: str, at: datetime, told: Book) -> Card:
    """The scorecard of an entity at an instant, under the scope of who looks."""
    instants = months(at, visit.zone, MONTHS)
    found = measured(visit, entity, instants)
    targets = {name: float(level) for stage in told.trajectory for name, level in stage.targets.items()}
    return card(models(), told.answers, found, instants, visit.zone, targets, heard_until(visit, at))


@dataclass(frozen=True, slots=True)
class Beside:
    """The scorecard that another is compared with, and what it is called: a day, or an entity."""

    name: str
    card: Card
    dated: bool

    def score(self, dimension: str) -> float | None:
        """The score of a dimension there; None where nothing is known of it."""
        found = self.card.now.scores.get(dimension)
        return found.score if found is not None and found.known else None

    @property
    def known(self) -> bool:
        """Whether anything at all is known there."""
        return any(each.known for each in self.card.now.scores.values())


def beside(visit: Visit, entity: str) -> Beside | None:
    """The scorecard to compare with: `with=` names a day, or another entity on the same day."""
    asked = visit.first("with")
    if not asked:
        return None
    if asked != "company" and "=" not in asked:
        at = instant_of(visit, "with")
        return Beside(day(date.fromisoformat(asked), visit.language), scorecard(visit, entity, at, book(entity)), dated=True)
    other = "" if asked == "company" else asked
    pairs_of(other)
    return Beside(entity_name(other, visit.language), scorecard(visit, other, instant_of(visit), book(other)), dated=False)


def models() -> tuple[Model, ...]:
    """The versions of the model that judge here: the original, and the company's own where it has one."""
    own = desk().settings.maturity
    return (original(),) if own is None else (original(), own)


def asked_of(visit: Visit, entity: str) -> Asked:
    """Whose numbers: the viewer's scope and the entity within it."""
    return Asked(viewer().scope, pairs_of(entity), visit.zone)


def measured(visit: Visit, entity: str, instants: tuple[datetime, ...]) -> dict[datetime, Readings]:
    """What every measure found at each instant; asked once for everybody who may see the same."""
    here = desk()
    asked = asked_of(visit, entity)
    words = f"maturity {asked!r} {instants!r} {[model.version for model in models()]!r}"
    key = hashlib.blake2b(words.encode(), digest_size=20).hexdigest()

    def compute() -> dict[datetime, Readings]:
        found: dict[datetime, Readings] = {at: {} for at in instants}
        for model in models():
            for at, some in readings(here.store, model, instants, asked).items():
                found[at] |= some
        here.cache.set(key, found, timeout=KEPT_S)
        return found

    known: dict[datetime, Readings] | None = here.cache.get(key)
    return known if known is not None else here.flight.do(key, compute)
