"""The durable side of arrival: one writer judges, stores and indexes a batch; what did not reach its line never happened.

Steps, in this order: rows into `event`, lines into `quarantine`, what these say of records into `refused`, then the batch's line into
`batch`: from there on it is acknowledged. The indexes (`identity`, `reach`, `record`, `watermark`) and the facts follow; a start after a
crash sweeps the rows of batches that have no line and finishes the work of those that have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sql import lease
from sql.clickhouse import Store, load
from sql.failpoint import failpoint
from sql.seen import MARK, Seen
from sql.verdict import KINDS, MOVED, Identities, Verdicts, verdicts

_SIGNED = {"received": pa.int64(), "quarantined": pa.int64()}
INDEXES = ("identity", "reach", "record", "watermark")
# What every event has, and what it may have: the columns of `event` that the sender fills.
_ALWAYS = ("day", "subject", "time", "sequence", "type", "type_rank", "source", "id", "revision", "retracted", "record", "data")
_MAY = (
    "channel", "mode", "direction", "queue", "agent", "stint", "role", "customer", "case", "reason", "author", "message", "in_reply_to",
    "automatic", "relation", "to", "state", "domain", "team", "site", "brand", "segment", "customer_type", "device", "language", "motive",
    "journey_type", "outcome",
)  # fmt: skip
SEALABLE = ("id", "record", *(name for name in _MAY if name != "automatic"))  # texts that a source may have sealed, beside subject and data
CLAIM = ("record", "revision", "id")  # of a refused event, as the log would have them
_MARKED = ("position", "subject_hash", "content", "again")
# The identity of an event, and its halves: Arrow has no number of 128 bits.
_IDENTITY = "WITH reinterpretAsUInt128(sipHash128(source, id)) AS identity"
_HALVES = "toUInt64(identity) AS low, toUInt64(bitShiftRight(identity, 64)) AS high"


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of judging a batch: the events that go to the log (with `subject_hash`, `content` and `again`), counts by part (table)
    and source, and the events that named another subject than before. Both are in arrival order, `position` says where.
    """

    events: pa.Table
    counts: list[dict[str, Any]]
    moved: list[dict[str, Any]]


def prepare(store: Store) -> int:
    """Sweep what an interrupted batch left, and return the number of the last acknowledged batch."""
    _seen.pop(store, None)
    last = int(store.value("SELECT max(batch) FROM batch") or 0)
    for table in ("event", "quarantine", "refused", "retired"):
        if store.value(f"SELECT count() FROM {table} WHERE batch > {{last:UInt64}}", {"last": last}):
            store.alter(f"{table} DELETE WHERE batch > {{last:UInt64}}", {"last": last})
    return last


def judge(store: Store, tables: list[pa.Table]) -> Judged:
    """Judge the accepted events of a batch, in arrival order, beside what is known. Counts come by table and source."""
    events = _joined(tables)
    if not events.num_rows:
        return Judged(events, [], [])
    marks = store.among(
        f"{_IDENTITY} SELECT position, {_HALVES}, {MARK}, sipHash64(subject) AS subject_hash, {_content(events)} AS content FROM arriving",
        events,
    )
    marks = _in_order(marks)
    marks = marks.append_column("revision", events["revision"])
    found = verdicts(_identities(marks), _known(store, marks.select(["low", "high", "mark"])))
    counts = _counts(events, found)
    moved = events.filter(pa.array(found.kind == MOVED)).to_pylist() if any(row["quarantined"] for row in counts) else []
    for name in ("low", "high", "subject_hash", "content"):
        events = events.append_column(name, marks[name])
    events = events.append_column("again", pa.array(found.again))
    if found.written.all():
        return Judged(events, counts, moved)
    return Judged(events.filter(pa.array(_kept(store, events, found))), counts, moved)


def _in_order(marks: pa.Table) -> pa.Table:
    """The rows in the order of their positions, in which the engine nearly always gives them."""
    places = marks["position"].to_numpy()
    return marks if (places[1:] > places[:-1]).all() else marks.sort_by("position")


