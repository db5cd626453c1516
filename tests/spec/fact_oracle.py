"""The facts again, slowly and obviously, from docs/events.md: what the derivation in SQL is compared with.

`facts(events)` takes events as plain dicts (`plain_event.event`) in any order and gives, for each fact, its rows as dicts by column name.
Hashes are left out: subject_hash, and the keys made from (source, id). No two events of one identity share a revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from tests.spec.plain_event import Event, cents, first, instant, last, live, of, said, times

Row = dict[str, Any]

FIRST = ("channel", "mode", "direction", "brand", "device", "journey_type")
LAST = ("customer", "segment", "customer_type", "language", "motive")
COMMON = ("source", "channel", "mode", "direction", "customer", "brand", "segment", "customer_type", "device", "language", "motive")
TOUCHES = ("touch", "solicitation", "session", "lead", "appointment")
PHASE = {
    "rang": "ring", "accepted": "talk", "opened": "talk", "unparked": "talk", "resumed": "talk", "held": "hold", "wrapup_started": "wrap",
    "parked": "", "released": "", "declined": "", "missed": "", "wrapup_ended": "",
}  # fmt: skip


def _human(one: Event) -> bool:
    return one["type"] == "interaction.message" and one["data"].get("author") == "agent" and not one["data"].get("automatic")


def _customer(one: Event) -> bool:
    return one["type"] == "interaction.message" and one["data"].get("author") == "customer"


def final_closing(events: list[Event]) -> Event | None:
    """The closing that was not followed by a reopening."""
    ends = of(events, "closed", "reopened")
    return ends[-1] if ends and ends[-1]["type"] == "interaction.closed" else None


def interaction(key: str, events: list[Event]) -> Row:
    taken = [one for one in of(events, "accepted", "opened") if one["data"].get("role", "") in ("", "primary")]
    asked = [one for one in events if _customer(one)]
    replies = [one for one in events if _human(one) and asked and events.index(one) > events.index(asked[0])]
    replied_at = replies[0]["time"] if replies else None
    hand_offs = [at for at in times(events, "handed_off") if replied_at is None or at <= replied_at]
    ends = [one["type"] for one in of(events, "closed", "reopened")]
    closing = final_closing(events)
    started = times(events, "started")
    return {
        "interaction": key,
        "source": events[0]["source"],
        **{field: first(said(events, field)) for field in FIRST},
        **{field: last(said(events, field)) for field in (*LAST, "case", "outcome")},
        "queue": first(said(of(events, "entered_queue"), "queue")),
        "agent": taken[0]["data"].get("agent", "") if taken else "",
        "started_at": started[0] if started else events[0]["time"],
        "first_day": events[0]["time"].date(),
        "last_at": events[-1]["time"],
        "queued_at": first(times(events, "entered_queue"), None),
        "answered_at": taken[0]["time"] if taken else None,
        "handed_off_at": last(hand_offs, None),
        "asked_at": asked[0]["time"] if asked else None,
        "replied_at": replied_at,
        "promised_at": instant(last(said(of(events, "classified"), "promised_at"), None)),
        "closed_at": closing["time"] if closing else None,
        "first_closed_at": first(times(events, "closed"), None),
        "reopens": sum(a == "interaction.closed" and b == "interaction.reopened" for a, b in pairwise(ends)),
        "transfers": sum(one["data"].get("reason") == "transferred" for one in of(events, "left_queue"))
        + sum(one["data"].get("relation") == "transfer" for one in of(events, "linked")),
        "escalations": len(of(events, "escalated")),
        "agents": len(set(said(of(events, "accepted", "opened"), "agent"))),
        "messages_in": len(asked),
        "messages_out": sum(map(_human, events)),
    }


def _common(contact: Row) -> Row:
    return {field: contact[field] for field in (*COMMON, "journey_type", "interaction")}


def _own_leaving(queue: str, events: list[Event]) -> Event | None:
    """The next that is said of a queue, if it is that the contact left it."""
    found = next((one for one in of(events, "entered_queue", "left_queue") if one["data"].get("queue", "") == queue), None)
    return found if found and found["type"] == "interaction.left_queue" else None


def _why(leaving: Event) -> str:
    return leaving["data"].get("reason") or "system"


def stays(contact: Row, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    open_: list[Row] = []  # the stays that have not ended, in the order of their entries
    closing = final_closing(events)
    visits: dict[str, int] = defaultdict(int)

    def end(stay: Row, at: Event, reason: str) -> None:
        stay.update(left_at=at["time"], reason=reason)
        open_.remove(stay)

    for at, one in enumerate(events):
        queue, kind = one["data"].get("queue", ""), one["type"].partition(".")[2]
        if kind not in ("entered_queue", "left_queue"):
            continue
        for stay in [each for each in open_ if each["queue"] == queue]:
            end(stay, one, _why(one) if kind == "left_queue" else "system")
        if kind == "entered_queue":
            visits[queue] += 1
            rows.append({**_common(contact), "queue": queue, "n": visits[queue], "agent": "", "entered_at": one["time"], "left_at": None,
                         "reason": ""})  # fmt: skip
            open_.append(rows[-1])
        elif not queue and open_:
            *earlier, newest = open_
            end(newest, one, _why(one))
            for stay in earlier:
                later = _own_leaving(stay["queue"], events[at + 1 :])
                end(stay, later or one, _why(later) if later else "overflow")
    for row, entry in zip(rows, of(events, "entered_queue"), strict=True):
        later_events = events[events.index(entry) + 1 :]
        if row in open_ and closing in later_events:
            row.update(left_at=closing["time"] if closing else None, reason="closed")
        if row["reason"] == "answered":
            takers = [one for one in of(later_events, "accepted", "opened") if one["data"].get("role", "") in ("", "primary")]
            row["agent"] = first([taken["data"].get("agent", "") for taken in takers])
    return rows


def turns(contact: Row, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    closing = final_closing(events)
    open_: Row | None = None
    entered = ""
    for one in events:
        if one["type"] == "interaction.entered_queue":
            entered = one["data"].get("queue", "")
        if _customer(one):
            if open_ is None:
                queue = one["data"].get("queue") or entered or contact["queue"]
                after = closing is not None and events.index(closing) > events.index(one)
                open_ = {**_common(contact), "n": len(rows) + 1, "queue": queue, "agent": "", "asked_at": one["time"], "replied_at": None,
                         "closed_at": closing["time"] if after and closing else None, "messages": 0}  # fmt: skip
                rows.append(open_)
            open_["messages"] += 1
        if _human(one) and open_ is not None:
            open_.update(replied_at=one["time"], closed_at=None, agent=one["data"].get("agent", ""))
            open_ = None
    return rows


def _agent_side(one: Event) -> bool:
    kind = one["type"].partition(".")[2]
    return one["type"].startswith("interaction.") and (kind in PHASE or kind in ("assigned", "message", "measured"))


def parts(events: list[Event]) -> dict[str, list[Event]]:
    """The events of each stint, in order."""
    found: dict[str, list[Event]] = defaultdict(list)
    for one in events:
        if one["data"].get("stint") and _agent_side(one):
            found[one["data"]["stint"]].append(one)
    return found


def phase_setting(own: list[Event]) -> list[Event]:
    """The events of a stint that set a phase: offering it again, refusing or missing it changes nothing while it is in hand."""
    found: list[Event] = []
    in_hand = False
    for one in own:
        kind = one["type"].partition(".")[2]
        if kind not in PHASE or (in_hand and kind in ("rang", "declined", "missed")):
            continue
        in_hand = PHASE[kind] in ("talk", "hold", "wrap")
        found.append(one)
    return found


def works(contact: Row, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    for stint, own in parts(events).items():
        setting = phase_setting(own)
        n = 0
        for at, one in enumerate(setting):
            phase = PHASE[one["type"].partition(".")[2]]
            if phase:
                n += 1
                end = setting[at + 1]["time"] if at + 1 < len(setting) else None
                row = {"stint": stint, "n": n, "phase": phase, "started_at": one["time"], "ended_at": end}
                rows.append({**_common(contact), **_who(own), **row})
    return rows


def _who(own: list[Event]) -> Row:
    return {"queue": first(said(own, "queue")), "agent": first(said(own, "agent")), "role": first(said(own, "role"), "primary")}


def stints(contact: Row, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    worked = works(contact, events)
    for stint, own in parts(events).items():
        setting = phase_setting(own)
        measured = of(own, "measured")
        ended_at = measured[-1]["time"] if measured else None
        if setting and not PHASE[setting[-1]["type"].partition(".")[2]]:
            ended_at = setting[-1]["time"]
        row = {
            **_common(contact), **_who(own), "stint": stint, "started_at": own[0]["time"],
            "rang_at": first(times(own, "rang"), None), "accepted_at": first(times(own, "accepted", "opened"), None),
            "taken_at": (taken := first(times(own, "accepted"), None)),
            "rung_at": last([at for at in times(own, "rang") if taken and at <= taken], None),
            "first_released_at": first(times(own, "released"), None), "wrapup_at": first(times(own, "wrapup_started"), None),
            "wrapup_ended_at": first(times(own, "wrapup_ended"), None),
            "released_at": last(times(own, "released"), None), "ended_at": ended_at, "ring_result": _ring_result(own),
            "measured": bool(measured),
        }  # fmt: skip
        for phase in ("ring", "talk", "hold", "wrap"):
            given = [one["data"][f"{phase}_s"] for one in measured if f"{phase}_s" in one["data"]]
            ended = [one for one in worked if one["stint"] == stint and one["phase"] == phase and one["ended_at"]]
            row[f"{phase}_ms"] = (
                sum(round(seconds * 1000) for seconds in given)
                if given
                else sum(round((one["ended_at"] - one["started_at"]).total_seconds() * 1000) for one in ended)
            )
        rows.append(row)
    return rows


def _ring_result(own: list[Event]) -> str:
    result, rang = "", False
    for one in own:
        kind = one["type"].partition(".")[2]
        if kind == "rang":
            result, rang = "", True
        elif kind in ("declined", "missed"):
            result = kind
        elif kind in ("accepted", "opened"):
            result = "accepted" if rang else ""
    return result


def presences(agent: str, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    counts: dict[tuple[Any, ...], int] = defaultdict(int)
    relevant = [one for one in events if one["type"] in ("agent.signed_in", "agent.state", "agent.signed_out")]
    for at, one in enumerate(relevant):
        kind, domain = one["type"], one["data"].get("domain", "")
        if kind == "agent.signed_out":
            continue
        end = None
        for next_ in relevant[at + 1 :]:
            if kind == "agent.signed_in" or next_["type"] == "agent.signed_out":
                end = next_["time"]
                break
            if next_["type"] == "agent.state" and next_["data"].get("domain", "") == domain:
                end = next_["time"]
                break
        day = (domain, one["time"].date())
        counts[day] += 1
        state = "signed_in" if kind == "agent.signed_in" else one["data"].get("state", "")
        rows.append(
            {"agent": agent, "domain": domain, "n": counts[day], "source": one["source"], "state": state, "started_at": one["time"],
             "ended_at": end}
        )  # fmt: skip
    return rows


def _capacity(agent: str, one: Event) -> Row:
    data = one["data"]
    return {
        "agent": agent, "domain": data.get("domain", ""), "valid_from": one["time"], "sequence": one["sequence"],
        "capacity": float(data["capacity"]) if 0.001 <= data["capacity"] <= 1_000_000 else 0.0,
    }  # fmt: skip


def focuses(agent: str, events: list[Event]) -> list[Row]:
    rows: list[Row] = []
    counts: dict[Any, int] = defaultdict(int)
    relevant = of(events, "focus", "signed_in", "signed_out")
    for at, one in enumerate(relevant):
        if one["type"] == "agent.focus":
            counts[one["time"].date()] += 1
            end = relevant[at + 1]["time"] if at + 1 < len(relevant) else None
            rows.append({"agent": agent, "n": counts[one["time"].date()], "source": one["source"], "stint": one["data"]["stint"],
                         "started_at": one["time"], "ended_at": end})  # fmt: skip
    return rows


def _hold(key: str, one: Event) -> Row:
    data = one["data"]
    row = {"stint": data["stint"], "agent": data.get("agent", ""), "reason": data.get("reason", "")}
    return {"interaction": key, "source": one["source"], **row, "held_at": one["time"]}


def ratings(key: str, contact: Row | None, events: list[Event]) -> list[Row]:
    rows = []
    for one in events:
        data = one["data"]
        if one["type"] != "feedback.given" or data.get("score") is None:
            continue
        row = {"interaction": key, "source": one["source"], "given_at": one["time"], "score": float(data["score"]),
               "scale": int(data["scale"]) if data["scale"] in range(65536) else 0,
               "instrument": data["instrument"], "moment": data.get("moment", "")}  # fmt: skip
        for field in (*COMMON[1:], "journey_type"):
            row[field] = (contact or {}).get(field) or data.get(field, "")
        for field in ("queue", "agent"):
            row[field] = data.get(field) or (contact or {}).get(field, "")
        rows.append(row)
    return rows


def order(key: str, events: list[Event]) -> list[Row]:
    placed = times(events, "placed")
    if not placed:
        return []
    amounts = said(of(events, "placed", "amended"), "amount")
    row = {
        "order": key,
        "source": events[0]["source"],
        **{field: first(said(events, field)) for field in ("channel", "site", "brand", "device", "currency")},
        **{field: last(said(events, field)) for field in ("customer", "segment", "customer_type", "language")},
        "amount_cents": cents(last(amounts, 0)),
        "refunded_cents": sum(cents(amount) for amount in said(of(events, "refunded"), "amount")),
        "placed_at": placed[0],
        "promised_at": instant(last(said(events, "promised_at"), None)),
    }
    for kind in ("cancelled", "ready", "collected", "delivered", "returned", "refunded"):
        row[f"{kind}_at"] = first(times(events, kind), None)
    return [row]


def _touch(one: Event) -> Row:
    data = one["data"]
    return {
        "subject": one["subject"], "source": one["source"], "kind": one["type"], "customer": one["subject"].removeprefix("customer/"),
        **{field: data.get(field, "") for field in ("channel", "agent", "site", "brand", "device")}, "seen_at": one["time"],
    }  # fmt: skip


def _cost(one: Event) -> Row:
    data = one["data"]
    return {
        "subject": one["subject"], "source": one["source"], "amount_cents": cents(data["amount"]), "booked_at": one["time"],
        **{field: data.get(field, "") for field in ("channel", "team", "site", "brand", "category", "currency")},
    }  # fmt: skip


def _settled(events: list[Event], key: Callable[[Event], Any]) -> list[Event]:
    """Of several statements at one instant with one sequence, the last in the order of events."""
    latest = {(key(one), one["time"], one["sequence"]): one for one in events}
    return list(latest.values())


def _reference(one: Event) -> Row:
    data = one["data"]
    return {
        "kind": one["type"].partition(".")[2], "key": one["subject"].partition("/")[2], "valid_from": one["time"],
        "sequence": one["sequence"],
        **{field: data.get(field, "") for field in ("name", "team", "site", "brand", "channel", "calendar", "zone")},
    }  # fmt: skip


def _link(one: Event) -> Row:
    into = one["data"].get("into", "") if one["type"] == "customer.merged" else ""
    return {"customer": one["subject"].partition("/")[2], "into": into, "linked_at": one["time"], "sequence": one["sequence"]}


def facts(events: Iterable[Event]) -> dict[str, list[Row]]:
    """Every fact of a set of events."""
    subjects: dict[str, list[Event]] = defaultdict(list)
    for one in live(events):
        subjects[one["subject"]].append(one)
    found: dict[str, list[Row]] = defaultdict(list)
    for subject, own in subjects.items():
        kind, _, key = subject.partition("/")
        contact = None
        if kind == "interaction":
            inside = [one for one in own if one["type"].startswith("interaction.")]
            if inside:
                contact = interaction(key, inside)
                found["interaction"].append(contact)
                found["stay"] += stays(contact, inside)
                found["turn"] += turns(contact, inside)
                found["stint"] += stints(contact, inside)
                found["work"] += works(contact, inside)
                found["hold"] += [_hold(key, one) for one in of(inside, "held") if one["data"].get("stint")]
            found["rating"] += ratings(key, contact, own)
        elif kind == "agent":
            found["presence"] += presences(key, own)
            found["capacity"] += [_capacity(key, one) for one in _settled(of(own, "capacity"), lambda one: one["data"].get("domain", ""))]
            found["focus"] += focuses(key, own)
        elif kind == "order":
            found["order"] += order(key, own)
        found["touch"] += [_touch(one) for one in own if one["type"].partition(".")[0] in TOUCHES]
        found["cost"] += [_cost(one) for one in own if one["type"] == "cost.booked"]
        statements = [one for one in own if one["type"].startswith("reference.")]
        found["reference"] += [_reference(one) for one in _settled(statements, lambda one: one["type"])]
        links = [one for one in own if one["type"] in ("customer.merged", "customer.unlinked")]
        found["link"] += [_link(one) for one in _settled(links, lambda one: one["subject"])]
    return found
