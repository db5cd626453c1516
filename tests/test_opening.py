"""Statements about opening hours: whatever a sender says, reading them never fails and never costs much."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sql.opening import MOST_SPANS, WEEKDAYS, calendar, day, fault, understand

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)
digits = st.text("0123456789:-T٣²", max_size=8)
values: Any = st.recursive(st.none() | st.booleans() | st.integers() | digits, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
weeks = st.dictionaries(st.sampled_from(["mon", "tue", "sun", "other"]), st.lists(st.lists(digits, max_size=3) | values, max_size=3))


@given(st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "Nowhere/None", "../etc/passwd", ""]), weeks | values, st.lists(digits) | values)
def test_no_statement_can_fail(zone: str, hours: Any, holidays: Any) -> None:
    found = calendar([(SINCE, json.dumps({"zone": zone, "hours": hours, "holidays": holidays}))], UNTIL)
    assert all(SINCE <= opens < closes <= UNTIL for opens, closes in found)


def test_a_day_is_written_in_one_way_alone() -> None:
    assert day("2026-12-25") == date(2026, 12, 25)
    assert not any(map(day, ("2026-W52-5", "2026-W525", "20261225", "2026-359", "2026-12-32", "25/12/2026", "", None)))


def test_an_hour_of_five_thousand_digits_is_left_out() -> None:
    hours = understand(json.dumps({"zone": "Europe/Paris", "hours": {"mon": [["9" * 5000 + ":00", "18:00"], ["09:00", "18:00"]]}}))
    assert hours is not None
    assert hours.week[0] == ((540, 1080),)


def test_a_span_that_ends_where_it_begins_is_none() -> None:
    said = {"zone": "Europe/Paris", "hours": {"mon": [["00:00", "00:00"]], "tue": [["00:00", "24:00"]]}}
    hours = understand(json.dumps(said))
    assert hours is not None
    assert (hours.week[0], hours.week[1]) == ((), ((0, 1440),))
    assert fault(said["hours"]) == (".mon[0]", ["00:00", "00:00"])


def test_spans_of_a_day_are_bounded() -> None:
    hours = understand(json.dumps({"zone": "Europe/Paris", "hours": {"mon": [["09:00", "18:00"]] * 1000}}))
    assert hours is not None
    assert len(hours.week[0]) == MOST_SPANS


# Against the words of docs/events.md, minute by minute ------------------------------------------------------------------

MINUTE = timedelta(minutes=1)
NIGHTS = {  # where and when the clock changes, and from when to look
    "Europe/Paris": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2024, 4, 7), date(2024, 10, 6)),
    "America/St_Johns": (date(2010, 3, 14), date(2010, 11, 7)),  # the clock changed a minute after midnight
}
clock = st.builds(lambda half: f"{half // 2:02}:{half % 2 * 30:02}", st.integers(0, 47))
shifts = st.dictionaries(
    st.sampled_from(WEEKDAYS), st.lists(st.tuples(clock, clock | st.just("24:00")).filter(lambda span: span[0] != span[1]), max_size=2)
)


def slowly(week: dict[str, Any], zone: str, closed: set[date], since: datetime, until: datetime) -> set[datetime]:
    """The open minutes: a span runs from the first minute whose clock has reached its begin to the last time its end is reached."""
    first = since - timedelta(days=3)
    minutes = [first + MINUTE * n for n in range(int((until - first) / MINUTE) + 3 * 1440)]
    walls = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in minutes]
    found: set[datetime] = set()
    for on in sorted({wall.date() for wall in walls})[1:-2]:
        morrow = on + timedelta(days=1)
        for begin, end in week.get(WEEKDAYS[on.weekday()], ()) if on not in closed else ():
            opens = datetime.fromisoformat(f"{on}T{begin}")
            ends_on = morrow if end == "24:00" or end <= begin else on
            closes = datetime.fromisoformat(f"{ends_on}T{'00:00' if end == '24:00' else end}")
            if morrow in closed:
                closes = min(closes, datetime.fromisoformat(f"{morrow}T00:00"))
            start = next(place for place, wall in enumerate(walls) if wall >= opens)
            stop = 1 + max(place for place, wall in enumerate(walls) if wall < closes)
            found.update(minutes[start:stop])
    return {at for at in found if since <= at < until}


@settings(max_examples=25)
@given(st.sampled_from([(zone, night) for zone, nights in NIGHTS.items() for night in nights]), shifts, st.sets(st.integers(-1, 2)))
def test_the_open_minutes_are_those_of_the_words(place: tuple[str, date], week: dict[str, Any], shut: set[int]) -> None:
    zone, night = place
    since = datetime(night.year, night.month, night.day, 15, tzinfo=UTC) - timedelta(days=2)
    until = since + timedelta(days=4)
    closed = {night + timedelta(days=each) for each in shut}
    said = {"zone": zone, "hours": {on: [list(pair) for pair in pairs] for on, pairs in week.items()}}
    found = calendar([(since, json.dumps(said | {"holidays": [str(each) for each in closed]}))], until)
    minutes = {opens + MINUTE * n for opens, closes in found for n in range(int((closes - opens) / MINUTE))}
    assert minutes == slowly(week, zone, closed, since, until)


def test_a_night_shift_goes_on_into_the_next_day_and_lasts_what_the_clock_says() -> None:
    nights = {on: [["22:00", "06:00"]] for on in WEEKDAYS}
    said = json.dumps({"zone": "Europe/Paris", "hours": nights, "holidays": ["2026-12-25"]})
    spring = calendar([(datetime(2026, 3, 28, 12, tzinfo=UTC), said)], datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert spring == [(datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC))]  # seven hours: the clock went forward
    yule = calendar([(datetime(2026, 12, 24, 12, tzinfo=UTC), said)], datetime(2026, 12, 27, tzinfo=UTC))
    assert yule == [
        (datetime(2026, 12, 24, 21, tzinfo=UTC), datetime(2026, 12, 24, 23, tzinfo=UTC)),  # to the midnight of the holiday
        (datetime(2026, 12, 26, 21, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("hours", "where"),
    [
        ({"mon": [["9", "18:00"]]}, (".mon[0]", "9")),
        ({"tue": [["09:00", "12:00"], ["14:00"]]}, (".tue[1]", ["14:00"])),
        ({"mon": [["24:00", "06:00"]]}, (".mon[0]", ["24:00", "06:00"])),
        ({"mon": "09:00-18:00"}, (".mon", "09:00-18:00")),
        ({"monday": []}, ("", "monday")),
        ({"mon": [["09:00", "18:00"]] * 25}, (".mon", "25 spans")),
        ([], ("", [])),
        ({"mon": [["22:00", "06:00"], ["9:00", "24:00"]], "sun": []}, None),
    ],
)
def test_what_cannot_be_read_is_told_by_its_place(hours: Any, where: Any) -> None:
    assert fault(hours) == where
