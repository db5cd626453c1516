"""Every derived table again from the log: built aside in a scratch database and put in place by exchange.

`rebuild` gives the same content as what was derived batch by batch (`content` proves it); `as_known` uses the same road to show the
facts as they stood when only the batches up to an instant were known. Both read the log through a view in the scratch database, so that
the statements of the derivation run there unchanged.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from sql import fact
from sql.arrival import INDEXES
from sql.clickhouse import Store, load
from sql.derivation import derive_span, finish, prepare, scratch_name
from sql.failpoint import failpoint

GROUP = 1_000_000  # events indexed by one statement: bounds memory
KEPT = 3  # states of the past that are kept for the next asking

WHOLE = ("person", "opening")
DERIVED = (*INDEXES, *(one.name for one in fact.FACTS), *WHOLE)

Progress = Callable[[int], None]  # told how many more live events are derived

_past: WeakKeyDictionary[Store, OrderedDict[str, None]] = WeakKeyDictionary()
_past_lock = threading.Lock()


def rebuild(store: Store, progress: Progress | None = None) -> None:
    """Make every derived table anew from the log and exchange each for the old one.

    Readers see the old tables until the exchange. Interrupted before it, the old tables stay; interrupted within, each table is either
    the old or the new one, which are equal by law, and another rebuild completes it. Nothing may be ingested meanwhile: the store's
    lock is held.
    """
    with store.lock:
        prepare(store)
        clean(store)
        scratch = store.beside(scratch_name(store))
        try:
            batches = _batches(store, None)
            _build(store, scratch, batches, None, progress)
            late = [one for one in _batches(store, None) if one not in set(batches)]
            for table in INDEXES:
                if late:
                    scratch.command(load(f"index.{table}"), {"batches": [batch for batch, _ in late]})
            failpoint("rebuild.after_late")
        finally:
            scratch.close()
        for table in DERIVED:
            store.command(f"EXCHANGE TABLES `{store.database}`.`{table}` AND `{scratch_name(store)}`.`{table}`")
            failpoint(f"rebuild.after_exchange_{table}")
        clean(store)


def clean(store: Store) -> None:
    """Remove what an interrupted rebuild left."""
    store.command(f"DROP DATABASE IF EXISTS `{scratch_name(store)}` SYNC")


def as_known(store: Store, known_at: datetime) -> str:
    """The name of a database whose facts are those of the events known at an instant; the store's own when that is all of them.

    Building one costs a rebuild; the last KEPT askings are kept. Raises ValueError for an instant without a zone.
    """
    if known_at.tzinfo is None:
        raise ValueError("an instant must carry its zone: give an aware datetime")
    latest = store.value("SELECT max(known_at) FROM batch")
    if latest is None or known_at >= latest:
        return store.database
    name = f"{store.database}_known_{int(known_at.timestamp() * 1000)}"
    with _past_lock:
        kept = _past.get(store) or _past.setdefault(store, _forget(store))
        if name not in kept:
            scratch = store.beside(name)
            try:
                _build(store, scratch, _batches(store, known_at), known_at, None)
            except BaseException:
                store.command(f"DROP DATABASE IF EXISTS `{name}` SYNC")
                raise
            finally:
                scratch.close()
        kept[name] = None
        kept.move_to_end(name)
        while len(kept) > KEPT:
            store.command(f"DROP DATABASE IF EXISTS `{kept.popitem(last=False)[0]}` SYNC")
    return name


def content(store: Store) -> dict[str, str]:
    """A hash of each fact table's content: its rows without version, whatever their order and however they were written."""
    found = {}
    for table in (*(one.name for one in fact.FACTS), *WHOLE):
        columns = fact.shape(store, table).columns
        parts = [f"`{name}`" for name in columns] + [f"`{name}` IS NULL" for name, type_ in columns.items() if type_.startswith("Nullable")]
        final = "" if table in WHOLE else "FINAL"
        row = store.rows(f"SELECT count() AS row_count, sum(sipHash64(tuple({', '.join(parts)}))) AS row_hash FROM `{table}` {final}")[0]
        found[table] = f"{row['row_count']}-{int(row['row_hash'] or 0):016x}"
    return found


def _forget(store: Store) -> OrderedDict[str, None]:
    """Drop the states of the past that another process left: nobody knows whether they were finished, or by which definitions."""
    rows = store.rows(
        "SELECT name FROM system.databases WHERE startsWith(name, {start:String}) AND match(substring(name, {from:UInt64}), '^-?[0-9]+$')",
        {"start": f"{store.database}_known_", "from": len(store.database) + len("_known_") + 1},
    )
    for row in rows:
        store.command(f"DROP DATABASE IF EXISTS `{row['name']}` SYNC")
    return OrderedDict()


def _batches(store: Store, known_at: datetime | None) -> list[tuple[int, int]]:
    """The acknowledged batches, those known at an instant, with the number of events each stored."""
    rows = store.rows(
        "SELECT batch, sum(stored) AS stored FROM batch WHERE known_at <= {known_at:DateTime64(3, 'UTC')} GROUP BY batch ORDER BY batch",
        {"known_at": known_at or datetime(2299, 12, 31, tzinfo=UTC)},
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


def _build(store: Store, scratch: Store, batches: Sequence[tuple[int, int]], known_at: datetime | None, tell: Progress | None) -> None:
    """Fill a scratch database with every derived table, from the events of these batches."""
    for table in DERIVED:
        scratch.command(f"CREATE TABLE IF NOT EXISTS `{table}` AS `{store.database}`.`{table}`")
    limit = f" WHERE known_at <= '{known_at.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S.%f')[:-3]}'" if known_at else ""
    scratch.command(f"CREATE VIEW IF NOT EXISTS event AS SELECT * FROM `{store.database}`.event{limit}")
    failpoint("rebuild.after_schema")
    for group in _groups(batches):
        for table in INDEXES:
            scratch.command(load(f"index.{table}"), {"batches": group})
            failpoint(f"rebuild.after_{table}")
        scratch.command(load("rebuild.mark"), {"batches": group})
    prepare(scratch)
    scratch.command(load("rebuild.span"))
    types = derive_span(scratch, max((batch for batch, _ in batches), default=0), tell)
    finish(scratch, types | {"customer.merged", "reference.calendar"})
    failpoint("rebuild.after_facts")
