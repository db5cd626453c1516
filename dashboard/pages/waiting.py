"""Waiting: the contacts behind the figures of the live page, the oldest first, each with how long it has waited and its promise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import NOTHING, age, clock, count, day, duration
from dashboard.limit import few
from dashboard.live.floor import FILTERS
from dashboard.page import Page, Visit
from dashboard.parts import channel, state, status, table
from dashboard.parts.drawing import still
from dashboard.viewer import SUPERVISION
from dashboard.word import plain
from metrics.detail import Waiting, Waits, waiting
from sql import standing

CONTACT, LIVE = "/agent-time/contact", "/live"
MOST = 500  # rows shown
NEAR = 0.75  # of its promise: from here a wait is soon too long


def layout(visit: Visit) -> Component:
    """The waiting contacts of the queue, the channel or the whole floor the address names; those beyond their promise where it asks."""
    language = visit.language
    where = tuple((name, tuple(visit.filters[name])) for name in FILTERS if visit.first(name))
    late = bool(visit.one_of("late", ("1",)))
    found = waiting(desk().store, visit.viewer.scope, where, visit.now, MOST, visit.promises, late_first=late)
    shown = tuple(each for each in found.first if each.late or not late)
    names = standing.names(desk().store)
    back = html.P(html.A(plain("waiting.back", language), href=visit.href(LIVE, **dict(where))), className="crumb")
    title = html.H1(_answer(visit, found, names), className="answer")
    if not found.many:
        return html.Div(
            [back, title, state.empty(plain("waiting.empty", language), language, (plain("waiting.back", language), visit.href(LIVE)))]
        )
    cut = (found.late if late else found.many) > len(shown)
    everybody = (plain("waiting.all", language), visit.href(late=None))
    listed = _table(visit, shown, names, cut=cut) if shown else state.empty(plain("waiting.in_time", language), language, everybody)
    return html.Div([back, title, _kinds(visit, found), listed], className="waiting")


def _waited(visit: Visit, each: Waiting) -> float:
    return max((visit.now - each.entered_at).total_seconds(), 0.0)


def _answer(visit: Visit, found: Waits, names: Mapping[tuple[str, str], str]) -> str:
    language = visit.language
    mine = {each.queue for each in found.first}  # any other may be outside the reader's scope: it keeps the id it was asked by
    queues = [(names.get(("queue", each)) if each in mine else None) or each for each in visit.filters.get("queue", ()) if each]
    what = few(queues or [channel.label(each, language) for each in visit.filters.get("channel", ()) if each])
    said = plain("waiting.answer" if found.many else "waiting.nobody", language, n=found.many)
    said += plain("waiting.answer_late", language, n=found.late) if found.late else ""
    return f"{what} · {said}" if what else said


def _kinds(visit: Visit, found: Waits) -> Component:
    """All of them, or those that wait too long."""
    choices = [("waiting.all", found.many, None), ("waiting.late", found.late, "1")]
    links = [
        html.A(
            f"{plain(key, visit.language)} ({count(n, visit.language)})",
            href=visit.href(late=to),
            **({"aria-current": "true"} if (to or "") == visit.first("late") else {}),
        )
        for key, n, to in choices
    ]
    return html.Nav(links, className="kinds", **{"aria-label": plain("frame.filters", visit.language)})


def _table(visit: Visit, shown: Sequence[Waiting], names: Mapping[tuple[str, str], str], *, cut: bool) -> Component:
    language = visit.language
    columns = [
        table.Column("", name="c-mark"),
        table.Column(plain("live.queue", language)),
        table.Column(plain("waiting.waited", language), numeric=True, href=visit.href("/handbook/oldest_wait"), name="b"),
        table.Column(plain("waiting.promise", language), numeric=True, href=visit.href("/handbook/waiting_late")),
        table.Column(plain("waiting.since", language), numeric=True),
    ]
    caption = plain("waiting.caption", language)
    grid = table.table(columns, [table.Group("", [_row(visit, each, names) for each in shown])], language, caption, name="waits")
    note = [html.P(plain("waiting.cut", language, n=MOST), className="note")] if cut else []
    return html.Section([html.Header(html.H2(caption)), still(grid), *note], className="sec")


def _row(visit: Visit, each: Waiting, names: Mapping[tuple[str, str], str]) -> list[table.Cell]:
    language, promise, waited = visit.language, visit.promises.get(each.channel), _waited(visit, each)
    tone = "unknown" if promise is None else "bad" if each.late else "watch" if waited > NEAR * promise.within_s else "good"
    name = names.get(("queue", each.queue), each.queue) or plain("live.no_queue", language)
    code = channel.label(each.channel, language)
    since, href = _since(visit, each.entered_at), visit.href(CONTACT, id=each.interaction)
    events = plain("waiting.events", language, at=since)
    return [
        [status.mark(tone, title=plain(f"waiting.{tone}", language))],
        [
            html.Span(
                [name, html.Span(f" ({code})", className="vh")], className=f"chn {channel.css(each.channel)}", title=f"{name} · {code}"
            )
        ],
        duration(waited, language) if waited < 3600 else age(waited, language),
        NOTHING if promise is None else duration(promise.within_s, language),
        [html.A(since, href=href, title=events)],
    ]


def _since(visit: Visit, at: datetime) -> str:
    """The time of day, with its date when it was not today."""
    zone = ZoneInfo(visit.zone)
    local = at.astimezone(zone).date()
    today = local == visit.now.astimezone(zone).date()
    return clock(at, visit.zone) if today else f"{day(local, visit.language, 'short')} {clock(at, visit.zone)}"


page = Page(path="/live/waiting", words="frame.live", order=None, may=SUPERVISION, layout=layout, asks=frozenset({*FILTERS, "late"}))
