"""A source is late by its own rhythm: the silences of this time of the week, as known then, or a limit of the installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from dashboard.live.board import draw
from dashboard.live.feed import Feed, feeds
from dashboard.live.floor import Floor
from dashboard.live.leaf import answer, leaves
from dashboard.live.memory import Memory
from dashboard.setting import Settings
from metrics.query import Scope
from sql.clickhouse import Store
from tests.e2e.company import fill

ZONE = "Europe/Paris"
AT = datetime(2026, 11, 20, 14, 40, tzinfo=UTC)  # a Friday, 15:40 in Paris
MINUTE = timedelta(minutes=1)


def heard(store: Store, source: str, at: list[datetime], known: Callable[[datetime], datetime] = lambda each: each) -> None:
    """Events of a source at these instants, and how far it has come."""
    same = {"subject": "session/1", "type": "session.visited", "source": source}
    rows = [same | {"day": each.date(), "time": each, "id": str(each), "known_at": known(each)} for each in at]
    store.insert("event", pa.Table.from_pylist(rows))
    store.insert("watermark", pa.Table.from_pylist([{"source": source, "family": "session", "at": max(at)}]))


def every(step: timedelta, weeks: int, until: datetime = AT, hours: tuple[int, int] = (0, 24)) -> list[datetime]:
    """An event each `step` within these hours of the local day, in the days before each of the past weeks' moments and of now."""
    found = []
    for week in range(weeks + 1):
        end = until - timedelta(weeks=week) + (timedelta(hours=1) if week else timedelta())
        at = end - timedelta(hours=30)
        while at <= end:
            if hours[0] <= at.astimezone(ZoneInfo(ZONE)).hour < hours[1]:
                found.append(at)
            at += step
    return found


def feed(store: Store, at: datetime = AT, **late: int) -> Feed:
    (found,) = feeds(store, Memory(), Settings(zone=ZONE, late=late), at)
    return found


def test_a_source_that_speaks_every_minute_is_late_after_three_times_its_usual_silence(store: Store) -> None:
    heard(store, "chat", every(MINUTE, 6))
    now = feed(store)
    assert (now.late, now.usual_s, now.limit_s) == (False, 60, 180)  # looked at on the minute, the latest is a minute old
    assert not feed(store, AT + 3 * MINUTE).late
    assert feed(store, AT + 3.1 * MINUTE).late


def test_nobody_is_late_within_two_minutes(store: Store) -> None:
    heard(store, "chat", every(timedelta(seconds=10), 6))
    assert feed(store, AT + timedelta(seconds=119)).limit_s == 120
    assert not feed(store, AT + timedelta(seconds=119)).late
    assert feed(store, AT + timedelta(seconds=121)).late


def test_a_night_without_events_is_not_late_when_every_night_is(store: Store) -> None:
    night = datetime(2026, 11, 20, 3, 10, tzinfo=UTC)
    heard(store, "telephone", every(2 * MINUTE, 6, night, (8, 19)))
    found = feed(store, night)
    assert found.silent_s > 8 * 3600
    assert not found.late
    assert found.usual_s == pytest.approx(found.silent_s, abs=3600)


def test_a_source_without_a_rhythm_is_not_judged(store: Store) -> None:
    heard(store, "reference", [AT - timedelta(days=12)])
    assert feed(store) == Feed("reference", AT - timedelta(days=12), 12 * 86400.0)


SUNDAY = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(("silent", "late"), [(4, False), (14, False), (19, True)])
def test_who_tells_now_and_then_is_late_by_its_long_silences_only(store: Store, silent: int, late: bool) -> None:
    """Days of silence before this hour of the past Sundays: 1, 1, 1, 5, 2, 6 and so, of now, a few, or many."""
    days = [(SUNDAY - timedelta(weeks=week, days=before)) for week, before in enumerate((1, 1, 1, 5, 2, 6), 1)]
    heard(store, "register", [at for at in days if at < SUNDAY - timedelta(days=silent)] + [SUNDAY - timedelta(days=silent)])
    found = feed(store, SUNDAY)
    assert found.usual_s is not None
    assert found.usual_s >= 4.9 * 86400
    assert found.late is late


def test_a_history_that_came_in_two_loads_is_no_silence_between_them(store: Store) -> None:
    """One export five weeks ago, another a week ago, and live since: what came later was heard when it happened."""
    loads = [AT - timedelta(weeks=weeks) for weeks in (5, 1)]
    heard(store, "pilot", every(MINUTE, 6), lambda at: next((load for load in loads if at <= load), at))
    assert feed(store).usual_s == 60
    assert feed(store, AT + 10 * MINUTE).late


def test_holidays_do_not_hide_a_silence(store: Store) -> None:
    closed = [(AT - timedelta(weeks=week)).date() for week in (2, 3)]
    heard(store, "telephone", [at for at in every(MINUTE, 6) if at.date() not in closed])
    assert feed(store).usual_s == 60
    assert feed(store, AT + 10 * MINUTE).late


