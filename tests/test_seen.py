"""The filter of identities: it never denies one that is stored."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql import arrival, seen
from sql.clickhouse import Store
from sql.seen import Seen, Words

identities = st.lists(st.integers(0, 2**128 - 1), max_size=50)


def marks(numbers: list[int]) -> Words:
    return np.array([(number >> 64 & ~0xFFFFFF) | (number & 0xFFFFFF) for number in numbers], np.uint64)


@pytest.fixture
def none(store: Store) -> Seen:
    return Seen(store)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=identities, asked=identities)
def test_what_is_held_is_never_denied(none: Seen, held: list[int], asked: list[int]) -> None:
    none.add(marks(held))
    assert none.perhaps(marks(held)).all()
    assert len(none.perhaps(marks(asked))) == len(asked)


def test_it_is_made_of_what_is_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "_AT_ONCE", 700)  # read in several slices
    store.command("INSERT INTO identity SELECT reinterpretAsUInt128(sipHash128(number)), 1, 1 FROM numbers(5000)")
    stored = store.table(f"SELECT {seen.MARK}, identity FROM identity")
    mark = stored["mark"].to_numpy()
    assert (mark == marks([int.from_bytes(each, "little") for each in stored["identity"].to_pylist()])).all()
    strange = "SELECT {} FROM (SELECT reinterpretAsUInt128(sipHash128(number, 7)) AS identity FROM numbers(5000))"
    made = Seen(store)
    assert made.perhaps(mark).all()
    assert made.perhaps(store.table(strange.format(seen.MARK))["mark"].to_numpy()).mean() < 0.02


def test_what_comes_again_takes_no_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "_MANY", 100)
    numbers = [(number << 88) | (number * 2654435761) for number in range(200)]
    low, high = ([number >> shift & (1 << 64) - 1 for number in numbers] for shift in (0, 64))
    came = pa.table({"low": pa.array(low, pa.uint64()), "high": pa.array(high, pa.uint64()), "mark": marks(numbers)})
    assert arrival._suspects(store, came).num_rows == 0
    left = arrival._seen[store]._left
    assert arrival._suspects(store, came).num_rows == 200
    assert arrival._suspects(store, came.slice(0, 50)).num_rows == 50  # few: looked up whatever the filter says
    assert arrival._seen[store]._left == left


def test_it_is_made_while_a_commit_of_many_is_still_being_read(store: Store) -> None:
    store.command("INSERT INTO identity SELECT reinterpretAsUInt128(sipHash128(number)), 1, 1 FROM numbers(50)")
    arrival.prepare(store)  # as after an opening
    arrival.foresee(store, arrival._MANY - 1)
    assert store not in arrival._seen
    arrival.foresee(store, arrival._MANY)
    made = arrival._seen[store]
    assert made.perhaps(store.table(f"SELECT {seen.MARK} FROM identity")["mark"].to_numpy()).all()
    arrival.foresee(store, 10 * arrival._MANY)
    assert arrival._seen[store] is made


def test_it_tells_when_it_is_full(none: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    none.add(marks(list(range(1000))))
    assert not none.full
    monkeypatch.setattr(none, "_left", 10)
    none.add(marks(list(range(11))))
    assert none.full
    assert none.perhaps(marks(list(range(11)))).all()
