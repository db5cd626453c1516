"""What is kept for bad days: `apogee backup` and `apogee restore`, with the ledger, and without whoever was erased in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from dashboard.people.orders import BY
from dashboard.word import plain
from ingest.erasure import again
from ingest.naming import without_erased
from ingest.seal import erased_in, keys_in, list_erased, version_in
from sql.backup import backup, verified
from sql.backup import restore as restore_truth
from sql.clickhouse import Store
from sql.ledger import audit, erasure
from sql.ledger.copy import FILE, put_back
from sql.ledger.door import Ledger


def back_up(store: Store, ledger: Ledger | None, folder: Path, out: TextIO) -> int:
    """Write a backup, and say what is in it."""
    rows = backup(store, folder, ledger)
    print(f"{rows} rows of truth are in {folder}. Keep the folder keys/ apart and safe.", file=out)
    if ledger is not None:
        told = "is there too" if ledger.dialect == "sqlite" else "is in PostgreSQL and not there: pg_dump copies it"
        print(f"The ledger (accounts, decisions, audit log) {told}.", file=out)
    return 0


def checked(ledger: Ledger, out: TextIO) -> bool:
    """Read a ledger whole, for damage (LedgerError) and for what somebody did to its audit log; whether that is well, which is said."""
    ledger.check()
    with ledger.read() as session:
        fault, lines = audit.fault(session, anew=True), audit.count(session)
    told = plain(f"people.audit_{fault.kind}", "en", n=fault.number) if fault else f"{lines} lines that follow from one another"
    print(f"{'BAD' if fault else 'ok '}  audit log: {told}", file=out)
    return fault is None


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back from a backup that was made at an instant.

    rows      of truth
    erased    events of it that held somebody erased since: they hold nobody now
    accounts  of its ledger that were erased since and were again; None where its ledger was not taken
    left      whether its ledger was left aside, as there is one here
    behind    whether the audit log now ends before the line that the mark beside the keys knows
    """

    rows: int
    erased: int
    accounts: int | None
    left: bool
    behind: bool
    made_at: datetime

    def told(self, backup: str) -> Iterator[str]:
        """The same in sentences."""
        yield f"{self.rows} rows of truth were restored from {backup} and everything derived was built again."
        if self.erased:
            yield f"{self.erased} of its events held people who have been erased since: they hold nobody now."
        if self.accounts is not None:
            yield (
                f"The ledger is as it was on {self.made_at:%Y-%m-%d at %H:%M} UTC, and nobody is signed in. Accounts closed, rights taken "
                "and tokens withdrawn since then are as they were: look through `apogee account list` before others may sign in."
            )
        if self.left:
            yield "The ledger of the backup was left aside: the one here holds something already, or is in PostgreSQL."
        if self.behind:
            yield (
                "The audit log ends before the line that keys/audit.mark knows, and `apogee check` and the audit page will say so: once "
                "that is understood, delete this mark and begin a new one with the next start."
            )


def restore(store: Store, backup: Path, folder: Path, ledger: Ledger, progress: Callable[[int], None] = lambda _: None) -> Restored:
    """Fill an empty store, and an empty ledger, from a backup, without whoever was erased since it was made.

    Interrupted anywhere, the next writer takes them out: the ledger's erasures are listed beside the keys in `folder` first. Raises
    BadBackup, before anything is stored, for a backup from before the key was turned: the list is of the new key.
    """
    version = version_in(folder)
    manifest = verified(store, backup, f"k{version}" if version is not None else "")
    made_at = datetime.fromisoformat(manifest["made_at"])
    accounts = put_back(ledger, backup / FILE, BY, made_at) if manifest.get("ledger") else None
    with ledger.read() as session:
        list_erased(folder, erasure.gone(session))
        behind = audit.fault(session) is not None
    rows = restore_truth(store, backup, manifest, progress)
    left = bool(manifest.get("ledger")) and accounts is None
    return Restored(rows, _without_erased(store, folder), accounts, left, behind, made_at)


def _without_erased(store: Store, folder: Path) -> int:
    """After a restore: take out whoever stands in the list beside the keys in `folder`; how many events held somebody.

    The keys are needed for held lines only, and may be put back later: the next writer then does that part.
    """
    gone = erased_in(folder)
    try:
        keys = keys_in(folder, fresh=False) if gone else None
    except ValueError:
        keys = None
    if keys is not None:
        without_erased(store, keys)
    return again(store, gone, finish=keys is not None or not gone)
