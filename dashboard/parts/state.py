"""The states nobody draws and everybody meets: empty, late, failed. Each says what it is and what to do."""

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.word import plain


def empty(text: str, language: Language, link: tuple[str, str] | None = None, title: str = "") -> Component:
    """Nothing to show: why, and what would fill it; `link` is (words, address) of the way out."""
    exit_ = [html.P(html.A(link[0], href=link[1]))] if link else []
    return html.Div(
        [html.P(title or plain("part.empty_title", language), className="state-title"), html.P(text), *exit_],
        className="state empty",
        role="status",
    )


def stale(at: str, language: Language) -> Component:
    """The source is late: the figures are from `at` (an instant already formatted)."""
    return html.P(plain("part.stale", language, at=at), className="state stale st ink watch", role="status")


def error(reference: str, language: Language, text: str = "") -> Component:
    """A figure could not be computed. `reference` finds the log line; the engine's own message is never shown, for it quotes values."""
    said = text or plain("part.error_help", language, reference=reference)
    return html.Div(
        [html.P(plain("part.error_title", language), className="state-title"), html.P(said)], className="state error", role="alert"
    )


def withheld(language: Language) -> Component:
    """In the place of a figure that is held back: the word for it, and why."""
    return html.Span(plain("part.withheld", language), className="withheld", title=plain("part.withheld_why", language))
