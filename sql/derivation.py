"""Events to facts. Derived rows are a pure function of the set of live events: never of arrival order, batch borders or repetition.

`derive` re-derives the subjects that some stored batches touch, and records the batches in `derived` last: a crash at any point is
healed by deriving what `pending` names. The working tables (`live_…`) are Memory tables of fixed names, as the engine is used without
sessions; one derivation runs at a time in a database (`Store.deriving`), beside the batch that is being written meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary, WeakSet

import pyarrow as pa

from sql import agent_time, fact, opening, person
from sql.clickhouse import Store, load
from sql.failpoint import failpoint

SLICE = 600_000  # events of the subjects derived at once: bounds memory
FEW = 5_000  # pairs; fewer are one slice without counting their events

_WORKING = {
    "live_touched": "(day Date, subject_hash UInt64, kind UInt8, corrected UInt8, filed UInt8) ENGINE = Memory",
    "live_held": "(day Date, subject_hash UInt64, corrected UInt8) ENGINE = Memory",
    "live_span": "(day Date, subject_hash UInt64, corrected UInt8, written UInt8) ENGINE = Memory",
    "live_reached": "(day Date, subject_hash UInt64, corrected UInt8, written UInt8) ENGINE = Memory",
    "live_slice": "(subject_hash UInt64, slice UInt64) ENGINE = Memory",
    "live_superseded": "(record_hash UInt64, revision UInt64) ENGINE = Memory",
    "live_spared": "(record_hash UInt64, identity UInt128, revision UInt64) ENGINE = Memory",
    "live_event": (
        "ENGINE = Memory EMPTY AS SELECT toUInt64(0) AS ord, day, subject_hash, subject, time, sequence, type, source, "
        "toUInt64(0) AS mark, channel, mode, direction, queue, agent, stint, role, customer, case, reason, author, automatic, relation, "
        "state, domain, team, site, brand, segment, customer_type, device, language, motive, journey_type, outcome, data FROM event"
    ),
    "live_interaction": "ENGINE = Memory EMPTY AS SELECT * EXCEPT (version, gone), toUInt64(0) AS final_ord FROM interaction",
    "live_stint": (
        "(subject_hash UInt64, stint String, queue LowCardinality(String), agent String, role LowCardinality(String), "
        "first_at DateTime64(3, 'UTC'), rang_at Nullable(DateTime64(3, 'UTC')), accepted_at Nullable(DateTime64(3, 'UTC')), "
        "taken_at Nullable(DateTime64(3, 'UTC')), "
        "released_at Nullable(DateTime64(3, 'UTC')), first_released_at Nullable(DateTime64(3, 'UTC')), "
        "wrapup_at Nullable(DateTime64(3, 'UTC')), wrapup_ended_at Nullable(DateTime64(3, 'UTC')), "
        "rang_ord UInt64, result_ord UInt64, last_result LowCardinality(String), "
        "measured_at Nullable(DateTime64(3, 'UTC')), ring_ms Nullable(Int64), talk_ms Nullable(Int64), hold_ms Nullable(Int64), "
        "wrap_ms Nullable(Int64), rings Array(Int64), phases Array(Tuple(UInt64, Int64, LowCardinality(String)))) ENGINE = Memory"
    ),
}
_versions: WeakKeyDictionary[Store, int] = WeakKeyDictionary()
_unfinished: WeakSet[Store] = WeakSet()  # whose last derivation failed, and left its working tables as they were


def scratch_name(store: Store) -> str:
    """The database in which a rebuild of this store is made."""
    return f"{store.database}_rebuild"


def prepare(store: Store) -> None:
    """Make the working tables, once for each opened store; what a killed process left of them or of a rebuild goes."""
    if store not in _versions:
        store.command(f"DROP DATABASE IF EXISTS `{scratch_name(store)}` SYNC")
        for name, ddl in _WORKING.items():
            store.command(f"DROP TABLE IF EXISTS {name} SYNC")
            store.command(f"CREATE TABLE {name} {ddl}")
        _versions[store] = fact.latest(store)


def next_version(store: Store, batch: int) -> int:
    """The version of the rows to be written for batches up to this one: its number, or one more than the last if that is higher."""
    _versions[store] = max(batch, _versions[store] + 1)
    return _versions[store]


def pending(store: Store) -> list[int]:
    """The acknowledged batches whose facts are not all written."""
    rows = store.rows("SELECT DISTINCT batch FROM batch WHERE batch NOT IN (SELECT batch FROM derived) ORDER BY batch")
    return [int(row["batch"]) for row in rows]


def derive(store: Store, batches: Sequence[int]) -> None:
    """Write the facts of every subject that these stored and indexed batches touch. Doing it again changes nothing."""
    if not batches:
        return
    with store.deriving:
        prepare(store)
        if store in _unfinished:
            empty(store)
        _unfinished.add(store)
        types = _derive(store, sorted(set(batches)), next_version(store, max(batches)))
        _unfinished.discard(store)
        finish(store, types)
        store.insert("derived", pa.table({"batch": pa.array(sorted(set(batches)), pa.uint64())}))
        failpoint("derive.after_derived")


def finish(store: Store, types: set[str]) -> None:
    """Recompute whole what hangs on facts of many subjects: who is one person, when each calendar is open."""
    if fact.FACT_OF["link"].fed_by(types):
        person.recompute(store)
        failpoint("derive.after_person")
    if "reference.calendar" in types:
        opening.recompute(store)
        failpoint("derive.after_opening")


def _derive(store: Store, batches: list[int], version: int) -> set[str]:
    """Derive what the batches touch, slice by slice; gives the event types that were met."""
    store.command(load("derive.touch").replace("{kind}", _KIND), {"batches": batches})
    found = store.rows(_TOUCHED, {"batches": batches})[0]
    if found["filed"] or found["refused"]:
        store.command(load("derive.record").replace("{kind}", _KIND), {"batches": batches})
    if found["corrected"]:
        store.command(load("derive.mark"))
        failpoint("derive.after_mark")
    store.command(load("derive.span"))
    own = store.rows(_OWN)[0]
    if own["corrected"]:
        store.command(load("derive.again"))
        store.command(load("derive.revised"), {"batches": batches, "upto": max(batches)})
    if own["agents"]:
        store.command(load("derive.agent"), {"upto": max(batches)})
    if own["corrected"] or own["agents"]:
        store.command(load("derive.written"))
    failpoint("derive.after_pair")
    return derive_span(store, version, max(batches))


def derive_span(store: Store, version: int, upto: int, tell: Callable[[int], None] | None = None) -> set[str]:
    """Derive the pairs of `live_span`, in slices when they hold many events; gives the event types that were met.

    What batches after `upto` wrote is not read: they may not be acknowledged. `tell` hears after each slice how many more live events are
    derived.
    """
    slices, unread = _cut(store, upto)
    types: set[str] = set()
    for number in range(slices):
        if slices > 1:
            for table in ("live_span", *_OF_SLICE):
                store.command(f"TRUNCATE TABLE {table}")
            store.command(
                "INSERT INTO live_span SELECT * FROM live_reached "
                "WHERE subject_hash IN (SELECT subject_hash FROM live_slice WHERE slice = {slice:UInt64})",
                {"slice": number},
            )
        span = fact.Span(**store.rows(_SUMMARY)[0])
        met = _gather(store, upto, span, unread)
        failpoint("derive.after_live")
        fact.write(store, met, version, span)
        agent_time.note(store, met, version)
        types |= met
        if tell:
            tell(int(store.value("SELECT count() FROM live_event")))
    for table in _WORKING:
        store.command(f"TRUNCATE TABLE {table}")
    agent_time.refresh(store, version)
    return types


_OF_SLICE = ("live_superseded", "live_spared", "live_event", "live_interaction", "live_stint")
# What is read again around what is touched, by what its subject is, as the type of any of its events says. 2: all its days (a contact or an
# order is one whole), 1: an agent's days from sign-out to sign-out, 0: that day alone.
_KIND = """multiIf(startsWith(type, 'interaction.') OR startsWith(type, 'feedback.') OR startsWith(type, 'order.'), 2,
    startsWith(type, 'agent.') OR type IN ('reference.agent', 'desktop.used'), 1, 0)"""
_TOUCHED = """SELECT max(corrected) AS corrected, max(filed) AS filed,
    (SELECT count() FROM refused WHERE batch IN {batches:Array(UInt64)}) AS refused
