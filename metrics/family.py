"""The families of metrics: one module of the catalogue is one family."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from metrics import catalog
from metrics.metric import Metric


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Family (the module's name) → the ids of its metrics, in the order in which they are declared."""
    found = {}
    for module in pkgutil.iter_modules(catalog.__path__):
        declared = vars(importlib.import_module(f"metrics.catalog.{module.name}"))
        found[module.name] = tuple(name for name, value in declared.items() if isinstance(value, Metric))
    return found


def family(name: str) -> str:
    """The family of a metric by its id; a KeyError when there is no such metric."""
    for each, names in families().items():
        if name in names:
            return each
    raise KeyError(name)
