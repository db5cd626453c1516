"""docs/real_data.md: public data on Apogee's own road — connector, log, facts, metrics — against the figures that were published.

Run with `python -m tests.real_data [DATA_FOLDER [FILE]]`; the folder is ../shared/data beside the repository unless named.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connector import Options, connector
from ingest.job import read
from ingest.mapping.spec import EXAMPLES
from ingest.receipt import Receipt
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from metrics.query import Query, Scope
from metrics.run import ask
from sql.check import check
from sql.clickhouse import Store, connect
from sql.migrate import migrate

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "docs" / "real_data.md"
LABELLED = "sf311-as-labelled"
_STAMP = "%Y-%m-%d %H:%M:%S"
_DAY = (datetime(2021, 4, 1, tzinfo=UTC), datetime(2021, 4, 2, tzinfo=UTC))
_NEXT_DAY = (datetime(2021, 4, 2, tzinfo=UTC), datetime(2021, 4, 3, tzinfo=UTC))

_BACKWARDS = "A closing before the opening is a fault of the source, not a quick resolution: resolution_time leaves it out."
_CLOCKS = "The labels hide the clock changes between opening and closing: in local time some spans are an hour shorter or longer."
_TWICE = (
    "The segment of wrap-up starts 0.283 s before talk ends. An agent is not given one time twice, so wrap-up begins when talk has ended."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it is, what was published (None: nothing was), what Apogee says, to how many digits, and why they differ."""

    what: str
    published: float | None
    ours: float
    digits: int = 0
    why: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both say the same to the digits that were published."""
        return self.published is not None and abs(self.published - self.ours) < 0.5000001 * 10**-self.digits


def load(store: Store, data: Path) -> dict[str, Receipt]:
    """Read every file with its connector; receipts by source. San Francisco is read a second time as its stamps are labelled."""
    writer = Writer(store, keys_in(None))

    def take(name: str, files: Sequence[str], mapping: Path | None = None) -> Receipt:
        return read(connector(name), [data / file for file in files], Options(mapping), writer, Sources(), lambda _: None)

    conversations = ("conversation1", "conversation2", "conversations_details_query_response_2016")
    receipts = {
        "genesys": take("genesys", [f"genesys_cloud/{name}.json" for name in conversations]),
        "sf311": take("mapping", ["sf311/311_service_requests.csv"], Path("sf311")),
        "cfpb": take("mapping", ["cfpb_complaints/complaints_sample.csv"], Path("cfpb")),
    }
    with tempfile.TemporaryDirectory() as folder:
        believed, source = Path(folder) / "believed.toml", f'"{LABELLED}"'
        ours = (EXAMPLES / "sf311.toml").read_text(encoding="utf-8")
        believed.write_text(ours.replace('offset_in_text = "ignore"', 'offset_in_text = "use"').replace('"sf311"', source, 1), "utf-8")
        receipts[LABELLED] = take("mapping", ["sf311/311_service_requests.csv"], believed)
    return receipts


def asked(store: Store, metric: str, source: str, by: str = "", **more: Any) -> dict[str, float | None]:
    """A metric of one source, by a dimension's values ('' when it is not grouped)."""
    query = Query(metrics=(metric,), by=(by,) if by else (), where=(("source", (source,)),), scope=Scope.all(), **more)
    return {str(row.keys.get(by, "")): row.figures[metric].value for row in ask(store, query).rows}


def _medians(store: Store, source: str) -> dict[str, float]:
    """Median hours from opening to closing by channel, closings before the opening included, as the published figures have them."""
    statement = """
        SELECT channel, quantileExactInclusive(0.5)(
            toUnixTimestamp64Milli(closed_at) - toUnixTimestamp64Milli(started_at)) / 3600000 AS hours
        FROM interaction FINAL WHERE source = {source:String} AND closed_at IS NOT NULL GROUP BY channel"""
    return {row["channel"]: row["hours"] for row in store.rows(statement, {"source": source})}


def backwards(store: Store) -> list[dict[str, Any]]:
    """The San Francisco requests closed before they were opened."""
    statement = """SELECT interaction, channel, toTimeZone(started_at, 'America/Los_Angeles') AS opened,
            toTimeZone(closed_at, 'America/Los_Angeles') AS closed
        FROM interaction FINAL WHERE source = 'sf311' AND closed_at < started_at ORDER BY started_at - closed_at DESC, interaction"""
    return store.rows(statement)


def _daytime(store: Store, source: str) -> float:
    """Share of the requests opened from 8 to 18 on the clock of San Francisco."""
    statement = """SELECT countIf(toHour(started_at, 'America/Los_Angeles') BETWEEN 8 AND 17) / count()
        FROM interaction FINAL WHERE source = {source:String}"""
    return float(store.value(statement, {"source": source}))


