"""`apogee erase`: a person out of everything, with a certificate; and the list of erased people brought to where it is needed."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TextIO

from ingest.erasure import again, erase
from ingest.seal import Keys
from ingest.writer import Writer
from sql.clickhouse import Store
from sql.ledger import audit, erasure
from sql.ledger.door import Ledger


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee erase`."""
    parser.add_argument("who", nargs="+", metavar="IDENTIFIER", help="as its system writes it; - reads standard input, one a line")
    parser.add_argument("--request", default="", metavar="REFERENCE", help="under which the request is filed; never the person's name")


def carry_out(writer: Writer, ledger: Ledger, arguments: argparse.Namespace, out: TextIO) -> int:
    """Erase, write the certificate down, print it. 1 when a search still found something."""
    remember(writer.keys, ledger)
    done = erase(writer, arguments.who)
    with ledger.write() as session:
        made = erasure.add(session, "command line", arguments.request, list(done.pseudonyms), done.events, done.lines, done.left)
        audit.write(
            session, "command line", "person.erased", f"erasure/{made.number}", {"request": made.request, "certificate": made.certificate}
        )
    told = {
        "certificate": made.certificate, "at": made.at.isoformat(), "request": made.request, "events": done.events, "lines": done.lines,
        "rows left": sum(done.left.values()), "tables searched": len(done.left),
    }  # fmt: skip
    print(json.dumps(told), file=out)
    if not done.events and not done.lines:
        sys.stderr.write("apogee: Nothing was stored of whom you named. Whatever comes of him is stored without him.\n")
    return 0 if done.whole else 1


def remember(keys: Keys, ledger: Ledger) -> None:
    """Bring the list beside the keys up to the ledger's: whoever was erased stays so, on whatever machine."""
    with ledger.read() as session:
        keys.erase(erasure.gone(session))


def restored(store: Store, beside: frozenset[str], ledger: Ledger) -> int:
    """After a restore: take out whoever was erased since the backup was made, by the list beside the keys and by the ledger's.

    The keys themselves are not needed for it, and may be put back later. How many events held somebody.
    """
    with ledger.read() as session:
        gone = beside | frozenset(erasure.gone(session))
    return again(store, gone) if gone else 0
