"""A channel: one hue and one glyph everywhere, and always its name. The hue is a mark, never the colour of a text."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.word import known, plain

CHANNELS = ("voice", "email", "chat", "messaging", "sms", "social", "web", "app", "video", "store", "kiosk", "field", "post", "fax")
"""The order in which channels stand everywhere; those a source has added follow by name."""

MARKS = (*CHANNELS, "callback", "chatbot", "other")


def css(code: str) -> str:
    """The class that carries hue and glyph; a channel without its own drawing gets the neutral one."""
    return f"ch-{code}" if code in MARKS else "ch-other"


def label(code: str, language: Language) -> str:
    """A channel's name; one a source has added is shown as the source calls it."""
    return plain(f"channel.{code}", language) if known(f"channel.{code}") else code


def name(code: str, language: Language) -> Component:
    """Glyph and name."""
    return html.Span(label(code, language), className=f"chn {css(code)}")


def glyph(code: str, language: Language) -> Component:
    """The glyph alone, named for screen readers."""
    return html.Span(html.Span(label(code, language), className="vh"), className=f"ic {css(code)}", title=label(code, language))


def ordered(codes: Iterable[str]) -> list[str]:
    """Channels in their fixed order."""
    return sorted(set(codes), key=lambda code: (CHANNELS.index(code) if code in CHANNELS else len(CHANNELS), code))
