"""The model as data: dimensions, levels, criteria, thresholds with their reasons; versions with validity; a company's own adaptations.

The original lives in `metrics/maturity/model/*.toml` and is never written. A company's `maturity.toml` (in its data folder) may

    version = "2026.1-vaubrun"          # required: a scorecard names the version that judged it
    valid_from = 2026-03-01             # when it replaces the original; before that day the original judges
    enable = ["technology"]             # optional dimensions to switch on
    [criterion."logistics.2.accurate"]  # change a criterion: required, effort_days, why, at_least, at_most, minimum, days,
                                        # valid_months (how long evidence for a question is valid)
    at_least = 0.93
    why = { en = "…", fr = "…" }        # a changed threshold says why
    [dimension.brand]                   # add a dimension: the same content as a file of the model

What cannot be meant is refused with a sentence (BadModel).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from metrics.metric import Text

FOLDER = Path(__file__).parent / "model"
LEVELS = (1, 2, 3)


class BadModel(ValueError):
    """A model that cannot be one; the message says which file or criterion, why, and what is meant."""


class Kind(StrEnum):
    """How a test reads its measure.

    RATE: a share of a sample; passes on its Wilson bound, unknown below `minimum` rows. CENSUS: a share of everything there is, counted
    and not sampled. SUM: a share of euros or people, as exact as its rows. COUNT: a number of things. CURVE: product-limit share at
    `horizon` days; passes on its Greenwood bound. UPLIFT: gain of the treated over the held-out, passes on the lower bound of the best
    rule. MARGIN: half of the 95 % interval of a share.
    """

    RATE = "rate"
    CENSUS = "census"
    SUM = "sum"
    COUNT = "count"
    CURVE = "curve"
    UPLIFT = "uplift"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One threshold on one measure (`metrics/maturity/measure.py`). Shares are between 0 and 1, horizons and windows in days.

    `euros`: what a sum adds up is money; otherwise things or people, which are counted.

    `if_any`: of something that had better not happen (a dispute). Where there is too little of it to judge, the other tests decide.
    """

    measure: str
    kind: Kind
    at_least: float | None = None
    at_most: float | None = None
    minimum: int = 1
    days: int = 90
    horizon: int = 0
    if_any: bool = False
    euros: bool = False

    @property
    def threshold(self) -> float:
        """The bar, whichever side of it is good."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A question (no tests; `detail` says which proof is asked for) or an indicator (tests; `detail` says what is counted).

    Evidence for a question is valid for `valid_months` after its date; 0: without an end. An indicator of a choice that a company may
    refuse names in `equivalent` the question whose evidence proves an arrangement that is as good, where one is approved.
    """

    id: str
    dimension: str
    level: int
    required: bool
    text: Text
    detail: Text
    why: Text
    effort_days: float
    tests: tuple[Bar, ...] = ()
    valid_months: int = 0
    equivalent: str = ""

    @property
    def question(self) -> bool:
        """Whether people answer it."""
        return not self.tests


@dataclass(frozen=True, slots=True)
class Cell:
    """One level of one dimension: the state it describes, and the criteria of that state."""

    level: int
    text: Text
    criteria: tuple[Criterion, ...]

    @property
    def required(self) -> tuple[Criterion, ...]:
        """The criteria that gate the level."""
        return tuple(each for each in self.criteria if each.required)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One row of the matrix; `cells` are its levels 1 to 3."""

    id: str
    order: int
    name: Text
    about: Text
    weight: float
    optional: bool
    cells: tuple[Cell, ...]

    def cell(self, level: int) -> Cell:
        """The cell of a level from 1 to 3."""
        return self.cells[level - 1]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, level by level."""
        return tuple(each for cell in self.cells for each in cell.criteria)


@dataclass(frozen=True, slots=True)
class Scoring:
    """The constants of scoring; see model.toml."""

    minimum: int
    window_days: int
    na_share: float
    fresh_days: int
    stable_months: int


@dataclass(frozen=True, slots=True)
class Model:
    """A version of the model, from `valid_from` (inclusive, a day of the company's zone)."""

    version: str
    valid_from: date
    review_months: int
    scoring: Scoring
    levels: tuple[Text, ...]
    dimensions: tuple[Dimension, ...]

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of that id, or None."""
        return next((each for each in self.dimensions if each.id == name), None)

    def criterion(self, name: str) -> Criterion | None:
        """The criterion of that id (dimension.level.name), or None."""
        return next((each for dimension in self.dimensions for each in dimension.criteria if each.id == name), None)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria of all dimensions."""
        return tuple(each for dimension in self.dimensions for each in dimension.criteria)


