"""`apogee rotate-key`: the key of pseudonyms turned, with a line in the ledger from its beginning and a certificate at its end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from dashboard.people.orders import BY
from ingest import turning
from ingest.seal import Keys
from ingest.writer import Writer
from sql.clickhouse import Store
from sql.failpoint import failpoint
from sql.lease import lease
from sql.ledger import audit, erasure, turn
from sql.ledger.door import Ledger

WHAT = ("begin", "link", "status", "finish", "give-up")


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee rotate-key`."""
    parser.add_argument("what", choices=WHAT)
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="of link: identifiers as their systems write them, one a line; - reads standard input"
    )
    parser.add_argument("--leave-behind", action="store_true", help="finish though some pseudonyms are not known under the new key")


def carry_out(writer: Writer, ledger: Ledger, arguments: argparse.Namespace, out: TextIO) -> int:
    """Do what was said and print how it stands, as JSON."""
    if arguments.what == "begin":
        begin(writer.keys, ledger, BY)
    elif arguments.what == "link":
        turning.link(writer.keys, _identifiers(arguments.file))
    elif arguments.what == "give-up":
        give_up(writer.keys, ledger, BY)
    elif arguments.what == "finish":
        made = finish(writer, ledger, BY, leave_behind=arguments.leave_behind)
        print(json.dumps({"certificate": made.certificate, **made.told()}), file=out)
        return 1 if any(made.left.values()) else 0
    if arguments.what != "give-up":
        found = turning.standing(writer.store, writer.keys)
        told = {name: getattr(found, name) for name in ("before", "after", "names", "linked", "erased", "erased_linked", "behind")}
        print(json.dumps(told), file=out)
    return 0


def begin(keys: Keys, ledger: Ledger, by: str) -> None:
    """Put a new key beside the present one."""
    turning.begin(keys)
    with ledger.write() as session:
        made = turn.begin(session, by, keys.version, keys.version + 1)
        audit.write(session, by, "person.key_begun", f"key/{made.number}", {"after": made.after})


def give_up(keys: Keys, ledger: Ledger, by: str) -> None:
    """Take the new key away again."""
    turning.give_up(keys)
    with ledger.write() as session:
        made = turn.latest(session, turn.LINKING)
        if made is not None:
            made.state = turn.GIVEN_UP
            audit.write(session, by, "person.key_given_up", f"key/{made.number}")


def finish(writer: Writer, ledger: Ledger, by: str, *, leave_behind: bool = False) -> turn.Turn:
    """Write everything under the new key, destroy the old one, certify it. NotTurned where something would be left behind unasked."""
    with writer.still():
        if writer.keys.following is None:
            with ledger.read() as session:
                if (made := turn.latest(session, turn.DONE)) is not None:
                    return made  # it was interrupted, and ended when this writer was made
        turning.decide(writer.store, writer.keys, leave_behind=leave_behind)
        return complete(writer.store, writer.keys, ledger, by)


def complete(store: Store, keys: Keys, ledger: Ledger, by: str) -> turn.Turn:
    """End a turn that was decided, from wherever it stands."""
    lease(store)
    if turning.decidedly(keys):
        counts, (after, left) = turning.decided(keys), turning.write(store, keys)
        turning.relist(keys, after)
        with ledger.write() as session:
            made = turn.latest(session, turn.LINKING, turn.WRITTEN) or turn.begin(session, by, counts["before"], keys.version)
            erasure.turn(session, keys.version, after)
            turn.written(made, counts, left)
        failpoint("turn.after_ledger")
    turning.destroy(keys)
    with ledger.write() as session:
        made = turn.latest(session, turn.WRITTEN) or turn.begin(session, by, keys.version - 1, keys.version)
        turn.certified(session, made)
        audit.write(session, made.by, "person.key_turned", f"key/{made.number}", {"certificate": made.certificate, "after": made.after})
        return made


def resumed(store: Store, keys: Keys, ledger: Callable[[], Ledger]) -> Keys:
    """The keys, once a turn that was decided and interrupted has been ended; `ledger` opens the ledger where there is one to end."""
    if keys.finishing:
        complete(store, keys, ledger(), BY)
    return keys


def interrupted(keys: Keys, ledger: Ledger) -> bool:
    """Whether a turn was decided and has not ended."""
    if keys.finishing:
        return True
    with ledger.read() as session:
        return turn.latest(session, turn.WRITTEN) is not None


def _identifiers(file: str | None) -> list[str]:
    if not file:
        raise ValueError("Name the file with the identifiers, one a line, or - for standard input: `apogee rotate-key link FILE`.")
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]
