"""Mapped exports: the events of each of the four kinds of row, what cannot be mapped, and files in every format."""

from __future__ import annotations

import csv
import io
import logging
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.accept import Terms, accept
from ingest.connector import Chunk, Options
from ingest.connectors.mapping import HELP, connector
from ingest.job import read as store_all
from ingest.mapping.row import events_of
from ingest.mapping.spec import EXAMPLES, spec
from ingest.quarantine import held, replay, show
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from sql.check import check
from sql.clickhouse import Store

SAMPLES = Path(__file__).parent / "samples" / "mapping"
EXPORTS = {file.stem: file for file in sorted(SAMPLES.iterdir()) if file.suffix != ".toml"}
MINIMAL = 'source = "s"\nrow = { kind = "interaction", id = "id" }\ntime = { zone = "UTC" }\ntimes = { started = "at" }\n'


def read(file: Path | bytes, mapping: Path) -> Chunk:
    whole = Chunk([], [], 0)
    for chunk in connector.read(io.BytesIO(file) if isinstance(file, bytes) else file, Options(mapping)):
        whole.events += chunk.events
        whole.positions += chunk.positions
        whole.refused += chunk.refused
        whole.records += chunk.records
    return whole


def sample(name: str) -> Chunk:
    return read(EXPORTS[name], SAMPLES / f"{name}.toml")


def told(chunk: Chunk) -> list[str]:
    """The events, a line each: position, time of day, type without its family's name, id, and the data."""
    return [
        " ".join([position, e["time"][11:-5], e["type"].removeprefix("interaction."), e["id"], *(f"{k}={v}" for k, v in e["data"].items())])
        for position, e in zip(chunk.positions, chunk.events, strict=True)
    ]


def refused(chunk: Chunk) -> list[tuple[str, str, object]]:
    return [(one.position, one.field, one.value) for one in chunk.refused]


@pytest.fixture
def mapped(tmp_path: Path) -> Any:
    """Read bytes with a mapping given as text."""

    def of(mapping: str, export: bytes) -> Chunk:
        file = tmp_path / "mapping.toml"
        file.write_text(mapping, "utf-8")
        return read(export, file)

    return of


# The four kinds of row ------------------------------------------------------------------------------------------------


def test_a_row_is_one_contact_with_several_instants(caplog: pytest.LogCaptureFixture):
    found = sample("calls")
    assert told(found) == [
        "row 1 08:00:00 started c1/started channel=voice customer=+33100 motive=order queue=orders",
        "row 1 08:00:10 entered_queue c1/entered_queue queue=orders",
        "row 1 08:00:30 left_queue c1/answered/interaction.left_queue queue=orders reason=answered",
        "row 1 08:00:30 accepted c1/answered/interaction.accepted agent=17 queue=orders stint=pbx/calls/c1/1",
        "row 1 08:05:00 released c1/released agent=17 queue=orders stint=pbx/calls/c1/1",
        "row 1 08:05:00 closed c1/closed",
        "row 2 08:01:00 started c2/started channel=voice customer=+33699 motive=other queue=orders",
        "row 2 08:01:10 entered_queue c2/entered_queue queue=orders",
        "row 2 08:02:00 left_queue c2/abandoned queue=orders reason=abandoned",
        "row 5 01:30:00 started c5/started channel=voice motive=return queue=orders",  # 02:30 did not exist that night in Paris
    ]
    assert refused(found) == [("row 4", "times.started", "02/13/2026 09:02:00"), ("row 6", "times.started", "")]
    assert found.records == 6
    assert {e["subject"] for e in found.events} == {"interaction/pbx/calls/c1", "interaction/pbx/calls/c2", "interaction/pbx/calls/c5"}
    assert (found.events[0]["record"], found.events[0]["revision"]) == ("c1", 1_772_438_760_000)
    assert [record.getMessage() for record in caplog.records] == ["pbx/calls: 1 row left out: test call."]


def test_a_row_is_one_event():
    found = sample("orders")
    assert told(found) == [
        "row 1 09:00:00 order.placed 4711/New customer=k-1 amount=1234.5 currency=EUR note=Café",
        "row 2 17:30:00 order.delivered 4711/Shipped customer=k-1 amount=1234.5 currency=EUR",
    ]
    assert found.events[0]["subject"] == "order/4711"
    assert refused(found) == [("row 4", "fields.amount", "much")]


