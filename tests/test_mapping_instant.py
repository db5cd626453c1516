"""How stamps are read: forms, zones, hours that come twice or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping.expression import Fault
from ingest.mapping.instant import Clock, clock


def instants(stamps: list[str], **stated: Any) -> list[Any]:
    reader = clock(stated, "time").reader()
    return [reader(stamp) for stamp in stamps]


def test_a_time_the_clocks_jumped_over_is_shifted_or_refused():
    assert instants(["2026-03-29 02:30:00"], zone="Europe/Paris") == ["2026-03-29T01:30:00.000Z"]  # 03:30 in summer time
    (fault,) = instants(["2026-03-29 02:30:00"], zone="Europe/Paris", gap="refuse")
    assert fault == Fault("2026-03-29 02:30:00", "a time that exists in Europe/Paris: the clocks jumped over this one")
    assert instants(["2026-03-29 03:00:00", "2026-03-29 01:59:59"], zone="Europe/Paris", gap="refuse") == [
        "2026-03-29T01:00:00.000Z", "2026-03-29T00:59:59.000Z",
    ]  # fmt: skip


def test_a_time_that_came_twice_is_the_first_the_second_or_refused():
    stamp = ["2026-10-25 02:30:00"]
    assert instants(stamp, zone="Europe/Paris") == ["2026-10-25T00:30:00.000Z"]
    assert instants(stamp, zone="Europe/Paris", overlap="second") == ["2026-10-25T01:30:00.000Z"]
    assert instants(stamp, zone="Europe/Paris", overlap="refuse") == [
        Fault(stamp[0], "a time that came once in Europe/Paris: this one came twice"),
    ]  # fmt: skip
    assert instants(["2026-10-25 02:30:00+01:00"], zone="Europe/Paris", overlap="refuse") == ["2026-10-25T01:30:00.000Z"]


def test_an_offset_in_the_text_is_used_unless_it_is_known_to_lie():
    stamps = ["2026-07-01T12:00:00+00:00", "2026-07-01T12:00:00Z", "2026-07-01 12:00:00"]
    local, utc = "2026-07-01T19:00:00.000Z", "2026-07-01T12:00:00.000Z"
    assert instants(stamps, zone="America/Los_Angeles") == [utc, utc, local]
    assert instants(stamps, zone="America/Los_Angeles", offset_in_text="ignore") == [local] * 3


@pytest.mark.parametrize(
    ("form", "stamp", "instant"),
    [
        ("iso", "2026-1-2", "2026-01-02T00:00:00.000Z"),
        ("iso", "2026-01-02T03:04:05.6789+0100", "2026-01-02T02:04:05.678Z"),
        ("iso", " 2026-01-02 03:04 ", "2026-01-02T03:04:00.000Z"),
        ("%d/%m/%Y %H:%M", "2/1/2026  3:04", "2026-01-02T03:04:00.000Z"),
        ("%m/%d/%y %I:%M %p", "1/2/26 12:04 AM", "2026-01-02T00:04:00.000Z"),
        ("%d %b %Y %I.%M%p", "2 January 2026 3.04p.m.", "2026-01-02T15:04:00.000Z"),
        ("%Y%m%d", "20260102", "2026-01-02T00:00:00.000Z"),
        ("%Y-%m-%d %H:%M:%S.%f %z", "2026-01-02 03:04:05.6 +02:00", "2026-01-02T01:04:05.600Z"),
        ("epoch_s", "1767323045.5", "2026-01-02T03:04:05.500Z"),
        ("epoch_ms", "1767323045500", "2026-01-02T03:04:05.500Z"),
    ],
)
def test_forms_of_stamps(form: str, stamp: str, instant: str):
    assert instants([stamp], zone="UTC", formats=[form]) == [instant]


@pytest.mark.parametrize(
    "stamp", ["", "x", "2026-13-01", "2026-02-29", "2026-01-01T25:00:00", "2026-01-01T10:00:00 or so", "20260101", "1"]
)
def test_what_is_no_stamp_is_a_fault(stamp: str):
    (found,) = instants([stamp], zone="UTC", formats=["iso", "%d/%m/%Y"])
    assert found == Fault(stamp, "a stamp of the form iso or %d/%m/%Y")


ZONES = ("Europe/Paris", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "UTC")


@given(st.datetimes(datetime(1971, 1, 1), datetime(2098, 1, 1)), st.sampled_from(ZONES), st.sampled_from(["first", "second"]))  # noqa: DTZ001 - bounds of local times
def test_local_stamps_agree_with_the_zone_database(local: datetime, zone: str, overlap: str):
    local = local.replace(microsecond=local.microsecond // 1000 * 1000)
    found = Clock(ZoneInfo(zone), overlap=overlap).reader()(local.isoformat(sep=" "))
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    wanted = local - (second if overlap == "second" and second < first else first)
    assert found == wanted.isoformat(timespec="milliseconds") + "Z"
