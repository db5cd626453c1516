"""Erasing a person: afterwards nothing holds him, nothing brings him back, and what happened is still counted."""

from __future__ import annotations

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.people import erase, kept
from ingest import erasure
from ingest.accept import Accepted, Terms
from ingest.connector import Refusal
from ingest.forgetting import suppressed
from ingest.quarantine import replay
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.turning import turned
from ingest.writer import Writer
from sql.backup import backup, restore, verified
from sql.check import check
from sql.clickhouse import Store, StoreError
from sql.erase import listed
from sql.ledger.door import PASSING, open_ledger
from sql.rebuild import as_known, content, rebuild
from tests.arrival_help import counts, sent, taken
from tests.conftest import empty
from tests.erasure_help import AT, MARIE, OTHER, event, numbers, original, writer
from tests.halves import _events

__all__ = ["writer"]


def residuals(store: Store) -> list[str]:
    return [balance.name for balance in check(store) if balance.residual]


def test_afterwards_no_table_holds_the_person_and_what_happened_is_still_counted(writer: Writer) -> None:
    store = writer.store
    sent(writer, original())
    before, others = numbers(store), store.value("SELECT count() FROM event WHERE customer = {c:String}", {"c": writer.keys.seal(OTHER)})
    done = erasure.erase(writer, [MARIE])
    assert done.pseudonyms == tuple(sorted([writer.keys.seal(MARIE), writer.keys.seal("card-77")])), "her other id is tied to her"
    assert (done.events, done.whole) == (8, True), done.left
    assert set(done.left) >= {"event", "interaction", "stay", "order", "person", "link", "quarantine", "touch"}
    assert numbers(store) == before
    assert residuals(store) == []
    assert store.value("SELECT count() FROM event WHERE customer = {c:String}", {"c": writer.keys.seal(OTHER)}) == others
    subjects = {row["subject"] for row in store.rows("SELECT DISTINCT subject FROM event WHERE type = 'customer.erased'")}
    assert subjects == {erasure.SHELL}


def test_a_full_replay_of_the_original_files_does_not_bring_her_back(writer: Writer) -> None:
    sent(writer, original())
    erasure.erase(writer, [MARIE])
    before = content(writer.store)
    assert counts(sent(writer, original())) == {"received": 10, "duplicate": 10}
    assert content(writer.store) == before
    assert residuals(writer.store) == []
    assert not any(erasure.stored.left(writer.store, tuple(writer.keys.gone)).values())


def test_what_comes_later_is_stored_without_her(writer: Writer, tmp_path: Path) -> None:
    sent(writer, original())
    erasure.erase(writer, [MARIE])
    later = [event("interaction.started", "interaction/m9", 90, customer=MARIE, channel="chat", direction="inbound"),
             event("customer.profile", f"customer/{MARIE}", 91, segment="gold")]  # fmt: skip
    again = Writer(writer.store, keys_in(tmp_path / "keys"), lambda: AT + timedelta(days=2))
    assert counts(sent(again, later))["stored"] == 2
    assert not any(erasure.stored.left(writer.store, tuple(again.keys.gone)).values())
    assert writer.store.value("SELECT customer FROM interaction FINAL WHERE interaction = 'm9'") == ""
    assert residuals(writer.store) == []


def test_a_backup_from_before_is_restored_without_her(writer: Writer, tmp_path: Path) -> None:
    sent(writer, original())
    backup(writer.store, tmp_path / "backup")
    erasure.erase(writer, [MARIE])
    erased = content(writer.store)
    empty(writer.store)
    restore(writer.store, tmp_path / "backup", verified(writer.store, tmp_path / "backup"))
    keys = keys_in(tmp_path / "keys")
    assert erasure.again(writer.store, keys.gone) == 8
    assert not any(erasure.stored.left(writer.store, tuple(keys.gone)).values())
    assert content(writer.store) == erased


def test_a_rebuild_and_the_past_are_without_her(writer: Writer) -> None:
    sent(writer, original())
    sent(writer, [event("interaction.started", "interaction/x", 50, channel="chat", direction="inbound")])
    moment = AT + timedelta(days=1)
    erasure.erase(writer, [MARIE])
    before = content(writer.store)
    rebuild(writer.store)
    assert content(writer.store) == before
    with as_known(writer.store, moment - timedelta(days=9)) as database:
        found = writer.store.value(f"SELECT count() FROM `{database}`.interaction WHERE customer != '' AND interaction != 'o1'")
    assert found == 0


