"""Team, site and brand of a row in SQL: those of its agent as of the fact's stamp, of its queue where nobody has taken it yet. A column
of the facts, `placed_by`, names the one of both.

What was said (sql/place.py) is bound as lists of names and instants: nothing is joined. Who stays within a limit, or at one value, for all
the time asked about is told by name; only who moves meanwhile is looked up by time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from metrics.query import FIRST, LAST
from sql.place import PLACED_BY, Places

FEW = 3  # periods of those who move: up to so many are written out, which is quicker than looking instants up
REMEMBERED = 64  # limits and periods that are worked out once for all the numbers of a page
_BITS = 43  # of a millisecond between 1970 and 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BETWEEN = "\x1f"  # names, which may well hold commas
_MILLISECOND = timedelta(milliseconds=1)
_LISTS = {"agent": "agents", "queue": "queues", PLACED_BY: "places"}

Bind = Callable[[str, str, Any], str]  # name, type, value: gives the placeholder
Run = tuple[int, int, str]  # from, until, value
Within = tuple[tuple[str, ...], Mapping[str, Sequence[Run]]]  # those who are, and when those who move are


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


@dataclass(frozen=True, slots=True)
class Placing:
    """How the rows of one statement are placed.

    places       what was said; None where a statement is only shown: then it is written as if nobody ever moved, and nothing is bound
    at           the instant of a row by which it is placed
    since,until  the period in which that instant lies; None where nothing is known of it
    """

    places: Places | None
    at: str
    bind: Bind
    since: datetime | None = None
    until: datetime | None = None

    @property
    def _period(self) -> tuple[int, int]:
        return _ms(self.since or FIRST), _ms(self.until or LAST)

    def value(self, kind: str, dimension: str, name: str) -> str:
        """The value of a row; `kind` is the column that says whose it is (agent, queue or placed_by)."""
        return self._value(kind, dimension, f"{name}_{_LISTS[kind]}")

    def among(self, kind: str, dimension: str, values: Iterable[str], name: str) -> str:
        """Whether the value of a row is one of these; '' stands for those of whom nothing is said."""
        wanted, name = frozenset(values), f"{name}_{_LISTS[kind]}"
        if self.places is None or "" not in wanted:
            return self._among(kind, dimension, wanted, name)
        return f"NOT ({self._among(kind, dimension, frozenset(self.places.holders[kind, dimension]) - wanted, name)})"

    def _value(self, kind: str, dimension: str, name: str) -> str:
        if self.places is None:
            return f"transform({kind}, {{{name}:Array(String)}}, {{{name}_{dimension}:Array(String)}}, '')"
        staying: dict[str, str] = {}
        moving: dict[str, list[Run]] = {}
        for key, steps in self.places.steps[kind, dimension].items():
            runs = _runs(steps, self._period)
            if len(runs) > 1:
                moving[key] = runs
            elif runs[0][2]:
                staying[key] = runs[0][2]
        text = "materialize('')"
        if staying:
            keys = self._texts(name, staying)
            values = self._texts(f"{name}_{dimension}", staying.values())
            text = f"transform({kind}, {keys}, {values}, '')"
        if not moving:
            return text
        keys, mark, marks = self._marked(kind, moving, name)
        known = self._list(f"{name}_marked", "Array(UInt64)", marks)
        values = self._texts(f"{name}_moved_{dimension}", marks.values())
        return f"if({kind} IN {keys}, transform({mark}, {known}, {values}, ''), {text})"

    def _among(self, kind: str, dimension: str, wanted: frozenset[str], name: str) -> str:
        if self.places is None:
            return f"{kind} IN {{{name}:Array(String)}}"
        staying, moving = _within(self.places, kind, dimension, wanted, self._period)
        terms = [f"{kind} IN {self._texts(name, staying)}"] if staying else []
        if moving:
            terms += self._periods(kind, moving, name) or [self._looked_up(kind, moving, name)]
        return f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0] if terms else "0"

    def _texts(self, name: str, values: Iterable[str]) -> str:
        """A list of texts, bound as one: driver and engine take that apart in less time than they take to read a list."""
        told = list(values)
        if _BETWEEN.join(told).count(_BETWEEN) >= len(told):  # one of them has it in itself
            return self._list(name, "Array(String)", told)
        return f"splitByChar(char({ord(_BETWEEN)}), {self.bind(name, 'String', _BETWEEN.join(told))})"

    def _list(self, name: str, kind: str, values: Iterable[Any]) -> str:
        return self.bind(name, kind, list(values))

    def _periods(self, kind: str, moving: Mapping[str, Sequence[Run]], name: str) -> list[str]:
        """A term for each period in which somebody who moves is within; none where they are many."""
        first, last = self._period
        periods: dict[tuple[int, int], list[str]] = defaultdict(list)
        for key, runs in moving.items():
            for begin, end, value in runs:
                if value:
                    periods[begin, end].append(key)
        if len(periods) > FEW:
            return []
        terms = []
        for number, ((begin, end), keys) in enumerate(sorted(periods.items()), 1):
            own = f"{name}_{number}"
            term = f"{kind} IN {self._texts(own, keys)}"
            for sign, edge, border, ending in ((">=", begin, first, "from"), ("<", end, last, "until")):
                if edge != border:
                    told = self.bind(f"{own}_{ending}", "DateTime64(3, 'UTC')", _EPOCH + edge * _MILLISECOND)
                    term += f" AND {self.at} {sign} {told}"
            terms.append(term)
        return terms

    def _looked_up(self, kind: str, moving: Mapping[str, Sequence[Run]], name: str) -> str:
        _, mark, marks = self._marked(kind, moving, name)
        return f"{mark} IN {self._list(f'{name}_within', 'Array(UInt64)', [at for at, value in marks.items() if value])}"

    def _marked(self, kind: str, moving: Mapping[str, Sequence[Run]], name: str) -> tuple[str, str, dict[int, str]]:
        """Those who move, numbered; SQL for the mark a row lies behind, and what holds behind each mark.

        A mark is a number and a millisecond in one. Whoever has no number lies behind 0.
        """
        marks = {0: ""}
        for number, runs in enumerate(moving.values(), 1):
            for place, (begin, _, value) in enumerate(runs):
                marks[(number << _BITS) + (begin if place else 0)] = value
        keys = self._texts(f"{name}_moved", moving)
        numbers = self._list(f"{name}_number", "Array(UInt64)", range(1, len(moving) + 1))
        known = self._list(f"{name}_marked", "Array(UInt64)", marks)
        numbered = f"bitShiftLeft(transform({kind}, {keys}, {numbers}, toUInt64(0)), {_BITS})"
        return keys, f"roundDown({numbered} + toUInt64(toUnixTimestamp64Milli({self.at})), {known})", marks


def _within(places: Places, kind: str, dimension: str, wanted: frozenset[str], period: tuple[int, int]) -> Within:
    """Who has one of the values for all of the period, and who for some of it, with when."""
    asked = (kind, dimension, wanted, period)
    if asked not in places.remembered:  # a page asks for every number it shows of the same people
        if len(places.remembered) >= REMEMBERED:
            places.remembered.clear()
        places.remembered[asked] = _sought(places, *asked)
    found: Within = places.remembered[asked]
    return found


def _sought(places: Places, kind: str, dimension: str, wanted: frozenset[str], period: tuple[int, int]) -> Within:
    holders, settled = places.holders[kind, dimension], places.settled[kind, dimension]
    staying: list[str] = []
    moving: dict[str, list[Run]] = {}
    for key in sorted(frozenset().union(*(holders.get(value, ()) for value in wanted))):
        since, value = settled[key]
        if since <= period[0]:  # most are where they were: this is the quick way for them
            if value in wanted:
                staying.append(key)
            continue
        runs = _runs(places.steps[kind, dimension][key], period, wanted)
        if len(runs) > 1:
            moving[key] = runs
        elif runs[0][2]:
            staying.append(key)
    return tuple(staying), moving


def _runs(steps: Sequence[tuple[int, str]], period: tuple[int, int], wanted: frozenset[str] | None = None) -> list[Run]:
    """What a key is from when to when, over the period; with `wanted`, only whether it is one of these ('1') or not ('')."""
    first, last = period
    begun = [(first, "")]
    for since, stated in steps:
        value = stated if wanted is None else "1" if stated in wanted else ""
        if since <= first:
            begun = [(first, value)]
        elif since < last and value != begun[-1][1]:
            begun.append((since, value))
    ends = [begin for begin, _ in begun[1:]] + [last]
    return [(begin, end, value) for (begin, value), end in zip(begun, ends, strict=True)]
