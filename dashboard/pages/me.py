"""Me: what this system knows about an agent, who looked at it, and how long it is kept. For the agent himself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.ask import ask, desk
from dashboard.definition import written
from dashboard.format import NOTHING, day, instant
from dashboard.page import Page, Visit
from dashboard.parts import channel, state, table
from dashboard.parts.prose import marked
from dashboard.people.orders import BY
from dashboard.people.register import register_of
from dashboard.people.told import way, who
from dashboard.seen import EVERY, VIEW, concerns
from dashboard.viewer import Role
from dashboard.word import in_words, plain, say
from metrics.dimension import within
from metrics.query import Query
from metrics.registry import metrics
from metrics.result import Row
from sql import standing
from sql.ledger import audit

DAYS = 28
MOST = 50  # looks listed
FIGURES = ("handled", "aht", "agent_time_wall", "agent_time_multichannel", "peak_concurrency", "staffed_time", "ready_time", "csat")
BY_CHANNEL = ("agent_time_equal", "handled")
KEPT = ("events", "quarantine", "audit")


def layout(visit: Visit) -> Component:
    """Oneself, over the last four weeks."""
    language = visit.language
    looks = _looked(visit)
    told = ask(Query(tuple(name for name in FIGURES if _known(visit, name)), since=visit.now - timedelta(days=DAYS), zone=visit.zone))
    figures = told.rows[0].figures if told.rows else {}
    rows: list[list[table.Cell]] = [
        [[html.A(in_words(metrics()[name].name, language), href=visit.href(f"/handbook/{name}"))],
         written(metrics()[name], figure.value, language), in_words(metrics()[name].definition, language)]
        for name, figure in figures.items()
    ]  # fmt: skip
    columns = [
        table.Column(plain("people.me_figure", language)),
        table.Column(plain("people.me_value", language, n=DAYS), numeric=True),
        table.Column(plain("people.me_meaning", language), name="wide meaning"),  # on a phone: one tap away, behind the figure's name
    ]
    handled = figures["handled"].value if "handled" in figures else 0
    if not handled and not register_of(desk().store, [visit.viewer.agent]).agents:
        return _unknown(visit)
    return html.Div(
        [
            html.H1(
                plain("people.me_answer" if handled else "people.me_none", language, n=int(handled or 0), days=str(DAYS)),
                className="answer",
            ),
            html.P(marked(_lede(visit, looks)), className="lede"),
            _table(visit, "people.me_figures", columns, rows),
            _channels(visit),
            _looks(visit, looks),
            _kept(visit),
        ],
        className="people",
    )


def _lede(visit: Visit, looks: list[audit.Line]) -> str:
    """Whose page it is, and how many looked: people by their accounts, and apart from them the command line, which is nobody."""
    language, agent = visit.language, visit.viewer.agent
    called = standing.names(desk().store).get(("agent", agent), agent)
    by = {line.by for line in looks}
    others = len(by - {BY})
    said = [say("people.me_lede", language, agent=called if called == agent else f"{called} ({agent})")]
    said.append(say("people.me_lede_people", language, n=others) if others else plain("people.me_lede_nobody", language))
    return " ".join([*said, *([plain("people.me_lede_line", language)] if BY in by else [])])


def _unknown(visit: Visit) -> Component:
    """Nothing that has arrived is of the agent this account is said to be."""
    language = visit.language
    text = plain("people.me_unknown_text", language, agent=visit.viewer.agent)
    head = html.H1(plain("people.me_unknown", language), className="answer")
    return html.Div([head, state.empty(text, language), _kept(visit)], className="people")


def _kept(visit: Visit) -> Component:
    told = html.Ul([html.Li(plain(f"people.me_kept_{each}", visit.language)) for each in KEPT])
    return _section(visit, "people.me_kept", told)


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
    return written(metrics()[name], row.figures[name].value, visit.language)


def _looked(visit: Visit) -> list[audit.Line]:
    """The latest looks of others that showed him: at him alone, at his team while he was in it, or at all agents one by one."""
    agent, found = visit.viewer.agent, desk()
    teams = standing.teams(found.store, agent)
    about = {f"agent/{agent}", f"agent/{EVERY}", f"team/{EVERY}", *(f"team/{team}" for _, team in teams)}
    with found.ledger.read() as session:
        lines = audit.lines(session, about=sorted(about), action=VIEW, most=MOST * 10)
    return [line for line in lines if line.by != visit.viewer.name and concerns(line, agent, teams)][:MOST]


def _looks(visit: Visit, looks: list[audit.Line]) -> Component:
    language = visit.language
    if not looks:
        return _section(visit, "people.me_looks", html.P(plain("people.me_looks_none", language)))
    rows: list[list[table.Cell]] = [
        [
            instant(each.at, language, visit.zone),
            who(each.by, language),
            plain(f"people.me_look_{_whom(each)}", language),
            _over(visit, each),
            way(str(each.detail.get("page") or each.detail.get("through") or ""), visit.language),
        ]
        for each in looks
    ]
    columns = [table.Column(plain(f"people.column_{name}", language)) for name in ("at", "by", "whom", "over", "through")]
    return _table(visit, "people.me_looks", columns, rows)


def _whom(line: audit.Line) -> str:
    kind, _, key = line.about.partition("/")
    return "all" if key == EVERY else "team" if kind == "team" else "alone"


def _over(visit: Visit, line: audit.Line) -> str:
    """The day, or the days, that were looked at."""
    told = line.detail
    if "day" in told:
        return day(date.fromisoformat(told["day"]), visit.language)
    ends = {name: datetime.fromisoformat(told[name]).astimezone(ZoneInfo(visit.zone)) for name in ("since", "until") if name in told}
    if "until" in ends:
        ends["until"] -= timedelta(minutes=1)  # the last day, not the midnight after it
    return " – ".join(dict.fromkeys(day(each.date(), visit.language) for each in ends.values())) or NOTHING


page = Page(path="/me", words="people.me", order=None, may=frozenset({Role.AGENT}), layout=layout, aside=True)
