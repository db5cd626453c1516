"""CSV with a quote that is opened and never closed: that line is refused with its own text, and the rows after it are read."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping import separated
from ingest.mapping.reader import Fallen, Input

HEAD = "id,at,note\n"
Read = tuple[list[list[str | None]], list[int], list[Fallen]]


def read(text: str | bytes, rows: int = 3, **given_: str) -> Read:
    """The rows read, their numbers, and what fell; each payload that was kept is read again first, as a replay does."""
    part = Input("csv", **given_)
    content = text if isinstance(text, bytes) else text.encode(part.encoding)
    good: list[list[str | None]] = []
    numbers: list[int] = []
    fallen: list[Fallen] = []
    for each in part.stretches(io.BytesIO(content), ("id", "at", "note"), rows):
        good += [list(row) for row in zip(*each.columns.values(), strict=True)]
        numbers += each.numbers
        fallen += each.fallen
    return good, numbers, fallen


def ids(found: Read) -> list[str | None]:
    return [row[0] for row in found[0]]


def test_a_quote_that_is_never_closed_costs_its_line():
    found = read(HEAD + '1,a,x\n2,b,"y\n3,c,z\n4,d,z\n')
    assert ids(found) == ["1", "3", "4"]
    assert found[1] == [1, 3, 4]
    [fallen] = found[2]
    assert (fallen.number, fallen.found, fallen.payload) == (2, '2,b,"y\n', b'id,at,note\r\n2,b,"y\n')
    assert fallen.expected == "a row whose quotes are closed: one is opened here, and the file ends before it is closed"
    assert ids(read(fallen.payload.replace(b'"y', b'"y"'))) == ["2"]


@pytest.mark.parametrize(
    "after", ['3,c,"z"\n4,d,z\n', '3,c,z\n4,d,"z, ""and"" z\nz"\n', '"3","c","z"\n"4","d",""\n', '3,c,""\n4,d,"z"\n', '3,c,", z"\n4,d,z\n']
)
def test_it_is_no_cell_up_to_the_next_quote(after: str):
    found = read(HEAD + '1,a,x\n2,b,"y\n' + after)
    assert ids(found) == ["1", "3", "4"]
    assert [(fallen.number, fallen.found) for fallen in found[2]] == [(2, '2,b,"y\n')]


def test_the_lines_up_to_the_next_quote_are_rows():
    found = read(HEAD + '1,"a,x\n2,b,y\n3,"c",z\n4,"d",z\n')
    assert ids(found) == ["2", "3", "4"]
    assert found[2][0].expected == "a row whose quotes are closed: one is opened here, and the next quote, 2 lines on, does not close it"


def test_lines_of_a_note_are_never_rows_for_want_of_a_cell():
    found = read(HEAD + '1,"x\n2,a,phantom\nbye"\n3,c,z\n')
    assert ids(found) == ["3"]
    assert [(fallen.found, fallen.payload) for fallen in found[2]] == [("2 cells", b'id,at,note\r\n1,"x\n2,a,phantom\nbye"\r\n')]


def test_blanks_may_follow_a_cell_in_quotes():
    found = read(HEAD + '1,"a"  ,"said ""hi"" ok\nline, two, x" \n2,b,z\n')
    assert found[0] == [["1", "a  ", 'said "hi" ok\nline, two, x '], ["2", "b", "z"]]
    assert found[2] == []
    assert ids(read(HEAD.replace(",", "\t") + '1\t"a\n"\t"b"\n', separator="\t")) == ["1"]


@given(
    st.lists(st.tuples(*[st.text("ab,;\n\r \"'é", max_size=8)] * 2), max_size=6),
    st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.integers(1, 5),
)  # fmt: skip
def test_cells_over_several_lines_are_read_as_they_are(cells: list[tuple[str, str]], end: str, quoting: csv._QuotingType, rows: int):
    text = io.StringIO(newline="")
    if quoting == csv.QUOTE_MINIMAL:  # the writer does not quote it
        cells = [(at.replace("\r", ""), note.replace("\r", "")) for at, note in cells]
    planted = [[str(number), *each] for number, each in enumerate(cells, 1)]
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["id", "at", "note"], *planted])
    good, numbers, fallen = read(text.getvalue(), rows)
    assert [[cell or "" for cell in row] for row in good] == planted
    assert numbers == list(range(1, len(planted) + 1))
    assert fallen == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_bytes_that_are_no_text_are_kept_as_they_came(encoding: str):
    good = HEAD.encode(encoding) + '1,é,"x'.encode(encoding).removeprefix(b"\xff\xfe")
    bad = {"utf-8": b"\xff", "utf-16": b"\x00\xd8", "cp1252": b"\x81"}[encoding]
    after = '\n2,a,"y"\n'.encode(encoding).removeprefix(b"\xff\xfe")
    found = read(good + bad + after, encoding=encoding)
    assert ids(found) == ["2"]
    assert encoding == "utf-16" or found[2][0].payload.endswith('1,é,"x'.encode(encoding) + bad + "\n".encode(encoding))


def test_a_mark_before_a_quoted_name_is_no_part_of_it():
    assert ids(read(b'\xef\xbb\xbf"id","at","note"\n1,a,x\n')) == ["1"]


def test_where_every_line_opens_a_quote_the_work_stays_in_proportion():
    """Each line here closes a quote and opens another, so that whatever begins at one goes on to the end; were it the square, an hour."""
    found = read(HEAD + 'n","x\n' * 30_000 + "3,c,z\n4,d,z\n", 16_384)
    assert len(found[2]) == 30_000
    assert ids(found) == ["3", "4"]
    with patch.object(separated, "MOST", 20_000):
        assert ids(read(HEAD + '1,a,"x\n' + 'n,n,""\n' * 50_000 + "4,d,z\n", 16_384))[-1] == "4"


def test_a_row_and_a_line_are_bounded_and_nothing_of_them_is_dropped():
    with patch.object(separated, "MOST", 1000):
        long = "x" * 4500
        found = read(HEAD + f'1,a,{long}\n2,b,"{"y" * 30}\n' + "3,c,z\n" * 300 + f'4,d,"{long}"\n5,e,z')
    assert ids(found) == ["3"] * 300 + ["5"]
    kept = b"".join(fallen.payload.partition(b"\r\n")[2] for fallen in found[2]).decode()
    assert kept == f'1,a,{long}\n2,b,"{"y" * 30}\n4,d,"{long}"\n'


def test_stretches_are_bounded_by_what_they_hold():
    with patch.object(separated, "_HELD", 4000):
        part = Input("csv")
        sizes = [len(each.numbers) for each in part.stretches(io.BytesIO((HEAD + "1,a,z\n" * 5000).encode()), ("id",), 5000)]
    assert sum(sizes) == 5000
    assert max(sizes) < 1000
