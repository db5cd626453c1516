"""A condition on team, site or brand means the same as grouping by it: the statement about the agent or the queue at that instant."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty
from tests.spec.table import at, put

INSTANTS = [f"2026-03-{day:02} 12:00:00" for day in range(2, 10)]
some = st.sampled_from
TEAMS, SITES, BRANDS = ("t", "u"), ("s", "r"), ("b", "c")
said = st.fixed_dictionaries(
    {
        "kind": some(("agent", "queue", "team")),
        "key": some(("a", "z", "q", "t", "u")),
        "valid_from": some(INSTANTS),
        "sequence": some((0, 1)),
        "team": some((*TEAMS, "")),
        "site": some((*SITES, "")),
        "brand": some((*BRANDS, "")),
    }
)
stay = st.fixed_dictionaries(
    {
        "agent": some(("", "a", "z", "n")),
        "queue": some(("q", "a", "")),
        "entered_at": some(INSTANTS),
        "brand": some(("", "b", "d")),
    }
)
VALUES = {"team": TEAMS, "site": SITES, "brand": BRANDS}
LIMITS = [(name, chosen) for name, values in VALUES.items() for chosen in (*combinations(values, 1), values, ("nowhere", values[0]))]


@settings(max_examples=10)
@given(references=st.lists(said, max_size=12), stays=st.lists(stay, min_size=1, max_size=10))
def test_a_limit_holds_the_rows_that_grouping_shows_under_its_values(engine: Store, references: list[Any], stays: list[Any]) -> None:
    empty(engine)
    put(engine, "reference", [{**each, "statement": number} for number, each in enumerate(references)])
    put(engine, "stay", [{**each, "interaction": f"i{number}"} for number, each in enumerate(stays)])
    by = {name: counted(engine, Query(("offered",), by=(name,), scope=Scope.all(), now=at("23:00:00"))) for name in VALUES}
    for name, values in LIMITS:
        wanted = sum(by[name].get(value, 0) for value in values)
        for scope, where in ((Scope.of(named=True, **{name: values}), ()), (Scope.all(), ((name, values),))):
            found = counted(engine, Query(("offered",), scope=scope, where=where, now=at("23:00:00")))
            assert found == {"": wanted}, (name, values)
        other = "site" if name == "team" else "team"
        both = counted(engine, Query(("offered",), by=(other,), where=((name, values),), scope=Scope.all(), now=at("23:00:00")))
        assert sum(both.values()) == wanted
    for scope in (Scope.of(named=True, team=()), Scope.of(named=True, site=("",))):
        nothing = Query(("offered",), scope=scope, now=at("23:00:00"))
        assert counted(engine, nothing)[""] == (by["site"].get("", 0) if scope.only[0][1] else 0)


def counted(store: Store, query: Query) -> dict[str, float]:
    rows = ask(store, query).rows
    return {str(next(iter(row.keys.values()), "")): row.figures["offered"].value or 0 for row in rows}
