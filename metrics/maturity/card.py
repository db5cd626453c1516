"""A scorecard: every dimension now and at each monthly computation before, what holds, how far assessors agree, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from metrics.maturity.action import Action, actions
from metrics.maturity.agreement import alpha, interval
from metrics.maturity.answer import BLIND, Answers
from metrics.maturity.held import Held, held, monthly
from metrics.maturity.measure import Readings
from metrics.maturity.model import Model, judging
from metrics.maturity.score import Scored, Whole, score, whole

BACK = 3  # monthly computations between which a movement is told


@dataclass(frozen=True, slots=True)
class Month:
    """One computation: the version of the model that judged, each dimension, and the whole."""

    at: datetime
    version: str
    scores: Mapping[str, Scored]
    whole: Whole


@dataclass(frozen=True, slots=True)
class Card:
    """The scorecard of an instant: `months` are its computations in order, the last one is now."""

    model: Model
    months: tuple[Month, ...]
    held: Mapping[str, Held]
    actions: tuple[Action, ...]
    alpha: float | None
    sure: tuple[float, float] | None  # the 95 % interval of alpha
    assessors: int

    @property
    def now(self) -> Month:
        """The computation asked for."""
        return self.months[-1]

    @property
    def before(self) -> Month | None:
        """The computation three months before, or the first there is; None when there is but one."""
        return None if len(self.months) < 2 else self.months[max(0, len(self.months) - 1 - BACK)]

    def moved(self, dimension: str) -> float | None:
        """By how much a dimension's score moved since `before`."""
        past = self.before
        if past is None or dimension not in past.scores:
            return None
        return self.now.scores[dimension].score - past.scores[dimension].score

    def since(self, dimension: str, level: int) -> datetime | None:
        """The computation since which a level has been met without a break; None when it is not met now."""
        found = None
        for month in reversed(self.months):
            if dimension not in month.scores or month.scores[dimension].level < level:
                break
            found = month.at
        return found


def card(
    models: tuple[Model, ...],
    answers: Callable[[datetime], Answers],
    readings: Mapping[datetime, Readings],
    instants: Sequence[datetime],
    zone: str,
    targets: Mapping[str, float] | None = None,
    heard: datetime | None = None,
) -> Card:
    """Put a scorecard together. `answers` gives what had been said by an instant; `targets` are the levels aimed at. The last
    computation hears what was said until `heard`, where that is later: what is measured is of an hour, an answer counts when it is given.
    """
    months, heard = [], heard or instants[-1]
    for at in instants:
        model, until = judging(models, at.astimezone(ZoneInfo(zone)).date()), heard if at == instants[-1] else at
        scores = score(model, answers(until), readings.get(at, {}), until)
        months.append(Month(at, model.version, scores, whole(scores)))
    now, model = months[-1], judging(models, instants[-1].astimezone(ZoneInfo(zone)).date())
    counted = [month for month in months if monthly(month.at, zone)]  # what is looked at between two of them is no computation of a month
    stable = {
        each.id: held([month.scores[each.id].level for month in counted if each.id in month.scores], model.scoring.stable_months)
        for each in model.dimensions
    }
    said = answers(heard)
    units = tuple(
        tuple(sorted(rounds[BLIND].value for rounds in said.latest(each.id).values() if BLIND in rounds))
        for each in model.criteria
        if each.question
    )
    people = {vote.assessor for vote in said.votes}
    return Card(model, tuple(months), stable, actions(now.scores, stable, targets), alpha(units), interval(units), len(people))
