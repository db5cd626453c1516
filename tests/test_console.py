"""Results and instants on the command line, and where a server can be."""

from datetime import datetime
from errno import EACCES, ENOBUFS
from socket import socket
from zoneinfo import ZoneInfo

import pytest

from dashboard.console import instant, table
from dashboard.serve import CannotServe, _free, _unbound, address
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


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"), ("::", "http://[::1]:80"), ("0.0.0.0", "http://127.0.0.1:80")],  # noqa: S104 - only told
)
def test_the_address_a_server_announces_can_be_gone_to(host: str, url: str) -> None:
    assert address(host, 80) == url


def test_why_a_port_cannot_be_had() -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotServe, match="is taken by another program"):
            _free("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(CannotServe, match=r"has no address 192\.0\.2\.1"):
        _free("192.0.2.1", 8050)
    assert "may not open port 80" in _unbound(PermissionError(EACCES, "Permission denied"), "127.0.0.1", 80)
    assert "(no buffer space available)" in _unbound(OSError(ENOBUFS, "No buffer space available"), "127.0.0.1", 80)
