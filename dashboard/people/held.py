"""`apogee quarantine`: what could not be stored, listed masked, shown (with a line in the audit log), corrected, replayed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TextIO

from dashboard.people.orders import BY, opened
from dashboard.people.where import Where
from ingest.connector import Options
from ingest.quarantine import held, replay, show
from sql.ledger import audit


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee quarantine`."""
    parser.add_argument("what", choices=("list", "show", "replay"))
    parser.add_argument("lines", nargs="*", type=int, metavar="LINE")
    parser.add_argument("--file", help="replay one line with the corrected payload in this file")
    parser.add_argument("--mapping", help="the mapping to read held rows with")


def carry_out(place: Where, arguments: argparse.Namespace, out: TextIO) -> int:
    """List, show or replay held lines; 1 when a line that was named stays held. Raises ValueError for a line to show that is not named."""
    if arguments.what == "show":
        if not arguments.lines:
            raise ValueError("Name the line to show: `apogee quarantine show LINE`.")
        line = arguments.lines[0]
        text = show(place.store, place.keys, line).decode("utf-8", "replace")
        with place.ledger.write() as session:
            audit.write(session, BY, "quarantine.shown", f"quarantine/{line}")
        out.write(text + "\n")
    elif arguments.what == "replay":
        corrected = Path(arguments.file).read_bytes() if arguments.file else None
        options = Options(Path(arguments.mapping) if arguments.mapping else None)
        opened(place.writer, place.ledger)
        still: list[str] = []
        receipt = replay(place.writer, place.declared, arguments.lines, corrected, options, still.append)
        print(*still, json.dumps(receipt.as_dict()), sep="\n", file=out)
        return 1 if still and arguments.lines else 0
    else:
        for row in held(place.store, arguments.lines):
            print(
                f"{row['line']}  {row['at']:%Y-%m-%d %H:%M}  {row['file'] or row['connector']}, {row['position']}: "
                f"{row['field']} is {row['shown']}; expected {row['expected']}",
                file=out,
            )
    return 0
