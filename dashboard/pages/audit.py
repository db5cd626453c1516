"""Audit: who did what, and who looked at whom. Open to administrators and to the Chief Customer Officer."""

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import count, instant
from dashboard.live.floor import NAMES_S
from dashboard.page import Page, Visit
from dashboard.parts import pick, state, table
from dashboard.people import line as lines
from dashboard.people.told import who
from dashboard.viewer import Role
from dashboard.word import plain, refusal
from metrics.detail import reach
from sql.ledger import audit
from sql.ledger.action import ACTIONS
from sql.ledger.audit import Line
from sql.ledger.reader import Reader
from sql.ledger.reader import lines as told_lines

COLUMNS = ("column_at", "column_by", "column_did", "column_about", "column_detail")
MOST = 100


def layout(visit: Visit) -> Component:
    """The latest lines, and whether the chain holds."""
    language, kind = visit.language, visit.one_of("kind", ACTIONS)
    before, by, about = (visit.first(name) for name in ("before", "by", "about"))
    if before and not (before.isdecimal() and len(before) < 16):
        raise refusal("people.no_line", value=before)
    reader = _reader(visit)
    with desk().ledger.read() as session:
        found = told_lines(
            session,
            reader,
            action=kind,
            by=by,
            about=about,
            before=int(before) if before else None,
            most=MOST,
        )
        names = lines.names_of(visit, session, found, reader.agents if reader else ())
        fault, whole, all_lines, walk = audit.fault(session), audit.whole(session), audit.count(session), audit.walk_of(session)
    holds = _holds(visit, fault, all_lines, walk, whole=whole)
    columns = [table.Column(plain(f"people.{name}", language)) for name in COLUMNS]
    title = plain("people.audit", language)
    rows = [_row(visit, each, names) for each in found]
    listed = (
        table.table(columns, [table.Group("", rows)], language, title, name="cards")
        if found
        else state.empty(plain("people.audit_none", language), language)
    )
    last = str(found[-1].number) if len(found) == MOST else ""
    older = [html.P(html.A(plain("people.audit_older", language), href=visit.href(before=last)), className="said")] if last else []
    return html.Div(
        [
            html.H1(plain("people.audit_answer", language), className="answer"),
            html.P(holds, className=f"lede st ink {'bad' if fault else 'good' if whole else 'watch'}"),
            html.Section([html.Header([_kinds(visit, kind), *_alone(visit, by or about)]), listed, *older], className="sec"),
        ],
        className="people",
    )


def _reader(visit: Visit) -> Reader | None:
    """Who reads, and which agents his scope holds, as of at most half a minute ago; None for whoever sees the whole company."""
    scope, found = visit.viewer.scope, desk()
    if not scope.only:
        return None
    agents = found.memory.recall(("reach", scope), NAMES_S, lambda: reach(found.store, scope))
    limits = dict(scope.only)
    return Reader(visit.viewer.name, frozenset(limits.get("team", ())), agents, visit.zone, limits.keys() <= {"team", "site"})


def _holds(visit: Visit, fault: audit.Fault | None, lines: int, walk: audit.Walk, *, whole: bool) -> str:
    if fault is None:
        read = instant(walk.at, visit.language, visit.zone)
        return plain(f"people.audit_{'holds' if whole else 'unmarked'}", visit.language, n=count(lines, visit.language), read=read)
    return plain(f"people.audit_{fault.kind}", visit.language, n=str(fault.number))


def _kinds(visit: Visit, chosen: str) -> Component:
    every = [pick.Choice(plain("people.audit_all", visit.language), visit.href(kind=None, before=None), not chosen)]
    every += [
        pick.Choice(plain(f"people.audit_{kind}", visit.language), visit.href(kind=kind, before=None), kind == chosen) for kind in ACTIONS
    ]
    return pick.menu(plain("people.column_did", visit.language), every)


def _alone(visit: Visit, one: str) -> list[Component | str]:
    """That the lines are those of one person or about one thing only, and the way to all."""
    if not one:
        return []
    text = plain("people.audit_alone", visit.language, one=who(one, visit.language))
    return [html.Span([text, " · ", html.A(plain("people.audit_everybody", visit.language), href=visit.href(by=None, about=None))])]


def _row(visit: Visit, line: Line, names: lines.Names) -> list[table.Cell]:
    by = html.A(who(line.by, visit.language), href=visit.href(by=line.by, before=None))
    return [
        instant(line.at, visit.language, visit.zone),
        [by],
        lines.did(line, visit),
        [lines.about(line, names, visit)],
        [html.Small(lines.detail(line, names, visit))],
    ]


page = Page(
    path="/audit",
    words="people.audit",
    order=None,
    may=frozenset({Role.ADMINISTRATOR, Role.OFFICER}),
    layout=layout,
    aside=True,
    asks=frozenset({"kind", "before", "by", "about"}),
)
