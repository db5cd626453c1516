"""The end of a retention: what is due goes, balances hold, facts equal a rebuild, a replay brings nothing back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.people.keeping import Periods, periods_of, retain, standing
from dashboard.people.rules import Rules
from ingest.accept import Accepted
from ingest.connector import Refusal
from ingest.forgetting import again
from ingest.seal import keys_in
from ingest.writer import Writer
from sql import retention
from sql.backup import backup, restore, verified
from sql.clickhouse import Store, StoreHeld
from sql.folder import BadSettings
from sql.lease import Lease
from sql.ledger import audit, maturity
from sql.ledger.door import PASSING, Ledger, open_ledger
from sql.rebuild import content, rebuild
from tests.arrival_help import counts, sent, taken, unbalanced
from tests.conftest import empty

EDGE = date(2026, 6, 1)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def event(number: int, kind: str, subject: str, day: str, **data: Any) -> dict[str, Any]:
    more = {name: data.pop(name) for name in ("revision", "record") if name in data}
    return {"specversion": "1.0", "id": f"e{number}", "source": "crm", "type": kind, "time": f"{day}T09:00:00Z", "subject": subject,
            "data": data} | more  # fmt: skip


VOICE = {"channel": "voice", "direction": "inbound"}
OLD = [
    event(1, "interaction.started", "interaction/old", "2026-02-03", customer="a", **VOICE),
    event(2, "interaction.closed", "interaction/old", "2026-02-04"),
    event(3, "order.placed", "order/old", "2026-03-03", customer="b", amount=5, currency="EUR", channel="web"),
    event(4, "customer.consent", "customer/gone", "2026-03-03", consent="granted", purpose="marketing"),
    event(5, "agent.signed_in", "agent/a1", "2026-05-31"),
]
KEPT = [
    event(10, "interaction.started", "interaction/long", "2026-05-30", customer="c", **VOICE),
    event(11, "interaction.closed", "interaction/long", "2026-06-02"),
    event(12, "customer.consent", "customer/a", "2026-01-03", consent="granted", purpose="marketing"),  # of somebody still in contact…
    event(13, "interaction.started", "interaction/new", "2026-10-01", customer="a2", **VOICE),
    event(14, "customer.merged", "customer/a", "2026-01-04", into="a2"),  # …under another id of hers
    event(15, "reference.agent", "agent/a1", "2026-01-01", name="A", team="t"),
    event(16, "agent.signed_in", "agent/a1", "2026-06-01"),
    event(17, "decision.taken", "decision/d", "2026-01-01"),
    event(18, "agent.capacity", "agent/a1", "2026-01-02", domain="chat", capacity=3),  # holds until the next one
    event(19, "customer.consent", "customer/c", "2026-01-03", consent="granted", purpose="marketing"),  # named by no later event than e10
]


@pytest.fixture
def writer(store: Store, tmp_path: Path) -> Writer:
    return Writer(store, keys_in(tmp_path / "keys"), lambda: NOW)


@pytest.fixture
def ledger() -> Any:
    opened = open_ledger(PASSING)
    yield opened
    opened.close()


def ids(store: Store) -> set[str]:
    return {row["id"] for row in store.rows("SELECT DISTINCT id FROM event")}


def test_what_is_older_goes_and_what_belongs_together_stays_together(writer: Writer) -> None:
    sent(writer, [*OLD, *KEPT])
    assert retention.due(writer.store, EDGE).events == len(OLD)
    found = retention.retire(writer.store, EDGE)
    assert (found.events, found.first, found.last) == (len(OLD), date(2026, 2, 3), date(2026, 5, 31))
    assert ids(writer.store) == {each["id"] for each in KEPT}
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 2
    assert writer.store.value("SELECT count() FROM `order` FINAL") == 0
    assert unbalanced(writer.store) == []
    before = content(writer.store)
    rebuild(writer.store)
    assert content(writer.store) == before
    assert retention.retire(writer.store, EDGE).events == 0


def test_facts_are_those_of_a_log_that_never_held_it(writer: Writer) -> None:
    sent(writer, KEPT)
    right = content(writer.store)
    empty(writer.store)
    again = Writer(writer.store, writer.keys, lambda: NOW)
    sent(again, [*OLD, *KEPT])
    retention.retire(again.store, EDGE)
    assert content(again.store) == right


def test_a_replay_of_old_files_brings_nothing_back_whatever_its_revision(writer: Writer) -> None:
    sent(writer, [*OLD, *KEPT])
    retention.retire(writer.store, EDGE)
    before = content(writer.store)
    again = counts(sent(writer, [*OLD, *KEPT]))
    assert again == {"received": 15, "duplicate": 15, "stale": len(OLD)}
    later = [event(1, "interaction.started", "interaction/other", "2026-10-09", revision=7, **VOICE), OLD[2] | {"revision": 3}]
    assert counts(sent(writer, [*later, later[0]])) == {"received": 3, "duplicate": 3, "stale": 3}
    assert content(writer.store) == before
    assert unbalanced(writer.store) == []
    fresh = Writer(writer.store, writer.keys, lambda: NOW)
    assert counts(sent(fresh, OLD)) == {"received": 5, "duplicate": 5, "stale": 5}


def test_what_comes_late_and_is_older_is_stored_and_goes_with_the_next_run(writer: Writer) -> None:
    sent(writer, KEPT)
    assert counts(sent(writer, OLD))["stored"] == len(OLD)
    retention.retire(writer.store, EDGE)
    assert ids(writer.store) == {each["id"] for each in KEPT}


def test_a_vendor_record_does_not_come_to_life_in_an_older_revision(writer: Writer) -> None:
    first = event(20, "interaction.started", "interaction/r1", "2026-10-01", record="r", **VOICE)
    second = event(21, "interaction.started", "interaction/r2", "2026-02-01", record="r", revision=1, **VOICE)
    sent(writer, [first])
    sent(writer, [second])
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 1
    sent(writer, [second | {"record": "q", "revision": 3}])
    retention.retire(writer.store, EDGE)
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 0
    assert unbalanced(writer.store) == []
    sent(writer, [first | {"revision": 2}])
    assert writer.store.value("SELECT count() FROM interaction FINAL") == 1, "of its own record it said revision 1, of the other 3"


def test_what_one_event_said_of_several_records_is_all_noted_where_the_writing_was_cut(writer: Writer) -> None:
    store, said = writer.store, event(1, "interaction.started", "interaction/old", "2026-02-03", record="r", revision=1, **VOICE)
    sent(writer, [said])
    sent(writer, [said | {"record": "q", "revision": 2}])
    store.command(f"CREATE TABLE {retention._MARK} (edge Date) ENGINE = MergeTree ORDER BY edge")
    store.command(f"INSERT INTO {retention._MARK} SELECT {{edge:Date}}", {"edge": EDGE})
    row = "1, toUInt64(identity), toUInt64(bitShiftRight(identity, 64)), sipHash64('crm', 'r'), 1"
    of = "SELECT DISTINCT reinterpretAsUInt128(sipHash128(source, id)) AS identity FROM event"
    store.command(f"INSERT INTO retired (batch, low, high, record_hash, revision) SELECT {row} FROM ({of})")
    retention.resume(store)
    assert store.rows("SELECT revision, count() AS times FROM retired GROUP BY revision ORDER BY revision") == [
        {"revision": 1, "times": 1}, {"revision": 2, "times": 1},
    ]  # fmt: skip
    assert unbalanced(store) == []


@pytest.mark.long  # tests/faults kills it there
@pytest.mark.parametrize("step", ["command", "rebuild"])
def test_what_was_interrupted_is_ended_by_the_next_writer(writer: Writer, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    sent(writer, [*OLD, *KEPT])
    store, real = writer.store, Store.command

    def crash(self: Store, sql: str, *more: Any) -> None:
        if sql.startswith("ALTER TABLE event DELETE"):
            raise RuntimeError("power failed")
        real(self, sql, *more)

    if step == "command":
        monkeypatch.setattr(Store, "command", crash)
    else:
        monkeypatch.setattr(retention, "rebuild", lambda _: (_ for _ in ()).throw(RuntimeError("power failed")))
    with pytest.raises(RuntimeError):
        retention.retire(store, EDGE)
    monkeypatch.undo()
    Writer(store, writer.keys, lambda: NOW)
    assert ids(store) == {each["id"] for each in KEPT}
    assert unbalanced(store) == []
    before = content(store)
    rebuild(store)
    assert content(store) == before


def test_a_backup_keeps_what_was_retired_from_coming_back(writer: Writer, tmp_path: Path) -> None:
    sent(writer, [*OLD, *KEPT])
    retention.retire(writer.store, EDGE)
    before = content(writer.store)
    backup(writer.store, tmp_path / "backup")
    empty(writer.store)
    restore(writer.store, tmp_path / "backup", verified(writer.store, tmp_path / "backup"))
    assert content(writer.store) == before
    again = Writer(writer.store, writer.keys, lambda: NOW)
    assert counts(sent(again, OLD))["stale"] == len(OLD)
    assert unbalanced(writer.store) == []


def test_whole_months_go_and_never_before_their_period_has_ended() -> None:
    assert retention.border(date(2026, 11, 20), 30) == date(2026, 10, 1)
    assert retention.border(date(2026, 10, 31), 30) == date(2026, 10, 1)
    for day in (date(2026, 2, 3), date(2026, 1, 31), date(2025, 12, 1)):
        goes = retention.leaves(day, 100)
        assert retention.border(goes, 100) > day >= retention.border(goes - timedelta(days=1), 100)


def held(writer: Writer, ago: int) -> None:
    writer._clock = lambda: NOW - timedelta(days=ago)
    bad = [Refusal("line 1", "time", "x", "an instant", b"secret", "crm")]
    writer.commit([Accepted(taken([], writer.keys).table, bad, 1)], "cloudevents")


def test_the_command_lets_go_of_every_kind_after_showing_what_would_go(writer: Writer, ledger: Ledger) -> None:
    sent(writer, [*OLD, *KEPT])
    held(writer, 10)
    held(writer, 3)
    with ledger.write() as session:
        for days in (1200, 700, 10):
            audit.write(session, "anna", "account.made", "account/1", at=datetime.now(UTC) - timedelta(days=days))
        for days, name in ((500, "old"), (3, "new")):
            at = NOW - timedelta(days=days)
            proof = maturity.Proof(
                entity="", criterion="c", kind="note", title=name, target="see", media="", size=0, digest="", content=None, dated=at.date(),
                by="anna", at=at,
            )  # fmt: skip
            maturity.attach(session, proof)
    periods = Periods(events=170, quarantine=7, audit=1096, evidence=366)
    shown = retain(writer.store, ledger, periods, Rules(), NOW, "command line", dry=True)
    assert shown == {"events": 5, "quarantine": 1, "audit": 1, "tokens": 0, "evidence": 1, "sessions": 0}
    assert ids(writer.store) > {each["id"] for each in KEPT}
    assert retain(writer.store, ledger, periods, Rules(), NOW, "command line") == shown
    payloads = [row["payload"] for row in writer.store.rows("SELECT payload FROM quarantine ORDER BY at")]
    assert [bool(each) for each in payloads] == [False, True]
    with ledger.read() as session:
        assert [each.kind for each in maturity.proofs(session, "")] == ["gone", "note"]
        line = audit.lines(session)[0]
        assert (line.action, line.detail) == ("retention.ended", {"events": 5, "quarantine": 1, "audit": 1, "evidence": 1})
        before = audit.lines(session)[1]
        assert (before.action, before.detail) == ("retention.begun", line.detail), "what is due is written down before it goes"
        assert audit.broken(session) is None
    assert unbalanced(writer.store) == []
    assert not any(retain(writer.store, ledger, periods, Rules(), NOW, "server").values())
    with ledger.read() as session:
        assert len(audit.lines(session)) == 4, "nothing went: no line"
    told = {each.kind: each for each in standing(writer.store, ledger, periods, Rules(), NOW.date())}
    assert told["events"].next == datetime(2026, 12, 18, tzinfo=UTC), "when e16 goes; what is older stays as long as its people are there"
    assert told["events"].oldest == datetime(2026, 1, 3, tzinfo=UTC)
    assert told["quarantine"].next == told["quarantine"].oldest + timedelta(days=7)


def test_a_kind_that_cannot_be_let_go_of_keeps_none_of_the_others(
    writer: Writer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent(writer, OLD)
    held(writer, 10)
    monkeypatch.setattr(retention, "retire", lambda *_: (_ for _ in ()).throw(RuntimeError("power failed")))
    found = retain(writer.store, ledger, Periods(events=170, quarantine=7), Rules(), NOW, "server")
    assert (found["events"], found["quarantine"], found["failed"]) == (0, 1, 1)
    assert "events that outlived their retention were not let go (RuntimeError)" in caplog.text
    with ledger.read() as session:
        assert [(line.action, line.detail) for line in audit.lines(session)] == [
            ("retention.ended", {"quarantine": 1, "failed": 1}), ("retention.begun", {"events": 5, "quarantine": 1}),
        ]  # fmt: skip


def test_whoever_lost_the_right_to_write_retires_and_rebuilds_nothing(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(writer, OLD)

    def lost(_: Lease) -> None:
        raise StoreHeld("lost")

    monkeypatch.setattr(Lease, "check", lost)
    for step in (lambda: retention.retire(writer.store, EDGE), lambda: rebuild(writer.store), lambda: again(writer.store, frozenset())):
        with pytest.raises(StoreHeld):
            step()
    assert ids(writer.store) == {each["id"] for each in OLD}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"event": 3}, "knows events, quarantine, audit, tokens, evidence, not event"),
        ({"events": 0}, "events is a whole number of days, at least 1, or never"),
        ({"events": "soon"}, "events is a whole number of days"),
        ({"audit": 100}, "366 days at least"),
        ({"quarantine": 31}, "30 days at most"),
        ({"quarantine": "never"}, "quarantine is a whole number of days, at least 1."),
    ],
)
def test_a_period_that_cannot_be_meant_is_refused_in_words(told: dict[str, Any], why: str) -> None:
    with pytest.raises(BadSettings, match=why):
        periods_of({"retention": told}, "apogee.toml")


def test_periods_are_those_of_the_settings() -> None:
    assert periods_of({}, "apogee.toml") == Periods()
    assert periods_of({"retention": {"events": 1095, "audit": "never"}}, "apogee.toml") == Periods(events=1095, audit=None)
