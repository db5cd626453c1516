"""Where agents and queues belong, from when on: what was said of them and of their teams, worked out once for each state of it.

Joining what was said to every question took longer to plan than most questions take to run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sql.clickhouse import Store, load


class Place(NamedTuple):
    """The team, site and brand of an agent or a queue; '' where nothing was said."""

    team: str
    site: str
    brand: str


Spans = tuple[tuple[int, int | None], ...]  # from which millisecond since 1970 (UTC) until which; None: it goes on
Stated = tuple[tuple[int, Place], ...]  # from which millisecond since 1970 (UTC) on, in order
Steps = Mapping[str, tuple[tuple[int, str], ...]]


PLACED_BY = "placed_by"  # the column that names the one of both who places a row of a contact (sql/migrations/0014_placed_by.sql)


class Places:
    """Where each agent and queue was; before the first that was said of one, nowhere ('').

    A kind of them more, `placed_by`, has both: a and the agent, q and the queue.
    """

    def __init__(self, known: Mapping[str, Mapping[str, Stated]]) -> None:
        both = {kind[0] + key: said for kind in ("agent", "queue") for key, said in known[kind].items()}
        self._known = {**known, PLACED_BY: both}
        self.remembered: dict[Any, Any] = {}  # what was worked out of them, for as long as they hold

    @cached_property
    def steps(self) -> Mapping[tuple[str, str], Steps]:
        """By kind (agent, queue, placed_by) and dimension (team, site, brand): from when on each key has which value."""
        return {
            (kind, name): {key: tuple(_changes((since, place[at]) for since, place in said)) for key, said in known.items()}
            for kind, known in self._known.items()
            for at, name in enumerate(Place._fields)
        }

    @cached_property
    def settled(self) -> Mapping[tuple[str, str], Mapping[str, tuple[int, str]]]:
        """By kind and dimension: since when each key has the value it has last."""
        return {what: {key: changes[-1] for key, changes in steps.items() if changes} for what, steps in self.steps.items()}

    @cached_property
    def holders(self) -> Mapping[tuple[str, str], Mapping[str, frozenset[str]]]:
        """By kind and dimension: the keys that ever had each value, '' aside."""
        found: dict[tuple[str, str], dict[str, set[str]]] = {}
        for what, steps in self.steps.items():
            found[what] = defaultdict(set)
            for key, changes in steps.items():
                for _, value in changes:
                    found[what][value].add(key)
        return {what: {value: frozenset(keys) for value, keys in all_.items() if value} for what, all_ in found.items()}

    def held(self, limits: Mapping[str, Collection[str]]) -> Mapping[str, Spans]:
        """The agents who ever were within limits (values by dimension: team, site, brand), and when, in order."""
        found: dict[str, Spans] = {}
        for key, said in self._known["agent"].items():
            ends = [*(since for since, _ in said[1:]), None]
            within = [all(getattr(place, name) in values for name, values in limits.items()) for _, place in said]
            spans = tuple((since, end) for (since, _), end, holds in zip(said, ends, within, strict=True) if holds)
            if spans:
                found[key] = spans
        return found


_kept: WeakKeyDictionary[Store, tuple[int, Places]] = WeakKeyDictionary()


def places(store: Store, database: str = "") -> Places:
    """What was said, in the store's own database or in one beside it; read again only when it has changed."""
    if database not in ("", store.database):
        return _read(store, f"`{database}`.")
    state = store.edition
    if state is None:  # other processes may write
        state = int(store.value(load("place.state")) or 0)
    kept = _kept.get(store)
    if kept is None or kept[0] != state:
        kept = _kept[store] = (state, _read(store, ""))
    return kept[1]


def _read(store: Store, prefix: str) -> Places:
    said: dict[str, dict[str, list[tuple[int, Place]]]] = {"agent": {}, "queue": {}, "team": {}}
    for row in store.rows(load("place.said").replace("{db}", prefix)):
        place = Place(str(row["team"]), str(row["site"]), str(row["brand"]))
        said[row["kind"]].setdefault(row["key"], []).append((row["since_ms"], place))
    return Places({kind: {key: tuple(_sited(each, said["team"])) for key, each in said[kind].items()} for kind in ("agent", "queue")})


def _sited(said: list[tuple[int, Place]], teams: Mapping[str, list[tuple[int, Place]]]) -> Iterator[tuple[int, Place]]:
    """A site not stated of an agent or a queue is that of their team, as it was said of the team at each time."""
    for number, (since, place) in enumerate(said):
        until = said[number + 1][0] if number + 1 < len(said) else None
        team = [] if place.site else teams.get(place.team, [])
        before = [at.site for from_, at in team if from_ <= since]
        yield since, place._replace(site=before[-1]) if before else place
        for from_, at in team:
            if from_ > since and (until is None or from_ < until):
                yield from_, place._replace(site=at.site)


def _changes(values: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    last = ""
    for since, value in values:
        if value != last:
            yield since, value
        last = value
