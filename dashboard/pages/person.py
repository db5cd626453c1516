"""One person who may sign in: what he is called, what he is for, what he sees, and the changes of his account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.frame import message
from dashboard.page import Page, Visit
from dashboard.pages.account import listed, outcome
from dashboard.parts import status
from dashboard.parts.form import Form
from dashboard.people import told
from dashboard.people.reach import holds
from dashboard.people.register import Pair, Register, register_of
from dashboard.viewer import ADMINISTRATION, Role
from dashboard.word import in_words, plain
from metrics.dimension import DIMENSIONS
from metrics.query import SCOPE_DIMENSIONS
from sql.ledger import account as kept
from sql.ledger.account import Account, Held, Token

KEPT_S = 30


def layout(visit: Visit) -> Component:
    """The account of the address."""
    language, asked = visit.language, visit.values["number"]
    with desk().ledger.read() as session:
        account = session.get(Account, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
        tokens = kept.tokens(session, account.number) if account else []
    if account is None:
        return message(visit, "people.no_person")
    held, known = kept.held(account), register([account.agent])
    back = html.A(plain("people.people", language), href=visit.href("/people"))
    return html.Div(
        [
            html.Nav([back, " › ", account.name], className="scope"),
            html.H1(account.called or account.name, className="answer"),
            html.P([f"{told.role(account.role, language)} · ", sees(visit, held, known)], className="lede"),
            outcome(visit),
            *_changes(visit, account, tokens, known),
        ],
        className="people",
    )


def _changes(visit: Visit, account: Account, tokens: Sequence[Token], known: Register) -> list[Component]:
    """The forms that change an account; that there are none where it sees more than the reader does."""
    language, held = visit.language, kept.held(account)
    if not holds(visit.viewer.scope, held):
        return [html.P(plain("people.further", language), className="said")]
    parts = [("people.edit", _change(visit, held, known)), ("people.access", _acts(visit, account))]
    if tokens:
        parts.insert(1, ("people.tokens", listed(visit, tokens)))
    return [html.Section([html.Header(html.H2(plain(title, language))), part], className="sec") for title, part in parts]


def register(agents: Iterable[str]) -> Register:
    """What the data knows, and whether anything of these agents; looked up now and then, not with each page."""
    here, wanted = desk(), sorted({each for each in agents if each})
    key = f"register {wanted!r}"
    found: Register | None = here.cache.get(key)
    if found is None:
        found = register_of(here.store, wanted)
        here.cache.set(key, found, timeout=KEPT_S)
    return found


def sees(visit: Visit, held: Held, known: Register) -> Component | str:
    """What an account sees, with a warning where that is nothing or where nothing bears a name. Whoever sees a part of the company is not
    told what there is in the others."""
    language, apart = visit.language, bool(visit.viewer.scope.only)
    if apart and not holds(visit.viewer.scope, held):
        return plain("people.sees_more", language)
    names = {} if apart else known.names
    if held.role == Role.AGENT:
        called = names.get(("agent", held.agent), held.agent) if visit.viewer.scope.named else held.agent
        text = plain("people.agent_own", language, agent=called if called == held.agent else f"{called} ({held.agent})")
    else:
        text = told.scope(told.scope_of(held), language, names, plain("people.nothing_yet", language))
    unknown = [] if apart else known.unknown(held)
    if unknown:
        said = plain("people.unknown_blind" if known.blind(held) else "people.unknown_part", language, values=_listed(unknown, language))
        return html.Span([status.mark("watch", text), html.Small(said)], className="warned")
    blind = not held.agent if held.role == Role.AGENT else not (held.everything or held.limits)
    return status.mark("watch", text) if blind else text


def _listed(pairs: Sequence[Pair], language: Any) -> str:
    return ", ".join(told.limit(name, (value,), {}, language) for name, value in pairs)


def _change(visit: Visit, held: Held, known: Register) -> Component:
    called = {"name": "called", "label": plain("people.called", visit.language), "value": held.called, "needed": True}
    fields = [called, *granting(visit, held, known)]
    return Form(f"/people/{held.number}/grant", plain("people.save", visit.language), fields, tone="primary", name="asked broad")


def granting(visit: Visit, held: Held | None, known: Register) -> list[dict[str, Any]]:
    """The fields that say what an account may do and see, as far as the reader sees it himself: chosen by name among what the data knows,
    kept by id."""
    language, mine = visit.language, visit.viewer.scope
    whole = mine.named and not mine.only
    role = {
        "name": "role", "kind": "select", "label": plain("people.role", language), "value": held.role if held else str(Role.SUPERVISOR),
        "options": [[str(each), told.role(each, language)] for each in Role if whole or each != Role.AGENT],
    }  # fmt: skip
    agent = {
        "name": "agent", "label": plain("people.agent", language), "value": held.agent if held else "",
        "list": [[key, known.names["agent", key]] for kind, key in sorted(known.names) if kind == "agent"],
    }  # fmt: skip
    checks = [
        {"name": name, "kind": "check", "label": plain(f"people.see_{name}", language), "on": bool(held and getattr(held, name))}
        for name, given in (("everything", not mine.only), ("named", mine.named))
        if given
    ]
    return [
        role,
        *([agent] if whole else []),
        *checks,
        *_choices(visit, held, known),
        {"name": "limits", "label": plain("people.limits", language), "note": plain("people.limits_note", language)},
    ]


def _choices(visit: Visit, held: Held | None, known: Register) -> list[dict[str, Any]]:
    """A list to choose of for each dimension that has values; what is given and nothing bears stays on it, and says so."""
    mine, language, apart = dict(visit.viewer.scope.only), visit.language, bool(visit.viewer.scope.only)
    found = []
    for name in SCOPE_DIMENSIONS:
        offered = mine.get(name, ()) if apart else known.values.get(name, ())
        given = [value for dimension, value in held.limits if dimension == name] if held else []
        words = {value: "" if apart else known.names.get((name, value), "") for value in offered}
        options = [[f"{name}={value}", word or value, value if word and word != value else ""] for value, word in words.items()]
        options.sort(key=lambda option: normalize("NFKD", option[1]).casefold())
        lost = "" if apart else plain("people.unknown", language)
        options += [[f"{name}={value}", value, lost] for value in given if value not in words]
        if options:
            on = [f"{name}={value}" for value in given]
            found.append({"name": "limit", "kind": "choices", "label": in_words(DIMENSIONS[name], language), "options": options, "on": on})
    return found


def _acts(visit: Visit, account: Account) -> Component:
    language, at = visit.language, f"/people/{account.number}"
    acts = [Form(f"{at}/reset", plain("people.reset", language), sure=plain("people.reset_sure", language), name="inline")]
    if account.active:
        acts.append(
            Form(f"{at}/close", plain("people.close", language), sure=plain("people.close_sure", language), tone="bad", name="inline")
        )
    else:
        acts.append(Form(f"{at}/open", plain("people.reopen", language), name="inline"))
    return html.Div(acts, className="acts")


page = Page(
    path="/people/<number>", words="people.people", order=None, may=ADMINISTRATION, layout=layout, asks=frozenset({"done", "failed"})
)
