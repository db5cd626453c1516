"""Who is there: every agent in one state and one team, none of them named, the same numbers as the metrics asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.board import draw
from dashboard.live.crew import ALL, Crew, Present, Working, crews, hidden
from dashboard.live.floor import Floor
from dashboard.live.leaf import leaves
from dashboard.live.memory import Memory
from dashboard.setting import Settings
from metrics.query import Query, Scope
from metrics.run import ask
from metrics.small import LEAST
from sql.clickhouse import Store
from tests.e2e.company import FREE, QUEUES, TEAMS, busy, fill, staff

AT = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
NAMES = {("team", team): name for team, name in TEAMS.items()}
some = st.sampled_from
work = st.builds(Working, some(["voice", "chat"]), some(["q", "r"]), some(["a", "b", ""]), some(["x", "y", "z", ""]), st.integers(0, 3))
presence = st.builds(Present, some(["a", "b", ""]), some(["x", "y", "v", "w"]), st.booleans())
workings, presents = st.lists(work), st.lists(presence, unique_by=lambda one: (one.team, one.agent))


@pytest.mark.parametrize(
    ("working", "present", "expected"),
    [
        ([], [Present("a", "x", True)], (0, 1, 0)),
        ([], [Present("a", "x", False)], (0, 0, 1)),
        ([Working("chat", "q", "a", "x", 2)], [Present("a", "x", True)], (1, 0, 0)),  # ready for more, and at work: at work
        ([Working("chat", "q", "a", "x", 1)], [Present("a", "x", False)], (1, 0, 0)),  # wrapping up in his break
        ([Working("chat", "q", "a", "x", 0)], [Present("a", "x", True)], (0, 1, 0)),  # it only rings
        ([Working("chat", "q", "a", "x", 1)], [], (1, 0, 0)),  # nobody said that he came
        ([Working("chat", "q", "a", "", 1)], [], (0, 0, 0)),  # work of nobody known
    ],
)
def test_an_agent_is_in_one_state(working: list[Working], present: list[Present], expected: tuple[int, int, int]) -> None:
    whole, *_ = crews(working, present, [], NAMES)
    assert (whole.busy, whole.ready, whole.away) == expected


def test_an_agent_is_counted_where_he_signed_in_and_once() -> None:
    working = [Working("voice", "q", "b", "x", 1), Working("chat", "r", "a", "x", 2)]
    found = {crew.name: crew for crew in crews(working, [Present("c", "x", True), Present("d", "x", True)], ["a"], {})}
    assert {name: (crew.busy, crew.contacts) for name, crew in found.items()} == {"": (1, 3), "a": (0, 0), "c": (1, 3)}


@given(workings, presents, st.permutations(range(30)))
def test_the_teams_add_up_to_all_together_in_any_order(working: list[Working], present: list[Present], order: list[int]) -> None:
    whole, *each = crews(working, present, ["a"], NAMES)
    for part in ("busy", "ready", "away", "contacts", "present"):
        assert getattr(whole, part) == sum(getattr(crew, part) for crew in each)
    everybody = {one.agent for one in present} | {one.agent for one in working if one.contacts and one.agent}
    assert whole.present == len(everybody)
    shuffled = [[rows[at] for at in order if at < len(rows)] + list(rows[30:]) for rows in (working, present)]
    assert crews(*shuffled, ["a"], NAMES) == (whole, *each)


def board(store: Store, scope: Scope | None = None, **filters: tuple[str, ...]) -> tuple[Crew, ...]:
    return draw(store, Settings(), Floor.of(scope or Scope.all(), filters), Memory(), AT).crews


def expected(team: str) -> tuple[int, int, int]:
    states = [state for _, state in (one for one in staff().values() if one[0] == team)]
    at_work = sum(busy(queue) for queue, row in QUEUES.items() if row[2] == team)
    idle = sum(not busy(queue) for queue, row in QUEUES.items() if row[2] == team)  # signed in, ready, nothing in hand
    free = FREE.get(team, ())
    assert len(states) == at_work + idle + len(free)
    ready = sum(state in ("ready", "signed_in") for state in free)
    return at_work, idle + ready, len(free) - ready


def test_the_agents_of_a_company_are_those_the_metrics_count(store: Store) -> None:
    fill(store, AT)
    whole, *each = board(store)
    assert whole.team == ALL
    assert [crew.name for crew in each] == sorted(TEAMS.values())
    assert {crew.team: (crew.busy, crew.ready, crew.away) for crew in each} == {team: expected(team) for team in TEAMS}
    (asked,) = ask(store, Query(("agents_busy", "agents_signed_in", "in_hand"), scope=Scope.all(), now=AT)).rows
    assert asked.figures["agents_busy"].value == whole.busy
    assert asked.figures["agents_signed_in"].value == whole.present == len(staff())
    assert asked.figures["in_hand"].value == whole.contacts == sum(row[7] for row in QUEUES.values())
    by_team = ask(store, Query(("agents_busy", "agents_signed_in"), ("team",), scope=Scope.all(), now=AT)).rows
    assert {row.keys["team"]: row.figures["agents_busy"].value for row in by_team} == {crew.team: crew.busy for crew in each}


def test_a_channel_looked_at_shows_its_teams_and_who_is_busy_elsewhere_stays_busy(store: Store) -> None:
    fill(store, AT)
    everything = {crew.team: crew for crew in board(store)[1:]}
    found = {crew.team: crew for crew in board(store, channel=("email",))[1:]}
    assert found["ecrit"] == everything["ecrit"]
    assert found["commandes"].busy == everything["commandes"].busy


def test_a_viewer_sees_the_agents_of_his_teams_only(store: Store) -> None:
    fill(store, AT)
    whole, *each = board(store, Scope.of(named=True, team=("sav",)))
    assert [crew.team for crew in each] == ["sav"]
    assert (whole.busy, whole.ready, whole.away) == expected("sav")


def test_who_may_see_a_queue_only_is_not_told_who_signed_in(store: Store) -> None:
    fill(store, AT)
    whole, *_ = board(store, Scope.of(named=True, queue=("sav-voix",)))
    assert (whole.told, whole.busy) == (False, 4)


@given(workings, presents)
def test_attack_a_small_crew_told_from_the_total_beside_it(working: list[Working], present: list[Present]) -> None:
    plain = crews(working, present, ["a"], NAMES)
    found = hidden(plain)
    gone = [crew for crew, shown in zip(plain[1:], found[1:], strict=True) if shown.held]
    assert not any(0 < crew.present < LEAST for crew in found), "too few to hide in"
    assert all((crew.busy, crew.ready, crew.away, crew.contacts) == (0, 0, 0, 0) for crew in found if crew.held)
    if gone and not found[0].held:
        assert len(gone) > 1
        assert sum(crew.present for crew in gone) >= LEAST, "what the total less the others tells"


def test_whoever_may_not_see_single_agents_is_told_of_no_few(store: Store) -> None:
    fill(store, AT)
    scope = Scope.of(team=("qualite", "sav"))
    plain, found = board(store, replace(scope, named=True)), board(store, scope)
    assert [crew for crew in plain[1:] if crew.present < LEAST]
    assert not [crew for crew in found if 0 < crew.present < LEAST]
    said = leaves(draw(store, Settings(), Floor.of(scope, {}), Memory(), AT), "en")
    assert [place for place, text in said.items() if place.endswith(".present@title") and text]


def test_without_presence_only_those_at_work_are_known(store: Store) -> None:
    fill(store, AT)
    store.command("TRUNCATE TABLE watermark")
    drawn = draw(store, Settings(), Floor(Scope.all()), Memory(), AT)
    assert (drawn.crews[0].told, drawn.crews[0].busy) == (False, sum(busy(queue) for queue in QUEUES))
    said = leaves(drawn, "fr")
    assert (said["a.t.present"], said["a.t.ready"]) == ("–", "–")
    assert said["a.t.busy"] == str(drawn.crews[0].busy)


def test_a_board_holds_no_agent(store: Store) -> None:
    fill(store, AT)
    said = leaves(draw(store, Settings(), Floor(Scope.all()), Memory(), AT), "en")
    shown = " ".join([*said, *said.values()])
    assert not [agent for agent in staff() if agent in shown]
