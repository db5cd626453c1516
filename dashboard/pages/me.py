"""Me: what this system knows about an agent, who looked at it, and how long it is kept. For the agent himself."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.ask import ask, desk
from dashboard.format import instant, quantity
from dashboard.page import Page, Visit
from dashboard.parts import channel, table
from dashboard.parts.prose import marked
from dashboard.viewer import Role
from dashboard.word import in_words, plain, say
from metrics.dimension import within
from metrics.query import Query
from metrics.registry import metrics
from metrics.result import Row
from sql.ledger import audit

DAYS = 28
FIGURES = ("handled", "aht", "agent_time_wall", "agent_time_multichannel", "peak_concurrency", "staffed_time", "ready_time", "csat")
BY_CHANNEL = ("agent_time_equal", "handled")
KEPT = ("events", "quarantine", "audit")


def layout(visit: Visit) -> Component:
    """Oneself, over the last four weeks."""
    language, viewer = visit.language, visit.viewer
    with desk().ledger.read() as session:
        lines = audit.lines(session, about=f"agent/{viewer.agent}", action="view.named", most=50)
    looks = [line for line in lines if line.by != viewer.name]
    told = ask(Query(tuple(name for name in FIGURES if _known(visit, name)), since=visit.now - timedelta(days=DAYS), zone=visit.zone))
    figures = told.rows[0].figures if told.rows else {}
    rows: list[list[table.Cell]] = [
        [[html.A(in_words(metrics()[name].name, language), href=visit.href(f"/handbook/{name}"))],
         quantity(figure.value, metrics()[name].unit, language), in_words(metrics()[name].definition, language)]
        for name, figure in figures.items()
    ]  # fmt: skip
    columns = [
        table.Column(plain("people.me_figure", language)),
        table.Column(plain("people.me_value", language, n=DAYS), numeric=True),
        table.Column(plain("people.me_meaning", language), name="wide"),
    ]
    handled = figures["handled"].value if "handled" in figures else 0
    lede = say("people.me_lede", language, agent=viewer.agent, n=len({line.by for line in looks}))
    return html.Div(
        [
            html.H1(plain("people.me_answer", language, n=int(handled or 0), days=str(DAYS)), className="answer"),
            html.P(marked(lede), className="lede"),
            _table(visit, "people.me_figures", columns, rows),
            _channels(visit),
            _looks(visit, looks),
            _section(visit, "people.me_kept", html.Ul([html.Li(plain(f"people.me_kept_{each}", language)) for each in KEPT])),
        ],
        className="people",
    )


def _known(visit: Visit, name: str) -> bool:
    return name in metrics() and within(metrics()[name].facts, visit.viewer.scope)


def _section(visit: Visit, title: str, body: Component) -> Component:
    return html.Section([html.Header(html.H2(plain(title, visit.language))), body], className="sec")


def _table(visit: Visit, title: str, columns: list[table.Column], rows: list[list[table.Cell]]) -> Component:
    return _section(visit, title, table.table(columns, [table.Group("", rows)], visit.language, plain(title, visit.language)))


def _channels(visit: Visit) -> Component:
    language = visit.language
    found = ask(Query(BY_CHANNEL, by=("channel",), since=visit.now - timedelta(days=DAYS), zone=visit.zone)).rows
    ordered = {str(row.keys["channel"]): row for row in found if row.keys["channel"]}
    rows: list[list[table.Cell]] = [
        [[channel.name(code, language)], *(_value(visit, ordered[code], name) for name in BY_CHANNEL)] for code in channel.ordered(ordered)
    ]
    columns = [
        table.Column(plain("part.channel", language)),
        *(table.Column(in_words(metrics()[name].name, language), numeric=True) for name in BY_CHANNEL),
    ]
    return _table(visit, "people.me_channels", columns, rows)


def _value(visit: Visit, row: Row, name: str) -> str:
    return quantity(row.figures[name].value, metrics()[name].unit, visit.language)


def _looks(visit: Visit, looks: list[audit.Line]) -> Component:
    language = visit.language
    if not looks:
        return _section(visit, "people.me_looks", html.P(plain("people.me_looks_none", language)))
    rows: list[list[table.Cell]] = [
        [instant(each.at, language, visit.zone), each.by, " · ".join(text for text in each.detail.values() if isinstance(text, str))]
        for each in looks
    ]
    columns = [table.Column(plain(f"people.column_{name}", language)) for name in ("at", "by", "detail")]
    return _table(visit, "people.me_looks", columns, rows)


page = Page(path="/me", words="people.me", order=None, may=frozenset({Role.AGENT}), layout=layout, aside=True)
