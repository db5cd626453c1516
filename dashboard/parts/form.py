"""A form that changes something: posted by the browser with the token of its page (assets/form.js)."""

from typing import Any

from dash.development.base_component import Component


class Form(Component):
    """`fields` are dicts: kind (text, number, check, select, hidden), name, label, value, options (pairs), note, hint, needed, on.
    A text with a `list` of (value, words) proposes them; `choices` are boxes to tick of (value, words, remark), ticked where `on` has it.

    `sure` is a question asked before it is sent; `tone` a class of its button, `name` one of the form (inline: a button in a line).
    """

    _children_props: tuple[str, ...] = ()
    _base_nodes = ("children",)
    _namespace = "apogee"
    _type = "Form"
    _prop_names = ("id", "action", "fields", "button", "tone", "sure", "name")
    _valid_wildcard_attributes: tuple[str, ...] = ()
    available_properties = _prop_names
    available_wildcard_properties: tuple[str, ...] = ()

    def __init__(
        self, action: str, button: str, fields: list[dict[str, Any]] | None = None, tone: str = "", sure: str = "", name: str = "asked"
    ) -> None:
        super().__init__(action=action, button=button, fields=fields or [], tone=tone, sure=sure, name=name)
