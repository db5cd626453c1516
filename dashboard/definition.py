"""What the handbook knows about a metric beyond its declaration: its query, its figures here, its variants, and who uses it."""

import ast
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from dashboard.format import Language, hours, quantity
from dashboard.period import Ask, Period
from metrics.fact import FACTS
from metrics.metric import Kind, Metric, Number, Parameter, Unit
from metrics.promise import Promises
from metrics.query import Query, Scope
from metrics.result import Figure, Result
from metrics.statement import Statement, statement

WORKED = ("work", "stint", "presence")  # facts of what agents did, beside the views of agent time


@dataclass(frozen=True, slots=True)
class Variant:
    """One allowed value of a choice parameter and the figure it gives for the same contacts."""

    value: str
    used: bool
    figure: Figure


def question(metric: Metric, period: Period, zone: str) -> Query:
    """A metric over a period, by itself."""
    return Query(metrics=(metric.id,), since=period.since(zone), until=period.until(zone), zone=zone)


def figure(ask: Ask, metric: Metric, period: Period, zone: str) -> Figure:
    """The metric's figure over a period."""
    return _one(ask(question(metric, period, zone)), metric)


def _one(result: Result, metric: Metric) -> Figure:
    return result.rows[0].figures[metric.id] if result.rows else Figure(None, None)


def variants(ask: Ask, metric: Metric, parameter: Parameter, period: Period, zone: str) -> list[Variant]:
    """The same contacts under every allowed value of a choice parameter; none for a number parameter."""
    if isinstance(parameter.allowed, Number):
        return []
    base = question(metric, period, zone)
    return [
        Variant(
            choice.value, choice.value == parameter.default, _one(ask(replace(base, parameters=((parameter.name, choice.value),))), metric)
        )
        for choice in parameter.allowed
    ]


def statements(metric: Metric, period: Period, zone: str, scope: Scope, promises: Promises) -> tuple[Statement, ...]:
    """The statements that would answer the metric over a period for a viewer; pure, nothing is run."""
    return statement(replace(question(metric, period, zone), scope=scope, now=datetime.now(UTC)), promises=promises)


def written(metric: Metric, value: float | None, language: Language, *, short: bool = False) -> str:
    """A metric's value as a reader writes it; what adds up to time of agents is hours however many, as nobody works in days."""
    worked = metric.unit is Unit.SECONDS and metric.kind is Kind.SUM and any(name in WORKED or FACTS[name].view for name in metric.facts)
    return hours(value, language, short=short) if worked else quantity(value, metric.unit, language)


@cache
def mentions() -> dict[str, frozenset[str]]:
    """Text constant → the pages in whose source it stands: `pages/x.py`, and the package or module of the same name beside it."""
    folder = Path(__file__).parent
    found: dict[str, set[str]] = {}
    for page in (folder / "pages").glob("[a-z]*.py"):
        for path in [page, *(folder / page.stem).glob("*.py")]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.setdefault(node.value, set()).add(page.stem)
    return {text: frozenset(pages) for text, pages in found.items()}
