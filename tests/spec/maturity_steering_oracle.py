"""Slow formulas of steering (journeys, governance, performance), from the words of methods and criteria: see maturity_plain.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from tests.spec.fact_oracle import Row
from tests.spec.maturity_plain import DAY, Things, World, due, each, inside, name, told, whole
from tests.spec.plain_event import Event

FAMILIES = ("satisfaction", "return", "acquisition", "retention", "churn")
CONCLUSIVE = ("improved", "unchanged", "worsened")
SATISFIED = {5: 4, 7: 6, 10: 9}  # the least satisfied score of a scale


# --- journeys --------------------------------------------------------------------------------------------------------------------------


def journey_observable(w: World, at: datetime, days: int) -> Things:
    """Contacts with a customer and a motive or a case, and orders with a customer, of all contacts and orders."""
    contacts = [bool(one["customer"] and (one["motive"] or one["case"])) for one in w.met(at, days)]
    return each(contacts + [bool(one["customer"]) for one in w.ordered(at, days)])


def moment_coverage(w: World, at: datetime, days: int) -> Things:
    """Of the declared moments those with thirty answers in the window."""
    said = [one["moment"] for one in w.ratings if inside(one["given_at"], at, days)]
    return each(said.count(moment) >= 30 for moment in w.register("moment", at))


def handed(one: Row) -> bool:
    """Whether we handed a contact to somebody else."""
    return bool(one["transfers"] or one["escalations"])


def _episodes(w: World, at: datetime) -> list[list[Row]]:
    """The contacts customers opened before an instant, by what they are about: a case; or else a person and a family of motives. A
    contact begins another episode when everything before it had been quiet for more than seven days (one, where no motive is known); none
    is waited for longer than 53 days. Of those that began together the first is the one that was quiet first, then by channel, then as it
    was kept by us."""
    about: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for one in w.contacts:
        if one["direction"] in ("outbound", "internal") or one["started_at"] >= at:
            continue
        if one["case"]:
            about["case", one["case"], ""].append(one)
        elif one["customer"]:
            about["person", w.person(one["customer"]), one["motive"].partition("/")[0]].append(one)
    found: list[list[Row]] = []

    def quiet(one: Row) -> datetime:
        last: datetime = min(one["last_at"], one["started_at"] + 53 * DAY)
        return last

    for (tie, _, motive), own in about.items():
        gap = 7 * DAY if tie == "case" or motive else DAY
        active = None
        for one in sorted(own, key=lambda one: (one["started_at"], quiet(one), one["channel"], handed(one))):
            if active is None or one["started_at"] - active > gap:
                found.append([])
            found[-1].append(one)
            active = max(active or quiet(one), quiet(one))
    return found


def episode_bounced(w: World, at: datetime, days: int) -> Things:
    """Of the episodes opened in the window those with a bounce that the customer suffered: two contacts running on different channels,
    of which we had not handed the first to somebody else (no transfer, no escalation)."""

    def suffered(first: Row, second: Row) -> bool:
        changed = first["channel"] and second["channel"] and first["channel"] != second["channel"]
        return bool(changed) and not handed(first)

    opened = [episode for episode in _episodes(w, at) if inside(episode[0]["started_at"], at, days)]
    return each(any(suffered(*pair) for pair in pairwise(episode)) for episode in opened)


def decisions(w: World, at: datetime) -> dict[str, Event]:
    """Every decision as it was last written before an instant."""
    return {name(one): one for one in w.until(at, "decision.taken")}


def voice_loop(w: World, at: datetime, days: int) -> Things:
    """Of the decisions taken for a customer's voice that fell due in the window, those of which an evaluation concluded something."""
    told_of = {name(one) for one in w.until(at, "decision.evaluated") if told(one, "verdict") in CONCLUSIVE}
    asked = {key: one for key, one in decisions(w, at).items() if told(one, "cause") == "customer"}
    return each(key in told_of for key, one in asked.items() if inside(due(one), at, days))


def voice_decision(w: World, at: datetime, days: int) -> Things:
    """Of the decisions of the window those taken for a customer's voice."""
    latest = {name(one): one for one in w.within(at, days, "decision.taken")}
    return each(told(one, "cause") == "customer" for one in latest.values())


def detractor_recontact(w: World, at: datetime, days: int) -> Things:
    """Very dissatisfied answers, and the working days until that person was contacted: no weekend, no day that a calendar closes."""
    closed = {date.fromisoformat(day) for one in w._typed["reference.calendar"] for day in told(one, "holidays")}
    calls: dict[str, list[datetime]] = defaultdict(list)
    for one in w.contacts:
        if one["direction"] == "outbound" and one["started_at"] < at:
            calls[w.person(one["customer"])].append(one["started_at"])
    found: Things = []
    for said in w.ratings:
        bad = said["score"] <= {("nps", 10): 6, ("csat", 5): 2}.get((said["instrument"], said["scale"]), -1)
        if not (bad and said["customer"] and inside(said["given_at"], at, days)):
            continue
        after = [call for call in calls[w.person(said["customer"])] if call > said["given_at"]]
        end, begun = w.day(min(after) if after else at), w.day(said["given_at"])
        between = [begun + timedelta(days=day) for day in range(1, (end - begun).days + 1)]
        found.append((bool(after), sum(one.isoweekday() <= 5 and one not in closed for one in between)))
    return found


