"""Erasing a person: what is stored of him is stored again without him, and whatever comes later is stored without him from the start.

A person is the pseudonyms that lead to him: those of the identifier given and of every other the log ties to it. What happened stays (a
call was answered in 20 seconds), to whom it happened goes: `forget` empties every field that holds one of the pseudonyms, and leaves of
what was said about the customer himself (profile, consent, visits) a shell that says nothing but when. The same function works on what
arrives, so that a replay of the original files meets its own erased form, which is a duplicate of it.

The list of erased pseudonyms lives beside the keys (`keys/erased`), which no backup holds, and with its certificates in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ingest.event import TYPE_RANK
from ingest.seal import Keys
from ingest.writer import Writer
from sql import erase as stored
from sql.clickhouse import Store
from sql.derive import forget as forget_past
from sql.derive import rebuild

SHELL = "customer/erased"  # the subject of everything that was said about erased customers themselves
_NAMES = ("id", "record", "stint", "message", "in_reply_to")  # texts that name one thing: emptied they would name all
_KEPT = ("source", "id", "record", "subject", "type", "data")  # what a shell keeps of its texts, or is given anew


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: pseudonyms, events that were rewritten, held lines that were emptied; and what a search found afterwards."""

    pseudonyms: tuple[str, ...]
    events: int
    lines: int
    left: dict[str, int]

    @property
    def whole(self) -> bool:
        """Whether nothing is left anywhere."""
        return not any(self.left.values())


def forget(frame: pl.DataFrame, gone: frozenset[str]) -> pl.DataFrame:
    """Events (columns of the log) without the pseudonyms in `gone`."""
    if not gone or not frame.height:
        return frame
    names = sorted(gone)
    texts = [each for each, kind in frame.schema.items() if kind == pl.String and each not in _KEPT[3:] and each != "source"]
    about, name = pl.col("subject").str.extract(r"^([^/]*)/", 1), pl.col("subject").str.replace(r"^[^/]*/", "")
    marked = frame.with_columns(((about == "customer") & name.is_in(names)).alias("_shell"), _stand_in().alias("_stand_in"))
    shell = pl.col("_shell")
    cleared = [
        pl.when(pl.col(each).is_in(names)).then(pl.col("_stand_in") if each in _NAMES else pl.lit("")).otherwise(pl.col(each)).alias(each)
        for each in texts
    ]
    data = pl.col("data").str.replace_many([f'"{each}"' for each in names], ['""'] * len(names))
    elsewhere = pl.concat_str(about, pl.lit("/"), "_stand_in")
    subject = pl.when(shell).then(pl.lit(SHELL)).when(name.is_in(names)).then(elsewhere).otherwise(pl.col("subject"))
    found = marked.with_columns(
        *cleared,
        pl.when(shell).then(pl.lit("")).otherwise(data).alias("data"),
        subject.alias("subject"),
        pl.when(shell).then(pl.lit("customer.erased")).otherwise(pl.col("type")).alias("type"),
    )
    blank = [pl.when(shell).then(pl.lit("")).otherwise(pl.col(each)).alias(each) for each in texts if each not in _KEPT]
    rank = pl.col("type").replace_strict(TYPE_RANK, default=0, return_dtype=pl.UInt8).alias("type_rank")
    return found.with_columns(*blank, rank).drop("_shell", "_stand_in")


def _stand_in() -> pl.Expr:
    """What stands for a name that was a person's: made of when and where something was said, not of him."""
    parts = [pl.col("source"), pl.col("type"), pl.col("time").dt.timestamp("ms").cast(pl.String)]
    parts.append(pl.col("sequence").fill_null(0).cast(pl.String))
    return pl.concat_str([pl.lit("erased/"), pl.concat_str(parts, separator="|").map_elements(_short, return_dtype=pl.String)])


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def pseudonyms(store: Store, keys: Keys, values: Iterable[str]) -> tuple[str, ...]:
    """The pseudonyms of some identifiers as their systems write them, and of everybody the log says is the same person."""
    return stored.tied(store, [keys.seal(value) for value in values if value])


def erase(writer: Writer, values: Iterable[str]) -> Erased:
    """Erase the person these identifiers (an e-mail address, a customer number…) lead to. Safe to run again, and after a crash."""
    given = [value for value in values if value]
    with writer.lock:
        names = pseudonyms(writer.store, writer.keys, given)
        writer.keys.erase(names)  # from here on nothing of him is stored
        lines = _quarantine(writer, [*given, *names])
        events = again(writer.store, writer.keys)
        return Erased(names, events, lines, stored.left(writer.store, names))


def again(store: Store, keys: Keys) -> int:
    """Take every erased person out of what is stored: after an erasure, and after a backup from before it was restored."""
    gone = keys.gone
    rows = stored.affected(store, sorted(gone))
    if not rows.num_rows:
        return 0
    fresh = forget(pl.DataFrame(rows), gone)
    stored.replace(store, sorted(gone), rows, fresh.to_arrow(compat_level=pl.CompatLevel.oldest()))
    forget_past(store)
    rebuild(store)
    return int(rows.num_rows)


def _quarantine(writer: Writer, words: list[str]) -> int:
    """Empty the held lines in which one of the words stands; they stay counted."""
    found, needles = [], [word.encode() for word in words]
    for row in stored.held(writer.store):
        try:
            payload = writer.keys.unlock(row["payload"])
        except ValueError:
            continue  # of another key: nobody can read it, and it goes within thirty days
        if any(needle in payload for needle in needles):
            found.append(int(row["line"]))
    stored.empty(writer.store, found)
    return len(found)



