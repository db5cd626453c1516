"""What administrators change on screen, and people about their own tokens: each a form that leads back to its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request

from dashboard.ask import desk
from dashboard.guard import viewer
from dashboard.people import decide
from dashboard.people.password import BadPassword
from dashboard.people.people import People
from dashboard.people.register import register_of
from dashboard.people.rules import Grant
from dashboard.people.sheet import language, sheet
from dashboard.viewer import ADMINISTRATION, EVERYONE, Role
from dashboard.word import plain

PEOPLE, ACCOUNT = "/people", "/account"
# How people may write a dimension where they write values by hand.
_DIMENSIONS = {"enseigne": "brand", "équipe": "team", "equipe": "team", "file": "queue"}
_OWN = ("read", "live")  # rights anybody may give a token of his own; it sees what he sees


class Forms:
    """The forms of a blueprint: each is a function that decides, and leads back to its page with what became of it."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self.may: dict[str, frozenset[Role]] = {}

    def form(self, rule: str, may: frozenset[Role], back: str) -> Callable[[Callable[..., Any]], None]:
        """Add a form: who may send it, and the page it comes from."""

        def add(decided: Callable[..., Any]) -> None:
            def answered(**values: Any) -> Any:
                try:
                    return decided(**values) or _back(back, done=decided.__name__)
                except decide.Undecided as undecided:
                    return _back(back, failed=undecided.key)
                except BadPassword:
                    return _back(back, failed="people.bad_password")

            self.blueprint.add_url_rule(rule, decided.__name__, answered, methods=["POST"])
            self.may[rule] = may

        return add


def routes(blueprint: Blueprint, people: People) -> dict[str, frozenset[Role]]:
    """Add the routes; who may use them."""
    forms = Forms(blueprint)
    _people(forms, people)
    _tokens(forms, people)
    return forms.may


def _people(forms: Forms, people: People) -> None:
    @forms.form("/people/add", ADMINISTRATION, PEOPLE)
    def added() -> Any:
        name, given = request.form.get("name", ""), decide.fresh()
        asked = _grant()
        if not people.needed and asked.role != Role.ADMINISTRATOR:
            raise decide.Undecided("people.first_administrator", "The first account is an administrator's.")
        number = decide.make(people, viewer().name, name, request.form.get("called", ""), asked, given, within=viewer().scope)
        text = plain("people.made_text", language(), name=name.strip().casefold())
        return _once("people.made_title", text, given, f"{PEOPLE}/{number}" if _unknown(asked) else PEOPLE)

    @forms.form("/people/<int:number>/grant", ADMINISTRATION, PEOPLE)
    def granted(number: int) -> Any:
        asked = _grant()
        decide.grant(people, viewer().name, number, asked, within=viewer().scope)
        if "called" in request.form:
            decide.call(people, viewer().name, number, request.form["called"], within=viewer().scope)
        return _back(f"{PEOPLE}/{number}", done="granted") if _unknown(asked) else None

    @forms.form("/people/<int:number>/close", ADMINISTRATION, PEOPLE)
    def closed(number: int) -> None:
        decide.close(people, viewer().name, number, active=False, within=viewer().scope)

    @forms.form("/people/<int:number>/open", ADMINISTRATION, PEOPLE)
    def opened(number: int) -> None:
        decide.close(people, viewer().name, number, active=True, within=viewer().scope)

    @forms.form("/people/<int:number>/reset", ADMINISTRATION, PEOPLE)
    def reset(number: int) -> Any:
        given = decide.reset(people, viewer().name, number, within=viewer().scope)
        return _once("people.reset_title", plain("people.reset_text", language()), given, PEOPLE)


def _tokens(forms: Forms, people: People) -> None:
    @forms.form("/account/token", EVERYONE, ACCOUNT)
    def issued() -> Any:
        seen, rights = viewer(), request.form.getlist("right")
        if seen.role != Role.ADMINISTRATOR and not set(rights) <= set(_OWN):
            raise decide.Undecided("people.bad_rights", "Only an administrator gives that right.")
        days = request.form.get("days", "")
        secret = decide.issue(people, seen.name, seen.account, request.form.get("label", ""), rights, int(days) if days.isdecimal() else 0)
        return _once("people.token_title", plain("people.token_text", language()), secret, ACCOUNT)

    @forms.form("/account/token/<int:number>/revoke", EVERYONE, ACCOUNT)
    def revoked(number: int) -> Any:
        seen = viewer()
        own = None if seen.role == Role.ADMINISTRATOR else seen.account
        account = decide.revoke(people, seen.name, number, own, within=seen.scope)
        return None if account == seen.account else _back(f"{PEOPLE}/{account}", done="revoked")


def _back(to: str, **said: str) -> Any:
    return redirect(f"{to}?{urlencode(said)}", 303)


def _once(title: str, text: str, shown: str, back: str) -> Any:
    """A secret on a sheet of its own, which is not kept anywhere: not in an address, not in a cache, not in the log."""
    return sheet(title, text=text, shown=shown, links=[(back, plain("people.noted", language()))])


def _unknown(asked: Grant) -> bool:
    """Whether something was given that nothing bears: the page of the account says so; to whoever sees the whole company, that is."""
    return not viewer().scope.only and bool(register_of(desk().store, [asked.agent]).unknown(asked))


def _grant() -> Grant:
    """What a form gives an account."""
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        raise decide.Undecided("people.bad_role", "There is no such role.") from None
    written = [part for part in request.form.get("limits", "").replace("\n", ",").split(",") if part.strip()]
    pairs = [part.strip().partition("=") for part in [*request.form.getlist("limit"), *written]]
    limits = tuple(dict.fromkeys((_DIMENSIONS.get(name.strip().casefold(), name.strip()), value.strip()) for name, _, value in pairs))
    return Grant(role, "everything" in request.form, "named" in request.form, limits, request.form.get("agent", "").strip()[:200])