def test_a_row_is_one_stretch_of_work():
    found = sample("segments")
    assert [line for line in told(found) if " s2/" in line] == [
        "row 2 08:00:05 accepted s2/start agent=17 queue=orders stint=pbx/calls/c1/17",
        "row 2 08:01:05 released s2/end stint=pbx/calls/c1/17 agent=17 queue=orders",
    ]
    kinds = [
        e["type"].removeprefix("interaction.")
        for e in sorted(found.events, key=lambda e: (e["time"], e["sequence"]))
        if "c1" in e["subject"]
    ]
    assert kinds == ["rang", "released", "accepted", "released", "held", "released", "accepted", "released", "wrapup_started"]
    assert [e["type"] for e in found.events if e["id"] == "s6/end"] == ["interaction.missed"]
    assert refused(found) == [
        ("row 10", "row", "no row"), ("row 7", "row.phase", "nap"), ("row 8", "times.end", "2026-03-02T07:58:20.000Z"),
        ("row 9", "fields.agent", ""),
    ]  # fmt: skip


def test_a_row_is_one_stretch_of_presence():
    found = sample("presence")
    assert [(e["time"][11:16], e["type"], e["sequence"], e["data"]) for e in found.events if e["subject"] == "agent/anna"] == [
        ("14:00", "agent.state", 1, {"state": "ready"}),
        ("17:00", "agent.signed_out", 0, {}),
        ("17:00", "agent.state", 1, {"state": "lunch"}),  # comes after the sign-out of the same instant
        ("17:30", "agent.signed_out", 0, {}),
    ]
    assert [e["data"] for e in found.events if e["subject"] == "agent/ben"] == [
        {"state": "ready", "domain": "chat"}, {"state": "signed_out", "domain": "chat"},
    ]  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_every_sample_gives_valid_events_the_same_at_every_reading(name: str):
    first, second = sample(name), sample(name)
    assert first == second
    assert len({e["id"] for e in first.events}) == len(first.events)
    personal, keep = connector.terms(Options(SAMPLES / f"{name}.toml"))
    made = accept(Chunk(second.events, second.positions, 0), lambda _: Terms(personal, keep), keys_in(None))
    assert made.refused == []


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_refused_can_be_read_again_and_is_refused_for_the_same_reason(name: str):
    for refusal in sample(name).refused:
        again = read(refusal.payload, SAMPLES / f"{name}.toml")
        assert again.events == []
        assert [(one.field, one.value, one.expected) for one in again.refused] == [(refusal.field, refusal.value, refusal.expected)]


def test_a_corrected_row_is_read():
    wrong = sample("calls").refused[0].payload
    assert [e["id"] for e in read(wrong.replace(b"02/13/2026", b"02/03/2026"), SAMPLES / "calls.toml").events] == ["c4/started"]


def test_what_the_mapping_seals_is_sealed_with_all_that_is_made_of_it():
    personal, keep = connector.terms(Options(SAMPLES / "calls.toml"))
    assert (personal, keep) == (frozenset({"id", "record", "subject", "stint"}), False)
    made = accept(sample("calls"), lambda _: Terms(personal, keep), keys_in(None)).table.to_pylist()
    for row in made:
        assert row["id"].startswith("k1:")
        assert row["record"].startswith("k1:")
        assert row["subject"].startswith("interaction/k1:")
        assert row["stint"].startswith("k1:") or not row["stint"]
        assert row["customer"].startswith("k1:") or not row["customer"]
    assert connector.terms(Options(SAMPLES / "orders.toml")) == (frozenset(), True)


def test_durations_without_instants_are_measured(mapped: Any):
    rule = MINIMAL + 'fields = { agent = "who", talk_s = { column = "minutes", number = { times = 60 } }, wrap_s = "wrap" }\n'
    found = mapped(
        rule.replace("started", 'closed = "end", started'), b"id,at,end,who,minutes,wrap\n1,2026-01-01T10:00,2026-01-01T10:09,a,5,12.5\n"
    )
    measured = next(e for e in found.events if e["type"] == "interaction.measured")
    assert measured["time"] == "2026-01-01T10:09:00.000Z"
    assert measured["data"] == {"stint": "s/1/1", "agent": "a", "talk_s": 300, "wrap_s": 12.5}


def test_promises_and_ratings(mapped: Any):
    rule = MINIMAL.replace("started", 'rated = "at", started') + (
        'fields = { promised_at = "due", score = "stars", scale = { constant = 5 }, instrument = { constant = "csat" }, '
        'automatic = "auto" }\n'
    )
    found = mapped(
        rule, b"id,at,due,stars,auto\n1,2026-01-01T10:00,2026-01-02,4,no\n2,2026-01-01T10:00,,x,no\n3,2026-01-01T10:00,,1,perhaps\n"
    )
    by_type = {e["type"]: e["data"] for e in found.events}
    assert by_type["interaction.classified"] == {"promised_at": "2026-01-02T00:00:00.000Z"}
    assert by_type["feedback.given"] == {"instrument": "csat", "scale": 5, "score": 4}
    assert refused(found) == [("row 2", "fields.score", "x"), ("row 3", "fields.automatic", "perhaps")]


