"""How people sign in here: `[people]` of the settings file, with the secrets from the environment or from files.

[people]
url = "https://apogee.example"      # where people reach the server: its name is answered to, its cookies are for https only
idle_minutes = 30                   # after so long without a request a session is over, but for the board of an open Live page
hours = 12                          # and after so long in any case
proxies = ["10.0.0.5"]              # addresses or networks of proxies in front, whose word on whom they speak for is taken

[people.openid]
issuer = "https://login.example"    # its discovery document is asked for at the first sign-in
client = "apogee"                   # the secret: APOGEE_OPENID_SECRET, or the file APOGEE_OPENID_SECRET_FILE names
claim = "groups"                    # the claim that says what somebody may do here
again_minutes = 60                  # after so long the provider is asked again; who is in no group any more is out
token_days = 30                     # tokens of whom no provider vouched for in so long are refused until he signs in again

[people.openid.groups."customer-care"]
role = "supervisor"                 # and brand, site, team or queue as lists; everything = true; named = true
team = ["sav"]                      # ids, as `apogee scopes` lists them
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard.viewer import Role
from metrics.query import SCOPE_DIMENSIONS
from sql.folder import BadSettings


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account may do and see."""

    role: Role
    everything: bool = False
    named: bool = False
    limits: tuple[tuple[str, str], ...] = ()  # (dimension, value)
    agent: str = ""


@dataclass(frozen=True, slots=True)
class OpenId:
    """A provider that vouches for people, and what it means that somebody is in one of its groups (the first that fits)."""

    issuer: str
    client: str
    claim: str
    groups: tuple[tuple[str, Grant], ...]
    secret: str = field(repr=False, default="")
    again: timedelta = timedelta(hours=1)

    def grant(self, claims: Mapping[str, Any]) -> Grant | None:
        """What somebody with these claims may do here; None: nothing."""
        told = claims.get(self.claim)
        named = {told} if isinstance(told, str) else {each for each in told if isinstance(each, str)} if isinstance(told, list) else set()
        return next((grant for group, grant in self.groups if group in named), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one installation."""

    url: str = ""
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    openid: OpenId | None = None
    proxies: tuple[str, ...] = ()
    vouching: timedelta = timedelta(days=30)

    @property
    def secure(self) -> bool:
        """Whether people come by https."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """The name people call the server by."""
        return urlsplit(self.url).hostname or ""


def rules_of(tables: Mapping[str, Any], name: str) -> Rules:
    """The rules in the tables of a settings file called `name`. Raises BadSettings in words."""
    told = tables.get("people", {})
    _known(told, {"url", "idle_minutes", "hours", "openid", "proxies"}, "[people]", name)
    url = told.get("url", "")
    if not isinstance(url, str) or (url and urlsplit(url).scheme not in ("http", "https")):
        raise BadSettings(f"{name}: [people] url is the address people type, such as https://apogee.example.")
    idle, hours = _whole(told, "idle_minutes", 30, name), _whole(told, "hours", 12, name)
    openid = _openid(told["openid"], name) if "openid" in told else None
    if openid and not url:
        raise BadSettings(f"{name}: with [people.openid], [people] url says where the provider sends people back to.")
    vouching, proxies = _whole(told.get("openid", {}), "token_days", 30, name), _proxies(told.get("proxies", []), name)
    return Rules(url.rstrip("/"), timedelta(minutes=idle), timedelta(hours=hours), openid, proxies, timedelta(days=vouching))


def _proxies(told: Any, name: str) -> tuple[str, ...]:
    """Addresses and networks, never everybody: whoever is trusted may say any address is his."""
    wrong = BadSettings(f'{name}: [people] proxies is a list of addresses or networks of machines in front, such as ["10.0.0.5"].')
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise wrong
    try:
        if not all(ip_network(each).prefixlen for each in told):
            raise wrong
    except ValueError:
        raise wrong from None
    return tuple(told)


def _openid(told: Any, name: str) -> OpenId:
    _known(told, {"issuer", "client", "claim", "groups", "again_minutes", "token_days"}, "[people.openid]", name)
    again = timedelta(minutes=_whole(told, "again_minutes", 60, name))
    texts = {key: told.get(key, "groups" if key == "claim" else "") for key in ("issuer", "client", "claim")}
    if not all(isinstance(each, str) and each for each in texts.values()):
        raise BadSettings(f"{name}: [people.openid] wants issuer, client and claim as texts.")
    groups = told.get("groups", {})
    if not isinstance(groups, dict) or not groups:
        raise BadSettings(f'{name}: [people.openid.groups."name"] says what a group may do; without one nobody could sign in.')
    grants = tuple((group, _grant(each, f'[people.openid.groups."{group}"]', name)) for group, each in groups.items())
    return OpenId(texts["issuer"].rstrip("/"), texts["client"], texts["claim"], grants, secret("APOGEE_OPENID_SECRET"), again)


def _grant(told: Any, where: str, name: str) -> Grant:
    _known(told, {"role", "everything", "named", *SCOPE_DIMENSIONS}, where, name)
    limits = []
    for dimension in SCOPE_DIMENSIONS:
        values = told.get(dimension, [])
        if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
            raise BadSettings(f'{name}: {where} {dimension} is a list of ids, such as ["sav"]: `apogee scopes` lists them.')
        limits += [(dimension, value) for value in values]
    try:
        role = Role(told.get("role", ""))
    except ValueError:
        raise BadSettings(f"{name}: {where} role is one of {', '.join(Role)}.") from None
    return Grant(role, told.get("everything") is True, told.get("named") is True, tuple(limits))


def _known(told: Any, names: set[str], where: str, file: str) -> None:
    if not isinstance(told, dict):
        raise BadSettings(f"{file}: {where} is a table.")
    if unknown := sorted(set(told) - names):
        raise BadSettings(f"{file}: {where} knows {', '.join(sorted(names))}, not {unknown[0]}.")


def _whole(told: Mapping[str, Any], key: str, default: int, file: str) -> int:
    value = told.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
        raise BadSettings(f"{file}: [people] {key} is a whole number, at least 1.")
    return value


def secret(name: str) -> str:
    """A secret from the environment, or from the file that <name>_FILE names; '' when there is none. BadSettings for an unreadable file."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"The file {name}_FILE names cannot be read.") from None
