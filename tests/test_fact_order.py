"""Any permutation, duplication, correction and batch split of a trace gives identical facts, whole tables rebuilt included."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sql import agent_time, derivation
from sql.check import check
from sql.clickhouse import Store
from sql.derive import content, derive, rebuild
from tests.arrival_writer import REFUSED, put
from tests.conftest import empty, usually
from tests.spec.plain_event import Event, event
from tests.test_fact_oracle import START, derived, traces


def always(second: int) -> list[Event]:
    """What every trace holds beside its own events: late calendars, a team move, merges and an unlinking, a conflict."""
    later = START + timedelta(seconds=second)
    hours = {"mon": [["09:00", "12:30"], ["14:00", "18:00"]], "sun": [["00:00", "24:00"]]}
    return [
        event("reference.calendar", "calendar/k1", later, "k-a", zone="Europe/Paris", hours=hours, holidays=["2026-12-25"]),
        event("reference.calendar", "calendar/k1", later + timedelta(days=2), "k-b", zone="Asia/Tokyo", hours=hours),
        event("reference.agent", "agent/1", START, "t-a", team="t1"),
        event("reference.agent", "agent/1", later, "t-b", team="t2"),
        event("customer.merged", "customer/c9", START, "m-a", into="c8"),
        event("customer.merged", "customer/c8", later, "m-b", into="c7"),
        event("customer.merged", "customer/c7", START, "m-c", into="c6"),
        event("customer.unlinked", "customer/c7", later, "m-d"),
        event("interaction.classified", "interaction/1", later, "x", motive="delivery"),
        event("interaction.classified", "interaction/1", later, "x", motive="invoice"),
        event("interaction.started", "interaction/0", datetime(1970, 1, 1, tzinfo=UTC), "z"),
        event("interaction.started", "interaction/0", datetime(1970, 1, 1, tzinfo=UTC), "z", revision=1, channel="chat"),
        # a record of two events whose second revision holds one of them, which another system corrects out of the record
        *(event("interaction.message", "interaction/9", START, name, record="r", revision=1, author="customer") for name in ("ra", "rb")),
        event("interaction.message", "interaction/9", START, "ra", record="r", revision=2, author="customer"),
        event("interaction.message", "interaction/9", START, "ra", record="q", revision=3, author="customer"),
        # its third revision takes nothing back, as one of its events was refused and nobody knows which: the second decides
        event("interaction.message", "interaction/9", START, "rc", record="r", revision=3, author="customer"),
        event("interaction.message", "interaction/9", START, REFUSED, record="r", revision=3, author="customer"),
    ]


@st.composite
def shuffles(draw: Any) -> tuple[list[Event], list[list[Event]]]:
    """The events of a trace in the order they were made, and again in any order, some twice, in batches."""
    made = sorted((one for batch in draw(traces()) for one in batch), key=lambda one: (one["id"], one["revision"]))
    made += always(draw(st.integers(1, 90_000)))
    again = list(draw(st.permutations([*made, *draw(st.lists(st.sampled_from(made), max_size=6))])))
    cuts = sorted(draw(st.lists(st.integers(0, len(again)), min_size=1, max_size=3)))
    return made, [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True)]


@usually(4)
@given(case=shuffles())
@example(case=(always(1), [always(1)[::-1]]))
def test_order_repetition_and_batches_do_not_matter(engine: Store, case: tuple[list[Event], list[list[Event]]]) -> None:
    made, batches = case
    empty(engine)
    derived(engine, [made])
    first = content(engine)
    assert first["opening"] != "0-0000000000000000"
    empty(engine)
    with pytest.MonkeyPatch.context() as patch:  # as if few of many agent-days were always in hand: their contacts are found in the others
        patch.setattr(agent_time, "FEW", 0)
        patch.setattr(agent_time, "CHUNK", 8)  # and as if they were many: a few at a time
        patch.setattr(derivation, "FEW", 0)  # and as if events were many: they are counted, and derived in slices
        patch.setattr(derivation, "SLICE", 25)
        derived(engine, batches)
    assert content(engine) == first
    derive(engine, [1, len(batches)])
    assert content(engine) == first, "deriving again changed something"


DAYS = 20


def worked() -> list[Event]:
    """What two agents worked on, of which some never ends, some lasts for days on a channel where nobody waits; where their team was."""
    said = [event("reference.team", "team/north", START + timedelta(days=day), f"t{day}", site=site) for day, site in ((2, "x"), (9, "y"))]
    for agent, channel, begins, ends in (
        ("ana", "chat", 10, None), ("ana", "email", 30, 110), ("ana", "voice", 52, 53), ("ben", "email", 5, None), ("ben", "voice", 60, 90),
    ):  # fmt: skip
        contact, told = f"interaction/{agent}{begins}", {"stint": f"{agent}{begins}/1", "agent": agent, "channel": channel}
        said.append(event("interaction.accepted", contact, START + timedelta(hours=begins), f"{agent}{begins}from", **told))
        if ends:
            said.append(event("interaction.released", contact, START + timedelta(hours=ends), f"{agent}{begins}to", **told))
    return said


def split(dice: random.Random, said: list[Event]) -> list[list[Event]]:
    """Some events in any order, in batches, of which the last holds few: what it fails to make anew, no later one does."""
    dice.shuffle(said)
    cuts = [*sorted(dice.randint(0, len(said) - 3) for _ in range(dice.randint(2, 5))), len(said) - dice.randint(1, 3)]
    return [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]


def spoken(dice: random.Random, name: str, **more: Any) -> Event:
    """A word about one of the two agents, at any time of some days."""
    type_, told = dice.choice(KINDS)
    at = START + timedelta(hours=dice.randint(0, DAYS * 24))
    return event(type_, f"agent/{dice.choice(['ana', 'ben'])}", at, name, **told, **more)


def corrections(dice: random.Random) -> list[list[Event]]:
    """What is said of two agents over some days, much of it again of another time, or taken back."""
    said = worked()
    for number in range(dice.randint(4, 14)):
        first = spoken(dice, f"e{number}")
        said.append(first)
        for revision in range(1, dice.randint(1, 3)):
            at = START + timedelta(hours=dice.randint(0, DAYS * 24))
            said.append(first | {"time": at, "revision": revision, "retracted": dice.randint(0, 5) == 0})
    return split(dice, said)


def exports(dice: random.Random) -> list[list[Event]]:
    """The same told by vendor records: each revision names some events again, with their ids or new ones, at their times or others, misses
    some, and may hold one that was refused. A record may speak of both agents and of a contact; some is said beside the records."""
    said = worked() + [spoken(dice, f"e{number}") for number in range(dice.randint(0, 4))]
    for record in range(dice.randint(1, 4)):
        firsts = [spoken(dice, f"r{record}e{number}", record=f"r{record}") for number in range(dice.randint(1, 5))]
        lasting = dice.choice([True, False])  # ids
        for revision in range(dice.randint(1, 3)):
            for first in firsts:
                at = START + timedelta(hours=dice.randint(0, DAYS * 24))
                name = first["id"] if lasting else f"{first['id']}v{revision}"
                if dice.randint(0, 3):
                    said.append(first | {"id": name, "revision": revision} | ({"time": at} if dice.randint(0, 2) == 0 else {}))
            if dice.randint(0, 4) == 0:
                said.append(firsts[0] | {"id": REFUSED, "revision": revision})
            if dice.randint(0, 2) == 0:
                at = START + timedelta(hours=dice.randint(61, 89))
                told = {"stint": "ben60/1", "agent": "ben", "channel": "voice", "record": f"r{record}", "revision": revision}
                said.append(event("interaction.held", "interaction/ben60", at, f"r{record}held{revision}", **told))
    return split(dice, said)


KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("agent.state", {"state": "ready"}), ("agent.state", {"state": "lunch", "domain": "chat"}), ("agent.signed_in", {}),
    ("agent.signed_out", {}), ("agent.focus", {"stint": "s/1"}), ("agent.capacity", {"domain": "chat", "capacity": 2}),
    ("agent.capacity", {"domain": "email", "capacity": 3}), ("reference.agent", {"team": "north"}),
)  # fmt: skip


def rebuilt_alike(engine: Store, batches: list[list[Event]]) -> None:
    """Batches derived one after the other leave what a rebuild makes of them all."""
    empty(engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derivation, "FEW", 0)
        patch.setattr(derivation, "SLICE", 25)
        derived(engine, batches)
    piecemeal = content(engine)
    rebuild(engine)
    assert content(engine) == piecemeal


@pytest.mark.parametrize("world", [corrections, exports])
@usually(6, more=8)
@given(seed=st.integers(0, 2**40))
def test_corrections_and_records_of_agents_leave_what_a_rebuild_makes(
    engine: Store, world: Callable[[random.Random], list[list[Event]]], seed: int
) -> None:
    """Of a corrected agent some days are written and all are read; a revision of a record may take back what another said of any day."""
    rebuilt_alike(engine, world(random.Random(seed)))


def test_an_event_that_lost_tells_of_its_record_once(store: Store) -> None:
    """A correction without the record comes before the vendor's export, which is read twice."""

    def say(name: str, **more: Any) -> Event:
        return event("interaction.message", "interaction/1", START, name, author="customer", **more)

    export = [say("a", record="r", revision=2)]
    derived(store, [[say("a", record="r", revision=1), say("b", record="r", revision=1)], [say("a", revision=5)], export, export])
    assert store.value("SELECT messages_in FROM interaction FINAL") == 1, "b is no longer in the record"
    assert store.value("SELECT count() FROM event") == 4, "what the export lost is kept once"
    assert store.rows("SELECT sum(stored) AS stored, sum(stale) AS stale, sum(duplicate) AS duplicate FROM batch") == [
        {"stored": 3, "stale": 2, "duplicate": 2}
    ]
    assert [str(each) for each in check(store) if each.residual] == []
    before = content(store)
    rebuild(store)
    assert content(store) == before