def san_francisco(store: Store) -> list[Line]:
    """San Francisco 311."""
    contacts, exact = asked(store, "contacts", "sf311", "channel"), {"parameters": (("method", "exact"),)}
    left_out = asked(store, "resolution_time", "sf311", "channel", **exact)
    kept, labelled = _medians(store, "sf311"), _medians(store, LABELLED)
    open_now = asked(store, "backlog", "sf311")[""] or 0
    total = asked(store, "contacts", "sf311")[""] or 0
    lines = [Line("Requests", 10_000, total)]
    names = {
        "voice": ("Phone", 4865, 285.5),
        "web": ("Web", 4148, 67.1),
        "app": ("Mobile/Open311", 839, 40.2),
        "social": ("Twitter", 90, 162.4),
    }
    lines += [Line(f"{name}: requests", count, contacts.get(channel) or 0) for channel, (name, count, _) in names.items()]
    lines += [
        Line("Closed", 9630, total - open_now),
        Line("Open", 370, open_now),
        Line("Closed before they were opened", 17, len(backwards(store))),
    ]
    for channel, (name, _, hours) in names.items():
        median = f"{name}: median hours to close"
        lines.append(Line(f"{median}, as labelled, backward closings in", hours, labelled[channel], 1))
        lines.append(Line(f"{median}, in local time, backward closings in", hours, kept[channel], 1, _CLOCKS))
        lines.append(Line(f"{median}: the metric resolution_time", hours, (left_out[channel] or 0) / 3600, 1, _BACKWARDS))
    local, as_labelled = _daytime(store, "sf311") * 100, _daytime(store, LABELLED) * 100
    lines.append(Line("Opened from 8 to 18 on the city's clock, stamps read as local time, %", None, local, 1))
    lines.append(Line("Opened from 8 to 18 on the city's clock, stamps read as labelled, %", None, as_labelled, 1))
    return lines


def complaints(store: Store) -> list[Line]:
    """CFPB complaints."""
    contacts = asked(store, "contacts", "cfpb", "channel")
    total = asked(store, "contacts", "cfpb")[""] or 0
    timely = asked(store, "contacts", "cfpb", "outcome").get("timely") or 0
    names = {
        "web": ("Web", 5143), "referral": ("Referral", 627), "voice": ("Phone", 482), "post": ("Postal mail", 267), "fax": ("Fax", 102),
        "email": ("Email", 2),
    }  # fmt: skip
    lines = [Line("Complaints", 6623, total), Line("Channels", 6, len(contacts))]
    lines += [Line(name, count, contacts.get(channel) or 0) for channel, (name, count) in names.items()]
    return [*lines, Line("Answered in time, %", 98.58, 100 * timely / total, 2)]


def conversations(store: Store, data: Path) -> list[Line]:
    """Genesys Cloud conversations, and the vendor's own metrics beside ours where it gives them."""
    total, open_now = asked(store, "contacts", "genesys")[""] or 0, asked(store, "backlog", "genesys")[""] or 0
    older = asked(store, "contacts", "genesys", until=datetime(2017, 1, 1, tzinfo=UTC))[""] or 0
    lines = [
        Line("Conversations of 2016, older shape", 25, older), Line("Conversations of 2021, today's shape", 2, total - older),
        Line("Still open", 1, open_now),
        Line("conversation1: answered after, s", 11.179, asked(store, "asa", "genesys", since=_DAY[0], until=_DAY[1])[""] or 0, 3),
        Line("conversation1: talk, s", 374.561, asked(store, "talk_time", "genesys", since=_DAY[0], until=_DAY[1])[""] or 0, 3),
        Line("conversation1: hold, s", 544.176, asked(store, "hold_time", "genesys", since=_DAY[0], until=_DAY[1])[""] or 0, 3),
    ]  # fmt: skip
    for name, (since, until) in (("conversation1", _DAY), ("conversation2", _NEXT_DAY)):
        stated = _stated(data / "genesys_cloud" / f"{name}.json")
        pairs = (("tAcd", "asa"), ("tTalk", "talk_time"), ("tHeld", "hold_time"), ("tHandle", "aht"))
        for vendor, metric in pairs:
            if vendor in stated:
                ours = asked(store, metric, "genesys", since=since, until=until)[""] or 0
                lines.append(Line(f"{name}: the vendor's {vendor} and {metric}, s", stated[vendor], ours, 3))
    overlap = "SELECT sum(wrap_ms) / 1000 FROM stint FINAL WHERE source = 'genesys' AND interaction LIKE '585f63eb-%'"
    return [*lines, Line("585f63eb…: wrap-up, s, against its segment", 5.0, float(store.value(overlap)), 3, _TWICE)]


