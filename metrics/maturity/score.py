"""From values to levels and scores. Pure: no store, no clock.

A criterion's value is 0, ½ or 1, or it is unknown (which counts 0 for levels and is shown apart), or set aside. The staged level of a
dimension is the highest one of which, and of all below which, every required criterion has the value 1 (the rule of CMMI). The continuous
score adds to it 0.99 × the mean value of the next level's required criteria, so that its whole part is always the level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from metrics.interval import Survival, greenwood, survival, wilson
from metrics.maturity.answer import Answers, Waiver, later, median
from metrics.maturity.model import Bar, Cell, Criterion, Dimension, Kind, Model, Scoring

NEXT = 0.99


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure found in a window: top of bottom (or ended and censored by day), rows, and for gains value and bounds given."""

    top: float = 0.0
    bottom: float = 0.0
    n: int = 0
    ends: tuple[tuple[int, int], ...] = ()
    censored: tuple[tuple[int, int], ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A test with what it found. `value` is None when unknown; `mark` is 1, ½, 0 or None (unknown)."""

    test: Bar
    top: float
    bottom: float
    n: int
    value: float | None
    low: float | None
    high: float | None
    mark: float | None


@dataclass(frozen=True, slots=True)
class Valued:
    """A criterion with its value: None when unknown, `waived` when set aside, `proven` when measured or answered with evidence.

    `expired` is the last day on which evidence was valid, where there is some and none of it is any more: it counts as missing. `agreed`
    is the equivalent arrangement that was approved in place of what is measured, whether its day has passed or not.
    """

    criterion: Criterion
    value: float | None
    waived: bool = False
    proven: bool = False
    judged: tuple[Judged, ...] = ()
    opinion: tuple[float, ...] = ()
    expired: date | None = None
    agreed: Waiver | None = None

    @property
    def counted(self) -> float:
        """The value for levels: unknown is 0."""
        return self.value or 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A dimension at an instant. `say` and `do` are its levels by questions and by indicators alone; `confidence` is between 0 and 1."""

    dimension: Dimension
    level: int
    score: float
    say: int
    do: int
    confidence: float
    values: Mapping[str, Valued]

    @property
    def known(self) -> bool:
        """Whether anything was answered, measured or set aside: without, its 0 is no value of the company's."""
        return any(each.value is not None or each.waived for each in self.values.values())

    @property
    def gap(self) -> int:
        """What is claimed beyond what is measured; negative when more is done than said."""
        return self.say - self.do

    def missing(self, level: int) -> tuple[Valued, ...]:
        """The required criteria of a level that are not met, nearest first: those at ½, then those that take least effort."""
        found = [self.values[each.id] for each in self.dimension.cell(level).required]
        wanting = [each for each in found if not each.waived and each.counted < 1]
        return tuple(sorted(wanting, key=lambda each: (-each.counted, each.criterion.effort_days, each.criterion.id)))


# --- values ------------------------------------------------------------------------------------------------------------------------


def judged(test: Bar, reading: Reading | None) -> Judged:
    """A test held against its reading. Passes (1) when the whole interval is on the good side, ½ when only the value is."""
    if reading is None:
        return Judged(test, 0, 0, 0, None, None, None, None)
    value, low, high, n = _FIGURE[test.kind](test, reading)
    mark = None
    if value is not None and n >= test.minimum:
        bound = (low if low is not None else value) if test.at_least is not None else (high if high is not None else value)
        mark = 1.0 if _good(test, bound) else 0.5 if _good(test, value) else 0.0
    return Judged(test, reading.top, reading.bottom, n, value, low, high, mark)


def _good(test: Bar, value: float) -> bool:
    """A gain has to be above its bar, everything else may be on it."""
    if test.at_least is not None:
        return value > test.at_least if test.kind is Kind.UPLIFT else value >= test.at_least
    return value <= (test.at_most or 0.0)


Figure = tuple[float | None, float | None, float | None, int]


def _rate(_: Bar, reading: Reading) -> Figure:
    bounds = wilson(reading.top, reading.bottom)
    return (None, None, None, reading.n) if bounds is None else (reading.top / reading.bottom, *bounds, reading.n)


def _share(_: Bar, reading: Reading) -> Figure:
    return (reading.top / reading.bottom if reading.bottom else None), None, None, reading.n


def _number(_: Bar, reading: Reading) -> Figure:
    return (reading.top if reading.n else None), None, None, reading.n


def _curve(test: Bar, reading: Reading) -> Figure:
    estimate: Survival = survival(dict(reading.ends), dict(reading.censored), test.horizon)
    if estimate.n == 0 or not estimate.known:
        return None, None, None, estimate.n
    bounds = greenwood(estimate)
    if bounds is None:  # all ended or none: the variance says nothing, a share of so many does
        ended = wilson((1 - estimate.share) * estimate.n, estimate.n)
        bounds = None if ended is None else (1 - ended[1], 1 - ended[0])
    low, high = (None, None) if bounds is None else (1 - bounds[1], 1 - bounds[0])
    return 1 - estimate.share, low, high, estimate.n


def _given(_: Bar, reading: Reading) -> Figure:
    return reading.value, reading.low, reading.high, reading.n


def _margin(_: Bar, reading: Reading) -> Figure:
    bounds = wilson(reading.top, reading.bottom)
    return (None if bounds is None else (bounds[1] - bounds[0]) / 2), None, None, reading.n


_FIGURE: dict[Kind, Callable[[Bar, Reading], Figure]] = {
    Kind.RATE: _rate,
    Kind.CENSUS: _share,
    Kind.SUM: _share,
    Kind.COUNT: _number,
    Kind.CURVE: _curve,
    Kind.UPLIFT: _given,
    Kind.MARGIN: _margin,
}


def valued(criterion: Criterion, answers: Answers, readings: Mapping[tuple[str, int], Reading], day: date) -> Valued:
    """The value of a criterion on a day. `readings` are by (measure, days of the window)."""
    waived = answers.waived(criterion.id)
    if not criterion.question:
        found = tuple(judged(each, readings.get((each.measure, each.days))) for each in criterion.tests)
        marks = [each.mark for each in found if each.mark is not None or not each.test.if_any]
        known = [each for each in marks if each is not None]
        # a test that fails decides; otherwise one unknown leaves the whole unknown
        value = min(known) if known and (len(known) == len(marks) or 0.0 in known) else None
        agreed = answers.arrangement(criterion.id) if criterion.equivalent else None
        if agreed and agreed.until and day <= agreed.until and answers.proofs(criterion.equivalent):
            value = 1.0
        return Valued(criterion, value, waived, value is not None, found, agreed=agreed)
    opinion = answers.opinion(criterion.id)
    value = median(opinion)
    proofs, proven = answers.proofs(criterion.id), bool(answers.standing(criterion.id, criterion.valid_months, day))
    if value is not None and not proven:
        value = min(value, 0.5)
    expired = later(max(each.dated for each in proofs), criterion.valid_months) if proofs and not proven else None
    return Valued(criterion, value, waived, proven and value is not None, (), opinion, expired)


# --- levels ------------------------------------------------------------------------------------------------------------------------


def scored(dimension: Dimension, values: Mapping[str, Valued], answers: Answers, scoring: Scoring, at: datetime) -> Scored:
    """A dimension's levels, score and confidence at an instant, from the values of its criteria."""
    kept = {each.id: _kept(dimension.cell(each.level), values, each, scoring) for each in dimension.criteria}
    reached = level(dimension, kept, lambda _: True)
    return Scored(
        dimension,
        reached,
        _score(dimension, kept, reached),
        level(dimension, kept, lambda each: each.question),
        level(dimension, kept, lambda each: not each.question),
        _confidence(dimension, kept, reached, answers, scoring, at),
        kept,
    )


def _kept(cell: Cell, values: Mapping[str, Valued], criterion: Criterion, scoring: Scoring) -> Valued:
    """A value as it counts: where more of a cell is set aside than may be, nothing of it is."""
    found = values.get(criterion.id) or Valued(criterion, None)
    if not found.waived or not criterion.required:
        return found
    aside = sum(1 for each in cell.required if each.id in values and values[each.id].waived)
    if aside <= scoring.na_share * len(cell.required):
        return found
    return replace(found, waived=False)


def level(dimension: Dimension, values: Mapping[str, Valued], which: Callable[[Criterion], bool]) -> int:
    """The highest level of which, and of all below which, every required criterion that `which` takes is met. 0: not measured.

    A level without any criterion of that kind cannot be reached by that kind alone.
    """
    for cell in dimension.cells:
        asked = [values[each.id] for each in cell.required if which(each)]
        if not asked or not all(each.waived or each.counted == 1 for each in asked):
            return cell.level - 1
    return len(dimension.cells)


def _score(dimension: Dimension, values: Mapping[str, Valued], reached: int) -> float:
    if reached == len(dimension.cells):
        return float(reached)
    asked = [values[each.id] for each in dimension.cell(reached + 1).required]
    counted = [each.counted for each in asked if not each.waived]
    return reached + NEXT * sum(counted) / len(counted) if counted else float(reached)


def _confidence(
    dimension: Dimension, values: Mapping[str, Valued], reached: int, answers: Answers, scoring: Scoring, at: datetime
) -> float:
    """Share of the required criteria up to the next level that are measured or answered with evidence × share of recent evidence."""
    asked = [each for cell in dimension.cells[: reached + 1] for each in cell.required if not values[each.id].waived]
    if not asked:
        return 0.0
    proven = sum(1 for each in asked if values[each.id].proven) / len(asked)
    proofs = [max(one.dated for one in found) for each in asked if each.question and (found := answers.proofs(each.id))]
    if not proofs:
        return 0.0
    oldest = (at - timedelta(days=scoring.fresh_days)).date()
    return proven * sum(1 for dated in proofs if dated > oldest) / len(proofs)


@dataclass(frozen=True, slots=True)
class Whole:
    """The company: its staged level is its weakest dimension's, its score the mean; the spread says how unlike the dimensions are."""

    level: int
    score: float
    spread: float
    confidence: float
    weakest: tuple[str, ...]


def whole(scores: Mapping[str, Scored]) -> Whole:
    """The company's level, score, spread and confidence, and the dimensions that hold it back."""
    each = list(scores.values())
    low = min(one.level for one in each)
    values = [one.score for one in each]
    return Whole(
        low,
        sum(values) / len(values),
        max(values) - min(values),
        sum(one.confidence for one in each) / len(each),
        tuple(one.dimension.id for one in sorted(each, key=lambda one: one.score) if one.level == low),
    )


def score(model: Model, answers: Answers, readings: Mapping[tuple[str, int], Reading], at: datetime) -> dict[str, Scored]:
    """Every dimension of the model at an instant (UTC), by id. Only what was said by then counts."""
    known = answers.until(at)
    values = {each.id: valued(each, known, readings, at.date()) for each in model.criteria}
    return {each.id: scored(each, values, known, model.scoring, at) for each in model.dimensions}
