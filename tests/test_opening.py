"""Statements about opening hours: whatever a sender says, reading them never fails and never costs much."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sql.opening import MOST_SPANS, calendar, understand

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)
digits = st.text("0123456789:-T٣²", max_size=8)
values: Any = st.recursive(st.none() | st.booleans() | st.integers() | digits, lambda inner: st.lists(inner, max_size=4), max_leaves=12)
weeks = st.dictionaries(st.sampled_from(["mon", "tue", "sun", "other"]), st.lists(st.lists(digits, max_size=3) | values, max_size=3))


@given(st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "Nowhere/None", "../etc/passwd", ""]), weeks | values, st.lists(digits) | values)
def test_no_statement_can_fail(zone: str, hours: Any, holidays: Any) -> None:
    found = calendar([(SINCE, json.dumps({"zone": zone, "hours": hours, "holidays": holidays}))], UNTIL)
    assert all(SINCE <= opens < closes <= UNTIL for opens, closes in found)


def test_an_hour_of_five_thousand_digits_is_left_out() -> None:
    hours = understand(json.dumps({"zone": "Europe/Paris", "hours": {"mon": [["9" * 5000 + ":00", "18:00"], ["09:00", "18:00"]]}}))
    assert hours is not None
    assert hours.week[0] == ((540, 1080),)


def test_spans_of_a_day_are_bounded() -> None:
    hours = understand(json.dumps({"zone": "Europe/Paris", "hours": {"mon": [["09:00", "18:00"]] * 1000}}))
    assert hours is not None
    assert len(hours.week[0]) == MOST_SPANS
