"""A worked example of every measure of maturity: events, what is counted, and the one fact that changes it when it flips.

Each example is a list of (type, subject, days before AT, data); `{b}` stands for the example's own brand, so that all of them live in one
store without meeting. `top` and `bottom` were counted by hand from the words of the criterion. `flip` names the event that is changed (or
taken away, with None) and what is counted then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.spec.plain_event import Event, event

AT = datetime(2026, 11, 1, tzinfo=UTC)
Told = tuple[str, str, float, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Example:
    """Events of a measure, what is counted, and what is counted after the flip."""

    told: tuple[Told, ...]
    counted: tuple[float, float]
    flip: tuple[int, dict[str, Any] | None]
    flipped: tuple[float, float]
    days: int = 90


def made(measure: str, example: Example, *, flipped: bool) -> list[Event]:
    """The events of an example, or of its flip, in a brand of their own."""
    brand = brand_of(measure, flipped=flipped)
    found = (said(example, place, brand, brand, flipped=flipped) for place in range(len(example.told)))
    return [each for each in found if each is not None]


def said(example: Example, place: int, brand: str, copy: str, *, flipped: bool) -> Event | None:
    """The event at a place of an example, in a brand and under the names of a copy; None where the flip takes it away."""
    kind, subject, ago, data = example.told[place]
    if flipped and place == example.flip[0]:
        if example.flip[1] is None:
            return None
        data = data | example.flip[1]
    named = {name: _in(value, copy) for name, value in data.items()}
    return event(kind, _in(subject, copy), AT - timedelta(days=ago), f"{copy}/{place}", **{"brand": brand, **named})


def brand_of(measure: str, *, flipped: bool) -> str:
    """The brand in which an example lives."""
    return f"{measure}{'-flipped' if flipped else ''}"


def _in(value: Any, brand: str) -> Any:
    return value.replace("{b}", f"{brand}:") if isinstance(value, str) else value


def when(ago: float) -> str:
    """An instant so many days before AT, as events write it."""
    return (AT - timedelta(days=ago)).isoformat().replace("+00:00", "Z")


def order(name: str, ago: float, **data: Any) -> Told:
    return ("order.placed", f"order/{{b}}{name}", ago, {"channel": "web", "amount": 100, "customer": "{b}c1"} | data)


def contact(name: str, ago: float, **data: Any) -> Told:
    return ("interaction.started", f"interaction/{{b}}{name}", ago, {"channel": "voice", "direction": "inbound"} | data)


def register(kind: str, name: str, ago: float = 80, /, **data: Any) -> Told:
    return (f"reference.{kind}", f"{kind}/{{b}}{name}", ago, data)


def decided(name: str, ago: float, due: float = 0, **data: Any) -> Told:
    return ("decision.taken", f"decision/{{b}}{name}", ago, {"due_at": when(due), **data})


def evaluated(name: str, ago: float, verdict: str = "improved") -> Told:
    return ("decision.evaluated", f"decision/{{b}}{name}", ago, {"verdict": verdict})


def sent(name: str, ago: float, **data: Any) -> Told:
    return ("solicitation.sent", f"customer/{{b}}{name}", ago, {"channel": "email"} | data)


def offer(kind: str, name: str, ago: float, **data: Any) -> Told:
    return (f"offer.{kind}", f"offer/{{b}}{name}", ago, data)


def credit(name: str, ago: float, amount: float, **data: Any) -> Told:
    return ("credit.given", f"credit/{{b}}{name}{data.get('party', '')}", ago, {"order": "{b}" + name, "amount": amount} | data)


def rated(name: str, ago: float, score: float, **data: Any) -> Told:
    return ("feedback.given", f"interaction/{{b}}{name}", ago, {"instrument": "csat", "scale": 5, "score": score} | data)


STORES = (register("site", "lille", category="store"), register("site", "lyon", category="store"), register("site", "office"))
LATE = {"promised_at": when(10)}
