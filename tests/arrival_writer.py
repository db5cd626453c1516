"""Puts event dicts of `tests.spec.plain_event` into the log by the writer's own steps, without the doors in front of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from weakref import WeakSet

import pyarrow as pa

from ingest.event import COLUMNS, TYPE_RANK
from sql import arrival
from sql.clickhouse import Store, load
from tests.spec.plain_event import Event

REFUSED = "(unreadable)"  # the id of an event that is refused as it has none
KNOWN_AT = datetime(2031, 1, 1, tzinfo=UTC)
_TEXTS = [name for name in COLUMNS if name not in ("automatic", "sequence")]
_prepared: WeakSet[Store] = WeakSet()


def _rest(one: Event) -> str:
    return json.dumps({name: value for name, value in one["data"].items() if name not in COLUMNS}, sort_keys=True)


def staged(events: Sequence[Event]) -> pa.Table:
    """The events as the writer stages them."""
    instants = pa.timestamp("ms", "UTC")
    columns = {
        "day": pa.array([one["time"].astimezone(UTC).date() for one in events], pa.date32()),
        "time": pa.array([one["time"] for one in events], instants),
        "type_rank": pa.array([TYPE_RANK[one["type"]] for one in events], pa.uint8()),
        "automatic": pa.array([bool(one["data"].get("automatic")) for one in events]),
        "retracted": pa.array([one["retracted"] for one in events]),
        **{name: pa.array([one[name] for one in events], pa.uint64()) for name in ("sequence", "revision")},
        **{name: pa.array([one[name] for one in events], pa.string()) for name in ("subject", "type", "source", "id", "record")},
        **{name: pa.array([str(one["data"].get(name, "")) for one in events], pa.string()) for name in _TEXTS},
        "data": pa.array([_rest(one) for one in events], pa.string()),
    }
    return pa.table(columns)


def _refuse(store: Store, batch: int, events: Sequence[Event]) -> None:
    """What events whose id could not be read leave of their records, as the writer does beside their lines in quarantine."""
    lines = pa.array([(batch << 24) + number for number in range(len(events))], pa.uint64())
    said = staged(events).select(["source", "record", "revision"]).append_column("id", pa.array([""] * len(events)))
    store.pour(load("refused.told"), said.append_column("line", lines), {"batch": batch})


def put(store: Store, batch: int, events: Sequence[Event], known_at: datetime = KNOWN_AT) -> None:
    """Write one batch: judged, stored, acknowledged and indexed; not derived."""
    if store not in _prepared:
        arrival.prepare(store)
        _prepared.add(store)
    if refused := [one for one in events if one["id"] == REFUSED]:
        _refuse(store, batch, refused)
        events = [one for one in events if one["id"] != REFUSED]
    judged = arrival.judge(store, [staged(events)] if events else [])
    rows = [
        {**{k: row.get(k, 0) for k in ("received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")},
         "connector": "test", "file": "", "source": row["source"], "records": row["received"], "seconds": 0.0}
        for row in judged.counts or [{"source": one["source"], "received": 0} for one in refused[:1]]  # refusals alone are a batch too
    ]  # fmt: skip
    arrival.keep(store, batch, known_at, judged, None, arrival.batch_lines(batch, rows, known_at))
    arrival.index(store, [batch])
