"""Run the server: one process with the pages, the live streams, the API, and the collector behind its HTTP door."""

from __future__ import annotations

import errno
import gc
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from flask import Blueprint, Response, jsonify, request
from uvicorn._types import ASGI3Application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.api import ROUTES, api
from dashboard.front import Front
from dashboard.gauge import Gauge, of_collector, of_feeds, of_hub
from dashboard.guard import PUBLIC
from dashboard.people.command import first
from dashboard.people.erase import remember
from dashboard.people.keeping import periods_of
from dashboard.people.office import ROUTES as PERSONAL
from dashboard.people.office import Office
from dashboard.people.office import routes as personal
from dashboard.people.people import People
from dashboard.people.rules import Rules, rules_of
from dashboard.setting import ANYWHERE, LOOPBACK, Settings
from dashboard.viewer import Role
from ingest.collector import Collector
from ingest.door import EVENTS, Access, door, problem
from ingest.source import Sources
from ingest.writer import Writer
from metrics.maturity.model import Model, adapted
from metrics.promise import PROMISES, Promises
from metrics.query import Later
from sql.clickhouse import StoreError
from sql.folder import Folder, settings_in
from sql.ledger.door import Ledger

COMMAND = "/api/v1/command"
_UVICORN: dict[str, Any] = {
    "workers": 1, "timeout_graceful_shutdown": 3, "access_log": False, "log_level": "warning", "server_header": False,
    "h11_max_incomplete_event_size": 65_536, "proxy_headers": False,  # whom we take a proxy's word from: `behind`
}  # fmt: skip
Perform = Callable[[Sequence[str], str], dict[str, Any]]  # the words of a command and the folder it was given in
Feed = Callable[[Collector, threading.Event], None]  # sends events until told to stop


class CannotServe(ValueError):
    """The server cannot start as asked; the message says why and what to do."""


def serve(
    writer: Writer,
    declared: Sources,
    folder: Folder,
    host: str,
    port: int,
    perform: Perform,
    ledger: Ledger,
    promises: Promises = PROMISES,
    feed: Feed | None = None,
) -> int:
    """Serve until interrupted; 0 then. `perform` carries out commands of the same user's other processes; `ledger` and the store
    are closed at the end; `promises` are what the installation's channels promise; `feed` is the demo's live company. Raises CannotServe.

    Beyond loopback where people sign in, or where APOGEE_PEERS names the networks of whatever stands in front of the server (a
    container's port mapping).
    """
    ledger.check()
    told, name = settings_in(folder.settings), folder.settings.name
    rules, periods = rules_of(told, name), periods_of(told, name)
    people = People(ledger, rules)
    first(people)
    remember(writer.keys, ledger)  # whoever was erased stays so, also where the list beside the keys was lost
    listening = _settings(host, rules, accounts=people.needed)
    settings = replace(listening, promises=promises, late=declared.late, maturity=_model(folder.path / "maturity.toml"))
    _free(host, port)
    token = secrets.token_urlsafe(32)
    access = senders(people, [token, *os.environ.get("APOGEE_SENDER_TOKENS", "").split(",")], demo=feed is not None)
    front: Front | None = None

    def changed() -> None:
        if front:  # it comes after what tells it
            front.notify()

    collector = Collector(writer, declared, notify=changed)
    blueprints: list[tuple[Blueprint, dict[str, frozenset[Role]]]] = [
        (api(writer.store, lambda: _figures(front, collector), settings.promises), ROUTES),
        (door(collector, access), {EVENTS: PUBLIC}),  # senders are not viewers: the door asks for its own token
        (personal(office := Office(writer, ledger, periods, rules, changed)), PERSONAL),
        (_commands(telling(perform, writer, changed), token), {COMMAND: PUBLIC}),  # asks for the token announced in the folder
    ]
    front = Front(writer.store, settings, blueprints=blueprints, ledger=ledger)
    try:
        with _announced(folder, url := address(host, port), token, writer.store.dsn), _fed(collector, feed):
            office.start()
            with suppress(KeyboardInterrupt):  # which the server hands on once it has stopped: what follows is done all the same
                _Server(uvicorn.Config(behind(front, rules), host=host, port=port, **_UVICORN), url).run()
    finally:
        for close in (collector.stop, office.stop, front.close, writer.close, writer.store.close):
            close()
    return 0


class _Server(uvicorn.Server):
    """A server that tells whoever started it where it is, once it answers there."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Apogee is at {self._url}", flush=True)  # noqa: T201 - the one line a person waits for


def _model(own: Path) -> Model | None:
    """The installation's own model of maturity; None where it has none."""
    return adapted(own) if own.is_file() else None


@contextmanager
def _fed(collector: Collector, feed: Feed | None) -> Iterator[None]:
    """The demo's live company sends until the block ends."""
    stop = threading.Event()
    feeding = threading.Thread(target=feed, args=(collector, stop), name="demo", daemon=True) if feed else None
    try:
        if feeding:
            feeding.start()
        yield
    finally:
        stop.set()
        if feeding:
            feeding.join(timeout=10)


