"""Audit: who did what, and who looked at whom. Open to administrators and to the Chief Customer Officer."""

import json
from datetime import date, datetime

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import count, day, instant, number
from dashboard.page import Page, Visit
from dashboard.parts import pick, state, table
from dashboard.people.told import way
from dashboard.viewer import Role
from dashboard.word import known, plain
from sql.ledger import audit
from sql.ledger.audit import Line

COLUMNS = ("column_at", "column_by", "column_did", "column_about", "column_detail")
KINDS = ("account", "session", "token", "view", "person", "retention")
MOST = 100


def layout(visit: Visit) -> Component:
    """The latest lines, and whether the chain holds."""
    language, kind = visit.language, visit.first("kind")
    before = visit.first("before")
    with desk().ledger.read() as session:
        found = audit.lines(
            session,
            action=kind if kind in KINDS else "",
            by=visit.first("by"),
            about=visit.first("about"),
            before=int(before) if before.isdecimal() and len(before) < 16 else None,
            most=MOST,
        )
        broken, all_lines = audit.broken(session), audit.count(session)
    columns = [table.Column(plain(f"people.{name}", language)) for name in COLUMNS]
    title = plain("people.audit", language)
    listed = (
        table.table(columns, [table.Group("", [_row(visit, each) for each in found])], language, title, name="wide")
        if found
        else state.empty(plain("people.audit_none", language), language)
    )
    last = str(found[-1].number) if len(found) == MOST else ""
    older = [html.P(html.A(plain("people.audit_older", language), href=visit.href(before=last)), className="said")] if last else []
    return html.Div(
        [
            html.H1(plain("people.audit_answer", language), className="answer"),
            html.P(_holds(visit, broken, all_lines), className=f"lede st ink {'good' if broken is None else 'bad'}"),
            html.Section([html.Header(_kinds(visit, kind)), listed, *older], className="sec"),
        ],
        className="people",
    )


def _holds(visit: Visit, broken: int | None, lines: int) -> str:
    if broken is None:
        return plain("people.audit_holds", visit.language, n=count(lines, visit.language))
    return plain("people.audit_broken", visit.language, n=str(broken))


def _kinds(visit: Visit, chosen: str) -> Component:
    every = [pick.Choice(plain("people.audit_all", visit.language), visit.href(kind=None, before=None), chosen not in KINDS)]
    every += [
        pick.Choice(plain(f"people.audit_{kind}", visit.language), visit.href(kind=kind, before=None), kind == chosen) for kind in KINDS
    ]
    return pick.menu(plain("people.column_did", visit.language), every)


def _row(visit: Visit, line: Line) -> list[table.Cell]:
    language, key = visit.language, f"people.did_{line.action.replace('.', '_')}"
    did = plain(key, language) if known(key) else line.action
    detail = [f"« {line.reason} » "] if line.reason else []
    told = (_said(visit, name, value) for name, value in line.detail.items() if value not in ("", [], False, None))
    detail.append(" · ".join(told))
    return [instant(line.at, language, visit.zone), line.by, did, line.about, [html.Small("".join(detail))]]


def _said(visit: Visit, name: str, value: object) -> str:
    """One detail in words, as far as there are words for it; a right that is given is said without its "true"."""
    key = f"people.detail_{name}"
    word = plain(key, visit.language) if known(key) else name
    return word if value is True else f"{word} {_plain(visit, name, value)}"


def _plain(visit: Visit, name: str, value: object) -> str:
    if isinstance(value, dict):
        given = (_said(visit, str(each), one) for each, one in value.items() if one not in ("", [], False, None))
        return f"({', '.join(given)})"
    if isinstance(value, list):
        return ", ".join(_plain(visit, name, each) for each in value)
    if not isinstance(value, str):
        return number(value, visit.language, 0) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
    if name in ("since", "until"):
        return instant(datetime.fromisoformat(value), visit.language, visit.zone)
    if name == "day":
        return day(date.fromisoformat(value), visit.language)
    if name in ("page", "through"):
        return way(value, visit.language)
    key = f"people.{'role' if name == 'role' else 'right' if name == 'rights' else 'how'}_{value}"
    return plain(key, visit.language) if known(key) else value


page = Page(path="/audit", words="people.audit", order=None, may=frozenset({Role.ADMINISTRATOR, Role.OFFICER}), layout=layout, aside=True)
