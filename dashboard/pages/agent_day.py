"""One agent, one day: every contact in its lane, how many ran at once, what that comes to on each channel; and it is live today."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.agent import aside
from dashboard.agent.board import LEDE, DayBoard
from dashboard.agent.day import Day, gather
from dashboard.agent.lane import CONTACT, time_line
from dashboard.agent.moment import Window
from dashboard.agent.story import answer, lede, oddities
from dashboard.agent.tally import SHARES
from dashboard.ask import ask, desk
from dashboard.asset import asset
from dashboard.format import clock, day, duration, instant
from dashboard.guard import Gate
from dashboard.live.piece import pieces
from dashboard.page import Page, Visit
from dashboard.parts import legend, pick, state
from dashboard.parts.channel import css, label
from dashboard.parts.drawing import still
from dashboard.parts.table import Column, Group, table, toggled
from dashboard.period import known_day, midnight
from dashboard.seen import named
from dashboard.viewer import SUPERVISION, Use
from dashboard.word import plain, refusal
from metrics.query import Grain, Query, Refused
from sql import standing

MOST = 300  # agents in the menu
LOOKED_BACK = 35  # days, for the last one on which anything is known
KNOWN = ("agent_time_wall", "staffed_time")
TEAMS, STREAM, STORE = "/agent-time", "/agent-time/events", "day-shape"


def layout(visit: Visit) -> Component:
    """The page of the agent and the day in the address."""
    agent = visit.first("agent")
    if not agent:
        return _instead(visit, "agent_day.nobody", "agent_day.nobody_text")
    if not visit.viewer.scope.named:
        return _instead(visit, "agent_day.unnamed", "agent_day.unnamed_text")
    window = _sound(visit)
    told = _gathered(visit, agent, window)
    _looked(told)
    live: dict[str, str] = {}
    if told.live and window.at(0) <= visit.now:
        said = {"agent": agent, "day": window.day.isoformat(), "share": _share(visit), "lang": visit.language}
        query = urlencode(said | {name: visit.first(name) for name in ("since", "until") if visit.first(name)})
        shape = DayBoard(told).shape(visit.language)
        live = {"data-stream": f"{STREAM}?{query}", "data-shape": shape, "data-store": STORE, "data-worker": asset("live-worker.js")}
    return html.Div(
        [dcc.Store(id=STORE), html.Div(_board(visit, told), id="day-board")], className="agent-day", **{**live, "data-held": ".tl"}
    )


def again(shape: str | None, search: str | None) -> Any:
    """Lay the day out again, after a contact or a state has begun or ended. The address is the browser's: it may be another agent's."""
    from dashboard.app import visit_of

    if not shape:
        return no_update
    visit = visit_of("/agent-time/day", search or "")
    if not visit.first("agent") or not visit.viewer.scope.named:
        return no_update
    window = _window(visit)
    told = _gathered(visit, visit.first("agent"), window)
    _looked(told, goes_on=True)
    return _board(visit, told)


def callbacks(gate: Gate) -> None:
    """The page's only callback."""
    gate.callback(
        Output("day-board", "children"),
        Input(STORE, "data"),
        State("address", "search"),
        may=SUPERVISION,
        use=Use.LOOKS,
        prevent_initial_call=True,
    )(again)


def _gathered(visit: Visit, agent: str, window: Window) -> Day:
    return gather(ask, desk().store, visit.viewer.scope, agent, window, visit.now, _share(visit))


def _looked(told: Day, *, goes_on: bool = False) -> None:
    """The viewer is about to see this day: somebody out of his scope is not shown, and not told of a look either."""
    if told.held:
        named(f"agent/{told.agent}", goes_on=goes_on, page="agent-time/day", day=told.window.day.isoformat())


def _board(visit: Visit, told: Day) -> list[Component]:
    language = visit.language
    title = html.H1(answer(told, language), className="answer", **{"data-leaf": "answer", "data-calm": ""})
    if not told.known:
        text = plain("agent_day.empty", language, name=told.name, day=day(told.window.day, language))
        return [title, _steps(visit, told), state.empty(text, language, _elsewhere(visit, told))]
    first = dict(pieces("lede", lede(told, language), LEDE))
    second = [(html.B if at % 2 else html.Span)(first[f"lede.{at}"], **{"data-leaf": f"lede.{at}", "data-calm": ""}) for at in range(LEDE)]
    head = [title, html.P(second, className="lede"), *_remarks(visit, told), _steps(visit, told)]
    return [*head, still(html.Div([_main(visit, told), _aside(visit, told)], className="two"))]


def _elsewhere(visit: Visit, told: Day) -> tuple[str, str]:
    """From a day without anything to one that has something. No day is named to somebody whose scope may not hold the agent: when somebody
    last worked is a look at him, and this page leaves no line. The page without a day is the last one, and leaves its own."""
    language = visit.language
    if not told.held:
        if known_day(visit.first("day")):
            return plain("agent_day.last_unnamed", language), visit.href(day=None, since=None, until=None)
    elif (last := _last(visit, told.agent, _today(visit))) != told.window.day:
        text = plain("agent_day.last", language, day=day(last, language, "weekday"))
        return text, visit.href(day=last.isoformat(), since=None, until=None)
    return plain("agent_day.to_teams", language), visit.href(TEAMS)


