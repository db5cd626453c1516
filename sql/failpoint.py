"""Named places where a test may kill the process, one between every two durable steps.

`APOGEE_FAILPOINT=derive.after_stay` kills at the first hit, `derive.after_stay:3` at the third; the name is printed to stderr and the
process ends at once with code 137, as after a kill -9. Unset, a failpoint costs one comparison.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

_FACTS = (
    "interaction", "stay", "stint", "turn", "work", "hold", "presence", "capacity", "focus", "rating", "order", "touch", "cost",
    "reference", "link", "offer", "act",
)  # fmt: skip
_AGENT = ("contact_reach", "day_reach", "agent_day", "agent_gone")
_INDEXES = ("identity", "reach", "record", "watermark")

# Every name there is, in the order in which a process comes by, so that a test can walk them all; a place that is not listed here is
# refused when a failpoint is set.
POINTS: tuple[str, ...] = (
    *(f"arrival.after_{step}" for step in ("event", "quarantine", "refused", "batch", *_INDEXES)),
    *(f"derive.after_{step}" for step in ("mark", "pair", "live", *_FACTS, *(f"{fact}_gone" for fact in _FACTS), *_AGENT)),
    *(f"derive.{step}{table}" for table in ("person", "opening") for step in ("before_exchange_", "after_exchange_", "after_")),
    "derive.after_derived",
    *(f"rebuild.after_{step}" for step in ("schema", *_INDEXES, "mark", "whole_identity", "whole_record", "facts")),
    *(f"erase.after_{step}" for step in ("list", "replace", "index", "rebuild")),
    *(f"retain.after_{step}" for step in ("mark", "log", "rebuild")),
    *(f"turn.after_{step}" for step in ("mark", "log", "exchange", "quarantine", "rebuild", "list", "ledger", "replace", "key")),
    *(f"rebuild.after_exchange_{table}" for table in (*_INDEXES, *_FACTS, "person", "opening", *_AGENT[:3])),
)

_EXIT = 137


@dataclass(slots=True)
class Armed:
    """The place at which this process dies, '' for none, and how many hits away that is."""

    name: str = ""
    left: int = 1

    def at(self, told: str) -> None:
        """Take the place and the hit from a text such as derive.after_stay:3."""
        self.name, _, nth = told.partition(":")
        self.left = int(nth or 1)


armed = Armed()
armed.at(os.environ.get("APOGEE_FAILPOINT", ""))


def failpoint(name: str) -> None:
    """Die here when this is the place, and the hit, that APOGEE_FAILPOINT names. Raises ValueError for a name that POINTS lacks."""
    if not armed.name:
        return
    if name not in POINTS:
        raise ValueError(f"the failpoint {name} is not listed in sql/failpoint.py")
    if name != armed.name:
        return
    armed.left -= 1
    if armed.left <= 0:
        sys.stderr.write(f"failpoint {name}\n")
        sys.stderr.flush()
        os._exit(_EXIT)
