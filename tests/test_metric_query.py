"""A question survives the address bar and the wire, and never carries who asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.query import FIRST, LAST, Grain, Query, Refused, Scope

NAMES = st.sampled_from(["offered", "asa", "aht", "é & =?"])
INSTANTS = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds
TEXTS = st.text(min_size=1, max_size=8)
QUERIES = st.builds(
    Query,
    metrics=st.lists(NAMES, max_size=3).map(tuple),
    by=st.lists(TEXTS, max_size=2).map(tuple),
    since=INSTANTS,
    until=INSTANTS,
    known_at=INSTANTS,
    grain=st.none() | st.sampled_from(Grain),
    zone=st.sampled_from(["Europe/Paris", "Asia/Kathmandu"]),
    where=st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple), max_size=2).map(lambda found: tuple(found.items())),
    parameters=st.dictionaries(TEXTS, TEXTS | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False), max_size=2).map(
        lambda found: tuple(found.items())
    ),
    scope=st.none() | st.just(Scope.all()) | st.just(Scope.of(team=("a", "b"))),
    now=INSTANTS,
)


@given(QUERIES)
def test_a_question_comes_back_as_it_went(query: Query) -> None:
    assert Query.from_json(query.to_json(), query.scope) == query
    assert hash(Query.from_json(query.to_json(), query.scope)) == hash(query)


def test_who_asks_is_in_the_key_and_in_nothing_else() -> None:
    query = Query(("offered",), scope=Scope.of(team=("secret",)))
    assert "secret" not in query.to_json()
    assert Query.from_json(query.to_json()).scope is None
    assert len({query.key(), query.seen_by(Scope.all()).key(), query.seen_by(Scope.of(team=("other",))).key()}) == 3
    assert Query(("offered",)).key() != Query(("offered",), scope=Scope.all()).key()


def test_equal_questions_are_equal() -> None:
    paris = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    one = Query(("offered",), since=paris, where=(("b", ("2", "1")), ("a", ("x",))), parameters=(("t", "20"),))
    two = Query(("offered",), since=paris.astimezone(UTC), where=(("a", ("x",)), ("b", ("1", "2", "1"))), parameters=(("t", 20.0),))
    assert one == two
    assert one.key() == two.key()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"metric": ["a"]}', "no field 'metric'"),
        ('{"metrics": [1]}', "metrics must be a list of texts"),
        ('{"metrics": ["a"], "since": "yesterday"}', "since is not an instant"),
        ('{"metrics": ["a"], "since": "2026-03-02T09:00:00"}', "since has no offset"),
        ('{"metrics": ["a"], "grain": "fortnight"}', "no grain"),
        ('{"metrics": ["a"], "grain": {}}', "no grain {}"),
        ('{"metrics": ["a"], "grain": 0}', "no grain 0"),
        ('{"metrics": ["a"], "zone": []}', "name of a time zone"),
        ('{"metrics": ["a"], "where": []}', "must be objects"),
        ('{"metrics": ["a"], "parameters": {"t": null}}', "must be a number or a text"),
        ('{"metrics": ["a"], "scope": {}}', "no field 'scope'"),
        ('{"metrics": ["a"], "where": {"channel": []}}', "channel names no value"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_bad_question_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        Query.from_json(text)


def test_a_parameter_is_set_once() -> None:
    with pytest.raises(Refused, match="threshold_s is set twice"):
        Query(("asa",), parameters=(("threshold_s", "20"), ("threshold_s", "soon")))


def test_a_number_of_any_size_is_a_number() -> None:
    huge = 10**400
    assert Query.from_json(f'{{"metrics": ["asa"], "parameters": {{"threshold_s": {huge}}}}}').parameters == (("threshold_s", huge),)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+02:00", "1900-01-01T00:00:00Z", "1970-01-01T00:00:00+01:00"])
def test_nothing_lies_before_the_first_instant(text: str) -> None:
    query = Query.from_json(json.dumps({"metrics": ["offered"], "since": text, "known_at": text}))
    assert query.since == query.known_at == FIRST


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-05:00", "2150-01-01T00:00:00Z"])
def test_nothing_lies_after_the_last_instant(text: str) -> None:
    assert Query.from_json(json.dumps({"metrics": ["offered"], "until": text})).until == LAST


@pytest.mark.parametrize("years", [(2200, 2300), (1900, 1950)])
def test_a_period_outside_of_all_that_can_be_is_told_as_such(years: tuple[int, int]) -> None:
    since, until = (datetime(year, 1, 1, tzinfo=UTC) for year in years)
    with pytest.raises(Refused, match="before 1970 or after 2099"):
        Query(("offered",), since=since, until=until)


@pytest.mark.parametrize("part", [{"where": (("channel", ("\ud800",)),)}, {"by": ("\ud800",)}, {"parameters": (("\ud800", 1),)}])
def test_half_a_character_is_refused(part: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="half of a character"):
        Query(("offered",), **part)


def test_a_scope_is_made_of_four_dimensions() -> None:
    with pytest.raises(Refused, match="cannot be limited by 'agent'"):
        Scope.of(agent=("a",))


def test_an_unknown_field_of_a_question_is_refused() -> None:
    with pytest.raises(Refused, match="no field"):
        Query.from_json('{"metrics": ["offered"], "scope": "all"}')
    assert json.loads(Query.from_json('{"metrics": ["offered"], "grain": "", "since": ""}').to_json())["metrics"] == ["offered"]
