"""Any export, described by a TOML file: no code. What such a file can say is taught by the HELP below."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingest.connector import Chunk, Connector, Options, Places
from ingest.frame import framed
from ingest.mapping.complaint import MappingError
from ingest.mapping.growing import Table
from ingest.mapping.row import events_of
from ingest.mapping.spec import Spec, load

log = logging.getLogger("apogee.ingest")  # what is remarked at the end of a reading: counts and words of the mapping, never values
_ROWS = 16_384  # rows a stretch: two or three events each make a chunk

HELP = """\
apogee ingest mapping EXPORT… --mapping FILE.toml

Reads CSV, TSV, JSON, NDJSON or Parquet. The mapping says what a row is (row.kind), where its instants and fields are, and how its
stamps are to be read. Four complete examples follow; mappings for public data ship with Apogee: --mapping sf311, --mapping cfpb.

1. A row is one contact with several instants (a list of calls)

    source = "pbx/calls"                     # the name under which these events are known
    [row]
    kind = "interaction"
    id = "Call ID"                           # what identifies a row: reading it again is no second contact
    revision = { time = "Last change" }      # optional: a later export of the same call replaces the earlier one
    # interaction = "Call ID"                # optional: what the contact is called; without it pbx/calls/<id>
    [time]
    zone = "Europe/Paris"                    # whose clock the stamps follow
    formats = ["%d/%m/%Y %H:%M:%S", "iso"]   # tried in turn; also epoch_s, epoch_ms
    [times]                                  # an empty cell is an instant that did not happen
    started = "Start"
    entered_queue = "Queued"
    answered = "Answered"
    abandoned = "Hung up"
    released = "End of talk"
    closed = "End of talk"
    [fields]
    channel = { constant = "voice" }
    queue = { column = "Queue", trim = true }
    agent = "Agent no"
    customer = { first = ["Mobile", "Phone"] }   # always sealed
    motive = { column = "Reason", map = { "01" = "order", "02" = "return" }, otherwise = "other" }
    [[skip]]
    reason = "test call"                     # left out, and counted under this reason
    when = { column = "Queue", starts_with = "TEST" }

2. A row is one event (orders from a shop)

    source = "shop/orders"
    [row]
    kind = "event"
    id = { concat = ["Order", "Status"], with = "/" }
    type = { column = "Status", map = { "New" = "order.placed", "Shipped" = "order.delivered" } }
    subject = { concat = [{ constant = "order" }, "Order"], with = "/" }
    [input]
    format = "csv"
    separator = ";"
    encoding = "cp1252"
    nothing = ["", "-", "N/A"]               # cells that say nothing
    [time]
    zone = "Europe/Paris"
    [times]
    at = "When"
    [fields]
    customer = "Customer no"
    amount = { column = "Total", number = { decimal = ",", group = " " } }
    currency = { constant = "EUR" }
    [[skip]]
    reason = "a status of no interest"
    when = { column = "Status", not_in = ["New", "Shipped"] }

3. A row is one stretch of an agent's work

    source = "workforce/segments"
    [row]
    kind = "work"
    id = "segment.id"                        # in JSON, a dot goes one level down
    interaction = "contact"                  # as its own source calls it, such as pbx/calls/4711
    phase = { column = "segment.kind", map = { "speak" = "talk", "pause" = "hold", "acw" = "wrap" } }   # ring, talk, hold, wrap
    [input]
    format = "json"
    records = "data.items"                   # where the list of rows is
    [time]
    zone = "UTC"
    [times]
    start = "segment.from"
    end = "segment.to"
    [fields]
    agent = "agent.id"
    queue = "queue"

4. A row is one stretch of an agent's presence

    source = "workforce/presence"
    seal = ["subject"]                       # here an agent's number identifies a person to be sealed
    [row]
    kind = "presence"
    id = { concat = ["Agent", "From"], with = "@" }
    agent = "Agent"
    state = { column = "Code", lower = true }
    domain = { constant = "" }               # a channel, or nothing for all of them
    [time]
    zone = "America/New_York"
    offset_in_text = "ignore"                # the stamps say +00:00 and are not
    gap = "shift"                            # a time the clocks jumped over: shift or refuse
    overlap = "first"                        # a time that came twice: first, second or refuse
    [times]
    start = "From"
    end = "To"

An expression is a column's name, or a table with one origin and steps in the order in which they are written.
  origins      column, constant, concat (with), first, when ([{ if = CONDITION, then = EXPRESSION }, …], otherwise)
  steps        trim, lower, upper, cut = 100, split = { by = ";", part = 1 }, map = { … }, otherwise = "…",
               number = true or { decimal = ",", group = " ", times = 60 }
  conditions   an expression with one of is, is_not, in, not_in, empty, starts_with, contains, above, below; all, any, not
[keep] names columns to keep beside the fields of the event contract:  [keep] postcode = "ZIP"
seal lists fields that identify a person, beside customer.
"""


def _spec(options: Options) -> Spec:
    if options.mapping is None:
        raise MappingError("A mapping is needed: --mapping FILE.toml. `apogee ingest mapping --help` shows how one is written.")
    return load(options.mapping)


def _refine(options: Options) -> tuple[frozenset[str], bool]:
    spec = _spec(options)
    return spec.seal, bool(spec.keep)


def _growth(name: str, options: Options) -> Table | None:
    return _spec(options).input.growth(name)


def _read(source: Path | BinaryIO, options: Options) -> Iterator[Chunk]:
    spec = _spec(options)
    if isinstance(source, Path) and not source.is_file():
        raise MappingError(f"There is no file {source}.")
    read, remarks = 0, Counter[str]()
    for stretch in spec.input.stretches(source, spec.columns, _ROWS):
        made = events_of(spec, stretch)
        records = len(stretch.numbers) + len(stretch.fallen)
        yield framed(Chunk(made.events, Places("row", made.rows), records, made.refused, stretch.read_bytes - read))
        read = stretch.read_bytes
        remarks += made.remarks
    for remark, count in sorted(remarks.items()):
        log.warning("%s: %s row%s %s.", spec.source, f"{count:,}", "" if count == 1 else "s", remark)


connector = Connector(
    name="mapping",
    summary="any CSV, TSV, JSON, NDJSON or Parquet export, described by a TOML file",
    read=_read,
    help=HELP,
    refine=_refine,
    mapped=True,
    growth=_growth,
)
