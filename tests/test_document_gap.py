"""After a fault in a JSON list, in one line or not: where reading goes on, and that all that is passed over is handed back."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any
from unittest.mock import patch

import pytest

from ingest import document, gap
from ingest.connector import Options, connector
from ingest.document import Broken, Record, parted, records

ROWS: list[dict[str, Any]] = [
    {"id": f"r{number}", "at": "2026-01-01", "tags": ["a", "b"], "parts": [{"id": f"p{number}", "n": 1}, {"id": f"q{number}", "n": 2}],
     "note": "said: {well}, ok"}
    for number in range(6)
]  # fmt: skip
FLAT = [{"id": f"r{number}", "at": "2026-01-01", "parts": [{"n": 1}, {"n": 2}], "note": "x"} for number in range(6)]
FAULTS = {  # of the third record: what is replaced, by what
    "a bare word": ('"2026-01-01"', "today"),
    "nothing": ('"2026-01-01"', ""),
    "a quote missing before": ('"2026-01-01"', '2026-01-01"'),
    "a quote missing after": ('"2026-01-01"', '"2026-01-01'),
    "a quote missing after a name": ('"at":', '"at:'),
    "a quote too many": ('"2026-01-01"', '"2026"-01-01"'),
    "a quote in a text": ("said: ", 'said: "'),
    "a comma missing": ('"2026-01-01",', '"2026-01-01"'),
    "a comma too many": ('"2026-01-01",', '"2026-01-01",,'),
    "a colon missing": ('"at":', '"at"'),
    "no number": ('"n": 1', '"n": NaN'),
    "a line break in a text": ("said: ", "said:\n "),
    "an escape that is none": ("said: ", "said: \\x"),
    "an escape of the last quote": ('2026-01-01"', '2026-01-01\\"'),
    "a brace missing at its end": ('ok"}', 'ok"'),
    "a brace missing at its beginning": ('{"id": "r2"', '"id": "r2"'),
    "a brace missing inside": ('"n": 2}', '"n": 2'),
    "a bracket missing": ('"b"]', '"b"'),
    "a bracket missing after objects": ("}]", "}"),
    "a brace too many": ('ok"}', 'ok"}}'),
    "a bracket too many": ('ok"}', 'ok"}]'),
    "a brace too many before": ('{"id": "r2"', '{{"id": "r2"'),
    "a bracket too many before": ('{"id": "r2"', '[{"id": "r2"'),
}


def read(text: str, inside: tuple[str, ...] = ("items",)) -> list[Record | Broken]:
    return list(records(io.BytesIO(text.encode()), inside))


def hurt(fault: str, rows: list[dict[str, Any]], indent: int | None) -> list[str]:
    """The records as texts, the third with a fault."""
    texts = [json.dumps(row, indent=indent) for row in rows]
    before, after = FAULTS[fault]
    at = texts[2].rindex(before) if before in ("}]", 'ok"}') else texts[2].index(before)
    texts[2] = texts[2][:at] + after + texts[2][at + len(before) :]
    return texts


def told(found: list[Record | Broken]) -> list[Any]:
    return [record.value.get("id") if isinstance(record.value, dict) else record.value for record in found if isinstance(record, Record)]


def text_of(found: list[Record | Broken]) -> str:
    return "\n".join(each.text if isinstance(each, Broken) else json.dumps(each.value) for each in found)


@pytest.mark.parametrize("between", [",", ", ", ",\n"])
@pytest.mark.parametrize("outer", ["[%s]", '{"items": [%s], "total": 6}'])
@pytest.mark.parametrize("block", [7, 1 << 20])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_costs_its_record_alone(fault: str, block: int, outer: str, between: str) -> None:
    texts = hurt(fault, ROWS, None)
    with patch.object(document, "BLOCK_BYTES", block), patch.object(gap, "_AHEAD", 20):
        found = read(outer % between.join(texts))
    whole = [each for each in told(found) if each and each.startswith("r")]
    assert [each for each in whole if each != "r2"] == ["r0", "r1", "r3", "r4", "r5"], (found, texts[2])
    for part in ('r2"', '"p2"', '"q2"', "well}, ok"):
        assert part in text_of(found)
    assert fault == "a bracket too many before" or any(isinstance(each, Broken) for each in found)  # that one costs nothing


def test_a_part_of_a_record_is_no_record() -> None:
    """Where the records' parts open with the same name as they do, brackets say what is inside."""
    for fault in ("a bare word", "a quote missing before", "a comma missing", "a brace missing at its end", "a bracket missing"):
        assert told(read("[" + ", ".join(hurt(fault, ROWS, None)) + "]")) == ["r0", "r1", "r3", "r4", "r5"], fault


def test_a_part_stays_one_though_the_last_record_has_none() -> None:
    text = '[{"id":1,"of":[{"id":"p"}]},{"id":2,"of":[]},{"id":3,"of":[{"id":"q"},{"id":"r" "k":2},{"id":"s"}],"x":1},{"id":4}]'
    found = read(text)
    assert told(found) == [1, 2, 4]
    assert text[text.index('{"id":3') : text.index('{"id":4')] in text_of(found)


