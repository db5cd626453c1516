"""Personal data: what is kept how long, what customers said about being solicited, and who asked to be erased."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import count, instant, percent
from dashboard.page import Page, Visit
from dashboard.parts import state, table
from dashboard.parts.prose import marked
from dashboard.viewer import Role
from dashboard.word import plain, say
from sql import consent
from sql.ledger import erasure
from sql.ledger.erasure import Erasure

KEPT = ("events", "agents", "quarantine", "audit", "session", "account", "backup", "gone")
RECENT = timedelta(days=396)


def layout(visit: Visit) -> Component:
    """The page for whoever answers for the data."""
    language = visit.language
    with desk().ledger.read() as session:
        erased = erasure.every(session)
    failed = sum(not each.whole for each in erased)
    key = "data_failed" if failed else "data_answer" if erased else "data_nobody"
    return html.Div(
        [
            html.H1(plain(f"people.{key}", language, **({"n": failed or len(erased)} if erased else {})), className="answer"),
            html.P(marked(say("people.data_lede", language)), className="lede"),
            _section("people.data_erasures", visit, _erasures(visit, erased)),
            _section("people.data_consent", visit, _consent(visit)),
            _section("people.data_kept", visit, _kept(visit)),
        ],
        className="people",
    )


def _section(title: str, visit: Visit, body: Component) -> Component:
    return html.Section([html.Header(html.H2(plain(title, visit.language))), body], className="sec")


def _erasures(visit: Visit, erased: list[Erasure]) -> Component:
    language = visit.language
    if not erased:
        return html.P(plain("people.data_erasures_none", language))
    names = ("at", "request", "events", "lines", "searched", "certificate")
    columns = [table.Column(plain(f"people.data_{name}", language), numeric=name in ("events", "lines")) for name in names]
    rows: list[list[table.Cell]] = [
        [
            instant(each.at, language, visit.zone),
            each.request or plain("people.data_unfiled", language),
            count(each.events, language),
            count(each.lines, language),
            [html.Span(plain(f"people.data_{'whole' if each.whole else 'left'}", language, n=len(each.left)),
                       className=f"st ink {'good' if each.whole else 'bad'}")],
            [html.Code(each.certificate[:16], title=each.certificate)],
        ]
        for each in erased
    ]  # fmt: skip
    return table.table(columns, [table.Group("", rows)], language, plain("people.data_erasures", language))


def _consent(visit: Visit) -> Component:
    """Customers are not known by team or site, so this is told to whoever may see the whole company."""
    language = visit.language
    if visit.viewer.scope.only:
        return html.P(plain("people.data_consent_whole", language))
    found = consent.coverage(desk().store, visit.now - RECENT)
    if not found:
        return state.empty(plain("people.data_consent_none", language), language)
    names = ("purpose", "customers", "known", "coverage", "granted")
    columns = [table.Column(plain(f"people.data_{name}", language), numeric=name != "purpose") for name in names]
    rows: list[list[table.Cell]] = [
        [
            each.purpose or plain("people.data_no_purpose", language),
            count(each.customers, language),
            count(each.known, language),
            percent(each.known / each.customers if each.customers else None, language),
            percent(each.granted / each.known if each.known else None, language),
        ]
        for each in found
    ]
    return table.table(columns, [table.Group("", rows)], language, plain("people.data_consent", language))


def _kept(visit: Visit) -> Component:
    language = visit.language
    columns = [table.Column(plain(f"people.data_{name}", language)) for name in ("what", "until")]
    rows: list[list[table.Cell]] = [
        [plain(f"people.kept_{each}", language), plain(f"people.until_{each}", language)] for each in KEPT
    ]
    return table.table(columns, [table.Group("", rows)], language, plain("people.data_kept", language), name="wide")


page = Page(
    path="/personal-data",
    words="people.data",
    order=None,
    may=frozenset({Role.ADMINISTRATOR, Role.OFFICER}),
    layout=layout,
    aside=True,
)
