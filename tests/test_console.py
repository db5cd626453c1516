"""Results and instants on the command line."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.console import instant, table
from metrics.query import Grain, Query
from metrics.result import Figure, Result, Row


def test_a_table_without_groups_still_names_its_columns() -> None:
    told = table(Result(None, (), ("",)), Query(metrics=("offered", "asa"), by=("queue",), grain=Grain.DAY))
    assert told == "queue  at  offered  asa\nnothing has been ingested yet\n"


def test_a_table_has_a_line_a_group() -> None:
    result = Result(None, (Row({"queue": "orders"}, {"offered": Figure(1234, None)}),), ("",))
    assert table(result, Query(metrics=("offered",), by=("queue",))).splitlines()[:2] == ["queue   offered", "orders    1,234"]


def test_instants_are_local_unless_they_say_otherwise() -> None:
    assert instant("2026-11-21", "Europe/Paris", "--from") == datetime(2026, 11, 21, tzinfo=ZoneInfo("Europe/Paris"))
    assert instant("2026-11-21T09:00:00+05:00", "no/such", "--from").isoformat() == "2026-11-21T09:00:00+05:00"
    assert instant(None, "no/such", "--to") is None


@pytest.mark.parametrize("name", ["/etc/passwd", "../UTC", "Mars/Base", "Europe", "localtime", ""])
def test_what_is_wrong_with_the_zone_is_not_said_of_the_instant(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        instant("2026-01-01", name, "--from")


def test_an_instant_that_is_none_names_its_flag() -> None:
    with pytest.raises(ValueError, match="--known-at wants an instant"):
        instant("soon", "Europe/Paris", "--known-at")
