"""Who may use what. Nothing is open unless it was named here together with the roles it is for.

Every request passes `Gate`: a route nobody named is refused, a callback nobody named is refused, a page refuses in its own layout. Who
asks is whoever holds the session or the token that came with the request (`dashboard.people`); a change needs the token of an open page.
`Gate.callback` and `Gate.clientside` are the only ways to register callbacks, and both demand `may`. A test walks the application's
callback map, its routes and its pages and fails on anything that is not in the register.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any, NoReturn, TypeVar
from urllib.parse import SplitResult, urlencode, urlsplit

from dash import Dash
from flask import Blueprint, Flask, Response, abort, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from dashboard import reader
from dashboard.format import Language
from dashboard.people.people import People
from dashboard.setting import Settings
from dashboard.viewer import EVERYONE, Role, Use, Viewer, at_the_machine
from dashboard.word import plain


class Public(frozenset[Role]):
    """The mark of a route for anybody who reaches the server at all: static files, signs of life, doors with a lock of their own.

    A kind of its own, so that a set of roles that happens to be empty lets nobody in.
    """


PUBLIC = Public()
NOBODY: frozenset[Role] = frozenset()
UPDATE = "/_dash-update-component"
ANYWHERE = "/<path:path>"
SIGN_IN, PASSWORD, SIGN_OUT = "/sign-in", "/password", "/sign-out"
CSRF_COOKIE, CSRF_HEADER, CSRF_FIELD = "_csrf_token", "X-CSRFToken", "csrf"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What a token opens, by the right it needs; streams need the right live, and everything else is for people who signed in.
TOKEN_RIGHTS = {"/api/v1/query": "read", "/api/v1/metrics": "read", "/metrics": "scrape"}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOG = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])

# What Dash itself serves. `/` and the catch-all are the empty document every page starts from; what is in it is asked for afterwards.
DASH_ROUTES: dict[str, frozenset[Role]] = {
    "/": EVERYONE,
    ANYWHERE: EVERYONE,
    "/_dash-layout": EVERYONE,
    "/_dash-dependencies": EVERYONE,
    UPDATE: EVERYONE,  # and then callback by callback
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": PUBLIC,
    "/assets/<path:filename>": PUBLIC,
    "/_favicon.ico": PUBLIC,
    "/_reload-hash": NOBODY,  # of use while developing only
}


class Gate:
    """The register of one application, and the check every request passes."""

    def __init__(self, app: Dash, settings: Settings, people: People) -> None:
        self._app, self._settings, self._people = app, settings, people
        self.routes: dict[str, frozenset[Role]] = dict(DASH_ROUTES)
        self.callbacks: dict[str, frozenset[Role]] = {}
        self.uses: dict[str, Use] = {}  # of callbacks that an open page asks for by itself
        self.policy = ""
        server: Flask = app.server
        server.before_request(self._before)
        server.after_request(self._after)

    # --- naming ------------------------------------------------------------------------------------------------------------------

    def callback(self, *arguments: Any, may: frozenset[Role], use: Use = Use.ACTS, **options: Any) -> Callable[[F], F]:
        """`app.callback`, together with who may call it, and whether a person does."""

        def register(function: F) -> F:
            known = set(self._app.callback_map)
            self._app.callback(*arguments, **options)(function)
            self._name(known, may)
            self.uses.update(dict.fromkeys(set(self._app.callback_map) - known, use))
            return function

        return register

    def clientside(self, function: str, *arguments: Any, may: frozenset[Role], **options: Any) -> None:
        """`app.clientside_callback`; it runs in the browser, but its name is on the server, so it is named like the others."""
        known = set(self._app.callback_map)
        self._app.clientside_callback(function, *arguments, **options)
        self._name(known, may)

    def _name(self, known: Iterable[str], may: frozenset[Role]) -> None:
        for output in set(self._app.callback_map) - set(known):
            self.callbacks[output] = may

    def route(self, rule: str, may: frozenset[Role]) -> None:
        """Name who may use a route of the Flask application, written as it was declared (`/api/v1/metrics/<metric>`)."""
        self.routes[rule] = may

    def blueprint(self, blueprint: Blueprint, may: dict[str, frozenset[Role]]) -> None:
        """Mount a blueprint; each of its rules has to be in `may`, so that forgetting one refuses it."""
        self._app.server.register_blueprint(blueprint)
        self.routes.update(may)

    def seal(self) -> None:
        """Fix the content policy, once everything is registered: the hashes of Dash's own inline scripts are part of it."""
        self.policy = content_policy(self._app.csp_hashes())

    # --- checking ----------------------------------------------------------------------------------------------------------------

    def _before(self) -> Any:
        refusal = refused_address(self._settings, request.remote_addr, request.host) or refused_origin(request.method, request.headers.get)
        if refusal:
            abort(403, refusal)
        rule = request.url_rule.rule if request.url_rule else None
        if rule in (None, ANYWHERE) and request.path.startswith("/api/"):
            self._absent()  # a page in its place would look like an answer
        if rule is None:
            return None  # nothing is there: Flask answers 404 or 405
        allowed = self.routes.get(rule)
        if allowed is None:
            stop(403, "sent.nobody")
        if isinstance(allowed, Public):
            return None
        viewer = self.viewer()
        if viewer is None:
            return self._unknown(rule)
        g.viewer = viewer
        if viewer.due and rule not in (PASSWORD, SIGN_OUT):
            return redirect(PASSWORD, 303) if rule in ("/", ANYWHERE) else stop(403, "sent.due")
        if not viewer.may(allowed):
            stop(403, "sent.role")
        if rule == UPDATE:
            self._check_callback(viewer)
        elif request.method not in _SAFE and viewer.rights is None and (rule not in TOKEN_RIGHTS or _from_page(viewer)):
            check_token(_sent_token(), viewer)
        return None

    def _absent(self) -> NoReturn:
        """Say that an address of the API takes other methods, or is none; the pages' catch-all, which takes any address, does not count."""
        said = f"Nothing of the API answers {request.method} at {request.path}"
        adapter = self._app.server.url_map.bind("")
        methods = [each for each in adapter.allowed_methods(request.path) if _rule(adapter, request.path, each) != ANYWHERE]
        if methods:
            raise MethodNotAllowed(methods, f"{said}, only {', '.join(sorted(methods))}.")
        raise NotFound(f"{said}.")

    def _check_callback(self, viewer: Viewer) -> None:
        check_token(request.headers.get(CSRF_HEADER, ""), viewer)
        body = _body()
        allowed = self.callbacks.get(str(body.get("output")))
        if allowed is None:
            stop(403, "sent.nobody")
        if not viewer.may(allowed):
            stop(403, "sent.role")
        if not _asked_for(body) or not _called(body, self._app.callback_map[body["output"]]):
            LOG.warning("a malformed call of %s was refused", body["output"])
            stop(400, "sent.malformed")

    def viewer(self) -> Viewer | None:
        """Who asks; None when it is nobody we know."""
        rule = request.url_rule.rule if request.url_rule else ""
        use = self.uses.get(str(_body().get("output")), Use.ACTS) if rule == UPDATE else Use.ACTS
        return self.identify(request.cookies.get(self.cookie, ""), request.headers.get("Authorization", ""), TOKEN_RIGHTS.get(rule), use)

    def identify(self, cookie: str, authorization: str, right: str | None, use: Use = Use.ACTS) -> Viewer | None:
        """Whoever holds a session's cookie, or a token with a right; where there are no accounts, whoever was let in by address."""
        if self._settings.open and not self._people.needed:
            return at_the_machine()
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._people.holder(token, right) if right else None
        return self._people.viewer(cookie, use)

    def _unknown(self, rule: str) -> Any:
        """To whoever is nobody known: the way to sign in, for a document; a refusal for anything else."""
        if rule in ("/", ANYWHERE) and request.method in _SAFE:
            here = request.full_path.rstrip("?")
            return redirect(SIGN_IN if here == "/" else f"{SIGN_IN}?{urlencode({'next': here})}", 303)
        return abort(401, self.unknown(request.headers.get("Authorization", ""), reader.spoken()))

    def unknown(self, authorization: str, language: Language = "en") -> str:
        """What to tell whoever is refused because nobody known asks."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and self._people.lapsed(token):
            return plain("sent.lapsed", language, n=self._settings.rules.vouching.days)
        return plain("sent.unknown", language)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; where people come by https a browser takes it from this host and over https only."""
        return "__Host-apogee" if self._settings.rules.secure else "apogee_session"

    def _after(self, response: Response) -> Response:
        for name, value in headers(self.policy).items():
            response.headers.setdefault(name, value)
        secure = self._settings.rules.secure or request.is_secure
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        seen = g.get("viewer")
        if response.mimetype == "text/html" or seen is not None:
            response.headers["Cache-Control"] = "no-store"
        if response.mimetype == "text/html":
            held = request.cookies.get(CSRF_COOKIE)
            token = seen.csrf if seen is not None and seen.csrf else held or g.get("csrf") or secrets.token_urlsafe(24)
            if token != held:
                response.set_cookie(CSRF_COOKIE, token, samesite="Strict", secure=secure)
        return response


