"""Every metric against its definition in words, on random rows; and proof that the definitions notice wrong SQL."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import run, statement
from metrics.dimension import has
from metrics.query import Grain, Query, Scope
from metrics.registry import metrics
from metrics.statement import Statement
from sql.clickhouse import Store
from tests.conftest import empty, kept, usually
from tests.spec.metric_check import differences
from tests.spec.metric_world import NOW, SINCE, UNTIL, World, references, store_world, world

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"variant": "SL1", "threshold_s": 60, "stamp": "event", "clock": "business", "method": "exact", "quantile": 0.9, "horizon_s": 60}
    | {"gap_days": 0},
    {"variant": "SL2", "stamp": "start", "short_abandons": "excluded", "horizon_s": 900, "threshold_s": 0, "gap_days": 0.0001},
    {"variant": "SL4", "stamp": "end", "clock": "business", "promise": "own", "quantile": 0.25, "horizon_s": 19}
    | {"gap_days": 0.01, "tied_by": "motive"},
    {"variant": "SL5", "short_s": 20, "method": "exact", "quantile": 1, "threshold_s": 5, "promise": "own"}
    | {"gap_days": 0.0005, "tied_by": "case"},
    {"variant": "SL6", "short_s": 19.999, "quantile": 0, "horizon_s": 3600, "short_abandons": "excluded", "method": "exact"},
)


def questions(**changes: Any) -> list[Query]:
    """One question for each metric, with those of the settings that it has and may take."""
    said = changes.pop("said", {})
    asked = []
    for name, metric in metrics().items():
        fits = []
        for key, value in said.items():
            parameter = metric.parameter(key)
            if parameter and (not isinstance(parameter.allowed, tuple) or value in [choice.value for choice in parameter.allowed]):
                fits.append((key, value))
        base = Query((name,), ("source", "channel"), SINCE, UNTIL, scope=Scope.all(), now=NOW, parameters=tuple(fits))
        query = replace(base, **changes)
        asked.append(replace(query, by=tuple(dim for dim in query.by if all(has(fact, dim) for fact in metric.facts))))
    return asked


def placed(rows: World) -> World:
    """Rows as the oracles see them: with the calendar of their queue."""
    return {fact: [row | {"calendar": "shop" if row.get("queue") == "orders" else ""} for row in own] for fact, own in rows.items()}


def merged(worlds: list[World]) -> World:
    return {fact: [row for each in worlds for row in each[fact]] for fact in worlds[0]} | references()


def every_difference(store: Store, rows: World, asked: list[Query]) -> list[str]:
    seen = placed({name: own for name, own in rows.items() if name != "opening"}) | {"opening": rows["opening"]}
    return [line for query in asked for line in differences(store, seen, query)]


@given(data=st.data())
@usually(6)
def test_every_metric_says_what_its_definition_says(store: Store, data: st.DataObject) -> None:
    empty(store)
    sizes = data.draw(st.lists(st.integers(0, 12), min_size=1, max_size=4))

    def pick(options: Any) -> Any:
        return data.draw(st.sampled_from(options))

    rows = merged([world(pick, size, f"case{number}") for number, size in enumerate(sizes)])
    store_world(store, rows)
    said = data.draw(st.sampled_from(SETTINGS))
    grain = data.draw(st.sampled_from([None, Grain.QUARTER_HOUR, Grain.HOUR, Grain.DAY, Grain.MONTH]))
    zone = data.draw(st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "UTC"]))
    now = data.draw(st.sampled_from([NOW, UNTIL, SINCE + (UNTIL - SINCE) / 2]))
    assert every_difference(store, rows, questions(said=said, grain=grain, zone=zone, now=now)) == []


@cache
def larger() -> World:
    return merged([world(random.Random(number).choice, 240, f"case{number}") for number in range(2)])


@pytest.fixture
def rich(engine: Store) -> World:
    """A larger world, always the same; stored once for tests that only ask and follow each other."""
    rows = larger()
    if "rich" not in kept:
        empty(engine)
        store_world(engine, rows)
        kept.add("rich")
    return rows


@pytest.mark.parametrize("number", range(len(SETTINGS)))
def test_every_parameter_does_what_it_says(engine: Store, rich: World, number: int) -> None:
    grain = (None, Grain.HOUR, Grain.DAY)[number % 3]
    assert every_difference(engine, rich, questions(said=SETTINGS[number], grain=grain)) == []


NEAR = {"said": {"gap_days": 0.0001}}

# Wrong SQL, planted: what stands in the statement, what takes its place, the metric that must notice, and how it is asked.
FAULTS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("inclusive end", "entered_at < {until:", "entered_at <= {until:", "offered", {}),
    ("exclusive start", "entered_at >= {since:", "entered_at > {since:", "offered", {}),
    ("forgotten FINAL", "FROM stay FINAL", "FROM stay", "offered", {}),
    ("UTC day", "toStartOfDay(entered_at, {zone:String})", "toStartOfDay(entered_at)", "answered", {"grain": Grain.DAY}),
    (
        "< for <=",
        "span_ms <= 1000 * {service_level_threshold_s:Float64}",
        "span_ms < 1000 * {service_level_threshold_s:Float64}",
        "service_level",
        {},
    ),
    ("abandons left out", "reason IN ('answered', 'abandoned')", "reason = 'answered'", "service_level", {}),
    ("promise just missed", "span_ms <= 1000 * promise_s", "span_ms < 1000 * promise_s", "promise_kept", {"by": ("channel",)}),
    ("one promise for all", "transform(channel, ", "transform('voice', ", "promise_kept", {}),
    ("no promise is a missed one", "AND promise_s IS NOT NULL", "", "promise_kept", {}),
    ("the waiting left out", "left_at IS NULL AND span_ms > ", "0 AND span_ms > ", "service_level_live", {}),
    ("closed end of a wait", "left_at >= {edge:DateTime64(3, 'UTC')})", "left_at > {edge:DateTime64(3, 'UTC')} + 1)", "waiting", {}),
    ("monitoring counted", "role != 'monitor'", "1", "handled", {}),
    ("not cut at the start", "greatest(started_at, {since:DateTime64(3, 'UTC')})", "started_at", "talk_time", {}),
    ("open stretches lost", "ifNull(ended_at, {now:DateTime64(3, 'UTC')})", "ended_at", "talk_time", {}),
    ("closing does not censor", "ifNull(replied_at, closed_at)", "replied_at", "response_rate", {"said": {"horizon_s": 900}}),
    ("seconds rounded down", "ceil(", "floor(", "response_rate", {"said": {"horizon_s": 19}}),
    ("one person twice", "ifNull(person, customer)", "customer", "customers", {}),
    ("last day lost", "day <= toDate({until:", "day < toDate({until:", "contacts", {}),
    ("own promise ignored", "if(promised_at IS NULL,", "if(1,", "first_response_kept", {"said": {"promise": "own", "threshold_s": 900}}),
    ("hand-off ignored", "greatest(asked_at, ifNull(handed_off_at, asked_at))", "asked_at", "first_response_time", {"grain": Grain.HOUR}),
    ("share of each group", "OVER ()", "OVER (PARTITION BY channel)", "channel_share", {}),
    ("one agent twice", "uniqExactIf(agent,", "countIf(", "agents_signed_in", {}),
    ("offline is there", "state NOT IN {off:Array(String)}", "1", "agents_signed_in", {}),
    ("away is ready", "state IN {ready:Array(String)}", "1", "agents_ready", {}),
    ("available is a pause", "state IN {ready:Array(String)}", "state = 'ready'", "agents_ready", {}),
    ("nobody is somebody", "agent != '' AND phase", "phase", "agents_busy", {}),
    ("wrong bucket length", "3600 * k", "7200 * k", "hold_time", {"grain": Grain.HOUR}),
    (
        "late opening hours",
        "open_end_opens_at <= replied_at",
        "open_end_opens_at < replied_at - INTERVAL 1 HOUR",
        "first_response_time",
        {"said": {"clock": "business"}},
    ),
    ("the border of the days", "began > quiet + ", "began >= quiet + ", "journeys", {"said": {"gap_days": 0}}),
    ("quiet with the latest", "arraySort(steps.3)", "ordered.3", "journeys", NEAR),
    ("since it began", "toUnixTimestamp64Milli(last_at)", "toUnixTimestamp64Milli(started_at)", "journeys", NEAR),
    ("ours counted", "direction NOT IN ('outbound', 'internal')", "1", "journeys", NEAR),
    ("unknown customers are one", "(customer != '' OR", "(1 OR", "journeys", NEAR),
    ("merges ignored", "ifNull(person, sipHash64(customer))", "sipHash64(customer)", "contacts_per_journey", NEAR),
    ("cut at the period's end", "day <= toDate({last:DateTime64(3, 'UTC')})", "started_at < {until:DateTime64(3, 'UTC')}",
     "contacts_per_journey", NEAR),
    ("cut at its beginning", "(day >= toDate({first:DateTime64(3, 'UTC')}) OR", "(started_at >= {since:DateTime64(3, 'UTC')} OR 0 AND",
     "journeys", NEAR),
    ("motives ignored", "sipHash64(ifNull(person, sipHash64(customer)), motive)", "ifNull(person, sipHash64(customer))",
     "channel_switch_rate", {"said": {"gap_days": 0.0001, "tied_by": "motive"}}),
    ("cases ignored", "sipHash64('case', case)", "sipHash64(customer)", "journeys", {"said": {"gap_days": 0.0005, "tied_by": "case"}}),
    ("every contact a channel", "arrayUniq(", "length(", "channel_switch_rate", NEAR),
    ("judged too soon", "dateDiff('millisecond', quiet_at, {now:DateTime64(3, 'UTC')})", "1e15", "first_contact_resolution",
     NEAR | {"now": SINCE + (UNTIL - SINCE) / 2}),
    ("first contacts counted", "NOT open AS again", "1 AS again", "repeat_contact_rate", NEAR),
    ("shared by channel", "sum(equal_part)", "sum(even_part)", "agent_time_equal", {"grain": Grain.HOUR}),
    ("a channel counted by contacts", "sum(open_ms)", "sum(gross_ms)", "agent_time_union", {}),
    ("alone is open", "sum(alone_ms)", "sum(open_ms)", "agent_time_exclusive", {}),
    ("levels not weighed", "toInt64(n) * ms", "ms", "effective_concurrency", {}),
    ("the idle left out", "sum(wall_ms + ready_ms)", "sum(wall_ms)", "occupancy", {}),
    ("the future is now", "until = {view_until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')}",
     "until = {view_until:DateTime64(3, 'UTC')}, now = {view_until:DateTime64(3, 'UTC')}", "agent_time_wall",
     {"now": SINCE + (UNTIL - SINCE) / 2}),
    ("buckets of the day before", "toStartOfHour(began_at, {zone:String})", "toStartOfHour(began_at - INTERVAL 1 HOUR, {zone:String})",
     "ready_time", {"grain": Grain.HOUR}),
    ("monitoring is handling", "role != 'monitor'", "1", "aht_adjusted", {}),
    ("just begun is never ended", "started_at < {now:DateTime64(3, 'UTC')} - toIntervalHour(24)", "1", "work_never_ended", {}),
    ("channel of the last", "(value, open) -> open, channel_in, opens)", "(value, open) -> open, arrayReverse(channel_in), opens)",
     "journeys", NEAR),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_the_definition_notices_wrong_sql(engine: Store, rich: World, fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, right, wrong, name, changes = fault
    asked = [query for query in questions(**dict(changes)) if query.metrics == (name,)]
    assert any(right in each.sql for each in statement.statement(asked[0]))

    def planted(query: Query, *told: Any) -> tuple[Statement, ...]:
        return tuple(replace(each, sql=each.sql.replace(right, wrong)) for each in statement.statement(query, *told))

    assert every_difference(engine, rich, asked) == []
    monkeypatch.setattr(run, "statement", planted)
    assert every_difference(engine, rich, asked) != []
