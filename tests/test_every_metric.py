"""What must hold for every metric of the catalogue, whatever it measures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from metrics import catalog
from metrics.dimension import DIMENSIONS, has
from metrics.example import examples
from metrics.fact import FACTS
from metrics.metric import Better, Case, Interval, Kind, Metric, Number, Text, Unit
from metrics.query import Grain, Query, Refused, Scope
from metrics.registry import metric as registered
from metrics.registry import metrics
from metrics.result import Figure
from metrics.run import ask
from metrics.setting import allowed
from metrics.statement import statement
from sql.clickhouse import Store
from sql.place import Place, Places
from tests.spec.metric_world import BASE, NOW, SINCE, UNTIL, World, references, store_world, world
from tests.test_metric_oracle import rich

__all__ = ["rich"]
EVERY = sorted(metrics())
Settings = tuple[tuple[str, str | float], ...]
EMPTY = (datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 2, 1, tzinfo=UTC))


def asked(name: str, **changes: object) -> Query:
    return replace(Query((name,), since=SINCE, until=UNTIL, scope=Scope.all(), now=NOW), **changes)


def known_by(name: str, *dims: str) -> tuple[str, ...]:
    """Those of the dimensions that the metric's facts know."""
    return tuple(dim for dim in dims if all(has(fact, dim) for fact in registered(name).facts))


def variants(metric: Metric) -> list[Settings]:
    """The default, and each choice of each parameter."""
    found: list[Settings] = [()]
    for parameter in metric.parameters:
        if isinstance(parameter.allowed, tuple):
            found += [((parameter.name, choice.value),) for choice in parameter.allowed]
    return found


@pytest.mark.parametrize("name", EVERY)
def test_is_said_in_both_languages(name: str) -> None:
    metric = registered(name)
    texts = [metric.definition, metric.why, metric.formula]
    texts += [parameter.text for parameter in metric.parameters]
    texts += [choice.text for one in metric.parameters if isinstance(one.allowed, tuple) for choice in one.allowed]
    for text in texts:
        assert isinstance(text, Text)
        assert text.en.strip() == text.en != text.fr == text.fr.strip()
        assert text.en
        assert text.fr
    assert metric.name.en
    assert metric.name.fr
    assert metric.definition.en.endswith(".")
    assert metric.definition.fr.endswith(".")
    assert not re.search(r"[^\s ][;:!?] ", metric.definition.fr + metric.why.fr), "French puts a space before ; : ! ?"


@pytest.mark.parametrize("name", EVERY)
def test_is_declared_whole(name: str) -> None:
    metric = registered(name)
    assert metric.id == name
    assert metric.example in examples()
    assert (metric.kind is Kind.RATIO) <= bool(metric.bottom)
    assert (metric.interval is Interval.BOUNDS) == bool(metric.undecided)
    if metric.target is not None:
        assert metric.better is not Better.NEITHER
        bars = [bar for bar in (metric.target.low, metric.target.high) if bar is not None]
        assert bars
        assert metric.unit is not Unit.SHARE or all(0 <= bar <= 1 for bar in bars)
    for parameter in metric.parameters:
        assert allowed(parameter, parameter.default) == parameter.default
    for part in metric.parts:
        for text in (part.sql, part.stamp):
            if isinstance(text, Case):
                parameter = metric.parameter(text.parameter)
                assert parameter is not None
                assert not isinstance(parameter.allowed, Number)
                assert {value for value, _ in text.of} == {choice.value for choice in parameter.allowed}


def test_a_counter_metric_is_another_one_and_says_why_in_both_languages() -> None:
    told = {name: registered(name).counter for name in EVERY if registered(name).counter}
    for name, counter in told.items():
        assert counter is not None
        assert counter.metric in EVERY
        assert counter.metric != name
        assert counter.why.en.endswith(".")
        assert counter.why.fr.endswith(".")
        assert counter.why.en != counter.why.fr


