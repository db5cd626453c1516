"""Facts that have no table: which of the rows they are read from matter to a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from metrics.fact import FACTS
from metrics.query import FIRST, LAST
from sql.journey import relation

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
    fact: str, given: Mapping[str, str | float], since: datetime | None, until: datetime | None, text: str
) -> tuple[str, dict[str, Any]]:
    """The statement that reads a fact without a table, and the values bound in it.

    It reads what matters to rows stamped within [since, until), and only the columns that `text`, the statement around it, names.
    `{db}` stands for the database's prefix. Raises ValueError for a fact that has a table.
    """
    table = FACTS[fact]
    if table.read is None:
        raise ValueError(f"{fact} has a table")
    bound: dict[str, Any] = {**given, "longest_d": table.read.ahead}
    within = []
    if since is not None:
        bound["first"] = max(FIRST, since - timedelta(days=float(given[table.read.back])))
        within.append(BACK)
    if until is not None:
        bound["last"] = min(LAST, until + timedelta(days=table.read.ahead))
        within.append(AHEAD)
    columns = [name for name in (*table.columns, *table.own) if re.search(rf"\b{name}\b", text)]
    return relation(fact, columns, " AND\n".join(within) or "1"), bound
