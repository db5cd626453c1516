"""A chart with its alternatives: what it shows in one sentence, and its figures in a table one key away."""

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.parts.table import toggled


def framed(drawing: Component | list[Component], figures: Component, language: Language, caption: str = "") -> Component:
    """A figure: the drawing (which says its own summary, see `drawing.svg`), a caption when it has one, and its figures as a table."""
    said = [html.Figcaption(caption)] if caption else []
    drawings = drawing if isinstance(drawing, list) else [drawing]
    return html.Figure([*said, *drawings, toggled(figures, language)], className="picture")