@usually(1)
@given(case=shuffles())
def test_a_rebuild_gives_the_same_content(engine: Store, case: tuple[list[Event], list[list[Event]]]) -> None:
    empty(engine)
    derived(engine, case[1])
    first = content(engine)
    told: list[int] = []
    rebuild(engine, told.append)
    assert content(engine) == first
    assert sum(told) > 0
    put(engine, len(case[1]) + 1, [event("interaction.started", "interaction/new", START, "new")])
    derive(engine, [len(case[1]) + 1])
    assert content(engine)["interaction"] != first["interaction"], "the rebuilt tables are in use"


def test_what_is_cut_into_one_slice_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more events than a slice holds, the last subject begins within the first slice: all are one. The next derivation has two."""
    monkeypatch.setattr(derivation, "FEW", 0)
    monkeypatch.setattr(derivation, "SLICE", 10)

    def worked_on(contact: str, day: int, messages: int) -> list[Event]:
        told = {"stint": f"{contact}/1", "agent": "ana", "channel": "chat"}
        at = START + timedelta(days=day)
        said = [event("interaction.message", f"interaction/{contact}", at, f"{contact}{n}", author="customer") for n in range(messages)]
        said.append(event("interaction.accepted", f"interaction/{contact}", at, f"{contact}from", **told))
        return [*said, event("interaction.released", f"interaction/{contact}", at + timedelta(hours=1), f"{contact}to", **told)]

    late = event("interaction.message", "interaction/x", START + timedelta(days=5), "late", author="agent")
    derived(store, [worked_on("x", 5, 9), [*worked_on("w", 1, 12), late]])
    piecemeal = content(store)
    rebuild(store)
    assert content(store) == piecemeal
