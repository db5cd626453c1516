"""The accept test: the same verdict on every road, and for everything refused the field, the value, the place and what was expected."""

from __future__ import annotations

import copy
import io
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ingest.explain as explain_module
from ingest.accept import Accepted, Terms, accept, payload
from ingest.connector import Chunk, Options, connector
from ingest.decode import unrolled
from ingest.event import DATA, ENVELOPE, MOST_DEPTH, TYPES
from ingest.explain import explain
from ingest.frame import framed
from ingest.seal import keys_in, masked
from tests.conftest import usually
from tests.event_strategy import TIME, anything, event, nearly

KEYS = keys_in(None)
APART = {field.name for field in DATA if field.column or field.personal or field.name == "promised_at"}  # not kept as JSON, or not as given
DROP, KEEP = Terms(), Terms(keep=True)


def taken(events: list[Any], terms: Terms = DROP) -> Accepted:
    chunk = Chunk(copy.deepcopy(events), [f"line {number}" for number in range(1, len(events) + 1)], len(events))
    return accept(chunk, lambda _: terms, KEYS)


def wire(events: list[Any], terms: Terms = DROP) -> list[Accepted]:
    """The same events by way of their text and the connector, which may read them as columns."""
    lines = b"\n".join(map(orjson.dumps, events)) + b"\n"
    return [accept(chunk, lambda _: terms, KEYS) for chunk in connector("cloudevents").read(io.BytesIO(lines), Options())]


# One verdict ----------------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.lists(anything, max_size=6), st.booleans())
@example([event(specversion="")], False)
@example([event(data={"channels": [[[[[[[[[1]]]]]]]]]})], False)
@example([event(data={"score": 10**400}), event(sequence=-1), event()], True)
def test_fast_and_obvious_agree(events: list[Any], keep: bool) -> None:
    result = taken(events, KEEP if keep else DROP)
    wrong = [f"line {number}" for number, each in enumerate(events, 1) if explain(each) is not None]
    assert [refusal.position for refusal in result.refused] == wrong
    assert result.table.num_rows == len(events) - len(wrong)
    assert not [refusal for refusal in result.refused if refusal.field == "event" and "contract" in refusal.expected]
    assert [explain(each)[:1] for each in events if explain(each)] == [(refusal.field,) for refusal in result.refused]


def _jsonable(value: Any) -> bool:
    try:
        return len(orjson.dumps(value)) > 0
    except (TypeError, ValueError):
        return False


@settings(max_examples=120)
@given(st.lists(nearly().filter(_jsonable), max_size=8), st.booleans(), st.booleans())
@example([event(data={"blob": "x" * 17000})] * 3, False, False)
@example([{**event(), "data.channel": "voice"}] * 3, True, False)
@example([event(data={'a"b': "c"})] * 3, True, False)
@example([event(data={"email": "x" * 9000, "phone": "y" * 9000})] * 3, True, True)
def test_every_road_gives_the_same_rows(events: list[Any], keep: bool, seal: bool) -> None:
    terms = Terms(frozenset({"email", "agent"}) if seal else frozenset(), keep)
    careful, roads = taken([orjson.loads(orjson.dumps(each)) for each in events], terms), wire(events, terms)
    assert [each.position for road in roads for each in road.refused] == [each.position for each in careful.refused]
    rows = [row for road in roads for row in road.table.to_pylist()]
    assert [_full(row) for row in rows] == [_full(row) for row in careful.table.to_pylist()]


@settings(max_examples=120)
@given(st.lists(nearly().filter(lambda each: isinstance(each.get("data"), dict)), min_size=1, max_size=8), st.booleans(), st.booleans())
@example([event(data={"hours": {"mon": []}, "channel": "voice"}), event("feedback.given")], True, True)
@example([event(data={"x" * 70: "y", "email": "z"}), event(data={"email": 5})], True, True)
@example([event(sequence=1.5), event()], False, False)
def test_made_events_as_columns_give_the_same_rows(events: list[Any], keep: bool, seal: bool) -> None:
    terms = Terms(frozenset({"email", "agent"}) if seal else frozenset(), keep)
    events = [*events, *(event(id=f"right {number}") for number in range(40))]  # with too many that are doubted it does not pay
    chunk = Chunk(copy.deepcopy(events), [f"line {number}" for number in range(1, len(events) + 1)], len(events))
    made = framed(chunk)
    careful, quick = taken(events, terms), accept(made, lambda _: terms, KEYS)
    assert [(each.position, each.field) for each in quick.refused] == [(each.position, each.field) for each in careful.refused]
    assert [_full(row) for row in quick.table.to_pylist()] == [_full(row) for row in careful.table.to_pylist()]
    assert made.frame is None or repr(chunk.events) == repr(events)  # they may be sent again: nothing is taken out of them