def _kept(store: Store, events: pa.Table, found: Verdicts) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which events go to the log: those that win, and of those that lost to them the ones that alone tell of a vendor record's revision.

    What an event says of its record holds whatever becomes of the event, or the order of arrival would decide what is retracted. In the
    log it is as durable as the rest, and is rebuilt, kept, erased and forgotten with it; no fact is made of it, as the winner is there too.
    """
    if not found.lost.any():
        return found.written
    lost = pc.and_(pa.array(found.lost), pc.not_equal(events["record"], ""))
    if not pc.any(lost).as_py():
        return found.written
    kept = found.written.copy()
    mine = pc.is_in(events["record"], pc.unique(events["record"].filter(lost)))
    said = events.select(["position", "source", "record", "revision"]).append_column("written", pa.array(found.written))
    said = said.filter(pc.and_(mine, pc.or_(lost, said["written"])))
    kept[store.among(load("arrival.told"), said)["position"].to_numpy()] = True
    return kept


def _known(store: Store, events: pa.Table) -> Identities:
    """What is known of those of these identities (in halves, with their marks) that were stored before."""
    asked = _suspects(store, events)
    if not asked.num_rows:
        return Identities.none()
    if asked.num_rows <= _FEW:
        numbers = [(high << 64) + low for low, high in zip(asked["low"].to_pylist(), asked["high"].to_pylist(), strict=True)]
        rows = store.table(load("arrival.known").replace("{asked}", "{asked:Array(UInt128)}"), {"asked": numbers})
    else:
        among = "(SELECT bitShiftLeft(toUInt128(high), 64) + low FROM arriving)"
        rows = store.among(load("arrival.known").replace("{asked}", among), asked)
    return _identities(rows)


def _identities(rows: pa.Table) -> Identities:
    low, high, revision, content, subject = (rows[name].to_numpy() for name in ("low", "high", "revision", "content", "subject_hash"))
    return Identities(low, high, revision, content, subject)


def foresee(store: Store, events: int) -> None:
    """Have at hand what judging this many events asks of the history. It takes a second for millions: there is time while they are read."""
    if events >= _MANY and (store not in _seen or _seen[store].full):
        _seen[store] = Seen(store)


def _suspects(store: Store, events: pa.Table) -> pa.Table:
    """Those that may have been stored before: all of them when few came, for which the question does not pay."""
    foresee(store, events.num_rows)
    if store not in _seen:
        return events
    few, seen = events.num_rows < _MANY, _seen[store]
    marks = events["mark"].to_numpy()
    perhaps = seen.perhaps(marks)
    seen.add(marks[~perhaps])  # what comes again takes no room
    return events if few else events.filter(pa.array(perhaps))


_MANY = 20_000  # events; fewer are looked up in the history at once
_FEW = 50  # identities asked for by name: more make the address of a question too long
_seen: WeakKeyDictionary[Store, Seen] = WeakKeyDictionary()


def _counts(events: pa.Table, found: Verdicts) -> list[dict[str, Any]]:
    """The balance in events, by part (what one caller sent) and source."""
    sources = events["source"].combine_chunks().dictionary_encode()
    several = len(sources.dictionary)
    key = events["part"].to_numpy().astype(np.int64) * several + sources.indices.to_numpy()
    size = int(key.max()) + 1
    of = np.bincount(key * len(KINDS) + found.kind, minlength=size * len(KINDS)).reshape(size, -1)
    rows = []
    for each in np.flatnonzero(of.any(axis=1)).tolist():
        new, corrected, stale, duplicate, conflicts, moved = of[each].tolist()
        rows.append(
            {
                "part": each // several, "source": sources.dictionary[each % several].as_py(),
                "received": new + corrected + stale + duplicate + conflicts + moved, "stored": new + corrected,
                "duplicate": duplicate + stale + conflicts, "quarantined": moved, "corrected": corrected, "stale": stale,
                "conflicts": conflicts,
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row["part"], row["source"]))


def _joined(tables: list[pa.Table]) -> pa.Table:
    """The tables as one, with the place of each event and the number of its table; what a table lacks is empty there."""
    if not tables:
        return pa.table({})
    joined = pa.concat_tables(tables, promote_options="default")
    for place, field in enumerate(joined.schema):
        if joined.column(place).null_count:
            empty = pa.scalar(_EMPTY.get(field.type, ""), field.type)
            joined = joined.set_column(place, field.name, pc.fill_null(joined.column(place), empty))
    parts = np.repeat(np.arange(len(tables), dtype=np.uint32), [table.num_rows for table in tables])
    places = np.arange(joined.num_rows, dtype=np.uint64)
    return joined.append_column("position", pa.array(places)).append_column("part", pa.array(parts))


_EMPTY = {pa.bool_(): False, pa.uint64(): 0}


def _content(events: pa.Table) -> str:
    """The content hash: a sum over the fields that are not empty, so that it does not depend on which columns a batch came with."""
    texts = [name for name in (*_MAY, "data") if name in events.column_names and name != "automatic"]
    parts = [f"if(notEmpty(`{name}`), cityHash64('{name}', `{name}`), 0)" for name in texts]
    parts += ["if(automatic, cityHash64('automatic'), 0)"] if "automatic" in events.column_names else []
    return " + ".join(["cityHash64(subject, type, time, sequence, retracted, record)", *parts])


def keep(store: Store, batch: int, known_at: datetime, judged: Judged, quarantine: pa.Table | None, lines: pa.Table) -> None:
    """Write a judged batch. When this returns the batch is durable and acknowledged."""
    if judged.events.num_rows:
        _log(store, batch, known_at, judged.events)
    failpoint("arrival.after_event")
    quarantine = quarantine if quarantine is not None and quarantine.num_rows else None
    if quarantine is not None:
        store.insert("quarantine", quarantine.drop_columns(_claimed(quarantine)))
    failpoint("arrival.after_quarantine")
    if quarantine is not None:
        _tell(store, batch, quarantine)
    failpoint("arrival.after_refused")
    lease.check(store)  # writing may have taken long, or been stopped on the way
    store.insert("batch", lines)
    failpoint("arrival.after_batch")


def _claimed(lines: pa.Table) -> list[str]:
    """The columns in which refused lines say what they say of vendor records (CLAIM); lines that a replay took out have none."""
    return [name for name in CLAIM if name in lines.column_names]


def _tell(store: Store, batch: int, lines: pa.Table) -> None:
    """Write what lines of quarantine say of vendor records."""
    told = _claimed(lines)
    if not told:
        store.command(load("refused.settled"), {"batch": batch})
    elif (claims := lines.filter(pc.not_equal(lines["record"], ""))).num_rows:
        store.pour(load("refused.told"), claims.select(["line", "source", *told]), {"batch": batch})


def _log(store: Store, batch: int, known_at: datetime, events: pa.Table) -> None:
    """Put judged events into the log."""
    names = ", ".join(f"`{name}`" for name in (*_ALWAYS, *_MAY, *_MARKED) if name in events.column_names)
    store.pour(
        f"INSERT INTO event ({names}, batch, known_at) SELECT {names}, {{batch:UInt64}}, {{known_at:DateTime64(3, 'UTC')}} FROM arriving",
        events,
        {"batch": batch, "known_at": known_at},
    )


def stored(store: Store, where: str, parameters: Mapping[str, Any]) -> pa.Table:
    """The events of the log under a condition, their texts written out (the engine keeps some as words of a dictionary)."""
    found = store.table(f"SELECT * FROM event WHERE {where}", parameters)
    texts = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in found.schema]
    return found.cast(pa.schema(texts))


def store_again(store: Store, events: pa.Table, table: str = "event") -> None:
    """Put events of the log into it once more in another form: batch, place and time of arrival stay, the content hash is new."""
    kept = ("batch", "known_at", "again")
    names = ", ".join(f"`{name}`" for name in (*_ALWAYS, *_MAY, "position", *kept) if name in events.column_names)
    rows = events.select([name for name in events.column_names if name not in ("subject_hash", "content")])
    store.pour(
        f"INSERT INTO {table} ({names}, subject_hash, content) SELECT {names}, sipHash64(subject), {_content(rows)} FROM arriving", rows
    )


def index(store: Store, batches: list[int], work: str = "arrival") -> None:
    """Bring the indexes up to the stored events of these batches, in the course of some work. Running it again changes nothing."""
    for name in INDEXES:
        stored = f"({_IDENTITY} SELECT *, {_HALVES} FROM event WHERE batch IN {{batches:Array(UInt64)}})"
        store.command(load(f"index.{name}").replace("arriving", stored), {"batches": batches})
        failpoint(f"{work}.after_{name}")


def index_kept(store: Store, judged: Judged, known_at: datetime) -> None:
    """The same for a batch that was just kept, from its events as they are in memory."""
    names = ("source", "type", "time", "revision", "record", "content", "subject_hash", "day", "low", "high")
    events = judged.events.select(names)
    events = events.append_column("known_at", pa.repeat(pa.scalar(known_at, pa.timestamp("ms", "UTC")), events.num_rows))
    latest = events.group_by(["source", "type", "known_at"]).aggregate([("time", "max")]).rename_columns({"time_max": "time"})
    for name in INDEXES:
        if name != "record" or pc.any(pc.not_equal(events["record"], "")).as_py():
            store.pour(load(f"index.{name}"), latest if name == "watermark" else events)
        failpoint(f"arrival.after_{name}")


def batch_lines(batch: int, rows: list[dict[str, Any]], known_at: datetime) -> pa.Table:
    """The lines of one batch for the arrival log, one a source."""
    names = ("records", "received", "stored", "duplicate", "quarantined", "corrected", "stale", "conflicts")
    return pa.table(
        {
            "batch": pa.array([batch] * len(rows), pa.uint64()),
            "connector": [row["connector"] for row in rows],
            "file": [row["file"] for row in rows],
            "source": [row["source"] for row in rows],
            "known_at": pa.array([known_at.astimezone(UTC)] * len(rows), pa.timestamp("ms", "UTC")),
            **{name: pa.array([row[name] for row in rows], _SIGNED.get(name, pa.uint64())) for name in names},
            "seconds": pa.array([row["seconds"] for row in rows], pa.float64()),
        }
    )
