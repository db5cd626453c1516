"""Account: who am I here, what may I see, and which programs act for me."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import day
from dashboard.guard import PASSWORD
from dashboard.page import Page, Visit
from dashboard.parts import table
from dashboard.parts.form import Form
from dashboard.parts.prose import marked
from dashboard.people import told
from dashboard.people.password import SHORTEST
from dashboard.viewer import EVERYONE, RIGHTS, WHOLE_RIGHTS, Role
from dashboard.word import known, plain, refusal, say
from sql import standing
from sql.ledger import account as kept
from sql.ledger.account import Token

COLUMNS = ("token_label", "token_rights", "token_begins", "token_until", "token_used")


def layout(visit: Visit) -> Component:
    """Oneself."""
    language, viewer = visit.language, visit.viewer
    role = told.role(viewer.role, language)
    if not viewer.account:
        return _at_the_machine(visit)
    head = html.H1(plain("people.account_answer", language, called=viewer.called or viewer.name, role=role.lower()), className="answer")
    sees = html.P(
        marked(say("people.account_sees", language, scope=told.scope(viewer.scope, language, standing.names(desk().store)))),
        className="lede",
    )
    change = html.P(html.A(plain("people.change_title", language), href=PASSWORD, **{"data-document": ""}), className="said")
    return html.Div([head, sees, outcome(visit), change, _tokens(visit)], className="people")


def _at_the_machine(visit: Visit) -> Component:
    """There is no account of one's own yet: how to make the first, and the pages that are open meanwhile."""
    language = visit.language
    name = plain("people.people", language)
    before, _, after = say("people.account_open", language, people="\0").partition("\0")
    lede = [*marked(before), html.A(name, href=visit.href("/people")), *marked(after)]
    return html.Div(
        [html.H1(plain("people.account_machine", language), className="answer"), html.P(lede, className="lede")], className="people"
    )


def outcome(visit: Visit) -> Component:
    """What became of the change that led here."""
    done, failed = visit.first("done"), visit.first("failed")
    for name, said, key in (("done", done, f"people.done_{done}"), ("failed", failed, failed)):
        if said and not (key.startswith("people.") and known(key)):
            raise refusal("frame.no_outcome", name=name, value=said)
    if failed:
        values = {"n": SHORTEST} if failed == "people.bad_password" else {}
        return html.P(plain(failed, visit.language, **values), className="said st ink bad", role="alert")
    return html.P(plain(f"people.done_{done}", visit.language), className="said st ink good", role="status") if done else html.Span()


def _tokens(visit: Visit) -> Component:
    language = visit.language
    with desk().ledger.read() as session:
        held = kept.tokens(session, visit.viewer.account)
    title = plain("people.tokens", language)
    shown = listed(visit, held) if held else html.P(plain("people.tokens_none", language))
    every = visit.viewer.role == Role.ADMINISTRATOR and not visit.viewer.scope.only
    mine = [each for each in RIGHTS if every or each not in WHOLE_RIGHTS]
    fields: list[dict[str, Any]] = [
        {"name": "label", "label": plain("people.token_label", language), "needed": True},
        {"name": "days", "label": plain("people.token_days", language), "kind": "number", "value": "90", "needed": True},
        *({"name": "right", "value": each, "kind": "check", "label": plain(f"people.right_{each}", language)} for each in mine),
    ]
    return html.Section(
        [
            html.Header(html.H2(title)),
            html.P(plain("people.tokens_text", language), className="note"),
            html.Div(shown, className="said"),
            Form("/account/token", plain("people.token_issue", language), fields, name="asked broad said"),
        ],
        className="sec",
    )


def listed(visit: Visit, tokens: Sequence[Token]) -> Component:
    """Tokens of an account, each with the way to end it."""
    columns = [*(table.Column(plain(f"people.{name}", visit.language)) for name in COLUMNS), table.Column("")]
    rows = [_token(visit, each) for each in tokens]
    return table.table(columns, [table.Group("", rows)], visit.language, plain("people.tokens", visit.language), name="cards")


def _token(visit: Visit, token: Token) -> list[table.Cell]:
    language = visit.language
    used = day(token.used_at.date(), language) if token.used_at else plain("people.never", language)
    revoke = Form(f"/account/token/{token.number}/revoke", plain("people.revoke", language), tone="bad", name="inline")
    rights = told.rights(token.rights, language)
    return [token.label, rights, [html.Code(f"{token.shown}…")], day(token.until.date(), language), used, [revoke]]


page = Page(
    path="/account", words="people.account", order=None, may=EVERYONE, layout=layout, aside=True, asks=frozenset({"done", "failed"})
)
