"""Genesys Cloud conversations: the events of small recordings, made for these tests, and what happens to those that cannot be read."""

from __future__ import annotations

import copy
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.accept import Terms, accept
from ingest.connector import Chunk, Options
from ingest.connectors.genesys import connector, events_of
from ingest.seal import keys_in

SAMPLES = Path(__file__).parent / "samples" / "genesys"
FILES = sorted(SAMPLES.iterdir())


def read(file: Path | bytes, **settings: str) -> Chunk:
    chunks = list(connector.read(io.BytesIO(file) if isinstance(file, bytes) else file, Options(settings=settings)))
    return Chunk(
        [event for chunk in chunks for event in chunk.events],
        [position for chunk in chunks for position in chunk.positions],
        sum(chunk.records for chunk in chunks),
        [one for chunk in chunks for one in chunk.refused],
    )


def told(events: list[dict[str, Any]], about: str) -> list[str]:
    """The events of one interaction, in order, a line each: time of day, type, and the fields of interest."""
    mine = sorted((e for e in events if e["subject"] == f"interaction/{about}"), key=lambda e: (e["time"], e["sequence"]))
    fields = ("stint", "queue", "reason", "role", "relation", "outcome", "to")
    return [
        " ".join(
            [e["time"][11:].removesuffix(".000Z").removesuffix("Z"), e["type"].removeprefix("interaction."), *_shown(e["data"], fields)]
        )
        for e in mine
    ]


def _shown(data: dict[str, Any], fields: tuple[str, ...]) -> list[str]:
    return [str(data[name]) for name in fields if name in data]


@pytest.fixture(scope="module")
def response() -> Chunk:
    return read(SAMPLES / "response.json")


def test_a_transferred_call(response: Chunk):
    assert told(response.events, "call-transfer") == [
        "09:00:00 started",
        "09:00:20 entered_queue orders",
        "09:00:25 rang a0 orders",
        "09:00:40 missed a0 orders",
        "09:00:44 rang a1 orders",
        "09:00:50 left_queue orders answered",
        "09:00:50.003 accepted a1 orders primary",
        "09:03:00 held a1",
        "09:04:00 resumed a1",
        "09:05:00 entered_queue returns",
        "09:05:00 released a1 orders",
        "09:05:00 linked a1 transfer call-transfer",
        "09:05:00 wrapup_started a1",  # its segment starts 100 ms earlier: talk comes first
        "09:05:30 classified a1 moved",
        "09:05:30 wrapup_ended a1",
        "09:05:35 rang a2 returns",
        "09:05:40 left_queue returns answered",
        "09:05:40 accepted a2 returns primary",
        "09:10:00 released a2 returns",
        "09:10:00 wrapup_started a2",
        "09:10:00 closed",
        "09:10:45 classified a2 refund",
        "09:10:45 wrapup_ended a2",
        "12:00:00 feedback.given returns",
        "12:00:00 feedback.given returns",
    ]


def test_a_bot_hands_off_and_the_customer_gives_up(response: Chunk):
    assert told(response.events, "chat-abandoned") == [
        "10:00:00 started",
        "10:00:30 handed_off",
        "10:00:30 entered_queue orders",
        "10:01:00 rang a3 orders",
        "10:01:10 declined a3 orders",
        "10:02:00 left_queue orders abandoned",
        "10:02:00 closed",
    ]
    started = next(e for e in response.events if e["id"] == "chat-abandoned/started")
    assert started["data"] == {"channel": "messaging", "direction": "inbound", "customer": "ext-7"}


def test_an_outbound_call_with_conference_monitor_and_a_hand_over_outside(response: Chunk):
    assert told(response.events, "call-out") == [
        "11:00:00 started",
        "11:00:00 opened a4",
        "11:00:08 accepted a4 primary",
        "11:01:00 accepted a6 monitor",
        "11:02:00 rang a5",
        "11:02:05 accepted a5 conference",
        "11:04:00 released a6",
        "11:05:00 released a5",
        "11:05:30 escalated external",
        "11:06:00 released a4",
        "11:06:00 wrapup_started a4",  # and still going on
        "11:09:00 closed",
    ]


def test_a_conversation_still_open_with_a_second_channel():
    found = read(SAMPLES / "lines.ndjson").events
    assert told(found, "mail-running") == [
        "12:00:00 started",
        "12:00:00 entered_queue mail",
        "12:30:00 left_queue mail answered",
        "12:30:00 rang a7 mail",
        "12:31:00 accepted a7 mail primary",
        "12:40:00 parked a7",
        "13:00:00 unparked a7",
    ]
    assert told(found, "mail-running~voice") == [
        "12:50:00 started",
        "12:50:00 linked switch mail-running",
        "12:50:00 opened v5",
        "12:50:09 accepted v5 primary",
        "12:55:00 released v5",
    ]