def test_quarantine_no_longer_holds_her_and_still_counts_its_lines(writer: Writer) -> None:
    accepted = taken(original(), writer.keys)
    bad = [Refusal("line 1", "time", "x", "an instant", f'{{"mail": "{MARIE}"}}'.encode(), "crm"),
           Refusal("line 2", "time", "x", "an instant", b'{"mail": "another"}', "crm")]  # fmt: skip
    writer.commit([Accepted(accepted.table, bad, 12, positions=accepted.positions)], "cloudevents")
    done = erasure.erase(writer, [MARIE])
    assert done.lines == 1
    payloads = [row["payload"] for row in writer.store.rows("SELECT payload FROM quarantine ORDER BY line")]
    assert payloads[0] == ""
    assert b"another" in writer.keys.unlock(payloads[1])
    assert residuals(writer.store) == []
    replay(writer, Sources())  # nothing of it can be replayed


LINES = [f'{{"mail": "{MARIE}"}}', "2026;card-77;x", '{"mail": "another"}']


def with_bad_lines(writer: Writer) -> None:
    accepted = taken(original(), writer.keys)
    bad = [Refusal(f"line {number}", "mail", MARIE, "a time", line.encode(), "crm") for number, line in enumerate(LINES)]
    writer.commit([Accepted(accepted.table, bad, 13, positions=accepted.positions)], "cloudevents")


def held(writer: Writer) -> list[tuple[str, str]]:
    rows = writer.store.rows("SELECT payload, shown FROM quarantine ORDER BY line")
    return [(row["payload"] and writer.keys.unlock(row["payload"]).decode(), row["shown"]) for row in rows]


def test_a_malformed_line_that_names_her_is_counted_and_not_held(writer: Writer) -> None:
    sent(writer, original())
    erasure.erase(writer, [MARIE])
    with_bad_lines(writer)
    assert held(writer)[:2] == [("", "(erased)")] * 2
    assert held(writer)[2][0] == LINES[2]
    assert residuals(writer.store) == []


@pytest.mark.parametrize("road", ["whole", "killed", "keys later"])
def test_a_restored_backup_holds_no_line_of_hers(writer: Writer, tmp_path: Path, road: str) -> None:
    store, folder, ledger = writer.store, tmp_path / "keys", open_ledger(PASSING)
    with_bad_lines(writer)
    backup(store, tmp_path / "backup")
    erase.fulfil(writer, ledger, erase.ask(writer, ledger, "root", [MARIE], ""), [MARIE])
    empty(store)
    if road == "killed":  # before the people who were erased were taken out
        restore(store, tmp_path / "backup", verified(store, tmp_path / "backup"))
    else:
        away = folder.rename(tmp_path / "away") if road == "keys later" else folder
        back = kept.restore(store, tmp_path / "backup", folder, ledger)
        assert (back.rows, back.erased, back.accounts, back.left) == (14, 8, None, False)
        for path in away.iterdir() if away != folder else ():
            path.rename(folder / path.name)
        assert not any(erasure.stored.left(store, tuple(writer.keys.gone)).values())
    again = Writer(store, keys_in(folder, fresh=False))
    assert [text for text, _ in held(again)] == ["", "", LINES[2]]
    assert not any(erasure.stored.left(store, tuple(again.keys.gone)).values())
    assert not erasure.stored.unfinished(store)
    assert residuals(store) == []
    ledger.close()


def test_ids_records_and_subjects_that_were_her_are_replaced_alike_at_rest_and_on_arrival(writer: Writer) -> None:
    terms = Terms(frozenset({"id", "record", "subject", "message", "device", "segment"}))
    told = event("interaction.started", f"interaction/{MARIE}", 1, channel="chat", message=MARIE, device=MARIE, segment=MARIE)
    events = [{**told, "id": MARIE, "record": MARIE}]
    writer.commit([taken(events, writer.keys, terms)], "cloudevents")
    done = erasure.erase(writer, [MARIE])
    assert (done.events, done.whole) == (1, True)
    receipt = writer.commit([taken(events, writer.keys, terms)], "cloudevents")
    assert counts(receipt) == {"received": 1, "duplicate": 1}
    assert residuals(writer.store) == []


def test_erasing_again_changes_nothing_and_an_unknown_person_is_remembered(writer: Writer) -> None:
    sent(writer, original())
    erasure.erase(writer, [MARIE])
    before = content(writer.store)
    assert erasure.erase(writer, [MARIE]).events == 0
    assert erasure.erase(writer, ["nobody@example.com"]).events == 0
    assert content(writer.store) == before
    assert writer.keys.seal("nobody@example.com") in writer.keys.gone


