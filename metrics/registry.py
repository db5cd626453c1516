"""Every metric, found by walking the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from metrics import catalog
from metrics.metric import Metric
from metrics.query import Refused


class CatalogueError(RuntimeError):
    """The catalogue is wrong: a duplicate id, or a family without a metric."""


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by id, in catalogue order. Raises CatalogueError."""
    found: dict[str, Metric] = {}
    for module in pkgutil.iter_modules(catalog.__path__):
        family = importlib.import_module(f"metrics.catalog.{module.name}")
        mine = {name: value for name, value in vars(family).items() if isinstance(value, Metric)}
        if not mine:
            raise CatalogueError(f"metrics/catalog/{module.name}.py declares no metric.")
        for name, value in mine.items():
            if name in found:
                raise CatalogueError(f"The metric {name} is declared twice, the second time in metrics/catalog/{module.name}.py.")
            found[name] = replace(value, id=name)
    return found


def metric(name: str) -> Metric:
    """The metric with that id; another id is a `Refused` that names the nearest."""
    found = metrics().get(name)
    if found is None:
        raise Refused(f"There is no metric {name!r}{nearest(name, metrics())}")
    return found


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: what it may have been meant to be."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}." if names else "; none is known here."
