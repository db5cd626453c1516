"""Events for property tests: arbitrary things, and events that are right but for one place or two."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ingest.event import DATA, ENVELOPE, TYPES

TIME = "2026-11-21T09:00:04.120Z"
SAMPLE = {
    "stint": "s/1", "agent": "a17", "queue": "orders", "reason": "answered", "author": "customer", "to": "interaction/2",
    "relation": "merge",
    "instrument": "csat", "scale": 5, "score": 4.5, "amount": 12.5, "into": "c-9", "zone": "Europe/Paris", "hours": {"mon": []},
    "state": "ready", "capacity": 3,
    "party": "seller", "rule": "basket", "verdict": "improved", "due_at": TIME, "method": "did", "product": "sofa", "order": "O-1",
    "available": True, "quantity": 3, "eligible": 100, "scored": 90, "auc": 0.7, "positives": 60, "negatives": 300, "target": 1000,
}  # fmt: skip


def event(type_: str = "interaction.started", **changes: Any) -> dict[str, Any]:
    """A right event of a type, with changes; `data` is merged."""
    kind = next(each for each in TYPES if each.name == type_)
    data = {name: SAMPLE[name] for name in kind.needs} | changes.pop("data", {})
    right = {"specversion": "1.0", "id": "e1", "source": "test", "type": type_, "time": TIME, "subject": f"{kind.about}/1", "data": data}
    return right | changes


ODD = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 1.0, 2**63, 2**64 - 1, 2**64, -(2**63), 10**20, 10**400, -0.0, 1e15, 999999999999999.9,
        float("nan"), float("inf"), "", " ", "\x00", "a\nb", "\x7f", "\ud800", "é" * 100, "é" * 101, "x" * 200, "x" * 201, "x" * 600,
        "1.0", "2026-02-30T00:00:00Z", "2026-11-21", "2026-11-21T09:00:00", "2026-11-21T09:00:00+02:00", "2026-11-21T24:00:00Z",
        "2026-11-21T09:00:60Z", "1970-01-01T00:59:59.999+01:00", "1970-01-01T00:00:00Z", "2099-12-31T23:59:59-23:00",
        "2026-11-21T09:00:00.123456789Z", "2026-11-21t09:00:00z", "2024-02-29T00:00:00+14:00", "interaction/", "interaction/1",
        "interaction", "customer/c-1", "answered", "Answered", "customer", [], {}, [[]], {"a": {"b": [1, None]}}, [[[[[[[[[1]]]]]]]]],
        {"mon": [["09:00", "12:00"]]}, {"big": 2**70}, {"x": "\ud800"}, {"x": "y" * 17000},
    ]
)  # fmt: skip
_NAMES = [field.name for field in (*ENVELOPE, *DATA)] + ["email", "phone", "data.channel", 'a"b', "é", "x" * 70]


def _name(place: int) -> str:
    return _NAMES[place]


NAMES = st.integers(0, len(_NAMES) - 1).map(_name)  # a short repr: the strategies below hold it many times
JSON = st.recursive(
    ODD | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)


@st.composite
def nearly(draw: st.DrawFn) -> dict[str, Any]:
    """A right event with up to three values replaced, added or taken away."""
    made = event(draw(st.sampled_from([kind.name for kind in TYPES])))
    for _ in range(draw(st.integers(0, 3))):
        inside = draw(st.booleans())
        target = made["data"] if inside and isinstance(made.get("data"), dict) else made
        name, what = draw(NAMES | st.just("data")), draw(st.integers(0, 3))
        if what == 0:
            target.pop(name, None)
        else:
            target[name] = draw(JSON if what == 1 else ODD)
    return made


anything = JSON | st.dictionaries(NAMES, JSON, max_size=8) | nearly()
