"""What stands around every page: skip link, navigation, filters, language, theme, and the banner that says when figures stand still."""

from dash import html
from dash.development.base_component import Component

from dashboard.format import LANGUAGES
from dashboard.guard import SIGN_OUT
from dashboard.limit import FEW, names, worded
from dashboard.page import Page, Visit, pages
from dashboard.parts import state
from dashboard.parts.form import Form
from dashboard.viewer import FIRST
from dashboard.word import plain, told
from metrics.query import Refused

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def framed(visit: Visit, page: Page | None, body: Component, *, bare: bool = False) -> Component:
    """A whole page: the frame for this visit around what the page drew; `bare` leaves its filters out (they may be what failed)."""
    dense = " dense" if page and page.dense else ""
    return html.Div(
        [
            html.A(plain("frame.skip", visit.language), href="#main", className="skip"),
            _top(visit, page, bare),
            html.P(
                [html.Span(className="banner-text"), " ", html.Span(plain("frame.reconnecting", visit.language))],
                id="banner",
                role="status",
                hidden=True,
                **{
                    "data-frozen": plain("frame.frozen", visit.language, at="{at}"),
                    "data-failed": plain("frame.failed", visit.language, at="{at}"),
                },
            ),
            html.Main(body, id="main", tabIndex=-1),
        ],
        className=f"page{dense}",
        **{
            "data-frame": _title(visit, page),
            "data-language": visit.language,
        },
    )


def _title(visit: Visit, page: Page | None) -> str:
    """What the tab of a page is called: its own title before that of its place, so that several tabs are told apart."""
    if page is None:
        return plain("frame.missing_title", visit.language)
    place = plain(page.words, visit.language)
    own = page.title(visit) if page.title else ""
    return f"{own} · {place}" if own else place


def _top(visit: Visit, page: Page | None, bare: bool) -> Component:
    seen = [each for each in pages() if visit.viewer.may(each.may) and not (each.whole and visit.viewer.scope.only)]
    places = [_place(visit, each, page) for each in seen if each.order is not None]
    brand = html.A([html.Span(className="logo"), "Apogee"], href=visit.href(home(visit)), className="brand")
    return html.Header(
        [
            brand,
            html.Nav(places, className="places", **{"aria-label": plain("frame.pages", visit.language)}),
            *_limits(visit),
            html.Span(className="sp"),
            *(page.filters(visit) if page and page.filters and not bare else []),
            _languages(visit),
            _account(visit),
            html.Button(
                html.Span(plain("frame.theme", visit.language), className="vh"),
                id="theme",
                className="theme",
                type="button",
                title=plain("frame.theme", visit.language),
            ),
        ],
        className="top",
    )


def _limits(visit: Visit) -> list[Component]:
    """What part of the company the figures of every page are of; nothing where they are of the whole."""
    scope, language = visit.viewer.scope, visit.language
    if not scope.only:
        return []
    known = names()
    said, whole = worded(scope, known, language, FEW), plain("frame.limited", language, scope=worded(scope, known, language))
    return [html.Span([html.Span(whole, className="vh"), html.Span(said, **{"aria-hidden": "true"})], className="limits", title=whole)]


def home(visit: Visit) -> str:
    """The first page of this viewer's role, or the first of the navigation that is open to him."""
    mine = {page.path for page in pages() if visit.viewer.may(page.may) and not (page.whole and visit.viewer.scope.only)}
    wanted = next((path for path in FIRST[visit.viewer.role] if path in mine), None)
    return wanted or next((page.path for page in pages() if page.order is not None and visit.viewer.may(page.may)), "/")


def _account(visit: Visit) -> Component:
    """Who is signed in, or that he sits at the machine of an installation without accounts; the pages about people; the way out."""
    about = [page for page in pages() if page.aside and visit.viewer.may(page.may) and not (page.whole and visit.viewer.scope.only)]
    links = [html.Li(html.A(plain(page.words, visit.language), href=visit.href(page.path))) for page in about]
    out = [html.Li(Form(SIGN_OUT, plain("people.sign_out", visit.language), tone="link", name="inline"))] if visit.viewer.account else []
    called = visit.viewer.called or visit.viewer.name if visit.viewer.account else plain("frame.machine", visit.language)
    return html.Div(
        html.Details([html.Summary(called, className="pick"), html.Ul([*links, *out])], className="menu"),
        className="me",
    )


def _place(visit: Visit, place: Page, page: Page | None) -> Component:
    """A place of the navigation, marked where the page is it or lies within it: a page without its own place bears its place's name."""
    here = "" if page is None or page.words != place.words else "page" if page.path == place.path else "true"
    return html.A(plain(place.words, visit.language), href=visit.href(place.path), **({"aria-current": here} if here else {}))


def _languages(visit: Visit) -> Component:
    """The other languages; a change of language is a new document, so that the browser knows it."""
    others = [language for language in LANGUAGES if language != visit.language]
    return html.Span(
        [
            html.A(
                language.upper(),
                href=visit.href(lang=language),
                lang=language,
                hrefLang=language,
                title=LANGUAGE_NAMES[language],
                **{"data-document": "", "aria-label": LANGUAGE_NAMES[language]},
            )
            for language in others
        ],
        className="languages",
    )


def waiting() -> Component:
    """Before the first page is there: the place it will take, in grey, without words since the language is not known yet."""
    return html.Div(
        [html.Div(className="ghost wide"), html.Div(className="ghost"), html.Div(className="ghost tall")],
        className="page ghosts",
        **{"aria-hidden": "true"},
    )


def message(visit: Visit, key: str) -> Component:
    """A page that is not there or not for this viewer: what happened, and the way back."""
    return html.Div(
        [
            html.H1(plain(f"{key}_title", visit.language), className="answer"),
            html.P(plain(f"{key}_text", visit.language), className="lede"),
            html.P(html.A(plain("frame.back", visit.language), href=visit.href(home(visit)))),
        ],
        className="message",
    )


def unanswered(visit: Visit, why: Refused) -> Component:
    """A question the address asks and a page or the metrics refuse: why, in the reader's words, and the way to the page without filters."""
    return html.Div(
        [
            html.H1(plain("frame.unanswered_title", visit.language), className="answer"),
            html.P(told(why, visit.language), className="lede"),
            html.P(html.A(plain("frame.without_filters", visit.language), href=visit.href(visit.path))),
        ],
        className="message",
    )


def broken(visit: Visit, reference: str) -> Component:
    """A page that failed: a reference for the administrator, never the error."""
    return html.Div(
        [html.H1(plain("frame.broken_title", visit.language), className="answer"), state.error(reference, visit.language)],
        className="message",
    )
