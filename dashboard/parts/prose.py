"""Sentences with marks: of `**27** contacts wait` the 27 becomes bold, and what stands between backticks becomes code."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING, Language
from dashboard.word import plain, say


def prose(key: str, language: Language, /, **values: Any) -> list[Component | str]:
    """The text of a key as children of a paragraph or heading (see `dashboard.word.say`)."""
    return marked(say(key, language, **values))


def marked(text: str) -> list[Component | str]:
    """Text with `**bold**` marks and `code` between backticks as children."""
    pieces = [html.B(piece) if at % 2 else piece for at, piece in enumerate(text.split("**")) if piece]
    return [part for piece in pieces for part in (_coded(piece) if isinstance(piece, str) else [piece])]


def _coded(text: str) -> list[Component | str]:
    return [html.Code(piece) if at % 2 else piece for at, piece in enumerate(text.split("`")) if piece]


def spoken(text: str, language: Language) -> list[Component | str]:
    """A value as it is shown; where there is none, the dash for the eye and "no value" for the ear."""
    if text != NOTHING:
        return [text]
    return [html.Span(NOTHING, className="na", **{"aria-hidden": "true"}), html.Span(plain("part.nothing", language), className="vh")]
