"""The Dash application on Flask: one empty document, one callback that draws the page of the current address, and the gate around both.

Everything here is plain HTML with our own stylesheet: no component library beyond Dash's own, which keeps a cold page under 300 kB.
Pages are laid out on the server per navigation; what is live changes leaves only (`assets/live.js`) and never passes through here.
"""

import logging
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import pandas  # noqa: F401, ICN001 - plotly looks for it at its first figure: two threads at once would find it half imported
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Flask, request
from flask_caching import Cache
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests

from dashboard import frame, reader
from dashboard.ask import Desk, Version, desk
from dashboard.asset import asset
from dashboard.guard import Gate, problem, viewer
from dashboard.hub import Hub
from dashboard.page import KEPT, Page, Visit, find, pages
from dashboard.people.door import door
from dashboard.people.people import People
from dashboard.setting import Settings
from dashboard.viewer import EVERYONE
from dashboard.word import refusal, told
from metrics.query import Later, Refused
from sql.clickhouse import Store

LOG = logging.getLogger(__name__)


class Document(Dash):
    """The document every page starts from, in the reader's language and theme."""

    def index(self, *arguments: Any, **more: Any) -> Any:
        """The document, and 404 beside it where no page has this address: it says so to a reader, the number to everybody else."""
        document = super().index(*arguments, **more)
        return document if request.path == "/" or find(request.path) else (document, 404)

    def interpolate_index(self, **parts: Any) -> str:
        """Put Dash's parts into our document; what the address says about language and theme is remembered in cookies."""
        language, theme = reader.language(request.query_string.decode()), reader.theme()
        reader.remember()
        scheme = f' data-theme="{theme}"' if theme else ""
        return (
            f'<!DOCTYPE html>\n<html lang="{language}"{scheme}>\n<head>{parts["metas"]}<title>Apogee</title>'
            f'<link rel="icon" type="image/svg+xml" href="{asset("icon.svg")}">'
            f'{parts["css"]}<script src="{asset("theme.js")}"></script></head>\n'
            f"<body>{parts['app_entry']}{parts['config']}{parts['scripts']}{parts['renderer']}</body>\n</html>"
        )


def application(store: Store, settings: Settings, hub: Hub[Any], people: People) -> tuple[Flask, Gate]:
    """The Flask application and its gate; `gate.seal()` is called by whoever adds the last route."""
    server = Flask("dashboard", static_folder=None)
    app = Document(
        "dashboard",
        server=server,
        title="Apogee",
        update_title=None,
        compress=True,
        serve_locally=True,
        include_assets_files=True,
        assets_folder="assets",
        assets_ignore=r".*(worker|theme|plotly)[^/]*\.js",
        suppress_callback_exceptions=True,
        enable_mcp=False,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "light dark"},
        ],
    )
    # compressed at each sending (40 ms for the largest file): a browser asks for a static file once a year
    server.config.update(COMPRESS_ALGORITHM=["br", "gzip"], SEND_FILE_MAX_AGE_DEFAULT=reader.YEAR_S)
    gate = Gate(app, settings, people)
    cache = Cache(server, config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 2000})
    server.extensions["apogee"] = Desk(store, settings, hub, cache, Version(hub), people)
    server.register_error_handler(HTTPException, problem)
    server.register_error_handler(Refused, lambda why: problem(refused(why)))
    app.layout = html.Div([dcc.Location(id="address", refresh="callback-nav"), html.Div(frame.waiting(), id="view")])
    gate.callback(Output("view", "children"), Input("address", "pathname"), Input("address", "search"), may=EVERYONE)(show)
    for page in pages():
        if page.callbacks:
            page.callbacks(gate)
    gate.blueprint(*door(people, gate, server))
    return server, gate


def refused(why: Refused) -> HTTPException:
    """A question that cannot be answered, or cannot be now, as HTTP says it: in the asker's language."""
    sentence = told(why, reader.spoken())
    return TooManyRequests(sentence, retry_after=why.retry_s) if isinstance(why, Later) else BadRequest(sentence)


def show(pathname: str | None, search: str | None) -> Component:
    """Draw the page of an address for the current viewer: the page, or why it cannot be shown and what to do."""
    visit = visit_of(pathname or "/", search or "")
    found = find(frame.home(visit) if visit.path == "/" else visit.path)
    if found is None:
        return frame.framed(visit, None, frame.message(visit, "frame.missing"))
    page, values = found
    visit = replace(visit, values=values)
    if not visit.viewer.may(page.may):
        return frame.framed(visit, page, frame.message(visit, "frame.refused"), bare=True)
    if page.whole and visit.viewer.scope.only:
        return frame.framed(visit, page, frame.message(visit, "frame.whole"), bare=True)
    try:
        understood(visit, page)
        return frame.framed(visit, page, page.layout(visit))
    except Refused as why:
        return frame.framed(visit, page, frame.unanswered(visit, why), bare=True)
    except Exception:
        reference = secrets.token_hex(4)
        LOG.exception("page %s could not be drawn, reference %s", page.path, reference)
        return frame.framed(visit, page, frame.broken(visit, reference), bare=True)


def understood(visit: Visit, page: Page) -> None:
    """Refuse an address that asks what this page does not know: it would be answered as if it had not asked."""
    for name in visit.filters:
        if name not in page.asks:
            raise refusal("frame.no_filter", name=name)


def visit_of(pathname: str, search: str) -> Visit:
    """Read an address: language and theme apart, everything else is a filter."""
    query = parse_qs(search.lstrip("?"))
    kept = {name: values[0] for name, values in query.items() if name in KEPT}
    filters = {name: tuple(values) for name, values in query.items() if name not in KEPT}
    return Visit(
        viewer=viewer(),
        language=reader.language(search),
        path=unquote(pathname) or "/",
        now=datetime.now(UTC),
        zone=desk().settings.zone,
        filters=filters,
        kept=kept,
        promises=desk().settings.promises,
    )
