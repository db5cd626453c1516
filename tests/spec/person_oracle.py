"""Who is one person, again, slowly and obviously: groups of ids that were merged, until one is unlinked."""

from __future__ import annotations

from collections.abc import Iterable

from tests.spec.fact_oracle import Row, facts
from tests.spec.plain_event import Event


def persons(events: Iterable[Event]) -> dict[str, str]:
    """The smallest id of each person's group, for each other id of it."""
    latest: dict[str, Row] = {}
    for row in sorted(facts(events)["link"], key=lambda row: (row["linked_at"], row["sequence"])):
        latest[row["customer"]] = row
    groups: list[set[str]] = []
    for row in latest.values():
        if row["into"]:
            group = {row["customer"], row["into"]}
            for other in [one for one in groups if one & group]:
                groups.remove(other)
                group |= other
            groups.append(group)
    return {name: min(group) for group in groups for name in group if name != min(group)}