@cache
def original() -> Model:
    """The model as it ships, optional dimensions left out."""
    full = _whole()
    return replace(full, dimensions=tuple(each for each in full.dimensions if not each.optional))


@cache
def _whole() -> Model:
    head = _toml(FOLDER / "model.toml")
    scoring = Scoring(**head["scoring"])
    files = sorted(path for path in FOLDER.glob("*.toml") if path.name != "model.toml")
    dimensions = [_dimension(_toml(path), path.name, scoring) for path in files]
    return Model(
        head["version"],
        head["valid_from"],
        head["review_months"],
        scoring,
        tuple(_text(head["level"][str(level)], "name", "model.toml") for level in (0, *LEVELS)),
        tuple(sorted(dimensions, key=lambda each: (each.order, each.id))),
    )


def adapted(path: Path) -> Model:
    """The model with the adaptations of a company's file; the original where there is no such file. Raises BadModel."""
    if not path.is_file():
        return original()
    said = _toml(path)
    unknown = sorted(set(said) - {"version", "valid_from", "enable", "criterion", "dimension"})
    if unknown:
        raise BadModel(f"{path.name}: nothing is called {unknown[0]!r}; known are version, valid_from, enable, criterion and dimension.")
    if not isinstance(said.get("version"), str) or not said["version"]:
        raise BadModel(f'{path.name}: give the adapted model a version of its own, such as version = "2026.1-mine".')
    if not isinstance(said.get("valid_from"), date):
        raise BadModel(f"{path.name}: say from which day it holds, such as valid_from = 2026-03-01.")
    whole = _whole()
    wanted = set(said.get("enable", []))
    if missing := sorted(wanted - {each.id for each in whole.dimensions if each.optional}):
        raise BadModel(f"{path.name}: {missing[0]!r} is no optional dimension; enable takes {_optional(whole)}.")
    dimensions = [each for each in whole.dimensions if not each.optional or each.id in wanted]
    for name, content in said.get("dimension", {}).items():
        if any(each.id == name for each in whole.dimensions):
            raise BadModel(f"{path.name}: there is a dimension {name!r} already; change its criteria under [criterion].")
        dimensions.append(_dimension({"id": name, "order": 100, **content}, path.name, whole.scoring))
    changed = _changed(dimensions, said.get("criterion", {}), path.name)
    return replace(whole, version=said["version"], valid_from=said["valid_from"], dimensions=tuple(changed))


def judging(models: tuple[Model, ...], day: date) -> Model:
    """The version that judges a day: the latest one valid by then, the first one before all."""
    valid = [each for each in models if each.valid_from <= day]
    return max(valid, key=lambda each: each.valid_from) if valid else min(models, key=lambda each: each.valid_from)


def _optional(model: Model) -> str:
    return " and ".join(each.id for each in model.dimensions if each.optional)


def _changed(dimensions: list[Dimension], changes: Mapping[str, Any], where: str) -> list[Dimension]:
    known = {each.id for dimension in dimensions for each in dimension.criteria}
    if missing := sorted(set(changes) - known):
        raise BadModel(f"{where}: there is no criterion {missing[0]!r}; criteria are named like logistics.2.accurate.")

    def adapted(cell: Cell) -> Cell:
        found = (_adapt(each, changes[each.id], where) if each.id in changes else each for each in cell.criteria)
        return replace(cell, criteria=tuple(found))

    return [replace(dimension, cells=tuple(adapted(cell) for cell in dimension.cells)) for dimension in dimensions]


def _adapt(criterion: Criterion, change: Mapping[str, Any], where: str) -> Criterion:
    place = f"{where}, criterion {criterion.id}"
    tests = {"at_least", "at_most", "minimum", "days"} & set(change)
    if unknown := sorted(set(change) - {"required", "effort_days", "why", "at_least", "at_most", "minimum", "days", "valid_months"}):
        raise BadModel(f"{place}: {unknown[0]!r} cannot be changed.")
    if tests and criterion.question:
        raise BadModel(f"{place}: a question has no threshold.")
    if "valid_months" in change and not criterion.question:
        raise BadModel(f"{place}: an indicator has no evidence that could grow old.")
    if tests and "why" not in change:
        raise BadModel(f'{place}: a changed threshold needs its reason, why = {{ en = "…", fr = "…" }}.')
    first = criterion.tests[:1]
    side = "at_least" if first and first[0].at_least is not None else "at_most"
    if first and {"at_least", "at_most"} & set(change) - {side}:
        raise BadModel(f"{place}: the threshold stays on its side; this one is {side}.")
    for name in sorted(tests):
        if isinstance(change[name], bool) or not isinstance(change[name], int | float) or change[name] < 0:
            raise BadModel(f"{place}: {name} must be a number from 0.")
    return replace(
        criterion,
        required=bool(change.get("required", criterion.required)),
        effort_days=float(change.get("effort_days", criterion.effort_days)),
        why=_text(change, "why", place) if "why" in change else criterion.why,
        tests=tuple(replace(each, **{name: change[name] for name in tests}) for each in first) + criterion.tests[1:],
        valid_months=_months({"valid_months": criterion.valid_months, **change}, place),
    )


