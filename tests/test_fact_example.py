"""Worked examples: the cases a reader of docs/events.md would ask about first."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sql.clickhouse import Store
from sql.derive import content, derive
from sql.opening import YEARS, calendar, understand
from sql.person import groups
from tests.arrival_writer import put
from tests.spec.plain_event import Event, event

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CALL = "interaction/1"


def at(second: float) -> datetime:
    return AT + timedelta(seconds=second)


def told(store: Store, *events: Event) -> None:
    put(store, 1, list(events))
    derive(store, [1])


def only(store: Store, fact: str, *names: str) -> list[tuple[Any, ...]]:
    """These columns of a fact, ordered by them."""
    rows = store.rows(f"SELECT {', '.join(names)} FROM `{fact}` FINAL ORDER BY ALL")
    return [tuple(row[name] for name in names) for row in rows]


def test_nothing_gives_nothing(store: Store) -> None:
    told(store)
    assert set(content(store).values()) == {"0-0000000000000000"}


def test_one_event_is_an_interaction(store: Store) -> None:
    told(store, event("interaction.started", CALL, AT, "1", channel="voice"))
    assert only(store, "interaction", "interaction", "channel", "started_at", "closed_at") == [("1", "voice", AT, None)]


def test_the_first_and_the_last_day_are_days_like_any_other(store: Store) -> None:
    """1970-01-01 is what many exports write where there is no date: it is said, so it is shown."""
    first, last = datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, tzinfo=UTC)
    told(
        store,
        event("interaction.started", CALL, first, "1", channel="voice"),
        event("interaction.started", "interaction/2", last, "2", channel="chat"),
        event("agent.signed_in", "agent/a", first, "3"),
        event("order.placed", "order/1", first, "4", amount=3),
    )
    put(store, 2, [event("interaction.started", CALL, first, "1", channel="fax", revision=1)])
    derive(store, [2])
    assert only(store, "interaction", "interaction", "channel", "started_at") == [("1", "fax", first), ("2", "chat", last)]
    assert (len(only(store, "presence", "agent")), len(only(store, "order", "order"))) == (1, 1)


def test_closed_before_it_opened_is_seen(store: Store) -> None:
    told(store, event("interaction.closed", CALL, at(-60), "1"), event("interaction.started", CALL, AT, "2"))
    assert only(store, "interaction", "started_at", "closed_at") == [(AT, at(-60))]


def test_a_capacity_that_nobody_can_have_is_none(store: Store) -> None:
    """Of a hundred-millionth of a contact, one contact would take more than numbers hold."""
    said = enumerate((1e-8, 0.001, 1e6, 1e7))
    told(store, *(event("agent.capacity", "agent/a", at(n), f"{n}", domain="chat", capacity=each) for n, each in said))
    assert only(store, "capacity", "valid_from", "capacity") == [(AT, 0), (at(1), 0.001), (at(2), 1e6), (at(3), 0)]


def test_work_without_an_end_has_none(store: Store) -> None:
    told(
        store,
        event("interaction.rang", CALL, AT, "1", stint="s", agent="a"),
        event("interaction.accepted", CALL, at(3), "2", stint="s", agent="a"),
        event("interaction.closed", CALL, at(9), "3"),
    )
    assert only(store, "work", "phase", "started_at", "ended_at") == [("ring", AT, at(3)), ("talk", at(3), None)]
    assert only(store, "stint", "ring_ms", "talk_ms", "ended_at", "ring_result") == [(3000, 0, None, "accepted")]


def test_offered_again_while_in_hand_the_work_goes_on(store: Store) -> None:
    """A consultation that comes back rings in the middle of the talk; another offer is missed during hold, one refused in wrap-up. After
    the wrap-up a ring is one again: it is missed.
    """
    steps = [
        ("rang", 0), ("accepted", 5), ("rang", 60), ("accepted", 64), ("held", 100), ("rang", 120), ("missed", 140), ("resumed", 160),
        ("wrapup_started", 200), ("declined", 210), ("wrapup_ended", 230), ("rang", 300), ("missed", 320),
    ]  # fmt: skip
    told(store, *(event(f"interaction.{kind}", CALL, at(n), f"{n}", stint="s", agent="a") for kind, n in steps))
    assert only(store, "work", "started_at", "phase", "ended_at") == [
        (at(0), "ring", at(5)), (at(5), "talk", at(64)), (at(64), "talk", at(100)), (at(100), "hold", at(160)), (at(160), "talk", at(200)),
        (at(200), "wrap", at(230)), (at(300), "ring", at(320)),
    ]  # fmt: skip
    (found,) = only(store, "stint", "ring_ms", "talk_ms", "hold_ms", "wrap_ms", "rung_at", "ended_at", "ring_result")
    assert found == (25_000, 135_000, 60_000, 30_000, at(0), at(320), "missed")


def test_at_one_instant_the_order_is_that_of_sequence_then_types(store: Store) -> None:
    told(
        store,
        event("interaction.accepted", CALL, AT, "3", stint="s", agent="a"),
        event("interaction.left_queue", CALL, AT, "2", queue="q", reason="answered"),
        event("interaction.entered_queue", CALL, AT, "1", queue="q"),
        event("interaction.closed", CALL, AT, "0"),
    )
    assert only(store, "stay", "entered_at", "left_at", "reason", "agent") == [(AT, AT, "answered", "a")]


def test_a_second_entry_ends_the_first_and_a_nameless_leaving_is_of_the_last(store: Store) -> None:
    told(
        store,
        event("interaction.entered_queue", CALL, AT, "1", queue="a"),
        event("interaction.entered_queue", CALL, at(1), "2", queue="b"),
        event("interaction.entered_queue", CALL, at(2), "3", queue="a"),
        event("interaction.left_queue", CALL, at(5), "4", reason="abandoned"),
    )
    assert only(store, "stay", "queue", "n", "left_at", "reason") == [
        ("a", 1, at(2), "system"), ("a", 2, at(5), "abandoned"), ("b", 1, at(5), "overflow"),
    ]  # fmt: skip


def test_one_answer_counts_in_one_queue_and_a_leaving_of_its_own_ends_a_stay(store: Store) -> None:
    told(
        store,
        *(event("interaction.entered_queue", CALL, at(n), f"{n}", queue=queue) for n, queue in enumerate("abcd")),
        event("interaction.left_queue", CALL, at(4), "4", queue="d", reason="overflow"),  # so that c is the last that is open
        event("interaction.left_queue", CALL, at(5), "5", reason="answered"),
        event("interaction.accepted", CALL, at(5), "6", stint="s", agent="x"),
        event("interaction.left_queue", CALL, at(7), "7", queue="a", reason="timeout"),
    )
    assert only(store, "stay", "queue", "left_at", "reason", "agent") == [
        ("a", at(7), "timeout", ""), ("b", at(5), "overflow", ""), ("c", at(5), "answered", "x"), ("d", at(4), "overflow", ""),
    ]  # fmt: skip


def test_the_final_closing_ends_a_stay_but_not_one_entered_after_it(store: Store) -> None:
    told(
        store,
        event("interaction.entered_queue", CALL, AT, "1", queue="a"),
        event("interaction.closed", CALL, at(5), "2"),
        event("interaction.entered_queue", CALL, at(9), "3", queue="b"),
    )
    assert only(store, "stay", "queue", "left_at", "reason") == [("a", at(5), "closed"), ("b", None, "")]


def test_a_reopened_interaction_is_open_and_its_stay_waits(store: Store) -> None:
    told(
        store,
        event("interaction.entered_queue", CALL, AT, "1", queue="a"),
        event("interaction.closed", CALL, at(5), "2"),
        event("interaction.reopened", CALL, at(6), "3"),
        event("interaction.reopened", CALL, at(7), "4"),
    )
    assert only(store, "interaction", "closed_at", "first_closed_at", "reopens") == [(None, at(5), 1)]
    assert only(store, "stay", "left_at", "reason") == [(None, "")]


def test_neither_a_bot_nor_an_automatic_message_answers(store: Store) -> None:
    told(
        store,
        event("interaction.message", CALL, AT, "1", author="customer"),
        event("interaction.message", CALL, at(1), "2", author="bot"),
        event("interaction.handed_off", CALL, at(2), "3"),
        event("interaction.message", CALL, at(3), "4", author="agent", agent="a", automatic=True),
        event("interaction.message", CALL, at(4), "5", author="customer"),
        event("interaction.message", CALL, at(60), "6", author="agent", agent="a"),
        event("interaction.message", CALL, at(90), "7", author="customer"),
        event("interaction.closed", CALL, at(99), "8"),
    )
    assert only(store, "turn", "n", "asked_at", "replied_at", "closed_at", "messages", "agent") == [
        (1, AT, at(60), None, 2, "a"), (2, at(90), None, at(99), 1, ""),
    ]  # fmt: skip
    assert only(store, "interaction", "replied_at", "handed_off_at", "messages_in", "messages_out") == [(at(60), at(2), 3, 1)]


@pytest.mark.parametrize(("amount", "cents"), [(10.005, 1001), ("-0.285", -29), (0.285, 29), ("1.0049999999999999999", 100), (1e2, 10_000)])
def test_amounts_are_rounded_in_decimals_half_away_from_zero(store: Store, amount: object, cents: int) -> None:
    told(store, event("order.placed", "order/1", AT, "1", amount=amount), event("cost.booked", "cost/1", AT, "2", amount=amount))
    assert only(store, "order", "amount_cents") == [(cents,)]
    assert only(store, "cost", "amount_cents") == [(cents,)]


def test_an_amended_amount_replaces_and_refunds_add_up(store: Store) -> None:
    told(
        store,
        event("order.placed", "order/1", AT, "1", amount=10),
        event("order.amended", "order/1", at(1), "2", amount=8.5),
        event("order.refunded", "order/1", at(2), "3", amount=1.005),
        event("order.refunded", "order/1", at(3), "4", amount=1),
    )
    assert only(store, "order", "amount_cents", "refunded_cents", "refunded_at") == [(850, 201, at(2))]


def test_a_night_shift_is_one_presence_over_midnight_however_it_arrives(store: Store) -> None:
    night = [
        event("agent.signed_in", "agent/a", at(43_200), "1"), event("agent.state", "agent/a", at(43_260), "2", state="ready"),
        event("agent.state", "agent/a", at(61_200), "3", state="away"), event("agent.signed_out", "agent/a", at(64_800), "4"),
    ]  # fmt: skip
    for number, one in enumerate([*night[2:], *night[:2]], 1):
        put(store, number, [one])
        derive(store, [number])
    assert only(store, "presence", "started_at", "ended_at", "state", "day") == [
        (at(43_200), at(43_260), "signed_in", date(2026, 3, 1)),
        (at(43_260), at(61_200), "ready", date(2026, 3, 1)),
        (at(61_200), at(64_800), "away", date(2026, 3, 2)),
    ]


def test_a_hundred_thousand_events_of_one_contact_cost_their_number(store: Store) -> None:
    kinds = ("entered_queue", "message", "accepted", "message", "held", "left_queue")
    events = [
        event(f"interaction.{kinds[n % 6]}", CALL, at(n), str(n), queue=f"q{n % 3}", reason="answered", stint=f"s{n % 7}", agent="a",
              author="customer" if n % 6 == 1 else "agent")
        for n in range(100_000)
    ]  # fmt: skip
    put(store, 1, events)
    began = time.process_time()
    derive(store, [1])
    assert time.process_time() - began < 15
    assert only(store, "interaction", "messages_in", "messages_out") == [(16_667, 16_667)]
    assert store.value("SELECT count() FROM stay FINAL") == 16_667


def hours(zone: str, **week: list[list[str]]) -> str:
    import json

    return json.dumps(
        {"zone": zone, "hours": {day: spans for day, spans in week.items() if day != "holidays"}, "holidays": week.get("holidays", [])}
    )


def seconds(data: str, since: datetime, until: datetime) -> list[float]:
    return [(closes - opens).total_seconds() for opens, closes in calendar([(since, data)], until)]


def test_a_day_of_spring_has_23_hours_and_one_of_autumn_25() -> None:
    always = hours("Europe/Paris", sun=[["00:00", "24:00"]])
    assert seconds(always, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)) == [23 * 3600]
    assert seconds(always, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)) == [25 * 3600]


def test_a_time_that_the_clock_skips_is_the_instant_of_the_skip() -> None:
    [(opens, closes)] = calendar(
        [(datetime(2026, 3, 28, tzinfo=UTC), hours("Europe/Paris", sun=[["02:30", "04:00"]]))], datetime(2026, 3, 30, tzinfo=UTC)
    )
    assert (opens, closes) == (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))


def test_split_shifts_and_holidays() -> None:
    shifts = hours("Europe/Paris", thu=[["09:00", "12:30"], ["14:00", "18:00"]], fri=[["09:00", "10:00"]], holidays=["2026-12-25"])
    assert seconds(shifts, datetime(2026, 12, 21, tzinfo=UTC), datetime(2026, 12, 28, tzinfo=UTC)) == [3.5 * 3600, 4 * 3600]


def test_a_statement_holds_until_the_next() -> None:
    first, second = hours("UTC", mon=[["09:00", "18:00"]]), hours("UTC", mon=[["08:00", "10:00"], ["16:00", "20:00"]])
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    found = calendar([(datetime(2026, 5, 30, tzinfo=UTC), first), (noon, second)], datetime(2026, 6, 2, tzinfo=UTC))
    assert [(opens.hour, closes.hour) for opens, closes in found] == [(9, 12), (16, 20)]


def test_hours_that_cannot_be_read_are_left_out() -> None:
    assert understand('{"zone": "Nowhere/Land", "hours": {}}') is None
    read = understand(
        '{"zone": "UTC", "hours": {"mon": [["9", "10:00"], ["10:00", "9"], "x", ["08:00", "25:00"], ["08:60", "09:00"]]}, '
        '"holidays": ["x"]}'
    )
    assert read is not None
    assert (read.week[0], read.closed) == ((), frozenset())


def test_opening_counts_the_open_seconds_before(store: Store) -> None:
    told(store, event("reference.calendar", "calendar/k", datetime(2026, 1, 1, tzinfo=UTC), "1", zone="Europe/Paris",
                      hours={"mon": [["09:00", "12:00"], ["14:00", "18:00"]]}, holidays=[]))  # fmt: skip
    rows = store.rows("SELECT opens_at, before_s FROM opening WHERE calendar = 'k' ORDER BY opens_at LIMIT 3")
    assert [row["before_s"] for row in rows] == [0, 3 * 3600, 7 * 3600]
    assert store.value("SELECT max(closes_at) FROM opening").year == 2026 + YEARS


def test_a_person_is_the_smallest_id_of_the_group_whatever_the_order() -> None:
    ties = [("d", "c"), ("b", "a"), ("c", "b"), ("x", "y")]
    assert groups(ties) == groups(reversed(ties)) == {"b": "a", "c": "a", "d": "a", "y": "x"}


def test_the_latest_statement_about_a_customer_counts(store: Store) -> None:
    told(
        store,
        event("customer.merged", "customer/c", AT, "1", into="a"),
        event("customer.unlinked", "customer/c", at(9), "2"),
        event("customer.merged", "customer/b", at(1), "3", into="a"),
    )
    assert store.rows("SELECT * FROM person") == [{"customer": "b", "person": "a"}]
