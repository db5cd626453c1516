"""Journeys are the same however their events arrive, whoever turns out to be whom; and what is said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from metrics.example import examples
from metrics.fact import LONGEST_D
from metrics.query import Grain, Query, Scope
from metrics.reading import source
from metrics.result import Figure
from metrics.run import ask
from sql.check import check
from sql.clickhouse import Store
from sql.derive import derive, rebuild
from tests.arrival_writer import put as arrive
from tests.conftest import empty, usually
from tests.spec.fact_oracle import facts
from tests.spec.journey_oracle import Journey, journeys, told
from tests.spec.person_oracle import persons
from tests.spec.plain_event import Event, event
from tests.spec.table import at, put, put_tables
from tests.test_fact_oracle import derived

START = datetime(2026, 1, 28, tzinfo=UTC)
DAY = timedelta(days=1)


@st.composite
def traces(draw: Any) -> list[Event]:
    """Contacts of a few customers over two months, by the hour so that borders are met, with what happens later in them; and merges."""

    def pick(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    found: list[Event] = []
    for number in range(draw(st.integers(1, 9))):
        subject, began = f"interaction/{number}", START + DAY * draw(st.integers(0, 40)) + timedelta(hours=pick(0, 0, 9))
        said = {"customer": pick("c1", "c1", "c2", "c3", ""), "channel": pick("voice", "chat", "email", ""), "motive": pick("", "m"),
                "direction": pick("inbound", "inbound", "", "outbound", "internal"), "case": pick("", "", "k")}  # fmt: skip
        found.append(event("interaction.started", subject, began, f"s{number}", **{name: text for name, text in said.items() if text}))
        for later in range(draw(st.integers(0, 2))):
            when = began + DAY * pick(-1, 0, 1, 7, 20)
            kind = pick("interaction.closed", "interaction.classified", "interaction.reopened")
            found.append(event(kind, subject, when, f"l{number}-{later}", **({"customer": "c2"} if pick(0, 0, 1) else {})))
    for number in range(draw(st.integers(0, 3))):
        when, who = START + DAY * draw(st.integers(0, 40)), pick("c1", "c2", "c3")
        type_ = pick("customer.merged", "customer.merged", "customer.unlinked")
        found.append(event(type_, f"customer/{who}", when, f"m{number}", **({"into": pick("c1", "c2", "c3")} if "merged" in type_ else {})))
    for number, one in enumerate(draw(st.lists(st.sampled_from(found), max_size=3, unique_by=lambda one: one["id"]))):
        found.append(one | {"revision": 1, "time": one["time"] + DAY * pick(-9, 3), "retracted": number == 2})
    return found


@st.composite
def arrivals(draw: Any) -> tuple[list[Event], list[list[Event]]]:
    """A trace, and the same in any order, some of it twice, in batches."""
    made = draw(traces())
    again = list(draw(st.permutations([*made, *draw(st.lists(st.sampled_from(made), max_size=4))])))
    cuts = sorted(draw(st.lists(st.integers(0, len(again)), max_size=3)))
    return made, [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True)]


def read(store: Store, given: dict[str, Any], since: datetime | None = None, until: datetime | None = None) -> list[Journey]:
    """The journeys opened in a period, as a statement reads them."""
    text, bound = source("journey", given, since, until, "channel")
    if since and until:
        text, bound = f"SELECT * FROM ({text}) AS j WHERE opened_at >= {{a:DateTime64(3)}} AND opened_at < {{b:DateTime64(3)}}", bound | {
            "a": since, "b": until}  # fmt: skip
    rows = store.rows(f"SELECT opened_at, quiet_at, contacts, channels, channel FROM ({text.replace('{db}', '')}) AS r", bound)
    return sorted(Journey(**row) for row in rows)


def slowly(store: Store, events: list[Event], given: dict[str, Any]) -> list[Journey]:
    hashes = {row["interaction"]: row["subject_hash"] for row in store.rows("SELECT interaction, subject_hash FROM interaction FINAL")}
    found = journeys(
        facts(events).get("interaction", []), persons(events), DAY * given["gap_days"], given["tied_by"],
        lambda row: (row["started_at"], hashes[row["interaction"]]),
    )  # fmt: skip
    return sorted(told(one, DAY * LONGEST_D) for one in found)


RULES = st.fixed_dictionaries(
    {"gap_days": st.sampled_from([0, 1, 7, 7, 14]), "tied_by": st.sampled_from(["customer", "customer", "motive", "case"])}
)


@usually(10)
@drawn(case=arrivals(), given=RULES)
def test_journeys_do_not_depend_on_how_events_arrive(
    engine: Store, case: tuple[list[Event], list[list[Event]]], given: dict[str, Any]
) -> None:
    made, batches = case
    empty(engine)
    derived(engine, batches)
    found = read(engine, given)
    assert found == slowly(engine, made, given)
    for first, last in ((0, 10), (10, 45), (20, 21)):
        since, until = START + DAY * first, START + DAY * last
        assert read(engine, given, since, until) == [one for one in found if since <= one.opened_at < until]
    assert all(balance.residual == 0 for balance in check(engine) if "journeys" in balance.name)


def test_a_rebuild_and_a_second_derivation_leave_them_as_they_are(store: Store) -> None:
    given = {"gap_days": 7, "tied_by": "customer"}
    made = [contact(number, START + DAY * (5 * number), f"c{number % 3}", last=DAY) for number in range(9)]
    trace = [*(one for pair in made for one in pair), event("customer.merged", "customer/c2", START, "m", into="c1")]
    derived(store, [trace[3:], trace[:3]])
    found = read(store, given)
    assert len(found) == 6
    derive(store, [1, 2])
    assert read(store, given) == found
    rebuild(store)
    assert read(store, given) == found == slowly(store, trace, given)


def contact(number: int, began: datetime, customer: str, last: timedelta = timedelta()) -> list[Event]:
    subject = f"interaction/{number}"
    return [
        event("interaction.started", subject, began, f"s{number}", customer=customer, channel="voice"),
        event("interaction.closed", subject, began + last, f"c{number}"),
    ]


def figures(store: Store, name: str, **changes: Any) -> Figure:
    (row,) = ask(store, Query((name,), scope=Scope.all(), **({"now": at("2027-01-01 00:00:00")} | changes))).rows
    return row.figures[name]


def test_the_balance_is_the_same_in_slices_and_tells_what_is_wrong(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    derived(store, [[one for number in range(9) for one in contact(number, START + number * DAY, f"c{number % 4}")]])
    monkeypatch.setattr("sql.check.AT_ONCE", 4)
    (right,) = [balance for balance in check(store) if "journeys" in balance.name]
    assert (right.left, right.right) == (9, 9)
    store.command("INSERT INTO person VALUES ('c1', 'c0'), ('c1', 'c3')")  # one id that is two persons: its contacts would count twice
    (wrong,) = [balance for balance in check(store) if "journeys" in balance.name]
    assert wrong.residual == -2


def test_a_late_contact_joins_two_journeys_and_a_merge_two_customers(store: Store) -> None:
    derived(store, [[*contact(1, START, "c1"), *contact(2, START + 10 * DAY, "c1"), *contact(3, START + 12 * DAY, "c2")]])
    assert figures(store, "journeys").value == 3
    arrive(store, 2, contact(4, START - 3 * DAY, "c1", last=6 * DAY))  # before the first, and still active when it had gone quiet
    derive(store, [2])
    assert figures(store, "journeys").value == 2
    arrive(store, 3, [event("customer.merged", "customer/c2", START, "m", into="c1")])
    derive(store, [3])
    assert figures(store, "journeys").value == 1
    assert figures(store, "contacts_per_journey").value == 4
    arrive(store, 4, [event("customer.unlinked", "customer/c2", START + DAY, "u")])
    derive(store, [4])
    assert figures(store, "journeys").value == 2


def test_what_was_known_then_is_told_as_it_was_judged_then(store: Store) -> None:
    for number, began in enumerate([START, START + 5 * DAY], 1):
        arrive(store, number, contact(number, began, "c1"), began + timedelta(hours=1))
        derive(store, [number])

    def told_at(days: int, name: str) -> Figure:
        return figures(store, name, known_at=START + days * DAY, now=None)

    assert [told_at(days, "contacts_per_journey").value for days in (1, 6, 9)] == [1, 2, 2]
    assert [told_at(days, "first_contact_resolution").n for days in (1, 6, 9)] == [0, 0, 1]
    assert figures(store, "first_contact_resolution", known_at=START + DAY).value == 1  # asked with the clock of a year later


def daily(days: int) -> list[dict[str, Any]]:
    return [{"interaction": str(n), "channel": "email", "customer": "c", "started_at": START + DAY * n, "last_at": START + DAY * n}
            for n in range(days)]  # fmt: skip


def test_who_writes_every_day_makes_one_journey_whose_first_ninety_days_count(store: Store) -> None:
    put(store, "interaction", daily(200))
    assert figures(store, "contacts_per_journey") == Figure(91, 1, 91, 1)
    months = ask(store, Query(("journeys", "contacts_per_journey"), grain=Grain.MONTH, scope=Scope.all())).rows
    assert [row.figures["journeys"].value for row in months] == [1]
    later = {"since": START + 30 * DAY, "until": START + 60 * DAY}
    assert figures(store, "journeys", **later).value == 0
    assert figures(store, "repeat_contact_rate", **later).value == 1


@pytest.mark.parametrize(("seconds", "expected"), [(7 * 86400, 1), (7 * 86400 + 0.001, 2)])
def test_seven_days_are_still_the_same_journey_and_a_moment_more_is_another(store: Store, seconds: float, expected: int) -> None:
    quiet = START + timedelta(hours=5)
    began = quiet + timedelta(seconds=seconds)
    put(store, "interaction", [
        {"interaction": "A", "customer": "c", "started_at": START, "last_at": quiet},
        {"interaction": "B", "customer": "c", "started_at": START + timedelta(hours=1), "last_at": START + timedelta(hours=1)},
        {"interaction": "C", "customer": "c", "started_at": began, "last_at": began},
    ])  # fmt: skip
    assert figures(store, "journeys").value == expected
    assert figures(store, "journeys", since=began - timedelta(hours=1)).value == expected - 1
    assert figures(store, "first_contact_resolution", now=quiet + 7 * DAY).n == 0
    assert figures(store, "first_contact_resolution", now=quiet + 7 * DAY + timedelta(milliseconds=1)).n == 1


@pytest.mark.parametrize(("days", "number", "resolved"), [(1, 6, 4), (3, 6, 4), (7, 5, 2), (14, 4, 1), (30, 4, 1)])
def test_how_first_contact_resolution_hangs_on_the_days(store: Store, days: int, number: int, resolved: int) -> None:
    """The nine contacts of research/methods.md §3.1: five journeys and 40 % at seven days."""
    put_tables(store, examples()["journeys"].tables)
    found = figures(store, "first_contact_resolution", parameters=(("gap_days", days),))
    assert (found.top, found.bottom) == (resolved, number)


def test_a_journey_belongs_to_where_it_was_opened(store: Store) -> None:
    rows = [("A", "c1", "orders", "10:00:00"), ("B", "c1", "returns", "11:00:00"), ("C", "c2", "returns", "12:00:00")]
    put(store, "interaction", [
        {"interaction": name, "customer": who, "queue": queue, "channel": queue[:1], "started_at": when, "last_at": when}
        for name, who, queue, when in rows
    ])  # fmt: skip
    put(store, "reference", [{"kind": "queue", "key": "orders", "valid_from": "09:00:00", "team": "sales"}])
    asked = Query(("journeys", "contacts_per_journey", "channel_switch_rate"), by=("team",), scope=Scope.all())
    told_of = {row.keys["team"]: row.figures for row in ask(store, asked).rows}
    assert {team: each["journeys"].value for team, each in told_of.items()} == {"sales": 1, "": 1}
    assert told_of["sales"]["contacts_per_journey"].value == 2
    assert told_of["sales"]["channel_switch_rate"].value == 1
    (seen,) = ask(store, asked.seen_by(Scope.of(team=("sales",)))).rows
    assert seen.figures["journeys"].value == 1
    assert figures(store, "repeat_contact_rate", where=(("queue", ("returns",)),)) == figures(
        store, "repeat_contact_rate", where=(("queue", ("returns",)),), since=at("10:30:00")
    )


def test_an_id_that_thousands_share_does_not_stop_the_question(store: Store) -> None:
    """Some systems file every unknown caller under one customer: nothing may grow with the square of a customer's contacts."""
    store.command(
        "INSERT INTO interaction (day, subject_hash, interaction, channel, customer, started_at, version, gone) "
        "SELECT toDate(at), number, toString(number), ['voice', 'chat'][number % 2 + 1], 'anyone', "
        "toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + toIntervalSecond(number * 60) AS at, 1, 0 FROM numbers(100000)"
    )
    for days, expected in ((0, 100_000), (7, 1)):
        given = (("gap_days", days),)
        asked = Query(("journeys", "channel_switch_rate", "repeat_contact_rate"), by=("channel",), parameters=given, scope=Scope.all())
        assert sum(row.figures["journeys"].value or 0 for row in ask(store, asked).rows) == expected
