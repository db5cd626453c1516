"""What is held on one person: `apogee person` and the personal-data page give it out, each time with a line in the audit log."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from dashboard.people.orders import BY
from dashboard.people.reference import filed
from ingest.access import held_on
from ingest.seal import Keys
from sql.clickhouse import Store
from sql.ledger import audit
from sql.ledger.door import Ledger


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee person`."""
    parser.add_argument("who", nargs="+", metavar="IDENTIFIER", help="as its system writes it; - reads standard input, one a line")
    parser.add_argument("--request", default="", metavar="REFERENCE", help="under which the request is filed; never the person's name")


def give(store: Store, keys: Keys, ledger: Ledger, by: str, values: Sequence[str], reference: str) -> dict[str, Any]:
    """What is held on the person of these identifiers; that it was given out, and to whom, is written down first."""
    request = filed(reference, values)
    found = held_on(store, keys, values, datetime.now(UTC))
    counts = {name: len(found[name]) for name in ("events", "quarantine")}
    with ledger.write() as session:
        audit.write(session, by, "person.exported", "person", {"request": request, **counts})
    return found


def carry_out(store: Store, keys: Keys, ledger: Ledger, arguments: argparse.Namespace, out: TextIO) -> int:
    """Print it as one JSON object."""
    found = give(store, keys, ledger, BY, arguments.who, arguments.request)
    print(json.dumps(found, ensure_ascii=False, indent=1), file=out)
    return 0
