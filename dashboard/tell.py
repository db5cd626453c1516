"""Results and metrics as JSON and CSV: what the API, the command line and files give, in one shape."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from metrics.metric import Metric
from metrics.query import Query
from metrics.result import Figure, Result

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_dict(result: Result) -> dict[str, Any]:
    """A result in the contract's JSON shape: {"as_of", "rows": [{dimension: value, metric: {value, n, top, bottom, low, high}}]}, and
    "known_at" where the question had one."""
    rows = [
        {name: _plain(key) for name, key in row.keys.items()} | {name: _figure(figure) for name, figure in row.figures.items()}
        for row in result.rows
    ]
    known_at = {"known_at": _plain(result.known_at)} if result.known_at else {}
    return {"as_of": _plain(result.as_of)} | known_at | {"rows": rows}


def as_csv(result: Result, question: Query) -> str:
    """The result of a question as CSV, one line a group: dimensions, then each metric's value, n, top, bottom, low, high.

    Texts that a spreadsheet would run as a formula are prefixed with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [*question.by, *(["at"] if question.grain else [])]
    names = list(dict.fromkeys(question.metrics))
    parts = ("value", "n", "top", "bottom", "low", "high")
    writer.writerow([*keys, *(name if part == "value" else f"{name}.{part}" for name in names for part in parts)])
    for row in result.rows:
        texts = [str(_plain(row.keys[name])) for name in keys]
        figures = [getattr(row.figures[name], part) for name in names for part in parts]
        safe = (f"'{text}" if text.startswith(_FORMULA) else text for text in texts)
        writer.writerow([*safe, *("" if figure is None else figure for figure in figures)])
    return out.getvalue()


def described(metric: Metric) -> dict[str, Any]:
    """One metric as the catalogue route and `apogee metrics` give it."""
    return {
        "id": metric.id,
        "name": {"en": metric.name.en, "fr": metric.name.fr},
        "definition": {"en": metric.definition.en, "fr": metric.definition.fr},
        "kind": str(metric.kind),
        "unit": str(metric.unit),
        "better": str(metric.better),
        "parameters": [{"name": each.name, "default": each.default} for each in metric.parameters],
    }


def _figure(figure: Figure) -> dict[str, float | int | None]:
    return {name: getattr(figure, name) for name in ("value", "n", "top", "bottom", "low", "high")}


def _plain(value: object) -> object:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if isinstance(value, datetime) else value
