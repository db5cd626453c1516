"""The handbook: every metric of the registry has its page in both languages, whatever the data; search finds it."""

import json
from datetime import UTC, datetime

import plotly.utils
import pytest
from dash import html

from dashboard import definition as model
from dashboard import frame
from dashboard.page import Visit
from dashboard.pages import definition, handbook
from dashboard.period import parse
from dashboard.viewer import at_the_machine
from dashboard.word import known
from metrics.family import families, family
from metrics.metric import Better, Interval, Kind, Unit
from metrics.promise import PROMISES
from metrics.query import Grain, Query, Scope
from metrics.registry import metric, metrics
from metrics.result import Figure, Result, Row

AS_OF = datetime(2026, 11, 20, 5, tzinfo=UTC)


def visit(language: str = "fr", name: str = "", **filters: tuple[str, ...]) -> Visit:
    return Visit(
        viewer=at_the_machine(),
        language=language,
        path=f"/handbook/{name}".rstrip("/"),
        now=datetime(2026, 11, 21, 9, tzinfo=UTC),
        values={"metric": name},
        filters=filters,
        kept={"lang": language},
    )


def written(component) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


def answered(query: Query) -> Result:
    """Variants differ by the length of their name; everything else is a ratio of 860 to 1060."""
    if query.grain is Grain.MONTH:
        return Result(
            AS_OF, (Row({"at": parse("2026-10").since("Europe/Paris")}, {name: Figure(1060.0, 1060) for name in query.metrics}),), ("",)
        )
    top = 860 + sum(len(str(value)) + ord(str(value)[-1]) for _, value in query.parameters)
    return Result(AS_OF, (Row({}, {name: Figure(top / 1060, 1060, top, 1060, 0.79, 0.84) for name in query.metrics}),), ("",))


def empty(query: Query) -> Result:
    return Result(None, () if query.grain else (Row({}, {name: Figure(None, 0) for name in query.metrics}),), ("",))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("ask", [answered, empty], ids=["full", "empty"])
def test_every_metric_has_its_page(monkeypatch, language, ask):
    monkeypatch.setattr(definition, "ask", ask)
    for name, told in metrics().items():
        page = written(definition.one(visit(language, name)))
        assert f'"{name}"' in page
        assert told.source.address in page
        assert "SELECT" in page
        assert "apogee query" in page


def test_the_same_contacts_under_every_variant(monkeypatch):
    monkeypatch.setattr(definition, "ask", answered)
    page = written(definition.one(visit("en", "service_level")))
    for choice in metric("service_level").parameter("variant").allowed:
        assert f'"{choice.value}"' in page
    assert '"use"' in page
    assert "between the highest and the lowest" in page


def under_rules(values):
    """An ask for which the variants of a metric give these values in turn, and everything else the first."""
    left = iter(values)

    def ask(query: Query) -> Result:
        if query.grain is Grain.MONTH:
            return answered(query)
        value = next(left, values[-1]) if query.parameters else values[0]
        return Result(AS_OF, (Row({}, {name: Figure(value, 1060) for name in query.metrics}),), ("",))

    return ask


@pytest.mark.parametrize(
    ("values", "title", "note"),
    [
        ((0.8, 0.8), "2 rules, one answer here", "In October 2026 the rule changes nothing"),
        ((0.68, 0.6804), "2 rules, one answer but for rounding", "changes less than the last digit shown"),
        ((0.84349, 0.84351), "2 rules, one answer but for rounding", "changes less than the last digit shown"),  # printed 84.3 and 84.4
        ((0.68, 0.681), "2 answers: name the variant or the number means nothing", "0.1\u00a0pts between the highest and the lowest"),
    ],
)
def test_variants_claim_no_more_than_the_figures_show(monkeypatch, values, title, note):
    monkeypatch.setattr(definition, "ask", under_rules(values))
    told = metric("service_level")
    stamp = told.parameter("stamp")
    found = model.variants(definition.ask, told, stamp, parse("2026-10"), "Europe/Paris")
    page = written(definition._compared(visit("en", "service_level"), told, stamp, found, parse("2026-10")))
    assert title in page
    assert note in page
    assert ("dot-now" in page) is ("one answer" not in title), "nothing is pulled apart that reads the same"


