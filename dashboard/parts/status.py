"""The four statuses: a shape and a colour together, so that neither is needed alone (● good, ▲ watch, ■ bad, ○ unknown)."""

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.word import plain

STATUSES = ("good", "watch", "bad", "unknown")


def mark(verdict: str, text: str = "", *, ink: bool = True, title: str = "") -> Component:
    """A status with its word: `ink` keeps the word in the text colour and tints the shape only.

    Without a text the shape stands alone; then `title` says it to everyone who does not see it and is required.
    """
    if verdict not in STATUSES:
        raise ValueError(f"{verdict!r} is not a status: one of {', '.join(STATUSES)}")
    if not text and not title:
        raise ValueError("a status without a text needs a title, or it says nothing to a screen reader")
    hidden = [html.Span(title, className="vh")] if not text else []
    return html.Span([text, *hidden] if text else hidden, className=f"st {verdict}{' ink' if ink and text else ''}", title=title or None)


def word(verdict: str, language: Language) -> str:
    """What a status is called where a page has no better word for it."""
    return plain(f"part.{verdict}", language)


def movement(direction: str, text: str) -> Component:
    """A confirmed movement ("good" or "bad" for the reader, "unknown" when neither way is better): a diamond, a colour, a word."""
    return html.Span(html.B(text), className=f"move {direction}")


def badge(text: str, tone: str = "", title: str = "") -> Component:
    """A short remark in a tinted box (tone: "", good, watch, bad, accent); `title` says more on demand."""
    return html.Span(text, className=f"badge {tone}".strip(), title=title or None)