def test_the_catalogue_is_data() -> None:
    for path in Path(catalog.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            forbidden = (ast.If, ast.IfExp, ast.For, ast.While, ast.FunctionDef, ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.ClassDef)
            assert not isinstance(node, forbidden), f"{path.name}:{getattr(node, 'lineno', 0)}"


# Rules of other systems that are ours, as they come or by one of their settings, and told as theirs: who compares looks for them there.
ALIKE = {
    (("agent_time_focus", ()), ("agent_time_policy_salesforce", ())),
    (("agent_time_gross", ()), ("agent_time_policy_twilio", (("in_progress", "included"),))),
}


def test_no_two_metrics_are_the_same_number_however_they_are_set() -> None:
    """Every combination of choices of every metric, what is bound included."""
    seen: dict[str, tuple[str, Settings]] = {}
    same = set()
    for name in EVERY:
        for chosen in combinations(registered(name)):
            said = "\n".join(f"{each.sql} {sorted(each.parameters.items())}" for each in statement(asked(name, parameters=chosen)))
            normal = registered(name).kind.value + re.sub(r"\s+", " ", said.replace(f"{name}_", ""))
            first = seen.setdefault(normal, (name, chosen))
            if first[0] != name:
                same.add((first, (name, chosen)))
    assert same == ALIKE


def combinations(metric: Metric) -> Iterator[Settings]:
    """Every choice of every parameter beside every choice of the others; numbers as they are when nobody sets them."""
    told = [[(one.name, choice.value) for choice in one.allowed] for one in metric.parameters if isinstance(one.allowed, tuple)]
    return product(*told)


def moving(name: str) -> Places:
    """An agent and a queue of one name, both first in the team, site and brand of that name and elsewhere soon after."""
    said = ((0, Place(name, name, name)), (int(SINCE.timestamp() * 1000) + 1, Place("b", "b", "b")))
    return Places({kind: {name: said, "still": said[:1]} for kind in ("agent", "queue")})


@pytest.mark.parametrize("name", EVERY)
def test_the_engine_accepts_it_however_it_is_asked(store: Store, name: str) -> None:
    metric = registered(name)
    by = tuple(dim for dim in DIMENSIONS if all(has(fact, dim) for fact in metric.facts))
    shapes = [((), None), ((), Grain.MONTH), (by, Grain.WEEK)]
    for number, parameters in enumerate(variants(metric)):
        dims, grain = shapes[number % 3]
        for each in statement(asked(name, by=dims, grain=grain, parameters=parameters), places=moving("a")):
            store.table(f"EXPLAIN {each.sql}", each.parameters)
    for each in statement(asked(name, by=by, grain=Grain.HOUR, since=None, until=None), places=moving("a")):
        store.table(f"EXPLAIN {each.sql}", each.parameters)


def test_an_empty_window_has_no_value(engine: Store, rich: World) -> None:
    since, until = EMPTY
    for name in EVERY:
        (row,) = ask(engine, asked(name, since=since, until=until)).rows
        figure = row.figures[name]
        expected = 0 if registered(name).kind in (Kind.COUNT, Kind.LEVEL, Kind.DISTINCT) else None
        assert (figure.value, figure.n, figure.low, figure.high) == (expected, 0, None, None), name
        grained = ask(engine, asked(name, since=since, until=until, grain=Grain.DAY)).rows
        assert all(row.figures[name].value == 0 for row in grained), name
        assert (len(grained) == 32) == registered(name).standing, name


@pytest.mark.parametrize("name", EVERY)
def test_one_row_of_each_fact_is_enough(store: Store, name: str) -> None:
    store_world(store, world(lambda options: options[0], 1, "one") | references())
    (row,) = ask(store, asked(name, since=BASE, until=UNTIL)).rows
    figure = row.figures[name]
    assert figure.n in (0, 1)


@pytest.mark.parametrize("grain", [None, Grain.HOUR])
def test_figures_stay_in_the_unit(engine: Store, rich: World, grain: Grain | None) -> None:
    for name in EVERY:
        for parameters in variants(registered(name)):
            for row in ask(engine, asked(name, by=known_by(name, "channel"), grain=grain, parameters=parameters)).rows:
                in_unit(registered(name), row.figures[name])


def in_unit(metric: Metric, figure: Figure) -> None:
    if figure.value is None:
        return
    assert figure.value >= 0, metric.id
    assert figure.value <= 1 or metric.unit is not Unit.SHARE, metric.id
    if figure.low is not None and figure.high is not None:
        assert 0 <= figure.low <= figure.value <= figure.high <= 1, metric.id
    if metric.kind is Kind.RATIO and figure.top is not None and figure.bottom:
        assert figure.value == figure.top / figure.bottom, metric.id


def test_the_total_asked_is_the_sum_of_its_parts(engine: Store, rich: World) -> None:
    for name in EVERY:
        if registered(name).kind not in (Kind.COUNT, Kind.SUM, Kind.LEVEL) or registered(name).opt_in:
            continue
        (total,) = ask(engine, asked(name)).rows
        if total.figures[name].value is None:  # a rule that lacks its input for some of the parts has no value for the whole
            assert "_policy_" in name
            continue
        parts = ask(engine, asked(name, by=known_by(name, "channel", "agent"))).rows
        assert sum(row.figures[name].value or 0 for row in parts) == pytest.approx(total.figures[name].value), name
        if registered(name).kind is not Kind.LEVEL:
            buckets = ask(engine, asked(name, grain=Grain.QUARTER_HOUR, zone="Asia/Kathmandu")).rows
            assert sum(row.figures[name].value or 0 for row in buckets) == pytest.approx(total.figures[name].value), name


def test_scope_and_filter_both_hold(engine: Store, rich: World) -> None:
    everything = ask(engine, asked("contacts", by=("team", "queue"))).rows
    for team in ("south", "north", "nobody"):
        seen = ask(engine, asked("contacts", by=("team", "queue"), scope=Scope.of(team=(team,)))).rows
        assert seen == tuple(row for row in everything if row.keys["team"] == team)
        narrowed = ask(engine, asked("contacts", by=("team",), scope=Scope.of(team=(team,)), where=(("team", ("north", "south")),))).rows
        assert {row.keys["team"] for row in narrowed} <= {team} & {"north", "south"}
    (none,) = ask(engine, asked("contacts", scope=Scope.of(team=()))).rows
    assert none.figures["contacts"].value == 0


def test_teams_and_sites_are_those_of_the_moment(engine: Store, rich: World) -> None:
    """The dimension of every stay, said slowly: its agent's latest statement at or before its entry, of its queue when nobody has it."""
    said = references()["reference"]

    def stated(kind: str, key: str, at: datetime) -> dict[str, str]:
        known = [one for one in said if one["kind"] == kind and one["key"] == key and one["valid_from"] <= at]
        return max(known, key=lambda one: (one["valid_from"], one["sequence"]), default={"team": "", "site": ""})

    expected: dict[tuple[str, str], int] = {}
    for row in rich["stay"]:
        if SINCE <= row["entered_at"] < UNTIL:
            mine = stated("agent", row["agent"], row["entered_at"]) if row["agent"] else stated("queue", row["queue"], row["entered_at"])
            site = mine["site"] or stated("team", mine["team"], row["entered_at"])["site"]
            expected[mine["team"], site] = expected.get((mine["team"], site), 0) + 1
    rows = ask(engine, asked("offered", by=("team", "site"))).rows
    assert {(row.keys["team"], row.keys["site"]): row.figures["offered"].value for row in rows} == expected
    assert len(expected) == 4


def test_several_metrics_at_once_are_what_each_is_alone(engine: Store, rich: World) -> None:
    shared = [name for name in EVERY if known_by(name, "queue")]
    together = ask(engine, Query(tuple(shared), ("queue",), SINCE, UNTIL, scope=Scope.all(), now=NOW)).rows
    for name in shared:
        alone = {row.keys["queue"]: row.figures[name] for row in ask(engine, asked(name, by=("queue",))).rows}
        for row in together:
            figure = alone.get(row.keys["queue"])
            assert row.figures[name] == figure or (figure is None and not row.figures[name].n)
    assert len(ask(engine, Query(tuple(shared), ("queue",), SINCE, UNTIL, scope=Scope.all(), now=NOW)).sql) < len(shared)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"scope": None}, "who asks"),
        ({"metrics": ("servce_level",)}, "did you mean 'service_level'"),
        ({"metrics": ()}, "at least one metric"),
        ({"by": ("chanel",)}, "did you mean 'channel'"),
        ({"where": (("quue", ("a",)),)}, "did you mean 'queue'"),
        ({"by": ("channel", "channel")}, "only once"),
        ({"zone": "Europe/Pariss"}, "no time zone"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"since": UNTIL, "until": SINCE}, "period is empty"),
        ({"metrics": ("asa", "service_level"), "parameters": (("threshhold_s", 20),)}, "did you mean"),
        ({"parameters": (("threshold_s", 20),)}, "None of the metrics asked for has a parameter"),
        ({"metrics": ("service_level",), "parameters": (("variant", "SL9"),)}, "one of SL1"),
        ({"metrics": ("service_level",), "parameters": (("threshold_s", -1),)}, "from 0 to"),
        ({"metrics": ("service_level",), "parameters": (("threshold_s", "soon"),)}, "must be a number"),
        ({"metrics": ("contacts_per_order",), "by": ("queue",)}, "Orders are not known by queue"),
        ({"metrics": ("contacts_per_order",), "scope": Scope.of(team=("x",))}, "Orders are not known by team"),
        ({"metrics": ("contacts",), "by": ("reason",)}, "not known by"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(store: Store, query: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        ask(store, replace(Query(("offered",), scope=Scope.all(), now=NOW), **query))


def test_values_are_bound_never_pasted() -> None:
    nasty = "x'); DROP TABLE stay; --"
    limited = asked("offered", by=("site",), where=(("queue", (nasty,)), ("brand", (nasty,))), scope=Scope.of(team=(nasty,)))
    (each,) = statement(limited, places=moving(nasty))
    assert nasty not in each.sql
    assert each.parameters["only_queue"] == each.parameters["only_brand"] == [nasty]
    assert each.parameters["scope_team_places"] == "astill\x1fqstill"
    assert each.parameters["scope_team_places_1"] == each.parameters["by_site_places_moved"] == f"a{nasty}\x1fq{nasty}"


def test_a_catalogue_entry_that_none_reads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EVERY:
        for parameter in registered(name).parameters:
            texts = [part.sql if isinstance(part.sql, str) else " ".join(sql for _, sql in part.sql.of) for part in registered(name).parts]
            cases = {text.parameter for part in registered(name).parts for text in (part.sql, part.stamp) if isinstance(text, Case)}
            used = any(f"{{{parameter.name}}}" in text for text in texts)
            given = {known for read in (FACTS[fact].read for fact in registered(name).facts) if read for known, _ in read.given}
            assert used or parameter.name in cases | given | {"clock", "horizon_s"}, f"{name}.{parameter.name}"


def test_a_fact_that_is_read_gets_what_it_needs() -> None:
    for name in EVERY:
        for part in registered(name).parts:
            read = FACTS[part.fact].read
            if read is not None:
                if read.back:
                    assert part.stamp == FACTS[part.fact].stamp, "rows are looked for around the period by this stamp only"
                    assert part.span is None
                else:
                    assert part.stamp == "sliced", "rows that reach into the period are looked for"
                assert all(registered(name).parameter(given) for given, _ in read.given)
