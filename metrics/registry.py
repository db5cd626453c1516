"""Every metric, found by walking the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache

from metrics import catalog
from metrics.metric import Metric
from metrics.refusal import nearest, refuse


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
        raise refuse("no_metric", name=name, near=nearest(name, metrics()))
    return found
