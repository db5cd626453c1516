"""What is held in quarantine: listed masked, shown to those who may, corrected and replayed.

A replay is a transition of the line, not a new receipt: the line leaves quarantine and what it holds is stored, so that
received = stored + duplicate + quarantined stays true.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
import pyarrow as pa

from ingest.accept import Accepted, accept
from ingest.connector import Chunk, Options, connector
from ingest.receipt import Receipt
from ingest.seal import Keys, masked
from ingest.source import Sources
from ingest.writer import Replay, Writer
from sql.clickhouse import Store, load


class NoSuchLine(ValueError):
    """No line of that number is held."""


class StillWrong(ValueError):
    """A held line cannot be stored yet; the message says why."""


def held(store: Store, lines: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The lines held now, oldest first, without their payload: line, at, connector, file, position, source, field, shown, expected."""
    return store.rows(load("quarantine.held"), {"lines": list(lines)})


def show(store: Store, keys: Keys, line: int) -> bytes:
    """The payload of one held line, decrypted. Raises NoSuchLine, or ValueError when nothing is kept of it or the key is another."""
    found = store.rows(load("quarantine.payload"), {"lines": [line], "after": 0})
    if not found:
        raise NoSuchLine(f"No line {line} is held in quarantine: `apogee quarantine list` shows those that are.")
    return _payload(keys, found[0])


def replay(
    writer: Writer,
    declared: Sources,
    lines: Sequence[int] = (),
    corrected: bytes | None = None,
    options: Options | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Receipt:
    """Try held lines again (all of them when none is named), or one line with a corrected payload.

    Lines that fail again stay held: `tell` hears why of each that was named, and of the others how many they are. Returns what was stored
    and what left quarantine (negative `quarantined`). Raises StillWrong for a corrected payload that fails again.
    """
    if corrected is not None and len(set(lines)) != 1:
        raise NoSuchLine("A corrected payload goes with exactly one line.")
    total, after, tried, why = Receipt(), 0, 0, dict.fromkeys(lines, _MOVED)
    with writer.lock:  # nobody else replays the same lines meanwhile
        if lines and len(held(writer.store, lines)) < len(set(lines)):
            raise NoSuchLine("Not all of these lines are held in quarantine: `apogee quarantine list` shows those that are.")
        while found := writer.store.rows(load("quarantine.payload"), {"lines": list(lines), "after": after}):
            after, tried = found[-1]["line"], tried + len(found)
            by_reading: dict[tuple[str, str], list[Replay]] = defaultdict(list)
            for row in found:
                try:
                    accepted = _again(writer, declared, row, corrected, options or Options(), strict=bool(lines))
                except StillWrong as error:
                    if corrected is not None:
                        raise
                    if lines:
                        why[row["line"]] = str(error)
                else:
                    by_reading[row["connector"], row["file"]].append(Replay(row, accepted))
            for (name, file), replays in by_reading.items():
                total = total + writer.transition(replays, name, file)
        left = [row["line"] for row in held(writer.store, lines)] if lines else []
    if corrected is not None and left:
        raise StillWrong(f"The line stays held. {_MOVED}")
    _told_still(tell, {line: why[line] for line in left}, 0 if lines else tried + total.quarantined)
    return total


def _told_still(tell: Callable[[str], None], named: dict[int, str], others: int) -> None:
    """Say which lines stay held and why, or how many do."""
    for line, why in named.items():
        tell(f"Line {line} stays held. {why}")
    if others:
        tell(f"Lines that stay held: {others}. `apogee quarantine list` shows why.")


_MOVED = "Its event names another subject than the first time, and a subject never changes."


def _again(writer: Writer, declared: Sources, row: dict[str, Any], corrected: bytes | None, options: Options, *, strict: bool) -> Accepted:
    """The line accepted now. Raises StillWrong when it is not; a line that cannot be opened is an error when it was named (`strict`)."""
    system = connector(row["connector"])
    try:
        if system.parameters and row["whole"]:  # a sender's words would be taken for a command's
            raise ValueError(f"Line {row['line']} is no record of an export: {system.name} reads parameters, only taken from a command.")
        payload = corrected if corrected is not None else _payload(writer.keys, row)
    except ValueError as error:
        if strict:
            raise
        raise StillWrong(str(error)) from None
    try:
        personal, keep = system.terms(options)
        chunks = list(system.read(io.BytesIO(payload), options)) if row["whole"] else [_one(payload)]
    except (ValueError, RecursionError) as error:
        raise StillWrong(f"The payload cannot be read: {str(error).rstrip('.')}.") from None
    terms = declared.terms(personal, keep=keep)
    accepted = [accept(chunk, terms, writer.keys) for chunk in chunks]
    for refusal in (each for part in accepted for each in part.refused):
        raise StillWrong(f"The payload is refused again: {refusal.field} is {masked(refusal.value)}; expected {refusal.expected}.")
    if not any(each.table.num_rows for each in accepted):
        raise StillWrong("The payload holds no event.")
    positions = [row["position"]] * sum(each.table.num_rows for each in accepted)
    return Accepted(_joined(each.table for each in accepted), [], 0, positions=positions)


def _payload(keys: Keys, row: dict[str, Any]) -> bytes:
    """What is held of a line. Raises ValueError in a sentence when nothing is, or when it was encrypted with another key."""
    if not row["payload"]:
        why = _EMPTIED.get(row["shown"], "nothing of it was kept")
        raise ValueError(f"Line {row['line']} is only counted: {why}. There is nothing to show or to replay; it can be sent again.")
    return keys.unlock(row["payload"])


_EMPTIED = {"(erased)": "it named somebody who was erased", "(expired)": "the time for which it is kept is over"}


def _one(payload: bytes) -> Chunk:
    return Chunk([orjson.loads(payload)], ["replayed"], 1)


def _joined(tables: Iterable[pa.Table]) -> pa.Table:
    return pa.concat_tables(list(tables), promote_options="default")
