"""A small trace that feeds every fact, and what takes all of it back; each number gives subjects of its own."""

from __future__ import annotations

from typing import Any

RECORDED = ("interaction.started", "interaction.closed")  # come as a vendor's record
WRONG = "soon"  # a time that is refused
HOURS = {"fri": [["09:00", "18:00"]]}


def _event(name: str, second: int, type_: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    time = f"2026-11-20T09:{second // 60:02}:{second % 60:02}Z"
    told = {"specversion": "1.0", "id": name, "source": "fault", "type": type_, "time": time, "subject": subject, "data": data}
    return told | ({"record": subject} if type_ in RECORDED else {})


def first(number: int) -> list[dict[str, Any]]:
    """Events of every kind, about three of each subject: `a` stays, `b` is taken back later, and of `c` what its agent was."""
    return [each for letter in "abc" for each in _whole(f"{number}{letter}")]


def second(number: int) -> list[dict[str, Any]]:
    """Corrections: everything about `b` never happened, nor that the agent of `c` was there, though he worked; of `a` one event changes its
    queue, and its record comes again, of which an event is refused.
    """
    *good, bad = mended(number)
    return [*good, bad | {"time": WRONG}]


def mended(number: int) -> list[dict[str, Any]]:
    """The same with the event that is refused as it should have been, last."""
    never = [*_whole(f"{number}b"), *(each for each in _whole(f"{number}c") if each["subject"].startswith("agent/"))]
    gone = [each | {"revision": 1, "retracted": True} for each in never]
    moved = [each | {"revision": 1, "data": each["data"] | {"queue": "late"}} for each in _whole(f"{number}a") if "entered" in each["type"]]
    return [*gone, *moved, *(each | {"revision": 1} for each in _whole(f"{number}a") if "record" in each)]


def _whole(name: str) -> list[dict[str, Any]]:
    on, agent, work = f"interaction/{name}", f"agent/{name}", {"stint": f"{name}/1", "agent": name}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("reference.calendar", f"calendar/{name[-1]}", {"zone": "Europe/Paris", "hours": HOURS}),
        ("reference.queue", f"queue/{name}", {"name": name, "calendar": name}),
        ("agent.signed_in", agent, {}),
        ("agent.state", agent, {"state": "ready", "domain": "chat"}),
        ("agent.capacity", agent, {"domain": "chat", "capacity": 3}),
        ("agent.focus", agent, {"stint": f"{name}/1"}),
        ("customer.merged", f"customer/{name}", {"into": f"{name}-other"}),
        ("interaction.started", on, {"channel": "chat", "direction": "inbound", "customer": name}),
        ("interaction.entered_queue", on, {"queue": "early"}),
        ("interaction.message", on, {"author": "customer", "message": "m1"}),
        ("interaction.rang", on, work),
        ("interaction.left_queue", on, {"queue": "early", "reason": "answered"}),
        ("interaction.accepted", on, work),
        ("interaction.message", on, {"author": "agent", "in_reply_to": "m1", **work}),
        ("interaction.held", on, work),
        ("interaction.resumed", on, work),
        ("interaction.released", on, work),
        ("interaction.wrapup_started", on, work),
        ("interaction.wrapup_ended", on, work),
        ("interaction.closed", on, {"outcome": "solved"}),
        ("feedback.given", on, {"instrument": "csat", "scale": 5, "score": 4}),
        ("order.placed", f"order/{name}", {"channel": "web", "amount": 12.5, "currency": "EUR"}),
        ("touch.seen", f"customer/{name}", {"channel": "web"}),
        ("cost.booked", f"cost/{name}", {"channel": "chat", "amount": 3, "currency": "EUR"}),
        ("offer.stocked", f"offer/{name}", {"product": "p1", "site": "lille", "quantity": 3}),
        ("project.planned", f"project/{name}", {"hypothesis": "fewer repeats"}),
    ]
    return [_event(f"{name}-{place}", place * 7, type_, subject, data) for place, (type_, subject, data) in enumerate(steps)]
