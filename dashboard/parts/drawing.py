"""Inline SVG as a component: a tree of plain values that `assets/drawing.js` turns into SVG elements.

Inline, not an image, so that colours are the stylesheet's tokens in both themes, text is selectable, and paper gets vectors.

    tree = node("svg", node("circle", cx=4, cy=4, r=3, className="dot-now"), width=8, height=8)
    Drawing(tree=tree)              # usually through `svg(width, height, children, label)`, which says what the drawing shows
"""

from typing import Any

from dash.development.base_component import Component

Node = list[Any] | str


class Drawing(Component):
    """An SVG tree `[tag, attributes, children]`; attributes in React's spelling (className, strokeWidth)."""

    _children_props: tuple[str, ...] = ()
    _base_nodes = ("children",)
    _namespace = "apogee"
    _type = "Drawing"
    _prop_names = ("id", "tree")
    _valid_wildcard_attributes: tuple[str, ...] = ()
    available_properties = ("id", "tree")
    available_wildcard_properties: tuple[str, ...] = ()

    def __init__(self, tree: Node, id: str | None = None) -> None:  # noqa: A002 - Dash calls it id
        super().__init__(tree=tree, **({"id": id} if id else {}))


def node(tag: str, *children: Node | None, **attributes: Any) -> Node:
    """One SVG element; None among the children is skipped; numbers are rounded to a tenth of a pixel."""
    return [tag, {name: _short(value) for name, value in attributes.items()}, [child for child in children if child is not None]]


def _short(value: Any) -> Any:
    return round(value, 1) if isinstance(value, float) else value


def text(content: str, x: float, y: float, anchor: str = "start", name: str = "tick") -> Node:
    """A label inside a drawing; `name` is its class."""
    return node("text", content, x=x, y=y, textAnchor=anchor, className=name)


def points(pairs: list[tuple[float, float]]) -> str:
    """Coordinates as SVG writes them in a polyline."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def svg(width: float, height: float, children: list[Node | None], label: str, name: str = "", id: str | None = None) -> Drawing:  # noqa: A002 - the attribute's name in HTML
    """A whole drawing. `label` is what a screen reader says in its place; empty hides a drawing that only repeats the text beside it."""
    voice = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    box = {
        "width": width,
        "height": height,
        "viewBox": f"0 0 {width:g} {height:g}",
        "className": f"drawing {name}".strip(),
        "focusable": "false",
    }
    return Drawing(tree=["svg", {**box, **voice}, [child for child in children if child is not None]], **({"id": id} if id else {}))


def still(part: Component) -> Drawing:
    """A part of a page in which nothing is interactive but links, as one drawing: the browser lays a thousand rows out in one go.

    Each component of Dash costs the browser about as much as a whole table of plain elements. TypeError for a part that holds a
    component of its own behaviour, such as a search field.
    """
    tree = _flat(part)
    return Drawing(tree=tree if not isinstance(tree, str) else ["span", {}, [tree]])


def _flat(part: Any) -> Node:
    if isinstance(part, Drawing):
        tree: Node = part.tree
        return tree
    if not isinstance(part, Component):
        return str(part)
    told = part.to_plotly_json()
    if told["namespace"] != "dash_html_components":
        raise TypeError(f"{told['type']} is not a plain element: leave it outside")
    attributes = dict(told["props"])
    children = attributes.pop("children", None)
    listed = children if isinstance(children, list | tuple) else [] if children is None else [children]
    return [told["type"].lower(), attributes, [_flat(child) for child in listed if child is not None]]
