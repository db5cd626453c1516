"""Files of other systems with anything wrong in them: Genesys conversations, rows of NDJSON, Parquet.

Whatever bytes come, a reading raises nothing but the sentence it is meant to; what is sound is kept, and of all else it is told.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.accept import Terms, accept
from ingest.connector import Chunk, Options, Places, connector
from ingest.frame import framed
from ingest.mapping.complaint import MappingError
from ingest.mapping.row import events_of
from ingest.mapping.spec import spec
from tests.arrival_help import KEYS

SAMPLES = Path(__file__).parent / "samples" / "genesys"
TOLD = json.loads((SAMPLES / "response.json").read_text())["conversations"]
TOLD += [json.loads(line) for line in (SAMPLES / "lines.ndjson").read_text().splitlines()]


def deep(levels: int, inner: Any = 1) -> Any:
    """A list in a list in a list."""
    for _ in range(levels):
        inner = [inner] if levels % 2 else {"a": inner}
    return inner


ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**18, 2**64, 10**400, -(10**30), 1e308, "", " ", "x" * 3000, "\ud800", "\x00", "é\u202e", "17",
    [], {}, [None], [[]], {"": ""}, {"a": [1, {"b": None}]}, ["a", 1, None], deep(100), deep(401), deep(600), deep(901),
    "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999-14:00", "0001-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
    "2026-03-02T12:00:00.000+99:99", "2026-03-02T24:00:00.000Z", "٢٠٢٦-٠٣-٠٢T12:00:00Z", "2026-W10-1T12:00:00.000Z",
]  # fmt: skip
DIRT = st.sampled_from([
    b"\xff", b"\x00", b'"', b"{", b"}", b"[", b"]", b",", b"\n", b"\xed\xa0\x80", b"9" * 5000, b"[" * 3000, b'{"a":' * 1200,
])  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a tree."""
    if way:
        yield way
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*way, key))


def put(tree: Any, way: tuple[Any, ...], value: Any) -> None:
    for key in way[:-1]:
        tree = tree[key]
    tree[way[-1]] = value


def spoilt(data: st.DataObject, whole: Any) -> Any:
    """The same with something odd in up to three places, or with a name fewer."""
    tree = deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(list(places(tree))))
        if data.draw(st.integers(0, 4)):
            put(tree, way, deepcopy(data.draw(st.sampled_from(ODD))))
        else:
            holder = tree
            for key in way[:-1]:
                holder = holder[key]
            del holder[way[-1]]
        if not list(places(tree)):
            break
    return tree


def damaged(data: st.DataObject, text: bytes) -> tuple[bytes, list[int]]:
    """Bytes cut off, turned over or put in; and where."""
    at = data.draw(st.integers(1, len(text) - 1))
    how = data.draw(st.sampled_from(["cut", "flip", "flips", "put"]))
    if how == "cut":
        return text[:at], [at]
    if how == "put":
        return text[:at] + data.draw(DIRT) + text[at:], [at]
    spots = [at] if how == "flip" else data.draw(st.lists(st.integers(0, len(text) - 1), min_size=2, max_size=4))
    turned = bytearray(text)
    for each in spots:
        turned[each] ^= 1 << data.draw(st.integers(0, 7))
    return bytes(turned), spots


Told = dict[str, list[str]]  # by position: the ids of its events, and "refused" for each refusal


def verdicts(chunks: Iterable[Chunk]) -> tuple[Told, str]:
    """What became of everything, and all text there is of it."""
    told: Told = {}
    texts = []
    for chunk in chunks:
        made = len(chunk.events) + len(chunk.refused)
        accepted = accept(chunk, lambda _: Terms(), KEYS)
        assert accepted.received == made
        for row, name in enumerate(accepted.table.column("id").to_pylist()):
            told.setdefault(accepted.position(row).partition(",")[0], []).append(name)
            texts.append(name)
        for refusal in accepted.refused:
            assert refusal.expected
            told.setdefault(refusal.position.partition(",")[0], []).append("refused")
            texts.append(refusal.payload.decode("utf-8", "replace"))
    return told, "\n".join(texts)


def genesys(text: bytes) -> tuple[Told, str]:
    return verdicts(connector("genesys").read(io.BytesIO(text), Options()))


RULE: dict[str, Any] = {
    "source": "s", "row": {"kind": "interaction", "id": "id", "revision": "n"}, "time": {"zone": "UTC"},
    "times": {"started": "at", "closed": "of.end"}, "fields": {"channel": "one", "queue": {"column": "two", "lower": True}},
    "keep": {"tail": "tail", "of": "of"},
}  # fmt: skip


