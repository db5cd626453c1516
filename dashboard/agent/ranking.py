"""Teams or agents in a table: what each worked, how it is shared over channels, what contacts log beside it, and how full both look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from unicodedata import combining, normalize

from dash import html
from dash.development.base_component import Component

from dashboard.agent.tally import NONE, Tally
from dashboard.format import Language, axis_marks, count, hours, number, percent
from dashboard.page import Visit
from dashboard.parts import channel, stack, state, table, whisker
from dashboard.parts.drawing import still
from dashboard.parts.scale import Scale
from dashboard.parts.search import Search
from dashboard.word import plain

MOST = 100  # rows shown before one asks for all
SEARCHED = 8  # rows from which a search field helps
WIDTH = 420.0

Value = Callable[[Tally], float | None]
SORTS: dict[str, Value] = {
    "contacts": lambda tally: tally.contacts,
    "wall": lambda tally: tally.wall,
    "gross": lambda tally: tally.gross,
    "at_once": lambda tally: tally.at_once,
    "several": lambda tally: tally.several,
    "occupancy": lambda tally: tally.states.get("occupancy", NONE).value,
    "capacity": lambda tally: tally.states.get("capacity_utilisation", NONE).value,
}
USUAL = "-wall"
ORDERS = tuple(f"{down}{name}" for name in ("name", *SORTS) for down in ("", "-"))  # what an address may ask


def order(groups: Mapping[str, Tally], names: Callable[[str], str], asked: str) -> list[str]:
    """The keys in the order the address asks for ("wall", "-wall", "name"); unknown values last."""
    by, down = (asked or USUAL).lstrip("-"), (asked or USUAL).startswith("-")
    keys = sorted(groups, key=lambda key: _folded(names(key)))
    if by == "name":
        keys.sort(key=lambda key: _folded(names(key)), reverse=down)
    elif by in SORTS:
        value = SORTS[by]
        known = [key for key in keys if value(groups[key]) is not None]
        known.sort(key=lambda key: value(groups[key]) or 0.0, reverse=down)
        keys = known + [key for key in keys if value(groups[key]) is None]
    return keys


def found(keys: Sequence[str], names: Callable[[str], str], asked: str) -> list[str]:
    """The keys whose name holds every word searched for; accents and case do not matter."""
    words = _folded(asked).split()
    return [key for key in keys if all(word in _folded(names(key)) for word in words)]


def _folded(text: str) -> str:
    return "".join(each for each in normalize("NFD", text) if not combining(each)).lower()


def ranking(
    visit: Visit,
    groups: Mapping[str, Tally],
    whole: Tally,
    names: Callable[[str], str],
    href: Callable[[str], str],
    codes: Sequence[str],
    *,
    agents: bool,
    withheld: int = 0,
) -> Component:
    """The table, with its search field and its file to take away; `href` leads on from a row ('' where nothing follows), and
    `withheld` groups are in the total only."""
    language = visit.language
    keys = found(order(groups, names, visit.first("sort")), names, visit.first("search"))
    shown = keys if visit.first("rows") == "all" else keys[:MOST]
    longest = max((max(tally.wall, tally.gross) for tally in groups.values()), default=0.0) or 1.0
    scale = Scale(0, longest, 2, WIDTH - 8)
    title = plain("agent_time.by_agent" if agents else "agent_time.by_team", language)
    rows = [_row(visit, key, groups[key], names, href, codes, scale, agents=agents) for key in shown]
    total = _total(visit, whole, codes, agents=agents)
    group = table.Group("", [_axis(scale, language, agents=agents), *rows], ("axis",), ("", *[names(key) for key in shown]))
    grid = table.table(_columns(visit, agents=agents), [group], language, title, total, "ranking")
    return html.Section(
        [_head(visit, title, codes, len(groups)), still(grid), *_foot(visit, len(keys), len(shown), withheld)], className="sec"
    )


def _head(visit: Visit, title: str, codes: Sequence[str], rows: int) -> Component:
    language = visit.language
    hues = [html.Span(channel.label(code, language), className=f"chn {channel.css(code)}") for code in codes]
    gross = html.Span([html.I(className="key-mark gross-dot"), plain("agent_time.key_gross", language)])
    save = html.Span(
        [
            html.A(
                text,
                href=visit.href(f"/agent-time.{ending}", **visit.filters),
                download=f"agent-time.{ending}",
                className="button",
                **{"aria-label": plain(f"agent_time.{ending}", language)},
                title=plain(f"agent_time.{ending}", language),
            )
            for ending, text in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        className="saves",
    )
    field = (
        [
            Search(
                name="search",
                value=visit.first("search"),
                action=visit.path,
                label=plain("agent_time.search", language),
                button=plain("agent_time.find", language),
                kept=[[name, value] for name, value in _kept(visit) if name != "search"],
            )
        ]
        if rows > SEARCHED
        else []
    )
    return html.Header([html.H2(title), html.Span([*hues, gross], className="legend"), *field, save])


def _kept(visit: Visit) -> list[tuple[str, str]]:
    return [(name, value) for name, values in visit.filters.items() for value in values] + list(visit.kept.items())


def _columns(visit: Visit, *, agents: bool) -> list[table.Column]:
    language, asked = visit.language, visit.first("sort") or USUAL

    def column(key: str, *, numeric: bool = True, name: str = "") -> table.Column:
        now = asked.lstrip("-") == key
        sort = ("descending" if asked.startswith("-") else "ascending") if now else ""
        turned = key if (now and asked.startswith("-")) or (key == "name" and not now) else f"-{key}"
        return table.Column(plain(f"agent_time.column_{key}", language), numeric, visit.href(sort=turned), sort, name)

    first = column("name", numeric=False, name="who")
    title = plain("agent_time.agent" if agents else "agent_time.team", language)
    return [
        table.Column(title, href=first.href, sort=first.sort, name="who"),
        *([] if agents else [table.Column(plain("agent_time.agents", language), numeric=True, name="agents")]),
        column("contacts", name="contacts"),
        column("wall", name="b"),
        table.Column(plain("agent_time.column_shares", language), name="bar"),
        column("gross"),
        column("at_once", name="at-once"),
        column("several", name="several"),
        column("occupancy", name="occupancy"),
        table.Column(plain("agent_time.column_both", language), name="both"),
        column("capacity", name="capacity"),
    ]


BOTH = Scale(0, 1, 6, 90)


def _axis(scale: Scale, language: Language, *, agents: bool) -> list[table.Cell]:
    marks = axis_marks(0, scale.high / 3600, 3, "count", language)
    bar = stack.axis(scale, [(value * 3600, f"{text}\u00a0h") for value, text in marks if value == int(value)])
    ends = whisker.axis(BOTH, [(0.0, percent(0, language, 0)), (1.0, percent(1, language, 0))])
    return ["", *([] if agents else [""]), "", "", [bar], "", "", "", "", [ends], ""]


def _row(
    visit: Visit,
    key: str,
    tally: Tally,
    names: Callable[[str], str],
    href: Callable[[str], str],
    codes: Sequence[str],
    scale: Scale,
    *,
    agents: bool,
) -> list[table.Cell]:
    name, to = names(key), href(key)
    who: table.Cell = [html.A(name, href=to)] if to else name
    return [who, *([] if agents else [count(tally.agents, visit.language)]), *_cells(visit, tally, codes, scale)]


def _cells(visit: Visit, tally: Tally, codes: Sequence[str], scale: Scale) -> list[table.Cell]:
    language = visit.language
    parts = [(channel.css(code), seconds) for code, seconds in tally.shares(codes)]
    said = ", ".join(f"{channel.label(code, language)} {hours(seconds, language)}" for code, seconds in tally.shares(codes))
    if tally.untold:
        parts.append(("veil", tally.untold))
        said += f", {plain('part.withheld', language)} {hours(tally.untold, language)}"
    occupancy, capacity = (tally.states.get(name, NONE).value for name in ("occupancy", "capacity_utilisation"))
    held: list[Component | str] = [state.withheld(language)]
    return [
        held if tally.partly else count(tally.contacts, language),
        hours(tally.wall, language, short=True),
        [stack.row(parts, None if tally.partly else tally.gross, scale, said)],
        held if tally.partly else hours(tally.gross, language, short=True),
        held if tally.partly else number(tally.at_once, language, 2),
        percent(tally.several, language, 0),
        percent(occupancy, language, 0),
        [whisker.row(whisker.Dot(occupancy, previous=capacity), BOTH, "", 18)],
        _capacity(tally, capacity, language),
    ]


def _capacity(tally: Tally, capacity: float | None, language: Language) -> table.Cell:
    """The share of capacity, and where capacities are not all known how much of the presence it speaks of."""
    text = percent(capacity, language, 0)
    if tally.covered is None:
        return text
    covered, of = plain("agent_time.covered", language, share=percent(tally.covered, language, 0)), plain("agent_time.covered_of", language)
    return [text, html.Small([covered, html.Span(f" {of}", className="of")], title=f"{covered} {of}")]


def _total(visit: Visit, whole: Tally, codes: Sequence[str], *, agents: bool) -> list[table.Cell]:
    """All together, as they were asked; without a bar, which on the scale of the rows would be that of something else."""
    language = visit.language
    cells = _cells(visit, whole, codes, Scale(0, 1, 0, 1))
    cells[2] = ""
    name = plain("agent_time.all_agents" if agents else "agent_time.all_teams", language)
    return [name, *([] if agents else [count(whole.agents, language)]), *cells]


def _foot(visit: Visit, keys: int, shown: int, withheld: int) -> list[Component]:
    language = visit.language
    held = [html.P(plain("agent_time.withheld", language, n=withheld), className="note")] if withheld else []
    if not keys:
        return [*held, html.P(plain("agent_time.found_none", language), className="note")]
    if shown < keys:
        text = plain("agent_time.more", language, shown=shown, n=keys)
        return [*held, html.P([text, " ", html.A(plain("agent_time.all_rows", language), href=visit.href(rows="all"))], className="note")]
    return held
