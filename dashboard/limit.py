"""What part of the company a viewer's figures are of, in the words people use for it; every page and every file says it."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.ask import desk
from dashboard.format import Language
from dashboard.viewer import Viewer
from dashboard.word import plain
from metrics.dimension import DIMENSIONS
from metrics.query import Scope
from sql import standing

FEW = 2  # values of a dimension named in a chip; the others are counted, and named in its title


def limits(viewer: Viewer, language: Language, most: int | None = None) -> str:
    """ "Site Lyon · Équipe SAV, Relais"; '' for whoever sees the whole company. Of each dimension at most `most` values are named."""
    return worded(viewer.scope, standing.names(desk().store), language, most) if viewer.scope.only else ""


def nothing(viewer: Viewer, language: Language) -> str:
    """Why a page is empty for whoever sees a part of the company: not that nothing arrived, of which he may not know, but that nothing
    arrived of what his scope holds. '' for whoever sees the whole."""
    if not viewer.scope.only:
        return ""
    if any(not values for _, values in viewer.scope.only):
        return plain("frame.scope_none", language)
    return plain("frame.scope_empty", language, scope=limits(viewer, language))


def worded(scope: Scope, known: Mapping[tuple[str, str], str], language: Language, most: int | None = None) -> str:
    """The same of a scope, by the names of what it is limited to."""
    said = []
    for name, values in scope.only:
        if name == "agent":
            said.append(plain("frame.himself", language))
            continue
        called = [known.get((name, value), value) for value in values]
        more = [] if most is None or len(called) <= most else [f"+{len(called) - most}"]
        said.append(f"{DIMENSIONS[name][language]} {', '.join([*called[:most], *more]) or plain('frame.none', language)}")
    return " · ".join(said)
