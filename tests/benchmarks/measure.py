"""One measurement in a process of its own (an embedded engine opens one folder per process): `python -m tests.benchmarks.measure NAME …`.

Prints one JSON object: seconds, processor seconds, peak memory, and what the measurement is about.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.connector import Options, connector
from ingest.job import read
from ingest.seal import keys_in
from ingest.source import sources_in
from ingest.writer import Writer
from metrics.maturity.answer import Answers
from metrics.maturity.card import card
from metrics.maturity.held import months
from metrics.maturity.measure import Asked, Readings, readings
from metrics.maturity.model import original
from metrics.query import Grain, Query, Scope
from metrics.run import ask
from sql.clickhouse import Store, connect
from sql.folder import Folder
from sql.migrate import migrate
from tests.benchmarks import agents as working
from tests.benchmarks import company as large
from tests.benchmarks.history import make, rest
from tests.benchmarks.traffic import SETTINGS

SINCE = datetime(2025, 12, 1, tzinfo=UTC)
TURNS = 9  # in which one agent-day in a hundred is made anew, of either kind: the spread of one is a fifth


def opened(folder: str) -> tuple[Store, Folder]:
    """The migrated store of a data folder whose settings keep the attributes of the benchmark's source."""
    place = Folder(Path(folder))
    place.path.mkdir(parents=True, exist_ok=True)
    place.settings.write_text(SETTINGS, encoding="utf-8")
    store = connect(place.dsn)
    migrate(store)
    return store, place


def past(folder: str, events: str, days: str) -> dict[str, Any]:
    """Make the past."""
    store, _ = opened(folder)
    make(store, int(events), SINCE, int(days))
    sizes = store.rows(
        "SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() "
        "GROUP BY table HAVING rows > 0 ORDER BY table"
    )
    return {"tables": {row["table"]: {"rows": row["rows"], "bytes": row["bytes"]} for row in sizes}}


_NAMES = ("channel", "direction", "queue", "agent", "stint", "customer", "reason", "crm_reference", "note")
PLAIN = {
    "text": "time String, data String",  # nothing is looked at: the least an insert can do
    "columns": f"time DateTime64(3, 'UTC'), data Tuple({', '.join(f'{name} String' for name in _NAMES)})",  # a column for each attribute
    "json": "time DateTime64(3, 'UTC'), data JSON",  # the same without naming them beforehand
}


def bare(folder: str, file: str, kind: str) -> dict[str, Any]:
    """The bare client's JSONEachRow insert of the same bytes into one plain table; `kind` says how it keeps time and data."""
    import clickhouse_connect

    client = clickhouse_connect.get_client(dsn=f"chdb://{Path(folder).resolve()}")
    client.command(
        f"CREATE TABLE plain (specversion String, id String, source String, type String, subject String, {PLAIN[kind]}) "
        "ENGINE = MergeTree ORDER BY (subject, time)"
    )
    settings = {"date_time_input_format": "best_effort"}
    started = time.perf_counter()
    with Path(file).open("rb") as lines:
        while block := lines.read(64 << 20):
            client.raw_insert("plain", insert_block=block + lines.readline(), fmt="JSONEachRow", settings=settings)
    return {"seconds": time.perf_counter() - started}


def ingest(folder: str, name: str, file: str, *settings: str) -> dict[str, Any]:
    """`apogee ingest` of one file, facts included, as the command does it."""
    store, place = opened(folder)
    writer = Writer(store, keys_in(place.keys))
    said = dict(text.split("=", 1) for text in settings)
    mapping = Path(said.pop("mapping")) if "mapping" in said else None
    before = store.value("SELECT count() FROM event")
    rest(store)
    started = time.perf_counter()
    receipt = read(connector(name), [Path(file)], Options(mapping, said), writer, sources_in(place.settings), lambda _: None)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "receipt": receipt.as_dict(), "added": store.value("SELECT count() FROM event") - before}