FROM live_touched"""
_OWN = """SELECT countIf(kind = 1) AS agents, (
    SELECT count() FROM reach WHERE key IN (SELECT subject_hash FROM live_touched WHERE kind < 2) AND key = subject_hash
        AND day = toDate('2149-06-06')
) AS corrected
FROM live_touched"""
_SUMMARY = """SELECT count() AS pairs, max(corrected) AS corrected, countIf(NOT written) AS context,
    (SELECT count() FROM record) AS records, (SELECT count() FROM refused) AS refused
FROM live_span"""


def empty(store: Store) -> None:
    """Empty the working tables: a derivation that ends well does so itself."""
    for table in _WORKING:
        store.command(f"TRUNCATE TABLE {table}")
    agent_time.empty(store)


def _cut(store: Store, upto: int) -> tuple[int, str]:
    """Cut the span into slices; gives their number, and which of its events have data that no fact reads (as SQL).

    One slice stays where it is, several are kept in `live_reached`.
    """
    if store.value("SELECT count() FROM live_span") <= FEW:
        return 1, _UNREAD
    found = store.rows(f"SELECT count() AS events, countIf(NOT ({_UNREAD})) AS told FROM {_SPAN}", {"upto": upto})[0]
    unread = _UNREAD if found["told"] else "true"  # said so, the column is not read at all
    if found["events"] <= SLICE:
        return 1, unread
    store.command("INSERT INTO live_reached SELECT * FROM live_span")
    store.command(load("derive.slice"), {"size": SLICE, "upto": upto})
    return int(store.value("SELECT max(slice) FROM live_slice")) + 1, unread


def _gather(store: Store, upto: int, span: fact.Span, unread: str) -> set[str]:
    """Fill `live_event` from the present span; gives the event types of all its rows, outdated ones included."""
    if span.records:
        store.command(load("derive.superseded"), {"upto": upto})
    if span.refused:
        store.command(f"INSERT INTO live_spared {spared(_HANDED)}", {"upto": upto})
    read = ("live", "corrected") if span.corrected else ("live",)
    for part in read:
        statement = load(f"derive.{part}").replace("{unread}", unread).replace("{spared}", _SPARED if span.refused else "")
        store.command(statement, {"upto": upto})
    source = _SPAN if span.records or span.corrected else "live_event"  # outdated rows too
    return {row["type"] for row in store.rows(f"SELECT DISTINCT toString(type) AS type FROM {source}", {"upto": upto})}


def spared(records: str) -> str:
    """The question which forms of the events of some vendor records (a question for their hashes) stand though later revisions came."""
    return load("record.spared").replace("{records}", records)


_UNREAD = "startsWith(type, 'interaction.') AND type NOT IN ('interaction.classified', 'interaction.measured')"
_SPAN = "event WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span) AND batch <= {upto:UInt64}"
_HANDED = f"SELECT sipHash64(source, record) FROM {_SPAN} AND record != ''"
_SPARED = """
            OR (sipHash64(source, record), reinterpretAsUInt128(sipHash128(source, id)), revision) IN
                (SELECT record_hash, identity, revision FROM live_spared)"""