def _full(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in ("", False, 0, None)}


def test_the_columns_road_is_taken_and_doubts_single_rows() -> None:
    events = [event(id=str(number), data={"channel": "voice"}) for number in range(500)]
    events[7]["data"]["channel"] = "a\tb"
    events[9]["time"] = "2026-02-30T00:00:00Z"
    text = b"\n".join(map(orjson.dumps, events))
    chunks = list(connector("cloudevents").read(io.BytesIO(text), Options()))
    assert all(chunk.frame is not None for chunk in chunks)
    results = [accept(chunk, lambda _: DROP, KEYS) for chunk in chunks]
    refused = [(each.position, each.field) for result in results for each in result.refused]
    assert refused == [("line 8", "data.channel"), ("line 10", "time")]
    ids = [name for result in results for name in result.table["id"].to_pylist()]
    assert ids == [str(number) for number in range(500) if number not in (7, 9)]


@pytest.mark.parametrize("name", ["agent", "customer"])
@pytest.mark.parametrize("terms", [DROP, Terms(frozenset({"agent", "customer"}))], ids=["plain", "sealed"])
def test_bytes_that_are_not_utf8_are_refused_on_their_line_alone_after_many_good_ones(name: str, terms: Terms) -> None:
    """More good lines than are looked at to learn their shape: the others are read as columns, by a reader that takes any bytes."""
    lines = [orjson.dumps(event(id=str(number), data={"channel": "chat", "agent": "a", "customer": "é"})) for number in range(2000)]
    bad = orjson.dumps(event(id="bad", data={"channel": "chat", name: "x!y"})).replace(b"!", b"\xff")
    lines.insert(1500, bad)
    assert sum(map(len, lines[:1500])) > 2 * 65_536
    chunks = list(connector("cloudevents").read(io.BytesIO(b"\n".join(lines)), Options()))
    results = [accept(chunk, lambda _: terms, KEYS) for chunk in chunks]
    refused = [refusal for chunk in chunks for refusal in chunk.refused] or [each for result in results for each in result.refused]
    assert [each.position for each in refused] == ["line 1501"]
    ids = [one for result in results for one in result.table["id"].to_pylist()]
    assert ids == [str(number) for number in range(2000)]


@settings(max_examples=60)
@given(st.lists(nearly(), min_size=1, max_size=5))
def test_accepted_rows_carry_exactly_what_was_given(events: list[Any]) -> None:
    good = [each for each in events if explain(each) is None]
    table = taken(events, KEEP).table
    assert table.num_rows == len(good)
    for row, given_ in zip(table.to_pylist(), good, strict=True):
        data = given_.get("data") or {}
        for field in (*ENVELOPE, *DATA):
            value = (given_ if field in ENVELOPE else data).get(field.name)
            sealed = field.personal or (field.name == "subject" and str(value).startswith("customer/"))
            if field.column and field.name != "time" and not sealed and field.name in row:
                assert row[field.name] == (value or type(row[field.name])())
        rest = json.loads(row["data"] or "{}")
        for name, value in data.items():
            if value is not None and name not in APART and "customer" not in str(value) and "into" not in str(value):
                assert rest[name] == orjson.loads(orjson.dumps(value))  # what is no JSON number is null
        assert row["type_rank"] == [kind.name for kind in TYPES].index(given_["type"])
        assert row["day"] == row["time"].date()


def test_undeclared_fields_are_dropped_unless_kept() -> None:
    given_ = event(data={"basket": "b1", "by": "bot", "nested": {"a": [1]}, "nothing": None})
    assert json.loads(taken([given_]).table["data"][0].as_py()) == {"by": "bot"}
    assert json.loads(taken([given_], KEEP).table["data"][0].as_py()) == {"basket": "b1", "by": "bot", "nested": {"a": [1]}}


