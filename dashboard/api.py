"""The HTTP API beside the pages: ask a question, read the catalogue, see whether the server lives, scrape its figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from dashboard.ask import desk
from dashboard.gauge import Gauge, exposition, of_store
from dashboard.guard import PUBLIC, stop, viewer
from dashboard.seen import questioned
from dashboard.viewer import ADMINISTRATION, EVERYONE, Role
from metrics import registry
from metrics.metric import Metric
from metrics.promise import PROMISES, Promises
from metrics.query import Query
from metrics.result import Figure, Result
from metrics.run import ask
from sql.clickhouse import Store, StoreError

ROUTES: dict[str, frozenset[Role]] = {
    "/api/v1/query": EVERYONE,
    "/api/v1/metrics": EVERYONE,
    "/healthz": PUBLIC,
    "/readyz": PUBLIC,
    "/metrics": ADMINISTRATION,
}
MOST_QUESTION = 1 << 20  # bytes: far more than anybody has to ask
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def api(
    store: Store,
    gauges: Callable[[], Iterable[Gauge]] = tuple,
    promises: Promises = PROMISES,
) -> Blueprint:
    """The blueprint; `gauges` adds figures of the running server (viewers, snapshots, waiting events) to what Prometheus scrapes,
    `promises` are those of the installation. A question about single agents leaves its line once it is answered, before that is told."""
    blueprint = Blueprint("api", __name__)

    @blueprint.post("/api/v1/query")
    def query() -> Response:
        body = request.stream.read(MOST_QUESTION + 1)
        if len(body) > MOST_QUESTION:
            return abort(413, f"A question has at most {MOST_QUESTION} bytes.")
        question = Query.from_json(body, viewer().scope)  # the application says what is Refused
        found = ask(store, question, promises)
        questioned(desk().ledger, viewer().name, question, "API")
        return jsonify(as_dict(found))

    @blueprint.get("/api/v1/metrics")
    def catalogue() -> Response:
        return jsonify({"metrics": [described(metric) for metric in registry.metrics().values()]})

    @blueprint.get("/healthz")
    def healthy() -> Response:
        return jsonify({"status": "alive"})

    @blueprint.get("/readyz")
    def ready() -> Response:
        try:
            store.value("SELECT 1")
        except StoreError:
            return abort(503, "The engine does not answer.")
        return jsonify({"status": "ready"})

    @blueprint.get("/metrics")
    def scrape() -> Response:
        if viewer().scope.only:
            stop(403, "sent.whole_server")
        return Response(exposition([*of_store(store), *gauges()]), mimetype="text/plain; version=0.0.4")

    return blueprint


def as_dict(result: Result) -> dict[str, Any]:
    """A result in the contract's JSON shape: {"as_of", "rows": [{dimension: value, metric: {value, n, top, bottom, low, high}}]}, and
    "known_at" where the question had one."""
    rows = [
        {name: _plain(key) for name, key in row.keys.items()} | {name: _figure(figure) for name, figure in row.figures.items()}
        for row in result.rows
    ]
    known_at = {"known_at": _plain(result.known_at)} if result.known_at else {}
    return {"as_of": _plain(result.as_of)} | known_at | {"rows": rows}


def as_csv(result: Result, question: Query) -> str:
    """The result of a question as CSV, one line a group: dimensions, then each metric's value, n, top, bottom, low, high.

    Texts that a spreadsheet would run as a formula are prefixed with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [*question.by, *(["at"] if question.grain else [])]
    names = list(dict.fromkeys(question.metrics))
    parts = ("value", "n", "top", "bottom", "low", "high")
    writer.writerow([*keys, *(name if part == "value" else f"{name}.{part}" for name in names for part in parts)])
    for row in result.rows:
        texts = [str(_plain(row.keys[name])) for name in keys]
        figures = [getattr(row.figures[name], part) for name in names for part in parts]
        safe = (f"'{text}" if text.startswith(_FORMULA) else text for text in texts)
        writer.writerow([*safe, *("" if figure is None else figure for figure in figures)])
    return out.getvalue()


def described(metric: Metric) -> dict[str, Any]:
    """One metric as the catalogue route and `apogee metrics` give it."""
    return {
        "id": metric.id,
        "name": {"en": metric.name.en, "fr": metric.name.fr},
        "definition": {"en": metric.definition.en, "fr": metric.definition.fr},
        "kind": str(metric.kind),
        "unit": str(metric.unit),
        "better": str(metric.better),
        "parameters": [{"name": each.name, "default": each.default} for each in metric.parameters],
    }


def _figure(figure: Figure) -> dict[str, float | int | None]:
    return {name: getattr(figure, name) for name in ("value", "n", "top", "bottom", "low", "high")}


def _plain(value: object) -> object:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z") if isinstance(value, datetime) else value
