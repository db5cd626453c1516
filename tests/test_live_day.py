"""The last day that is over stands beside a day that has hardly begun, says which day it is, and goes when today has begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.live.arrival import Whose, midnight
from dashboard.live.board import Board, draw
from dashboard.live.day import Day, ended
from dashboard.live.floor import Floor
from dashboard.live.leaf import leaves, shape
from dashboard.live.memory import Memory
from dashboard.setting import Settings
from metrics.query import Query, Scope
from metrics.result import Figure
from metrics.run import ask
from sql.clickhouse import Store
from tests.e2e.company import HERE, ZONE, fill

SETTINGS = Settings(zone=ZONE)
WHOSE = Whose(Scope.all(), (), ZONE)
EVENING = datetime.now(HERE).replace(year=2026, month=11, day=20, hour=21, minute=0, second=0, microsecond=0)
MORNING = EVENING + timedelta(hours=3, minutes=40)  # 00:40 of the day after


def board(store: Store, at: datetime, **filters: tuple[str, ...]) -> Board:
    return draw(store, SETTINGS, Floor.of(Scope.all(), filters), Memory(), at.astimezone(UTC))


def test_the_day_that_just_ended_stands_beside_today(store: Store) -> None:
    fill(store, EVENING.astimezone(UTC), weeks=0)
    day = board(store, MORNING).day
    assert day is not None
    assert (day.date, day.yesterday) == (date(2026, 11, 20), True)
    since, until = midnight(MORNING, ZONE, -1), midnight(MORNING, ZONE)
    asked = Query(
        ("contacts", "handled", "abandoned", "promise_kept"), ("channel",), since, until, zone=ZONE, scope=Scope.all(), now=MORNING
    )
    for row in ask(store, asked).rows:
        code = str(row.keys["channel"])
        assert day.contacts(code) == row.figures["contacts"].value
        assert all(day.figure(code, name) == row.figures[name] for name in ("handled", "abandoned", "promise_kept"))
    assert day.contacts("") == sum(day.contacts(code) for code in day.arrived if code)
    assert day.missed == ("email",), "voice, at 82 % on 293, may have kept its 80"


def test_it_is_said_in_words_and_under_every_figure(store: Store) -> None:
    fill(store, EVENING.astimezone(UTC), weeks=0)
    drawn = board(store, MORNING)
    said = leaves(drawn, "fr")
    sentence = "".join(said[f"ended.{at}"] for at in range(11))
    assert sentence.startswith("Hier, ven. 20 nov.\u00a0: ")
    assert sentence.endswith("manquée par E-mail.")
    assert said["c.voice.arrived"] == "0"
    assert said["c.voice.arrived.then"] == str(drawn.day.contacts("voice") if drawn.day else "")
    assert said["c.voice.level.then"] == "82\u00a0%"
    assert said["c.voice.curve@curve"].split("|")[3].startswith("M")
    english = leaves(drawn, "en")
    assert said.keys() == english.keys()
    assert english["ended.0"].startswith("Yesterday, Fri 20 Nov: ")


def test_it_goes_when_today_has_begun(store: Store) -> None:
    fill(store, EVENING.astimezone(UTC), weeks=0)
    now = MORNING.astimezone(UTC)
    whole = sum(row.figures["contacts"].value or 0 for row in ask(store, Query(("contacts",), scope=Scope.all(), now=now)).rows)
    memory = Memory()
    assert ended(store, memory, SETTINGS, WHOSE, now, int(0.1 * whole) - 1) is not None
    assert ended(store, memory, SETTINGS, WHOSE, now, int(0.1 * whole) + 1) is None
    begun = board(store, EVENING)
    assert begun.day is None
    assert "ended.0" not in leaves(begun, "fr")
    assert "c.voice.arrived.then" not in leaves(begun, "fr")
    assert shape(begun, "fr") != shape(replace(begun, day=Day(date(2026, 11, 19), True, {}, {}, ())), "fr"), "the page is laid out anew"


def test_a_small_floor_needs_thirty_contacts(store: Store) -> None:
    fill(store, EVENING.astimezone(UTC), weeks=0)
    whose = Whose(Scope.all(), (("channel", ("video",)),), ZONE)
    now = MORNING.astimezone(UTC)
    assert ended(store, Memory(), SETTINGS, whose, now, 29) is not None
    assert ended(store, Memory(), SETTINGS, whose, now, 30) is None


@pytest.mark.parametrize(("days", "said"), [(2, "samedi"), (7, "")])
def test_after_days_without_a_contact_it_is_the_last_day_that_had_one(store: Store, days: int, said: str) -> None:
    saturday = EVENING + timedelta(days=1)
    fill(store, saturday.astimezone(UTC), weeks=0)
    found = board(store, saturday + timedelta(days=days, hours=4)).day
    if not said:
        assert found is None
        return
    assert found is not None
    assert (found.date, found.yesterday) == (date(2026, 11, 21), False)
    told = leaves(board(store, saturday + timedelta(days=days, hours=4)), "fr")
    assert told["ended.0"].startswith("Dernier jour avec des contacts, sam. 21 nov.")


def test_a_day_before_without_a_value_has_none() -> None:
    day = Day(date(2026, 11, 20), True, {}, {}, ())
    assert day.figure("fax", "handled") == Figure(None, None)
    assert day.contacts("fax") == 0
