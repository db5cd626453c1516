"""A search field: narrows what is on the page as one types (assets/drawing.js), and leads to an address when one presses Enter."""

from dash.development.base_component import Component


class Search(Component):
    """A form of one field. `name` is the filter in the address, `value` what it holds, `action` where Enter leads, `kept` the other
    filters (pairs of name and value); elements that carry `data-find` are hidden unless their text holds every word typed."""

    _children_props: tuple[str, ...] = ()
    _base_nodes = ("children",)
    _namespace = "apogee"
    _type = "Search"
    _prop_names = ("id", "name", "value", "action", "label", "button", "kept")
    _valid_wildcard_attributes: tuple[str, ...] = ()
    available_properties = _prop_names
    available_wildcard_properties: tuple[str, ...] = ()

    def __init__(self, *, name: str, value: str, action: str, label: str, button: str, kept: list[list[str]]) -> None:
        super().__init__(name=name, value=value, action=action, label=label, button=button, kept=kept)
