"""Live: who is waiting, on which channel, how long against its promise, who is there to answer, and what was handled today.

The page is laid out once from a board; afterwards a stream changes its leaves (`assets/live.js`). Only when rows come or go is the board
laid out again, by `again`, and never under the reader's hand.
"""

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.ask import ask, desk
from dashboard.asset import asset
from dashboard.format import Language, percent
from dashboard.guard import Gate
from dashboard.limit import nothing
from dashboard.live import leaf, margin
from dashboard.live.asker import RECENT
from dashboard.live.board import Board, Line
from dashboard.live.cell import Leaves, cell, mark, means, sentence, waits
from dashboard.live.crew import Crew
from dashboard.live.floor import FILTERS, Floor
from dashboard.page import Page, Visit
from dashboard.parts import legend, pick, state
from dashboard.parts.channel import css, label, ordered
from dashboard.viewer import SUPERVISION, Use
from dashboard.word import plain
from metrics.query import Query
from sql import standing

STREAM = "/live/events"
# what is said of a team, and the metric that says what it means where there is one
CREW = {"present": "agents_signed_in", "busy": "", "ready": "agents_ready", "away": "", "contacts": "in_hand"}


def layout(visit: Visit) -> Component:
    """The page for one viewer and one set of filters, from the newest board."""
    floor = Floor.of(visit.viewer.scope, visit.filters)
    query = urlencode([("lang", visit.language), *((name, value) for name, values in floor.where for value in values)])
    board: Board = desk().hub.board(floor)
    return html.Div(
        [
            dcc.Store(id="live-shape"),
            html.Div(_board(board, visit), id="live-board"),
        ],
        className="live",
        **{"data-stream": f"{STREAM}?{query}", "data-shape": board.shape(visit.language), "data-worker": asset("live-worker.js")},
    )


def again(shape: str | None, search: str | None) -> Any:
    """Lay the board out again, after rows have come or gone."""
    from dashboard.app import visit_of

    if not shape:
        return no_update
    visit = visit_of("/live", search or "")
    return _board(desk().hub.board(Floor.of(visit.viewer.scope, visit.filters)), visit)


def callbacks(gate: Gate) -> None:
    """The page's only callback."""
    gate.callback(
        Output("live-board", "children"),
        Input("live-shape", "data"),
        State("address", "search"),
        may=SUPERVISION,
        use=Use.WALL,
        prevent_initial_call=True,
    )(again)


# --- the board -------------------------------------------------------------------------------------------------------------------


def _board(board: Board, visit: Visit) -> list[Component]:
    language = visit.language
    first = dict(board.leaves(language))
    head = [
        html.H1(first["answer"], className="answer", **{"data-leaf": "answer", "data-calm": ""}),
        html.P(first["said"], className="vh", role="status", **{"data-leaf": "said", "data-calm": ""}),
    ]
    if not board.channels:
        out = (plain("live.all_filter", language), visit.href("/live")) if board.filtered else None
        text = plain("live.empty_filter", language) if board.filtered else nothing(visit.viewer, language) or plain("live.empty", language)
        return [*head, state.empty(text, language, out), _footer(board, language, first)]
    ended = [html.P(sentence("ended", first, margin.ENDED), className="lede ended")] if board.day else []
    return [
        *head,
        html.P([*sentence("lede", first, leaf.LEDE), " ", html.A(plain("live.who", language), href=waits(visit))], className="lede"),
        *ended,
        mark("late", first, tag=html.P, calm=True),
        html.Div([_channels(board, visit, first), _queues(board, visit, first), _agents(board, visit, first)], className="two"),
        _footer(board, language, first),
    ]


def _status(at: str, first: Leaves) -> Component:
    word = mark(f"{at}.status.word", first, calm=True, name="vh")
    return html.Td(mark(f"{at}.status", first, children=[word]), className="c-st")