def test_many_undeclared_names_that_few_events_have_are_joined_row_by_row() -> None:
    """Each event has other ones, so that no two share a pattern."""
    dice = random.Random(7)
    said = [{f"name-{number}": f"é{number}" for number in dice.sample(range(90), 9)} for _ in range(300)]
    roads = wire([event(id=str(number), data=each) for number, each in enumerate(said)], KEEP)
    texts = [text for road in roads for text in road.table["data"].to_pylist()]
    assert texts == [orjson.dumps(each, option=orjson.OPT_SORT_KEYS).decode() for each in said]


def test_one_dict_shared_by_two_events_is_whole_in_both() -> None:
    shared = {"channel": "chat", "queue": "q"}
    chunk = Chunk([event(id="1", data=shared) | {"data": shared}, event(id="2") | {"data": shared}], ["line 1", "line 2"], 2)
    assert accept(chunk, lambda _: DROP, KEYS).table["queue"].to_pylist() == ["q", "q"]


def test_nothing_at_all() -> None:
    assert taken([]).table.num_rows == 0
    assert taken([None]).table.num_rows == 0


def test_instants_of_any_offset_are_utc_to_the_millisecond() -> None:
    table = taken([event(time="2026-11-21T10:00:04.1209+01:00"), event(time="2026-11-20T23:30:00-09:30")]).table
    assert [str(each) for each in table["time"].to_pylist()] == ["2026-11-21 09:00:04.120000+00:00", "2026-11-21 09:00:00+00:00"]
    promised = taken([event(data={"promised_at": "2026-11-21T10:00:00+01:00"})]).table["data"][0].as_py()
    assert json.loads(promised) == {"promised_at": "2026-11-21T09:00:00.000Z"}


@usually(30)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 30)),  # noqa: DTZ001 - the offset comes beside it
            st.sampled_from(["", ".5", ".12", ".120", ".999", ".1209", ".123456789"]), st.integers(-719, 839),
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_instants_are_those_of_the_standard_library_cut_to_the_millisecond(said: list[tuple[datetime, str, int]]) -> None:
    """A column of instants of few digits is read otherwise than one in which any has more."""
    texts, meant = [], []
    for at, digits, offset in said:
        sign, (hour, minute) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
        texts.append(f"{at:%Y-%m-%dT%H:%M:%S}{digits}{f'{sign}{hour:02}:{minute:02}' if offset else 'Z'}")
        ms = int(digits[1:4].ljust(3, "0"))
        meant.append(at.replace(microsecond=ms * 1000, tzinfo=UTC) - timedelta(minutes=offset))
    table = taken([event(id=str(number), time=text) for number, text in enumerate(texts)]).table
    assert dict(zip(table["id"].to_pylist(), table["time"].to_pylist(), strict=True)) == {
        str(number): at for number, at in enumerate(meant)
    }


# Forty-odd bad inputs -------------------------------------------------------------------------------------------------

