"""Agent time: how much time each team, and each of its agents, spent on each channel when several contacts ran at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, Response

from dashboard.agent import aside, extra, hour
from dashboard.agent import quality as beside
from dashboard.agent.export import as_csv, as_xlsx, told
from dashboard.agent.ranking import ORDERS, found, order, ranking
from dashboard.agent.span import KEYS, Span, choices, of
from dashboard.agent.tally import SHARES, Tally, by_channel, levels, pairs, tallies
from dashboard.ask import ask, desk
from dashboard.format import Language, hours, instant, number, part, percent, typography
from dashboard.guard import Gate, stop, viewer
from dashboard.limit import nothing, worded
from dashboard.page import Page, Visit
from dashboard.parts import pick, state, tile
from dashboard.parts.channel import label, ordered
from dashboard.parts.drawing import still
from dashboard.parts.prose import marked
from dashboard.period import months, parse
from dashboard.seen import EVERY, named
from dashboard.viewer import SUPERVISION
from dashboard.word import plain, refusal, say
from metrics.dimension import within
from metrics.query import Query, Scope
from sql import standing

FILTERS = frozenset({"period", "from", "to", "share", "by", "team", "channel", "search", "sort", "rows"})
TIMES = ("agent_state", "agent_share")  # the facts of this page: a viewer limited by what they are not known by sees none of it
DAY, CSV, XLSX = "/agent-time/day", "/agent-time.csv", "/agent-time.xlsx"
LATE = timedelta(days=1)  # a source this far behind leaves the end of the period incomplete
NAMED = {"team": "agent_time.team", "channel": "agent_time.channel"}
MOST_NAME = 60  # characters of a file's name that say what part of the company it is of
FULL = 0.9  # occupancy from which somebody looks full by the clock


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: a period, a kind of share, teams or the agents of one, and the filters."""

    span: Span
    share: str
    agents: bool
    base: Query

    @classmethod
    def of(cls, visit: Visit) -> "Asked":
        """What a visit asks; single agents only for those who may see them."""
        _sound(visit)
        span = of(visit.first("period"), visit.now, visit.zone, visit.first("from"), visit.first("to"))
        share = visit.first("share") or "equal"
        where = tuple((name, visit.filters[name]) for name in ("team", "channel") if visit.first(name))
        running = span.since < visit.now < span.until
        now = visit.now.replace(second=visit.now.second // 10 * 10, microsecond=0) if running else None
        base = Query(("agent_time_wall",), since=span.since, until=span.until, zone=visit.zone, where=where, now=now)
        agents = visit.first("by") == "agent" and visit.viewer.scope.named
        return cls(span, share, agents, base)

    @property
    def by(self) -> str:
        """The dimension of the rows."""
        return "agent" if self.agents else "team"


def layout(visit: Visit) -> Component:
    """The page of an address."""
    language, asked = visit.language, Asked.of(visit)
    if not within(TIMES, visit.viewer.scope):
        head = html.H1(plain("agent_time.scope_title", language), className="answer")
        return html.Div([head, state.empty(plain("agent_time.scope_text", language), language)])
    if visit.first("by") == "agent" and not asked.agents:
        refused = plain("agent_day.unnamed_text", language)
        head = html.H1(plain("agent_day.unnamed", language), className="answer")
        return html.Div([head, state.empty(refused, language, (plain("agent_day.to_teams", language), visit.href(by=None)))])
    whole = tallies(ask, asked.base, "", asked.share).get("", Tally())
    if whole.withheld or (whole.narrowed and whole.partly):
        few = state.empty(
            plain("agent_time.few", language), language, (plain("agent_time.all_teams_link", language), visit.href(team=None, channel=None))
        )
        return html.Div([html.H1(plain("agent_time.few_title", language), className="answer"), few])
    if not whole.wall and not whole.seconds("staffed_time"):
        return _nothing(visit, asked)
    every = tallies(ask, asked.base, asked.by, asked.share)
    _written(visit, asked, "agent-time")
    groups = {key: tally for key, tally in every.items() if tally.agents}
    codes = ordered(whole.channels)
    found_levels = levels(ask, asked.base)
    looked = beside.looked_at(ask, asked.base, asked.span)
    names, held = _names(visit), sum(tally.withheld for tally in every.values())
    rows = [
        [ranking(visit, groups, whole, names, lambda key: _href(visit, key, asked), codes, agents=asked.agents, withheld=held)],
        [
            aside.channels(visit, whole, codes, asked.share),
            aside.overlap(visit, whole, pairs(ask, asked.base), codes),
        ],
        [
            beside.panel(visit, beside.quality(ask, asked.base, looked), looked.days),
            aside.profile(visit, found_levels, whole.wall),
            hour.mix(visit, hour.by_hour(ask, asked.base, asked.span, asked.share), asked.span, codes),
        ],
        [
            aside.balance(visit, whole, found_levels, codes, shares=not whole.narrowed),
            extra.oddities(ask, asked.base, whole, visit, _clocks(asked.span.last(extra.MOST_DAYS))),
            extra.policies(ask, asked.base, whole, visit),
        ],
    ]
    shown = [[part for part in row if part is not None] for row in rows]
    shelves = ((f"shelf shelf-{at}", row if at == 0 else [still(part) for part in row]) for at, row in enumerate(shown) if row)
    body = [html.Div(row, className=name) for name, row in shelves]
    return html.Div([*_head(visit, asked, whole, groups), *body, still(extra.explained(visit))], className="agent-time")


def _clocks(span: Span) -> tuple[standing.Clock, ...]:
    """The sources whose clocks are ahead of ours."""
    return standing.clocks(desk().store, span.since, span.until)


def _sound(visit: Visit) -> None:
    """Refuse a period, an order or a kind of share that there is not: another one in its place would look like the answer."""
    key, since, until = (visit.first(name) for name in ("period", "from", "to"))
    if key and key not in KEYS and parse(key) is None and not (since and until):
        raise refusal("frame.no_period", value=key)
    if (since or until) and of("", visit.now, visit.zone, since, until).key != "days":
        raise refusal("frame.no_days", since=since, until=until)
    for name, values in (("share", tuple(SHARES)), ("by", ("team", "agent")), ("rows", ("all",)), ("sort", ORDERS)):
        visit.one_of(name, values)


def _written(visit: Visit, asked: Asked, page: str) -> None:
    """The agents of these teams, or of all, are about to be seen one by one."""
    if asked.agents:
        since, until = (each.isoformat(timespec="minutes") for each in (asked.span.since, asked.span.until))
        named(*(f"team/{team}" for team in visit.filters.get("team", (EVERY,))), page=page, since=since, until=until)


def _nothing(visit: Visit, asked: Asked) -> Component:
    """Nothing is known of the period: why, and a period or filter that may hold something."""
    language = visit.language
    filtered = any(visit.first(name) for name in ("team", "channel"))
    key = "agent_time.empty_filter" if filtered else "agent_time.empty"
    link = (plain("agent_time.without_filter", language), visit.href(team=None, channel=None)) if filtered else (
        plain("agent_time.longer", language), visit.href(period="28d", **{"from": None, "to": None}))  # fmt: skip
    limited = "" if filtered else nothing(visit.viewer, language)
    text = f"{plain('agent_time.empty_scope', language)} {limited}" if limited else plain(key, language)
    title = plain("agent_time.answer_none", language, period=asked.span.name(language))
    return html.Div([html.H1(title, className="answer"), state.empty(text, language, link)], className="agent-time")


# --- the answer ----------------------------------------------------------------------------------------------------------------------


def _head(visit: Visit, asked: Asked, whole: Tally, groups: dict[str, Tally]) -> list[Component]:
    language = visit.language
    values = {"agents": whole.agents, "wall": hours(whole.wall, language), "gross": hours(whole.gross, language)}
    single = whole.at_once is not None and round(whole.gross - whole.wall, 3) == 0  # what merely rounds to one at a time is not it
    if visit.first("channel"):
        key = "agent_time.answer_channel_gross" if whole.unshared else "agent_time.answer_channel"
        title = plain(key, language, n=whole.agents, channel=_channels(visit), share=_shared(whole, language))
    elif not whole.wall:
        title = plain("agent_time.answer_idle", language, n=whole.agents)
    elif whole.partly:
        title = plain("agent_time.answer_partly", language, n=whole.agents, wall=values["wall"])
    else:
        key = "agent_time.answer_single" if single else "agent_time.answer"
        title = plain(
            key, language, n=values["agents"], wall=values["wall"], gross=values["gross"], at_once=number(whole.at_once, language, 2)
        )
    parts = [html.H1(title, className="answer"), html.P(marked(_lede(visit, asked, whole, groups)), className="lede")]
    at = instant(whole.as_of, language, visit.zone) if whole.as_of else ""
    parts.append(html.P(tile.as_of(at, language, whole.slowest), className="fresh"))
    if whole.as_of and whole.as_of < min(asked.span.until, visit.now) - LATE:
        late = plain("agent_time.partial_slowest" if whole.slowest else "agent_time.partial", language, at=at, source=whole.slowest)
        parts.append(html.P(late, className="state stale st ink watch"))
    elif asked.span.until > visit.now:
        parts.append(html.P(plain("agent_time.running", language), className="state stale st ink watch"))
    crumb = html.P(html.A(plain("agent_time.back", language), href=visit.href(by=None, team=None)), className="crumb")
    return [crumb, *parts] if asked.agents else parts


def _channels(visit: Visit) -> str:
    return ", ".join(label(code, visit.language) for code in visit.filters["channel"])


def _shared(whole: Tally, language: Language) -> str:
    return hours(whole.gross if whole.unshared else sum(whole.of(code, "share") for code in whole.channels), language)


def _lede(visit: Visit, asked: Asked, whole: Tally, groups: dict[str, Tally]) -> str:
    """How many look full by the clock while their capacity is not; else how much of the time ran on several channels."""
    language = visit.language
    said = [say("agent_time.lede_period", language, period=asked.span.name(language))]
    full = _full(groups)
    if full:
        low, high = percent(min(full), language, 0), percent(max(full), language, 0)
        key = f"agent_time.lede_full_{asked.by}" + ("" if low != high else "_same")
        said.append(say(key, language, n=len(full), low=low, high=high) if low != high else say(key, language, n=len(full), low=low))
    elif whole.several:
        said.append(say("agent_time.lede_several", language, share=part(whole.several, language)))
    if whole.narrowed:
        said.append(say("agent_time.lede_narrowed", language))
    if whole.unshared:
        said.append(say("agent_time.lede_unshared", language))
    return typography(" ".join(said), language)


def _full(groups: Mapping[str, Tally]) -> list[float]:
    """The shares of capacity of the groups that look full by the clock and are not.

    Occupancy is of everybody: it is set beside the share of capacity only where that speaks of all of the presence as well.
    """
    known = [tally for tally in groups.values() if tally.states and tally.covered is None]
    pairs_ = [(tally.states["occupancy"].value, tally.states["capacity_utilisation"].value) for tally in known]
    return [capacity for occupancy, capacity in pairs_ if occupancy is not None and capacity is not None and occupancy >= FULL > capacity]


def _names(visit: Visit) -> Callable[[str], str]:
    """What teams, or agents where they are the rows, are called here."""
    known, kind = standing.names(desk().store), "agent" if visit.first("by") == "agent" else "team"
    none = plain("agent_time.no_team", visit.language)
    return lambda key: known.get((kind, key)) or key or none


def _href(visit: Visit, key: str, asked: Asked) -> str:
    """From a team to its agents, from an agent to the last day of the period; nowhere without the right to see single agents."""
    if not visit.viewer.scope.named or not key:
        return ""
    if asked.agents:
        last = min(asked.span.end - timedelta(days=1), visit.now.astimezone(asked.span.since.tzinfo).date())
        return visit.href(DAY, agent=key, day=last.isoformat(), share=asked.share)
    return visit.href(team=key, by="agent", search=None, rows=None)


# --- filters and file ------------------------------------------------------------------------------------------------------------------


def filters(visit: Visit) -> list[Component]:
    """Period, team, channel and kind of share, as links."""
    if not within(TIMES, visit.viewer.scope):
        return []
    language, asked = visit.language, Asked.of(visit)
    names = standing.names(desk().store)
    keys = choices(months(ask, "contacts", visit.zone), asked.span, language)
    periods = [pick.Choice(text, visit.href(period=key, **{"from": None, "to": None}), key == asked.span.key) for key, text in keys]
    shown = next(text for key, text in keys if key == asked.span.key)
    kinds = [pick.Choice(plain(f"agent_time.kind_{kind}", language), visit.href(share=kind), kind == asked.share) for kind in SHARES]
    menus = [pick.menu(plain("agent_time.period", language), periods, shown)]
    menus += [menu for menu in (_menu(visit, asked, name, names) for name in ("team", "channel")) if menu is not None]
    return [pick.bar(plain("frame.filters", language), [*menus, pick.menu(plain("agent_time.kind", language), kinds)])]


def _menu(visit: Visit, asked: Asked, dimension: str, known: Mapping[tuple[str, str], str]) -> Component | None:
    found = _there(asked, dimension)
    codes = found | set(visit.filters.get(dimension, ()))
    known = {key: name for key, name in known.items() if key[1] in found}  # what is asked for and not in sight stays as it was written
    if len(codes) < 2:
        return None
    listed = ordered(codes) if dimension == "channel" else sorted(codes, key=lambda code: known.get((dimension, code), code))
    words = {code: label(code, visit.language) if dimension == "channel" else known.get((dimension, code), code) for code in listed}
    chosen = visit.first(dimension)
    all_ = pick.Choice(plain(f"agent_time.all_{dimension}s", visit.language), visit.href(**{dimension: None}), not chosen)
    return pick.menu(
        plain(f"agent_time.{dimension}", visit.language),
        [all_, *[pick.Choice(words[code], visit.href(**{dimension: code}), code == chosen) for code in listed]],
    )


def _there(asked: Asked, dimension: str) -> set[str]:
    """The teams or channels of the period, as far as the viewer's scope goes and whatever the address filters."""
    every = by_channel(replace(asked.base, where=()), ("team",), asked.share)  # without filters it is the page's own question
    return {str(row.keys[dimension]) for row in ask(every).rows} - {""}


def table_file() -> Response:
    """The rows of the page an address names, as CSV; single agents only for those who may see them."""
    visit, asked = _file_of()
    names, keys, groups, _ = _rows(visit, asked, "agent-time.csv")
    codes = ordered({code for tally in groups.values() for code in tally.channels})
    text = as_csv({key: groups[key] for key in keys}, names, codes, SHARES[asked.share], agents=asked.agents)
    return _sent("\ufeff" + text, "text/csv", "csv", asked)


def table_book() -> Response:
    """The same as a workbook, with all of them together below, and above what was asked, by whom it may be seen and when."""
    visit, asked = _file_of()
    language = visit.language
    names, keys, groups, held = _rows(visit, asked, "agent-time.xlsx")
    whole = tallies(ask, asked.base, "", asked.share).get("", Tally())
    codes, about = ordered(whole.channels), _about(visit, asked, _called(visit, asked), whole, held)
    total = plain("agent_time.all_agents" if asked.agents else "agent_time.all_teams", language)
    book = as_xlsx(about, [(names(key), groups[key]) for key in keys], (total, whole), codes, language, agents=asked.agents)
    return _sent(book, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", asked)


def _called(visit: Visit, asked: Asked) -> Mapping[tuple[str, str], str]:
    """What things are called; of teams, where a scope is limited, only those it names or holds: another keeps the id it was asked by."""
    known, scope = standing.names(desk().store), visit.viewer.scope
    if not scope.only or not visit.first("team"):
        return known
    mine = _there(asked, "team").union(*(values for name, values in scope.only if name == "team"))
    return {key: name for key, name in known.items() if key[0] != "team" or key[1] in mine}


def _about(visit: Visit, asked: Asked, known: Mapping[tuple[str, str], str], whole: Tally, held: int) -> list[str]:
    """What a workbook holds, in the words of the page: period, filters, search, scope, moment, and how many groups are in the sum only."""
    language = visit.language
    words = {name: plain(key, language) for name, key in NAMED.items()}

    def called(dimension: str, values: Iterable[str]) -> str:
        return ", ".join(label(value, language) if dimension == "channel" else known.get((dimension, value), value) for value in values)

    said = {
        plain("agent_time.period", language): f"{asked.span.name(language)} ({visit.zone})",
        plain("agent_time.kind", language): plain(f"agent_time.kind_{asked.share}", language),
        **{words[name]: called(name, visit.filters[name]) for name in ("team", "channel") if visit.first(name)},
        plain("agent_time.search", language): visit.first("search"),
        plain("agent_time.xlsx_scope", language): worded(visit.viewer.scope, known, language)
        or plain("agent_time.xlsx_everything", language),
        plain("agent_time.xlsx_asked", language): instant(visit.now, language, visit.zone),
    }
    key = "part.as_of_slowest" if whole.slowest else "part.as_of"
    fresh = [plain(key, language, at=instant(whole.as_of, language, visit.zone), source=whole.slowest)] if whole.as_of else []
    kept = [plain("agent_time.withheld", language, n=held)] if held else []
    return [plain("frame.agent_time", language), *(told(name, value, language) for name, value in said.items() if value), *fresh, *kept]


def _file_of() -> tuple[Visit, Asked]:
    """What the address of a file asks."""
    from flask import request

    from dashboard.app import understood, visit_of

    visit = visit_of("/agent-time", request.query_string.decode())
    understood(visit, page)
    if not within(TIMES, visit.viewer.scope):
        stop(403, "agent_time.file_scope")
    asked = Asked.of(visit)
    if visit.first("by") == "agent" and not asked.agents:
        stop(403, "agent_day.unnamed_text")
    return visit, asked


def _rows(visit: Visit, asked: Asked, page: str) -> tuple[Callable[[str], str], list[str], dict[str, Tally], int]:
    """Names, keys in their order, times of the rows, and how many are held back; written down where they are single agents."""
    every = tallies(ask, asked.base, asked.by, asked.share)
    _written(visit, asked, page)
    names, groups = _names(visit), {key: tally for key, tally in every.items() if tally.agents}
    held = sum(tally.withheld for tally in every.values())
    return names, found(order(groups, names, visit.first("sort")), names, visit.first("search")), groups, held


def _sent(body: str | bytes, kind: str, ending: str, asked: Asked) -> Response:
    name = f"agent-time-{asked.span.first}-{asked.span.end - timedelta(days=1)}{_part(viewer().scope)}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, mimetype=kind, headers=headers)


def _part(scope: Scope) -> str:
    """What part of the company a file is of, for its name ("-site-lyon"): lines of plain numbers have no room for it."""
    return re.sub(r"[^A-Za-z0-9]+", "-", "".join(f"-{name}-{'-'.join(values)}" for name, values in scope.only))[:MOST_NAME]


def callbacks(gate: Gate) -> None:
    """The page's files."""
    blueprint = Blueprint("agent_time", __name__)
    blueprint.get(CSV)(table_file)
    blueprint.get(XLSX)(table_book)
    gate.blueprint(blueprint, {CSV: SUPERVISION, XLSX: SUPERVISION})


page = Page(
    path="/agent-time",
    words="frame.agent_time",
    order=2,
    may=SUPERVISION,
    layout=layout,
    callbacks=callbacks,
    filters=filters,
    asks=FILTERS,
)
