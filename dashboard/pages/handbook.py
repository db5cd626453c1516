"""Handbook: every number by family, searchable in both languages."""

from collections.abc import Sequence
from unicodedata import combining, normalize

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.page import Page, Visit
from dashboard.parts import state
from dashboard.parts.search import Search
from dashboard.viewer import EVERYONE
from dashboard.word import in_words, known, plain
from metrics.family import families
from metrics.metric import Metric
from metrics.registry import metrics


def every(visit: Visit) -> Component:
    """All definitions by family, searchable."""
    language, asked = visit.language, visit.first("search")
    kept = [[name, value] for name, value in visit.kept.items()]
    field = Search(
        name="search",
        value=asked,
        action=visit.path,
        label=plain("handbook.search", language),
        button=plain("handbook.find", language),
        kept=kept,
    )
    sections = [_family(visit, name, ids, asked) for name, ids in families().items()]
    nothing = not any(_fits(metrics()[name], asked) for name in metrics())
    none = html.Div(state.empty(plain("handbook.found_none", language), language), hidden=not nothing, **{"data-found-none": ""})
    return html.Div(
        [
            html.H1(plain("handbook.answer", language, n=len(metrics())), className="answer"),
            html.P(plain("handbook.lede", language), className="lede"),
            field,
            none,
            *sections,
        ],
        className="handbook",
    )


def _family(visit: Visit, name: str, ids: Sequence[str], asked: str) -> Component:
    told = [metrics()[each] for each in ids]
    shown = any(_fits(each, asked) for each in told)
    return html.Section(
        [html.H2(family_name(name, visit.language)), html.Ul([_entry(visit, each, asked) for each in told], className="list")],
        className="family",
        hidden=not shown,
        **{"data-finds": ""},
    )


def family_name(name: str, language: Language) -> str:
    """A family's name; one without words yet goes by its id."""
    return plain(f"handbook.family_{name}", language) if known(f"handbook.family_{name}") else name


def _entry(visit: Visit, told: Metric, asked: str) -> Component:
    language, other = visit.language, other_language(visit.language)
    name = html.Div(
        [
            html.A(in_words(told.name, language), href=visit.href(f"/handbook/{told.id}")),
            html.Span(in_words(told.name, other), className="other", lang=other),
        ]
    )
    return html.Li(
        [name, html.P(in_words(told.definition, language)), html.Code(told.id, className="end")],
        hidden=not _fits(told, asked),
        **{"data-find": _text(told)},
    )


def other_language(language: Language) -> Language:
    """The language a name is repeated in."""
    return "en" if language == "fr" else "fr"


def _text(told: Metric) -> str:
    return " ".join([told.id, *(text[language] for text in (told.name, told.definition, told.formula) for language in ("fr", "en"))])


def _fits(told: Metric, asked: str) -> bool:
    """Whether every word asked for is there. Accents and case do not matter, as in the browser: Enter finds what typing found."""
    text = _folded(_text(told))
    return all(word in text for word in _folded(asked).split())


def _folded(text: str) -> str:
    return "".join(each for each in normalize("NFD", text) if not combining(each)).lower()


page = Page(path="/handbook", words="frame.handbook", order=9, may=EVERYONE, layout=every, asks=frozenset({"search"}))
