"""What a person reads and writes on a terminal: results and the catalogue as plain text, and instants."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import datetime

from dashboard.format import quantity
from dashboard.usage import End
from metrics import registry
from metrics.bucket import zone
from metrics.metric import Metric
from metrics.query import Grain, Query, Scope
from metrics.result import Result


def table(result: Result, question: Query) -> str:
    """The result of a question as columns: dimensions left, figures right in their unit with their interval, and how fresh they are."""
    keys = [*question.by, *(["at"] if question.grain else [])]
    names = list(dict.fromkeys(question.metrics))
    lines = [[*keys, *names]]
    for row in result.rows:
        cells = [_key(row.keys.get(name)) for name in keys]
        for name in names:
            figure, unit = row.figures.get(name), str(registry.metric(name).unit)
            text = quantity(figure.value if figure else None, unit, "en")
            if figure and figure.low is not None and figure.high is not None:
                text += f" ({quantity(figure.low, unit, 'en')} to {quantity(figure.high, unit, 'en')})"
            cells.append(text)
        lines.append(cells)
    as_of = f"as of {result.as_of:%Y-%m-%d %H:%M:%S} UTC" if result.as_of else "nothing has been ingested yet"
    as_of += f" ({result.slowest}: nothing of this kind since)" if result.slowest else ""
    known = f", as known at {result.known_at:%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC" if result.known_at else ""
    return _aligned(lines, len(keys)) + as_of + known + "\n"


def catalogue(metrics: Sequence[Metric]) -> str:
    """Metrics as a list; one alone with its definition, formula and parameters."""
    if len(metrics) != 1:
        return _aligned([["metric", "name", "nom"], *([each.id, each.name.en, each.name.fr] for each in metrics)], 3)
    [metric] = metrics
    lines = [f"{metric.id}: {metric.name.en} / {metric.name.fr}", metric.definition.en, metric.definition.fr, f"= {metric.formula.en}"]
    lines += [f"  {each.name} (default {each.default}): {each.text.en}" for each in metric.parameters]
    return "\n".join(lines) + "\n"


def _key(value: str | datetime | None) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value or "–"


def _aligned(lines: Sequence[Sequence[str]], left: int) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(_line(cells, widths, left) for cells in lines)


def _line(cells: Iterable[str], widths: Sequence[int], left: int) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    placed = (cell.ljust(width) if place < left else cell.rjust(width) for place, (cell, width) in pairs)
    return "  ".join(placed).rstrip() + "\n"


def instant(text: str | None, name: str, flag: str) -> datetime | None:
    """An instant from the command line: without an offset local time in the zone of that name. ValueError in words, naming the flag."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{flag} wants an instant such as 2026-11-21 or 2026-11-21T09:00:00+01:00, not {text!r}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(name))


def words(parser: ArgumentParser) -> None:
    """What may be said after `apogee query`."""
    parser.add_argument("metrics", nargs="+", metavar="METRIC")
    parser.add_argument("--by", default="", metavar="DIM,…")
    parser.add_argument("--from", dest="since", metavar="ISO")
    parser.add_argument("--to", dest="until", action=End, metavar="ISO", help="end of the period; or, also, the URL of a running Apogee")
    parser.add_argument("--known-at", metavar="ISO")
    parser.add_argument("--grain", choices=("15m", "hour", "day", "week", "month"))
    parser.add_argument("--zone", default="Europe/Paris")
    parser.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    parser.add_argument("--set", action="append", default=[], metavar="PARAM=VALUE")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")


def question(arguments: Namespace) -> Query:
    """The question in the words of `apogee query`, asked by whoever may see everything. ValueError in words."""
    where: dict[str, list[str]] = {}
    for text in arguments.where:
        name, value = pair(text, "--where")
        where.setdefault(name, []).append(value)
    return Query(
        metrics=tuple(arguments.metrics),
        by=tuple(part for part in arguments.by.split(",") if part),
        since=instant(arguments.since, arguments.zone, "--from"),
        until=instant(arguments.until, arguments.zone, "--to"),
        known_at=instant(arguments.known_at, arguments.zone, "--known-at"),
        grain=Grain(arguments.grain) if arguments.grain else None,
        zone=arguments.zone,
        where=tuple((name, tuple(values)) for name, values in where.items()),
        parameters=tuple(pair(text, "--set") for text in arguments.set),
        scope=Scope.all(),
    )


def pair(text: str, flag: str) -> tuple[str, str]:
    """A name and its value. ValueError in words, naming the flag."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise ValueError(f"{flag} wants NAME=VALUE, not {text!r}.")
    return name, value
