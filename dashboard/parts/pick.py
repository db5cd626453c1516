"""Filters whose state is the address: native disclosures and links, so that keyboard, back button, bookmarks and paper all work."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: its words, the address it leads to, and whether it is the one in force."""

    text: str
    href: str
    chosen: bool = False


def menu(name: str, choices: Sequence[Choice], shown: str = "") -> Component:
    """A filter of one choice: closed it shows the choice in force (or `shown`), open it lists the others as links."""
    current = shown or next((choice.text for choice in choices if choice.chosen), name)
    items = [html.Li(_link(choice)) for choice in choices]
    return html.Details(
        [html.Summary([html.Span(f"{name} ", className="vh"), current], className="pick"), html.Ul(items, **{"aria-label": name})],
        className="menu",
    )


def _link(choice: Choice) -> Component:
    return html.A(choice.text, href=choice.href, **({"aria-current": "true"} if choice.chosen else {}))


def switch(name: str, choices: Sequence[Choice]) -> Component:
    """Two to five choices side by side, all visible."""
    return html.Ul([html.Li(_link(choice)) for choice in choices], className="switch", **{"aria-label": name})


def bar(name: str, filters: Sequence[Component]) -> Component:
    """The filters of a page as one landmark."""
    return html.Nav(list(filters), className="filters", **{"aria-label": name})
