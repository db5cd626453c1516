"""What customers said about being solicited: of those in contact lately how many have said anything, as of any date; and one's history."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Word:
    """What a customer said about a purpose on a channel ('' for any), from when until he said something else (None: until now)."""

    customer: str
    purpose: str
    channel: str
    said: str
    source: str
    since: datetime
    until: datetime | None


def coverage(store: Store, since: datetime, until: datetime) -> list[Coverage]:
    """By purpose, for the people who were in contact from an instant to another, as they had said by the latter."""
    names = ("customers", "known", "granted")
    rows = store.rows(load("consent.coverage"), {"since": since, "until": until})
    return [Coverage(str(row["purpose"]), *(int(row[name]) for name in names)) for row in rows]


def history(store: Store, customers: Sequence[str]) -> list[Word]:
    """Everything these customers (pseudonyms) ever said, in order; of several ids of one person, the later word ends the earlier one."""
    rows = store.rows(load("consent.history"), {"names": list(customers)})
    return [Word(row["customer"], row["purpose"], row["channel"], row["said"], row["source"], row["since"], row["ends"]) for row in rows]


def standing(words: Sequence[Word], at: datetime) -> list[Word]:
    """What held at an instant: at most one word for each purpose and channel."""
    return [word for word in words if word.since <= at and (word.until is None or at < word.until)]
