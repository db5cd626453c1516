"""The HTTP API beside the pages: ask a question, read the catalogue, see whether the server lives, scrape its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, Response, abort, jsonify, request

from dashboard.ask import desk
from dashboard.gauge import Gauge, exposition, of_store
from dashboard.guard import PUBLIC, stop, viewer
from dashboard.seen import questioned
from dashboard.tell import as_dict, described
from dashboard.viewer import ADMINISTRATION, EVERYONE, Role
from metrics import registry
from metrics.promise import PROMISES, Promises
from metrics.query import Query
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
