"""Every derived table again from the log: built aside in a scratch database and put in place by exchange.

`rebuild` gives the same content as what was derived batch by batch (`content` proves it); `as_known` uses the same road to show the
facts as they stood when only the batches up to an instant were known. Both read the log through a view in the scratch database, so that
the statements of the derivation run there unchanged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

from sql import agent_time, fact, view
from sql.arrival import INDEXES, index
from sql.clickhouse import Store, StoreError, load
from sql.derivation import derive_span, finish, prepare, scratch_name
from sql.failpoint import failpoint
from sql.lease import check

GROUP = 1_000_000  # events indexed by one statement: bounds memory
KEPT = 3  # states of the past that are kept for the next asking
PATIENCE_S = 5.0  # for a state of the past that somebody else builds, or for the place to build one

WHOLE = ("person", "opening")
DERIVED = (*INDEXES, *(one.name for one in fact.FACTS), *WHOLE, *agent_time.TABLES)

Progress = Callable[[int], None]  # told how many more live events are derived

_past: WeakKeyDictionary[Store, dict[str, int]] = WeakKeyDictionary()  # how many read each state of the past, the latest asked for last
_past_lock = threading.Lock()  # of that register, for a moment
_place = threading.Lock()  # held by whoever builds or drops states of the past: one at a time, however long it takes


class Building(Exception):
    """A state of the past is being built for somebody else; the message says so, and to ask again."""


def rebuild(store: Store, progress: Progress | None = None) -> None:
    """Make every derived table anew from the log and exchange each for the old one.

    Readers see the old tables until the exchange. Interrupted before it, the old tables stay; interrupted within, each table is either
    the old or the new one, which are equal by law, and another rebuild completes it. Nothing may be ingested meanwhile: the store's
    locks are held.
    """
    with store.lock, store.deriving:
        check(store)
        prepare(store)
        clean(store)
        scratch = store.beside(scratch_name(store))
        try:
            _build(store, scratch, _latest(store), progress)
        finally:
            scratch.close()
        for table in DERIVED:
            check(store)
            store.command(f"EXCHANGE TABLES `{store.database}`.`{table}` AND `{scratch_name(store)}`.`{table}`")
            failpoint(f"rebuild.after_exchange_{table}")
        clean(store)


def clean(store: Store) -> None:
    """Remove what an interrupted rebuild left."""
    store.command(f"DROP DATABASE IF EXISTS `{scratch_name(store)}` SYNC")


def settled(store: Store, known_at: datetime) -> datetime:
    """The instant to which what was known at `known_at` can be told, so that asking again gives the same.

    That instant where something later is acknowledged, as batches become known one after the other, or where it is an hour ago and facts
    hold all; else when the last batch became known that the facts hold with all before it, since one that is being written may have become
    known before `known_at`.
    """
    row = store.rows(
        "WITH (SELECT minOrNull(batch) FROM batch WHERE batch NOT IN (SELECT batch FROM derived)) AS waiting "
        "SELECT maxOrNull(known_at) AS latest, maxOrNullIf(known_at, waiting IS NULL OR batch < waiting) AS whole FROM batch"
    )[0]
    latest, whole = row["latest"], row["whole"]
    over = whole == latest and known_at < datetime.now(UTC) - timedelta(hours=1)
    return known_at if whole is None or latest > known_at or over else min(known_at, whole)


@contextmanager
def as_known(store: Store, known_at: datetime) -> Iterator[str]:
    """The name of a database whose facts are those of the events known at an instant; the store's own when that is all of them.

    It stays as long as the block lasts. Building one costs a rebuild; the last KEPT that were asked for are kept, one for each state there
    was, whatever instant names it. One is built at a time: raises Building when that takes longer than PATIENCE_S, so that those who ask
    meanwhile do not all stand behind it, and ValueError for an instant without a zone.
    """
    if known_at.tzinfo is None:
        raise ValueError("an instant must carry its zone: give an aware datetime")
    unknown = store.value("SELECT min(batch) FROM batch WHERE known_at > {known_at:DateTime64(3, 'UTC')}", {"known_at": known_at})
    if not unknown:
        yield store.database
        return
    name = f"{store.database}_known_{unknown - 1}"
    kept = _taken(store, name) or _built(store, name, unknown - 1)
    try:
        yield name
    finally:
        with _past_lock:
            kept[name] -= 1


def _taken(store: Store, name: str) -> dict[str, int] | None:
    """The register of states, one of which has a reader more now; None when there is no such state."""
    with _past_lock:
        kept = _past.get(store)
        if kept is None or name not in kept:
            return None
        kept[name] = kept.pop(name) + 1
        return kept


def _built(store: Store, name: str, last: int) -> dict[str, int]:
    """The same, after the state of the batches up to `last` was built, unless somebody else built it meanwhile."""
    if not _place.acquire(timeout=PATIENCE_S):
        raise Building("What was known at an instant is being put together for somebody else: ask again in a moment.")
    try:
        if kept := _taken(store, name):
            return kept
        with _past_lock:
            first = store not in _past
        if first:
            fresh = _forget(store)
            with _past_lock:
                _past[store] = fresh
        scratch = store.beside(name)
        try:
            _build(store, scratch, last, None)
        except BaseException:
            store.command(f"DROP DATABASE IF EXISTS `{name}` SYNC")
            raise
        finally:
            scratch.close()
        with _past_lock:
            kept = _past[store]
            kept[name] = 1
            idle = [each for each, readers in kept.items() if not readers][: max(0, len(kept) - KEPT)]
            for old in idle:
                del kept[old]
        for old in idle:
            with suppress(StoreError):  # it stays until the next start: what was asked for is there
                store.command(f"DROP DATABASE IF EXISTS `{old}` SYNC")
        return kept
    finally:
        _place.release()


def forget(store: Store) -> None:
    """Drop the states of the past, whoever made them: for when the log is no longer the one they are of."""
    with _place:  # after what is being built, which would be of the log that was
        with _past_lock:
            _past.pop(store, None)
        _forget(store)


def content(store: Store) -> dict[str, str]:
    """A hash of each fact table's content: its rows without version, whatever their order and however they were written."""
    found = {}
    for table in (*(one.name for one in fact.FACTS), *WHOLE, "agent_day"):
        columns = fact.shape(store, table).columns
        parts = [f"`{name}`" for name in columns] + [f"`{name}` IS NULL" for name, type_ in columns.items() if type_.startswith("Nullable")]
        final = "" if table in WHOLE else "FINAL"
        row = store.rows(f"SELECT count() AS row_count, sum(sipHash64(tuple({', '.join(parts)}))) AS row_hash FROM `{table}` {final}")[0]
        found[table] = f"{row['row_count']}-{int(row['row_hash'] or 0):016x}"
    return found


