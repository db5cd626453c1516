"""What customers said about being solicited: how many of those in contact lately have said anything, by purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sql.clickhouse import Store, load


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `customers` in contact lately, `known` have said something about a purpose ('' where none was named), `granted` said yes last."""

    purpose: str
    customers: int
    known: int
    granted: int


def coverage(store: Store, since: datetime) -> list[Coverage]:
    """By purpose, for customers with a contact since an instant."""
    names = ("customers", "known", "granted")
    rows = store.rows(load("consent.coverage"), {"since": since})
    return [Coverage(str(row["purpose"]), *(int(row[name]) for name in names)) for row in rows]