@pytest.mark.parametrize("text", ["[", "{", "]", "}", "[{"])
def test_a_text_of_brackets_alone_is_no_structure(text: str) -> None:
    rows = [row | {"parts": text} for row in FLAT]
    for fault in ("a quote missing before", "a bare word"):
        assert told(read("[" + ", ".join(hurt(fault, rows, None)[2:]) + "]")) == ["r3", "r4", "r5"]


def test_a_stretch_that_is_gone_ends_with_the_next_record() -> None:
    text = json.dumps(FLAT)
    start, end = text.index('"parts"', text.index("r1")), text.index("]", text.index("r2"))
    found = read(text[: start + 12] + text[end:])
    assert told(found)[-3:] == ["r3", "r4", "r5"]
    inside = json.dumps(FLAT).replace('{"n": 2}], "note": "x"}, {"id": "r3"', '{"n": 2, {"id": "r3"')
    assert told(read(inside)) == ["r0", "r1", "r3", "r4", "r5"]


def test_a_fault_before_the_list_is_all_that_is_lost() -> None:
    text = '{"total": six, "items": ' + json.dumps(ROWS) + ', "more": 1}'
    found = read(text)
    assert told(found) == [f"r{number}" for number in range(6)]
    assert [each.text for each in found if isinstance(each, Broken)] == ['{"total": six, "items": ']


@pytest.mark.parametrize(
    ("text", "ids", "broken"),
    [
        ('[{"id":1},{"id":tru},{"id":3},"id":4,"t":{"k":1}},{"id":5}]', [1, 3, 5], ['{"id":tru},', '"id":4,"t":{"k":1}},']),
        ('{"id":tru}\n{"id":3}\n"id":4,"n":{"k":1}}\n{"id":5}', [3, 5], ['{"id":tru}\n', '"id":4,"n":{"k":1}}\n']),
        ('{"items":[{"id":1},{"id":tru},{"id":3}],"more":[1]}', [1, 3], ['{"id":tru},']),
        ('{"items":[{"id":1},{"id":tru},{"id":3}],"x":1},{"id":5}],"more":[1]}', [1, 3, 5], ['{"id":tru},', '],"x":1},']),
        ('[{"id":1},{"id":tru},{"id":3},"x":{"id":4}},{"id":5}]}', [1, 3, 5], ['{"id":tru},', '"x":{"id":4}},', "]}"]),
        ('[{"id":1}],{"id":3},{"id":4}]', [1, 3, 4], [","]),
    ],
)
def test_after_a_fault_nothing_is_passed_over_untold(text: str, ids: list[int], broken: list[str]) -> None:
    found = read(text)
    assert told(found) == ids
    assert [each.text for each in found if isinstance(each, Broken)] == broken


def test_a_missing_comma_between_records_is_forgiven() -> None:
    assert told(read('[{"id": "a"} {"id": "b"}{"id": "c"}]')) == ["a", "b", "c"]


@pytest.mark.parametrize("deep", [1, 20_000])
def test_all_that_is_passed_over_comes_in_pieces_of_a_bounded_size(deep: int) -> None:
    text = "[" + json.dumps(ROWS[0]) + ', {"id": oh, "x": "' + "é, " * 300_000 + '", "y": ' + "[" * deep
    found = read(text)
    pieces = [each for each in found if isinstance(each, Broken)]
    assert len(pieces) > 3
    assert max(len(each.text.encode()) for each in pieces) <= 1 << 20
    assert "".join(each.text for each in pieces) == text[text.index('{"id": oh') :]
    assert {each.expected for each in pieces[1:]} == {"a record: this is more of what could not be read before it"}


def test_a_file_of_faults_is_read_in_proportion_and_in_constant_memory() -> None:
    text = ('[{"id": "r", "n": 1}, ' + ", ".join(f'{{"id": "r{number}", "n": oh, "x": [1, 2' for number in range(4_000)) + "]").encode()
    read_, held = 0, 0
    tracemalloc.start()
    for part in parted(records(io.BytesIO(text)), 100):
        read_, held = read_ + len(part), max(held, sum(each.size for each in part))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read_ == 4_001
    assert held < 10_000
    assert peak < 10 << 20


@pytest.mark.parametrize("name", ["cloudevents", "genesys"])
def test_chunks_are_bounded_by_what_they_hold(name: str) -> None:
    text = b"[" + b", ".join(b'{"conversationId": oh, "x": "%s"}' % (b"x" * 1000) for _ in range(400)) + b"]"
    module = "ingest.document.HELD" if name == "cloudevents" else "ingest.connectors.genesys.HELD"
    with patch(module, 20_000):
        chunks = list(connector(name).read(io.BytesIO(text), Options()))
    assert sum(chunk.records for chunk in chunks) == sum(len(chunk.refused) for chunk in chunks) == 400
    assert max(sum(len(each.payload) for each in chunk.refused) for chunk in chunks) < 25_000
