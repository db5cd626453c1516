"""An export with a fault somewhere, or two: no row of it is lost, and those that follow a fault by more than one row are read."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mapping.row import events_of
from ingest.mapping.spec import spec

PLAIN = st.text("ab1 ,;:.-{}[]'\"\\\n\té", max_size=10)
ROWS = st.lists(st.tuples(PLAIN, PLAIN), min_size=5, max_size=8)
PUT = st.sampled_from(['"', ",", ":", "{", "}", "[", "]", "\\", "x", "\n", ""])
UNSTRUCTURED = str.maketrans("[{", "()")
RULE: dict[str, Any] = {
    "source": "s", "row": {"kind": "interaction", "id": "id"}, "time": {"zone": "UTC"}, "times": {"started": "at"},
    "keep": {"one": "one", "two": "two", "tail": "tail"},
}  # fmt: skip


def outcome(export: str, form: str) -> tuple[set[str], str]:
    """The ids that were read, and all text there is of what was read and of what was refused."""
    part = spec(RULE | {"input": {"format": form}})
    made = [events_of(part, stretch) for stretch in part.input.stretches(io.BytesIO(export.encode()), part.columns, 3)]
    events = [event for each in made for event in each.events]
    refused = [refusal.payload.decode() for each in made for refusal in each.refused]
    return {event["id"].removesuffix("/started") for event in events}, json.dumps(events) + "\n".join(refused)


def holds(text: str, number: int) -> bool:
    """Whether what a row begins or what it ends with is there; a fault may be in one of them."""
    return f"head{number}-" in text or f"tail{number}-" in text


def check(rows: int, damaged: list[int], found: tuple[set[str], str], *, named: bool = True) -> None:
    """Nothing is lost. What follows is read too, except in JSON after a first record that is broken: no name is known to begin one."""
    ids, text = found
    for number in range(rows):
        assert holds(text, number), (number, text)
        if named and number not in damaged and number - 1 not in damaged:
            assert f"head{number}-" in ids, (number, damaged, text)


@settings(max_examples=100)
@given(ROWS, st.data())
def test_no_row_of_a_table_is_lost(cells: list[tuple[str, str]], data: st.DataObject) -> None:
    quoting = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    lines = []
    for number, (one, two) in enumerate(cells):
        written = io.StringIO()
        row = [f"head{number}-", "2026-01-01", one, two, f"tail{number}-"]
        csv.writer(written, lineterminator="\n", quoting=quoting).writerow(row)
        lines.append(written.getvalue())
    damaged = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[damaged]) - 2))
    put, taken = data.draw(st.sampled_from(['"', ",", "x", '""', "\n", ""])), data.draw(st.integers(0, 1))
    lines[damaged] = lines[damaged][:at] + put + lines[damaged][at + taken :]
    check(len(lines), [damaged], outcome("id,at,one,two,tail\n" + "".join(lines), "csv"))


@settings(max_examples=150)
@given(ROWS, st.data())
def test_no_record_of_a_list_in_one_line_is_lost(cells: list[tuple[str, str]], data: st.DataObject) -> None:
    texts = []
    cells[0] = (cells[0][0].translate(UNSTRUCTURED), cells[0][1].translate(UNSTRUCTURED))  # before it no name is known to begin a record
    for number, (one, two) in enumerate(cells):
        parts = [{"n": 1, "of": [two]}, {"n": 2}]
        texts.append(json.dumps({"id": f"head{number}-", "at": "2026-01-01", "one": one, "parts": parts, "tail": f"tail{number}-"}))
    damaged = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=2, unique=True))
    for each in damaged:
        at, put = data.draw(st.integers(0, len(texts[each]) - 1)), data.draw(PUT)
        taken = data.draw(st.integers(0 if put else 1, 1))
        texts[each] = texts[each][:at] + put + texts[each][at + taken :]
    check(len(texts), damaged, outcome("[" + ", ".join(texts) + "]", "json"), named=0 not in damaged)
