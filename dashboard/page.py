"""What a page is: one file in `dashboard/pages`, one address, one constant `page = Page(...)`.

    def layout(visit: Visit) -> Component: ...           # everything below the top bar, drawn for one viewer and one address
    page = Page(path="/committee", words="nav.committee", order=2, may=GOVERNANCE, layout=layout)

The files are found by walking the folder: adding a page touches nothing else. `<name>` in a path stands for one segment and arrives in
`visit.values`; a page whose `order` is None is not in the navigation. Filters live in the address: read them from `visit.filters` and
link with `visit.href(...)`, which keeps language, theme and the other filters.
"""

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.viewer import Role, Viewer
from dashboard.word import refusal
from metrics.promise import PROMISES, Promises

if TYPE_CHECKING:
    from dashboard.guard import Gate

KEPT = ("lang", "theme")


@dataclass(frozen=True, slots=True)
class Visit:
    """One viewer at one address at one moment. Times are UTC; `zone` is the IANA zone in which days begin and clocks are shown,
    `promises` what the channels of this installation promise."""

    viewer: Viewer
    language: Language
    path: str
    now: datetime
    zone: str = "Europe/Paris"
    values: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    promises: Promises = field(default_factory=lambda: PROMISES)

    def first(self, name: str, default: str = "") -> str:
        """The first value of a filter, or the default when the address has none."""
        return next(iter(self.filters.get(name, ())), default)

    def one_of(self, name: str, values: Collection[str]) -> str:
        """The first value of a filter that has only these, '' when the address has none; another value is refused in words."""
        asked = self.first(name)
        if asked and asked not in values:
            raise refusal("frame.no_value", name=name, value=asked, known=", ".join(each for each in values if each))
        return asked

    def href(self, path: str | None = None, **changes: str | tuple[str, ...] | None) -> str:
        """An address like this one: another path drops the filters, a change replaces a filter, None removes it.

        `lang=` and `theme=` may be changed like filters and are kept otherwise.
        """
        pairs: dict[str, Any] = {**({} if path else self.filters), **self.kept, **changes}
        query = urlencode([(name, value) for name in sorted(pairs) for value in _listed(pairs[name])])
        return (path or quote(self.path)) + (f"?{query}" if query else "")


def _listed(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `words` is the key of its name in the navigation; `may` names who may open it and has no default."""

    path: str
    words: str
    order: int | None
    may: frozenset[Role]
    layout: Callable[[Visit], Component]
    callbacks: "Callable[[Gate], None] | None" = None  # registers this page's callbacks, once per application
    filters: "Callable[[Visit], list[Component]] | None" = None  # what stands in the top bar at the right
    aside: bool = False  # in the menu of one's own account instead of the navigation
    whole: bool = False  # of the whole company: for those alone whose scope has no limits
    asks: frozenset[str] = frozenset()  # the filters it has; an address with another one is refused in words
    title: "Callable[[Visit], str] | None" = None  # what its tab is called, where that is more than its name in the navigation
    dense: bool = False  # a floor page that fills the window, instead of an airy one

    def match(self, path: str) -> dict[str, str] | None:
        """The named segments when an address is this page's, else None."""
        mine, theirs = self.path.strip("/").split("/"), path.strip("/").split("/")
        if len(mine) != len(theirs):
            return None
        values: dict[str, str] = {}
        for name, value in zip(mine, theirs, strict=True):
            if name.startswith("<") and value:
                values[name.strip("<>")] = unquote(value)
            elif name != value:
                return None
        return values


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the navigation, those outside it last."""
    folder = importlib.import_module("dashboard.pages")
    found = [_declared(f"{folder.__name__}.{module.name}") for module in pkgutil.iter_modules(folder.__path__)]
    every = [page for declared in found for page in declared]
    return tuple(sorted(every, key=lambda page: (page.order is None, page.order or 0, page.path)))


def _declared(name: str) -> tuple[Page, ...]:
    module = importlib.import_module(name)
    declared = module.page if hasattr(module, "page") else None
    if isinstance(declared, Page):
        return (declared,)
    if isinstance(declared, tuple) and all(isinstance(page, Page) for page in declared):
        return declared
    raise TypeError(f"{name} must have a constant `page`, a Page or a tuple of them")


def find(path: str) -> tuple[Page, dict[str, str]] | None:
    """The page of an address with its named segments; a fixed path wins over one with named segments."""
    every = [(page, values) for page in pages() if (values := page.match(path)) is not None]
    return min(every, key=lambda pair: len(pair[1]), default=None)
