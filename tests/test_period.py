"""Periods of the pages: the days they name in each zone, and those they are compared with."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.period import Period, closed, holding, parse, weeks

ZONE = "Europe/Paris"


def test_a_month_begins_and_ends_at_local_midnight():
    october = parse("2026-10")
    assert october.since(ZONE).astimezone(UTC) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert october.until(ZONE).astimezone(UTC) == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert october.moved(-10).key == "2025-12"


def test_a_quarter():
    third = parse("2026-Q3")
    assert (third.first, third.end) == (date(2026, 7, 1), date(2026, 10, 1))
    assert third.moved(2).key == "2027-Q1"
    assert third.name("en") == "Q3\u00a02026"


NONE = ["", "2026", "2026-13", "2026-Q5", "2026-10-01", "x", "0000-01", "0001-01", "1969-12", "1969-Q4", "2100-01", "9999-12", "٢٠٢٦-10"]


@pytest.mark.parametrize("text", NONE)
def test_other_addresses_name_none(text):
    assert parse(text) is None


def test_the_last_closed_period_depends_on_where_it_is_midnight():
    at = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert closed(at, ZONE).key == "2026-10"
    assert closed(at, "America/New_York").key == "2026-09"
    assert closed(at, ZONE, "quarter").key == "2026-Q3"


@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)), st.sampled_from(["month", "quarter"]), st.integers(-40, 40))
def test_addresses_read_back_and_steps_undo(on, kind, steps):
    period = holding(on, kind)
    assert period.first <= on < period.end
    assert parse(period.key) == period
    assert period.moved(steps).moved(-steps) == period


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_weeks_are_whole_and_over(until, count):
    first, end = weeks(until, count)
    assert first.weekday() == end.weekday() == 0
    assert (end - first).days == 7 * count
    assert end <= until
    assert (until - end).days < 7


def test_a_period_is_a_value():
    assert Period("month", date(2026, 10, 1)) == holding(date(2026, 10, 31), "month")
