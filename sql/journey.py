"""Journeys: facts that are read, not stored. What belongs together depends on all contacts of a person and on who is one person, so
that storing it would mean reading a customer's whole past with every batch, and a merge would rewrite it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sql.clickhouse import load


def relation(fact: str, columns: Iterable[str] = (), within: str = "1") -> str:
    """The statement of a fact that is read: `journey` or `step`, to stand in parentheses after FROM.

    `columns` are those of `interaction` that it shall have, `within` is the condition on the contacts read. `{db}` stays for the
    database's prefix; `{gap_days:Float64}`, `{tied_by:String}` and, for journeys, `{longest_d:UInt32}` are to be bound.
    """
    named = list(dict.fromkeys(columns))
    gathered = list(dict.fromkeys(["channel", *named]))
    runs = filled(
        "journey.run",
        kept=[f"arraySort((value, step) -> step, {name}_of, steps) AS {name}_in" for name in gathered],
        gathered=[f"groupArray({name}) AS {name}_of" for name in gathered],
        within=[within],
    )
    joined = {"journey": "arrayFilter((value, open) -> open, {}_in, opens) AS {}", "step": "{}_in AS {}"}[fact]
    return filled(fact, runs=[runs], columns=named, joined=[joined.format(name, name) for name in named])


def filled(name: str, **lists: list[str]) -> str:
    """A statement without its comments, with lists of columns or conditions in their places, indented as these are."""
    text = re.sub(r"\s*--[^\n]*", "", load(name)).strip()
    for word, items in lists.items():
        found = re.search(rf"^( *)\{{{word}\}}", text, re.MULTILINE)
        if found is None:
            continue
        indent = found.group(1)
        if items:
            text = text.replace(found.group(0), ",\n".join(indent + item.replace("\n", f"\n{indent}") for item in items))
        else:
            text = text.replace(f",\n{found.group(0)}", "")
    return text