def _rule(adapter: MapAdapter, path: str, method: str) -> str:
    rule, _ = adapter.match(path, method, return_rule=True)
    return rule.rule


def _body() -> dict[str, Any]:
    """The body of a callback; nothing when it is none."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


def _asked_for(body: Mapping[str, Any]) -> bool:
    """Whether the outputs a body asks for are those of the callback it calls: Dash looks at them only after the page has been drawn."""
    output, outputs = str(body["output"]), body.get("outputs")
    several = output.startswith("..")
    told, named = (outputs, output[2:-2].split("...")) if several else ([outputs], [output])
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        return False
    parts = [(each.get("id"), each.get("property")) for each in told]
    return all(isinstance(part, str) for pair in parts for part in pair) and [f"{one}.{other}" for one, other in parts] == named


def _called(body: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether a body calls a callback as a page would: its inputs and states, each by its name, and an address that is text."""
    changed = body.get("changedPropIds", [])
    if "callback" not in entry or not isinstance(changed, list) or not all(isinstance(each, str) for each in changed):
        return False
    for kind, known in (("inputs", entry["inputs"]), ("state", entry["state"])):
        given = body.get(kind, [])
        if not isinstance(given, list) or len(given) != len(known):
            return False
        for each, wanted in zip(given, known, strict=True):
            if not isinstance(each, dict) or (each.get("id"), each.get("property")) != (wanted["id"], wanted["property"]):
                return False
            if wanted["id"] == "address" and not isinstance(each.get("value"), str | None):
                return False
    return True


