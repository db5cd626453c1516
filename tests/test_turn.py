"""Turning the key of pseudonyms: the same customer stays the same, counts stay, the erased stay erased, the old key is no more."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.people import erase, turn
from dashboard.people.kept import restore
from ingest import turning
from ingest.accept import Accepted, Terms
from ingest.connector import Refusal
from ingest.seal import keys_in, links_in
from ingest.writer import Writer
from sql import private
from sql.backup import BadBackup, backup
from sql.clickhouse import Store
from sql.failpoint import POINTS
from sql.ledger import erasure
from sql.ledger import turn as kept
from sql.ledger.door import Ledger
from sql.rebuild import content, rebuild
from tests.arrival_help import counts, sent, taken, unbalanced
from tests.conftest import empty
from tests.erasure_help import AT, MARIE, OTHER, event, ledger, numbers, original, writer

__all__ = ["ledger", "writer"]

ERASED = "gone@example.com"


def customers(store: Store) -> list[int]:
    """How many customers the facts know, and how many people."""
    asked = "SELECT uniqExact(customer) AS n FROM interaction FINAL WHERE customer != ''"
    return [int(store.value(asked)), int(store.value("SELECT count() FROM person"))]


def shell() -> list[dict[str, Any]]:
    return [event("interaction.started", "interaction/g", 40, customer=ERASED, channel="chat", direction="inbound")]


def filled(writer: Writer, ledger: Ledger) -> tuple[Any, list[int]]:
    """A log of three people, one of whom was erased before his events came."""
    erase.ask(writer, ledger, "root", [ERASED], "DSR-1")
    erase.remember(writer.keys, ledger)
    sent(writer, [*original(), *shell()])
    return numbers(writer.store), customers(writer.store)


def proven(writer: Writer, before: Any) -> None:
    """After a turn: the same figures, nothing under the old key, and the original files are duplicates."""
    store = writer.store
    assert (numbers(store), customers(store)) == before
    assert not any(value for value in turning.turn.left(store, 1).values())
    assert unbalanced(store) == []
    facts = content(store)
    assert counts(sent(writer, [*original(), *shell()])) == {"received": 11, "duplicate": 11}
    assert content(store) == facts


def test_linked_as_they_are_seen_again_then_the_old_key_is_destroyed(writer: Writer, ledger: Ledger, tmp_path: Path) -> None:
    before = filled(writer, ledger)
    old = (tmp_path / "keys" / "seal.key").read_bytes()
    turn.begin(writer.keys, ledger, "root")
    assert turning.standing(writer.store, writer.keys).linked == 0
    sent(writer, original())  # a replay is a list of everybody in it
    found = turning.standing(writer.store, writer.keys)
    assert (found.names, found.linked, found.erased, found.behind) == (3, 3, 0, 0), "who was erased by his identifier needs no link"
    assert (numbers(writer.store), customers(writer.store)) == before, "nothing changes until it is finished"
    made = turn.finish(writer, ledger, "root")
    assert (made.before, made.after, made.linked, made.behind, made.erased_behind, made.events) == (1, 2, 3, 0, 0, 9)
    assert made.certificate == erasure.digest(made.told())
    proven(writer, before)
    for path in (tmp_path / "keys").iterdir():
        assert old not in path.read_bytes(), path.name
        assert b"k1:" not in path.read_bytes(), path.name
    with ledger.read() as session:
        assert not any("k1:" in name for name in erasure.gone(session))
    again = Writer(writer.store, keys_in(tmp_path / "keys", fresh=False), lambda: AT + timedelta(days=2))
    assert again.keys.version == 2
    facts = content(again.store)
    rebuild(again.store)
    assert content(again.store) == facts
    later = [event("interaction.started", "interaction/n1", 60, customer=MARIE, channel="voice", direction="inbound"),
             event("interaction.started", "interaction/n2", 61, customer=ERASED, channel="voice", direction="inbound")]  # fmt: skip
    sent(again, later)
    assert customers(again.store) == before[1], "the same customer is the same, and who was erased is nobody"
    done = erase.fulfil(again, ledger, erase.ask(again, ledger, "root", [MARIE], ""), [MARIE])
    assert (done.events, done.whole) == (9, True), "the new key finds everything of hers"


def test_from_a_list_of_identifiers_at_once(writer: Writer, ledger: Ledger, tmp_path: Path) -> None:
    before = filled(writer, ledger)
    said = SimpleNamespace(what="begin", file=None, leave_behind=False)
    turn.carry_out(writer, ledger, said, StringIO())
    with pytest.raises(turning.NotTurned, match="3 pseudonyms are not known under the new key yet"):
        turn.finish(writer, ledger, "root")
    (tmp_path / "list").write_text(f"{MARIE}\ncard-77\r\n{OTHER}\n\nnobody\n", encoding="utf-8")
    out = StringIO()
    turn.carry_out(writer, ledger, SimpleNamespace(what="link", file=str(tmp_path / "list"), leave_behind=False), out)
    assert json.loads(out.getvalue()) == {
        "before": 1, "after": 2, "names": 3, "linked": 3, "erased": 0, "erased_linked": 0, "behind": 0,
    }  # fmt: skip
    again = Writer(writer.store, keys_in(tmp_path / "keys", fresh=False))  # links outlive the process
    out = StringIO()
    assert turn.carry_out(again, ledger, SimpleNamespace(what="finish", file=None, leave_behind=False), out) == 0
    assert json.loads(out.getvalue())["linked"] == 3
    proven(again, before)


def test_who_is_left_behind_stays_counted_and_nobody_finds_him_again(writer: Writer, ledger: Ledger) -> None:
    before = filled(writer, ledger)
    turn.begin(writer.keys, ledger, "root")
    turning.link(writer.keys, [MARIE, "card-77"])
    made = turn.finish(writer, ledger, "root", leave_behind=True)
    assert (made.linked, made.behind) == (2, 1)
    assert (numbers(writer.store), customers(writer.store)) == before
    assert unbalanced(writer.store) == []
    assert erase.fulfil(writer, ledger, erase.ask(writer, ledger, "root", [OTHER], ""), [OTHER]).events == 0


def test_an_erased_person_known_by_a_pseudonym_alone_is_linked_or_said_to_be_left_behind(writer: Writer, ledger: Ledger) -> None:
    sent(writer, original())
    erase.fulfil(writer, ledger, erase.ask(writer, ledger, "root", [MARIE], ""), [MARIE])  # card-77 is known by the log only
    turn.begin(writer.keys, ledger, "root")
    found = turning.standing(writer.store, writer.keys)
    assert (found.names, found.erased, found.erased_linked) == (1, 1, 0)
    turning.link(writer.keys, [OTHER])
    with pytest.raises(turning.NotTurned, match="0 in the log, 1 of erased people"):
        turn.finish(writer, ledger, "root")
    sent(writer, original())  # replayed while both keys are there
    made = turn.finish(writer, ledger, "root")
    assert made.erased_behind == 0
    assert counts(sent(writer, original())) == {"received": 10, "duplicate": 10}
    assert not any(erase.stored.left(writer.store, tuple(writer.keys.gone)).values())


def test_sealed_ids_records_data_and_held_events_are_written_anew(writer: Writer, ledger: Ledger) -> None:
    terms = Terms(frozenset({"id", "record", "message", "device", "mail"}), keep=True)
    said = event("interaction.started", "interaction/d", 1, channel="chat", message=MARIE, device=MARIE, mail=MARIE)
    events = [{**said, "id": MARIE, "record": MARIE}]
    accepted = taken(events, writer.keys, terms)
    moved = [{**events[0], "subject": "interaction/moved"}]
    bad = [Refusal("line 1", "time", "x", "an instant", b"plain", "crm")]
    writer.commit([Accepted(accepted.table, bad, 2, positions=accepted.positions)], "cloudevents")
    writer.commit([taken(moved, writer.keys, terms)], "cloudevents")
    turn.begin(writer.keys, ledger, "root")
    turning.link(writer.keys, [MARIE])
    turn.finish(writer, ledger, "root")
    row = writer.store.rows("SELECT id, record, message, device, data FROM event")[0]
    name = writer.keys.seal(MARIE)
    assert name.startswith("k2:")
    assert row == {"id": name, "record": name, "message": name, "device": name, "data": json.dumps({"mail": name}, separators=(",", ":"))}
    payloads = [writer.keys.unlock(each["payload"]) for each in writer.store.rows("SELECT payload FROM quarantine ORDER BY line")]
    assert payloads[0] == b"plain"
    assert name.encode() in payloads[1]
    assert b"k1:" not in payloads[1]
    assert counts(writer.commit([taken(events, writer.keys, terms)], "cloudevents")) == {"received": 1, "duplicate": 1}
    assert unbalanced(writer.store) == []


SOON = ("turn.after_exchange", "turn.after_ledger", "turn.after_key")  # the rest with the long tests


@pytest.mark.parametrize(
    "point", [pytest.param(name, marks=[] if name in SOON else pytest.mark.long) for name in POINTS if name.startswith("turn.")]
)
def test_interrupted_anywhere_it_is_ended_by_whoever_comes_next(
    writer: Writer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, point: str
) -> None:
    before = filled(writer, ledger)
    turn.begin(writer.keys, ledger, "root")
    sent(writer, original())

    def crash(name: str) -> None:
        if name == point:
            raise RuntimeError("power failed")

    for module in (turn, turning, turning.turn):
        monkeypatch.setattr(module, "failpoint", crash)
    with pytest.raises(RuntimeError):
        turn.finish(writer, ledger, "root")
    monkeypatch.undo()
    keys = keys_in(tmp_path / "keys", fresh=False)
    if keys.finishing:
        with pytest.raises(ValueError, match="has not ended"):
            Writer(writer.store, keys)
    assert turn.interrupted(keys, ledger)
    made = turn.complete(writer.store, keys, ledger, "root")
    assert (made.state, made.linked, made.events, made.by) == (kept.DONE, 3, 9, "root")
    assert not turn.interrupted(keys, ledger)
    with ledger.read() as session:
        known = erasure.gone(session)
    assert known, "whom the ledger knows as erased it knows under the new key…"
    assert not any("k1:" in name for name in known), "…alone"
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["door.key", "erased", "seal.key", "vault.key"]
    proven(Writer(writer.store, keys_in(tmp_path / "keys", fresh=False), lambda: AT + timedelta(days=2)), before)


def died(*_: Any) -> None:
    raise RuntimeError("power failed")


def test_a_decision_that_died_before_it_stood_links_nobody(writer: Writer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(writer, original())
    turn.begin(writer.keys, ledger, "root")
    with monkeypatch.context() as patched:
        patched.setattr(private, "put", died)
        with pytest.raises(RuntimeError):
            turn.finish(writer, ledger, "root", leave_behind=True)
    assert turning.standing(writer.store, writer.keys).behind == 3, "nobody is known by a random pseudonym"
    turning.link(writer.keys, [MARIE])
    turn.give_up(writer.keys, ledger, "root")
    assert not (turning.folder_of(writer.keys) / "links").exists()


def test_links_of_a_key_that_is_no_more_and_lines_that_were_torn_count_for_nothing(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, links = writer.keys, turning.folder_of(writer.keys) / "links"
    turning.begin(keys)
    turning.link(keys, [MARIE])
    with monkeypatch.context() as patched:
        patched.setattr(private, "settle", died)  # after the first file is gone
        with pytest.raises(RuntimeError):
            turning.give_up(keys)
    assert not links.exists(), "the key may stand without links, never the links without their key"
    links.write_text(f"k1:{'0' * 64} k2:{'0' * 64}\n", encoding="ascii")
    (links.parent / "next.key").unlink()
    turning.begin(keys)
    assert list(links_in(links)) == []
    turning.link(keys, [MARIE])
    with links.open("a", encoding="ascii") as file:
        file.write(f"k1:{'1' * 64} k2:{'2' * 9}")  # torn
    turning.link(keys, [OTHER])
    assert [before for before, _ in links_in(links)] == [keys.seal(MARIE), keys.seal(OTHER)]


def test_a_backup_from_before_a_turn_is_refused(writer: Writer, ledger: Ledger, tmp_path: Path) -> None:
    filled(writer, ledger)
    backup(writer.store, tmp_path / "backup")
    turn.begin(writer.keys, ledger, "root")
    turn.finish(writer, ledger, "root", leave_behind=True)
    empty(writer.store)
    with pytest.raises(BadBackup, match="This backup is of the key k1"):
        restore(writer.store, tmp_path / "backup", tmp_path / "keys", ledger)
    assert not writer.store.value("SELECT count() FROM event"), "nothing of it lies in the store"


def test_what_cannot_be_turned_is_said(writer: Writer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(turning.NotTurned, match="There is no new key"):
        turn.finish(writer, ledger, "root")
    turn.begin(writer.keys, ledger, "root")
    with pytest.raises(turning.NotTurned, match="there already"):
        turn.begin(writer.keys, ledger, "root")
    turn.give_up(writer.keys, ledger, "root")
    assert writer.keys.following is None
    assert writer.keys.version == 1
    with ledger.read() as session:
        assert [each.state for each in kept.every(session)] == [kept.GIVEN_UP]
    monkeypatch.setenv("APOGEE_SEAL_KEY", "x" * 40)
    with pytest.raises(turning.NotTurned, match="APOGEE_SEAL_KEY"):
        turn.begin(writer.keys, ledger, "root")
