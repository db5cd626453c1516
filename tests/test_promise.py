"""What channels promise has one home, is bound in the statement, and can be replaced by an installation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.setting import Settings
from metrics.example import examples
from metrics.fact import FACTS
from metrics.handbook import page
from metrics.metric import Case
from metrics.promise import LONGEST_S, PROMISES, BadPromise, Promise, aim, promises_of
from metrics.query import Query, Refused, Scope
from metrics.registry import metric, metrics
from metrics.result import Figure
from metrics.run import ask
from metrics.statement import statement
from sql.clickhouse import Store
from tests.spec.table import put_tables

NOW = datetime(2026, 3, 2, 13, 10, tzinfo=UTC)
QUESTION = Query(("promise_kept",), ("channel",), scope=Scope.all(), now=NOW)


def kept(store: Store, promises: Mapping[str, Promise]) -> dict[str, tuple[float | None, float | None]]:
    rows = ask(store, QUESTION, promises).rows
    return {str(row.keys["channel"]): (row.figures["promise_kept"].top, row.figures["promise_kept"].bottom) for row in rows}


@pytest.mark.parametrize(
    ("promises", "expected"),
    [
        (PROMISES, {"voice": (1, 3), "email": (2, 2), "kiosk": (0, 0)}),
        ({"voice": Promise(0.8, 21)}, {"voice": (2, 3), "email": (0, 0), "kiosk": (0, 0)}),
        ({"kiosk": Promise(0.5, 1), "email": Promise(0.9, 13000)}, {"voice": (0, 0), "email": (1, 2), "kiosk": (0, 1)}),
        ({}, {"voice": (0, 0), "email": (0, 0), "kiosk": (0, 0)}),
    ],
)
def test_an_installation_replaces_the_promises(store: Store, promises: Mapping[str, Promise], expected: dict[str, tuple[int, int]]) -> None:
    put_tables(store, examples()["promise_kept"].tables)
    assert kept(store, promises) == expected


def test_nothing_promised_is_no_value(store: Store) -> None:
    put_tables(store, examples()["promise_kept"].tables)
    (row,) = ask(store, Query(("promise_kept",), scope=Scope.all(), now=NOW), {}).rows
    assert row.figures["promise_kept"] == Figure(None, 0, 0, 0)


def test_a_channel_is_a_value_and_never_sql() -> None:
    nasty = "x'); DROP TABLE stay; --"
    (each,) = statement(QUESTION, promises={nasty: Promise(0.8, 7), "a": Promise(0.8, 9)})
    assert nasty not in each.sql
    assert each.parameters["promise_channels"] == ["a", nasty]
    assert each.parameters["promise_seconds"] == [9.0, 7.0]
    assert each.sql.count("AS promise_s") == 1


def test_only_who_asks_about_promises_binds_them() -> None:
    (each,) = statement(Query(("service_level",), scope=Scope.all(), now=NOW))
    assert not [name for name in each.parameters if name.startswith("promise")]


def test_promises_are_of_facts_that_know_the_channel() -> None:
    for each in metrics().values():
        texts = [sql for part in each.parts for sql in ([part.sql] if isinstance(part.sql, str) else [sql for _, sql in part.sql.of])]
        if any("{promise_s}" in text for text in texts):
            assert all("channel" in FACTS[fact].columns for fact in each.facts)
        assert not each.promised or (each.target is None and any("{promise_s}" in text for text in texts))
        assert not any(isinstance(part.sql, Case) for part in each.parts if each.promised), "one rule for all that is promised"


def test_the_defaults_are_those_of_settings_and_handbook() -> None:
    assert Settings().promises is PROMISES
    for language in ("en", "fr"):
        said = page(metric("promise_kept"), language)
        assert all(f"{name} {one.share:g}" in said for name, one in PROMISES.items())
    assert all(0 < one.share <= 1 and one.within_s > 0 for one in PROMISES.values())


def test_a_question_without_scope_is_refused_with_promises_too(store: Store) -> None:
    with pytest.raises(Refused, match="who asks"):
        ask(store, Query(("promise_kept",), now=NOW), {})


def test_what_the_whole_should_reach_is_weighted_by_contacts() -> None:
    promises = {"voice": Promise(0.8, 20), "email": Promise(0.9, 14400)}
    figures = {"voice": Figure(0.5, 300, 150, 300), "email": Figure(1.0, 100, 100, 100), "kiosk": Figure(0.1, 900, 90, 900)}
    found = aim(figures, promises)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.825), None)
    assert aim({"kiosk": figures["kiosk"], "voice": Figure(None, 0, 0, 0)}, promises) is None
    assert aim({}, promises) is None


def written(text: str) -> Mapping[str, Promise]:
    return promises_of(tomllib.loads(text))


def test_the_settings_file_replaces_all_promises_or_none() -> None:
    assert written("") is PROMISES
    assert written("[promise]") == {}
    told = "[promise.voice]\nshare = 0.9\nwithin_s = 30\n[promise.kiosk]\nshare = 1\nwithin_s = 1\n"
    assert written(told) == {"voice": Promise(0.9, 30), "kiosk": Promise(1.0, 1)}


def test_the_documented_defaults_are_the_defaults() -> None:
    told = (Path(__file__).parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z, ]+) \| (0\.\d+) \| (\d+) \|", told, re.MULTILINE)
    assert {name: Promise(float(share), int(within)) for names, share, within in rows for name in names.split(", ")} == PROMISES


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("promise = 3", "promise is a table for each channel"),
        ("[promise]\nvoice = 20", "promise is a table for each channel"),
        ("[promise.Voice]\nshare = 0.8\nwithin_s = 20", "[promise.Voice]: a channel is written as the events have it"),
        ("[promise.voice]\nshare = 80\nwithin_s = 20", "share is a number above 0 and at most 1 (0.8 for 80 %), not 80."),
        ("[promise.voice]\nshare = 0\nwithin_s = 20", "not 0."),
        ("[promise.voice]\nshare = true\nwithin_s = 20", "not True."),
        ("[promise.voice]\nshare = nan\nwithin_s = 20", "not nan."),
        ("[promise.voice]\nshare = '80 %'\nwithin_s = 20", "not '80 %'."),
        ("[promise.voice]\nshare = 0.8\nwithin_s = '20 s'", "a whole number of seconds from 1 to 2592000 (30 days), not '20 s'."),
        ("[promise.voice]\nshare = 0.8\nwithin_s = 0.5", "not 0.5."),
        ("[promise.voice]\nshare = 0.8\nwithin_s = 2592001", "not 2592001."),
        ("[promise.voice]\nshare = 0.8", "[promise.voice] lacks within_s"),
        ("[promise.voice]\nshare = 0.8\nwithin = 20", "[promise.voice] knows share and within_s, not within."),
    ],
)
def test_a_promise_that_cannot_be_one_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(BadPromise, match=re.escape(sentence)) as caught:
        written(text)
    assert str(caught.value).startswith("apogee.toml: ")


def test_the_longest_promise_can_be_watched(store: Store) -> None:
    settings = Settings(promises={"voice": Promise(1, LONGEST_S)})
    put_tables(store, examples()["promise_kept"].tables)
    asked = Query(("service_level_live",), scope=Scope.all(), now=NOW, parameters=(("threshold_s", settings.promises["voice"].within_s),))
    assert ask(store, asked, settings.promises).rows