def mapped(text: bytes, form: str, rows: int = 3) -> tuple[Told, str]:
    part = spec(RULE | {"input": {"format": form}})

    def chunks() -> Iterator[Chunk]:
        for stretch in part.input.stretches(io.BytesIO(text), part.columns, rows):
            made = events_of(part, stretch)
            yield framed(Chunk(made.events, Places("row", made.rows), len(stretch.numbers) + len(stretch.fallen), made.refused))

    return verdicts(chunks())


def row(number: int) -> dict[str, Any]:
    of = {"end": "2026-01-02T00:00:00Z", "parts": [number, None, {"n": 2}]}
    return {"id": f"m{number}m", "n": 3, "at": "2026-01-01T10:00:00Z", "one": "chat", "two": "Orders", "of": of, "tail": f"m{number}m"}


def conversation(number: int) -> dict[str, Any]:
    """One of the recordings, with a mark of its own wherever it names something."""
    tree = deepcopy(TOLD[number % len(TOLD)])
    for way in places(tree):
        if way[-1] in ("conversationId", "sessionId", "participantId"):
            put(tree, way, f"m{number}m-{'-'.join(map(str, way))}")
    return dict(tree)


def written(records: list[Any], shape: str) -> bytes:
    if shape == "lines":
        return "\n".join(map(json.dumps, records)).encode() + b"\n"
    return json.dumps(records if shape == "list" else {"conversations": records}, indent=1 if shape == "indented" else None).encode()


def neighbours_are_kept(data: st.DataObject, read: Callable[[bytes], tuple[Told, str]], make: Callable[[int], Any], word: str) -> None:
    """One record of three is odd: the others are what they were, and of it there is something."""
    first = data.draw(st.integers(0, 20))
    records = [make(number) for number in range(first, first + 3)]
    shape = data.draw(st.sampled_from(["lines", "list"] + (["wrapped", "indented"] if word == "conversation" else [])))
    whole, _ = read(written(records, shape))
    records[1] = spoilt(data, records[1])
    told, _ = read(written(records, shape))
    for number in (1, 3):
        assert told[f"{word} {number}"] == whole[f"{word} {number}"]
        assert "refused" not in told[f"{word} {number}"]
    assert told.keys() == whole.keys()


def bytes_are_accounted_for(data: st.DataObject, read: Callable[[bytes], tuple[Told, str]], make: Callable[[int], Any]) -> None:
    """Bytes of a file of lines are damaged: lines beyond the next are what they were, and of each that was begun there is something."""
    lines = [json.dumps(make(number)).encode() + b"\n" for number in range(5)]
    text, spots = damaged(data, b"".join(lines))
    told, texts = read(text)
    ends = [sum(map(len, lines[: number + 1])) for number in range(5)]
    hurt = {next(number for number, end in enumerate(ends) if spot < end) for spot in spots}
    cut = len(text) < ends[-1]
    sound = [number for number in range(5) if not {number, number - 1} & hurt and not (cut and number > min(hurt))]
    kept = {name for names in told.values() for name in names}
    for number in sound:
        assert any(f"m{number}m" in name for name in kept), (number, texts)
    for number in range(5):
        if text.count(b"m%dm" % number) > 1:
            assert f"m{number}m" in texts, (number, texts)


CASES = {
    "genesys": (genesys, conversation, "conversation"),
    "ndjson": (lambda text: mapped(text, "ndjson"), row, "row"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=50)
@given(st.data())
def test_a_record_with_odd_values_costs_itself_at_most(name: str, data: st.DataObject) -> None:
    neighbours_are_kept(data, *CASES[name])


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=50)
@given(st.data())
def test_damaged_bytes_cost_what_they_touch(name: str, data: st.DataObject) -> None:
    bytes_are_accounted_for(data, *CASES[name][:2])


@pytest.mark.parametrize("odd", [{"participants": "\ud800"}, {"participants": 1, "x": deep(400)}, {"x": deep(900)}, {"surveys": deep(101)}])
def test_a_conversation_that_nobody_could_walk_through_is_held(odd: dict[str, Any]) -> None:
    told, texts = genesys(written([conversation(0), conversation(1) | odd, conversation(2)], "wrapped"))
    assert {place: "refused" in names for place, names in told.items()} == {
        "conversation 1": False, "conversation 2": True, "conversation 3": False
    }  # fmt: skip
    again, _ = genesys(texts[texts.index("{") :].partition("\n")[0].encode())
    assert again == {"conversation 1": ["refused"]}, "what is held is read as it came"


def test_a_conversation_of_the_last_second_of_all_is_read() -> None:
    text = written([conversation(number) for number in range(5)], "list")
    told, _ = genesys(re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"9999-12-31T23:59:59", text))
    assert len(told) == 5


def parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    made = pa.table({name: [each[name] for each in rows] for name in ("id", "n", "at", "one", "two", "tail")})
    made = made.set_column(3, "one", made["one"].dictionary_encode())
    of = pa.array([{"end": each["of"]["end"]} for each in rows])
    pq.write_table(made.append_column("of", of).append_column("of.end", of.field("end")), out, row_group_size=4)
    return out.getvalue()


def parquet_is_accounted_for(data: st.DataObject) -> None:
    """Pages, or the table of contents behind them, are damaged: each row is read, held, or in a group of which it is told."""
    whole = parquet([row(number) for number in range(12)])
    text, spots = damaged(data, whole)
    contents = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    pages_alone = len(text) == len(whole) and max(spots) < contents and min(spots) >= 4
    try:
        told, texts = mapped(text, "parquet")
    except MappingError:
        if pages_alone:
            raise
        return
    if pages_alone:
        lost = re.findall(r"rows (\d+) to (\d+), damaged", texts)
        covered = {int(place.removeprefix("row ")) for place in told} | {n for a, b in lost for n in range(int(a), int(b) + 1)}
        assert covered == set(range(1, 13))


@settings(max_examples=80)
@given(st.data())
def test_damaged_parquet_costs_the_groups_it_touches(data: st.DataObject) -> None:
    parquet_is_accounted_for(data)


def test_a_row_of_parquet_with_a_cell_that_is_no_value_is_held_and_the_others_are_read() -> None:
    rows = pa.table({
        "id": ["a", "b", "c"], "n": [1, 2, 3], "at": pa.array([0, 2**62, 0], pa.timestamp("us", "UTC")), "one": ["chat"] * 3,
        "two": pa.array([b"x", b"y", b"\xff\xfe"]).view(pa.string()), "tail": ["t"] * 3, "of": ["u"] * 3, "of.end": [None] * 3,
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(rows, out)
    told, texts = mapped(out.getvalue(), "parquet")
    assert {place: names.count("refused") for place, names in told.items()} == {"row 1": 0, "row 2": 1, "row 3": 1}
    assert r"\\xff\\xfe" in texts
    assert str(2**62) in texts


def test_parts_of_a_cell_of_parquet_that_are_no_value_are_held_as_bytes() -> None:
    texts = pa.array([b'"x"', b"\xff\xfe", b'"z"']).view(pa.string())
    rows = pa.table({
        **{name: ["a", "b", "c"] for name in ("id", "one", "of", "of.end")},
        "n": [1, 2, 3], "at": pa.array([0] * 3, pa.timestamp("us", "UTC")),
        "two": pa.ExtensionArray.from_storage(pa.json_(), texts), "tail": pa.ListArray.from_arrays([0, 1, 2, 3], texts),
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(rows, out)
    told, held = mapped(out.getvalue(), "parquet")
    assert told["row 2"] == ["refused"]
    assert len(told) == 3
    assert held.count(r"\\xff\\xfe") == 2


def test_a_category_of_parquet_that_is_no_text_costs_the_rows_that_have_it() -> None:
    texts = pa.array([b"x", b"\xff\xfe", b"z"]).view(pa.string())

    def of(*cells: int | None) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(cells, pa.int32()), texts)

    rows = pa.table({
        **{name: ["a", "b", "c", "d"] for name in ("id", "of")}, "of.end": [None] * 4, "n": [1, 2, 3, 4],
        "at": pa.array([0] * 4, pa.timestamp("us", "UTC")), "one": of(0, 1, 2, None), "two": of(2, 0, 0, 0),
        "tail": pa.ListArray.from_arrays([0, 1, 2, 3, 4], of(0, 0, 1, 2)),
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(rows, out)
    told, held = mapped(out.getvalue(), "parquet")
    assert {place: names.count("refused") for place, names in told.items()} == {"row 1": 0, "row 2": 1, "row 3": 1, "row 4": 0}
    assert held.count(r"\\xff\\xfe") == 2


@pytest.mark.parametrize("read", [lambda text: mapped(text, "ndjson"), genesys])
def test_half_a_character_after_foreign_bytes_costs_its_record(read: Callable[[bytes], tuple[Told, str]]) -> None:
    told, texts = read(b'{"conversationId": "\xff"}\n{"conversationId": "\\ud800"}\n{"conversationId": "x"}\n')
    assert list(told.values()) == [["refused"]] * 3
    assert r"\ud800" in texts


@pytest.mark.long
@settings(max_examples=2_000, derandomize=False)
@given(st.data())
def test_damaged_parquet_at_length(data: st.DataObject) -> None:
    parquet_is_accounted_for(data)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
@settings(max_examples=2_000, derandomize=False)
@given(st.data())
def test_damage_of_any_kind_at_length(name: str, data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        neighbours_are_kept(data, *CASES[name])
    else:
        bytes_are_accounted_for(data, *CASES[name][:2])