def test_what_to_read_beside_it_is_said_with_its_reason(monkeypatch):
    monkeypatch.setattr(definition, "ask", empty)
    page = written(definition.one(visit("fr", "aht")))
    assert "À lire avec" in page
    assert "/handbook/first_contact_resolution" in page
    assert "À lire avec" not in written(definition.one(visit("fr", "contacts")))


def test_variants_that_agree_in_part_are_counted(monkeypatch):
    monkeypatch.setattr(definition, "ask", under_rules((0.7, 0.7, 0.71, 0.72, 0.72, 0.7)))
    page = written(definition.one(visit("fr", "service_level")))
    assert "6 règles, 3 réponses" in page


def test_a_worked_example_is_printed_with_its_rows(monkeypatch):
    monkeypatch.setattr(definition, "ask", empty)
    page = written(definition.one(visit("en", "service_level")))
    assert "Worked example" in page
    assert "entered_at" in page


def test_values_are_bound_in_the_query_shown():
    told = metric("service_level")
    found = model.statements(told, parse("2026-10"), "Europe/Paris", Scope.of(queue=("SAV",)), PROMISES)
    assert found
    assert all("SAV" not in each.sql for each in found)
    assert any("SAV" in str(each.parameters) for each in found)


def test_where_it_is_used_comes_from_the_source():
    assert "committee" in model.mentions()["promise_kept"]
    assert "live" in model.mentions()["waiting"]


def test_an_unknown_metric_is_said(monkeypatch):
    assert "nonsense" in written(definition.one(visit("fr", "nonsense")))


def hidden(component) -> dict[str, bool]:
    """Metric id → whether its entry is hidden."""
    found = {}

    def walk(part):
        if isinstance(part, list):
            for child in part:
                walk(child)
        elif isinstance(part, dict):
            props = part["props"]
            if "data-find" in props:
                found[props["data-find"].split()[0]] = bool(props.get("hidden"))
            walk(props.get("children") or [])

    walk(json.loads(written(component)))
    return found


def test_the_list_holds_every_metric_and_search_narrows_it():
    every = hidden(handbook.every(visit("fr")))
    assert set(every) == set(metrics())
    assert not any(every.values())
    some = hidden(handbook.every(visit("fr", search=("Abandon",))))
    assert not some["abandon_rate"]
    assert some["csat"]
    assert all(hidden(handbook.every(visit("fr", search=("zzz",)))).values())


@pytest.mark.parametrize("typed", ["reouverture", "RÉOUVERTURE", "  Reouverture taux ", "re\u0301ouverture"])
def test_enter_finds_what_typing_found_whatever_the_accents(typed):
    found = hidden(handbook.every(visit("en", search=(typed,))))
    assert [name for name, away in found.items() if not away] == ["reopen_rate"]


@pytest.mark.parametrize(("here", "marks"), [(handbook.page, {"/handbook": "page"}), (definition.page, {"/handbook": "true"}), (None, {})])
def test_the_navigation_shows_the_place_a_page_lies_in(here, marks):
    shown = json.loads(written(frame.framed(visit("fr", "csat"), here, html.P("x"))))
    found = {}

    def walk(part):
        for each in part if isinstance(part, list) else [part]:
            if not isinstance(each, dict):
                continue
            if "aria-current" in each["props"]:
                found[each["props"]["href"].partition("?")[0]] = each["props"]["aria-current"]
            walk(each["props"].get("children"))

    walk(shown)
    assert found == marks


def test_every_word_the_vocabulary_needs_exists():
    for kind, values in (("unit", Unit), ("better", Better), ("kind", Kind), ("interval", Interval)):
        for value in values:
            assert known(f"handbook.{kind}_{value}"), value
    for name in families():
        assert known(f"handbook.family_{name}"), name


def test_families_cover_the_registry():
    assert {name for names in families().values() for name in names} == set(metrics())
    assert family("service_level") == "queue"
    with pytest.raises(KeyError):
        family("nonsense")