def _dimension(said: Mapping[str, Any], where: str, scoring: Scoring) -> Dimension:
    try:
        name = said["id"]
        cells = tuple(_cell(name, level, said[str(level)], where, scoring) for level in LEVELS)
        return Dimension(
            name,
            said["order"],
            _text(said, "name", where),
            _text(said, "about", where),
            float(said.get("weight", 1)),
            bool(said.get("optional", False)),
            cells,
        )
    except KeyError as missing:
        raise BadModel(f"{where}: {missing.args[0]} is missing.") from None


def _cell(dimension: str, level: int, said: Mapping[str, Any], where: str, scoring: Scoring) -> Cell:
    criteria = [_criterion(dimension, level, each, where, ("ask", "proof"), ()) for each in said.get("question", [])]
    for each in said.get("indicator", []):
        tests = tuple(_test(one, f"{where}, {each['id']}", scoring) for one in each["tests"])
        criteria.append(_criterion(dimension, level, each, where, ("name", "counts"), tests))
    if not any(each.required for each in criteria):
        raise BadModel(f"{where}: level {level} of {dimension} has no required criterion: it would be reached by everybody.")
    if len({each.id for each in criteria}) < len(criteria):
        raise BadModel(f"{where}: two criteria of level {level} of {dimension} have one id.")
    asked = {"", *(each.id for each in criteria if each.question)}
    if astray := [each.equivalent for each in criteria if each.equivalent not in asked]:
        raise BadModel(f"{where}: equivalent names a question of the same cell; {astray[0]} is none.")
    return Cell(level, _text(said, "text", where), tuple(criteria))


def _criterion(
    dimension: str, level: int, said: Mapping[str, Any], where: str, words: tuple[str, str], tests: tuple[Bar, ...]
) -> Criterion:
    place = f"{where}, {said.get('id')}"
    return Criterion(
        id=f"{dimension}.{level}.{said['id']}",
        dimension=dimension,
        level=level,
        required=said["required"],
        text=_text(said, words[0], place),
        detail=_text(said, words[1], place),
        why=_text(said, "why", place) if tests else Text("", ""),
        effort_days=float(said["effort_days"]),
        tests=tests,
        valid_months=_months(said, place),
        equivalent=f"{dimension}.{level}.{said['equivalent']}" if tests and "equivalent" in said else "",
    )


def _months(said: Mapping[str, Any], place: str) -> int:
    found = said.get("valid_months", 0)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= 120:
        raise BadModel(f"{place}: valid_months is a number of months from 0 (no end) to 120.")
    return found


def _test(said: Mapping[str, Any], where: str, scoring: Scoring) -> Bar:
    try:
        kind = Kind(said["kind"])
        least = scoring.minimum if kind in (Kind.RATE, Kind.CURVE, Kind.MARGIN, Kind.UPLIFT) else 1
        test = Bar(**{"minimum": least, "days": scoring.window_days, **said, "kind": kind})
    except (TypeError, ValueError, KeyError) as error:
        raise BadModel(f"{where}: not a test: {error}.") from None
    if test.euros and kind is not Kind.SUM:
        raise BadModel(f"{where}: only a sum is of euros.")
    if (test.at_least is None) == (test.at_most is None):
        raise BadModel(f"{where}: a test has exactly one of at_least and at_most.")
    return test


def _text(said: Mapping[str, Any], name: str, where: str) -> Text:
    found = said.get(name)
    if not isinstance(found, dict) or set(found) != {"en", "fr"} or not all(isinstance(each, str) and each for each in found.values()):
        raise BadModel(f"{where}: {name} needs a text in English and one in French.")
    return Text(found["en"], found["fr"])


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadModel(f"{path.name} could not be read as TOML: {error}.") from error