@pytest.mark.parametrize(("weeks", "judged"), [(2, False), (3, True)])
def test_a_new_source_is_judged_from_its_third_week(store: Store, weeks: int, judged: bool) -> None:
    heard(store, "new", every(MINUTE, weeks))
    assert (feed(store).limit_s is not None) is judged


def test_what_comes_once_a_day_is_usually_old(store: Store) -> None:
    """A file of the day before, read at seven in the morning: its events are of the whole day, but known in the morning only."""

    def read(at: datetime) -> datetime:
        return (at + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)

    kept = [at for at in every(MINUTE, 6) if read(at) <= AT]
    heard(store, "file", kept, read)
    found = feed(store)
    assert found.silent_s > 14 * 3600
    assert found.usual_s == pytest.approx(15 * 3600, abs=3600)
    assert not found.late


def test_one_bad_week_does_not_hide_a_silence(store: Store) -> None:
    times = [at for at in every(MINUTE, 6) if not timedelta(days=13) < AT - at < timedelta(days=16)]
    heard(store, "chat", times)
    assert feed(store, AT + 10 * MINUTE).late


def test_a_limit_of_the_installation_takes_the_place_of_what_is_usual(store: Store) -> None:
    heard(store, "chat", every(MINUTE, 6))
    assert feed(store, AT + 10 * MINUTE, chat=3600) == Feed("chat", AT, 600.0, None, 3600.0)
    assert feed(store, AT + timedelta(seconds=40), chat=30).late


def test_the_same_time_of_the_week_is_local(store: Store) -> None:
    """Clocks went back on 25 October 2026: in the weeks before, ten past four in Paris was an hour earlier for the world."""
    open_still = datetime(2026, 10, 30, 15, 10, tzinfo=UTC)
    heard(store, "shop", every(MINUTE, 6, open_still, (8, 17)))
    assert feed(store, open_still).usual_s == 60


def test_what_is_usual_is_asked_once_in_a_quarter_of_an_hour(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(store, "chat", every(10 * MINUTE, 3))
    asked: list[object] = []
    from sql import standing

    ask = standing.silences
    monkeypatch.setattr(standing, "silences", lambda *given: asked.append(1) or ask(*given))
    memory, settings = Memory(), Settings(zone=ZONE)
    for _ in range(5):
        feeds(store, memory, settings, AT)
    assert len(asked) == 1


def test_a_late_source_is_said_by_name_and_takes_the_verdict_from_what_it_feeds(store: Store) -> None:
    fill(store, AT)
    floor = Floor(Scope.all())
    judged = draw(store, Settings(late={"voice/test": 60}), floor, Memory(), AT)
    assert judged.late == ()
    assert leaves(judged, "fr")["late"] == ""
    later = AT + 8 * MINUTE
    board = draw(store, Settings(zone=ZONE, late={"voice/test": 60}), floor, Memory(), later)
    assert [each.name for each in board.late] == ["voice/test"]
    assert {line.channel for line in board.queues if line.silent_since} == {"voice"}
    assert {line.status for line in board.queues if line.channel == "voice"} == {"unknown"}
    assert {line.status for line in board.channels if line.channel == "email"} != {"unknown"}
    said = leaves(board, "fr")
    assert said["late"] == "1 source est en retard\u00a0: voice/test, muette depuis 15:40 (seuil 1\u00a0min)"
    assert said["late@class"] == "late st ink watch"
    assert said["c.voice.note"] == "muette 8\u00a0min"
    assert said["q.voice.sav-voix.status@title"] == "indéterminé, une source est en retard"
    assert said["s.voice/test.mark@class"] == "st watch"
    assert said["said"].endswith("1 source en retard")
    english = leaves(board, "en")
    assert english["late"] == "1 source is late: voice/test, silent since 15:40 (limit 1\u00a0min)"


def test_the_first_line_does_not_claim_what_a_silent_source_hides(store: Store) -> None:
    heard(store, "chat/test", [AT])
    same = {"day": AT.date(), "queue": "q", "source": "chat/test", "channel": "chat", "reason": "answered", "n": 1, "version": 1, "gone": 0}
    stays = [same | {"subject_hash": n, "interaction": str(n), "entered_at": AT - MINUTE, "left_at": AT} for n in range(40)]
    store.insert("stay", pa.Table.from_pylist(stays))
    settings = Settings(zone=ZONE, late={"chat/test": 60})
    calm, silent = (draw(store, settings, Floor(Scope.all()), Memory(), at) for at in (AT, AT + 30 * MINUTE))
    assert answer(calm, "en") == "Nobody is waiting, and no queue is beyond its promise"
    assert answer(silent, "en") == "Source chat/test silent since 15:40: 1 queue cannot be judged"
    next_day = draw(store, settings, Floor(Scope.all()), Memory(), AT + timedelta(hours=20))
    assert answer(next_day, "fr").startswith("Source chat/test muette depuis le 20 nov. à 15:40")