INSTANT = "an instant such as 2026-11-21T09:00:04.120Z, with its offset, from 1970 to 2099"
COUNT = "a whole number from 0 to 18446744073709551615"
NUMBER = "a number of at most 15 digits before the point"
ABOUT = "interaction/ and a name, as interaction.started is about one interaction"
DIRECTION = "one of inbound, outbound, internal"
STINT = "a line of text of at most 500 bytes: interaction.accepted needs it"
ZONE = "the name of an IANA time zone, such as Europe/Paris"
HOURS = 'opening hours such as {"mon":[["09:00","12:30"],["22:00","06:00"]]}'
DAYS = 'a list of days such as ["2026-12-25"]'
BAD: list[tuple[Any, str, str, str]] = [
    (3, "event", "3…", "a JSON object"),
    ("text", "event", "te… (4 characters)", "a JSON object"),
    (None, "event", "(nothing)", "a JSON object"),
    ([event()], "event", "a list of 1", "a JSON object"),
    ({}, "specversion", "(nothing)", "one of 1.0"),
    (event(specversion="0.3"), "specversion", "0.… (3 characters)", "one of 1.0"),
    (event(specversion=1.0), "specversion", "1.… (3 characters)", "one of 1.0"),
    (event(specversion=""), "specversion", "(empty)", "one of 1.0"),
    (event(id=None), "id", "(nothing)", "a line of text of at most 500 bytes"),
    (event(id=""), "id", "(empty)", "a line of text of at most 500 bytes"),
    (event(id=17), "id", "1…", "a line of text of at most 500 bytes"),
    (event(id="x" * 501), "id", "xx… (501 characters)", "a line of text of at most 500 bytes"),
    (event(id="a\x00b"), "id", "a·… (3 characters)", "a line of text of at most 500 bytes"),
    (event(id="\ud83d"), "id", "·…", "a line of text of at most 500 bytes"),
    (event(source=["x"]), "source", "a list of 1", "a line of text of at most 200 bytes"),
    (event(source="é" * 101), "source", "éé… (101 characters)", "a line of text of at most 200 bytes"),
    (event(type=True), "type", "true", "a line of text of at most 100 bytes"),
    (event("reference.calendar", data={"zone": "Europe/Pariss"}), "data.zone", "Eu… (13 characters)", ZONE),
    (event("reference.site", data={"zone": "localtime"}), "data.zone", "lo… (9 characters)", ZONE),
    (event("reference.calendar", data={"hours": {"mon": [["9", "18:00"]]}}), "data.hours.mon[0]", "9…", HOURS),
    (event("reference.calendar", data={"hours": {"monday": []}}), "data.hours", "mo… (6 characters)", HOURS),
    (event("reference.calendar", data={"hours": []}), "data.hours", "a list of 0", HOURS),
    (event("reference.calendar", data={"holidays": ["25/12/2026"]}), "data.holidays", "a list of 1", DAYS),
    (event("reference.calendar", data={"holidays": ["2026-W52-5"]}), "data.holidays", "a list of 1", DAYS),
    (event() | {"type": "interaction.start"}, "type", "in… (17 characters)", "a type of docs/events.md, such as interaction.started"),
    (event() | {"type": "x"}, "type", "x…", "a type of docs/events.md"),
    (event(time="2026-11-21T09:00:00"), "time", "20… (19 characters)", INSTANT),
    (event(time="2026-02-30T09:00:00Z"), "time", "20… (20 characters)", INSTANT),
    (event(time="1969-12-31T23:59:59Z"), "time", "19… (20 characters)", INSTANT),
    (event(time="2100-01-01T00:00:00Z"), "time", "21… (20 characters)", INSTANT),
    (event(time="01/02/2026"), "time", "01… (10 characters)", INSTANT),
    (event(time="12"), "time", "1…", INSTANT),
    (event(time=1763715600), "time", "17… (10 characters)", INSTANT),
    (event(time="2026-11-21 09:00:00Z"), "time", "20… (20 characters)", INSTANT),
    (event(type="interaction.measured", data={"stint": "s", "agent": "a", "talk_s": -5}), "data.talk_s", "-…",
     "a number from 0, of at most 15 digits before the point"),
    (event(subject="interaction/"), "subject", "in… (12 characters)", ABOUT),
    (event(subject="agent/a17"), "subject", "ag… (9 characters)", ABOUT),
    (event(subject={"id": 1}), "subject", "an object of 1", "a line of text of at most 500 bytes"),
    (event(sequence=-1), "sequence", "-…", COUNT),
    (event(sequence=1.0), "sequence", "1.… (3 characters)", COUNT),
    (event(revision=2**64), "revision", "18… (20 characters)", COUNT),
    (event(revision="1"), "revision", "1…", COUNT),
    (event(revision=True), "revision", "true", COUNT),
    (event(retracted=1), "retracted", "1…", "true or false"),
    (event(retracted="true"), "retracted", "tr… (4 characters)", "true or false"),
    (event() | {"data": [1]}, "data", "a list of 1", "an object"),
    (event() | {"data": "x"}, "data", "x…", "an object"),
    (event(data={"direction": "sideways"}), "data.direction", "si… (8 characters)", DIRECTION),
    (event(data={"direction": "Inbound"}), "data.direction", "In… (7 characters)", DIRECTION),
    (event(data={"queue": 7}), "data.queue", "7…", "a line of text of at most 200 bytes"),
    (event(data={"automatic": "yes"}), "data.automatic", "ye… (3 characters)", "true or false"),
    (event(data={"score": "5"}), "data.score", "5…", NUMBER),
    (event(data={"score": float("nan")}), "data.score", "na… (3 characters)", NUMBER),
    (event(data={"amount": 1e15}), "data.amount", "10… (18 characters)", NUMBER),
    (event(data={"amount": 10**4000}), "data.amount", "a number of more than 60 digits", NUMBER),
    (event(data={"amount": True}), "data.amount", "true", NUMBER),
    (event(data={"channels": "web"}), "data.channels", "we… (3 characters)", f"an object or a list, at most {MOST_DEPTH} deep"),
    (event(data={"promised_at": "tomorrow"}), "data.promised_at", "to… (8 characters)", INSTANT),
    (event(data={"currency": "EURO"}), "data.currency", "EU… (4 characters)", "a line of text of at most 3 bytes"),
    (event("interaction.accepted", data={"stint": None}), "data.stint", "(nothing)", STINT),
    (event("interaction.accepted", data={"stint": ""}), "data.stint", "(empty)", STINT),
    (event("interaction.left_queue", data={"reason": None}), "data.reason", "(nothing)",
     "a line of text of at most 60 bytes: interaction.left_queue needs it"),
    (event("feedback.given", data={"score": None}), "data.score", "(nothing)", NUMBER + ": feedback.given needs it"),
    (event(data={"other": 2**64}), "data", "(empty)", "plain JSON: whole numbers within 64 bits, text in Unicode"),
    (event(data={"other": "x" * 17_000}), "data", "17… (11 characters)", "at most 16384 bytes"),
    (event(data={"channels": [[[[[[[[1]]]]]]]]}), "data", "9 … (8 characters)", "at most 8 levels of nesting"),
]  # fmt: skip