def test_the_older_shape_without_metrics_end_or_two_digit_days():
    found = read(SAMPLES / "lines.ndjson").events
    assert told(found, "old-callback") == [
        "08:00:00 started",
        "08:00:00 entered_queue old",
        "08:00:00.200 rang a8 old",
        "08:00:05.500 left_queue old answered",
        "08:00:05.501 accepted a8 old primary",
        "08:01:00 released a8 old",
        "08:01:00 wrapup_started a8",
        "08:01:00 classified a8 SKIPPED",
        "08:01:00 wrapup_ended a8",
        "08:01:00 closed",
    ]
    started = next(e for e in found if e["id"] == "old-callback/started")
    assert started["time"] == "2016-03-02T08:00:00.000Z"
    assert started["data"] == {"channel": "voice", "mode": "callback", "direction": "outbound", "customer": "+33611111111"}


def test_surveys_are_ratings(response: Chunk):
    given_ = [e["data"] for e in response.events if e["type"] == "feedback.given"]
    assert [(each["instrument"], each["scale"], each["score"]) for each in given_] == [("nps", 10, 9), ("survey", 100, 80)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_recording_gives_valid_events_the_same_at_every_reading(file: Path):
    first, second = read(file), read(file)
    assert first == second
    assert first.refused == []
    ids = [(e["id"], e["subject"]) for e in first.events]
    assert len(set(ids)) == len(ids)
    accepted = accept(read(file), lambda _: Terms(connector.personal), keys_in(None))
    assert accepted.refused == []
    assert accepted.table.num_rows == len(first.events)


def test_the_shape_of_the_file_does_not_matter():
    one = json.loads((SAMPLES / "one.json").read_text())
    wanted = read(SAMPLES / "one.json").events
    shapes = [one, [one], {"conversations": [one]}, {"totalHits": 1, "conversations": [one], "aggregations": []}]
    for shape in shapes:
        for indent in (None, 2):
            assert read(json.dumps(shape, indent=indent).encode()).events == wanted


def test_no_name_and_no_address_is_passed_on_unsealed():
    for file in FILES:
        text = json.dumps([{**e, "data": {k: v for k, v in e["data"].items() if k != "customer"}} for e in read(file).events])
        assert not [word for word in ("Camille", "Durand", "336", "33700", "example") if word.lower() in text.lower()]


def test_a_later_export_has_a_higher_revision_and_the_same_ids():
    now = json.loads((SAMPLES / "one.json").read_text())
    later = copy.deepcopy(now)
    later["participants"][2]["sessions"][0]["segments"][2] |= {"segmentEnd": "2026-03-02T13:20:00.000Z", "disconnectType": "client"}
    closed = {**copy.deepcopy(later), "conversationEnd": "2026-03-02T13:20:00.000Z"}  # the same instant once more: still later
    revisions = [events_of(each, "g")[0]["revision"] for each in (now, later, closed)]
    assert revisions == sorted(set(revisions))
    ids = [{e["id"] for e in events_of(each, "g")} for each in (now, later, closed)]
    assert ids[0] < ids[1] < ids[2]
    assert all(e["record"] == "mail-running" for e in events_of(closed, "g"))


def test_the_source_can_be_named():
    assert {e["source"] for e in read(SAMPLES / "one.json", source="genesys/eu").events} == {"genesys/eu"}


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"conversationId": 7}, "conversationId", "a text"),
        ({"conversationId": ""}, "conversationId", "a text"),
        ({"conversationStart": None}, "conversationStart", "an instant such as"),
        ({"conversationStart": "yesterday"}, "conversationStart", "an instant such as"),
        ({"conversationStart": "2026-02-30T00:00:00.000Z"}, "conversationStart", "an instant such as"),
        ({"conversationEnd": 12}, "conversationEnd", "an instant such as"),
        ({"participants": None}, "participants", "a list"),
        ({"participants": ["x"]}, "participants[0]", "an object"),
        ({"participants": [{"sessions": {}}]}, "participants[0].sessions", "a list"),
        ({"participants": [{"sessions": [3]}]}, "participants[0].sessions[0]", "an object"),
        ({"participants": [{"sessions": [{"segments": [{"segmentType": "x"}]}]}]},
         "participants[0].sessions[0].segments[0].segmentStart", "an instant such as"),
        ({"participants": [{"sessions": [{"segments": [], "sessionId": "s"}]}]}, "participants[0].sessions[0].mediaType", "a text"),
        (
            {"participants": [{"sessions": [{"sessionId": "s", "mediaType": "m", "segments": [
                {"segmentType": "hold", "segmentStart": "2026-01-02T00:00:00Z", "segmentEnd": "2026-01-01T00:00:00Z"}]}]}]},
            "participants[0].sessions[0].segments[0].segmentEnd", "an instant not before segmentStart",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_path(change: dict[str, Any], where: str, expected: str):
    good = {"conversationId": "c", "conversationStart": "2026-01-01T00:00:00.000Z", "participants": []}
    found = read(json.dumps([good, {**good, **change}, {**good, "conversationId": "d"}]).encode())
    assert [e["subject"] for e in found.events] == ["interaction/c", "interaction/d"]
    assert found.records == 3
    (refusal,) = found.refused
    assert (refusal.position, refusal.field, refusal.whole) == ("conversation 2", where, True)
    assert refusal.expected.startswith(expected)
    assert read(refusal.payload).refused[0].field == where  # what is kept can be read again


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        (b'{"conversations": [{"conversationId": "c"', "conversation 1, from line 1", "the file to go on: it ends inside a record"),
        (b'{"conversations": [', "conversation 1, from line 1", "the file to go on"),
        (b"not JSON", "conversation 1, from line 1", "a value, not n"),
        (b'{"conversationId": NaN}', "conversation 1, from line 1", "JSON (a number, not NaN)"),
        (b'{"conversationId": "\xff"}', "conversation 1, from line 1", "UTF-8 text"),
        (b"[" * 100_000, "conversation 1, from line 1", "a record that is not nested so deep"),
        (b"3", "conversation 1", "an object with conversationId"),
    ],
)
def test_text_that_is_no_conversation_is_refused_in_words(text: bytes, position: str, expected: str):
    (refusal,) = read(text).refused
    assert refusal.position == position
    assert refusal.expected.startswith(expected)


