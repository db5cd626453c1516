"""Figures of handle time and of agent time as others print them: Expedia's worked conversations, and concurrent handle time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ingest.writer import Writer
from metrics.query import Query, Scope
from metrics.result import Figure
from metrics.run import ask
from sql.clickhouse import Store
from tests.arrival_help import KEYS, sent
from tests.event_strategy import event
from tests.spec.table import agent_days, at, put

NINE = at("09:00:00")


def figures(store: Store, *names: str) -> dict[str, Figure]:
    until = NINE + timedelta(days=1)
    (row,) = ask(store, Query(names, since=NINE, until=until, scope=Scope.all(), now=until)).rows
    return row.figures


def spell(begin_s: float, end_s: float, **told: Any) -> dict[str, Any]:
    """A stretch of one agent's day, in seconds after nine o'clock."""
    return {"agent": "a", "started_at": NINE + timedelta(seconds=begin_s), "ended_at": NINE + timedelta(seconds=end_s)} | told


def work(contact: str, channel: str, phase: str, begin_s: float, end_s: float) -> dict[str, Any]:
    return spell(begin_s, end_s, interaction=contact, stint=f"{contact}/1", channel=channel, phase=phase, n=1)


def test_a_call_of_249_s_talk_53_s_hold_and_31_s_wrap_up(store: Store) -> None:
    """As its system tells it: from events to the figure."""
    steps = (("accepted", 0), ("held", 100), ("resumed", 153), ("released", 302), ("wrapup_started", 302), ("wrapup_ended", 333))
    call = {"subject": "interaction/A", "data": {"agent": "a", "stint": "A/1"}}
    told = [
        event(f"interaction.{name}", id=name, time=(NINE + timedelta(seconds=at_s)).isoformat(), sequence=number, **call)
        for number, (name, at_s) in enumerate(steps)
    ]
    started = event("interaction.started", id="s", subject="interaction/A", time=NINE.isoformat(), data={"channel": "voice"})
    sent(Writer(store, KEYS), [started, *told])
    found = figures(store, "talk_time", "hold_time", "wrap_time", "handled", "aht")
    assert [figure.value for figure in found.values()] == [249, 53, 31, 1, 333]


def test_a_chat_looked_at_for_954_s_of_the_1037_s_it_was_assigned(store: Store) -> None:
    """Four looks of 596, 356, 0 and 2 s: on the screen is one figure, in hand another."""
    put(store, "work", [work("A", "chat", "talk", 0, 1037)])
    looks = ((0, 596), (610, 966), (1000, 1000), (1035, 1037))
    put(store, "focus", [spell(begin, end, stint="A/1", n=number) for number, (begin, end) in enumerate(looks)])
    agent_days(store)
    store.opted_in = frozenset({"focus"})
    try:
        found = figures(store, "agent_time_focus", "agent_time_gross", "agent_time_union")
    finally:
        store.opted_in = frozenset()
    assert [figure.value for figure in found.values()] == [954, 1037, 1037]


@pytest.mark.parametrize(("gross", "worked", "printed"), [(5000, 3600, 1.38), (27_500, 23_400, 1.17)])
def test_concurrent_handle_time(store: Store, gross: int, worked: int, printed: float) -> None:
    """The page cuts what it prints after two decimals."""
    put(store, "work", [work("A", "chat", "talk", 0, worked), work("B", "chat", "talk", 60, 60 + gross - worked)])
    agent_days(store)
    found = figures(store, "effective_concurrency", "agent_time_gross", "agent_time_union")
    assert [figure.value for figure in found.values()] == [pytest.approx(gross / worked), gross, worked]
    assert int(100 * (found["effective_concurrency"].value or 0)) / 100 == printed
