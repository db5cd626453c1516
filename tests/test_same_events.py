"""Reading a file again gives the events it gave before, byte for byte: ids that changed would count everything twice.

`tests/golden/events.json` holds, by sample, how many events there are and a hash of them. A change of it is a change for everybody who
has ingested such a file: it needs a good reason and a word in CHANGELOG.md.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from ingest.connector import Options, connector

HERE = Path(__file__).parent
GOLDEN: dict[str, dict[str, Any]] = json.loads((HERE / "golden" / "events.json").read_text(encoding="utf-8"))
DEMO = b"days = 2\nseed = 4\nuntil = 2026-06-12T15:00:00Z\n"


@pytest.mark.parametrize("sample", GOLDEN)
def test_the_same_file_gives_the_same_events(sample: str) -> None:
    assert told(sample) == GOLDEN[sample]


def test_every_sample_is_pinned() -> None:
    found = {f"{file.parent.name}/{file.name}" for file in (HERE / "samples").glob("*/*") if file.suffix != ".toml"}
    pinned = {sample for sample in GOLDEN if not sample.startswith("demo/")}
    fresh = {sample: told(sample) for sample in sorted(found - pinned)}
    assert not fresh, f"put into tests/golden/events.json once these events are right: {json.dumps(fresh)}"
    assert found == pinned


def told(sample: str) -> dict[str, Any]:
    """How many events a sample gives, and the hash of them, whatever their order."""
    name, _, file = sample.partition("/")
    path = HERE / "samples" / sample
    if name == "demo":
        chunks = connector(name).read(io.BytesIO(DEMO), Options(settings={"hostile": str(file == "hostile").lower()}))
    else:
        chunks = connector(name).read(path, Options(path.with_suffix(".toml") if name == "mapping" else None))
    events = sorted(orjson.dumps(event, option=orjson.OPT_SORT_KEYS) for chunk in chunks for event in chunk.events)
    return {"events": len(events), "sha256": hashlib.sha256(b"\n".join(events)).hexdigest()}
