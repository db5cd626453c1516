"""BENCHMARKS.md: the rows that were measured are put in their places, and whatever else stands there stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

EMPTY = "# Benchmarks\n\n{made}.\n\n| what | measured | wanted | how |\n|---|---|---|---|\n"
_MADE = re.compile(r"Made by `make bench` on \S+, Python \d[\d.]*\d")

Row = tuple[str, str, str, str]  # what, measured, wanted, how


def put(path: Path, rows: Sequence[Row], made: str) -> None:
    """Write rows into the tables of a file, made if need be; `made` says when and with what."""
    text = path.read_text(encoding="utf-8") if path.is_file() else EMPTY.format(made=made)
    path.write_text(updated(text, rows, made), encoding="utf-8")


def updated(text: str, rows: Sequence[Row], made: str) -> str:
    """The text with these rows: each in the place of the one of the same name, whichever table has it, or else at the end of the first.

    Rows of other names, sections and words stay as they are: they are measured in another way, and put in by hand.
    """
    lines = _MADE.sub(lambda _: made, text, count=1).splitlines()
    places = {_name(line): place for place, line in enumerate(lines) if line.startswith("|")}
    fresh = []
    for row in rows:
        written = f"| {' | '.join(row)} |"
        if row[0] in places:
            lines[places[row[0]]] = written
        else:
            fresh.append(written)
    end = next((place + 1 for place, line in enumerate(lines) if _ends_a_table(lines, place, line)), len(lines))
    return "\n".join([*lines[:end], *fresh, *lines[end:]]) + "\n"


def _name(line: str) -> str:
    return line.split("|")[1].strip()


def _ends_a_table(lines: Sequence[str], place: int, line: str) -> bool:
    return line.startswith("|") and not (place + 1 < len(lines) and lines[place + 1].startswith("|"))
