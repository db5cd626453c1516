"""Facts that have no table: which of the rows they are read from matter to a question; and how long a span is, in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from metrics.fact import FACTS, WORKED_D
from metrics.query import FIRST, LAST, Grain, Query
from sql import customer, journey
from sql.place import PLACED_BY
from sql.view import FINE, LAYERED, SWEPT

LAYERS = "agent_share"  # the view that has a bare form
DAYS = timedelta(days=2)  # of one agent: so little that where a part is swept again all of it is, or read by quarter hours
FINER = (Grain.QUARTER_HOUR, Grain.HOUR)  # than any day: read by quarter hours too
QUARTER_S = 900  # what views are made of: a border that is none takes their form that cuts anywhere
FIRST_SQL, LAST_SQL = "{first:DateTime64(3, 'UTC')}", "{last:DateTime64(3, 'UTC')}"

# A contact that began before the days looked back on matters while it went on into them. It is looked for without FINAL, as any version
# of it may be the longer one; FINAL then reads all versions of what was found.
BACK = f"""(day >= toDate({FIRST_SQL}) OR (day, subject_hash) IN
(
    SELECT day, subject_hash
    FROM {{db}}interaction
    WHERE day < toDate({FIRST_SQL}) AND last_at >= {FIRST_SQL}
))"""
AHEAD = f"day <= toDate({LAST_SQL})"


def source(
    fact: str,
    given: Mapping[str, str | float],
    since: datetime | None,
    until: datetime | None,
    text: str,
    told: Mapping[str, str] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The statement that reads a fact without a table, and the values bound in it.

    It reads what matters to rows stamped within [since, until), and only the columns that `text`, the statement around it, names, and
    those `told` of its contacts. `{db}` stands for the database's prefix. Raises ValueError for a fact that has a table.
    """
    table = FACTS[fact]
    if table.read is None:
        raise ValueError(f"{fact} has a table")
    bound: dict[str, Any] = {**given, "longest_d": table.read.ahead}
    within = []
    if since is not None:
        bound["first"] = max(FIRST, since - timedelta(days=float(given[table.read.back]) if table.read.back else 0))
        within.append(BACK)
    if until is not None:
        bound["last"] = min(LAST, until + timedelta(days=table.read.ahead))
        within.append(AHEAD)
    columns = [name for name in (*table.columns, *table.own, PLACED_BY) if re.search(rf"\b{name}\b", text)]
    condition = " AND\n".join(within) or "1"
    return journey.relation(fact, columns, condition, told) if of_contacts(fact) else customer.relation(fact, condition), bound


def of_contacts(fact: str) -> bool:
    """Whether the rows of a fact are read from contacts and have the columns of one, which is then the place to work out what is asked
    of it: carrying columns along for that took longer than the rest."""
    return FACTS[fact].read is not None and not fact.startswith("customer_")


def viewed(fact: str, query: Query, now: datetime, bind: Callable[[str, str, Any], str]) -> str:
    """The call of a view (sql/view.py): it is told the period, the present moment and any buckets; `bind` takes name, type and value.

    `{bare}` in its name is left to `bare`, once it is known which of its columns are asked for.
    """
    since, until = query.since or FIRST, query.until or LAST
    cut = "_cut" if any(instant.timestamp() % QUARTER_S for instant in (since, min(until, now))) else ""
    instant = "DateTime64(3, 'UTC')"
    by_hour = "hour" in query.by or any(name == "hour" for name, _ in query.where)  # rows have to be cut at hours to be told apart by them
    told = {
        "since": bind("view_since", instant, since),
        "until": bind("view_until", instant, until),
        "now": bind("now", instant, now),
    }
    alone = any(name == "agent" and len(values) == 1 for name, values in query.where)
    zone = bind("zone", "String", query.zone) if by_hour or query.grain is not None else ""
    short = cut and alone and until - since <= DAYS
    form = FINE if by_hour or query.grain in FINER or short else "_by" if query.grain is not None else ""
    if form == "_by":
        told |= {"grain": bind("grain", "String", str(query.grain)), "zone": zone}
    given = ", ".join(f"{name} = {value}" for name, value in told.items())
    if short and query.grain is None and not by_hour:
        return f"{fact}{SWEPT}({given})"
    return f"{fact}{form}{'{bare}' if fact == LAYERS else ''}{cut}({given})"


def bare(text: str) -> str:
    """The statement with the form of the view that holds no more than it asks for."""
    return text.replace("{bare}", "" if any(re.search(rf"\b{name}\b", text) for name in LAYERED) else "_bare")


def worked_since(query: Query) -> datetime:
    """From when on work is looked for on the contacts of the period."""
    back = timedelta(days=WORKED_D)
    return max(FIRST, (query.since or FIRST + back) - back)


def elapsed_ms(start: str, end: str) -> str:
    """SQL for the milliseconds between two instants."""
    return f"dateDiff('millisecond', {start}, {end})"


def open_ms(start: str, end: str) -> str:
    """SQL for opening time between two instants: the open seconds before the end less those before the start.

    NULL without a calendar, and where one of the instants lies outside the time of which the calendar says anything.
    """
    before = [
        f"ifNull(toInt64(round(1000 * {name}_before_s)) + dateDiff('millisecond', {name}_opens_at, least({at}, {name}_closes_at)), 0)"
        for name, at in (("open_end", end), ("open_start", start))
    ]
    unknown = f"{end} IS NULL OR known_until IS NULL OR {end} > known_until OR {start} < known_from"
    return f"if(\n    {unknown},\n    NULL,\n    {before[0]}\n    - {before[1]}\n)"