def _from_page(viewer: Viewer) -> bool:
    """Whether a request carries what a browser sends by itself; a program at the machine of an installation without accounts does not."""
    return bool(viewer.csrf or request.cookies.get(CSRF_COOKIE))


def _sent_token() -> str:
    """The token a page sent with a change: in a header, or in a field of a form."""
    sent = request.headers.get(CSRF_HEADER, "")
    return sent or (request.form.get(CSRF_FIELD, "") if request.mimetype in FORMS else "")


def check_token(sent: str, viewer: Viewer | None = None) -> None:
    """Refuse a change that does not come from an open page: the page repeats its cookie, which in a session is that session's own."""
    token = request.cookies.get(CSRF_COOKIE, "")
    bound = viewer is None or not viewer.csrf or secrets.compare_digest(token.encode(), viewer.csrf.encode())
    if not token or not bound or not secrets.compare_digest(token.encode(), sent.encode()):
        stop(403, "sent.stranger")


def page_token() -> str:
    """The token that forms of the current page send with a change."""
    seen = g.get("viewer")
    if isinstance(seen, Viewer) and seen.csrf:
        return seen.csrf
    if not request.cookies.get(CSRF_COOKIE) and not g.get("csrf"):
        g.csrf = secrets.token_urlsafe(24)
    return request.cookies.get(CSRF_COOKIE) or str(g.csrf)


def viewer() -> Viewer:
    """The viewer of the current request; a request that was not checked has none and is refused."""
    found = g.get("viewer")
    if not isinstance(found, Viewer):
        stop(403, "sent.nobody")
    return found


def refused_address(settings: Settings, peer: str | None, host: str | None) -> str | None:
    """Why a connection is not taken: where it comes from, or the name it calls us by; None when it is."""
    try:
        address = ip_address((peer or "").partition("%")[0])
    except ValueError:
        return "The address of the connection is not known."
    mapped = getattr(address, "ipv4_mapped", None) or address
    if not any(mapped in network for network in settings.networks if network.version == mapped.version):
        return "This server only takes connections from the machine it runs on."
    if _parts(f"//{host or ''}").hostname not in settings.hosts:
        return "This server does not go by that name: open it under the address it printed when it started."
    return None


def refused_origin(method: str, header: Callable[[str], str | None]) -> str | None:
    """Why a change is not taken: a browser says that another site sent it; None when it is, and for all that change nothing."""
    if method in _SAFE:
        return None
    site = header("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return "The request was sent by another site."
    origin = header("Origin")
    if origin is not None and _parts(origin).netloc != header("Host"):
        return "The request was sent by another site."
    return None


def _parts(address: str) -> SplitResult:
    """The parts of what somebody says is an address; none when it is not one."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def content_policy(hashes: Iterable[str]) -> str:
    """The content security policy: everything from here, scripts only from files and Dash's own, nothing evaluated, no framing."""
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def headers(policy: str) -> dict[str, str]:
    """The headers every answer carries."""
    return {
        "Content-Security-Policy": policy or content_policy(()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }


def stop(status: int, key: str, **values: Any) -> NoReturn:
    """Refuse a request in its sender's language: the sentence of a key. A page shows what it is told; a program reads English."""
    abort(status, plain(key, reader.spoken(), **values))


def problem(error: HTTPException) -> Response:
    """A refusal as a problem document (RFC 9457)."""
    import orjson

    body = orjson.dumps({"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description})
    said = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Response(body, status=error.code, headers=said, mimetype="application/problem+json")
