"""Signing in by OpenID Connect: the authorisation code flow with PKCE, state and nonce, by Authlib."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, request, session
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response as Answer

from dashboard.guard import PUBLIC, SIGN_IN
from dashboard.people.people import Denied, People
from dashboard.people.rules import OpenId
from dashboard.people.sheet import language, sheet
from dashboard.viewer import Role
from dashboard.word import plain

START, BACK = "/sign-in/openid", "/sign-in/openid/back"
LOG = logging.getLogger(__name__)


def routes(
    blueprint: Blueprint, people: People, server: Flask, admitted: Callable[[str, str], Answer], leave: Callable[[], None]
) -> dict[str, frozenset[Role]]:
    """Add the two routes of the flow, where a provider is named. What the flow remembers is in a signed cookie until it is done.

    However it ends, the session that the browser had before is over (`leave`): who was sent to the provider again and is not vouched for
    is out, and finds the page of signing in.
    """
    provider = people.rules.openid
    if provider is None:
        return {}
    client = _client(provider, server, secure=people.rules.secure)

    @blueprint.get(START)
    def start() -> Any:
        from dashboard.people.door import inside

        session.clear()
        session["to"] = inside(request.args.get("next"))
        try:
            return client.authorize_redirect(people.rules.url + BACK)
        except (OAuthError, RequestException, ValueError, RuntimeError):
            LOG.exception("the OpenID provider cannot be asked")
            leave()
            return _refused("people.openid_failed")

    @blueprint.get(BACK)
    def back() -> Any:
        to = str(session.get("to", "/"))
        if "to" in session:  # a flow this browser began: nobody is signed out by a link
            leave()
        try:
            claims = client.authorize_access_token().get("userinfo") or {}
        except (OAuthError, JoseError, RequestException, ValueError, RuntimeError, KeyError) as error:
            LOG.warning("an OpenID sign-in failed (%s)", type(error).__name__)
            return _refused("people.openid_failed")
        finally:
            session.clear()
        try:
            return admitted(_vouched(people, provider, claims), to)
        except Denied as denied:
            return _refused(denied.key)

    return {START: PUBLIC, BACK: PUBLIC}


def _client(provider: OpenId, server: Flask, *, secure: bool) -> Any:
    """Authlib's client of the provider, and the cookie in which a flow is remembered."""
    server.secret_key = secrets.token_bytes(32)
    server.config.update(SESSION_COOKIE_NAME="apogee_flow", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure)
    return OAuth(server).register(
        "apogee",
        client_id=provider.client,
        client_secret=provider.secret or None,
        server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
    )


def _vouched(people: People, provider: OpenId, claims: Mapping[str, Any]) -> str:
    """The cookie of whom the provider's claims speak of. Raises Denied."""
    grant, subject = provider.grant(claims), str(claims.get("sub") or "").strip()
    if not subject:
        raise Denied("people.no_group")
    if grant is None:
        people.unvouched(provider.issuer, subject)
        raise Denied("people.no_group")
    names = (str(claims.get(each) or "").strip() for each in ("preferred_username", "email"))
    name = next((each for each in names if each), subject)
    return people.vouched(provider.issuer, subject, str(claims.get("name") or name), name, grant)


def _refused(key: str) -> Any:
    spoken = language()
    links = [(SIGN_IN, plain("people.sign_in_again", spoken))]
    return sheet("people.sign_in_title", status=403, error=plain(key, spoken), links=links)
