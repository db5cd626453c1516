"""People: who may sign in, in which role, and what each sees."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import instant
from dashboard.page import Page, Visit
from dashboard.pages.account import outcome
from dashboard.pages.person import granting, register, sees
from dashboard.parts import table
from dashboard.parts.form import Form
from dashboard.parts.prose import marked
from dashboard.people import told
from dashboard.people.reach import holds
from dashboard.people.register import Register
from dashboard.viewer import ADMINISTRATION
from dashboard.word import plain, say
from sql.ledger import account as kept
from sql.ledger.account import Account

COLUMNS = ("column_who", "column_role", "column_scope", "column_state", "column_seen")


def layout(visit: Visit) -> Component:
    """Everybody, and a form to add somebody."""
    language = visit.language
    with desk().ledger.read() as session:
        accounts, waiting = kept.every(session), kept.waiting(session, visit.now)
    known = register(each.agent for each in accounts)
    active = [each for each in accounts if each.active]
    nothing = sum(_blind(visit, each, known) for each in active)
    columns = [*(table.Column(plain(f"people.{name}", language)) for name in COLUMNS), table.Column("")]
    rows = [_row(visit, each, known, waits=kept.name_digest(each.name) in waiting) for each in accounts]
    title = plain("people.people", language)
    said = [say("people.people_active", language, n=len(active))]
    said += [say("people.people_nothing", language, n=nothing)] if nothing else []
    lede = html.P(marked(" ".join([*said, plain("people.people_lede", language)])), className="lede")
    listed = table.table(columns, [table.Group("", rows)], language, title, name="cards")
    return html.Div(
        [
            html.H1(plain("people.people_answer" if accounts else "people.people_none", language, n=len(accounts)), className="answer"),
            lede if accounts else html.Span(),
            outcome(visit),
            html.Section([listed], className="sec") if rows else html.Span(),
            html.Section([html.Header(html.H2(plain("people.add", language))), _add(visit, known)], className="sec"),
        ],
        className="people",
    )


def _blind(visit: Visit, account: Account, known: Register) -> bool:
    """Whether an account sees nothing, as far as this reader may know."""
    held = kept.held(account)
    return known.blind(held) if not visit.viewer.scope.only else any(not values for _, values in told.scope_of(held).only)


def _row(visit: Visit, account: Account, known: Register, *, waits: bool) -> list[table.Cell]:
    language = visit.language
    named = html.Small(account.name) if account.called != account.name else ""
    who = html.Span([html.A(account.called or account.name, href=visit.href(f"/people/{account.number}")), named], className="who")
    mark, state = _state(account, waits=waits)
    seen = instant(account.seen_at, language, visit.zone) if account.seen_at else plain("people.never", language)
    status = html.Span(plain(f"people.state_{state}", language), className=f"st ink {mark}")
    mine = holds(visit.viewer.scope, kept.held(account))
    change = html.A(plain("people.edit", language), href=visit.href(f"/people/{account.number}")) if mine else ""
    return [[who], told.role(account.role, language), [sees(visit, kept.held(account), known)], [status], seen, [change]]


def _state(account: Account, *, waits: bool) -> tuple[str, str]:
    if not account.active:
        return "unknown", "closed"
    if waits:
        return "bad", "locked"
    if account.change_due:
        return "watch", "due"
    return "good", "openid" if account.issuer and not account.password else "active"


def _add(visit: Visit, known: Register) -> Component:
    language = visit.language
    fields: list[dict[str, Any]] = [
        {"name": "name", "label": plain("people.name", language), "needed": True},
        {"name": "called", "label": plain("people.called", language)},
        *granting(visit, None, known),
    ]
    return Form("/people/add", plain("people.add_button", language), fields, tone="primary", name="asked broad")


page = Page(
    path="/people", words="people.people", order=None, may=ADMINISTRATION, layout=layout, aside=True, asks=frozenset({"done", "failed"})
)