def test_a_crash_between_writing_and_taking_away_is_healed_by_running_again(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(writer, original())
    real = erasure.stored.store_again

    def crash(*arguments: Any) -> None:
        real(*arguments)
        raise RuntimeError("power failed")

    monkeypatch.setattr(erasure.stored, "store_again", crash)
    with pytest.raises(RuntimeError):
        erasure.erase(writer, [MARIE])
    monkeypatch.undo()
    done = erasure.erase(writer, [MARIE])
    assert done.whole
    assert writer.store.value("SELECT count() FROM event") == 10
    assert residuals(writer.store) == []


def test_events_of_others_pass_as_they_are(writer: Writer) -> None:
    plain = taken(copy.deepcopy(list(_events("north"))[:200]), writer.keys).table
    gone = frozenset({writer.keys.seal(MARIE)})
    assert suppressed(plain, gone) is plain
    assert erasure.forget(plain, gone).equals(plain)
    assert erasure.forget(plain, frozenset()) is plain


def test_many_events_are_rewritten_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of a column beyond 2 GiB do not fit in one of Arrow's."""
    keys = keys_in(None)
    table, gone = taken(original(), keys).table, frozenset({keys.seal(MARIE)})
    whole = suppressed(table, gone)
    assert whole is not table
    monkeypatch.setattr("ingest.pseudonym.ROWS", 3)
    assert table.num_rows > 3
    assert suppressed(table, gone).equals(whole)
    after = {name: f"k2:{name.partition(':')[2]}" for name in gone}
    assert turned(table, after).to_pylist() == [
        {name: value.replace(*next(iter(after.items()))) if isinstance(value, str) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def test_what_was_accepted_before_and_committed_after_is_stored_without_her(writer: Writer) -> None:
    accepted = taken(original(), writer.keys)
    erasure.erase(writer, [MARIE, "card-77"])
    writer.commit([accepted], "cloudevents")
    assert not any(erasure.stored.left(writer.store, tuple(writer.keys.gone)).values())
    assert residuals(writer.store) == []


def test_a_pseudonym_in_what_was_said_is_found_however_many_are_erased(writer: Writer) -> None:
    terms = Terms(frozenset({"mail"}), keep=True)
    events = [event("interaction.started", "interaction/d", 1, channel="chat", direction="inbound", mail=MARIE)]
    writer.commit([taken(events, writer.keys, terms)], "cloudevents")
    assert "k1:" in writer.store.value("SELECT data FROM event")
    writer.keys.erase(f"k1:{number:064x}" for number in range(400))
    done = erasure.erase(writer, [MARIE])
    assert (done.events, done.whole) == (1, True)
    later = [event("interaction.started", "interaction/d2", 2, channel="chat", direction="inbound", mail=MARIE)]
    writer.commit([taken(later, writer.keys, terms)], "cloudevents")
    assert not any(erasure.stored.left(writer.store, done.pseudonyms).values())


def test_states_of_the_past_of_another_process_do_not_outlive_an_erasure(writer: Writer) -> None:
    sent(writer, original())
    left = f"{writer.store.database}_known_7"
    writer.store.command(f"CREATE DATABASE `{left}`")
    erasure.erase(writer, [MARIE])
    assert not writer.store.value("SELECT count() FROM system.databases WHERE name = {name:String}", {"name": left})


def test_under_another_key_an_erasure_is_refused(writer: Writer, tmp_path: Path) -> None:
    sent(writer, original())
    keys = keys_in(tmp_path / "keys")
    keys.version = 2
    newer = Writer(writer.store, keys)
    with pytest.raises(ValueError, match="stored under the key k1, and the one in use is k2"):
        erasure.erase(newer, [MARIE])
    assert not keys.gone


@pytest.mark.parametrize("given", [[], [""], ["  "]])
def test_nobody_is_not_erased(writer: Writer, given: list[str]) -> None:
    with pytest.raises(ValueError, match="no identifier was given"):
        erasure.erase(writer, given)


@pytest.mark.parametrize(
    ("payload", "emptied"),
    [
        ('{"customer": "card-77"}', True),  # another identifier of hers
        ('{"subject": "customer/card-77", "time": 1}', True),
        ('{"mail": "marie\\u0040example.com"}', True),  # as JSON may write it
        ('{"note": "call marie@example.com."}', True),
        ('{"customer": "card-777"}', False),
        ("2026;card-77;x", True),
        ("2026;card-777;x", False),
        ("2026;xmarie@example.com;x", False),
    ],
)
def test_quarantine_is_searched_for_every_identifier_and_for_no_part_of_one(writer: Writer, payload: str, emptied: bool) -> None:
    accepted = taken(original(), writer.keys)
    bad = [Refusal("line 1", "time", "x", "an instant", payload.encode(), "crm")]
    writer.commit([Accepted(accepted.table, bad, 11, positions=accepted.positions)], "cloudevents")
    assert erasure.erase(writer, [MARIE]).lines == int(emptied)


def test_a_list_of_whom_to_erase_that_a_server_lost_on_the_way_is_noticed(writer: Writer) -> None:
    store = writer.store
    with pytest.raises(StoreError, match="erase once more"), listed(store, ["k1:a", "k1:b"]):
        store.command("TRUNCATE TABLE erased")
    with listed(store, ["k1:a"]):
        pass
    assert store.value("SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'erased'") == 0
