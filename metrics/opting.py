"""What an installation has to opt in to, in its settings file: measures that watch people more closely than their work needs.

    [agent_time]
    focus = true                 # which contact was on an agent's screen, where a source sends it

Without it the metrics concerned have no value, whatever is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KNOWN = ("focus",)


class BadOption(ValueError):
    """An option in the settings that cannot be one; the message says which, why, and what is meant."""


def opted_in(settings: Mapping[str, Any], file: str = "apogee.toml") -> frozenset[str]:
    """The names allowed in the tables of a settings file. Raises BadOption in words that name the file and the field."""
    said = settings.get("agent_time", {})
    if not isinstance(said, dict):
        raise BadOption(f"{file}: [agent_time] is a table, such as [agent_time] with focus = true.")
    if unknown := sorted(set(said) - set(KNOWN)):
        raise BadOption(f"{file}: [agent_time] knows {' and '.join(KNOWN)}, not {unknown[0]}.")
    if wrong := next((name for name, value in said.items() if not isinstance(value, bool)), None):
        raise BadOption(f"{file}: [agent_time]: {wrong} is true or false, not {said[wrong]!r}.")
    return frozenset(name for name, value in said.items() if value)
