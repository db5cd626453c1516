"""What the operator reads: Prometheus's text format, and the figures of the hub and of what waits."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.api import ROUTES, api
from dashboard.front import build
from dashboard.gauge import Gauge, exposition, of_collector, of_feeds, of_hub, of_store
from dashboard.hub import Hub, HubFull
from dashboard.setting import Settings
from ingest.collector import Collector
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from sql.clickhouse import Store
from tests.e2e.company import fill
from tests.test_hub import Counter, Studio, settled

SAMPLE = re.compile(r'apogee_[a-z0-9_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? -?[0-9.e+-]+')
HERE = {"REMOTE_ADDR": "127.0.0.1"}


def told(text: str) -> dict[str, float]:
    """Samples by name and label; every line is one or a comment, and each name has its heading once, before its samples."""
    found: dict[str, float] = {}
    headed: list[str] = []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            headed.append(line.split()[2])
        elif not line.startswith("# HELP "):
            assert SAMPLE.fullmatch(line), line
            name = re.sub(r"(_sum|_count)?(\{.*)? .*", "", line)
            assert headed[-1] == name, line
            found[line.rpartition(" ")[0]] = float(line.rpartition(" ")[2])
    assert text.endswith("\n")
    assert len(headed) == len(set(headed))
    return found


def test_the_text_is_what_prometheus_reads() -> None:
    nasty = 'a"b\\c\nd'
    text = exposition(
        [
            Gauge("a", "gauge", "First", 1.5, ("source", nasty)),
            Gauge("s", "summary", "Second", 0.25, count=3),
            Gauge("a", "gauge", "First", 2, ("source", "x")),
            Gauge("at", "gauge", "Third", 1763712000.123),
        ]
    )
    assert told(text) == {
        'apogee_a{source="a\\"b\\\\c\\nd"}': 1.5,
        'apogee_a{source="x"}': 2,
        "apogee_s_sum": 0.25,
        "apogee_s_count": 3,
        "apogee_at": 1763712000.123,
    }
    assert "# TYPE apogee_s summary" in text


def test_the_hub_counts_what_it_does_and_how_far_behind_it_is() -> None:
    studio = Studio()
    now = [100.0]
    hub: Hub[Counter] = Hub(studio, pause_s=0.0, patience_s=60, viewers=1, clock=lambda: now[0])

    def figures() -> dict[str, float]:
        return told(exposition(of_hub(hub)))

    hub.tick()
    assert figures()["apogee_stream_behind_seconds"] == 0, "nobody watches"

    async def scene() -> None:
        with hub.watch("floor", "fr") as watch:
            await watch.next(30)
            assert (figures()["apogee_viewers"], figures()["apogee_boards"]) == (1, 1)
            with pytest.raises(HubFull), hub.watch("floor", "fr"):
                pass
            hub.tick()
            await watch.next(30)
            await settled(lambda: hub.tally.lags == 1)
            studio.broken = True
            hub.tick()
            await watch.next(30)
            await settled(lambda: hub.tally.failed == 1)
            now[0] += 7
            assert figures()["apogee_stream_behind_seconds"] == 7, "a board that cannot be drawn does not show the tick"

    asyncio.run(scene())
    hub.close()
    end = figures()
    assert {name: end[f"apogee_{name}"] for name in ("viewers", "ticks_total", "snapshots_total", "viewers_refused_total")} == {
        "viewers": 0,
        "ticks_total": 3,
        "snapshots_total": 2,
        "viewers_refused_total": 1,
    }
    assert end["apogee_snapshot_seconds_count"] == 2
    assert (end["apogee_stream_lag_seconds_count"], end["apogee_stream_lag_seconds_sum"]) == (1, 0)
    assert end["apogee_snapshots_failed_total"] == 1


def test_the_operator_scrapes_a_running_server(store: Store) -> None:
    at = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
    fill(store, at)
    collector = Collector(Writer(store, keys_in(None)), Sources())
    front = build(store, Settings(late={"voice/test": 60, "chat/test": 10**9}))
    try:
        front.gate.blueprint(api(store, lambda: [*of_hub(front.hub), *of_feeds(front.feeds()), *of_collector(collector)]), ROUTES)
        answer = front.server.test_client().get("/metrics", environ_base=HERE)
        assert answer.status_code == 200
        assert answer.mimetype == "text/plain"
        found = told(answer.text)
        assert found['apogee_events_duplicate_total{source="chat/test"}'] == 21
        assert found['apogee_source_last_event_timestamp_seconds{source="voice/test"}'] == at.timestamp()
        late = {name: value for name, value in found.items() if name.startswith("apogee_source_late")}
        assert late == {'apogee_source_late{source="voice/test"}': 1, 'apogee_source_late{source="chat/test"}': 0}
        assert found["apogee_events_waiting"] == found["apogee_viewers"] == 0
        assert told(exposition(of_store(store))).items() <= found.items()
        documented = (Path(__file__).parents[1] / "docs" / "operation.md").read_text(encoding="utf-8")
        for name in re.findall(r"^# TYPE (\w+)", answer.text, re.MULTILINE):
            assert f"`{name}" in documented or f"…_{name.removeprefix('apogee_events_')}`" in documented, name
    finally:
        front.close()
        collector.stop()
