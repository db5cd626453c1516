"""Commands a running server carries out for other processes: beside each other, each with its own output."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import apogee
from sql.clickhouse import Store


def test_a_question_does_not_wait_behind_a_rebuild(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = apogee.Place(apogee._parser().parse_args(["check", "--data", str(tmp_path)]))
    place._store = store
    assert place.writer.last == 0
    with ThreadPoolExecutor(2) as pool:
        with store.lock:
            rebuilt = pool.submit(apogee.perform, place, ["rebuild"], ".")
            asked = pool.submit(apogee.perform, place, ["query", "contacts", "--format", "json"], ".").result(timeout=30)
            assert not rebuilt.done()
        done = rebuilt.result(timeout=60)
    assert json.loads(asked["out"])["rows"][0]["contacts"]["value"] == 0
    assert (done["code"], done["out"]) == (0, "Every derived table was built again from the log and put in place.\n")
    assert capsys.readouterr().out == "", "the server's own output is left alone"
