"""Work through a running server: the same reading as on a folder, sent over HTTP."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import requests

from ingest import unpacked
from ingest.connector import Chunk, Connector, Options
from ingest.door import CHUNK, EVENTS, packed
from ingest.job import Progress
from ingest.receipt import Receipt

_EVENTS = 10_000  # events a request
_BYTES = 8 << 20  # bytes of a request, unless one event alone has more: well below what the door takes

_PATIENCE_S = 3600  # a rebuild or a backup may take its time


class Refused(ValueError):
    """The server refused, in its own words."""


class Remote:
    """A server of ours at an address, with a token."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and a server of ours
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def alive(self) -> bool:
        """Whether a server answers there at all."""
        try:
            return self._session.get(self._url + "/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    def ask(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        """POST and give back the JSON answer; waits and tries again when the server is busy. Raises Refused with its sentence."""
        for _ in range(600):
            try:
                answer = self._session.post(
                    self._url + path, data=body, headers={"Content-Type": kind}, timeout=(10, _PATIENCE_S), allow_redirects=False
                )
            except requests.RequestException:
                raise Refused(f"No server answers at {self._url}: start it, or name another with --to.") from None
            if answer.status_code not in (429, 503):
                break
            time.sleep(_pause(answer.headers.get("Retry-After", "")))
        told = answer.json() if answer.headers.get("Content-Type", "").split(";")[0].endswith("json") else {}
        if not answer.ok or answer.is_redirect:
            raise Refused(told.get("detail") or f"The server refused with status {answer.status_code}.")
        return dict(told)

    def read(self, connector: Connector, sources: Sequence[Path | BinaryIO], options: Options, progress: Progress) -> Receipt:
        """Read files here, have the server check, seal and store them; returns the receipt of the whole."""
        started, total = time.perf_counter(), Receipt()
        personal, keep = connector.terms(options)
        for source in sources:
            name = source.name if isinstance(source, Path) else "-"
            pack = partial(packed, name=connector.name, file=name, personal=personal, keep=keep)
            for chunk in unpacked.read(connector, source, options):
                for body in (body for part in _parts(chunk) for body in _bodies(part, pack)):
                    total = total + Receipt(**self.ask(EVENTS, body, CHUNK))
                progress(chunk.read_bytes)
        return total + Receipt(seconds=time.perf_counter() - started - total.seconds)


def token_for(command: str) -> str | None:
    """What opens a server named by its address: events go in with a sender's token or the operator's, all else with the operator's."""
    operator = os.environ.get("APOGEE_OPERATOR_TOKEN")
    return os.environ.get("APOGEE_SENDER_TOKEN") or operator if command == "ingest" else operator


def _pause(told: str) -> float:
    """Seconds to wait, as the server asks: at least a moment, at most a minute."""
    return min(max(float(told), 0.1), 60.0) if told.replace(".", "", 1).isdecimal() else 1.0


def _bodies(chunk: Chunk, pack: Callable[[Chunk], bytes]) -> Iterator[bytes]:
    """A chunk for the wire, in halves of halves until none is too large; its records go with the first."""
    body = pack(chunk)
    if len(body) <= _BYTES or len(chunk.events) + len(chunk.refused) < 2:
        yield body
        return
    events, refused = (len(chunk.events) + 1) // 2, (len(chunk.refused) + 1) // 2
    yield from _bodies(Chunk(chunk.events[:events], chunk.positions[:events], chunk.records, chunk.refused[:refused]), pack)
    yield from _bodies(Chunk(chunk.events[events:], chunk.positions[events:], 0, chunk.refused[refused:]), pack)


def _parts(chunk: Chunk) -> list[Chunk]:
    """A chunk in stretches of bounded length; records and refusals go with the first."""
    read = chunk.line if chunk.frame is not None else None
    events = [read(place) for place in range(len(chunk.positions))] if read else chunk.events
    starts = range(0, max(len(events), 1), _EVENTS)
    return [
        Chunk(
            events[start : start + _EVENTS],
            chunk.positions[start : start + _EVENTS],
            0 if start else chunk.records,
            [] if start else chunk.refused,
        )
        for start in starts
    ]
