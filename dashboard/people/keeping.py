"""How long things are kept, `[retention]` of the settings file, and letting go of what is older: `apogee retain`, daily in the server.

[retention]                  # days; "never" keeps a table for good
events = 1095                # events of people and the facts made of them, by whole months; never by default
quarantine = 30              # what could not be read; at most 30
audit = 1096                 # who decided and who looked; a year at least, the databases refuse less
tokens = 366                 # tokens, after they were over
evidence = "never"           # files, links and notes handed in with assessments; that they were given stays
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TextIO

from dashboard.people.orders import BY
from dashboard.people.rules import Rules
from sql import retention
from sql.clickhouse import Store
from sql.folder import BadSettings
from sql.ledger import account as kept
from sql.ledger import amend, audit
from sql.ledger.door import Ledger

LOG = logging.getLogger(__name__)
NEVER = "never"
LEAST_AUDIT = 366  # days


@dataclass(frozen=True, slots=True)
class Periods:
    """Days, by what is kept; None: never let go by itself."""

    events: int | None = None
    quarantine: int = retention.HELD_DAYS
    audit: int | None = 1096
    tokens: int | None = 366
    evidence: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one kind of thing is kept: its period in days (None: never let go), its oldest instant, when the next of it goes."""

    kind: str
    days: int | None
    oldest: datetime | None
    next: datetime | None


def periods_of(tables: Mapping[str, Any], name: str) -> Periods:
    """The periods in the tables of a settings file called `name`. Raises BadSettings in words."""
    told = tables.get("retention", {})
    known = {field: getattr(Periods(), field) for field in Periods.__slots__}
    if not isinstance(told, dict):
        raise BadSettings(f"{name}: [retention] is a table, such as [retention] with events = 1095.")
    if unknown := sorted(set(told) - set(known)):
        raise BadSettings(f"{name}: [retention] knows {', '.join(known)}, not {unknown[0]}.")
    found: dict[str, Any] = {}
    for kind, value in told.items():
        whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 36_600
        if not whole and not (value == NEVER and kind != "quarantine"):
            raise BadSettings(
                f"{name}: [retention] {kind} is a whole number of days, at least 1{'' if kind == 'quarantine' else ', or never'}."
            )
        found[kind] = None if value == NEVER else value
    if (found.get("audit") or LEAST_AUDIT) < LEAST_AUDIT:
        raise BadSettings(f"{name}: [retention] audit is {LEAST_AUDIT} days at least: the databases keep the last year.")
    if found.get("quarantine", 1) > retention.HELD_DAYS:
        raise BadSettings(f"{name}: [retention] quarantine is {retention.HELD_DAYS} days at most: what could not be read may name anybody.")
    return Periods(**found)


def retain(store: Store, ledger: Ledger, periods: Periods, rules: Rules, now: datetime, by: str, *, dry: bool = False) -> dict[str, int]:
    """Let go of what is older than its period, by kind how much; `dry` only counts.

    What is due is in the audit log before anything goes, and what went after it. A kind that could not be let go of keeps none of the
    others: it is logged, and `failed` then says how many such kinds there were.
    """
    due = _due(store, ledger, periods, rules, now)
    if dry:
        return due
    if told := _told(due):
        with ledger.write() as session:
            audit.write(session, by, "retention.begun", "retention", told, at=now)
    found, failed = dict.fromkeys(due, 0), []
    for kind, let_go in _kinds(store, ledger, periods, rules, now).items():
        try:
            found[kind] = let_go()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next run tries again; a message may quote values
            failed.append(kind)
            LOG.error("%s that outlived their retention were not let go (%s): the next run tries again", kind, type(error).__name__)
    if failed:
        found["failed"] = len(failed)
    if told := _told(found):
        with ledger.write() as session:
            audit.write(session, by, "retention.ended", "retention", told, at=now)
    return found


def _told(found: Mapping[str, int]) -> dict[str, int]:
    """What of it the audit log says."""
    return {kind: count for kind, count in found.items() if count and kind != "sessions"}


def _due(store: Store, ledger: Ledger, periods: Periods, rules: Rules, now: datetime) -> dict[str, int]:
    """By kind, how much is older than its period."""
    edge = retention.border(now.date(), periods.events) if periods.events else None
    with ledger.read() as session:
        return {
            "events": retention.due(store, edge).events if edge else 0,
            "quarantine": retention.expiring(store, now, periods.quarantine),
            "audit": audit.older(session, _until(now, periods.audit)) if periods.audit else 0,
            "tokens": amend.over(session, _until(now, periods.tokens)) if periods.tokens else 0,
            "evidence": amend.outlived(session, _until(now, periods.evidence)) if periods.evidence else 0,
            "sessions": kept.stale(session, now - rules.longest),
        }


def _kinds(store: Store, ledger: Ledger, periods: Periods, rules: Rules, now: datetime) -> dict[str, Callable[[], int]]:
    """By kind that has a period, what lets go of it, each in a step of its own, and says how much there was."""

    def written(forget: Callable[..., int], days: int) -> Callable[[], int]:
        def step() -> int:
            with ledger.write() as session:
                return forget(session, _until(now, days))

        return step

    def sessions() -> int:
        with ledger.write() as session:
            found = kept.stale(session, now - rules.longest)
            kept.sweep(session, now - rules.longest)
            return found

    steps: dict[str, Callable[[], int]] = {}
    if periods.events:
        edge = retention.border(now.date(), periods.events)
        steps["events"] = lambda: retention.retire(store, edge).events
    steps["quarantine"] = lambda: retention.expire(store, now, periods.quarantine)
    for kind, forget, days in (
        ("audit", audit.forget, periods.audit), ("tokens", amend.drop_tokens, periods.tokens), ("evidence", amend.expire, periods.evidence),
    ):  # fmt: skip
        if days:
            steps[kind] = written(forget, days)
    return steps | {"sessions": sessions}


def _until(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def standing(store: Store, ledger: Ledger, periods: Periods, rules: Rules, today: date | None = None) -> list[Kept]:
    """How long each kind of thing is kept, how old the oldest of it is now, and when the next of it goes."""
    first = retention.oldest(store)
    with ledger.read() as session:
        oldest = amend.oldest(session)
    events = datetime(first.year, first.month, first.day, tzinfo=UTC) if first else None
    leaves = retention.following(store, today or datetime.now(UTC).date(), periods.events) if first and periods.events else None
    found = [Kept("events", periods.events, events, datetime(leaves.year, leaves.month, leaves.day, tzinfo=UTC) if leaves else None)]
    for kind, days, at in (
        ("quarantine", periods.quarantine, retention.oldest_line(store)),
        ("audit", periods.audit, oldest["audit"]),
        ("evidence", periods.evidence, oldest["evidence"]),
        ("tokens", periods.tokens, oldest["token"]),
    ):
        found.append(Kept(kind, days, at, at + timedelta(days=days) if at and days else None))
    began = oldest["session"]
    return [*found, Kept("sessions", None, began, began + rules.longest if began else None)]


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee retain`."""
    parser.add_argument("--dry-run", action="store_true", help="only show what would go")


def carry_out(store: Store, ledger: Ledger, periods: Periods, rules: Rules, arguments: argparse.Namespace, out: TextIO) -> int:
    """Let go of what is older than its period and print how much of each, or show it."""
    found = retain(store, ledger, periods, rules, datetime.now(UTC), BY, dry=arguments.dry_run)
    print(json.dumps({"dry_run": arguments.dry_run, **found}), file=out)
    return 1 if "failed" in found else 0