def test_a_broken_line_does_not_stop_the_others():
    good = (SAMPLES / "lines.ndjson").read_bytes().splitlines()
    found = read(b"\n".join([good[0], b'{"conversationId": oops}', good[1]]))
    assert found.records == 3
    assert found.positions[0] == "conversation 1"
    assert found.positions[-1] == "conversation 3"
    assert [(one.position, one.expected) for one in found.refused] == [("conversation 2, from line 2", "a value, not o")]


def test_an_empty_file_has_no_conversation():
    assert read(b"") == Chunk([], [], 0)
    assert read(b'{"conversations": []}') == Chunk([], [], 0)


_instants = st.integers(0, 3_600_000)
_segments = st.lists(
    st.tuples(st.sampled_from(["alert", "interact", "hold", "wrapup", "dialing", "parked", "system"]), _instants, st.integers(0, 600_000)),
    max_size=6,
)


@given(st.lists(st.tuples(st.sampled_from(["customer", "agent", "acd", "user", "external", "ivr", "botflow"]), _segments), max_size=6))
def test_any_conversation_gives_valid_events_in_which_no_agent_works_longer_than_the_segments(people):
    def stamp(at: int) -> str:
        return datetime.fromtimestamp(1_772_000_000 + at / 1000).astimezone().isoformat(timespec="milliseconds")

    conversation = {
        "conversationId": "any",
        "conversationStart": stamp(0),
        "participants": [
            {
                "purpose": purpose,
                "userId": f"u{n}",
                "sessions": [
                    {
                        "sessionId": f"s{n}",
                        "mediaType": "voice",
                        "segments": [
                            {"segmentType": kind, "segmentStart": stamp(at), "segmentEnd": stamp(at + lasts), "queueId": "q"}
                            for kind, at, lasts in parts
                        ],
                    }
                ],
            }
            for n, (purpose, parts) in enumerate(people)
        ],
    }
    found = events_of(conversation, "g")
    chunk = Chunk(copy.deepcopy(found), [""] * len(found), 1)
    assert accept(chunk, lambda _: Terms(), keys_in(None)).refused == []
    over = any(kind != "wrapup" for _, parts in people for kind, _, _ in parts)
    assert sum(e["type"] == "interaction.closed" for e in found) == over
    assert len({e["id"] for e in found}) == len(found)
    for n, (_, parts) in enumerate(people):
        assert worked(found, f"s{n}") <= covered([(at, at + lasts) for kind, at, lasts in parts if kind != "system"])


PHASES = {"rang": True, "accepted": True, "opened": True, "unparked": True, "resumed": True, "held": True, "wrapup_started": True,
          "parked": False, "released": False, "declined": False, "missed": False, "wrapup_ended": False}  # fmt: skip


def worked(events: list[dict[str, Any]], stint: str) -> int:
    """Milliseconds of a stint in any phase, by the words of docs/events.md."""
    mine = [e for e in events if e["data"].get("stint") == stint and e["type"].removeprefix("interaction.") in PHASES]
    mine.sort(key=lambda e: (e["time"], e["sequence"]))
    at = [round(datetime.fromisoformat(e["time"]).timestamp() * 1000) for e in mine]
    on = [PHASES[e["type"].removeprefix("interaction.")] for e in mine]
    return sum(after - before for before, after, busy in zip(at, at[1:], on, strict=False) if busy)


def covered(spans: list[tuple[int, int]]) -> int:
    """Milliseconds covered by at least one span."""
    total, until = 0, -1
    for start, end in sorted(spans):
        total += max(0, end - max(start, until))
        until = max(until, end)
    return total