def _window(visit: Visit) -> Window:
    on = known_day(visit.first("day")) or _last(visit, visit.first("agent"), _today(visit))
    return Window.of(on, visit.zone, visit.first("since"), visit.first("until"))


def _sound(visit: Visit) -> Window:
    """The window of an address; a day, a part of it or a kind of share that there is not is refused: another would look like the answer."""
    asked, since, until = (visit.first(name) for name in ("day", "since", "until"))
    if asked and known_day(asked) is None:
        raise refusal("frame.no_day", value=asked)
    visit.one_of("share", tuple(SHARES))
    window = _window(visit)
    if (since or until) and not window.given:
        raise refusal("agent_day.no_window", since=since, until=until, most=str(window.length))
    return window


def _today(visit: Visit) -> date:
    return visit.now.astimezone(ZoneInfo(visit.zone)).date()


def _last(visit: Visit, agent: str, today: date) -> date:
    """The last day on which anything is known of an agent: before his day has begun, today is an empty page."""
    if not agent or not visit.viewer.scope.named:
        return today
    since, until = midnight(today - timedelta(days=LOOKED_BACK), visit.zone), midnight(today + timedelta(days=1), visit.zone)
    try:
        query = Query(KNOWN, since=since, until=until, grain=Grain.DAY, zone=visit.zone, where=(("agent", (agent,)),))
        rows = ask(query).rows
    except Refused:  # a scope that an agent's time is not known by, or no name of an agent
        return today
    days = [at.date() for row in rows if any(each.value for each in row.figures.values()) and isinstance(at := row.keys["at"], datetime)]
    return max(days, default=today)


def _share(visit: Visit) -> str:
    asked = visit.first("share", "equal")
    return asked if asked in SHARES else "equal"


def _instead(visit: Visit, title: str, text: str) -> Component:
    """Nothing can be shown: why, and the way to what can."""
    link = (plain("agent_day.to_teams", visit.language), visit.href(TEAMS))
    return html.Div(
        [
            html.H1(plain(title, visit.language), className="answer"),
            state.empty(plain(text, visit.language), visit.language, link, plain("agent_day.instead", visit.language)),
        ]
    )


def _remarks(visit: Visit, told: Day) -> list[Component]:
    """What has to be known before the figures are believed."""
    language = visit.language
    found = []
    tally = told.tally
    if tally and tally.as_of and tally.as_of < min(told.window.at(told.window.length), told.now) - timedelta(hours=1):
        key, at = "agent_time.partial_slowest" if tally.slowest else "agent_time.partial", instant(tally.as_of, language, visit.zone)
        late = plain(key, language, at=at, source=tally.slowest)
        found.append(html.P(late, className="state stale st ink watch", role="status"))
    if tally is None:
        found.append(html.P(plain("agent_day.partial", language), className="state stale st ink watch", role="status"))
    found += [html.P(text, className="st ink watch odd-note") for text in oddities(told, language)]
    return found


def _steps(visit: Visit, told: Day) -> Component:
    """The day before and after, and what part of the day is looked at, as links."""
    window, language = told.window, visit.language
    today = _today(visit)

    def other(days: int, key: str) -> Component:
        to = window.day + timedelta(days=days)
        href = visit.href(day=to.isoformat(), since=None, until=None)
        text = plain(key, language)
        return html.A(text, href=href) if to <= today else html.Span(text, className="muted")

    def zoomed(key: str, pair: tuple[int, int] | None, on: bool) -> Component:
        text = plain(key, language)
        href = visit.href(since=str(pair[0]), until=str(pair[1])) if pair else visit.href(since=None, until=None)
        return html.A(text, href=href) if on else html.Span(text, className="muted")

    zoom = [
        zoomed("agent_day.closer", window.scaled(0.5), window.until - window.since > 15),
        zoomed("agent_day.wider", window.scaled(2), window.until - window.since < window.length),
        zoomed("agent_day.earlier", window.moved(-0.5), window.since > 0),
        zoomed("agent_day.later", window.moved(0.5), window.until < window.length),
        zoomed("agent_day.whole", None, window.given),
    ]
    looked_at = [html.Span([html.B(window.shown), *zoom])] if told.known else []
    return html.Nav(
        [
            html.Span([other(-1, "agent_day.before"), html.B(day(window.day, language, "weekday")), other(1, "agent_day.after")]),
            *looked_at,
        ],
        className="day-steps",
        **{"aria-label": plain("agent_day.steps", language)},
    )


# --- the day itself ------------------------------------------------------------------------------------------------------------------


