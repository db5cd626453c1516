"""The facts from SQL are those of the slow oracle, on random traces with corrections, retractions, records, ties and late events."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.event import TYPE_OF
from sql.clickhouse import Store
from sql.derive import derive
from tests.arrival_writer import put
from tests.conftest import empty, usually
from tests.spec.fact_oracle import facts
from tests.spec.person_oracle import persons
from tests.spec.plain_event import Event, event

START = datetime(2026, 3, 28, 21, 0, tzinfo=UTC)
STARTS = (START, START, START, datetime(1970, 1, 1, tzinfo=UTC))  # the first day that may be said
HASHES = {"subject_hash", "hold", "rating", "touch", "cost", "statement", "link", "data", "day"}

INTERACTION = [name for name, type_ in TYPE_OF.items() if name.startswith("interaction.")]
OTHERS = [
    "feedback.given", "agent.signed_in", "agent.signed_out", "agent.state", "agent.state", "agent.capacity", "agent.focus",
    "order.placed", "order.amended", "order.refunded", "order.delivered", "touch.seen", "solicitation.sent", "cost.booked",
    "customer.merged", "customer.unlinked",
    "reference.agent", "reference.calendar", "reference.queue",
]  # fmt: skip


def _data(draw: Any, type_: str) -> dict[str, Any]:  # noqa: C901 - one branch a kind of event
    def pick(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    said: dict[str, Any] = {}
    for field, values in {
        "channel": ("", "", "chat", "voice"), "customer": ("", "", "c1", "c2"), "segment": ("", "", "gold", "red"),
        "brand": ("", "b1", "b2"),
        "language": ("", "", "fr"), "outcome": ("", "", "done"),
    }.items():  # fmt: skip
        said[field] = pick(*values)
    kind = type_.partition(".")[2]
    if kind in ("entered_queue", "left_queue"):
        said["queue"] = pick("q1", "q1", "q2", "") if kind == "left_queue" else pick("q1", "q2")
    if kind == "left_queue":
        said["reason"] = pick("answered", "answered", "abandoned", "transferred")
    if "stint" in TYPE_OF[type_].needs or kind == "message":
        said |= {"stint": pick("s1", "s1", "s2"), "agent": pick("1", "2"), "role": pick("", "primary", "consult")}
    if kind == "message":
        said |= {"author": pick("customer", "customer", "agent", "agent", "bot", "system"), "automatic": pick(True, False, False)}
    if kind == "measured":
        said |= {name: pick(0, 1.5, 11.179, 374.561) for name in ("ring_s", "talk_s", "hold_s", "wrap_s") if pick(True, False)}
    if kind == "held":
        said["reason"] = pick("", "interrupted", "lunch")
    if kind == "linked":
        said["relation"] = pick("transfer", "callback")
    if kind == "classified":
        said["promised_at"] = pick("2026-04-01T09:00:00.120+02:00", "2026-04-01T09:00:00Z", "")
    if type_ == "feedback.given":
        said |= {"instrument": "csat", "scale": pick(5, 10), "score": pick(1, 4.5), "moment": pick("", "end")}
    if type_.startswith("agent."):
        said |= {"state": pick("ready", "away"), "domain": pick("", "", "chat"), "capacity": pick(1, 3, 2.5, 0)}
        said |= {"stint": pick("s1", "s2")} if kind == "focus" else {}
    if type_.startswith(("order.", "cost.")):
        said |= {"amount": pick(10, 10.005, "12.345", -0.285, 1e2), "currency": pick("", "EUR"), "category": pick("", "rent")}
        if type_ == "cost.booked":
            said["site"] = pick("", "Lille")
    if type_ == "customer.merged":
        said["into"] = pick("c1", "c2", "c3", "c4")
    if type_.startswith("reference."):
        said |= {"name": pick("", "Nom"), "team": pick("", "t1"), "zone": pick("", "Europe/Paris"), "calendar": pick("", "k1")}
    return {name: value for name, value in said.items() if value != ""}


@st.composite
def traces(draw: Any) -> list[list[Event]]:
    """Some batches of events: a few subjects over three days, with corrections of any age and records that lose events."""
    found: list[Event] = []
    size, start = draw(st.integers(0, 40)), draw(st.sampled_from(STARTS))
    for number in range(size):
        type_ = draw(st.sampled_from(INTERACTION if draw(st.integers(0, 2)) else OTHERS))
        about = TYPE_OF[type_].about
        subject = f"{about}/{draw(st.sampled_from(['c1', 'c2', 'c3'] if about == 'customer' else ['1', '2']))}"
        seconds = draw(st.integers(0, 12)) if draw(st.booleans()) else draw(st.integers(0, 3 * 86_400))
        record = f"{subject}" if draw(st.integers(0, 4)) == 0 else ""
        found.append(
            event(type_, subject, start + timedelta(seconds=seconds), f"e{number}", source=draw(st.sampled_from(["s", "z"])),
                  sequence=draw(st.integers(0, 1)), record=record, **_data(draw, type_))
        )  # fmt: skip
    for one in draw(st.lists(st.sampled_from(found), max_size=8)) if found else []:
        revision = max(other["revision"] for other in found if other["id"] == one["id"]) + 1
        seconds = draw(st.integers(0, 3 * 86_400))
        found.append(
            one | {"revision": revision, "time": start + timedelta(seconds=seconds), "retracted": draw(st.integers(0, 3)) == 0,
                   "record": draw(st.sampled_from([one["record"], one["record"], "", "interaction/1"])), "data": _data(draw, one["type"])}
        )  # fmt: skip
    order = draw(st.permutations(found))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=2)))
    return [list(order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def derived(store: Store, batches: Sequence[Sequence[Event]]) -> None:
    """Write and derive each batch in turn."""
    for number, batch in enumerate(batches, 1):
        put(store, number, batch)
        derive(store, [number])


def stored(store: Store, fact: str) -> list[dict[str, Any]]:
    rows = store.rows(f"SELECT * EXCEPT (version, gone) FROM `{fact}` FINAL")
    return [{name: value for name, value in row.items() if name not in HASHES} for row in rows]


def same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Both hold the same rows, in whatever order."""
    assert sorted(map(_line, found)) == sorted(map(_line, expected))


def _line(row: dict[str, Any]) -> str:
    return repr(sorted((name, value.timestamp() if isinstance(value, datetime) else value) for name, value in row.items()))


FACTS = (
    "interaction", "stay", "stint", "turn", "work", "hold", "presence", "capacity", "focus", "rating", "order", "touch", "cost",
    "reference", "link",
)  # fmt: skip


@usually(10)
@given(batches=traces())
def test_the_facts_are_those_of_the_oracle(engine: Store, batches: list[list[Event]]) -> None:
    empty(engine)
    derived(engine, batches)
    everything = [one for batch in batches for one in batch]
    expected = facts(everything)
    for fact in FACTS:
        same(stored(engine, fact), expected.get(fact, []))
    assert {row["customer"]: row["person"] for row in engine.rows("SELECT * FROM person")} == persons(everything)


def test_days_are_those_of_the_stamps(store: Store) -> None:
    trace = [event("interaction.started", "interaction/1", START + timedelta(hours=hour), f"{hour}") for hour in range(4, 0, -1)]
    derived(store, [[one] for one in random.Random(1).sample(trace, 4)])
    assert [row["day"] == row["started_at"].date() for row in store.rows("SELECT * FROM interaction FINAL")] == [True]