# The help and the mappings that ship ---------------------------------------------------------------------------------


def test_each_example_of_the_help_is_a_mapping_in_force():
    blocks = ["    source" + part.split("\n\n")[0] for part in HELP.split("\n    source")[1:]]
    kinds = [spec(tomllib.loads(block)).kind for block in blocks]
    assert kinds == ["interaction", "event", "work", "presence"]
    assert connector.help == HELP


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_each_mapping_that_ships_is_in_force_and_found_by_its_bare_name(file: Path):
    personal, _ = connector.terms(Options(Path(file.stem)))
    assert personal == frozenset()
    assert spec(tomllib.loads(file.read_text("utf-8"))).source == file.stem


def test_closed_before_opened_is_counted_aloud(caplog: pytest.LogCaptureFixture):
    header = "unique_key,created_date,closed_date,resolution_action_updated_date,source,category,agency_name,neighborhood\n"
    rows = "1,2014-08-16 09:45:26+00:00,2014-08-16 02:00:00+00:00,2014-08-17 00:00:00+00:00,Phone,a,b,\n"
    found = read((header + rows).encode(), Path("sf311"))
    assert [e["time"] for e in found.events] == ["2014-08-16T16:45:26.000Z", "2014-08-16T09:00:00.000Z"]
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "sf311: 1 row closed before started."
    ]


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_skip_that_cannot_be_told_refuses_the_row(mapped: Any):
    rule = MINIMAL + '[[skip]]\nreason = "short"\nwhen = { column = "n", number = true, below = 5 }\n'
    found = mapped(rule, b"id,at,n\n1,2026-01-01,3\n2,2026-01-01,9\n3,2026-01-01,many\n")
    assert [e["id"] for e in found.events] == ["2/started"]
    assert refused(found) == [("row 3", "skip[0].when", "many")]


def test_the_same_rows_in_every_format(tmp_path: Path, mapped: Any):
    rows = [{"id": "1", "at": "2026-01-01T10:00:00", "n": "5"}, {"id": "2", "at": "2026-01-01T11:00:00", "n": None}]
    table = pa.Table.from_pylist(
        [{**row, "at": datetime.fromisoformat(str(row["at"])).replace(tzinfo=UTC), "id": int(str(row["id"]))} for row in rows]
    )
    pq.write_table(table, tmp_path / "x.parquet")
    exports = {
        "csv": b"\xef\xbb\xbfid,at,n\r\n1,2026-01-01T10:00:00,5\r\n\r\n2,2026-01-01T11:00:00,\r\n",
        "tsv": b"id\tat\tn\n1\t2026-01-01T10:00:00\t5\n2\t2026-01-01T11:00:00\t\n",
        "json": b'[{"id": 1, "at": "2026-01-01T10:00:00", "n": 5}, {"id": 2, "at": "2026-01-01T11:00:00"}]',
        "ndjson": b'{"id": 1, "at": "2026-01-01T10:00:00", "n": "5"}\n{"id": 2, "at": "2026-01-01T11:00:00", "n": null}\n',
        "parquet": (tmp_path / "x.parquet").read_bytes(),
    }
    rule = MINIMAL + 'keep = { n = "n" }\n'
    found = [mapped(f'input = {{ format = "{name}" }}\n{rule}', export) for name, export in exports.items()]
    assert told(found[0]) == ["row 1 10:00:00 started 1/started n=5", "row 2 11:00:00 started 2/started"]
    assert all(each.events == found[0].events and each.refused == [] for each in found)
    assert all(mapped(rule, export).events == found[0].events for export in exports.values())


def test_rows_that_cannot_be_read_are_refused_and_stop_nothing(mapped: Any):
    export = b'id,at\n1,2026-01-01\n2\n3,2026-01-01,x\n4,\xff\n5,"2026-01-01"\n6,"2026\n7,2026-01-01\n'
    found = mapped(MINIMAL, export)
    assert [e["id"] for e in found.events] == ["1/started", "5/started", "7/started"]
    assert [(one.position, one.value, one.expected) for one in found.refused] == [
        ("row 2", "1 cells", "2 cells, as the header has"),
        ("row 3", "3 cells", "2 cells, as the header has"),
        ("row 4", "4,?", "text in utf-8"),
        ("row 6", '6,"2026\n', "a row whose quotes are closed: one is opened here, and the file ends before it is closed"),
    ]


