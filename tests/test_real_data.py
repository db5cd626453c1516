"""The public data on Apogee's own road. They are not part of the project: without them these tests are skipped and say so."""

from __future__ import annotations

import pytest

from sql.clickhouse import Store
from tests.conftest import empty
from tests.real_data import DATA, DOCUMENT, LABELLED, Line, backwards, complaints, conversations, load, report, san_francisco, table

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public data are not there: no folder {DATA.parent.name}/{DATA.name}")


@pytest.fixture(scope="module")
def loaded(engine: Store) -> tuple[Store, dict[str, object]]:
    empty(engine)
    return engine, dict(load(engine, DATA))


def test_everything_read_is_stored_once(loaded):
    _, receipts = loaded
    assert {source: (one.records, one.received, one.stored) for source, one in receipts.items()} == {
        "genesys": (27, 258, 258),
        "sf311": (10_000, 19_630, 19_630),
        "cfpb": (6_623, 6_623, 6_623),
        LABELLED: (10_000, 19_630, 19_630),
    }
    assert all(one.quarantined == one.duplicate == one.conflicts == 0 for one in receipts.values())


def test_every_published_figure_is_met_or_the_difference_is_explained(loaded):
    store, _ = loaded
    lines = [*san_francisco(store), *complaints(store), *conversations(store, DATA)]
    unexplained = [line for line in lines if line.published is not None and not line.agrees and not line.why]
    assert unexplained == []
    assert sum(line.agrees for line in lines) >= 35


def test_the_counts_of_san_francisco(loaded):
    found = {line.what: line.ours for line in san_francisco(loaded[0])}
    assert [found[f"{name}: requests"] for name in ("Phone", "Web", "Mobile/Open311", "Twitter")] == [4865, 4148, 839, 90]
    assert (found["Closed"], found["Open"], found["Closed before they were opened"]) == (9630, 370, 17)
    hours = [
        found[f"{name}: median hours to close, as labelled, backward closings in"] for name in ("Phone", "Web", "Mobile/Open311", "Twitter")
    ]
    assert [round(each, 1) for each in hours] == [285.5, 67.1, 40.2, 162.4]
    assert found["Opened from 8 to 18 on the city's clock, stamps read as local time, %"] > 70


def test_the_seventeen_are_named(loaded):
    store, receipts = loaded
    named = [row["interaction"] for row in backwards(store)]
    assert len(named) == 17
    assert named[0] == "sf311/4256084"
    document = report(store, receipts, DATA)
    assert all(name.removeprefix("sf311/") in document for name in named)
    assert "(`apogee check`): 0." in document
    assert document == DOCUMENT.read_text(encoding="utf-8"), "make docs"


def test_the_conversations_of_genesys(loaded):
    found = {line.what: line.ours for line in conversations(loaded[0], DATA)}
    assert (found["Conversations of 2016, older shape"], found["Conversations of 2021, today's shape"], found["Still open"]) == (25, 2, 1)
    timed = [found[f"conversation1: {part}, s"] for part in ("answered after", "talk", "hold")]
    assert timed == pytest.approx([11.179, 374.561, 544.176], abs=1e-9)


def test_the_complaints(loaded):
    found = {line.what: line for line in complaints(loaded[0])}
    assert all(line.agrees for line in found.values())
    assert found["Answered in time, %"].ours == pytest.approx(98.58, abs=0.005)


def test_a_difference_is_numbered_under_the_table():
    lines = [Line("a", 1, 1), Line("b", 1, 2, why="because"), Line("c", 3, 4, why="because"), Line("d", None, 5)]
    assert table(lines).splitlines()[2:] == [
        "| a | 1 | 1 | same |", "| b | 1 | 2 | differs (1) |", "| c | 3 | 4 | differs (1) |", "| d | – | 5 |  |", "", "1. because",
    ]  # fmt: skip
