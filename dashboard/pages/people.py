"""People: who may sign in, in which role, and what each may see."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import Language, instant
from dashboard.page import Page, Visit
from dashboard.pages.account import outcome
from dashboard.parts import table
from dashboard.parts.form import Form
from dashboard.parts.prose import marked
from dashboard.people import told
from dashboard.people.people import scope_of
from dashboard.viewer import ADMINISTRATION, Role
from dashboard.word import plain, say
from sql.ledger import account as kept
from sql.ledger.account import Account

COLUMNS = ("column_who", "column_role", "column_scope", "column_state", "column_seen")


def layout(visit: Visit) -> Component:
    """Everybody, and a form to add somebody."""
    language = visit.language
    with desk().ledger.read() as session:
        accounts, waiting = kept.every(session), kept.waiting(session, visit.now)
    active = [each for each in accounts if each.active]
    nothing = sum(any(not values for _, values in scope_of(kept.held(each)).only) for each in active)
    columns = [*(table.Column(plain(f"people.{name}", language)) for name in COLUMNS), table.Column("")]
    rows = [_row(visit, each, waits=kept.name_digest(each.name) in waiting) for each in accounts]
    title = plain("people.people", language)
    return html.Div(
        [
            html.H1(plain("people.people_answer" if accounts else "people.people_none", language, n=len(accounts)), className="answer"),
            html.P(marked(say("people.people_lede", language, active=str(len(active)), nothing=str(nothing))), className="lede"),
            outcome(visit),
            html.Section([table.table(columns, [table.Group("", rows)], language, title)], className="sec") if rows else html.Span(),
            html.Section([html.Header(html.H2(plain("people.add", language))), _add(visit)], className="sec"),
        ],
        className="people",
    )


def _row(visit: Visit, account: Account, *, waits: bool) -> list[table.Cell]:
    language = visit.language
    who = html.Span([account.called, html.Small(account.name) if account.called != account.name else ""], className="who")
    mark, state = _state(account, waits=waits)
    seen = instant(account.seen_at, language, visit.zone) if account.seen_at else plain("people.never", language)
    status = html.Span(plain(f"people.state_{state}", language), className=f"st ink {mark}")
    return [[who], told.role(account.role, language), _sees(account, language), [status], seen, [_edit(visit, account)]]


def _sees(account: Account, language: Language) -> str:
    if account.role == Role.AGENT:
        return plain("people.agent_own", language, agent=account.agent)
    seen = scope_of(kept.held(account))
    return plain("people.nothing_yet", language) if any(not values for _, values in seen.only) else told.scope(seen, language)


def _state(account: Account, *, waits: bool) -> tuple[str, str]:
    if not account.active:
        return "unknown", "closed"
    if waits:
        return "bad", "locked"
    if account.change_due:
        return "watch", "due"
    return "good", "openid" if account.issuer and not account.password else "active"


def _edit(visit: Visit, account: Account) -> Component:
    language, at = visit.language, f"/people/{account.number}"
    acts = [Form(f"{at}/reset", plain("people.reset", language), sure=plain("people.reset_sure", language), name="inline")]
    if account.active:
        acts.append(
            Form(f"{at}/close", plain("people.close", language), sure=plain("people.close_sure", language), tone="bad", name="inline")
        )
    else:
        acts.append(Form(f"{at}/open", plain("people.reopen", language), name="inline"))
    return html.Details(
        [
            html.Summary(plain("people.edit", language)),
            Form(f"{at}/grant", plain("people.save", language), _fields(visit, account), tone="primary"),
            html.Div(acts, className="acts"),
        ],
        className="amend",
    )


def _add(visit: Visit) -> Component:
    language = visit.language
    fields: list[dict[str, Any]] = [
        {"name": "name", "label": plain("people.name", language), "needed": True},
        {"name": "called", "label": plain("people.called", language)},
        *_fields(visit, None),
    ]
    return Form("/people/add", plain("people.add_button", language), fields, tone="primary", name="asked broad")


def _fields(visit: Visit, account: Account | None) -> list[dict[str, Any]]:
    language = visit.language
    limits = ", ".join(f"{each.dimension}={each.value}" for each in account.limits) if account else ""
    return [
        {
            "name": "role",
            "kind": "select",
            "label": plain("people.role", language),
            "value": account.role if account else str(Role.SUPERVISOR),
            "options": [[str(role), told.role(role, language)] for role in Role],
        },
        {
            "name": "limits",
            "label": plain("people.limits", language),
            "value": limits,
            "hint": "team=SAV, site=Lille",
            "note": plain("people.limits_note", language),
        },
        _check("everything", "people.see_everything", visit, on=bool(account and account.everything)),
        _check("named", "people.see_named", visit, on=bool(account and account.named)),
        {"name": "agent", "label": plain("people.agent", language), "value": account.agent if account else ""},
    ]


def _check(name: str, key: str, visit: Visit, *, on: bool) -> dict[str, Any]:
    return {"name": name, "kind": "check", "label": plain(key, visit.language), "on": on}


page = Page(path="/people", words="people.people", order=None, may=ADMINISTRATION, layout=layout, aside=True)
