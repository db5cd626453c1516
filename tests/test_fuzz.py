"""Whatever bytes come: a run never stops, what is received is accounted for, nothing is lost, and memory stays bounded."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.accept import Terms, accept
from ingest.connector import Options, connector
from ingest.connectors import cloudevents
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.arrival_help import KEYS, counts, unbalanced
from tests.event_strategy import event

GOOD = json.dumps(event(data={"channel": "chat", "customer": "é"}), ensure_ascii=False).encode()
LINES = st.sampled_from([
    GOOD, GOOD[:-1], GOOD[:40], GOOD + GOOD, b" " + GOOD + b" ", GOOD + b"\r", b"", b"\r", b"   ", b"null", b"17", b'"text"', b"[]", b"{}",
    b"[1,2]", b"\xff\xfe\x00", GOOD.replace(b"chat", b"ch\xffat"), GOOD.replace(b"chat", b"\\ud800"), GOOD.replace(b"chat", b"\\u0000"),
    GOOD.replace(b'"1.0"', b"1.0"), b'{"a":' * 600 + b"1" + b"}" * 600, b"[" * 3000, b'{"data":{"x":' + b"9" * 400 + b"}}", b"NaN",
    b"\xef\xbb\xbf" + GOOD,
    GOOD.replace(b"chat", b"x" * 2000), b'{"specversion":"1.0","specversion":"1.0"}',
    GOOD.replace(b'"data"', b'"data.channel":"voice","data"'),
    b"# comment", b"a,b,c", b"\x00" * 10, GOOD.replace(b"e1", b"e2"),
])  # fmt: skip
BARE = st.sampled_from([b"{}", b"{ }", b"{}\r", b'{"data":{}}', b'{"data":null}', b'{"data":{"x":1}}', b'{"":""}', b'{"id":"a"}', b"{}{}"])
CORPUS = [
    b"", b"\n", b"\n\n\n", b" ", b"\xef\xbb\xbf", b"[]", b"[", b"]", b"{", b"[{}]", b"[,]", b"[" + GOOD + b"]", b"[" + GOOD + b"," + GOOD,
    b"[" + GOOD + b",\n{broken,\n" + GOOD + b"]", b"[" + GOOD + b"]trailing", b"\xef\xbb\xbf[" + GOOD + b"]", b"  \n [" + GOOD + b"\n]\n",
    GOOD, GOOD + b"\n", b"\xef\xbb\xbf" + GOOD, GOOD + b"\r\n" + GOOD + b"\r\n", b"[" * 100_000,
    b'{"a":' * 100_000, b'{"a":"' + b"x" * 2_000_000,
    b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\x00" * 100_000, b"\xff" * 70_000, b"[" + b"1," * 50_000 + b"1]",
    b'[{"a":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}]',
]  # fmt: skip


def read(text: bytes) -> list[Any]:
    return [accept(chunk, lambda _: Terms(), KEYS) for chunk in connector("cloudevents").read(io.BytesIO(text), Options())]


@settings(max_examples=120)
@given(
    st.lists(LINES | st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=12) | st.lists(BARE, max_size=4), st.booleans()
)
@example([GOOD] * 3 + [GOOD.replace(b"chat", b"ch\xffat")], True)
@example([b"{}"] * 1000, True)
def test_lines_are_all_accounted_for(lines: list[bytes], end: bool) -> None:
    text = b"\n".join(lines) + (b"\n" if end else b"")
    results = read(text)
    start = text.removeprefix(b"\xef\xbb\xbf")[:65_536].lstrip()
    if start[:1] == b"[" or start.partition(b"\n")[0].strip() == b"{":
        return  # a list, or laid out over lines: below
    expected = sum(1 for line in text.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip())
    assert sum(each.received for each in results) == sum(each.records for each in results) == expected
    places = [refusal.position for each in results for refusal in each.refused]
    assert len(set(places)) == len(places)
    for each in results:
        for refusal in each.refused:
            assert refusal.expected
            assert refusal.payload
        for row in range(each.table.num_rows):
            assert each.position(row) not in places


@pytest.mark.parametrize("indent", [1, 2, "\t"])
@pytest.mark.parametrize("events", [1, 3])
def test_an_event_laid_out_over_lines_is_one_event(indent: int | str, events: int) -> None:
    text = "\n".join(json.dumps(event(id=str(number), data={"channel": "chat"}), indent=indent) for number in range(events))
    results = read(text.encode())
    assert [sum(each.received for each in results), sum(each.table.num_rows for each in results)] == [events, events]


def test_of_events_laid_out_over_lines_a_broken_one_is_one_refusal() -> None:
    good = json.dumps(event(), indent=2)
    [result] = read("\n".join([good.replace('"1.0",', '"1.0"'), good]).encode())
    assert [(each.position, each.field) for each in result.refused] == [("event 1, line 1", "event")]
    assert (result.received, result.table.num_rows) == (2, 1)


def test_a_first_line_that_is_cut_off_costs_that_line_only() -> None:
    results = read(GOOD[:40] + b"\n" + GOOD + b"\n" + GOOD.replace(b"e1", b"e2"))
    assert [refusal.position for each in results for refusal in each.refused] == ["line 1"]
    assert sum(each.table.num_rows for each in results) == 2


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_corpus(text: bytes) -> None:
    results = read(text)
    assert sum(each.received for each in results) == sum(each.records for each in results)
    if GOOD in text:
        assert sum(each.table.num_rows for each in results) == text.count(GOOD)
    if text.strip(b"\n \xef\xbb\xbf") not in (b"", b"[]"):
        assert sum(each.received for each in results) >= 1


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_cut_or_dirty_list_keeps_what_is_sound(dirt: bytes, cut: int) -> None:
    text = b"[" + GOOD + b",\n" + GOOD.replace(b"e1", b"e2") + b",\n" + dirt + b"]"
    results = read(text[: len(text) - cut] if cut else text)
    if cut < len(dirt):
        assert sum(each.table.num_rows for each in results) >= 2 or b'"' in dirt
    assert sum(each.received for each in results) == sum(each.records for each in results)


def test_a_whole_run_of_rubbish_is_balanced(store: Store) -> None:
    chance = random.Random(3)
    lines = [GOOD.replace(b"e1", str(number).encode()) for number in range(300)]
    for place in chance.sample(range(300), 120):
        at = chance.randrange(len(lines[place]))
        lines[place] = lines[place][:at] + bytes([chance.choice([0, 34, 92, 125, 200, 255])]) + lines[place][at + 1 :]
    writer = Writer(store, KEYS)
    total = writer.commit(read(b"\n".join(lines)), "cloudevents", "rubbish")
    assert total.received == total.records == 300
    assert total.residual == 0
    assert total.quarantined > 60
    assert unbalanced(store) == []
    assert counts(writer.commit(read(b"\n".join(lines)), "cloudevents", "rubbish"))["duplicate"] == total.stored


class Endless(io.RawIOBase):
    """A line without end, made while it is read; then one good line."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left, self.tail = size, b"\n" + GOOD + b"\n"

    def read(self, size: int = -1) -> bytes:
        given_, self.left = min(size, self.left), self.left - min(size, self.left)
        if given_:
            return b"x" * given_
        found, self.tail = self.tail, b""
        return found


def test_a_line_without_end_takes_no_more_memory_than_a_block() -> None:
    tracemalloc.start()
    results = [accept(chunk, lambda _: Terms(), KEYS) for chunk in connector("cloudevents").read(Endless(300 << 20), Options())]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(each.table.num_rows, len(each.refused)) for each in results if each.received] in ([(1, 1)], [(0, 1), (1, 0)])
    assert results[0].refused[0].expected == f"at most {cloudevents.MOST_LINE} bytes a line"
    assert peak < 5 * cloudevents.BYTES
