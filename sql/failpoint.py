"""Named points between durable steps where a test may kill the process, to prove that a restart heals.

`APOGEE_FAILPOINT=name` stops the process the first time it passes that point, `name:3` the third time. Without the variable a point costs
one comparison.
"""

from __future__ import annotations

import os
import sys

_WANTED, _, _TIMES = os.environ.get("APOGEE_FAILPOINT", "").partition(":")
_left = int(_TIMES or 1)

POINTS: tuple[str, ...] = (
    "arrival.after_event", "arrival.after_quarantine", "arrival.after_batch", "arrival.after_identity", "arrival.after_reach",
    "arrival.after_record", "arrival.after_watermark",
)  # fmt: skip


def failpoint(name: str) -> None:
    """Stop the process here, without any clean-up, when the environment asks for it."""
    global _left  # noqa: PLW0603
    if not _WANTED or name != _WANTED:
        return
    _left -= 1
    if _left <= 0:
        sys.stderr.write(f"failpoint {name}\n")
        sys.stderr.flush()
        os._exit(137)