def _main(visit: Visit, told: Day) -> Component:
    language = visit.language
    counts: dict[str, int] = {}
    for part in told.shown:
        if part.taken:
            counts[part.channel] = counts.get(part.channel, 0) + 1
    channels = [
        html.Span([label(code, language), " ", html.B(str(counts[code]))], className=f"chn {css(code)}")
        for code in told.order
        if code in counts
    ]
    phases = [(f"tx {name}", plain(f"agent_day.phase_{name}", language)) for name in ("ring", "talk", "hold", "wrap")]
    presence = [(f"p-{name}", plain(f"agent_day.state_{name}", language)) for name in ("busy", "ready", "away")]
    head = html.Header([html.H2(plain("agent_day.at_once_title", language)), html.Span(channels, className="legend")])
    key = html.P([legend.legend(phases), legend.legend(presence)], className="day-keys")
    line = time_line(visit, told) if told.shown or told.detail.moments else state.empty(plain("agent_day.empty_window", language), language)
    day_itself = html.Section(
        [head, line, key, html.P(plain("agent_day.help", language), className="note"), _list(visit, told)], className="sec"
    )
    return html.Div([day_itself, *_below(visit, told)])


def _below(visit: Visit, told: Day) -> list[Component]:
    """What the lanes come to: how many at once, and the equations."""
    if told.tally is None:
        return []
    order = [code for code in told.order if code in told.tally.channels]
    parts = [
        aside.profile(visit, told.levels, told.tally.wall),
        aside.balance(visit, told.tally, told.levels, order),
    ]
    return [html.Div([part for part in parts if part is not None], className="pair")]


def _list(visit: Visit, told: Day) -> Component:
    """Every contact of the window in a table, each a link to its events."""
    language = visit.language
    columns = [
        Column(plain("agent_day.began", language)),
        Column(plain("part.channel", language)),
        Column(plain("agent_day.queue", language)),
        *[Column(plain(f"agent_day.phase_{phase}", language), numeric=True) for phase in ("ring", "talk", "hold", "wrap")],
    ]
    rows = []
    for part in told.shown:
        long = dict.fromkeys(("ring", "talk", "hold", "wrap"), 0.0)
        for each in part.stretches:
            long[each.phase] += ((each.ended_at or part.end) - each.started_at).total_seconds()
        href = visit.href(CONTACT, id=part.interaction, agent=told.agent, day=told.window.day.isoformat())
        rows.append(
            [
                [html.A(clock(part.start, told.window.zone), href=href)],
                label(part.channel, language),
                part.queue,
                *[duration(seconds or None, language) for seconds in long.values()],
            ]
        )
    return toggled(table(columns, [Group("", rows)], language, plain("agent_day.lanes", language, n=len(rows))), language)


def _aside(visit: Visit, told: Day) -> Component:
    tally = told.tally
    if tally is None:
        return html.Div()
    order = [code for code in told.order if code in tally.channels]
    parts = [
        aside.channels(visit, tally, order, _share(visit)) if order else None,
        aside.overlap(visit, tally, told.pairs, order),
    ]
    return html.Div([part for part in parts if part is not None], className="aside-column")


# --- filters -------------------------------------------------------------------------------------------------------------------------


def filters(visit: Visit) -> list[Component]:
    """The agents of the day, the kind of share, and while the day goes on the state of the stream."""
    language, chosen = visit.language, _share(visit)
    kinds = [pick.Choice(plain(f"agent_day.share_{kind}", language), visit.href(share=kind), kind == chosen) for kind in SHARES]
    menus = [_agents(visit), pick.menu(plain("agent_time.kind", language), kinds)]
    bar = pick.bar(plain("frame.filters", language), [menu for menu in menus if menu is not None])
    if not visit.first("agent") or not visit.viewer.scope.named or _window(visit).day != _today(visit):
        return [bar]
    up, down = plain("live.up", language), plain("live.down", language)
    return [bar, html.Span(up, className="live-state st good", **{"data-up": up, "data-down": down})]


def _agents(visit: Visit) -> Component | None:
    """Those who worked on the day, by name, as far as the viewer may see them."""
    agent = visit.first("agent")
    if not agent or not visit.viewer.scope.named:
        return None
    window, names = _window(visit), standing.names(desk().store)
    query = Query(("agent_time_wall",), by=("agent",), since=window.at(0), until=window.at(window.length), zone=visit.zone)
    try:
        there = {str(row.keys["agent"]) for row in ask(query).rows}
    except Refused:  # a scope that an agent's time is not known by
        return None
    codes, hidden = there | {agent}, {agent} - there if visit.viewer.scope.only else set()
    called = {code: (None if code in hidden else names.get(("agent", code))) or code for code in codes}
    listed = sorted(codes, key=lambda code: called[code].casefold())[:MOST]
    choices = [pick.Choice(called[code], visit.href(agent=code, since=None, until=None), code == agent) for code in listed]
    return pick.menu(plain("agent_time.agent", visit.language), choices, called[agent])


page = Page(
    path="/agent-time/day",
    words="frame.agent_time",
    order=None,
    may=SUPERVISION,
    layout=layout,
    callbacks=callbacks,
    filters=filters,
    asks=frozenset({"agent", "day", "since", "until", "share"}),
)
