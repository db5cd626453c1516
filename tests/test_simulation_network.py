"""The bad network: whatever it does, what it leaves is what went in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.explain import explain
from ingest.simulation import hostile, simulate

Event = dict[str, Any]
ENVELOPE = {"revision", "record", "retracted"}


@pytest.fixture(scope="module")
def clean() -> list[Event]:
    return list(simulate(3, 4, datetime(2026, 6, 12, 15, tzinfo=UTC)))


def left(events: list[Event]) -> dict[tuple[str, str], Event]:
    """What remains, by the rules of DESIGN 5: the highest revision of each identity; a record's events that its highest revision no longer
    contains, and retracted events, are gone. Without revision, record and retracted."""
    best: dict[tuple[str, str], Event] = {}
    records: dict[tuple[str, str], int] = {}
    for event in events:
        key, revision = (event["source"], event["id"]), event.get("revision", 0)
        if key not in best or revision > best[key].get("revision", 0):
            best[key] = event
        elif revision == best[key].get("revision", 0):
            assert event == best[key], "equal revision with other content would be a conflict"
        if "record" in event:
            record = (event["source"], event["record"])
            records[record] = max(records.get(record, 0), revision)
    kept = {}
    for key, event in best.items():
        current = records.get((event["source"], event.get("record", "")), 0) <= event.get("revision", 0)
        if current and not event.get("retracted"):
            kept[key] = {name: value for name, value in event.items() if name not in ENVELOPE}
    return kept


def same(events: list[Event]) -> dict[tuple[str, str], Event]:
    return {(event["source"], event["id"]): event for event in events}


def test_nothing_is_lost_and_nothing_is_left_over(clean: list[Event]) -> None:
    assert left(list(hostile(clean, 9))) == same(clean)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), start=st.integers(0, 20_000), size=st.integers(0, 1500))
def test_any_stretch_and_any_seed(clean: list[Event], seed: int, start: int, size: int) -> None:
    """Even a stretch cut anywhere, records that never ended included."""
    stretch = clean[start : start + size]
    assert left(list(hostile(stretch, seed))) == same(stretch)


def test_it_is_hostile(clean: list[Event]) -> None:
    sent = list(hostile(clean, 9))
    identities = Counter((event["source"], event["id"]) for event in sent)
    share = len(clean) / 100
    again = Counter((event["source"], event["id"], event.get("revision", 0)) for event in sent)
    assert 4 * share <= sum(1 for n in again.values() if n > 1) <= 6 * share
    assert 1.5 * share <= sum(1 for e in sent if e.get("revision") == 1 and not e.get("retracted") and "record" not in e) <= 2.5 * share
    assert sum(1 for event in sent if event.get("retracted")) > 0.2 * share
    assert any("record" in event for event in sent)
    assert len(identities) > len(clean), "events that never happened are sent too"
    disorder = sum(1 for before, after in pairwise(sent) if after["time"] < before["time"])
    assert disorder > 10 * share
    corrected: set[tuple[str, str]] = set()
    stale = 0
    for event in sent:
        key = (event["source"], event["id"])
        stale += key in corrected and not event.get("revision")
        if event.get("revision"):
            corrected.add(key)
    assert stale > 0


def test_calendars_come_late(clean: list[Event]) -> None:
    late = set()
    for seed in range(6):
        latest = ""
        for event in hostile(clean[:8000], seed):
            latest = max(latest, event["time"])
            if event["type"] == "reference.calendar" and latest[:10] > event["time"][:10]:
                late.add(event["subject"])
    assert late


def test_seeded_and_acceptable(clean: list[Event]) -> None:
    first, second = list(hostile(clean[:6000], 3)), list(hostile(clean[:6000], 3))
    assert first == second
    assert first != list(hostile(clean[:6000], 4))
    assert [event for event in first if explain(event)] == []
