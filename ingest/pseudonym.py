"""Pseudonyms in columns of the log: which a column holds, and something else in their place.

A pseudonym is a whole text, or in a subject what follows its first slash; in `data` it is a value of JSON, so in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

_QUOTED = re.compile('"(k[0-9]+:[0-9a-f]{64})"')
_ABOUT = "^[^/]*/"
_BARE = ("source", "type")  # texts that nobody's name is kept in
ROWS = 10_000  # events rewritten at once: all texts of a column of more may not fit in one of Arrow's


def pieces(events: pa.Table) -> Iterator[pa.Table]:
    """The events, some at a time."""
    return (events.slice(first, ROWS) for first in range(0, events.num_rows, ROWS))


def columns(events: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """The columns of texts that may hold pseudonyms, with their names. Of a piece."""
    for name, column in zip(events.column_names, events.columns, strict=True):
        if pa.types.is_string(column.type) and name not in _BARE:
            yield name, column.combine_chunks()


def called(subjects: pa.Array) -> pa.Array:
    """What follows the first slash of each subject; the whole of one that has none."""
    return pc.replace_substring_regex(subjects, _ABOUT, "", max_replacements=1)


def about(subjects: pa.Array) -> pa.Array:
    """What each subject is about, null where that is not said."""
    return pc.struct_field(pc.extract_regex(subjects, "^(?P<about>[^/]*)/"), "about")


def among(name: str, column: pa.Array) -> set[str]:
    """The pseudonyms in a column of that name (and what looks like one)."""
    if name == "data":
        return set(_QUOTED.findall("\n".join(column.filter(pc.match_substring(column, '"k')).to_pylist())))
    whole = called(column) if name == "subject" else column
    return set(whole.filter(pc.starts_with(whole, "k")).unique().to_pylist())


def replaced(name: str, column: pa.Array, by: Mapping[str, str]) -> pa.Array:
    """The column with something else in the place of some pseudonyms."""
    if name == "data":
        some = pc.match_substring(column, '"k')
        written = [_QUOTED.sub(lambda found: f'"{by.get(found[1], found[1])}"', text) for text in column.filter(some).to_pylist()]
        return pc.replace_with_mask(column, some, pa.array(written, pa.string()))
    place = pc.index_in(called(column) if name == "subject" else column, pa.array(by.keys(), pa.string()))
    fresh = pa.array(by.values(), pa.string()).take(place)
    if name == "subject":
        fresh = pc.if_else(about(column).is_valid(), pc.binary_join_element_wise(about(column), fresh, "/"), fresh)
    return pc.coalesce(fresh, column)