def _channels(board: Board, visit: Visit, first: Leaves) -> Component:
    language = visit.language
    heading = html.Div(
        [
            html.H2(plain("live.channels", language), id="channels-title"),
            legend.statuses(language, {name: plain(f"live.{name}", language) for name in ("good", "watch", "bad", "unknown")}),
            html.Span(_note(board, language), className="asof"),
        ],
        className="hd",
    )
    rows = [_channel(line, visit, first) for line in board.channels]
    table = html.Table(
        [_channel_head(board, visit), html.Tbody(rows), html.Tfoot(_total(visit, first))],
        className="tbl strips",
        **{"aria-labelledby": "channels-title"},
    )
    return _section("channels", heading, table)


def _section(name: str, heading: Component, table: Component) -> Component:
    """A table under its heading, which scrolls in its own box where it is too wide."""
    box = html.Div(table, className="scroll", role="region", tabIndex=0, **{"aria-labelledby": f"{name}-title"})
    return html.Section([heading, box], className=f"s-{name}")


def _note(board: Board, language: Language) -> str:
    if board.day is None:
        return plain("live.channels_note", language)
    return plain("live.ended_note", language, day=margin.which(board.day, language))


def _channel_head(board: Board, visit: Visit) -> Component:
    language = visit.language
    then = [html.Small(margin.which(board.day, language), className="then")] if board.day else []

    def th(key: str, metric: str, name: str, title: str | None = None, span: int = 1, flows: bool = False) -> Component:
        text = means(visit, plain(key, language), metric)
        return html.Th([text, *(then if flows else [])], className=name, title=title, scope="col", colSpan=span)

    low, high = (percent(end, language, 0) for end in leaf.SCALE)
    level_title = plain("live.level", language, low=low, high=high)
    usual = html.Span(
        [html.I(className="key-usual"), plain("live.usual", language)], className="usual", title=plain("live.usual_full", language)
    )
    multiple = html.Span(
        [
            html.Span(plain("live.multiple_full", language), className="vh"),
            html.Span(plain("live.multiple", language), **{"aria-hidden": "true"}),
        ],
        className="hp",
    )
    return html.Thead(
        html.Tr(
            [
                html.Td(className="c-st"),
                th("live.channel_promise", "promise_kept", "c-name"),
                th("live.waiting", "waiting", "num c-waiting"),
                th("live.oldest", "oldest_wait", "num c-oldest"),
                html.Th(multiple, className="c-multiple", scope="col", title=plain("live.multiple_full", language)),
                th("live.beyond", "waiting_late", "num c-late"),
                th("live.busy", "in_hand", "num c-hand"),
                th("live.handled", "handled", "num c-handled", flows=True),
                th("live.abandoned", "abandoned", "num c-abandoned", span=2, flows=True),
                html.Th(means(visit, level_title, "service_level_live"), className="c-level", scope="col", colSpan=2),
                html.Th([means(visit, plain("live.arrivals", language), "contacts"), " ", usual], className="c-curve", scope="col"),
                th("live.arrived", "contacts", "num c-arrived", flows=True),
                th("live.against", "contacts", "num c-against", plain("live.against_full", language)),
            ]
        )
    )


def _channel(line: Line, visit: Visit, first: Leaves) -> Component:
    at, language, those = leaf.row(line), visit.language, waits(visit, line)
    name = [
        html.Span(label(line.channel, language), className=f"chn {css(line.channel)}"),
        mark(f"{at}.note", first, tag=html.Small, calm=True),
    ]
    return html.Tr(
        [
            _status(at, first),
            html.Th(name, scope="row", className="c-name"),
            cell(f"{at}.waiting", first, "c-waiting", href=those),
            cell(f"{at}.oldest", first, "c-oldest", calm=True, href=those),
            html.Td(mark(f"{at}.multiple", first, name="pb"), className="c-multiple"),
            cell(f"{at}.late", first, "c-late", href=waits(visit, line, "1")),
            cell(f"{at}.in_hand", first, "c-hand"),
            cell(f"{at}.handled", first, "c-handled"),
            cell(f"{at}.abandoned", first, "c-abandoned"),
            cell(f"{at}.abandon_rate", first, "c-rate muted", calm=True),
            cell(f"{at}.level", first, "c-level-text", calm=True),
            html.Td(mark(f"{at}.bounds", first, name="bounds"), className="c-bounds"),
            html.Td(mark(f"{at}.curve", first), className="c-curve"),
            cell(f"{at}.arrived", first, "c-arrived"),
            cell(f"{at}.against", first, "c-against muted", calm=True),
        ]
    )


