"""What a connector is: it reads one system's export and gives events as plain CloudEvents, not yet checked.

Checking, sealing, quarantine and writing happen after it, in one place, the same for all. A connector is one file of
`ingest/connectors` with a constant `connector`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, overload

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that could not be used, and why: `value` is what was found (masked before it is shown), `expected` is in words.

    `payload` is what a replay needs: the event as JSON, or the vendor's record when `whole` (the connector itself could not read it).
    `record`, `revision` and `id` are the refused event's as far as they can be read; without a record the other two say nothing.
    """

    position: str
    field: str
    value: object
    expected: str
    payload: bytes
    source: str = ""
    whole: bool = False
    record: str = ""
    revision: int = 0
    id: str = ""


class Places(Sequence[str]):
    """The positions "line 12", "line 13"… or "row 7", "row 7", "row 9"…: a word and numbers, put together only when asked for."""

    def __init__(self, word: str, numbers: Sequence[int]) -> None:
        self._word, self._numbers = word, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [f"{self._word} {number}" for number in self._numbers[place]]
        return f"{self._word} {self._numbers[place]}"


@dataclass(slots=True)
class Chunk:
    """A stretch of input: events with the place each came from ("line 12"), what was refused, how many vendor records were read."""

    events: list[dict[str, Any]]
    positions: Sequence[str]
    records: int
    refused: list[Refusal] = field(default_factory=list)
    read_bytes: int = 0
    frame: pa.Table | None = None  # the same events as typed columns, when they are of one regular shape; `events` may then be empty,
    line: Callable[[int], dict[str, Any]] | None = None  # and this gives one of them as it stands in the input
    escaped: bool = True  # whether a text of the frame may hold a control character, a quote or a backslash


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller may say to a connector: the mapping file, and NAME=VALUE settings of the connector's own."""

    mapping: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class Growth(Protocol):
    """How a file grows whose records are not simply its lines."""

    def head(self, start: bytes) -> bytes | None:
        """What at the start of the file must stand before every stretch of it; None while it is still being written."""

    def whole(self, text: bytes) -> int:
        """How many bytes of a text, which begins with the head and has whole lines, are whole records; the last one may be half there."""


@dataclass(frozen=True, slots=True)
class Connector:
    """A system Apogee can read. `personal` names the fields that identify a person, beside `customer`, which always does.

    `keep` says whether fields the contract does not declare are kept. `help` is shown by `apogee ingest NAME --help`.
    `refine` gives the personal and keep of one reading, for connectors whose options decide them; `mapped` ones need a mapping.
    `settings` are the names that may be set. `parameters` says that what it reads are parameters and no data: none of that is ever held in
    quarantine, so that nothing a sender wrote is taken for parameters later. `growth` tells of a file of some name how it grows, None where
    a line is a record.
    """

    name: str
    summary: str
    read: Callable[[Path | BinaryIO, Options], Iterator[Chunk]]
    personal: frozenset[str] = frozenset()
    keep: bool = False
    help: str = ""
    refine: Callable[[Options], tuple[frozenset[str], bool]] | None = None
    mapped: bool = False
    settings: tuple[str, ...] = ()
    parameters: bool = False
    growth: Callable[[str, Options], Growth | None] | None = None

    def check(self, options: Options) -> None:
        """Refuse what would change nothing, silently. Raises UnknownOption."""
        if options.mapping is not None and not self.mapped:
            raise UnknownOption(f"{self.name} needs no mapping: leave --mapping out, or read the file with `apogee ingest mapping`.")
        if unknown := sorted(set(options.settings) - set(self.settings)):
            known = f"it knows {', '.join(self.settings)}" if self.settings else "it has none"
            raise UnknownOption(f"{self.name} has no setting called {unknown[0]}: {known}.")

    def terms(self, options: Options) -> tuple[frozenset[str], bool]:
        """(personal fields, keep undeclared fields) for one reading."""
        return self.refine(options) if self.refine else (self.personal, self.keep)


class UnknownOption(ValueError):
    """A connector does not know a setting, or takes no mapping."""


class UnknownConnector(ValueError):
    """No connector has that name."""


@cache
def connectors() -> dict[str, Connector]:
    """Every connector, found by walking the folder; two of one name, or a file without one, is an error."""
    import ingest.connectors as folder

    found: dict[str, Connector] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        loaded = importlib.import_module(f"{folder.__name__}.{module.name}")
        connector = getattr(loaded, "connector", None)
        if not isinstance(connector, Connector) or connector.name in found:
            raise TypeError(f"ingest/connectors/{module.name}.py must define one `connector` with a name of its own")
        found[connector.name] = connector
    return found


def connector(name: str) -> Connector:
    """The connector of that name. Raises UnknownConnector with the closest names."""
    known = connectors()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UnknownConnector(f"There is no connector called {name}{hint} Known: {', '.join(sorted(known))}.")
    return known[name]
