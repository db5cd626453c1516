"""What sign-in and scope cost: `python -m tests.benchmarks.people [EVENTS]`. Ratios of processor time, taken in turn in one process."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.pages.committee import NAMES
from dashboard.people.people import People
from dashboard.people.rules import Rules
from dashboard.period import Period
from dashboard.review import Review, review
from metrics.dimension import within
from metrics.query import Query, Scope
from metrics.registry import metric
from metrics.run import ask
from sql.clickhouse import Store, connect
from sql.ledger.door import open_ledger
from sql.migrate import migrate
from sql.place import places
from tests.benchmarks.history import make
from tests.benchmarks.measure import ingest, opened
from tests.people_help import EVERYTHING, WORD, cheap

SINCE = datetime(2025, 12, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
ASKED = ("offered", "answered", "abandon_rate", "asa")
REQUESTS = 20_000
PAIRS = 41  # of a scoped question and the unscoped one, in turn


def check() -> dict[str, Any]:
    """The check of a session's cookie, in milliseconds: the usual one from memory, the one every five seconds from the ledger, and the one
    every minute whose use is written down (behind the request)."""
    from dashboard.people import decide

    cheap()
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(f"sqlite:///{folder}/ledger.sqlite")
        people = People(ledger, Rules())
        decide.make(people, "bench", "anna", "", EVERYTHING, WORD, due=False)
        cookie = people.sign_in("anna", WORD, "")
        people.viewer(cookie)
        began = time.perf_counter()
        for _ in range(REQUESTS):
            people.viewer(cookie)
        usual = (time.perf_counter() - began) / REQUESTS * 1000
        fresh = []
        for _ in range(200):
            people.forget()
            began = time.perf_counter()
            people.viewer(cookie)
            fresh.append((time.perf_counter() - began) * 1000)
        people.close()
        start, minutes, used = datetime.now(UTC), iter(range(1, 10_000)), []
        people = People(ledger, Rules(idle=timedelta(days=9), longest=timedelta(days=9)), lambda: start + timedelta(minutes=next(minutes)))
        for _ in range(200):
            began = time.perf_counter()
            people.viewer(cookie)
            used.append((time.perf_counter() - began) * 1000)
        people.close()
        ledger.close()
    times = {"from the ledger": fresh, "once a minute": used}
    slow = {f"{name} ms": [round(statistics.quantiles(each, n=100)[at], 3) for at in (49, 94, 98)] for name, each in times.items()}
    return {"from memory ms": round(usual, 4), **slow, "told as": "median, 95th, 99th percentile"}


# What is said of the agents and queues of that past: a tenth of the agents changed their team once.
PLACES = """
INSERT INTO reference (day, subject_hash, kind, key, statement, valid_from, sequence, team, site, brand, version)
SELECT toDate(at), sipHash64(key), kind, key, number + 1000 * step, at, 0, team, site, brand, 1 FROM
(
    SELECT number, step, 'agent' AS kind, concat('a', toString(number)) AS key, concat('team-', toString((number + step) % 20)) AS team,
        '' AS site, '' AS brand, {since:DateTime64(3, 'UTC')} + toIntervalDay(150 * step - 1) AS at
    FROM numbers(400) ARRAY JOIN if(number % 10 = 0, [0, 1], [0]) AS step
    UNION ALL SELECT number, 0, 'queue', concat('queue-', toString(number)), concat('team-', toString(number % 20)), '',
        concat('brand-', toString(number % 3)), {since:DateTime64(3, 'UTC')} - toIntervalDay(1) FROM numbers(40)
    UNION ALL SELECT number, 0, 'team', concat('team-', toString(number)), '', concat('site-', toString(number % 5)), '',
        {since:DateTime64(3, 'UTC')} - toIntervalDay(1) FROM numbers(20)
)"""
SCOPES = {"queue": 40, "team": 20, "site": 5, "brand": 3}


def scope(events: int) -> dict[str, Any]:
    """Scoped questions against the same ones unscoped, over everything: a scope of one value, and one of all there are, so that both read
    the same. Of facts as they were written, and of facts the engine has merged, as it does with all after some minutes."""
    folder = tempfile.mkdtemp(prefix="apogee-bench-")
    store = connect(f"chdb://{Path(folder) / 'engine'}")
    migrate(store)
    make(store, events, SINCE, 300)
    store.command(PLACES, {"since": SINCE})
    told: dict[str, Any] = {"events": events, "as written": _limited(store)}
    store.command("OPTIMIZE TABLE stay FINAL")
    told["merged"] = _limited(store)
    store.close()
    return told


def _limited(store: Store) -> dict[str, float]:
    """By scope: how many times the processor time of the unscoped question."""
    now, told = SINCE + timedelta(days=300), {}
    plain = Query(ASKED, by=("channel",), since=SINCE, until=now, scope=Scope.all(), now=now)
    for name, count in SCOPES.items():
        for part in (1, count):
            limited = plain.seen_by(Scope.of(named=True, **{name: [f"{name}-{number}" for number in range(part)]}))
            _spent(lambda q=limited: ask(store, q))
            pairs = [(_spent(lambda: ask(store, plain)), _spent(lambda q=limited: ask(store, q))) for _ in range(PAIRS)]
            told[f"{name}, {part} of {count}"] = round(statistics.median(two / one for one, two in pairs), 2)
    return told


def page(days: int = 120) -> dict[str, Any]:
    """All that Committee asks of a month (fifty statements over contacts, queues, journeys, orders and ratings of the demo company),
    limited to one value or to all there are, by the same for everybody. Numbers a scope cannot be told are left out on both sides."""
    folder = Path(tempfile.mkdtemp(prefix="apogee-bench-"))
    (folder / "company.toml").write_text(f"days = {days}\nuntil = {UNTIL:%Y-%m-%dT%H:%M:%SZ}\n", encoding="utf-8")
    ingest(str(folder / "home"), "demo", str(folder / "company.toml"))
    store, _ = opened(str(folder / "home"))
    holders, told = places(store).holders, {}
    values = {name: sorted({*holders["agent", name], *holders["queue", name]}) for name in ("team", "site", "brand")}
    values["queue"] = [row["queue"] for row in store.rows("SELECT DISTINCT queue FROM stay WHERE queue != '' ORDER BY queue")]
    for name, known in values.items():
        for part in sorted({1, len(known)}):
            limited = Scope.of(named=True, **{name: known[:part]})
            numbers = [each for each in NAMES if within(metric(each).facts, limited)]
            _review(store, numbers, limited)
            pairs = [_both(store, numbers, limited) for _ in range(11)]
            told[f"{name}, {part} of {len(known)}"] = round(statistics.median(two / one for one, two in pairs), 2)
    store.close()
    return told


def _both(store: Store, numbers: list[str], limited: Scope) -> tuple[float, float]:
    return _spent(lambda: _review(store, numbers, Scope.all())), _spent(lambda: _review(store, numbers, limited))


def _review(store: Store, numbers: list[str], limit: Scope) -> Review:
    """What Committee asks of the last whole month."""
    month = Period("month", UNTIL.date().replace(day=1)).moved(-1)
    return review(
        lambda query: ask(store, replace(query.seen_by(limit), now=UNTIL)), numbers, month, "Europe/Paris", UNTIL.date(), scope=limit
    )


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps({"check": check(), "scope": scope(many), "page": page(max(62, min(120, many // 5000)))}))
