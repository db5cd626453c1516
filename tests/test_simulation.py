"""The demo company: it repeats itself exactly, keeps its own rules, and its tally agrees with what it says."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import orjson
import pytest

from ingest.event import DATA
from ingest.explain import explain
from ingest.simulation import Simulation, simulate
from ingest.simulation.calendar import HOUR, PARIS, day_of
from ingest.simulation.tally import Q
from tests.simulation_count import Count

UNTIL = datetime(2026, 10, 29, 9, 17, tzinfo=UTC)  # ten days over the end of summer time, cut in the middle of a morning
CHATS = {"chat", "messaging", "sms", "app"}
ALONE = {"voice", "video"}


class World:
    """Ten days, once for all tests."""

    def __init__(self) -> None:
        self.simulation = Simulation(10, 3, UNTIL)
        self.events = [event for events in self.simulation.chunks(15_000) for event in events]
        self.tally = self.simulation.tally
        self.count = Count(self.events, self.simulation.now)


@pytest.fixture(scope="module")
def ten() -> World:
    return World()


def fingerprint(events: list[dict[str, Any]]) -> str:
    return hashlib.sha256(orjson.dumps(events)).hexdigest()


def test_same_seed_same_events() -> None:
    until = datetime(2026, 6, 12, 17, 30, tzinfo=UTC)
    once = list(simulate(3, 5, until))
    again = [event for events in Simulation(3, 5, until).chunks(777) for event in events]
    assert fingerprint(once) == fingerprint(again)
    assert fingerprint(once) != fingerprint(list(simulate(3, 6, until)))


def test_going_on_is_seamless() -> None:
    """Stopping at an instant and going on gives the same events as never having stopped."""
    until = datetime(2026, 6, 12, 17, 30, tzinfo=UTC)
    long = Simulation(2, 5, until)
    whole = long.advance(long.until + 3 * HOUR)
    parts = Simulation(2, 5, until)
    pieces = [event for events in parts.chunks() for event in events]
    for minutes in range(7, 181, 7):
        pieces += parts.advance(parts.until + minutes * 60_000)
    pieces += parts.advance(parts.until + 3 * HOUR)
    assert fingerprint(pieces) == fingerprint(whole)
    assert parts.tally.to_json() == long.tally.to_json()


def test_order_and_identity(ten: World) -> None:
    identities = {(event["source"], event["id"]) for event in ten.events}
    assert len(identities) == len(ten.events)
    order = [(event["time"], event.get("sequence", 0)) for event in ten.events]
    assert all(before < after for before, after in pairwise(order))
    assert order[-1][0] < "2026-10-29T09:17:00.000Z"


def test_every_event_keeps_the_contract(ten: World) -> None:
    declared = {field.name for field in DATA}
    wrong = [(event, reason) for event in ten.events[::3] if (reason := explain(event))]
    assert wrong == []
    assert {name for event in ten.events for name in event["data"]} <= declared


def test_tally_agrees_with_the_events(ten: World) -> None:
    """The count of the state machine and a slow count of what it said, row by row."""
    rows = {key: row.as_dict() for key, row in ten.tally.rows.items() if row.as_dict()}
    assert rows == ten.count.counts()


def test_agent_time_agrees_and_adds_up(ten: World) -> None:
    found = {}
    for key, day in ten.tally.agents.items():
        shares = {channel: share for channel, share in day.equal().items() if share}
        assert sum(shares.values(), Fraction(0)) == day.wall
        if day.wall:
            found[key] = (day.wall, shares)
    assert found == ten.count.agent_time()
    assert {key: value for key, value in ten.tally.presence.items() if value} == ten.count.presence_ms()


def test_tally_as_json(ten: World) -> None:
    said = orjson.loads(ten.tally.to_json())
    assert said["q"] == Q
    for agent in said["agents"]:
        assert sum(int(channel["equal_q"]) for channel in agent["channels"].values()) == agent["wall_ms"] * Q
        assert sum(channel["gross_ms"] for channel in agent["channels"].values()) >= agent["wall_ms"]


def test_nobody_is_lost(ten: World) -> None:
    """Offered = answered + abandoned + left otherwise + still waiting, queue by queue."""
    waiting: dict[str, int] = defaultdict(int)
    for (_, queue, _), row in ten.tally.rows.items():
        left = sum(value for name, value in row.as_dict().items() if name.startswith("left_"))
        waiting[queue] += row.offered - row.answered - row.abandoned - left
    expected = ten.simulation.waiting()
    assert {queue: n for queue, n in waiting.items() if queue and n} == {queue: n for queue, n in expected.items() if n}
    assert sum(expected.values()) > 0


def test_never_more_than_capacity(ten: World) -> None:
    """One voice or video contact and nothing beside, or up to three chats beside one written contact; what rings is taken as well,
    except that one goes on writing until the phone is answered."""
    by_agent: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for agent, channel, _, phase, since, until, _ in ten.count.work:
        name = "bell" if phase == "ring" and channel in ALONE else channel
        by_agent[agent] += [(since, 1, name), (until, -1, name)]
    for changes in by_agent.values():
        held: dict[str, int] = defaultdict(int)
        for _, by, channel in sorted(changes):
            held[channel] += by
            alone = sum(held[name] for name in ALONE)
            chats = sum(held[name] for name in CHATS)
            written = sum(held.values()) - alone - chats - held["bell"]
            assert alone + held["bell"] <= 1
            assert chats <= 3
            assert written <= 1
            assert not alone or chats + written == 0
            assert not held["bell"] or chats == 0


def test_on_contact_only_while_present(ten: World) -> None:
    present: dict[str, list[tuple[int, int]]] = defaultdict(list)
    away: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for agent, _, state, since, until in ten.count.presence:
        present[agent].append((since, until))
        if state != "ready":
            away[agent].append((since, until))
    for agent, _, _, phase, since, until, _ in ten.count.work:
        at = since
        for a, b in sorted(present[agent]):
            if a <= at < b:
                at = b
        assert at >= until, f"{agent} works in {phase} while signed out"
        assert all(until <= a or since >= b for a, b in away[agent]), f"{agent} works in {phase} during a break"


def test_days_of_23_and_25_hours(ten: World) -> None:
    autumn, spring = day_of(date(2026, 10, 25)), day_of(date(2026, 3, 29))
    assert (autumn.end - autumn.start, spring.end - spring.start) == (25 * HOUR, 23 * HOUR)
    for day in (autumn, spring):
        assert datetime.fromtimestamp(day.at(570) / 1000, PARIS).strftime("%H:%M") == "09:30"
        assert datetime.fromtimestamp(day.at(1440 + 90) / 1000, PARIS).strftime("%d %H:%M") == f"{day.date.day + 1} 01:30"
    # the telephone opens at ten o'clock in Paris on that Sunday: nine in UTC, where the Sunday before it was eight
    first = {}
    for event in ten.events:
        if event["type"] == "interaction.started" and event["data"]["channel"] == "voice":
            first.setdefault(datetime.fromisoformat(event["time"]).astimezone(PARIS).date(), event["time"][11:13])
    assert first[date(2026, 10, 25)] == "09"
    assert first[date(2026, 10, 24)] == "07"
    night = {day for (_, day), page in ten.tally.agents.items() if page.wall}
    assert "2026-10-25" in night


def test_the_planted_incident_is_found(ten: World) -> None:
    """On the two days without deliveries the chat and the e-mail about orders flood, and only then."""
    for queue, channel in (("livraison-chat", "chat"), ("commandes-mail", "email"), ("livraison-msg", "messaging")):
        offered = {key[2]: row.offered for key, row in ten.tally.rows.items() if key[:2] == (channel, queue)}
        incident = [offered[day.isoformat()] for day in ten.simulation.incident]
        others = [n for day, n in offered.items() if date.fromisoformat(day) not in ten.simulation.incident and n]
        assert min(incident) > 1.5 * sorted(others)[len(others) // 2]
        assert min(incident) > max(n for day, n in offered.items() if date.fromisoformat(day) < ten.simulation.incident[0])
    motives = defaultdict(int)
    for event in ten.events:
        if event["type"] == "interaction.closed" and event["data"]["motive"] == "livraison/où est ma commande":
            motives[event["time"][:10]] += 1
    assert max(motives, key=lambda day: motives[day]) in {day.isoformat() for day in ten.simulation.incident}


def test_the_figures_are_credible(ten: World) -> None:
    voice, chat, everything = ten.tally.totals(channel="voice"), ten.tally.totals(channel="chat"), ten.tally.totals()

    def aht(row: dict[str, int]) -> float:
        return (row["talk_ms"] + row["hold_ms"] + row["wrap_ms"]) / row["handled"] / 1000

    assert 0.68 <= voice["answered_in_20s"] / (voice["answered"] + voice["abandoned"]) <= 0.9
    assert 0.03 <= voice["abandoned"] / voice["offered"] <= 0.1
    assert 330 <= aht(voice) <= 450
    assert 540 <= aht(chat) <= 840
    assert 0.70 <= everything["csat_top"] / everything["ratings_csat"] <= 0.86
    assert everything["missed"] > everything["declined"] > 0
    assert 0.05 <= everything["escalations"] / everything["handled"] <= 0.13


def test_what_the_brief_names_is_there(ten: World) -> None:
    """Every channel, modes, reasons, relations, roles and presence states a supervisor knows."""
    seen: dict[str, set[str]] = defaultdict(set)
    for event in ten.events:
        seen["type"].add(event["type"])
        for name in ("channel", "mode", "reason", "relation", "role", "state", "author", "direction"):
            if name in event["data"]:
                seen[name].add(event["data"][name])
    assert seen["channel"] >= {
        "voice", "email", "chat", "sms", "messaging", "social", "web", "app", "video", "store", "kiosk", "field", "post", "fax",
    }  # fmt: skip
    assert seen["mode"] == {"bot", "callback"}
    assert seen["reason"] >= {"answered", "abandoned", "callback", "overflow", "voicemail", "timeout", "transferred"}
    assert seen["relation"] >= {"transfer", "callback", "switch", "follow_up"}
    assert seen["role"] >= {"consult", "conference", "monitor"}
    assert seen["state"] >= {"ready", "pause", "repas", "reunion", "injoignable"}
    assert seen["author"] == {"customer", "agent", "bot", "system"}
    assert {"customer.merged", "order.returned", "interaction.reopened", "interaction.assigned", "interaction.handed_off"} <= seen["type"]


def test_an_email_that_nobody_answers_is_sent_again(ten: World) -> None:
    """A day after the first message, in the same contact, before anybody has replied."""
    written = {event["subject"] for event in ten.events if event["type"] == "interaction.started" and event["data"]["channel"] == "email"}
    asked: dict[str, list[datetime]] = {}
    repeated = 0
    for event in ten.events:
        if event["type"] == "interaction.message" and event["subject"] in written:
            if event["data"]["author"] == "agent":
                asked[event["subject"]] = []
            elif event["data"]["author"] == "customer":
                known = asked.setdefault(event["subject"], [])
                known.append(datetime.fromisoformat(event["time"]))
                repeated += len(known) == 2 and known[1] - known[0] >= timedelta(hours=23)
    assert repeated > 0
    assert repeated < 0.05 * len(written), "most are answered within the day"


def test_the_days_of_the_week_and_the_hours_of_the_day(ten: World) -> None:
    """Contacts that customers open: Sundays are half of a working day at most, nights a small part of the mornings."""
    days: dict[date, int] = defaultdict(int)
    hours: dict[int, int] = defaultdict(int)
    for event in ten.events:
        if event["type"] == "interaction.started" and event["data"].get("direction") == "inbound":
            local = datetime.fromisoformat(event["time"]).astimezone(PARIS)
            days[local.date()] += 1
            hours[local.hour] += 1
    whole = {day: n for day, n in days.items() if day not in ten.simulation.incident and day < UNTIL.date()}
    working = [n for day, n in whole.items() if day.weekday() < 5]
    assert whole[date(2026, 10, 25)] < 0.55 * min(working)
    assert whole[date(2026, 10, 25)] < whole[date(2026, 10, 24)] < min(working), "a Saturday lies between"
    assert max(hours[hour] for hour in range(1, 6)) < 0.2 * min(hours[hour] for hour in (10, 11, 14, 15))


def test_teams_move_and_hours_change(ten: World) -> None:
    teams: dict[str, list[str]] = defaultdict(list)
    calendars: dict[str, int] = defaultdict(int)
    for event in ten.events:
        if event["type"] == "reference.agent":
            teams[event["subject"]].append(event["data"]["team"])
        elif event["type"] == "reference.calendar":
            calendars[event["subject"]] += 1
    assert len(teams) == 33
    assert sum(1 for said in teams.values() if len(set(said)) > 1) == 3
    assert calendars["calendar/conseil"] == 2


def test_pilot_and_roll_out() -> None:
    """A long history begins with the pilot; the others are said to exist when they join."""
    simulation = Simulation(91, 2, datetime(2026, 7, 20, tzinfo=UTC))
    assert simulation.roll_out == date(2026, 4, 27)
    joined: dict[str, str] = {}
    worked: set[str] = set()
    opened = simulation.roll_out.isoformat()
    for event in simulation.advance(day_of(simulation.roll_out + timedelta(days=3)).start):
        if event["type"] == "reference.agent":
            joined.setdefault(event["subject"], event["time"][:10])
        elif event["type"] == "agent.signed_in" and event["time"] < opened:
            worked.add(event["subject"])
    assert 5 <= len(worked) <= 8
    assert len(joined) == 33
    assert sum(1 for day in joined.values() if day >= (simulation.roll_out - timedelta(days=1)).isoformat()) == 25
    before = simulation.tally.totals(day=(simulation.roll_out - timedelta(days=5)).isoformat())
    after = simulation.tally.totals(day=(simulation.roll_out + timedelta(days=2)).isoformat())
    assert after["contacts"] > 4 * before["contacts"]


@pytest.mark.parametrize(
    ("last", "over"),
    [((2026, 11, 29), (2026, 8, 31)), ((2026, 12, 1), (2026, 9, 28)), ((2026, 3, 31), (2025, 12, 29)), ((2026, 1, 5), (2025, 10, 27))],
)
def test_a_committee_compares_two_months_of_the_whole_company(last: tuple[int, int, int], over: tuple[int, int, int]) -> None:
    assert Simulation(300, 1, datetime(*last, 12, tzinfo=UTC)).roll_out == date(*over)


def test_the_brands_share_the_company(ten: World) -> None:
    """Everybody shops at one brand, at its stores; every event of trade and steering names it."""
    brands: dict[str, set[str]] = defaultdict(set)
    sites: dict[str, set[str]] = defaultdict(set)
    share = [0, 0]
    for event in ten.events:
        kind, data = event["type"].partition(".")[0], event["data"]
        if event["type"] == "interaction.started" or event["type"] == "order.placed":
            brands[data["customer"][-5:]].add(data["brand"])
            share[data["brand"] == "Kerlann"] += 1
        if event["type"] == "order.placed" and "site" in data:
            sites[data["brand"]].add(data["site"])
        assert data.get("brand") or kind in {"interaction", "agent", "order", "reference", "feedback", "offer"}, event
    assert {len(each) for each in brands.values()} == {1}
    assert 0.17 < share[1] / sum(share) < 0.23
    assert sites["Kerlann"] == {"m-tours", "m-dijon", "m-lyon"}
    assert not sites["Kerlann"] & sites["Vaubrun"]


def test_unusable_parameters_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="offset"):
        Simulation(10, 1, datetime(2026, 1, 1))  # noqa: DTZ001 - it is refused
    with pytest.raises(ValueError, match="days"):
        Simulation(0, 1, UNTIL)
