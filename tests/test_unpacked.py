"""Files packed with gzip are read as what is in them; what is no text is refused once, in words."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from ingest import job
from ingest.connector import Chunk, Options, connector
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.unpacked import Unreadable, read
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.event_strategy import event

LINES = b"".join(json.dumps(event(id=f"{n}", data={"channel": "chat"})).encode() + b"\n" for n in range(3000))
NOISE = random.Random(5).randbytes(200_000)


def chunks(file: Path, content: bytes, name: str = "cloudevents", mapping: Path | None = None) -> list[Chunk]:
    file.write_bytes(content)
    return list(read(connector(name), file, Options(mapping)))


def test_a_packed_file_is_read_as_what_is_in_it(tmp_path: Path) -> None:
    packed = gzip.compress(LINES)
    found, plain = chunks(tmp_path / "e.ndjson.gz", packed), chunks(tmp_path / "e.ndjson", LINES)
    assert sum(each.records for each in found) == sum(each.records for each in plain) == 3000
    assert not [refusal for each in found for refusal in each.refused]
    assert sum(each.read_bytes for each in found) == len(packed)  # progress is that in the file


def test_a_packed_export_is_mapped(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('source = "s"\nrow = { kind = "interaction", id = "id" }\ntime = { zone = "UTC" }\ntimes = { started = "at" }\n')
    [chunk] = chunks(tmp_path / "e.csv.gz", gzip.compress(b"id,at\n1,2026-01-01\n"), "mapping", mapping)
    assert [each["id"] for each in chunk.events] == ["1/started"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (NOISE, "x.gz is not text in UTF-8"),
        (gzip.compress(NOISE), "x.gz is not text in UTF-8"),
        (b"PK\x03\x04" + NOISE, "a ZIP archive or a workbook .xlsx.: unpack it, or save the sheet as CSV"),
        (b"PAR1" + NOISE, "Parquet: read it with the connector mapping"),
        ("é".encode("utf-16") * 900, "not text in UTF-8"),
        (gzip.compress(LINES)[:-9000], "damaged or cut off"),
        (b"\x1f\x8b" + NOISE, "damaged or cut off"),
    ],
)
def test_what_is_no_text_is_told_once(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        chunks(tmp_path / "x.gz", content)


def test_what_comes_before_the_damage_is_given(tmp_path: Path) -> None:
    packed = gzip.compress(LINES, 1)
    (tmp_path / "x.gz").write_bytes(packed[: len(packed) // 2])
    found: list[Chunk] = []
    with pytest.raises(Unreadable, match="cut off"):
        found.extend(read(connector("cloudevents"), tmp_path / "x.gz", Options(None)))
    assert 1200 < sum(each.records for each in found) < 1800


@pytest.mark.parametrize(("lines", "kept"), [(3000, 0.5), (9, 0.99)])
def test_what_comes_before_the_damage_is_stored(store: Store, tmp_path: Path, lines: int, kept: float) -> None:
    packed = gzip.compress(b"".join(LINES.splitlines(keepends=True)[:lines]), 1)
    (tmp_path / "x.gz").write_bytes(packed[: int(len(packed) * kept)])
    writer = Writer(store, keys_in(None))
    with pytest.raises(Unreadable, match="what could be unpacked is read"):
        job.read(connector("cloudevents"), [tmp_path / "x.gz"], Options(None), writer, Sources(), lambda _: None)
    stored = store.value("SELECT count() FROM event")
    assert stored == 9 if lines == 9 else 1200 < stored < 1800
    writer.close()


def test_short_lines_are_parted_as_they_become_objects(tmp_path: Path) -> None:
    found = chunks(tmp_path / "e.ndjson", b"0\n" * 50_000)
    assert sum(each.records for each in found) == 50_000
    assert max(each.records for each in found) <= 20_000
    assert found[-1].positions[-1] == "line 50000"


def test_lines_in_an_old_encoding_are_refused_one_by_one(tmp_path: Path) -> None:
    text = LINES.decode().replace("chat", "tchat privé").encode("latin-1")
    found = chunks(tmp_path / "e.ndjson", text)
    assert sum(each.records for each in found) == sum(len(each.refused) for each in found) == 3000
