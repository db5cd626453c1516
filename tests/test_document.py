"""Records of a JSON file: the same whatever the outer shape and wherever a block of the file ends."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import document
from ingest.document import Broken, Record, records

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_rows = st.lists(st.dictionaries(st.text(max_size=4).filter(lambda key: key != "items"), _values, max_size=4), max_size=5)


def read(text: str | bytes, inside: tuple[str, ...] = ("items",)) -> list[Record | Broken]:
    return list(records(io.BytesIO(text.encode() if isinstance(text, str) else text), inside))


def values(text: str) -> list[Any]:
    return [record.value for record in read(text) if isinstance(record, Record)]


@given(_rows, st.integers(1, 40), st.sampled_from([None, 2]), st.booleans())
def test_every_shape_gives_the_same_records_wherever_blocks_end(rows, block, indent, ascii_only):
    def write(value: Any) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    shapes = [write(rows), write({"items": rows, "total": 3}), write({"total": 3, "items": rows}), "\n".join(write(row) for row in rows)]
    with patch.object(document, "BLOCK_BYTES", block):
        for shape in shapes:
            assert values(shape) == rows


@given(_rows, st.integers(1, 200), st.integers(1, 40))
def test_a_file_cut_anywhere_gives_whole_records_first(rows, cut, block):
    text = json.dumps({"items": rows}, ensure_ascii=True)
    with patch.object(document, "BLOCK_BYTES", block):
        found = read(text[: max(1, len(text) - cut)])
    whole = [record.value for record in found if isinstance(record, Record)]
    assert whole == rows[: len(whole)] or cut >= len(text) - 12
    assert any(isinstance(record, Broken) for record in found) or len(whole) == len(rows)


@given(st.binary(max_size=60), st.integers(1, 8))
def test_no_bytes_stop_it(text, block):
    with patch.object(document, "BLOCK_BYTES", block):
        assert isinstance(read(text), list)


def test_reading_goes_on_after_a_broken_record_indented_as_records_are():
    rows = json.dumps({"items": [{"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 3}}], "total": 3}, indent=2)
    found = read(rows.replace("2\n", "two\n"))
    assert [record.value for record in found if isinstance(record, Record)] == [{"a": {"b": 1}}, {"a": {"b": 3}}]
    (broken,) = [record for record in found if isinstance(record, Broken)]
    assert (broken.line, broken.expected) == (8, "a value, not t")


@pytest.mark.parametrize("text", ["", "[]", '{"items": []}', " \n "])
def test_nothing_is_no_record(text: str):
    assert read(text) == []


def test_a_record_longer_than_the_limit_is_broken():
    with patch.object(document, "MOST_CHARACTERS", 2_000), patch.object(document, "BLOCK_BYTES", 100):
        found = read('{"a": "' + "x" * 9_000 + '"}\n{"a": 2}\n')
    assert [record.value for record in found if isinstance(record, Record)] == [{"a": 2}]
    assert isinstance(found[0], Broken)