def visit_personal(w: World, at: datetime, days: int) -> Things:
    """Visits, and contacts they began, of known customers on a day on which, by then, something was decided for that person, control
    group apart."""
    made = [one for one in w.until(at, "personalisation.decided") if told(one, "arm") != "control"]
    decided = {(w.person(name(one)), w.day(one["time"])) for one in made}
    seen = [(name(one), one["time"]) for one in w.within(at, days, "session.visited")]
    seen += [(one["customer"], one["started_at"]) for one in w.met(at, days) if one["customer"] and one["direction"] == "inbound"]
    return each((w.person(who), w.day(time)) in decided for who, time in seen)


def _problems(w: World, key: str, row: Row, at: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """What went wrong with an order before an instant: when, and the first word of it to the customer. It ran late: announced as late, or
    not done at the time promised, whichever came first. It was to be collected, and a week after it was ready nothing had become of it."""
    warned = [one["time"] for one in w.about("order.warned", key, at) if one["time"] < at]
    promised, gone = row["promised_at"], row["cancelled_at"]
    done = [moment for moment in (row["ready_at"], row["delivered_at"], row["collected_at"]) if moment]
    kept = not promised or (done and min(done) <= promised) or (gone and gone <= promised)
    begun = [moment for moment in (w.first("order.delayed", key, at), None if kept else promised) if moment]
    if begun:
        yield min(begun), min((one for one in warned if not done or one < min(done)), default=None)
    if row["ready_at"] and row["site"]:
        left, ends = row["ready_at"] + 7 * DAY, ("collected_at", "delivered_at", "returned_at", "cancelled_at")
        if not any(row[end] and row[end] <= left for end in ends):
            yield left, min((one for one in warned if one >= row["ready_at"]), default=None)


def problem_warned(w: World, at: datetime, days: int) -> Things:
    """Was the customer told of what went wrong with an order, and before the first contact about it that came after the problem began?"""
    asked: dict[str, list[datetime]] = defaultdict(list)
    for one in w.contacts:
        if one["direction"] == "inbound" and one["case"]:
            asked[one["case"]].append(one["started_at"])
    found = []
    for key, row in w.placed.items():
        for problem, warned in _problems(w, key, row, at):
            if inside(problem, at, days) and row["placed_at"] < at:
                found.append(warned is not None and all(warned <= one for one in asked[key] if one >= problem))
    return each(found)


def warning_quick(w: World, at: datetime, days: int) -> Things:
    """Of the orders whose delay was announced in the window, before they were ready, those of which it was within five minutes of the first
    word of it."""

    def announced(key: str) -> datetime | None:
        ready = w.placed[key]["ready_at"] if key in w.placed else None
        return min((one["time"] for one in w.about("order.warned", key, at) if not ready or one["time"] < ready), default=None)

    told_of = {name(one) for one in w.within(at, days, "order.warned")}
    pairs = [(w.first("order.delayed", key, at), announced(key)) for key in told_of]
    known = [(delayed, warned) for delayed, warned in pairs if delayed and warned and inside(warned, at, days)]
    return each(warned - delayed <= timedelta(minutes=5) for delayed, warned in known)


def _led(w: World, at: datetime, days: int, events: list[Event]) -> Things:
    """People led by a rule and held out of it, by the first time in the window, a week ago at least: did they order within seven days?"""
    first: dict[tuple[str, str], Event] = {}
    for one in sorted(events, key=lambda one: one["time"]):
        if one["time"] < at - 7 * DAY:
            first.setdefault((told(one, "rule"), w.person(name(one))), one)
    return [
        (rule, w.bought(who, one["time"], one["time"] + 7 * DAY), told(one, "arm") != "control" and one["type"] != "solicitation.withheld")
        for (rule, who), one in first.items()
    ]


def personal_uplift(w: World, at: datetime, days: int) -> Things:
    """All rules that choose something for a person."""
    return _led(w, at, days, w.within(at, days, "personalisation.decided"))


def action_uplift(w: World, at: datetime, days: int) -> Things:
    """Those led by a model."""
    return _led(w, at, days, [one for one in w.within(at, days, "personalisation.decided") if told(one, "model")])


def trigger_uplift(w: World, at: datetime, days: int) -> Things:
    """Triggers that write or hold out."""
    return _led(w, at, days, [one for one in w.within(at, days, "solicitation.sent", "solicitation.withheld") if told(one, "rule")])


def channel_preferred(w: World, at: datetime, days: int) -> Things:
    """Of the messages to those who had stated a channel under any of their ids, those that went by it (of two stated together, the later
    in the alphabet)."""
    wished: dict[str, list[Event]] = defaultdict(list)
    for one in w.until(at, "customer.profile"):
        if told(one, "preferred_channel"):
            wished[w.person(name(one))].append(one)
    found = []
    for one in w.within(at, days, "solicitation.sent"):
        stated = [(said["time"], told(said, "preferred_channel")) for said in wished[w.person(name(one))] if said["time"] <= one["time"]]
        if stated:
            found.append(told(one, "channel") == max(stated)[1])
    return each(found)


# --- governance ------------------------------------------------------------------------------------------------------------------------


def initiative_complete(w: World, at: datetime, days: int) -> Things:
    """Initiatives with owner, department and KPI."""
    del days
    standing = w.register("initiative", at).values()
    return each(all(told(one, field) for field in ("owner", "department", "kpi")) for one in standing)


def initiative_apart(w: World, at: datetime, days: int) -> Things:
    """Initiatives free of one of another department on the same journey, or for the same KPI, outside a committee of both."""
    del days
    standing = list(w.register("initiative", at).values())

    def shared(one: Event, other: Event, field: str) -> bool:
        return bool(told(one, field)) and told(one, field) == told(other, field)

    def collide(one: Event, other: Event) -> bool:
        meet = shared(one, other, "journey") or shared(one, other, "kpi")
        return meet and told(one, "department") != told(other, "department") and not shared(one, other, "committee")

    return each(not any(collide(one, other) for other in standing) for one in standing)


def budget_sponsored(w: World, at: datetime, days: int) -> Things:
    """Euros of budget, of initiatives with a sponsor."""
    del days
    return [(bool(told(one, "sponsor")), told(one, "budget")) for one in w.register("initiative", at).values() if told(one, "budget")]


def committee_held(w: World, at: datetime, days: int) -> Things:
    """Of the sessions of the committee due in the window by their last planning, those that were held."""
    held = {name(one) for one in w.until(at, "meeting.held")}
    planned = {name(one): one for one in w.until(at, "meeting.planned")}
    sessions = {key: one for key, one in planned.items() if told(one, "category") == "committee"}
    return each(key in held for key, one in sessions.items() if inside(due(one), at, days))


def _sessions(w: World, at: datetime, days: int) -> list[Event]:
    return [one for one in w.within(at, days, "meeting.held") if told(one, "category") == "committee"]


def committee_number(w: World, at: datetime, days: int) -> Things:
    """Sessions held."""
    return each(True for _ in {name(one) for one in _sessions(w, at, days)})


def committee_present(w: World, at: datetime, days: int) -> Things:
    """Directions invited to each session, and those present."""
    found: Things = []
    for one in {name(one): one for one in _sessions(w, at, days)}.values():
        invited, present = told(one, "invited") or 0, told(one, "present") or 0
        if invited:
            found += [(True, min(present, invited)), (False, invited - min(present, invited))]
    return found


def decision_timely(w: World, at: datetime, days: int) -> Things:
    """Of the decisions due in the window, those evaluated by their date."""
    found = []
    for key, one in decisions(w, at).items():
        date, evaluated = due(one), w.first("decision.evaluated", key, at)
        if date and inside(date, at, days):
            found.append(evaluated is not None and evaluated <= date)
    return each(found)


def scope_unified(w: World, at: datetime, days: int) -> Things:
    """People of the directions that face customers, those under one head."""
    del days
    return [(bool(told(one, "unified")), told(one, "staff")) for one in w.register("department", at).values() if told(one, "staff")]


def roadmap_voiced(w: World, at: datetime, days: int) -> Things:
    """Items of the plans that come from an insight."""
    del days
    return each(bool(told(one, "insight")) for one in w.register("roadmap", at).values())


def insight_decided(w: World, at: datetime, days: int) -> Things:
    """Days from an insight of the window to the first decision that names it, or until now."""
    found: Things = []
    for key in w.register("insight", at):
        since = w.since("insight", key)
        taken = [one["time"] for one in w.until(at, "decision.taken") if told(one, "insight") == key]
        if since >= at - days * DAY:
            found.append((bool(taken), whole((min(taken) if taken else at) - since, ended=bool(taken))))
    return found


# --- performance -----------------------------------------------------------------------------------------------------------------------


def kpis(w: World, at: datetime) -> dict[str, list[tuple[str, Event]]]:
    """The indicators of each direction."""
    found: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    for key, one in w.register("kpi", at).items():
        found[told(one, "department")].append((key, one))
    return found


def direction_measured(w: World, at: datetime, days: int) -> Things:
    """Directions with an indicator that has owner, formula and source."""
    del days
    defined = kpis(w, at)
    return each(
        any(all(told(one, field) for field in ("owner", "formula", "origin")) for _, one in defined[key])
        for key in w.register("department", at)
    )


def direction_client(w: World, at: datetime, days: int) -> Things:
    """Directions with an indicator about customers."""
    del days
    defined = kpis(w, at)
    return each(any(told(one, "family") in FAMILIES for _, one in defined[key]) for key in w.register("department", at))


def kpi_single(w: World, at: datetime, days: int) -> Things:
    """Names under which a formula is registered, in whatever case: one formula and one source?"""
    del days
    defined: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, one in w.register("kpi", at).items():
        if told(one, "formula"):
            defined[(told(one, "name") or key).lower()].add((told(one, "formula"), told(one, "origin")))
    return each(len(own) == 1 for own in defined.values())


def _months(w: World, at: datetime, key: str) -> set[int]:
    """The stretches of 31 days before an instant (0 the last) in which an indicator was reported."""
    times = [one["time"] for one in w.about("kpi.reported", key, at) if one["time"] < at]
    return {(at - time) // (31 * DAY) for time in times}


def direction_targeted(w: World, at: datetime, days: int) -> Things:
    """Directions with two indicators about customers that have a target and were reported in each of the last three months."""
    del days
    defined = kpis(w, at)

    def kept(key: str, one: Event) -> bool:
        return told(one, "family") in FAMILIES and "target" in one["data"] and {0, 1, 2} <= _months(w, at, key)

    return each(sum(kept(*one) for one in defined[key]) >= 2 for key in w.register("department", at))


def family_reported(w: World, at: datetime, days: int) -> Things:
    """The five families: reported by the customer direction in the window? Nothing is said where it reported nothing."""
    parts = w.register("department", at)
    told_of = {name(one) for one in w.within(at, days, "kpi.reported")}
    found = {
        told(one, "family")
        for part, own in kpis(w, at).items()
        if part in parts and told(parts[part], "category") == "customer"
        for key, one in own
        if key in told_of
    }
    return each(family in found for family in FAMILIES) if found else []


def csat_margin(w: World, at: datetime, days: int) -> Things:
    """Answers on how satisfied people are, on a scale that is known."""
    said = [one for one in w.ratings if one["instrument"] == "csat" and inside(one["given_at"], at, days)]
    fit = [one for one in said if one["scale"] in SATISFIED and 0 <= one["score"] <= one["scale"]]
    return each(one["score"] >= SATISFIED[one["scale"]] for one in fit)


def month_reviewed(w: World, at: datetime, days: int) -> Things:
    """Of the twelve calendar months up to an instant, on the company's clock, those in which a direction of customers held a review."""
    del days
    parts = {key for key, one in w.register("department", at).items() if told(one, "category") == "customer"}
    held = [one for one in w.until(at, "meeting.held") if told(one, "category") == "review" and told(one, "department") in parts]
    last = w.day(at - timedelta(milliseconds=1))
    months = {w.day(one["time"]).replace(day=1) for one in held}
    return each(True for month in months if 12 * (last.year - month.year) + last.month - month.month < 12)


def project_proven(w: World, at: datetime, days: int) -> Things:
    """Of the projects that ended in the window, those planned before they began and evaluated once they had ended."""
    found = []
    for key in {name(one) for one in w.until(at, "project.ended")}:
        ended = w.first("project.ended", key, at)
        planned, started = (w.first(f"project.{step}", key, at) for step in ("planned", "started"))
        evaluated = [one["time"] for one in w.about("project.evaluated", key, at) if one["time"] < at]
        if ended and inside(ended, at, days):
            frozen = planned is not None and started is not None and planned <= started
            found.append(frozen and any(time >= ended for time in evaluated))
    return each(found)


def verdict_clear(w: World, at: datetime, days: int) -> Things:
    """Evaluations of decisions and projects that concluded something."""
    return each(told(one, "verdict") in CONCLUSIVE for one in w.within(at, days, "decision.evaluated", "project.evaluated"))


ORACLES = {
    function.__name__: function
    for function in (
        journey_observable, moment_coverage, episode_bounced, voice_loop, voice_decision, detractor_recontact, visit_personal,
        problem_warned, warning_quick, personal_uplift, action_uplift, trigger_uplift, channel_preferred, initiative_complete,
        initiative_apart,
        budget_sponsored, committee_held, committee_number, committee_present, decision_timely, scope_unified, roadmap_voiced,
        insight_decided, direction_measured, direction_client, direction_targeted, kpi_single, family_reported, csat_margin, month_reviewed,
        project_proven, verdict_clear,
    )
}  # fmt: skip
