"""The table of agent time as a file for a spreadsheet: the rows of the page, times in seconds, without rounding."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from dashboard.agent.tally import NONE, Tally

STATES = (
    "agent_time_wall", "staffed_time", "ready_time", "auxiliary_time", "agent_time_multichannel", "busy_in_pause", "busy_signed_out",
    "agent_time_provisional", "occupancy", "capacity_utilisation",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(groups: Mapping[str, Tally], names: Callable[[str], str], codes: Sequence[str], share: str, *, agents: bool) -> str:
    """One line a group: its id and name, its times in seconds, then per channel gross time and the chosen share.

    Texts that a spreadsheet would run as a formula are prefixed with an apostrophe. An unknown value is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["agent" if agents else "team", "name", "agents", "contacts", *STATES, "agent_time_gross", "effective_concurrency"]
    writer.writerow([*head, *[f"{name}.{code}" for code in codes for name in ("agent_time_gross", share)]])
    for key, tally in groups.items():
        texts = [key, names(key)]
        figures: list[float | None] = [tally.agents, tally.contacts]
        figures += [tally.states.get(name, NONE).value for name in STATES]
        figures += [None if tally.partly else tally.gross, tally.at_once]
        for code in codes:
            mine = tally.channels.get(code, {})
            figures += [mine.get("agent_time_gross", NONE).value, mine.get("share", NONE).value]
        safe = [f"'{text}" if text.startswith(_FORMULA) else text for text in texts]
        writer.writerow([*safe, *("" if figure is None else figure for figure in figures)])
    return out.getvalue()
