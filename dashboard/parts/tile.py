"""A key figure with what makes it trustworthy: what it is, how many it rests on, how sure it is, as of when."""

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.parts.prose import spoken
from dashboard.word import plain


@dataclass(frozen=True, slots=True)
class Reading:
    """A number ready to be shown: `value`, `low` and `high` are formatted texts, `n` its basis (None where the kind has none)."""

    name: str
    value: str
    href: str = ""
    n: int | None = None
    low: str = ""
    high: str = ""
    as_of: str = ""
    note: str = ""


def figure(reading: Reading, language: Language, status: Component | None = None, id: str | None = None) -> Component:  # noqa: A002 - the attribute's name in HTML
    """The number in large, its name above linked to its definition, basis and interval below, as-of at the edge.

    `id` gives the number `<id>`, so that a live page can set its text without redrawing the tile.
    """
    value = html.P(spoken(reading.value, language), className="key tint", **({"id": id} if id else {}))
    heading = html.H3(html.A(reading.name, href=reading.href) if reading.href else reading.name)
    below = (
        html.P([status, *([" "] if status and reading.note else []), reading.note], className="delta") if status or reading.note else None
    )
    foot = basis(reading, language)
    return html.Article([child for child in (html.Header(heading), value, below, foot) if child is not None], className="tile")


def basis(reading: Reading, language: Language) -> Component | None:
    """The small line of trust: n, interval, as-of, whichever there are."""
    said = [plain("part.sample", language, n=reading.n)] if reading.n is not None else []
    said += [plain("part.low_high", language, low=reading.low, high=reading.high)] if reading.low and reading.high else []
    said += [reading.as_of] if reading.as_of else []
    return html.P(" · ".join(said), className="asof") if said else None


def as_of(text: str, language: Language, source: str = "", classes: str = "asof") -> Component:
    """The freshness of a page or section: an instant already formatted, or the words for "nothing received yet"; with the source that holds
    it back where others are further."""
    if not text:
        return html.Span(plain("part.as_of_unknown", language), className=classes)
    if not source:
        return html.Span(plain("part.as_of", language, at=text), className=classes)
    said = plain("part.as_of_slowest", language, at=text, source=source)
    return html.Span(said, className=classes, title=plain("part.as_of_why", language, source=source))