def _stated(file: Path) -> dict[str, float]:
    """The vendor's own durations of one conversation in seconds."""
    participants = json.loads(file.read_text(encoding="utf-8"))["participants"]
    metrics = [one for person in participants for session in person["sessions"] for one in session["metrics"]]
    return {one["name"]: one["value"] / 1000 for one in metrics}


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table, the reasons for differences below it."""
    rows = ["| figure | published | Apogee | |", "|---|---:|---:|---|"]
    notes = list(dict.fromkeys(line.why for line in lines if line.published is not None and not line.agrees))
    for line in lines:
        published = "–" if line.published is None else f"{line.published:,.{line.digits}f}"
        told = "" if line.published is None else "same" if line.agrees else f"differs ({notes.index(line.why) + 1})"
        rows.append(f"| {line.what} | {published} | {line.ours:,.{line.digits}f} | {told} |")
    return "\n".join([*rows, "", *(f"{number}. {note}" for number, note in enumerate(notes, 1))]).rstrip() + "\n"


def report(store: Store, receipts: dict[str, Receipt], data: Path) -> str:
    """The whole document."""
    taken = "\n".join(
        f"| {source} | {one.records:,} | {one.received:,} | {one.stored:,} | {one.duplicate:,} | {one.quarantined:,} |"
        for source, one in receipts.items()
    )
    faults = "\n".join(
        f"| {row['interaction'].rpartition('/')[2]} | {row['channel']} | {row['opened']:{_STAMP}} | {row['closed']:{_STAMP}} |"
        for row in backwards(store)
    )
    residuals = sum(abs(balance.residual) for balance in check(store))
    return _WORDS.format(
        taken=taken, residuals=residuals, faults=faults, sf311=table(san_francisco(store)), cfpb=table(complaints(store)),
        genesys=table(conversations(store, data)),
    )  # fmt: skip


_WORDS = """# Real data

Written by `python -m tests.real_data` (`make docs`): do not edit. Public data are read with the connectors and mappings that ship with
Apogee, stored in the log, derived into facts and asked through the metrics; the published figures stand beside what came out.

## What was read

| source | records | events received | stored | duplicate | quarantined |
|---|---:|---:|---:|---:|---:|
{taken}

Sum of the residuals of all balances (`apogee check`): {residuals}.

## San Francisco 311

`apogee ingest mapping 311_service_requests.csv --mapping sf311`. Requests to the city from 2008 to 2018. Their stamps are written
+00:00 and are the wall clock of San Francisco: the mapping says so, and the last two lines show what believing the label would do.
To be sure of the published medians the file was read a second time with the label believed.

{sf311}
Closed before they were opened, on the city's clock. They are counted as closed, and left out of resolution_time:

| request | channel | opened | closed |
|---|---|---|---|
{faults}

## Complaints to the CFPB

`apogee ingest mapping complaints_sample.csv --mapping cfpb`. The export has days without times, and says whether a company answered in
time but not when: the answer is an outcome, and no response time is made up.

{cfpb}
## Genesys Cloud conversations

`apogee ingest genesys conversation1.json conversation2.json conversations_details_query_response_2016.json`. The second conversation
of 2021 has no end and is open, though all its segments have ended; its stamps have days of one digit (2021-04-2). The older shape never
states an end, so its conversations end with their last segment other than wrap-up. One of the 2016 conversations (a0a90eb3…) has no
wrap-up segment although its agent's others have: it counts as handled without wrap-up.

{genesys}
The queue wait comes from the segment of the queue, not from the moment talk begins 2 ms later: this is what the vendor's tAcd and
tAnswered measure. The callbacks of 2016 are previews that an agent skipped or kept open for hours: their talk time is what the segments
say.
"""


def main(arguments: Sequence[str]) -> int:
    """Write the document; returns 1 with a sentence when the data are not there."""
    data = Path(arguments[0]) if arguments else DATA
    document = Path(arguments[1]) if len(arguments) > 1 else DOCUMENT
    if not data.is_dir():
        sys.stderr.write(f"There is no folder {data}: the real data are not part of the project. {document.name} stays as it is.\n")
        return 0 if not arguments else 1
    logging.getLogger("apogee").setLevel(logging.ERROR)
    store = connect("chdb://")
    migrate(store)
    document.write_text(report(store, load(store, data), data), encoding="utf-8")
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
