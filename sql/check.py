"""The balances that must hold, each with its residual: `apogee check` prints them and fails when one is not 0."""

from __future__ import annotations

from dataclasses import dataclass

from sql.clickhouse import Store, load


@dataclass(frozen=True, slots=True)
class Balance:
    """One law, what it compares, and by how much it is broken (0: it holds)."""

    name: str
    left: int
    right: int

    @property
    def residual(self) -> int:
        """left − right."""
        return self.left - self.right


def check(store: Store) -> list[Balance]:
    """Every balance, in the order they are printed."""
    balances = [
        Balance(f"received = stored + duplicate + quarantined, source {row['source'] or '(unreadable)'}", row["left"], row["right"])
        for row in store.rows(load("check.sources"))
    ]
    for row in store.rows(load("check.identities")):
        balances.append(Balance("stored − corrected = distinct identities in the log", row["first_seen"], row["logged"]))
        balances.append(Balance("identities indexed = distinct identities in the log", row["indexed"], row["logged"]))
    balances.extend(
        Balance("lines held = lines quarantined and not replayed (of the last 29 days)", row["held"], row["counted"])
        for row in store.rows(load("check.quarantine"))
    )
    for row in store.rows(load("check.derived")):
        balances.append(Balance("batches acknowledged = batches in the facts", row["acknowledged"], row["derived"]))
        balances.append(Balance("rows of batches that were never acknowledged", row["orphans"], 0))
    return balances
