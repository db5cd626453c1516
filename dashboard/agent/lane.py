"""A day drawn: from what is known of an agent's day to the time line of `dashboard.parts.timeline`."""

from __future__ import annotations

from datetime import datetime

from dash.development.base_component import Component

from dashboard.agent.day import Day, Part, called, spans
from dashboard.format import clock, duration
from dashboard.page import Visit
from dashboard.parts import timeline
from dashboard.parts.channel import css, label
from dashboard.word import known, plain

CONTACT = "/agent-time/contact"


def time_line(visit: Visit, day: Day) -> Component:
    """Curve, lanes and presence over the window, on one axis."""
    parts = [_curve(visit, day)] if day.detail.moments is not None else []
    parts.append(timeline.lanes([_bar(visit, day, part) for part in day.shown], plain("agent_day.lanes", visit.language, n=len(day.shown))))
    if day.detail.moments is not None:
        parts.append(timeline.presence(_presence(visit, day), plain("agent_day.presence", visit.language)))
    window = day.window
    zoom = visit.href(since="{since}", until="{until}").replace("%7B", "{").replace("%7D", "}")
    return timeline.whole(
        parts, _marks(visit, day), **{"data-zoom": zoom, "data-since": str(window.since), "data-until": str(window.until)}
    )


def _marks(visit: Visit, day: Day) -> list[timeline.Mark]:
    window = day.window
    marks = list(window.marks())
    step = marks[1] - marks[0] if len(marks) > 1 else 0
    found = []
    for minute in marks:
        text = clock(window.at(minute), window.zone)
        href = ""
        if step > 10 and minute + step <= window.length:
            href = visit.href(since=str(minute), until=str(minute + step))
        whole = plain("agent_day.zoom_to", visit.language, since=text, until=clock(window.at(minute + step), window.zone)) if href else text
        found.append(timeline.Mark((minute - window.since) / (window.until - window.since), text, href, whole))
    return found


def _curve(visit: Visit, day: Day) -> Component:
    window = day.window
    steps = [
        timeline.Step(window.share(each.at), window.share(each.until), tuple((css(code), count) for code, count in each.held))
        for each in day.detail.moments or ()
        if each.held and each.at < window.ends and each.until > window.begins
    ]
    steps = [step for step in steps if step.end > step.start]
    peak = max((sum(count for _, count in step.held) for step in steps), default=0)
    order = list(dict.fromkeys(css(code) for code in day.order))
    return timeline.curve(steps, order, plain("agent_day.curve", visit.language, n=peak))


def _bar(visit: Visit, day: Day, part: Part) -> timeline.Bar:
    window, language = day.window, visit.language
    pieces = tuple(
        timeline.Piece(each.phase, window.share(each.started_at), window.share(each.ended_at or part.end))
        for each in part.stretches
        if each.started_at < window.ends and (each.ended_at or part.end) > window.begins
    )
    short = f"{label(part.channel, language)}, {duration((part.end - part.start).total_seconds(), language)}"
    if part.start < window.begins:
        short = plain("agent_day.since", language, what=short, at=_clock(part.start, day))
    if part.end > window.ends or (part.going_on and day.live):
        key = "agent_day.going_on" if part.going_on else "agent_day.until"
        short = plain(key, language, what=short, at=_clock(part.end, day))
    queue = f", {part.queue}" if part.queue else ""
    whole = plain(
        "agent_day.contact",
        language,
        what=short,
        queue=queue,
        since=_clock(part.start, day),
        until=_clock(part.end, day),
        phases=_phases(visit, part),
    )
    href = visit.href(CONTACT, id=part.interaction, agent=day.agent, day=window.day.isoformat())
    return timeline.Bar(css(part.channel), href, short, whole, pieces or (timeline.Piece("talk", 0, 0),))


def _phases(visit: Visit, part: Part) -> str:
    """How long each phase took, in words."""
    long: dict[str, float] = {}
    for each in part.stretches:
        long[each.phase] = long.get(each.phase, 0.0) + ((each.ended_at or part.end) - each.started_at).total_seconds()
    return ", ".join(
        f"{plain(f'agent_day.phase_{phase}', visit.language)} {duration(seconds, visit.language)}" for phase, seconds in long.items()
    )


def _presence(visit: Visit, day: Day) -> list[timeline.Span]:
    window, language, found = day.window, visit.language, []
    for kind, strange, since, until in spans(day):
        if since >= window.ends or until <= window.begins:
            continue
        said = called(day, since, until) if kind == "away" else ""
        name = plain(f"agent_day.odd_{strange}" if strange else f"agent_day.state_{kind}", language)
        word = state_name(said, visit) if said else name
        text = plain("agent_day.span", language, what=word, since=_clock(since, day), until=_clock(until, day))
        mark = f"{kind} odd" if strange else kind
        found.append(timeline.Span(mark, window.share(since), window.share(until), text, word if kind == "away" else ""))
    return found


def state_name(code: str, visit: Visit) -> str:
    """What a state is called; one a source has named itself is shown as it names it."""
    return plain(f"agent_day.away_{code}", visit.language) if known(f"agent_day.away_{code}") else code


def _clock(instant: datetime, day: Day) -> str:
    return clock(instant, day.window.zone)
