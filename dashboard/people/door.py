"""Signing in and out, and changing one's password: the routes that need no page of the dashboard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.format import Language
from dashboard.guard import PASSWORD, PUBLIC, SIGN_IN, SIGN_OUT, Gate, check_token, viewer
from dashboard.people import administration, decide, openid
from dashboard.people.password import SHORTEST, BadPassword
from dashboard.people.people import Denied, People
from dashboard.people.sheet import language, sheet
from dashboard.viewer import EVERYONE, Role
from dashboard.word import plain

MARK, MARKED = "apogee_browser", timedelta(days=366)  # of a browser somebody signed in with: others cannot make him wait there


def door(people: People, gate: Gate, server: Flask) -> tuple[Blueprint, dict[str, frozenset[Role]]]:
    """The blueprint and who may use its routes."""
    blueprint = Blueprint("people", __name__)
    may: dict[str, frozenset[Role]] = {SIGN_IN: PUBLIC, SIGN_OUT: EVERYONE, PASSWORD: EVERYONE}
    _sign_in(blueprint, people, gate)
    _leave(blueprint, people, gate)
    may |= openid.routes(
        blueprint, people, server, lambda cookie, to: admitted(people, gate, cookie, to),
        lambda: people.sign_out(request.cookies.get(gate.cookie, "")),
    )  # fmt: skip
    may |= administration.routes(blueprint, people)
    return blueprint, may


def _sign_in(blueprint: Blueprint, people: People, gate: Gate) -> None:
    @blueprint.get(SIGN_IN)
    def ask() -> Any:
        if gate.viewer() is not None:
            return redirect(inside(request.args.get("next")), 303)
        to = inside(request.args.get("next"))
        if people.confirms(request.cookies.get(gate.cookie, "")):
            return redirect(_provider(to), 303)
        return _asking(people, to)

    @blueprint.post(SIGN_IN)
    def sign_in() -> Any:
        check_token(request.form.get("csrf", ""))
        to, name = inside(request.form.get("next")), request.form.get("name", "")[:200]
        try:
            cookie = people.sign_in(name, request.form.get("password", ""), request.remote_addr or "", request.cookies.get(MARK, ""))
        except Denied as denied:
            return _asking(people, to, denied, name)
        people.sign_out(request.cookies.get(gate.cookie, ""))
        answer, secure = admitted(people, gate, cookie, to), people.rules.secure or request.is_secure
        answer.set_cookie(MARK, people.attempts.mark(name), MARKED, httponly=True, samesite="Lax", secure=secure, path=SIGN_IN)
        return answer


def _leave(blueprint: Blueprint, people: People, gate: Gate) -> None:
    @blueprint.post(SIGN_OUT)
    def sign_out() -> Any:
        people.sign_out(request.cookies.get(gate.cookie, ""))
        answer = redirect(SIGN_IN, 303)
        answer.delete_cookie(gate.cookie, secure=people.rules.secure)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @blueprint.get(PASSWORD)
    def password() -> Response:
        return _changing("people.due_text" if viewer().due else "")

    @blueprint.post(PASSWORD)
    def change() -> Any:
        try:
            decide.change(people, viewer().account, request.form.get("before", ""), request.form.get("after", ""))
        except Denied as denied:
            return _changing("", said(denied, language(), people))
        except BadPassword:
            return _changing("", plain("people.bad_password", language(), n=SHORTEST))
        except decide.Undecided:
            return _changing("", plain("people.no_account", language()))
        answer = redirect(SIGN_IN, 303)
        answer.delete_cookie(gate.cookie, secure=people.rules.secure)
        return answer


def admitted(people: People, gate: Gate, cookie: str, to: str) -> Answer:
    """On to where somebody wanted to go, with his new cookie, which no script reads and no other site sends with a change."""
    answer = redirect(to, 303)
    secure = people.rules.secure or request.is_secure
    answer.set_cookie(gate.cookie, cookie, httponly=True, samesite="Lax", secure=secure, path="/")
    return answer


def inside(address: str | None) -> str:
    """An address of ours to go on to; the first page when it is somebody else's: browsers read //host, ///host and /\\host as a host."""
    text = address or "/"
    ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if ours else "/"


def said(denied: Denied, spoken: Language, people: People) -> str:
    """Why somebody is not let in, in words."""
    wait = -(-int((denied.until - people.clock()).total_seconds()) // 60) if denied.until else 0
    return plain(denied.key, spoken, n=max(1, wait)) if denied.until else plain(denied.key, spoken)


def _asking(people: People, to: str, denied: Denied | None = None, name: str = "") -> Response:
    spoken = language()
    fields = [
        {"name": "name", "kind": "text", "label": plain("people.name", spoken), "value": name, "complete": "username", "focus": not name},
        {"name": "password", "kind": "password", "label": plain("people.password", spoken), "complete": "current-password",
         "focus": bool(name)},
    ]  # fmt: skip
    links = [(_provider(to), plain("people.openid", spoken))] if people.rules.openid else []
    parts = {"action": SIGN_IN, "fields": fields, "button": plain("people.sign_in", spoken), "kept": [("next", to)], "links": links}
    error = said(denied, spoken, people) if denied else ""
    return sheet("people.sign_in_title", status=401 if denied else 200, error=error, text=plain("people.sign_in_text", spoken), **parts)


def _provider(to: str) -> str:
    return f"{openid.START}?{urlencode({'next': to}, safe='/')}"


def _changing(text: str, error: str = "") -> Response:
    spoken = language()
    fields = [
        {"name": "before", "kind": "password", "label": plain("people.before", spoken), "complete": "current-password", "focus": True},
        {"name": "after", "kind": "password", "label": plain("people.after", spoken), "complete": "new-password", "shortest": SHORTEST,
         "note": plain("people.password_note", spoken, n=SHORTEST)},
    ]  # fmt: skip
    parts = {"action": PASSWORD, "fields": fields, "button": plain("people.change", spoken)}
    told = plain(text, spoken) if text else plain("people.change_text", spoken)
    return sheet("people.change_title", status=400 if error else 200, text=told, error=error, **parts)
