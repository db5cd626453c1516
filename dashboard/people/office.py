"""What a server does about personal data: requests entered on screen, one after the other; once a day, the end of retentions.

A request is answered at once and carried out by a thread of its own; its identifier is in memory and nowhere else. What was
interrupted is taken up again when the server starts.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, abort, current_app, redirect, request, send_file

from dashboard.ask import desk
from dashboard.guard import stop, viewer
from dashboard.people import access, erase, turn
from dashboard.people.keeping import Periods, retain
from dashboard.people.orders import BY
from dashboard.people.reference import NamesPerson
from dashboard.people.rules import Rules
from dashboard.viewer import Role
from ingest.writer import Writer
from sql.clickhouse import StoreError
from sql.ledger import erasure
from sql.ledger.door import Ledger
from sql.ledger.turn import Turn

LOG = logging.getLogger(__name__)
PAGE = "/personal-data"
MAY = frozenset({Role.ADMINISTRATOR, Role.OFFICER})  # whoever answers for the data
DAY_S = 24 * 3600.0
_FIRST_S = 60.0  # after the start: what people wait for comes first
ROUTES: dict[str, frozenset[Role]] = {
    f"{PAGE}/erase": MAY,
    f"{PAGE}/export": MAY,
    f"{PAGE}/resume": MAY,
    f"{PAGE}/erasure/<int:number>.json": MAY,
    f"{PAGE}/turn/<int:number>.json": MAY,
}


class Office:
    """Carries out requests and retentions of one server. Safe to use from many threads."""

    def __init__(self, writer: Writer, ledger: Ledger, periods: Periods, rules: Rules, changed: Callable[[], None]) -> None:
        self.writer, self.ledger, self.periods, self.rules = writer, ledger, periods, rules
        self._changed = changed
        self._asked: queue.Queue[int | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="personal", daemon=True)
        self.busy: int | None = None  # the request that is being carried out

    def start(self) -> None:
        """Take up what was interrupted, and begin."""
        if turn.interrupted(self.writer.keys, self.ledger):
            turn.complete(self.writer.store, self.writer.keys, self.ledger, BY)
        self.resume()
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what is being carried out is taken up at the next start where it does not end in time."""
        self._asked.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def ask(self, by: str, values: Sequence[str], reference: str) -> int:
        """Write a request down and have it carried out."""
        number = erase.ask(self.writer, self.ledger, by, values, reference)
        self._asked.put(number)
        return number

    def resume(self) -> None:
        """Have carried out what was interrupted."""
        for number in erase.waiting(self.ledger):
            self._asked.put(number)

    def _work(self) -> None:
        due, wait = datetime.now(UTC).timestamp() + _FIRST_S, _FIRST_S
        while True:
            try:
                asked = self._asked.get(timeout=wait)
            except queue.Empty:
                asked = 0
            if asked is None:
                return
            if asked:
                self._fulfil(asked)
            elif datetime.now(UTC).timestamp() >= due:
                self._retain()
                due = datetime.now(UTC).timestamp() + DAY_S
            wait = max(1.0, due - datetime.now(UTC).timestamp())

    def _fulfil(self, number: int) -> None:
        self.busy = number
        try:
            if number in erase.waiting(self.ledger):
                erase.fulfil(self.writer, self.ledger, number)
                self._changed()
        except Exception as error:  # noqa: BLE001 - the request stays, and can be taken up again; a message may quote values
            LOG.error("erasure request %d was not carried out (%s): it can be taken up again", number, type(error).__name__)
        finally:
            self.busy = None

    def _retain(self) -> None:
        try:
            found = retain(self.writer.store, self.ledger, self.periods, self.rules, datetime.now(UTC), "server")
            if found["events"]:
                self._changed()
        except Exception as error:  # noqa: BLE001 - the next day tries again
            LOG.error("what outlived its retention was not let go (%s): it is tried again tomorrow", type(error).__name__)


def office() -> Office | None:
    """The office of the application that serves the current request; None where nothing is written."""
    found: Office | None = current_app.extensions.get("apogee_office")
    return found


def routes(mine: Office) -> Blueprint:
    """The forms of the personal-data page and the documents it gives out."""
    blueprint = Blueprint("personal", __name__)
    blueprint.record(lambda state: state.app.extensions.__setitem__("apogee_office", mine))
    blueprint.before_request(_whole)
    for name in ("erase", "export", "resume"):
        blueprint.post(f"{PAGE}/{name}", endpoint=name)({"erase": _erase, "export": _export, "resume": _resume}[name])
    blueprint.get(f"{PAGE}/erasure/<int:number>.json", endpoint="certificate")(_certificate)
    blueprint.get(f"{PAGE}/turn/<int:number>.json", endpoint="turn")(_turned)
    return blueprint


def _whole() -> None:
    """Customers are of the whole company: nothing of this is for whoever may see a part."""
    if viewer().scope.only:
        stop(403, "sent.whole_data")


def _mine() -> Office:
    return office() or abort(404)


def _given() -> list[str]:
    return [each.strip()[:500] for each in request.form.getlist("who") if each.strip()]


def _back(**said: str) -> Any:
    return redirect(f"{PAGE}?{urlencode(said)}", 303)


def _erase() -> Any:
    mine, given, reference = _mine(), _given(), request.form.get("request", "")[:200]
    if not given:
        return _back(failed="nobody")
    try:
        if request.form.get("account"):
            return _unname(mine, given, reference)
        mine.ask(viewer().name, given, reference)
    except NamesPerson:
        return _back(failed="names")
    except (ValueError, StoreError):
        return _back(failed="refused")
    return _back(done="asked")


def _unname(mine: Office, given: Sequence[str], reference: str) -> Any:
    """Accounts are administration, whoever answers for customers' data: one at a time, and its sessions are over at once."""
    if viewer().role != Role.ADMINISTRATOR:
        stop(403, "sent.erases_account")
    if len(given) > 1:
        return _back(failed="several")
    erase.unname(mine.ledger, viewer().name, given[0], reference)
    desk().people.forget()
    return _back(done="account")


def _resume() -> Any:
    _mine().resume()
    return _back(done="asked")


def _export() -> Any:
    mine, given = _mine(), _given()
    if not given:
        return _back(failed="nobody")
    try:
        found = access.give(mine.writer.store, mine.writer.keys, mine.ledger, viewer().name, given, request.form.get("request", "")[:200])
    except NamesPerson:
        return _back(failed="names")
    except (ValueError, StoreError):
        return _back(failed="refused")
    return _document(found, f"apogee-person-{datetime.now(UTC):%Y-%m-%d}.json")


def _certificate(number: int) -> Response:
    with _mine().ledger.read() as session:
        made = session.get(erasure.Erasure, number)
    if made is None:
        stop(404, "sent.no_erasure")
    return _document(erase.document(made), f"apogee-erasure-{number}.json")


def _turned(number: int) -> Response:
    with _mine().ledger.read() as session:
        made = session.get(Turn, number)
    if made is None or not made.certificate:
        stop(404, "sent.no_certificate")
    return _document({"certificate": made.certificate, "number": number, "certified": made.told()}, f"apogee-key-{number}.json")


def _document(told: Any, name: str) -> Response:
    body = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    answer = send_file(BytesIO(body), mimetype="application/json", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
