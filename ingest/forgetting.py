"""Events without people who were erased: one function for what is stored and for what arrives, so that both end in the same form.

`forget` works on a piece of columns; `suppressed` on as many as there are, as what arrives, `again` on everything that is stored.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from ingest.column import ranked
from ingest.pseudonym import about, among, called, columns, pieces, replaced
from sql import erase as stored
from sql.clickhouse import Store
from sql.derive import forget as forget_past
from sql.derive import rebuild
from sql.failpoint import failpoint
from sql.lease import check

SHELL = "customer/erased"  # the subject of everything that was said about erased customers themselves
_NAMES = ("id", "record", "stint", "message", "in_reply_to")  # texts that name one thing: emptied they would name all
_KEPT = ("id", "record")  # what a shell keeps of its texts


def suppressed(table: pa.Table, gone: frozenset[str]) -> pa.Table:
    """Events (columns of the log) without the pseudonyms in `gone`; the table itself where it holds none of them."""
    if not gone or not table.num_rows:
        return table
    parts = list(pieces(table))
    clean = [forget(part, gone) for part in parts]
    return table if all(one is other for one, other in zip(parts, clean, strict=True)) else pa.concat_tables(clean)


def again(store: Store, gone: frozenset[str], *, finish: bool = True) -> int:
    """Take every erased person out of what is stored: after an erasure, after one that was interrupted, and after a backup from before it
    was restored. How many events held somebody. Left unfinished on demand: the next writer then does the rest."""
    check(store)
    with stored.listed(store, gone):
        rows = stored.affected(store)
        if rows.num_rows:
            stored.replace(store, suppressed(rows, gone))
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


def forget(events: pa.Table, gone: frozenset[str]) -> pa.Table:
    """A piece of events (columns of the log) without the pseudonyms in `gone`; the table itself where it holds none of them."""
    found = dict(columns(events))
    here = gone & set[str]().union(*(among(name, column) for name, column in found.items()))  # few of a list that may be long
    if not here:
        return events
    names = pa.array(sorted(here), pa.string())
    subject, stand_in = found.pop("subject"), _stand_in(events)
    named = pc.is_in(called(subject), names)
    shell = pc.and_(named, pc.equal(about(subject), "customer")).fill_null(fill_value=False)
    found["data"] = replaced("data", found["data"], dict.fromkeys(here, ""))
    for name, column in found.items():
        kept = pc.if_else(pc.is_in(column, names), stand_in if name in _NAMES else "", column)
        found[name] = kept if name in _KEPT else pc.if_else(shell, "", kept)
    elsewhere = pc.binary_join_element_wise(about(subject), stand_in, "/")
    found["subject"] = pc.if_else(shell, SHELL, pc.if_else(named, elsewhere, subject))
    found["type"] = pc.if_else(shell, "customer.erased", events["type"].combine_chunks())
    found["type_rank"] = ranked(found["type"])
    return pa.table(dict(zip(events.column_names, events.columns, strict=True)) | found)


def _stand_in(events: pa.Table) -> pa.Array:
    """What stands for a name that was a person's: made of when and where something was said, not of him."""
    said = (events["source"], events["type"], events["time"].cast(pa.int64()), events["sequence"].fill_null(0))
    rows = zip(*(column.to_pylist() for column in said), strict=True)
    return pa.array([f"erased/{hashlib.sha256('|'.join(map(str, row)).encode()).hexdigest()[:24]}" for row in rows], pa.string())
