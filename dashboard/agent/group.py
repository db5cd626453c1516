"""Which groups may be shown by name: none so small that it says what single people did, nor one that can be worked out from the rest.

Those who may see single agents see every group. For everybody else a team of fewer than `FEWEST` agents is shown as a part of the others
only; where those together are still too few, the smallest of the named teams joins them, so that nobody gets them by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.agent.tally import Tally, together

FEWEST = 5  # agents a group needs, to be shown to those who may not see single agents
OTHERS = "\x00others"  # the key of those shown together: no team is called so


def safe(groups: Mapping[str, Tally], *, named: bool) -> dict[str, Tally]:
    """The groups as they may be shown, those too small as one under OTHERS; nothing at all where all together are too few."""
    there = {key: tally for key, tally in groups.items() if tally.agents}
    if named:
        return there
    small = [key for key in there if there[key].agents < FEWEST]
    left = sorted((key for key in there if key not in small), key=lambda key: (there[key].agents, key))
    while small and sum(there[key].agents for key in small) < FEWEST and left:
        small.append(left.pop(0))
    if sum(there[key].agents for key in small) < FEWEST and small:
        return {}
    shown = {key: there[key] for key in sorted(left)}
    return shown | ({OTHERS: together([there[key] for key in small])} if small else {})
