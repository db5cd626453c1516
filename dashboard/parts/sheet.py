"""Forms the browser sends by itself (assets/maturity.js): fields Dash has no component for, buttons, and what goes along unseen."""

import json
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def field(name: str, value: str = "", kind: str = "text", *, accept: str = "", checked: bool = False) -> Component:
    """The place of an input; the script puts it there. `kind` is an input's type, or "area" for several lines."""
    more = {"data-accept": accept} if accept else {}
    more |= {"data-checked": "1"} if checked else {}
    return html.Div(**{"data-field": name, "data-type": kind, "data-value": value, **more})


def choice(name: str, value: str, options: Sequence[tuple[str, str]]) -> Component:
    """The place of a list to choose one of: pairs of a value and what is read of it."""
    return html.Div(**{"data-field": name, "data-type": "select", "data-value": value, "data-options": json.dumps(options)})


def labelled(label: str, inside: Component) -> Component:
    """A field under its name."""
    return html.Label([label, inside], className="field")


def button(label: str, name: str = "btn") -> Component:
    """What sends a form."""
    return html.Button(label, className=name, type="submit")


def form(action: str, children: Sequence[Component], hidden: dict[str, str]) -> Component:
    """A form sent to an address of the API; `hidden` goes along with its fields."""
    data = {f"data-send-{name}": value for name, value in hidden.items()}
    return html.Form(list(children), className="edit", **{"data-post": f"/api/v1/maturity/{action}", **data})
