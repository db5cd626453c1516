"""The end of a retention: what is older than its period goes, and nothing brings it back.

Events go by whole months (UTC), with the facts made of them. What stays of each is that it was here (`retired`): a replay of old files
finds its identity known, whatever revision it has, and stores nothing; the balances count it. Facts are built again from what is left of
the log, so that they equal a rebuild by being one. What comes later than its retention lasts, and was never here, is stored and goes with
the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sql.clickhouse import Store, load
from sql.derivation import prepare as prepare_derivation
from sql.derive import forget, rebuild
from sql.failpoint import failpoint
from sql.lease import check

# What events of people are about; of an agent, that he exists is said by a reference, which stays, and so does how much he takes at once:
# a capacity holds until the next of its domain, however long that is.
ABOUT = ("interaction", "order", "customer", "agent", "credit", "identity")
_PEOPLE = (
    "substring(subject, 1, position(subject, '/') - 1) IN {about:Array(String)} AND NOT startsWith(type, 'reference.') "
    "AND type != 'agent.capacity'"
)
_MARK = "retiring"  # stands from the first change to the last, on the disk, and holds the border
HELD_DAYS = 30  # the table itself drops older lines when its parts are merged


@dataclass(frozen=True, slots=True)
class Due:
    """What goes at a border: events, the identities they are of, and the days of the first and the last."""

    events: int
    first: date | None
    last: date | None


def border(today: date, days: int) -> date:
    """The first day that stays: the beginning of the month in which `days` ago lies."""
    return (today - timedelta(days=days)).replace(day=1)


def leaves(day: date, days: int) -> date:
    """When a day's events go: once the month after theirs is as old as the period."""
    after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return after + timedelta(days=days)


def oldest(store: Store) -> date | None:
    """The day of the oldest event of a person."""
    found = store.value(f"SELECT day FROM event WHERE {_PEOPLE} ORDER BY day LIMIT 1", {"about": list(ABOUT)})
    return found if isinstance(found, date) else None


def following(store: Store, today: date, days: int) -> date | None:
    """When the next events go: a day in the past where some are due already, none where nothing of a person is younger than the border.

    What is older and stays (somebody it is about is still in contact) has no day of its own yet."""
    edge = border(today, days)
    if first := due(store, edge).first:
        return leaves(first, days)
    asked = f"SELECT day FROM event WHERE {_PEOPLE} AND day >= {{edge:Date}} ORDER BY day LIMIT 1"
    found = store.value(asked, _bound(edge))
    return leaves(found, days) if isinstance(found, date) else None


def due(store: Store, edge: date) -> Due:
    """What would go at a border."""
    counted = "count() AS events, minOrNull(day) AS first, maxOrNull(day) AS last"
    row = store.rows(f"SELECT {counted} FROM event WHERE {_OF} IN (SELECT identity FROM ({_due()}))", _bound(edge))[0]
    return Due(int(row["events"]), row["first"], row["last"])


_OF = "reinterpretAsUInt128(sipHash128(source, id))"


def retire(store: Store, edge: date) -> Due:
    """Let everything go that is due at a border; what went. Safe to run again, and after a crash (`resume`)."""
    with store.lock, store.deriving:
        check(store)
        found = due(store, edge)
        if found.events:
            settings = "ENGINE = MergeTree ORDER BY edge SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
            store.command(f"CREATE TABLE IF NOT EXISTS {_MARK} (edge Date) {settings}")
            store.command(f"INSERT INTO {_MARK} SELECT {{edge:Date}}", {"edge": edge})
            resume(store)
        return found


def resume(store: Store) -> None:
    """End what was begun and interrupted; nothing where there is nothing."""
    there = "SELECT count() FROM system.tables WHERE database = {db:String} AND name = {name:String}"
    if not store.value(there, {"db": store.database, "name": _MARK}):
        return
    with store.lock, store.deriving:
        edge = store.value(f"SELECT max(edge) FROM {_MARK} HAVING count() > 0")
        if edge is not None:
            halves = "toUInt64(identity), toUInt64(bitShiftRight(identity, 64))"
            row = "identity, record_hash, revision"  # an identity has several, between which a writing may have been cut
            fresh = f"SELECT batch, {halves}, record_hash, revision FROM ({_due()}) WHERE ({row}) NOT IN (SELECT {row} FROM retired)"
            store.command(f"INSERT INTO retired (batch, low, high, record_hash, revision) {fresh}", _bound(edge))
        failpoint("retain.after_mark")
        check(store)
        store.alter(f"event DELETE WHERE {_OF} IN (SELECT identity FROM retired)")
        failpoint("retain.after_log")
        forget(store)
        prepare_derivation(store)
        rebuild(store)
        failpoint("retain.after_rebuild")
        store.command(f"DROP TABLE IF EXISTS {_MARK} SYNC")


def expire(store: Store, now: datetime, days: int) -> int:
    """Take away what held lines older than some days hold; that they were held stays counted. How many there were."""
    found = expiring(store, now, days)
    until = {"until": now - timedelta(days=days)}
    if found:
        emptied = "payload = '', shown = '(expired)'"
        old = "at < {until:DateTime64(3, 'UTC')} AND payload != ''"
        store.alter(f"quarantine UPDATE {emptied} WHERE {old}", until)
    gone = {"until": now - timedelta(days=HELD_DAYS + 1)}
    if store.value("SELECT count() FROM quarantine WHERE at < {until:DateTime64(3, 'UTC')}", gone):
        store.alter("quarantine DELETE WHERE at < {until:DateTime64(3, 'UTC')}", gone)
    return found


def expiring(store: Store, now: datetime, days: int) -> int:
    """How many held lines are older than some days and still hold something."""
    asked = "SELECT count() FROM quarantine WHERE at < {until:DateTime64(3, 'UTC')} AND payload != ''"
    return int(store.value(asked, {"until": now - timedelta(days=days)}) or 0)


def oldest_line(store: Store) -> datetime | None:
    """When the oldest held line came that still holds something."""
    rows = store.rows("SELECT min(at) AS at FROM quarantine WHERE payload != '' HAVING count() > 0")
    return rows[0]["at"] if rows else None


def _due() -> str:
    return load("retain.due").replace("{people}", _PEOPLE).replace("{active}", load("retain.active"))


def _bound(edge: date) -> dict[str, object]:
    return {"edge": edge, "about": list(ABOUT)}
