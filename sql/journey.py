"""Journeys: facts that are read, not stored. What belongs together depends on all contacts of a person and on who is one person, so
that storing it would mean reading a customer's whole past with every batch, and a merge would rewrite it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sql.clickhouse import load

FIRST_TOLD = 4  # where in a step what is asked of its contact begins (sql/queries/journey.run.sql)


def relation(fact: str, columns: Iterable[str] = (), within: str = "1", told: Mapping[str, str] | None = None) -> str:
    """The statement of a fact that is read: `journey` or `step`, to stand in parentheses after FROM.

    `columns` are those of `interaction` that it shall have, `told` more columns by name, each with what is worked out of a row of
    `interaction`; `within` is the condition on the contacts read. `{db}` stays for the database's prefix; `{gap_days:Float64}`,
    `{tied_by:String}` and, for journeys, `{longest_d:UInt32}` are to be bound.
    """
    asked = dict.fromkeys(columns, "") | dict(told or {})
    gathered = ({"channel": ""} if fact == "journey" else {}) | asked
    runs = filled(
        "journey.run",
        kept=[f"ordered.{at} AS {name}_in" for at, name in enumerate(gathered, FIRST_TOLD)],
        gathered=[sql or name for name, sql in gathered.items()],
        within=[within],
    )
    joined = {"journey": "arrayFilter((value, open) -> open, {}_in, opens) AS {}", "step": "{}_in AS {}"}[fact]
    return filled(fact, runs=[runs], columns=list(asked), joined=[joined.format(name, name) for name in asked])


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
