"""Commands a running server carries out for other processes: beside each other, each with its own output."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

import apogee
from sql.clickhouse import Store


def test_a_question_does_not_wait_behind_a_rebuild(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = apogee.Place(apogee._understood(["check", "--data", str(tmp_path)]))
    place._store = store
    assert place.ledger is place.ledger, "a served command works with the server's own ledger"
    assert place.writer.last == 0
    with ThreadPoolExecutor(2) as pool:
        with store.lock:
            rebuilt = pool.submit(apogee.perform, place, ["rebuild"], ".")
            asked = pool.submit(apogee.perform, place, ["query", "contacts", "--format", "json"], ".").result(timeout=30)
            assert not rebuilt.done()
        done = rebuilt.result(timeout=60)
    assert json.loads(asked["out"])["rows"][0]["contacts"]["value"] == 0
    assert (done["code"], done["out"]) == (0, "Every derived table was built again from the log and put in place.\n")
    with pytest.raises(apogee.Usage, match="Unrecognized arguments: --help"):
        apogee.perform(place, ["query", "contacts", "--help"], ".")
    for words in (["--help"], []):
        with pytest.raises(apogee.Usage):
            apogee.perform(place, words, ".")
    assert capsys.readouterr() == ("", ""), "the server's own output is left alone"
    place.close()


@pytest.mark.parametrize(
    ("words", "tokens", "given"),
    [
        (["check"], {"SENDER": "s", "OPERATOR": "o"}, "Bearer o"),
        (["check"], {"SENDER": "s"}, None),
        (["ingest", "cloudevents", "EVENTS"], {"SENDER": "s", "OPERATOR": "o"}, "Bearer s"),
        (["ingest", "cloudevents", "EVENTS"], {"OPERATOR": "o"}, "Bearer o"),
    ],
)
def test_a_senders_token_sends_events_and_nothing_else(
    words: list[str], tokens: dict[str, str], given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Authorization"])
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    for name in ("SENDER", "OPERATOR"):
        monkeypatch.delenv(f"APOGEE_{name}_TOKEN", raising=False)
    for name, token in tokens.items():
        monkeypatch.setenv(f"APOGEE_{name}_TOKEN", token)
    (tmp_path / "events").write_text("{}\n", encoding="utf-8")
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        named = [word.replace("EVENTS", str(tmp_path / "events")) for word in words]
        assert apogee.main([*named, "--to", f"http://127.0.0.1:{server.server_port}", "--data", str(tmp_path)]) == 2
        server.shutdown()
    assert seen == [given]