def test_a_truncated_json_file_gives_what_is_whole(mapped: Any):
    found = mapped(MINIMAL, b'[{"id": 1, "at": "2026-01-01"}, {"id": 2, "at": "2026-')
    assert [e["id"] for e in found.events] == ["1/started"]
    assert [(one.position, one.expected) for one in found.refused] == [("row 2", "the file to go on: it ends inside a record")]


def test_revisions_and_records(mapped: Any):
    rule = MINIMAL.replace('id = "id"', 'id = "id", revision = "v", record = "r", interaction = "c"')
    found = mapped(
        rule, b"id,at,v,r,c\n1,2026-01-01,7,R,pbx/1\n2,2026-01-01,,,\n3,2026-01-01,-1,,\n4,2026-01-01,1.5,,\n5,2026-01-01,new,,\n6,,7,R,\n"
    )
    assert [(e["subject"], e.get("revision"), e.get("record")) for e in found.events] == [
        ("interaction/pbx/1", 7, "R"), ("interaction/s/2", None, "2"),
    ]  # fmt: skip
    assert [(each.field, each.value) for each in found.refused] == [
        ("row.revision", "-1"), ("row.revision", "1.5"), ("row.revision", "new"), ("times.started", ""),
    ]  # fmt: skip
    assert [(each.record, each.revision) for each in found.refused] == [("", 0)] * 3 + [("R", 7)]  # that revision is short of this row


def test_a_row_that_changes_takes_back_the_instants_it_no_longer_has(store: Store, mapped: Any):
    """Also those of its first export, when it had not changed yet and so had no revision."""
    rule = (
        'source = "s"\nrow = { kind = "interaction", id = "id", revision = { time = "changed" } }\n'
        'time = { zone = "UTC", formats = ["%Y-%m-%d %H:%M:%S"] }\n'
        'times = { started = "at", entered_queue = "at", answered = "took", abandoned = "left" }\n'
        'fields = { queue = { constant = "q" }, agent = "who" }\n'
    )
    head, day = "id,changed,at,took,left,who\n", "2026-01-05"
    writer = Writer(store, keys_in(None))
    for number, row in enumerate((f"1,,{day} 09:00:00,,{day} 09:00:30,", f"1,{day} 10:00:00,{day} 09:00:00,{day} 09:00:40,,a7")):
        found = mapped(rule, f"{head}{row}\n".encode())
        assert not found.refused
        writer.commit([accept(found, lambda _: Terms(), writer.keys)], "mapping", f"export {number}")
    stays = store.rows("SELECT reason, agent FROM stay FINAL")
    assert [(row["reason"], row["agent"]) for row in stays] == [("answered", "a7")]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=25)), max_size=8))
def test_whatever_a_csv_holds_every_row_is_mapped_or_refused(rows: list[tuple[str, str]]):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "at"), *rows])
    part = spec(tomllib.loads(MINIMAL + 'input = { format = "csv" }\n'))
    made = [
        events_of(part, each)
        for each in part.input.stretches(io.BytesIO(text.getvalue().encode("utf-8", "surrogatepass")), part.columns, 3)
    ]
    assert sum(len(each.events) + len(each.refused) for each in made) == len(rows)


def test_a_refused_row_is_held_corrected_and_replayed(store: Store):
    writer, options = Writer(store, keys_in(None)), Options(SAMPLES / "calls.toml")
    first = store_all(connector, [EXPORTS["calls"]], options, writer, Sources(), lambda _: None)
    assert (first.received, first.stored, first.quarantined) == (12, 10, 2)
    line = next(row["line"] for row in held(store) if row["position"] == "row 4")
    corrected = show(store, writer.keys, line).replace(b"02/13/2026", b"02/03/2026")
    again = replay(writer, Sources(), [line], corrected, options)
    assert (again.stored, again.quarantined) == (1, -1)
    assert len(held(store)) == 1
    assert [balance for balance in check(store) if balance.residual] == []


def test_thirty_years_are_stored_and_balance(store: Store, tmp_path: Path):
    start, file = datetime(1996, 1, 1, tzinfo=UTC), tmp_path / "long.csv"
    rows = [f"{n},{(start + timedelta(days=90 * n)).isoformat()}" for n in range(122)]
    file.write_text("id,at\n" + "\n".join(rows) + "\n", "utf-8")
    (tmp_path / "long.toml").write_text(MINIMAL, "utf-8")
    writer = Writer(store, keys_in(None))
    first, again = (store_all(connector, [file], Options(tmp_path / "long.toml"), writer, Sources(), lambda _: None) for _ in range(2))
    assert (first.stored, first.quarantined, again.stored, again.duplicate) == (122, 0, 0, 122)
    assert store.value("SELECT count() FROM interaction FINAL") == 122
    assert [balance for balance in check(store) if balance.residual] == []
