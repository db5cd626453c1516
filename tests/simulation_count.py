"""A slow, obvious count of events, written from docs/events.md and from nothing of the simulator: what its tally is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
PHASE = {
    "rang": "ring", "accepted": "talk", "opened": "talk", "unparked": "talk", "resumed": "talk", "held": "hold", "wrapup_started": "wrap",
    "parked": "", "released": "", "declined": "", "missed": "", "wrapup_ended": "",
}  # fmt: skip
Rows = dict[tuple[str, str, str], dict[str, int]]


def ms(text: str) -> int:
    """UTC milliseconds of an event's time."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def paris_day(moment: int) -> str:
    """The civil day in Paris of an instant."""
    return datetime.fromtimestamp(moment / 1000, PARIS).date().isoformat()


def midnight_after(moment: int) -> int:
    """The first Paris midnight after an instant."""
    civil = datetime.fromtimestamp(moment / 1000, PARIS).date() + timedelta(days=1)
    return round(datetime(civil.year, civil.month, civil.day, tzinfo=PARIS).timestamp() * 1000)


def cut(since: int, until: int) -> list[tuple[str, int, int]]:
    """(day, from, to) of an interval at each Paris midnight."""
    pieces = []
    while since < until:
        end = min(until, midnight_after(since))
        pieces.append((paris_day(since), since, end))
        since = end
    return pieces