def questions(folder: str, times: str) -> dict[str, Any]:
    """A KPI (and four at once) by channel and day over everything, from the facts; the KPI from the raw events."""
    store, _ = opened(folder)
    rest(store)
    query = Query(("service_level",), by=("channel",), grain=Grain.DAY, scope=Scope.all())
    board = Query(("offered", "answered", "service_level", "asa"), by=("channel",), grain=Grain.DAY, scope=Scope.all())
    raw = """
        SELECT channel, toStartOfDay(entered, 'Europe/Paris') AS day,
            countIf(reason = 'answered' AND left - entered <= 20) / countIf(reason IN ('answered', 'abandoned')) AS service_level
        FROM
        (
            SELECT subject, argMin(channel, time) AS channel, minIf(time, type = 'interaction.entered_queue') AS entered,
                minIf(time, type = 'interaction.left_queue') AS left, anyIf(reason, type = 'interaction.left_queue') AS reason
            FROM (SELECT * FROM event ORDER BY revision DESC, content LIMIT 1 BY source, id)
            WHERE type IN ('interaction.entered_queue', 'interaction.left_queue')
            GROUP BY subject
        )
        GROUP BY channel, day ORDER BY day, channel
    """
    rows = len(ask(store, query).rows)
    facts = [_timed(lambda: ask(store, query)) for _ in range(int(times))]
    four = [_timed(lambda: ask(store, board)) for _ in range(int(times))]
    events = [_timed(lambda: store.table(raw)) for _ in range(2)]
    since, until = datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 8, 10, tzinfo=UTC)
    week = Query(board.metrics, by=("channel",), since=since, until=until, scope=Scope.all())
    short = [_timed(lambda: ask(store, week)) for _ in range(int(times))]
    return {
        "rows": rows, "p50": statistics.median(facts), "p95": _p95(facts), "four_p95": _p95(four), "raw": min(events),
        "week_p95": _p95(short),
        "events": store.value("SELECT count() FROM event"),
    }  # fmt: skip


def agents(folder: str, segments: str, people: str, days: str, months: str) -> dict[str, Any]:
    """Agent time: made anew for all agent-days and for one in a hundred, beside numbering the boundaries and pandas; what pages ask."""
    store, _ = opened(folder)
    size = (int(segments), int(people), int(days))
    working.make(store, *size)
    numbered = [working.numbered(store) for _ in range(3)]
    few = max(1, int(people) // 100)
    whole, pandas = [], []
    for _ in range(3):
        working.forget(store)
        rest(store)
        whole.append(working.computed(store, 1))
        pandas.append(working.with_pandas(store, few) * int(people) / few)
    gc.collect()
    gc.freeze()  # as a server does when it starts
    again: dict[bool, list[float]] = {False: [], True: []}
    turns = max(1, TURNS * int(people) // 1000)
    for turn in range(2 * turns):
        version = working.touch(store, *size, 0.01, 2 + turn, last=bool(turn % 2))
        rest(store)
        again[bool(turn % 2)].append(working.computed(store, version)["all"])
    working.spread(store, int(days), int(months))
    asked = {
        name: working.timed(store, each, 100 if "day" in name else 20)
        for name, each in working.questions(store, int(days), int(months)).items()
    }
    medians = {name: statistics.median(each[name] for each in whole) for name in whole[0]}
    again_s = {"again": statistics.median(again[False]), "again_one_day": statistics.median(again[True])}
    told = {"numbered": statistics.median(numbered), "pandas": statistics.median(pandas), "turns": turns, "asked": asked}
    return told | medians | again_s | {"rows": store.value("SELECT count() FROM agent_day")}


def company(folder: str, times: str) -> dict[str, Any]:
    """Make a large company of the demo company in a folder: its facts so many times."""
    store, _ = opened(folder)
    large.multiply(store, int(times))
    return {"events": store.value("SELECT count() FROM event") * int(times)}


def scorecard(folder: str) -> dict[str, Any]:
    """Every indicator of maturity over its window at the end of what a store holds: the first time, again, with nine months before, and
    the levels made of them."""
    store, _ = opened(folder)
    at = store.value("SELECT max(time) FROM event")
    past = months(at, "Europe/Paris", 10)

    def ask_it(instants: list[datetime]) -> dict[datetime, Readings]:
        return readings(store, original(), instants, Asked(Scope.all()))

    used = time.process_time()
    first = _timed(lambda: ask_it([at]))
    used = time.process_time() - used
    again = [_timed(lambda: ask_it([at])) for _ in range(3)]
    course = [_timed(lambda: ask_it(past)) for _ in range(2)]
    found = ask_it(past)
    levels = _timed(lambda: card((original(),), lambda _: Answers(), found, past, "Europe/Paris"))
    return {"first": first, "processor": used, "again": min(again), "ten": min(course), "levels": levels,
            "contacts": store.value("SELECT count() FROM interaction FINAL")}  # fmt: skip


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95) - 1]


def _timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


NAMES: dict[str, Callable[..., dict[str, Any]]] = {
    "past": past, "bare": bare, "ingest": ingest, "questions": questions, "company": company, "scorecard": scorecard, "agents": agents,
}  # fmt: skip


def main() -> None:
    """Run one measurement."""
    name, *arguments = sys.argv[1:]
    told = NAMES[name](*arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(told | {"cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
