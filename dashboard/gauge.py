"""The figures of the running server, for the operator: what `/metrics` tells Prometheus (text format 0.0.4).

Gauges say how it is now, counters only grow, a summary is a sum and a count: rate(sum) ÷ rate(count) is the mean of any stretch of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.hub import Hub
from dashboard.live.feed import Feed
from ingest.collector import Collector
from sql import standing
from sql.clickhouse import Store, load

EVENTS = {
    "received": "Events received, by source",
    "stored": "Events stored, by source",
    "duplicate": "Events that were stored already, by source",
    "quarantined": "Events kept in quarantine, by source",
    "conflicts": "Events with the identity and revision of another and other content, by source",
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure: its name without the prefix "apogee_", its kind, what it means, its value; `label` is (name, value) or empty."""

    name: str
    kind: Literal["gauge", "counter", "summary"]
    help: str
    value: float
    label: tuple[str, str] | tuple[()] = ()
    count: int | None = None  # of a summary: how many durations `value` is the sum of


def exposition(gauges: Iterable[Gauge]) -> str:
    """The figures as Prometheus reads them, those of one name together under one heading."""
    families: dict[str, list[Gauge]] = {}
    for gauge in gauges:
        families.setdefault(gauge.name, []).append(gauge)
    lines: list[str] = []
    for name, family in families.items():
        lines += [f"# HELP apogee_{name} {family[0].help}", f"# TYPE apogee_{name} {family[0].kind}"]
        for gauge in family:
            label = f'{{{gauge.label[0]}="{_escaped(gauge.label[1])}"}}' if gauge.label else ""
            if gauge.count is None:
                lines.append(f"apogee_{name}{label} {gauge.value:.15g}")
            else:
                lines += [f"apogee_{name}_sum{label} {gauge.value:.15g}", f"apogee_{name}_count{label} {gauge.count}"]
    return "\n".join(lines) + "\n"


def of_store(store: Store) -> Iterator[Gauge]:
    """What came of the events of each source, and how far each has come."""
    for row in store.rows(load("batch.totals")):
        for name, meaning in EVENTS.items():
            yield Gauge(f"events_{name}_total", "counter", meaning, float(row[name]), ("source", str(row["source"])))
    for source in standing.sources(store):
        at = source.at.timestamp()
        yield Gauge("source_last_event_timestamp_seconds", "gauge", "Instant of the latest event, by source", at, ("source", source.name))


def of_hub(hub: Hub[Any]) -> Iterator[Gauge]:
    """Who watches, what is drawn for them and how long it takes, and how far the streams are behind what was committed."""
    told = hub.tally
    yield Gauge("viewers", "gauge", "Live streams open now", hub.watching)
    yield Gauge("viewers_refused_total", "counter", "Live streams refused because there was no room", told.refused)
    yield Gauge("boards", "gauge", "Live boards watched now: viewers with the same scope and filters share one", hub.watched)
    yield Gauge("ticks_total", "counter", "Batches committed that the live boards were told of", hub.ticks)
    yield Gauge("snapshots_total", "counter", "Live boards drawn; grows with ticks and boards, not with viewers", hub.drawn)
    yield Gauge("snapshots_failed_total", "counter", "Live boards that could not be drawn and were tried again", told.failed)
    yield Gauge("snapshot_seconds", "summary", "Time to draw a live board", told.drawing_s, count=hub.drawn)
    yield Gauge("snapshot_last_seconds", "gauge", "Time the latest live board took to draw", told.last_s)
    yield Gauge("stream_lag_seconds", "summary", "Time from a commit to the stream that shows it", told.lag_s, count=told.lags)
    yield Gauge("stream_behind_seconds", "gauge", "Age of the oldest commit no watched board shows yet, 0 when there is none", hub.behind_s)


def of_feeds(feeds: Iterable[Feed]) -> Iterator[Gauge]:
    """Which sources are late: those silent for longer than is usual at this time of the week, or than their limit."""
    for feed in feeds:
        if feed.limit_s is not None:
            yield Gauge("source_late", "gauge", "1 while a source is late, by source", float(feed.late), ("source", feed.name))


def of_collector(collector: Collector) -> Iterator[Gauge]:
    """What waits to be written."""
    yield Gauge("events_waiting", "gauge", "Events that arrived over HTTP and are not on disk yet", collector.waiting)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