def _total(visit: Visit, first: Leaves) -> Component:
    language = visit.language
    return html.Tr(
        [
            html.Td(className="c-st"),
            html.Th(plain("live.total", language), scope="row", className="c-name b"),
            html.Td(mark("t.waiting", first, name="num big", href=waits(visit)), className="num c-waiting"),
            html.Td(className="c-oldest"),
            html.Td(className="c-multiple"),
            cell("t.late", first, "c-late b", href=waits(visit, late="1")),
            html.Td(className="c-hand"),
            cell("t.handled", first, "c-handled b"),
            cell("t.abandoned", first, "c-abandoned b"),
            cell("t.abandon_rate", first, "c-rate muted", calm=True),
            html.Td(plain("live.total_note", language), colSpan=2, className="muted c-note"),
            html.Td(className="c-curve"),
            cell("t.arrived", first, "c-arrived b"),
            cell("t.against", first, "c-against muted", calm=True),
        ],
        className="total",
    )


def _queues(board: Board, visit: Visit, first: Leaves) -> Component:
    language = visit.language
    heading = html.Div(
        [
            html.H2(plain("live.queues", language), id="queues-title"),
            html.Span(plain("live.queues_note", language, n=len(board.queues)), className="asof"),
        ],
        className="hd",
    )
    columns = (
        ("live.waiting", "waiting"),
        ("live.beyond", "waiting_late"),
        ("live.oldest", "oldest_wait"),
        ("live.level_short", "service_level_live"),
    )
    heads = [html.Th(means(visit, plain(key, language), metric), className="num", scope="col") for key, metric in columns]
    queue = html.Th(plain("live.queue", language), className="c-name", scope="col")
    head = html.Thead(html.Tr([html.Td(className="c-st"), queue, *heads]))
    rows = [_queue(line, visit, first) for line in board.queues]
    table = html.Table([head, html.Tbody(rows)], className="tbl queues", **{"aria-labelledby": "queues-title"})
    return _section("queues", heading, table)


def _queue(line: Line, visit: Visit, first: Leaves) -> Component:
    at, channel, those = leaf.row(line), label(line.channel, visit.language), waits(visit, line)
    name = html.Span(
        [html.Span(line.name, className="ell"), html.Span(f" ({channel})", className="vh")],
        className=f"chn {css(line.channel)}",
        title=f"{line.name} · {channel}",
    )
    return html.Tr(
        [
            _status(at, first),
            html.Th(name, scope="row", className="c-name"),
            cell(f"{at}.waiting", first, "", href=those),
            cell(f"{at}.late", first, "", href=waits(visit, line, "1")),
            cell(f"{at}.oldest", first, "", calm=True, href=those),
            cell(f"{at}.level", first, "", calm=True),
        ]
    )


def _agents(board: Board, visit: Visit, first: Leaves) -> Component:
    """How many agents of each team are there, and what they do; no names."""
    language, told = visit.language, bool(board.crews) and board.crews[0].told
    marks = [
        html.Span([html.I(className=f"p {name}"), plain(f"live.crew_{name}", language)], className="lg")
        for name in ("busy", "ready", "away")
    ]
    heading = html.Div(
        [
            html.H2(plain("live.agents", language), id="agents-title"),
            html.Span(marks, className="legend"),
            html.Span(plain(_about_agents(board, told=told), language), className="asof"),
        ],
        className="hd",
    )
    columns = [html.Th(plain("live.team", language), className="c-name", scope="col"), html.Td(className="c-crew")]
    for name, metric in CREW.items():
        title = plain(f"live.crew_{name}_full", language) if name in ("present", "away", "contacts") else None
        text = plain("live.crew_away_short" if name == "away" else f"live.crew_{name}", language)
        columns.append(html.Th(means(visit, text, metric) if metric else text, className="num", scope="col", title=title))
    rows = [_crew(crew, board, visit, first) for crew in board.crews]
    parts = [html.Thead(html.Tr(columns)), html.Tbody(rows[1:]), html.Tfoot(rows[:1])]
    return _section("agents", heading, html.Table(parts, className="tbl crews", **{"aria-labelledby": "agents-title"}))


