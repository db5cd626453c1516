"""The demo as an ordinary connector."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.connector import Options, connector
from ingest.simulation import Simulation

DEMO = connector("demo")
TEXT = b"days = 2\nseed = 4\nuntil = 2026-06-12T15:00:00Z\n"


def test_history_in_chunks(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    path.write_bytes(TEXT)
    chunks = list(DEMO.read(path, Options(settings={"tally": str(tmp_path / "tally.json")})))
    events = [event for chunk in chunks for event in chunk.events]
    simulation = Simulation(2, 4, datetime(2026, 6, 12, 15, tzinfo=UTC))
    assert events == [event for part in simulation.chunks() for event in part]
    assert [position for chunk in chunks for position in chunk.positions][:2] == ["line 1", "line 2"]
    assert sum(chunk.records for chunk in chunks) == len(events)
    assert all(len(chunk.positions) == len(chunk.events) and not chunk.refused for chunk in chunks)
    assert json.loads((tmp_path / "tally.json").read_text(encoding="utf-8")) == json.loads(simulation.tally.to_json())


def test_settings_win_over_the_text() -> None:
    by_setting = DEMO.read(io.BytesIO(TEXT), Options(settings={"days": "1", "until": "2026-06-12T03:00:00+02:00"}))
    first = next(by_setting).events[0]
    assert first["time"] == "2026-06-10T22:00:00.000Z"


def test_through_the_bad_network() -> None:
    plain = [event for chunk in DEMO.read(io.BytesIO(TEXT), Options(settings={"days": "1"})) for event in chunk.events]
    rough = [e for chunk in DEMO.read(io.BytesIO(TEXT), Options(settings={"days": "1", "hostile": "true"})) for e in chunk.events]
    assert len(rough) > 1.05 * len(plain)
    assert {(e["source"], e["id"]) for e in plain} < {(e["source"], e["id"]) for e in rough}


@pytest.mark.parametrize(
    ("text", "settings", "sentence"),
    [
        (b"days = ", {}, "could not be read as TOML"),
        (b"\xff\xfe", {}, "could not be read as TOML"),
        (b'tally = "/etc/passwd"', {}, "takes no tally from what it reads"),
        (b"dayz = 3", {}, "no parameter called dayz"),
        (b"", {"days": "many"}, "days must be a whole number"),
        (b"", {"until": "tomorrow"}, "until must be an instant"),
        (b"until = 2026-06-12T15:00:00", {}, "must say its offset"),
        (b"days = 0", {}, "must be from 1"),
    ],
)
def test_bad_parameters_get_a_sentence(text: bytes, settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        next(DEMO.read(io.BytesIO(text), Options(settings=settings)))
