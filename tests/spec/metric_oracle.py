"""Each metric said a second time: slow, obvious, written from its definition in words and not from its SQL.

Found by walking `tests/spec/metric`, which has a file for each family of the catalogue; agent time has its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType

from tests.spec import metric
from tests.spec.agent_metric_oracle import ORACLES as OF_AGENTS
from tests.spec.metric_asked import Answer, Asked

Oracle = Callable[[Asked], Answer]


def _oracles(family: ModuleType) -> dict[str, Oracle]:
    own = {name: each for name, each in vars(family).items() if getattr(each, "__module__", "") == family.__name__}
    return {name: each for name, each in own.items() if not name.startswith("_")}


FAMILIES = [importlib.import_module(f"{metric.__name__}.{found.name}") for found in pkgutil.iter_modules(metric.__path__)]
ORACLES = {name: oracle for family in FAMILIES for name, oracle in _oracles(family).items()} | OF_AGENTS