def _forget(store: Store) -> dict[str, int]:
    """Drop every state of the past: of one that another process left nobody knows whether it was finished, or by which definitions."""
    rows = store.rows(
        "SELECT name FROM system.databases WHERE startsWith(name, {start:String}) AND match(substring(name, {from:UInt64}), '^-?[0-9]+$')",
        {"start": f"{store.database}_known_", "from": len(store.database) + len("_known_") + 1},
    )
    for row in rows:
        store.command(f"DROP DATABASE IF EXISTS `{row['name']}` SYNC")
    return {}


def _latest(store: Store) -> int:
    """The number of the last acknowledged batch."""
    return int(store.value("SELECT max(batch) FROM batch") or 0)


def _batches(store: Store, last: int) -> list[tuple[int, int]]:
    """The acknowledged batches up to one, with the number of events each stored."""
    rows = store.rows(
        "SELECT batch, sum(stored) AS stored FROM batch WHERE batch <= {last:UInt64} GROUP BY batch ORDER BY batch", {"last": last}
    )
    return [(int(row["batch"]), int(row["stored"])) for row in rows]


def _groups(batches: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Batches that follow each other, about GROUP events at a time."""
    group: list[int] = []
    events = 0
    for batch, stored in batches:
        group.append(batch)
        events += stored
        if events >= GROUP:
            yield group
            group, events = [], 0
    if group:
        yield group


def _build(store: Store, scratch: Store, last: int, tell: Progress | None) -> None:
    """Fill a scratch database with every derived table, from the events of the batches up to `last`.

    Its log is a view with that border: a batch that was not acknowledged may have left rows that the next writer sweeps.
    """
    for table in DERIVED:
        scratch.command(f"CREATE TABLE IF NOT EXISTS `{table}` AS `{store.database}`.`{table}`")
    for table, columns in (("event", "*"), ("refused", "*"), ("retired", "*, identity")):
        border = f"SELECT {columns} FROM `{store.database}`.{table} WHERE batch <= {last:d}"
        scratch.command(f"CREATE VIEW IF NOT EXISTS {table} AS {border}")
    view.install(scratch)
    failpoint("rebuild.after_schema")
    for group in _groups(_batches(store, last)):
        index(scratch, group, "rebuild")
        scratch.command(load("rebuild.mark"), {"batches": group})
    failpoint("rebuild.after_mark")
    for name in ("identity", "record"):
        scratch.command(load(f"rebuild.{name}"))
        failpoint(f"rebuild.after_whole_{name}")
    prepare(scratch)
    scratch.command(load("rebuild.span"))
    types = derive_span(scratch, last, last, tell)
    finish(scratch, types | {"customer.merged", "reference.calendar"})
    failpoint("rebuild.after_facts")
