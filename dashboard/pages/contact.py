"""One contact: what happened to it, event by event, as the log has it now."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.agent.lane import state_name
from dashboard.ask import desk
from dashboard.format import clock, day, duration, instant
from dashboard.page import Page, Visit
from dashboard.parts import state, table
from dashboard.parts.channel import css, label
from dashboard.parts.drawing import still
from dashboard.period import known_day
from dashboard.seen import named
from dashboard.viewer import SUPERVISION
from dashboard.word import known, plain, refusal
from metrics.detail import Contact, Event, contact
from sql import standing

DAY = "/agent-time/day"


def layout(visit: Visit) -> Component:
    """The page of the contact in the address."""
    language, asked = visit.language, visit.first("id")
    if (on := visit.first("day")) and known_day(on) is None:
        raise refusal("frame.no_day", value=on)
    found = contact(desk().store, visit.viewer.scope, asked) if asked else None
    if found is None:
        key = "contact.missing_text" if asked else "contact.none_text"
        return html.Div(
            [
                html.H1(plain("contact.missing" if asked else "contact.none", language), className="answer"),
                state.empty(plain(key, language), language, _back(visit), plain("contact.instead", language)),
            ]
        )
    agents = sorted({each.agent for each in found.events} - {""})
    over = (found.started_at, max((each.at for each in found.events), default=found.started_at) + timedelta(minutes=1))
    since, until = (each.isoformat(timespec="minutes") for each in over)
    named(*(f"agent/{agent}" for agent in agents), page="agent-time/contact", contact=found.interaction, since=since, until=until)
    return html.Div([_crumb(visit), *_head(visit, found), _events(visit, found)], className="contact")


def _back(visit: Visit) -> tuple[str, str]:
    """The day one came from, or the page of teams."""
    agent, on = visit.first("agent"), visit.first("day")
    if agent:
        return plain("contact.back_day", visit.language), visit.href(DAY, agent=agent, **({"day": on} if on else {}))
    return plain("agent_day.to_teams", visit.language), visit.href("/agent-time")


def _crumb(visit: Visit) -> Component:
    text, href = _back(visit)
    return html.P(html.A(text, href=href), className="crumb")


def _head(visit: Visit, found: Contact) -> list[Component]:
    language, events = visit.language, found.events
    channel = label(found.channel, language) if found.channel else plain("contact.some", language)
    long = (events[-1].at - events[0].at).total_seconds() if events else None
    title = plain("contact.answer", language, channel=channel, at=instant(found.started_at, language, visit.zone), n=len(events))
    said = plain("contact.lede", language, time=duration(long, language)) if long else plain("contact.lede_moment", language)
    name = html.Span(channel, className=f"chn {css(found.channel)}") if found.channel else ""
    return [
        html.H1(title, className="answer"),
        html.P([name, " ", html.Code(found.interaction), " ", said], className="lede"),
    ]


def _events(visit: Visit, found: Contact) -> Component:
    language = visit.language
    names = standing.names(desk().store)
    columns = [
        table.Column(plain("contact.at", language)),
        table.Column(plain("contact.after", language), numeric=True),
        table.Column(plain("contact.event", language)),
        table.Column(plain("contact.who", language)),
        table.Column(plain("contact.queue", language)),
        table.Column(plain("contact.details", language), name="w"),
        table.Column(plain("contact.source", language)),
    ]
    first = found.events[0].at if found.events else None
    rows: dict[str, list[list[table.Cell]]] = {}
    for each in found.events:
        local = day(each.at.astimezone(ZoneInfo(visit.zone)).date(), language, "weekday")
        rows.setdefault(local, []).append(_row(visit, each, names, (each.at - first).total_seconds() if first else 0.0))
    groups = [table.Group(on, lines) for on, lines in rows.items()]
    caption = plain("contact.events", language)
    note = html.P(plain("contact.note", language), className="note")
    return html.Section(
        [html.Header(html.H2(caption)), still(table.table(columns, groups, language, caption, name="events")), note], className="sec"
    )


def _row(visit: Visit, each: Event, names: Mapping[tuple[str, str], str], after: float) -> list[table.Cell]:
    language = visit.language
    at = f"{clock(each.at, visit.zone)}{each.at.strftime(':%S')}"
    key = f"contact.type_{each.type.replace('.', '_')}"
    event: table.Cell = [html.B(plain(key, language))] if known(key) else [html.Code(each.type)]
    who: table.Cell = ""
    if each.agent:
        on = each.at.astimezone(ZoneInfo(visit.zone)).date().isoformat()
        name = names.get(("agent", each.agent), each.agent)
        who = [html.A(name, href=visit.href(DAY, agent=each.agent, day=on))]
    elif each.seen:
        who = [html.Span(plain("contact.unseen", language), className="muted")]
    queue = names.get(("queue", each.queue), each.queue)
    return [at, f"+{duration(after, language)}", event, who, queue, _details(visit, each), each.source]


def _details(visit: Visit, each: Event) -> str:
    said = []
    for name, value in each.details:
        word = plain(f"contact.detail_{name}", visit.language)
        shown = state_name(value, visit) if name == "state" else value
        coded = f"contact.value_{value}"
        said.append(f"{word} {plain(coded, visit.language) if known(coded) else shown}".strip())
    if (each.at - each.known_at).total_seconds() > 1:
        said.append(plain("contact.ahead", visit.language, time=duration((each.at - each.known_at).total_seconds(), visit.language)))
    if each.revision:
        said.append(plain("contact.corrected", visit.language, at=instant(each.known_at, visit.language, visit.zone)))
    return ", ".join(said)


page = Page(
    path="/agent-time/contact", words="frame.agent_time", order=None, may=SUPERVISION, layout=layout, asks=frozenset({"id", "agent", "day"})
)