def test_there_are_at_least_forty() -> None:
    assert len(BAD) >= 40
    assert len({(field, shown, expected, str(value)[:300]) for value, field, shown, expected in BAD}) == len(BAD)


@pytest.mark.parametrize(("value", "field", "shown", "expected"), BAD, ids=[f"{place}-{bad[1]}" for place, bad in enumerate(BAD)])
def test_refusal_in_words(value: Any, field: str, shown: str, expected: str) -> None:
    result = taken([event(id="before"), value, event(id="after")])
    [refusal] = result.refused
    assert (refusal.position, refusal.field, masked(refusal.value), refusal.expected) == ("line 2", field, shown, expected)
    assert result.table["id"].to_pylist() == ["before", "after"]


def test_all_of_them_in_one_chunk() -> None:
    values = [each for each, *_ in BAD]
    random.Random(1).shuffle(values)
    result = taken([*values, event()])
    assert len(result.refused) == len(BAD)
    assert result.table.num_rows == 1


def test_the_payload_is_the_event_as_it_came() -> None:
    given_ = event(sequence=-1, data={"channel": "chat", "queue": "q", "own": 1})
    [refusal] = taken([given_]).refused
    assert orjson.loads(refusal.payload) == given_
    assert refusal.source == "test"


@pytest.mark.parametrize("source", ["x" * 201, "a\nb", "\ud800", "", 5, None])
def test_the_source_of_a_refusal_is_a_checked_one(source: Any) -> None:
    assert taken([event(source=source)]).refused[0].source == ""


def test_payloads_of_any_depth() -> None:
    deep: Any = 1
    for _ in range(20_000):
        deep = [deep] if isinstance(deep, dict) else {"a": deep}
    text = unrolled(deep)
    assert text.count("[") == text.count("]") == 10_000
    assert len(payload({"a": deep})) > 50_000
    assert json.loads(unrolled({"a": [1, None, {"b": "é"}], "c": {}})) == {"a": [1, None, {"b": "é"}], "c": {}}
    [refusal] = accept(Chunk([event(data={"channels": deep})], ["line 1"], 1), lambda _: DROP, KEYS).refused
    assert refusal.field == "data"
    assert masked(deep) in ("an object of 1", "a list of 1")
    while isinstance(deep, dict | list):  # taken down by hand: the interpreter would do it by recursion
        deep = deep["a"] if isinstance(deep, dict) else deep[0]


def test_instants_are_what_they_say() -> None:
    assert taken([event(time=TIME)]).table["time"][0].as_py().isoformat() == "2026-11-21T09:00:04.120000+00:00"


def test_the_type_that_was_meant_is_looked_for_once_a_word() -> None:
    wrong = [event() | {"type": f"interaction.close{number % 3}"} for number in range(300)]
    before = explain_module._near.cache_info().misses
    assert {(explain(each) or ("", "", ""))[2] for each in wrong} == {"a type of docs/events.md, such as interaction.closed"}
    assert explain_module._near.cache_info().misses - before <= 3
    assert explain(event() | {"type": "interaction.close" * 5}) == ("type", "interaction.close" * 5, "a type of docs/events.md")
