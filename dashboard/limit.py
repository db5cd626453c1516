"""What part of the company a viewer's figures are of, in the words people use for it; every page and every file says it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from dashboard.ask import desk
from dashboard.format import Language
from dashboard.viewer import Viewer
from dashboard.word import plain
from metrics.dimension import DIMENSIONS
from metrics.query import Scope

LOG = logging.getLogger(__name__)
FEW = 2  # values of a dimension named in a chip; the others are counted, and named in its title


def limits(viewer: Viewer, language: Language) -> str:
    """ "Site Lyon · Équipe SAV, Relais"; '' for whoever sees the whole company."""
    return worded(viewer.scope, names(), language) if viewer.scope.only else ""


def names() -> Mapping[tuple[str, str], str]:
    """What things are called; nothing where the store fails, as this stands above the page that says so: ids are said then."""
    try:
        return desk().names()
    except Exception:
        LOG.warning("what a scope is limited to could not be named", exc_info=True)
        return {}


def nothing(viewer: Viewer, language: Language) -> str:
    """Why a page is empty for whoever sees a part of the company: not that nothing arrived, of which he may not know, but that nothing
    arrived of what his scope holds. '' for whoever sees the whole."""
    if not viewer.scope.only:
        return ""
    if any(not values for _, values in viewer.scope.only):
        return plain("frame.scope_none", language)
    return plain("frame.scope_empty", language, scope=limits(viewer, language))


def worded(scope: Scope, known: Mapping[tuple[str, str], str], language: Language, most: int | None = None) -> str:
    """The same of a scope, by the names of what it is limited to. Of each dimension at most `most` values are named."""
    said = []
    for name, values in scope.only:
        if name == "agent":
            said.append(plain("frame.himself", language))
            continue
        called = [known.get((name, value), value) for value in values]
        said.append(f"{DIMENSIONS[name][language]} {few(called, most) or plain('frame.none', language)}")
    return " · ".join(said)


def few(called: Sequence[str], most: int | None = FEW) -> str:
    """ "SAV, Relais, +3": the first of some names, and how many more there are."""
    more = [] if most is None or len(called) <= most else [f"+{len(called) - most}"]
    return ", ".join([*called[:most], *more])
