"""Where work on the contacts of a period is looked for makes no difference to what is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import statement
from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty, usually
from tests.spec.plain_event import Event, event
from tests.test_fact_oracle import START, derived

HOUR = timedelta(hours=1)
METRICS = ("csat", "resolution_time", "first_response_time", "aht")
hours = st.integers(0, 24 * 12)


@st.composite
def contacts(draw: Any) -> list[list[Event]]:
    """Contacts over twelve days: started late, early or never, worked on over days, closed, reopened and rated later, also unseen ones;
    then corrections that move some of their events by days."""
    made: list[Event] = []

    def add(kind: str, number: int, at: datetime, **data: Any) -> None:
        made.append(event(kind, f"interaction/{number}", at, f"e{len(made)}", **data))

    for number in range(draw(st.integers(4, 7))):
        at = START + draw(hours) * HOUR
        if draw(st.booleans()):
            add("interaction.started", number, at + draw(st.sampled_from((-30, 0, 40))) * HOUR, channel="chat")
        if draw(st.booleans()):
            add("interaction.message", number, at + draw(st.sampled_from((-20, 0, 30))) * HOUR, author="customer", channel="chat")
        for turn in range(draw(st.integers(0, 3))):
            told = {"stint": f"{number}/{turn}", "agent": draw(st.sampled_from("12")), "channel": "chat"}
            taken = at + turn * draw(st.sampled_from((1, 25, 200))) * HOUR
            add("interaction.accepted", number, taken, **told)
            add("interaction.message", number, taken + HOUR / 12, author="agent", **told)
            if draw(st.booleans()):
                add("interaction.released", number, taken + draw(st.sampled_from((1, 30))) * HOUR, **told)
        if draw(st.booleans()):
            add("interaction.closed", number, at + draw(st.sampled_from((1, 50, 260))) * HOUR)
        add("feedback.given", number + draw(st.sampled_from((0, 0, 90))), at + draw(st.sampled_from((2, 300))) * HOUR,
            instrument="csat", scale=5, score=draw(st.integers(1, 5)))  # fmt: skip
    for agent in "12":
        for day in range(0, 24, 2):
            for kind, at in (("agent.signed_in", START + 24 * day * HOUR), ("agent.signed_out", START + (24 * day + 30) * HOUR)):
                made.append(event(kind, f"agent/{agent}", at, f"e{len(made)}"))
    moved = draw(st.lists(st.sampled_from(made), max_size=6, unique_by=lambda one: one["id"]))
    by = st.sampled_from((-70, -24, 24, 200))
    return [made, [one | {"revision": 1, "time": one["time"] + draw(by) * HOUR} for one in moved]]


@usually(3)
@given(batches=contacts(), long=st.sampled_from((5, 24, 24 * 7)))
def test_looking_in_the_period_finds_what_looking_everywhere_finds(engine: Store, batches: list[list[Event]], long: int) -> None:
    empty(engine)
    derived(engine, batches)
    work = "SELECT day, arrayJoin(`contact.contact`) AS subject_hash FROM agent_day FINAL"
    begun = "SELECT subject_hash, first_day FROM interaction FINAL"
    assert not engine.value(f"SELECT count() FROM ({work}) AS work INNER JOIN ({begun}) AS begun USING subject_hash WHERE day < first_day")
    periods = [(START + day * 24 * HOUR, START + (day * 24 + long) * HOUR) for day in range(0, 20, 5)]
    queries = [Query(METRICS, ("concurrency",), since, until, scope=Scope.all(), now=until) for since, until in periods]
    near = [ask(engine, query).rows for query in queries]
    engine.alter("interaction UPDATE first_day = toDate(0) WHERE subject_hash % 2 = 0")  # as written before it was known
    partly = [ask(engine, query).rows for query in queries]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statement, "_worked_on", lambda _: "")
        everywhere = [ask(engine, query).rows for query in queries]
    assert near == everywhere
    assert partly == everywhere
