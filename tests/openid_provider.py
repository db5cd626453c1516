"""A small OpenID provider on loopback, for the tests: authorisation code flow with PKCE, signed ID tokens, and ways to misbehave."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "apogee", "a secret of the client"


class Provider:
    """Signs in whoever `person` describes. `spoil` changes the claims of the next ID token, or the key it is signed with."""

    def __init__(self) -> None:
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for _ in range(2))
        self.person: dict[str, Any] = {"sub": "s-1", "name": "Cléo Martin", "preferred_username": "cleo", "groups": ["customer-care"]}
        self.spoil: dict[str, Any] = {}
        self.forged = False
        self.issuer = ""
        self._codes: dict[str, dict[str, str]] = {}
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self._metadata)
        self.app.add_url_rule("/keys", view_func=lambda: jsonify({"keys": [self.key.as_dict(private=False)]}))
        self.app.add_url_rule("/authorize", view_func=self._authorize)
        self.app.add_url_rule("/token", view_func=self._token, methods=["POST"])

    def _metadata(self) -> Any:
        here = self.issuer
        return jsonify(
            issuer=here, authorization_endpoint=f"{here}/authorize", token_endpoint=f"{here}/token", jwks_uri=f"{here}/keys",
            id_token_signing_alg_values_supported=["RS256"], response_types_supported=["code"], subject_types_supported=["public"],
        )  # fmt: skip

    def _authorize(self) -> Any:
        asked = request.args
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = {"challenge": asked["code_challenge"], "nonce": asked["nonce"], "back": asked["redirect_uri"]}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self) -> Any:
        held = self._codes.pop(request.form["code"], None)
        given = request.authorization
        right = given is not None and (given.username, given.password) == (CLIENT, SECRET)
        proof = base64.urlsafe_b64encode(hashlib.sha256(request.form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if held is None or not right or proof != held["challenge"] or request.form["redirect_uri"] != held["back"]:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": held["nonce"], **self.person, **self.spoil}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other if self.forged else self.key)
        return jsonify(access_token="a", token_type="Bearer", expires_in=60, id_token=token)


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider; its issuer is its address."""
    made = Provider()
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
