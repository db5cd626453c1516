"""What the live board says, from figures known by hand: totals, statuses, the page's first line, curves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dashboard.live.arrival import Arrivals, midnight
from dashboard.live.asker import CHANNEL, NOW, TODAY, Asker
from dashboard.live.board import Board, Line, draw
from dashboard.live.floor import Floor
from dashboard.live.leaf import answer, curve, leaves, promise, shape
from dashboard.live.leaf import level as said_level
from dashboard.live.memory import Memory
from dashboard.live.piece import pieces
from dashboard.live.total import together
from dashboard.page import Visit
from dashboard.pages import live
from dashboard.pages import waiting as waits
from dashboard.setting import Settings
from dashboard.viewer import at_the_machine
from metrics.detail import Waits, waiting
from metrics.promise import Promise
from metrics.query import Query, Scope
from metrics.result import Figure
from metrics.run import ask
from sql.clickhouse import Store
from tests.e2e.company import QUEUES, fill
from tests.spec.table import put

AT = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
EVERYTHING = Floor(Scope.all())


def bounds(top: float, bottom: float, pending: float) -> Figure:
    return Figure(top / bottom, int(bottom), top, bottom, top / (bottom + pending), (top + pending) / (bottom + pending))


@pytest.mark.parametrize(
    ("level", "oldest_s", "status"),
    [
        (bounds(60, 100, 5), 100, "bad"),  # even if all are answered: 65 / 105
        (bounds(82, 100, 10), 18, "watch"),  # 74.5 to 83.6, the oldest at 90 % of its promise
        (bounds(82, 100, 10), 10, "good"),  # the same, the oldest at half
        (bounds(95, 100, 0), 100, "good"),
        (bounds(80, 100, 0), 19, "good"),  # on the target is met
        (bounds(5, 29, 0), 100, "unknown"),
        (bounds(5, 20, 10), 1, "bad"),  # thirty with those who wait
        (Figure(None, 0), None, "unknown"),
    ],
)
def test_a_status_comes_from_bounds_and_never_from_the_point(level: Figure, oldest_s: float | None, status: str) -> None:
    line = Line("voice", "q", "Q", Promise(0.8, 20), {"service_level_live": level, "oldest_wait": Figure(oldest_s, 1)})
    assert line.status == status
    assert Line("voice", "q", "Q", None, line.figures).status == "unknown"


def test_totals_of_rows_are_those_that_would_be_asked(store: Store) -> None:
    fill(store, AT)
    for floor in (EVERYTHING, Floor.of(Scope.all(), {"team": ("ecrit", "sav")}), Floor(Scope.of(team=("commandes",)))):
        rows = Asker(store, Settings(), floor, Memory(), AT).rows()
        for by in (CHANNEL, ()):
            for metrics, since in ((NOW, None), (TODAY, midnight(AT, "Europe/Paris"))):
                for row in ask(store, Query(metrics, by, since, where=floor.where, scope=floor.scope, now=AT)).rows:
                    found = rows[tuple(str(row.keys[name]) for name in by)]
                    for metric in metrics:
                        assert found[metric].value == pytest.approx(row.figures[metric].value), (by, metric)


@pytest.mark.parametrize("metric", ["first_response_time", "service_level_live", "customers", "response_rate"])
def test_what_does_not_add_up_is_refused(metric: str) -> None:
    with pytest.raises(ValueError, match="ask it"):
        together(metric, [Figure(1, 1), Figure(2, 2)])


def test_a_viewer_sees_his_scope_and_nothing_else(store: Store) -> None:
    fill(store, AT)
    board = draw(store, Settings(), Floor(Scope.of(team=("sav",))), Memory(), AT)
    assert [line.queue for line in board.queues] == ["sav-voix"]
    assert board.total.waiting == 5


def test_the_board_of_a_company(store: Store) -> None:
    fill(store, AT)
    board = draw(store, Settings(), EVERYTHING, Memory(), AT)
    assert [line.channel for line in board.channels] == ["voice", "email", "chat", "messaging", "social", "video"]
    by_queue = {line.queue: line for line in board.queues}
    assert {queue: line.waiting for queue, line in by_queue.items()} == {queue: len(row[6]) for queue, row in QUEUES.items()}
    assert {queue: line.late for queue, line in by_queue.items() if line.late} == {"sav-voix": 4, "reclamations-mail": 3}
    assert {queue for queue, line in by_queue.items() if line.status == "bad"} == {"sav-voix", "reclamations-mail"}
    assert board.total.figure("waiting_late").value == 7
    assert (
        answer(board, "fr")
        == "2 files sont hors promesse\u202f; la plus ancienne attente est SAV (voix), 2\u00a0min\u00a048 pour 20\u00a0s"
    )
    assert answer(board, "en").startswith("2 queues are beyond their promise; the oldest wait is SAV (voice)")


def test_leaves_are_the_same_places_in_both_languages_and_always_filled(store: Store) -> None:
    fill(store, AT)
    board = draw(store, Settings(), EVERYTHING, Memory(), AT)
    french, english = leaves(board, "fr"), leaves(board, "en")
    assert french.keys() == english.keys()
    assert all("{" not in text and "**" not in text for text in french.values())
    assert shape(board, "fr") != shape(board, "en")
    later = draw(store, Settings(), EVERYTHING, Memory(), AT + timedelta(seconds=5))
    assert shape(later, "fr") == shape(board, "fr")
    assert later.restless


def test_zero_is_written_one_way_and_no_value_another(store: Store) -> None:
    """Before anything happened today the sentence and the table say the same: 0 of what is counted, no value of what is divided."""
    fill(store, AT)
    board = draw(store, Settings(), EVERYTHING, Memory(), AT + timedelta(hours=12))  # the next day, an hour after midnight in Paris
    found = leaves(board, "fr")
    assert board.total.counted("handled") == 0
    assert " ".join(found[f"lede.{at}"] for at in range(17)).count("–") == 0
    for row_ in ("t", "c.voice"):
        assert [found[f"{row_}.{name}"] for name in ("handled", "abandoned", "abandon_rate", "arrived")] == ["0", "0", "–", "0"]
    assert {found[f"c.{line.channel}.late"] for line in board.channels if line.promise} <= {str(n) for n in range(99)}


def test_every_figure_of_the_floor_leads_on(store: Store) -> None:
    """Heads to what they mean, waits to their contacts within scope and filters, teams to their time, by agent for who may see them."""
    fill(store, AT)
    board = draw(store, Settings(), EVERYTHING, Memory(), AT)
    visit = Visit(at_the_machine(), "en", "/live", AT, filters={"team": ("sav",)})
    hrefs = re.findall(r"href='([^']*)'", str(live._board(board, visit)))
    for name in ("waiting", "oldest_wait", "waiting_late", "handled", "abandoned", "service_level_live", "contacts", "agents_ready"):
        assert f"/handbook/{name}" in hrefs
    assert "/live/waiting?channel=voice&late=1&queue=sav-voix&team=sav" in hrefs
    assert "/agent-time?by=agent&period=today&team=sav" in hrefs
    blind = replace(visit, viewer=replace(visit.viewer, scope=Scope()))
    assert "/agent-time?period=today&team=sav" in str(live._board(board, blind))


def test_the_waiting_contacts_are_those_of_the_figure(store: Store) -> None:
    fill(store, AT)
    told = waiting(store, Scope.all(), (), AT, 500)
    everybody = told.first
    assert told.many == len(everybody) == sum(len(row[6]) for row in QUEUES.values())
    assert told.late == sum(each.late for each in everybody) == 7
    assert [each.entered_at for each in everybody] == sorted(each.entered_at for each in everybody)
    mine = waiting(store, Scope.all(), (("queue", ("sav-voix",)), ("channel", ("voice",))), AT, 500)
    assert [(AT - each.entered_at).total_seconds() for each in mine.first] == [168, 95, 40, 31, 8]
    limited = Scope.of(team=("sav",))
    assert waiting(store, limited, (), AT, 500) == mine
    assert waiting(store, limited, (("team", ("relais",)),), AT, 500) == Waits()
    assert waiting(store, Scope.all(), (), AT, 2) == replace(told, first=everybody[:2])
    assert waiting(store, Scope.all(), (), AT, 2, {}).late == 0, "without promises nobody is late"


def test_late_contacts_are_found_behind_any_number_of_older_ones_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """600 e-mails three hours old are within their promise, 30 calls of 25 seconds are not: the page counts all and lists the calls."""
    named = [
        {"kind": "queue", "key": key, "name": name, "channel": channel, "team": team, "valid_from": AT - timedelta(days=9)}
        for key, name, channel, team in (("q1", "Letters", "email", "there"), ("q2", "Calls", "voice", "here"))
    ]
    put(store, "reference", named)
    ages = {"q1": ("email", 600, timedelta(hours=3)), "q2": ("voice", 30, timedelta(seconds=25))}
    put(
        store,
        "stay",
        [
            {"interaction": f"{queue}-{each}", "channel": channel, "queue": queue, "n": 1, "entered_at": AT - age}
            for queue, (channel, many, age) in ages.items()
            for each in range(many)
        ],
    )
    monkeypatch.setattr(waits, "desk", lambda: SimpleNamespace(store=store))
    visit = Visit(at_the_machine(), "en", "/live/waiting", AT)
    drawn = str(waits.layout(visit))
    assert "630 contacts are waiting, 30 for longer than promised" in drawn
    assert "All (630)" in drawn
    assert "Only the 500 oldest are listed." in drawn
    drawn = str(waits.layout(replace(visit, filters={"late": ("1",)})))
    assert "Too long (30)" in drawn
    assert (drawn.count("id=q2-"), drawn.count("id=q1-"), "are listed" in drawn) == (30, 0, False)
    limited = replace(visit, viewer=replace(visit.viewer, scope=Scope.of(team=("here",))), filters={"queue": ("q1", "q2")})
    assert "q1, Calls · 30 contacts are waiting" in str(waits.layout(limited)), "the name of a queue outside the scope is not told"
    assert "Nobody waits longer than promised." in str(waits.layout(replace(visit, filters={"late": ("1",), "queue": ("q1",)})))


def test_an_empty_board_says_so_and_rests(store: Store) -> None:
    board = draw(store, Settings(), EVERYTHING, Memory(), AT)
    assert board.channels == ()
    assert not board.restless
    assert answer(board, "fr") == "Rien n’est encore arrivé"
    assert leaves(board, "en")["balance.0"] == "Nothing received yet"


@pytest.mark.parametrize(
    ("queues", "expected"),
    [
        ((), "Nobody is waiting, and no queue is beyond its promise"),
        ((("voice", 0.0, 0, 95),), "Nobody is waiting, and no queue is beyond its promise"),
        ((("voice", 0.0, 0, 50),), "1 queue is beyond its promise, and nobody is waiting now"),
        ((("voice", 12.0, 0, 95),), "No queue is beyond its promise; the oldest wait is Q (voice), 12\u00a0s of 20\u00a0s"),
        ((("voice", 42.0, 1, 95),), "Every queue keeps its promise, but 1 contact waits too long: Q (voice), 42\u00a0s of 20\u00a0s"),
        ((("field", 42.0, 0, 95),), "The oldest wait is Q (home visit), <\u00a01\u00a0min"),
    ],
)
def test_the_first_line_answers_the_question(queues: tuple[tuple[str, float, int, int], ...], expected: str) -> None:
    settings = Settings()
    lines = tuple(
        Line(
            channel,
            "q",
            "Q",
            settings.promises.get(channel),
            {
                "waiting": Figure(float(bool(oldest)), 1),
                "oldest_wait": Figure(oldest or None, 1),
                "waiting_late": Figure(late, late),
                "service_level_live": bounds(kept, 100, 0),
            },
        )
        for channel, oldest, late, kept in queues
    )
    late = sum(line.figure("waiting_late").value or 0 for line in lines)
    board = Board(AT, "Europe/Paris", (Line("voice", "", "", None, {}),), lines, Line("", "", "", None, {"waiting_late": Figure(late, 0)}))
    assert answer(board, "en") == expected


@pytest.mark.parametrize(
    ("oldest", "late", "expected"),
    [
        (None, 0, "Nobody is waiting"),
        (12.0, 0, "Nobody waits longer than promised; the oldest wait is Q (voice), 12\u00a0s of 20\u00a0s"),
        (42.0, 1, "1 contact waits too long: Q (voice), 42\u00a0s of 20\u00a0s"),
        (42.0, 2, "2 contacts wait too long; the oldest is Q (voice), 42\u00a0s of 20\u00a0s"),
    ],
)
def test_the_first_line_claims_nothing_of_queues_too_small_to_judge(oldest: float | None, late: int, expected: str) -> None:
    figures = {"waiting": Figure(float(bool(oldest)), 1), "oldest_wait": Figure(oldest, 1), "service_level_live": bounds(5, 6, 0)}
    line = Line("voice", "q", "Q", Promise(0.8, 20), figures)
    total = Line("", "", "", None, {"waiting_late": Figure(late, 0)})
    assert answer(Board(AT, "Europe/Paris", (Line("voice", "", "", None, {}),), (line,), total), "en") == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (bounds(797, 1000, 0), "79.7%"),  # not 80 beside a promise of 80
        (bounds(803, 1000, 0), "80%"),
        (bounds(80, 100, 0), "80%"),
        (bounds(797, 1000, 30), "77–80%"),  # the upper end is above the promise, and may be
        (bounds(90, 100, 10), "82–91%"),
    ],
)
def test_a_level_just_missed_is_not_printed_as_kept(level: Figure, expected: str) -> None:
    line = Line("voice", "q", "Q", Promise(0.8, 20), {"service_level_live": level})
    assert said_level(line, "en") == expected


def test_arrivals_are_compared_with_the_usual_only_when_there_is_enough_of_it() -> None:
    assert Arrivals((), (), (), 12, 10.0).against == pytest.approx(0.2)
    assert Arrivals((), (), (), 12, 9.0).against is None
    assert Arrivals((), (), (), 12, None).against is None


def test_a_day_is_drawn_inside_its_frame() -> None:
    flow = Arrivals(tuple(range(14)), (0,) * 24, (20,) * 24, 91, 90.0)
    band, line, end, then = curve(flow, (20,) * 24).split("|")
    assert then.count("L") == 23
    assert band.startswith("M")
    assert band.endswith("Z")
    assert line.count("L") == 13
    assert end == "67.5,10.7"
    assert curve(None) == "|||"
    assert curve(Arrivals((), (), (), 0, None)) == "|||"


def test_local_days_are_not_always_24_hours_long() -> None:
    spring = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert midnight(spring, "Europe/Paris", 1) - midnight(spring, "Europe/Paris") == timedelta(hours=24)
    begin, end = midnight(spring, "Europe/Paris").astimezone(UTC), midnight(spring, "Europe/Paris", 1).astimezone(UTC)
    assert end - begin == timedelta(hours=23)


def test_a_sentence_keeps_its_number_of_pieces() -> None:
    with pytest.raises(ValueError, match="the sentence p has 3 pieces and room for 2"):
        dict(pieces("p", "a **b** c", 2))
    assert dict(pieces("p", "a **b** c", 5)) == {"p.0": "a ", "p.1": "b", "p.2": " c", "p.3": "", "p.4": ""}


def test_a_promise_in_words() -> None:
    assert promise(Promise(0.8, 20), "fr") == "80\u00a0% en 20\u00a0s"
    assert promise(Promise(0.9, 14400), "en") == "90% in 4\u00a0h"
    assert promise(None, "en") == "no promise set"


def test_memory_keeps_for_a_while() -> None:
    now = [0.0]
    memory, asked = Memory(lambda: now[0]), []
    for at, fresh in ((0, 1), (4, 1), (6, 2)):
        now[0] = at
        memory.recall("key", 5, lambda: asked.append(1))
        assert len(asked) == fresh
