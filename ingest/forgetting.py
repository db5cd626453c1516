"""Events without people who were erased: one function for what is stored and for what arrives, so that both end in the same form.

`forget` works on columns; `suppressed` on what arrives, `again` on everything that is stored.
"""

from __future__ import annotations

import hashlib

import polars as pl
import pyarrow as pa

from ingest.event import TYPE_RANK
from sql import erase as stored
from sql.clickhouse import Store
from sql.derive import forget as forget_past
from sql.derive import rebuild
from sql.failpoint import failpoint
from sql.lease import check

SHELL = "customer/erased"  # the subject of everything that was said about erased customers themselves
_NAMES = ("id", "record", "stint", "message", "in_reply_to")  # texts that name one thing: emptied they would name all
_KEPT = ("source", "id", "record", "subject", "type", "data")  # what a shell keeps of its texts, or is given anew
_IN_DATA = r'"(k[0-9]+:[0-9a-f]{64})"'


def suppressed(table: pa.Table, gone: frozenset[str]) -> pa.Table:
    """What arrives (columns of the log) without the pseudonyms in `gone`; the table itself where it holds none of them."""
    if not gone or not table.num_rows:
        return table
    frame = pl.DataFrame(table)
    return forget(frame, gone).to_arrow(compat_level=pl.CompatLevel.oldest()) if _holds(frame, gone) else table


def again(store: Store, gone: frozenset[str], *, finish: bool = True) -> int:
    """Take every erased person out of what is stored: after an erasure, after one that was interrupted, and after a backup from before it
    was restored. How many events held somebody. Left unfinished on demand: the next writer then does the rest."""
    check(store)
    with stored.listed(store, gone):
        rows = stored.affected(store)
        if rows.num_rows:
            fresh = forget(pl.DataFrame(rows), gone)
            stored.replace(store, fresh.to_arrow(compat_level=pl.CompatLevel.oldest()))
            failpoint("erase.after_replace")
        forget_past(store)
        if not stored.unfinished(store):
            return 0
        events = stored.complete(store)
    failpoint("erase.after_index")
    if events:
        rebuild(store)
    failpoint("erase.after_rebuild")
    if finish:
        stored.finish(store)
    return events


def _holds(frame: pl.DataFrame, gone: frozenset[str]) -> bool:
    """Whether some text of the events is one of the pseudonyms, told without a pass over the whole list."""
    for name, kind in frame.schema.items():
        if kind != pl.String or name in ("source", "type"):
            continue
        column = frame[name]
        if name == "data":
            found = column.filter(column.str.contains('"k', literal=True)).str.extract_all(_IN_DATA).explode().str.strip_chars('"')
        else:
            bare = column.str.replace(r"^[^/]*/", "") if name == "subject" else column
            found = bare.filter(bare.str.starts_with("k"))
        if not gone.isdisjoint(found.unique().to_list()):
            return True
    return False


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
