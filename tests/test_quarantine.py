"""Quarantine: held, shown masked, encrypted at rest, corrected and replayed; the balance stays true throughout."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from dashboard.serve import telling
from ingest.accept import Terms
from ingest.connector import Options, Refusal
from ingest.quarantine import NoSuchLine, StillWrong, held, replay, show
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from metrics.detail import contact
from metrics.query import Scope
from sql.clickhouse import Store
from sql.derive import content, rebuild
from tests.arrival_help import KEYS, counts, sent, taken, unbalanced, winners
from tests.event_strategy import event

PERSON = "marie.curie@example.org"
BAD = event(id="bad", time="yesterday", data={"customer": PERSON, "channel": "chat"})


@pytest.fixture
def writer(store: Store) -> Writer:
    return Writer(store, KEYS)


def whole(writer: Writer, store: Store) -> list[str]:
    """Everything any table holds, as text. Views hold nothing of their own."""
    names = [row["name"] for row in store.rows("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'View'")]
    return [str(row) for name in names for row in store.rows(f"SELECT * FROM `{name}`")]


def test_no_person_is_readable_anywhere(writer: Writer, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    people = [f"person-{number}-{PERSON}" for number in range(6)]
    with caplog.at_level(logging.DEBUG):
        sent(writer, [
            event(id="1", data={"customer": people[0], "channel": "chat"}),
            event("customer.merged", id="2", subject=f"customer/{people[1]}", data={"into": people[2]}),
            event("customer.merged", id="3", subject=f"customer/{people[3]}", data={"into": people[4]}, time="bad"),
            event(id="4", source=people[5] + "\n", data={"customer": people[5]}),
            event("customer.profile", id="2", subject=f"customer/{people[0]}"),
        ])  # fmt: skip
        replay(writer, Sources())
    stored = "\n".join([*whole(writer, store), caplog.text])
    assert "curie" not in stored
    assert stored.count("k1:") > 5
    assert "k1:" in store.value("SELECT customer FROM event WHERE id = '1'")


def test_sources_declare_what_else_is_personal(writer: Writer, store: Store) -> None:
    terms = Terms(frozenset({"id", "record", "email", "agent", "subject"}), keep=True)
    secret = {"email": PERSON, "nested": {"list": [{"email": [PERSON]}]}, "agent": PERSON, "channel": "chat"}
    made = taken([event(id=PERSON, record=PERSON, subject=f"interaction/{PERSON}", data=secret)], writer.keys, terms)
    assert "curie" not in str(made.table.to_pylist())
    writer.commit([made], "cloudevents")
    assert "curie" not in "\n".join(whole(writer, store))
    assert store.value("SELECT subject FROM event").startswith("interaction/k1:")


def test_held_and_masked(writer: Writer, store: Store) -> None:
    sent(writer, [event(id="ok"), BAD], file="mail.ndjson")
    [line] = held(store)
    assert line.pop("at").tzinfo is not None
    assert line == {
        "line": (1 << 24), "connector": "cloudevents", "file": "mail.ndjson", "position": "line 2", "source": "test", "field": "time",
        "shown": "ye… (9 characters)", "expected": "an instant such as 2026-11-21T09:00:04.120Z, with its offset, from 1970 to 2099",
    }  # fmt: skip
    assert held(store, [line["line"]])
    assert held(store, [5]) == []
    assert msgspec.json.decode(show(store, writer.keys, 1 << 24)) == BAD


def test_the_payload_is_encrypted_at_rest_and_expires(writer: Writer, store: Store) -> None:
    sent(writer, [BAD])
    payload = store.value("SELECT payload FROM quarantine")
    assert PERSON not in payload
    assert "interaction" not in payload
    assert payload.startswith("gAAAA")  # Fernet: AES with an HMAC
    made = "SELECT create_table_query FROM system.tables WHERE name = 'quarantine' AND database = currentDatabase()"
    assert "TTL toDateTime(at) + toIntervalDay(30)" in store.value(made)


def test_another_key_says_so(writer: Writer, store: Store) -> None:
    sent(writer, [BAD])
    stranger = Writer(store, keys_in(None))
    with pytest.raises(ValueError, match="encrypted with another key: start with the key folder"):
        show(store, stranger.keys, 1 << 24)
    with pytest.raises(ValueError, match="another key"):
        replay(stranger, Sources(), [1 << 24])
    assert replay(stranger, Sources()).stored == 0  # of all lines, those that can be read
    assert len(held(store)) == 1


@pytest.mark.parametrize(("shown", "why"), [("(erased)", "named somebody who was erased"), ("(expired)", "is kept is over")])
def test_a_line_of_which_nothing_is_kept_says_why(writer: Writer, store: Store, shown: str, why: str) -> None:
    sent(writer, [BAD])
    store.command(f"ALTER TABLE quarantine UPDATE payload = '', shown = '{shown}' WHERE 1", settings={"mutations_sync": 2})
    with pytest.raises(ValueError, match=f"only counted: .*{why}"):
        show(store, writer.keys, 1 << 24)
    with pytest.raises(ValueError, match=f"only counted: .*{why}"):
        replay(writer, Sources(), [1 << 24])
    assert counts(replay(writer, Sources())) == {}
    assert len(held(store)) == 1


def test_what_is_still_wrong_stays(writer: Writer, store: Store) -> None:
    sent(writer, [BAD])
    said: list[str] = []
    assert counts(replay(writer, Sources(), tell=said.append)) == {}
    assert counts(replay(writer, Sources(), [1 << 24], tell=said.append)) == {}
    assert said[0] == "Lines that stay held: 1. `apogee quarantine list` shows why."
    assert said[1].startswith("Line 16777216 stays held. The payload is refused again: time is ye… (9 characters); expected an instant")
    for payload, told in (
        (b"not json", "cannot be read: "),
        (b"[" * 100_000, "cannot be read: "),
        (b"{}", "refused again: specversion is (nothing); expected one of 1.0."),
        (msgspec.json.encode(BAD), "refused again: time is ye… (9 characters); expected an instant"),
    ):
        with pytest.raises(StillWrong, match=re.escape(told)):
            replay(writer, Sources(), [1 << 24], payload)
    assert len(held(store)) == 1
    assert unbalanced(store) == []


def test_corrected_and_replayed_is_a_transition(writer: Writer, store: Store) -> None:
    sent(writer, [event(id="ok"), BAD])
    right = BAD | {"time": "2026-11-20T09:00:00Z"}
    told = replay(writer, Sources(), [1 << 24], msgspec.json.encode(right))
    assert counts(told) == {"stored": 1, "quarantined": -1}
    assert held(store) == []
    assert [row["id"] for row in winners(store)] == ["bad", "ok"]
    assert store.value("SELECT sum(received) FROM batch") == 2
    assert unbalanced(store) == []
    assert store.value("SELECT count() FROM interaction FINAL") == 1
    assert store.value("SELECT sum(length(payload)) FROM quarantine WHERE state = 'stored'") == 0
    with pytest.raises(NoSuchLine, match="quarantine list"):
        replay(writer, Sources(), [1 << 24])
    with pytest.raises(NoSuchLine):
        show(store, writer.keys, 1 << 24)


def test_a_correction_may_turn_out_to_be_of_another_source_or_known_already(writer: Writer, store: Store) -> None:
    sent(writer, [event(id="known"), BAD, BAD | {"id": 7}])
    first, second = (row["line"] for row in held(store))
    assert counts(replay(writer, Sources(), [first], msgspec.json.encode(event(id="known")))) == {"duplicate": 1, "quarantined": -1}
    other = msgspec.json.encode(event(source="elsewhere"))
    assert counts(replay(writer, Sources(), [second], other)) == {"stored": 1, "quarantined": -1}
    assert unbalanced(store) == []


def test_a_moved_subject_needs_the_right_one(writer: Writer, store: Store) -> None:
    sent(writer, [event(), event(subject="interaction/2")])
    [line] = held(store)
    assert "replaying the whole event" in line["expected"]
    with pytest.raises(StillWrong, match="refused again"):  # what is held is sealed: taken for an event it would be sealed twice
        replay(writer, Sources(), [line["line"]], show(store, writer.keys, line["line"]))
    with pytest.raises(StillWrong, match=r"stays held\. Its event names another subject"):
        replay(writer, Sources(), [line["line"]], msgspec.json.encode(event(subject="interaction/3")))
    assert counts(replay(writer, Sources(), [line["line"]], msgspec.json.encode(event(revision=4)))) == {
        "stored": 1, "corrected": 1, "quarantined": -1
    }  # fmt: skip
    assert unbalanced(store) == []


def message(name: Any, revision: int, **more: Any) -> dict[str, Any]:
    data = {"author": "customer"} | more
    return event("interaction.message", id=name, subject="interaction/1", record="r", revision=revision, data=data)


def standing(store: Store) -> list[tuple[str, int]]:
    """The events of the contact that hold, told by their channel, with their revisions: in the facts as many as on its page."""
    found = contact(store, Scope.all(), "1")
    assert found is not None
    assert store.value("SELECT sum(messages_in) FROM interaction FINAL") == len(found.events)
    return sorted((each.channel, each.revision) for each in found.events)


FORMER = [message(name, 1, channel=name) for name in "abc"]
SHORT = [message("a", 2, channel="a"), message("b", 2, channel="b", direction="sideways")]  # the vendor has no c any more


@pytest.mark.parametrize("sendings", [[FORMER, SHORT], [[SHORT[1]], SHORT[:1], FORMER], [SHORT[:1], FORMER, SHORT[1:]]])
def test_a_record_of_which_an_event_was_refused_leaves_that_event_as_it_was(
    writer: Writer, store: Store, sendings: list[list[dict[str, Any]]]
) -> None:
    for each in sendings:
        sent(writer, each)
    assert standing(store) == [("a", 2), ("b", 1)]
    before = content(store)
    rebuild(store)
    assert content(store) == before
    [line] = held(store)
    replay(writer, Sources(), [line["line"]], msgspec.json.encode(message("b", 2, channel="b")))
    assert standing(store) == [("a", 2), ("b", 2)]
    assert unbalanced(store) == []


def test_where_the_id_cannot_be_read_either_nothing_is_taken_back_until_it_is_settled(writer: Writer, store: Store) -> None:
    sent(writer, FORMER)
    sent(writer, [SHORT[0], message(7, 2, channel="b")])
    assert standing(store) == [("a", 2), ("b", 1), ("c", 1)]
    [line] = held(store)
    replay(writer, Sources(), [line["line"]], msgspec.json.encode(message("b", 2, channel="b")))
    assert standing(store) == [("a", 2), ("b", 2)]
    assert unbalanced(store) == []


def test_a_refusal_is_over_when_the_event_comes_by_another_way_or_the_record_goes_on(writer: Writer, store: Store) -> None:
    sent(writer, [*FORMER, *SHORT, event("interaction.message", id="b", subject="interaction/2", record="r", revision=3)])  # one moved too
    assert standing(store) == [("a", 2), ("b", 1)]
    sent(writer, [message("b", 2, channel="b")])
    assert standing(store) == [("a", 2), ("b", 2)]
    sent(writer, [message("c", 4, channel="c")])
    assert standing(store) == [("c", 4)]
    assert unbalanced(store) == []


def test_a_vendors_record_is_read_again_by_its_connector(writer: Writer, store: Store) -> None:
    made = taken([])
    made.refused.append(Refusal("line 3", "event", "{", "one JSON object a line", b'{"specversion":', whole=True))
    writer.commit([made], "cloudevents", "f")
    [line] = held(store)
    with pytest.raises(StillWrong, match="holds no event"):
        replay(writer, Sources(), [line["line"]], b"\n")
    both = b"\n".join(msgspec.json.encode(event(id=name)) for name in "xy")
    assert counts(replay(writer, Sources(), [line["line"]], both, Options())) == {"received": 1, "stored": 2, "quarantined": -1}
    assert unbalanced(store) == []


def test_what_a_sender_wrote_is_never_read_as_parameters(writer: Writer, store: Store) -> None:
    made = taken([])
    made.refused.append(Refusal("p", "f", "v", "e", b"days = 1\nseed = 4", whole=True))
    writer.commit([made], "demo", "f")
    assert counts(replay(writer, Sources())) == {}
    [line] = held(store)
    for payload in (None, b"days = 1"):
        with pytest.raises(ValueError, match="demo reads parameters"):
            replay(writer, Sources(), [line["line"]], payload)
    assert store.value("SELECT count() FROM event") == 0


def test_many_lines_and_lines_of_one_payload(writer: Writer, store: Store) -> None:
    """A contract that grew: what it refused before is taken now. More lines than one step reads, some of them the same event."""
    wrong = [event(id=str(number % 150), sequence=-1) for number in range(450)]
    sent(writer, wrong)
    assert len(held(store)) == 450
    fixed: dict[str, Any] = {}

    def unlock(token: str) -> bytes:
        given = msgspec.json.decode(KEYS.unlock(token))
        return msgspec.json.encode(given | {"sequence": 1} | fixed)

    class Grown:
        """The same keys, over payloads whose flaw is none any more."""

        def __getattr__(self, name: str) -> Any:
            return unlock if name == "unlock" else getattr(KEYS, name)

    writer.keys = Grown()
    told = replay(writer, Sources())
    assert counts(told) == {"stored": 150, "duplicate": 300, "quarantined": -450}
    assert held(store) == []
    assert unbalanced(store) == []


def test_the_screens_are_told_of_a_replay_and_of_nothing_else(writer: Writer, store: Store) -> None:
    sent(writer, [BAD])
    right = msgspec.json.encode(BAD | {"time": "2026-11-20T09:00:00Z"})

    def perform(words: Sequence[str], _: str) -> dict[str, Any]:
        return {"out": len(held(store)) if words == ["list"] else replay(writer, Sources(), [1 << 24], right).as_dict()}

    told: list[bool] = []
    performed = telling(perform, writer, lambda: told.append(True))
    assert (performed(["list"], "/"), told) == ({"out": 1}, [])
    assert performed(["replay"], "/")["out"]["stored"] == 1
    assert told == [True]


def test_a_corrected_payload_goes_with_one_line(writer: Writer) -> None:
    with pytest.raises(NoSuchLine, match="exactly one"):
        replay(writer, Sources(), [], b"{}")
    with pytest.raises(NoSuchLine, match="exactly one"):
        replay(writer, Sources(), [1, 2], b"{}")
