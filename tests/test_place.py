"""Team, site and brand of a row are what was said last of its agent, or of its queue, up to its instant; a condition means the same as
grouping. Half-open: what is said of an instant holds from that instant on."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from metrics import placing
from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from tests.conftest import empty, usually
from tests.spec.table import at, put

INSTANTS = [f"2026-03-{day:02} 12:00:00" for day in range(2, 7)]
some = st.sampled_from
TEAMS, SITES, BRANDS = ("t", "u"), ("s", "r"), ("b", "c")
said = st.fixed_dictionaries(
    {
        "kind": some(("agent", "queue", "team")),
        "key": some(("a", "z\x1f", "q", "t", "u")),
        "valid_from": some(INSTANTS),
        "sequence": some((0, 1)),
        "team": some((*TEAMS, "")),
        "site": some((*SITES, "")),
        "brand": some((*BRANDS, "")),
    }
)
stay = st.fixed_dictionaries(
    {
        "agent": some(("", "a", "z\x1f", "n")),
        "queue": some(("q", "a", "")),
        "entered_at": some(INSTANTS),
        "brand": some(("", "b", "d")),
    }
)
Said = list[dict[str, Any]]
Period = tuple[str | None, str | None]
VALUES = {"team": TEAMS, "site": SITES, "brand": BRANDS}
LIMITS = {name: (*combinations(values, 1), values, ("nowhere", values[0]), ("", values[1])) for name, values in VALUES.items()}


def placed(row: dict[str, Any], references: Said, name: str) -> str:
    """The team, site or brand of a stay, in plain words: the last statement about whoever has it, at its instant or before."""

    def said(kind: str, key: str) -> dict[str, Any]:
        about = [(each["valid_from"], each["sequence"], number) for number, each in enumerate(references)
                 if each["kind"] == kind and each["key"] == key and each["valid_from"] <= row["entered_at"]]  # fmt: skip
        return references[max(about)[2]] if about else {"team": "", "site": "", "brand": ""}

    if name == "brand":
        return row["brand"] or said("queue", row["queue"])["brand"]
    whose = said("agent", row["agent"]) if row["agent"] else said("queue", row["queue"])
    return whose["team"] if name == "team" else whose["site"] or said("team", whose["team"])["site"]


@usually(10)
@given(
    references=st.lists(said, max_size=12),
    stays=st.lists(stay, min_size=1, max_size=10),
    period=some(((None, None), (INSTANTS[1], INSTANTS[4]))),
    name=some((*VALUES,)),
    few=some((0, placing.FEW)),  # periods of those who move that are written out; more are looked up
)
def test_a_row_is_where_its_agent_or_queue_was(engine: Store, references: Said, stays: Said, period: Period, name: str, few: int) -> None:
    empty(engine)
    put(engine, "reference", [{**each, "statement": number} for number, each in enumerate(references)])
    put(engine, "stay", [{**each, "interaction": f"i{number}"} for number, each in enumerate(stays)])
    since, until = (at(edge) if edge else None for edge in period)
    rows = [row for row in stays if since is None or until is None or since <= at(row["entered_at"]) < until]
    by = Counter(placed(row, references, name) for row in rows)
    other = "site" if name == "team" else "team"

    def asked(**words: Any) -> dict[str, float]:
        return counted(engine, Query(("offered",), since=since, until=until, now=at("23:00:00"), **words))

    with mock.patch.object(placing, "FEW", few):
        assert asked(by=(name,), scope=Scope.all()) == by
        for values in LIMITS[name]:
            assert asked(scope=Scope.of(named=True, **{name: values})) == {"": sum(by[value] for value in values)}
            within = Counter(placed(row, references, other) for row in rows if placed(row, references, name) in values)
            assert asked(by=(other,), where=((name, values),), scope=Scope.all()) == within
        assert asked(scope=Scope.of(named=True, **{name: ()})) == {"": 0}


def counted(store: Store, query: Query) -> dict[str, float]:
    rows = ask(store, query).rows
    return {str(next(iter(row.keys.values()), "")): row.figures["offered"].value or 0 for row in rows}