def _about_agents(board: Board, *, told: bool) -> str:
    if any(crew.held for crew in board.crews):
        return "live.agents_few"
    return "live.agents_note" if told else "live.agents_untold"


def _crew(crew: Crew, board: Board, visit: Visit, first: Leaves) -> Component:
    """A team, which leads to what its time went into today, agent by agent for those who may see them."""
    language, at, every = visit.language, margin.team(crew, board.crews[0]), crew is board.crews[0]
    name = plain("live.all_crews", language) if every else crew.name or plain("live.no_team", language)
    marks = html.Td(className="c-crew") if every else html.Td(mark(f"{at}.crew", first, name="crew"), className="c-crew")
    cells = [cell(f"{at}.{column}", first, "b" if every else "") for column in CREW]
    agents = {"by": "agent"} if visit.viewer.scope.named and not every else {}
    href = visit.href("/agent-time", period="today", **agents, **({} if every else {"team": crew.team})) if every or crew.team else ""
    head = html.Th(html.A(name, href=href) if href else name, scope="row", className="c-name", title=name)
    return html.Tr([head, marks, *cells], className="total" if every else None)


def _footer(board: Board, language: Language, first: Leaves) -> Component:
    each = [
        html.Li([mark(f"s.{name}.mark", first, children=[f"{name} "]), mark(f"s.{name}", first, tag=html.B, calm=True)])
        for name in (source.name for source in board.sources)
    ]
    return html.Footer(
        [
            html.Span(plain("live.sources", language), id="sources-title"),
            html.Ul(each, **{"aria-labelledby": "sources-title"}) if each else html.Span(className="sp"),
            html.Span(
                sentence("balance", first, margin.BALANCE), className=first.get("balance@class", "balance"), **{"data-leaf": "balance"}
            ),
        ],
        className="live-foot",
    )


# --- filters ---------------------------------------------------------------------------------------------------------------------


def filters(visit: Visit) -> list[Component]:
    """Channel, team and site, as links; the clock and the state of the stream beside them."""
    names = standing.names(desk().store)
    menus = [_menu(visit, name, names) for name in FILTERS if name != "queue"]
    return [
        pick.bar(plain("frame.filters", visit.language), [menu for menu in menus if menu is not None]),
        html.Span(
            plain("live.up", visit.language),
            className="live-state st good",
            **{"data-up": plain("live.up", visit.language), "data-down": plain("live.down", visit.language)},
        ),
    ]


def _menu(visit: Visit, dimension: str, names: Any) -> Component | None:
    since = visit.now.replace(minute=0, second=0, microsecond=0) - RECENT
    rows = ask(Query(metrics=("offered",), by=(dimension,), since=since, zone=visit.zone)).rows
    found = {str(row.keys[dimension]) for row in rows} - {""}
    codes = found | set(visit.filters.get(dimension, ()))
    names = {key: name for key, name in names.items() if key[1] in found}  # what is asked for and not in sight stays as it was written
    if len(codes) < 2 and not visit.filters.get(dimension):
        return None
    listed = ordered(codes) if dimension == "channel" else sorted(codes, key=lambda code: names.get((dimension, code), code))
    chosen = visit.first(dimension)
    every = {"channel": "live.all_channels", "team": "live.all_teams", "site": "live.all_sites"}[dimension]
    words = {code: label(code, visit.language) if dimension == "channel" else names.get((dimension, code), code) for code in listed}
    choices = [pick.Choice(plain(every, visit.language), visit.href(**{dimension: None}), not chosen)]
    choices += [pick.Choice(words[code], visit.href(**{dimension: code}), code == chosen) for code in listed]
    return pick.menu(plain(f"live.filter_{dimension}", visit.language), choices)


page = Page(
    path="/live",
    words="frame.live",
    order=1,
    may=SUPERVISION,
    layout=layout,
    callbacks=callbacks,
    filters=filters,
    dense=True,
    asks=frozenset(FILTERS),
)
