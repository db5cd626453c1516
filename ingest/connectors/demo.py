"""The demo company as a connector: it reads a few parameters instead of an export, and gives Vaubrun's history."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.connector import Chunk, Connector, Options, Places
from ingest.frame import framed

if TYPE_CHECKING:
    from ingest.simulation import Simulation

CHUNK = 60_000  # events: a chunk holds some sixty types of event, and each costs as much in a small one
KNOWN = ("days", "seed", "until", "hostile")
TALLY = "tally"  # where a file is written is said by who gives the command, never by what is read
HELP = """\
The input is a short TOML text, empty for the defaults (`echo | apogee ingest demo -`):

    days = 300                      # length of the history
    seed = 1                        # the same seed, days and until give the same events
    until = 2026-11-21T00:00:00Z    # where the history ends; now when absent
    hostile = false                 # true: through the bad network (duplicates, disorder, delays, corrections)

Each may also be given as a setting (--set days=30), which wins. --set tally=tally.json, which can only be given so, writes the exact
count kept by the simulation there.
"""


def read(source: Path | BinaryIO, options: Options) -> Iterator[Chunk]:
    """The history of the company in chunks. Raises ValueError, in a sentence, for a parameter that cannot be used."""
    from ingest.simulation import Simulation

    settings = _settings(source, options)
    simulation = Simulation(_whole(settings, "days", 300), _whole(settings, "seed", 1), _until(settings))
    yield from chunks(simulation, rough=str(settings.get("hostile", "false")).lower() in {"true", "1", "yes"})
    if tally := options.settings.get(TALLY):
        Path(tally).write_text(simulation.tally.to_json(), encoding="utf-8")


def chunks(simulation: Simulation, *, rough: bool) -> Iterator[Chunk]:
    """The history of a company as it is sent, through the bad network when `rough`."""
    from ingest.simulation import hostile

    said = (event for events in simulation.chunks(CHUNK) for event in events)
    sent, number = hostile(said, simulation.seed) if rough else said, 1
    while events := list(islice(sent, CHUNK)):
        yield framed(Chunk(events, Places("line", range(number, number + len(events))), len(events)))
        number += len(events)


def _settings(source: Path | BinaryIO, options: Options) -> dict[str, Any]:
    text = source.read_bytes() if isinstance(source, Path) else source.read()
    try:
        settings: dict[str, Any] = tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"The parameters of the demo could not be read as TOML: {error}. An empty input gives the defaults.") from error
    if TALLY in settings:
        raise ValueError("The demo takes no tally from what it reads: say where its count is to be written with --set tally=FILE.")
    settings.update({name: value for name, value in options.settings.items() if name != TALLY})
    unknown = sorted(set(settings) - set(KNOWN))
    if unknown:
        raise ValueError(f"The demo has no parameter called {unknown[0]}. Known: {', '.join(KNOWN)}.")
    return settings


def _whole(settings: dict[str, Any], name: str, default: int) -> int:
    value = settings.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ValueError(f"The demo's {name} must be a whole number, not {value!r}.") from None


def _until(settings: dict[str, Any]) -> datetime:
    value = settings.get("until")
    if value is None:
        return datetime.now(UTC)
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValueError(f"The demo's until must be an instant such as 2026-11-21T00:00:00Z, not {value!r}.") from None
    if value.tzinfo is None:
        raise ValueError("The demo's until must say its offset, as 2026-11-21T00:00:00Z does.")
    return value


connector = Connector(
    name="demo",
    summary="Vaubrun, a simulated French retailer with stores, a web shop and a contact centre: its whole history",
    read=read,
    help=HELP,
    settings=(*KNOWN, TALLY),
    parameters=True,
)
