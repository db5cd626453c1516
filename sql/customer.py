"""Channels a customer used at once: facts that are read, not stored, for the same reasons as journeys (sql/journey.py)."""

from __future__ import annotations

from sql.journey import filled


def relation(fact: str, within: str = "1") -> str:
    """The statement of `customer_pair` or `customer_several`, to stand in parentheses after FROM; `within` is the condition on the
    contacts read. They have no columns of a contact: a stretch is of two. `{db}` stays for the database's prefix."""
    use = filled("customer.use", within=[within])
    return filled(f"customer.{fact.removeprefix('customer_')}", use=[use])