@contextmanager
def _announced(folder: Folder, url: str, token: str, dsn: str) -> Iterator[None]:
    """Commands of the same user find the server until the block ends."""
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.announce(url, token, dsn)
    try:
        signal.signal(signal.SIGTERM, _stopped)  # uvicorn hands the signal on when it is done: by default that kills, before what follows
        gc.collect()
        gc.freeze()  # what is here stays: an answer of many rows would have the collector walk through it, for longer than it is made
        yield
    finally:
        folder.withdraw()


def senders(people: People, tokens: Sequence[str], *, demo: bool) -> Access:
    """Who may send events: holders of one of `tokens` or of an account's with that right; at the demo anybody, while nobody signs in."""
    given = tuple(each for each in tokens if each)
    return Access(given, open=lambda: demo and not people.needed, known=lambda token: people.holder(token, "send") is not None)


def address(host: str, port: int) -> str:
    """The URL under which this machine reaches what listens at a host's address; that of every interface is no address to go to."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only shown
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def behind(front: ASGI3Application, rules: Rules) -> ASGI3Application:
    """The application behind its proxies: those of this machine and those the settings name say for whom they speak (X-Forwarded-For, of
    which the last address that is no proxy's counts, and X-Forwarded-Proto). Nobody else's word is taken."""
    return ProxyHeadersMiddleware(front, ["127.0.0.1", "::1", *rules.proxies])


def _figures(front: Front | None, collector: Collector) -> list[Gauge]:
    """What the operator is told of the running server."""
    screens = [*of_hub(front.hub), *of_feeds(front.feeds())] if front else []
    return [*screens, *of_collector(collector)]


def _stopped(*_: object) -> None:
    raise SystemExit(0)


def telling(perform: Perform, writer: Writer, changed: Callable[[], None]) -> Perform:
    """The same, and `changed` is told of what a command wrote: a replay is a batch that did not come through the collector."""

    def performed(words: Sequence[str], folder: str) -> dict[str, Any]:
        before = writer.last
        try:
            return perform(words, folder)
        finally:
            if writer.last != before:
                changed()

    return performed


def _commands(perform: Perform, token: str) -> Blueprint:
    """Commands of the same user on the same machine, carried out by the process that holds the folder."""
    blueprint = Blueprint("command", __name__)

    @blueprint.post(COMMAND)
    def command() -> Response:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), token.encode()):
            detail = "Only the operator's commands are carried out: give the token of the server's server.json in APOGEE_OPERATOR_TOKEN."
            return problem(401, "Token needed", detail)
        body = request.get_json(silent=True)
        words, where = (body.get("words"), body.get("folder")) if isinstance(body, dict) else (None, None)
        if not isinstance(words, list) or not isinstance(where, str) or not all(isinstance(word, str) for word in words):
            return problem(400, "Not a command", 'Send {"words": ["check"], "folder": "where relative paths begin"}.')
        try:
            return jsonify(perform(words, where))
        except Later as later:
            return problem(429, "Not now", str(later), **{"Retry-After": str(later.retry_s)})
        except (ValueError, StoreError) as error:
            return problem(400, "Not carried out", str(error))

    return blueprint


def _settings(host: str, rules: Rules, *, accounts: bool) -> Settings:
    """Where the server listens: to everybody only where everybody has to sign in."""
    peers = tuple(part.strip() for part in os.environ.get("APOGEE_PEERS", "").split(",") if part.strip())
    names = frozenset(part.strip() for part in os.environ.get("APOGEE_HOSTS", "").split(",") if part.strip())
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        raise CannotServe(f"--host wants an address of this machine, such as 127.0.0.1, not {host!r}.") from None
    if not loopback and not peers and not accounts:
        raise CannotServe(
            "Without accounts the server stays on this machine (127.0.0.1): `apogee account add` makes the first one. In a container whose "
            "port is mapped to the host's loopback, name the network in front of it in APOGEE_PEERS."
        )
    anywhere = ANYWHERE if accounts and not peers else ()  # at loopback too: a proxy of this machine says whom it speaks for
    known = {name for name in (rules.host, *names) if name}
    return Settings(hosts=Settings().hosts | known, peers=(*LOOPBACK, *peers, *anywhere), rules=rules, open=not accounts)


def _free(host: str, port: int) -> None:
    """Say in words why a port cannot be had, before anything is loaded for nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(_unbound(error, host, port)) from None


def _unbound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: choose another with --port."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not open port {port}: choose one from 1024 on with --port, or let a proxy stand in front."
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"This machine has no address {host}: --host wants one of its own, such as 127.0.0.1."
    return f"Nothing can listen at {host}, port {port} ({(error.strerror or 'it is refused').lower()}): choose another --host or --port."
