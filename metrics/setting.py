"""Which value each parameter of a metric takes in a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metrics.metric import Case, Metric, Number, Parameter
from metrics.query import Query
from metrics.refusal import nearest, refuse

Settings = Mapping[str, str | float]


def settings(query: Query, metric: Metric) -> Settings:
    """The metric's parameters as the question sets them, or as they are by default; what is not allowed is refused in words."""
    asked = dict(query.parameters)
    found: dict[str, str | float] = {}
    for parameter in metric.parameters:
        value = asked.get(f"{metric.id}.{parameter.name}", asked.get(parameter.name, parameter.default))
        found[parameter.name] = allowed(parameter, value)
    return found


def allowed(parameter: Parameter, value: str | float) -> str | float:
    """`value` if the parameter may take it, as a float where it is a number; otherwise a sentence that says what it may take."""
    if isinstance(parameter.allowed, Number):
        low, high = parameter.allowed.low, parameter.allowed.high
        if isinstance(value, str) or not low <= value <= high:
            raise refuse("parameter_number", name=parameter.name, low=f"{low:.12g}", high=f"{high:.12g}", value=str(value))
        return float(value)
    choices = [choice.value for choice in parameter.allowed]
    if value not in choices:
        raise refuse("parameter_choice", name=parameter.name, known=", ".join(choices), value=str(value))
    return value


def check(query: Query, asked: Iterable[Metric]) -> None:
    """Refuse a parameter that none of the metrics asked for has: it would change nothing, silently."""
    known = {name for metric in asked for parameter in metric.parameters for name in (parameter.name, f"{metric.id}.{parameter.name}")}
    for name, _ in query.parameters:
        if name not in known:
            raise refuse("no_parameter", name=name, near=nearest(name, known))


def chosen(text: str | Case, values: Settings) -> str:
    """The SQL a choice stands for."""
    if isinstance(text, str):
        return text
    return dict(text.of)[str(values[text.parameter])]