class Count:
    """Everything counted from one list of events, in their order; work and presence that is open is cut at `now`."""

    def __init__(self, events: Iterable[dict[str, Any]], now: int) -> None:
        self.now = now
        self.rows: Rows = defaultdict(lambda: defaultdict(int))
        self.work: list[tuple[str, str, str, str, int, int, str]] = []  # agent, channel, queue, phase, from, to, role
        self.presence: list[tuple[str, str, str, int, int]] = []  # agent, domain, state, from, to
        by_subject: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in events:
            by_subject[event["subject"]].append(event)
        for subject, own in by_subject.items():
            kind = subject.partition("/")[0]
            if kind == "interaction":
                self._interaction(own)
            elif kind == "agent":
                self._agent(subject.partition("/")[2], own)
            elif kind == "order":
                for event in own:
                    if event["type"] == "order.placed":
                        row = self.rows[event["data"]["channel"], "", paris_day(ms(event["time"]))]
                        row["orders"] += 1
                        row["order_cents"] += round(event["data"]["amount"] * 100)
        for _, channel, queue, phase, since, until, role in self.work:
            name = "monitor" if role == "monitor" else phase
            for day, a, b in cut(since, until):
                self.rows[channel, queue, day][name + "_ms"] += b - a

    def _interaction(self, events: list[dict[str, Any]]) -> None:
        channel = next((e["data"]["channel"] for e in events if e["data"].get("channel")), "")
        first_queue = next((e["data"]["queue"] for e in events if e["type"] == "interaction.entered_queue"), "")
        base = self.rows[channel, first_queue, paris_day(ms(events[0]["time"]))]
        base["contacts"] += 1
        asked = replied = None
        queue, entered, stay = "", 0, base
        stints: dict[str, dict[str, Any]] = {}
        for event in events:
            kind, data, at = event["type"].partition(".")[2], event["data"], ms(event["time"])
            if event["type"] == "feedback.given":
                self._rating(self.rows[channel, first_queue, paris_day(at)], data)
            elif kind == "entered_queue":
                queue, entered = data["queue"], at
                stay = self.rows[channel, queue, paris_day(at)]
                stay["offered"] += 1
            elif kind == "left_queue":
                self._left(stay, data["reason"], at - entered)
                base["transfers"] += data["reason"] == "transferred"
            elif kind == "message" and data["author"] == "customer" and asked is None:
                asked = at
            elif kind == "message" and data["author"] == "agent" and not data.get("automatic") and asked is not None and replied is None:
                replied = at
                base["first_responses"] += 1
                base["first_response_ms"] += at - asked
            elif kind == "linked" and data["relation"] == "transfer":
                base["transfers"] += 1
            elif kind == "escalated":
                base["escalations"] += 1
            elif kind == "reopened":
                base["reopens"] += 1
            if kind in PHASE:
                self._stint(stints, kind, data, at, channel, queue)
        for stint in stints.values():
            self._phase(stint, "", self.now)

    def _left(self, stay: dict[str, int], reason: str, wait: int) -> None:
        if reason == "answered":
            stay["answered"] += 1
            stay["wait_ms"] += wait
            stay["answered_in_20s"] += wait <= 20_000
        elif reason == "abandoned":
            stay["abandoned"] += 1
            stay["short_abandons"] += wait <= 5_000
        else:
            stay["left_" + reason] += 1

    def _rating(self, row: dict[str, int], data: dict[str, Any]) -> None:
        if data["instrument"] == "csat":
            row["ratings_csat"] += 1
            row["csat_top"] += data["score"] >= 4
        if data["instrument"] == "nps":
            row["ratings_nps"] += 1
            row["nps_promoters"] += data["score"] >= 9
            row["nps_detractors"] += data["score"] <= 6

    def _stint(self, stints: dict[str, dict[str, Any]], kind: str, data: dict[str, Any], at: int, channel: str, queue: str) -> None:
        stint = stints.get(data["stint"])
        if stint is None:
            stint = {
                "agent": data["agent"],
                "channel": channel,
                "queue": queue,
                "phase": "",
                "since": at,
                "day": paris_day(at),
                "role": "primary",
            }
            stints[data["stint"]] = stint
        row = self.rows[channel, stint["queue"], stint["day"]]
        if kind in {"rang", "missed", "declined"}:
            row[kind] += 1
        elif kind in {"accepted", "opened"}:
            stint["role"] = data.get("role", "primary")
            self.rows[channel, stint["queue"], paris_day(at)]["handled"] += stint["role"] != "monitor"
        self._phase(stint, PHASE[kind], at)

    def _phase(self, stint: dict[str, Any], phase: str, at: int) -> None:
        if stint["phase"] and at > stint["since"]:
            self.work.append((stint["agent"], stint["channel"], stint["queue"], stint["phase"], stint["since"], at, stint["role"]))
        stint["phase"], stint["since"] = phase, at

    def _agent(self, agent: str, events: list[dict[str, Any]]) -> None:
        said: dict[str, tuple[str, int]] = {}
        for event in events:
            at = ms(event["time"])
            if event["type"] == "agent.state":
                domain = event["data"]["domain"]
                if domain in said:
                    self.presence.append((agent, domain, *said[domain], at))
                said[domain] = (event["data"]["state"], at)
            elif event["type"] == "agent.signed_out":
                self.presence += [(agent, domain, state, since, at) for domain, (state, since) in said.items()]
                said = {}
        self.presence += [(agent, domain, state, since, self.now) for domain, (state, since) in said.items()]

    def counts(self) -> Rows:
        """The rows that are not all zero, without their zeros."""
        kept = {key: {name: value for name, value in row.items() if value} for key, row in self.rows.items()}
        return {key: row for key, row in kept.items() if row}

    def agent_time(self) -> dict[tuple[str, str], tuple[int, dict[str, Fraction]]]:
        """Per agent and Paris day: the wall time busy, and the equal share of each channel, from a sweep over cut intervals."""
        pieces: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for agent, channel, _, phase, since, until, _ in self.work:
            if phase != "ring":
                for day, a, b in cut(since, until):
                    pieces[agent, day].append((a, b, channel))
        result = {}
        for key, intervals in pieces.items():
            changes = sorted([(a, 1, c) for a, b, c in intervals] + [(b, -1, c) for a, b, c in intervals])
            open_now: dict[str, int] = defaultdict(int)
            wall, before = 0, 0
            shares: dict[str, Fraction] = defaultdict(Fraction)
            for at, by, channel in changes:
                n = sum(open_now.values())
                if n:
                    wall += at - before
                    for name, number in open_now.items():
                        shares[name] += Fraction(number * (at - before), n)
                open_now[channel] += by
                before = at
            result[key] = (wall, {name: share for name, share in shares.items() if share})
        return result

    def presence_ms(self) -> dict[tuple[str, str, str, str], int]:
        """Per agent, Paris day, domain and state."""
        total: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for agent, domain, state, since, until in self.presence:
            for day, a, b in cut(since, until):
                total[agent, day, domain, state] += b - a
        return {key: value for key, value in total.items() if value}
