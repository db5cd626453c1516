"""What became of a stretch of input, in events: received = stored + duplicate + quarantined."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """stored = new identities + superseding revisions (`corrected` of which); duplicate = equal or older revisions (`stale` of which).

    `records` counts the vendor's records; `conflicts` the equal revisions with other content.
    """

    records: int = 0
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    corrected: int = 0
    stale: int = 0
    conflicts: int = 0
    seconds: float = 0.0

    def __add__(self, other: Receipt) -> Receipt:
        mine, its = asdict(self), asdict(other)
        return Receipt(**{name: mine[name] + its[name] for name in mine})

    @property
    def residual(self) -> int:
        """0, or the law is broken."""
        return self.received - self.stored - self.duplicate - self.quarantined

    def as_dict(self) -> dict[str, int | float]:
        """The figures in the order of the contract."""
        return asdict(self) | {"seconds": round(self.seconds, 3)}
