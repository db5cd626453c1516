"""A statement while it is written: which rows it reads, and what its pieces have gathered so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from metrics import dimension
from metrics.fact import FACTS, JOINS
from metrics.metric import Span
from metrics.placing import Placing
from metrics.promise import Promises
from metrics.query import Query
from metrics.reading import of_contacts
from metrics.refusal import refuse
from sql.place import Places

SLICED, OPEN = "sliced", "open"  # counted for the time that lies in the period, or at each instant at which it is open
INSTANT = "DateTime64(3, 'UTC')"


@dataclass(frozen=True, slots=True)
class Reading:
    """What has to be equal for parts to share a statement: the fact, the instant, the span where rows are cut or joined by it, and the
    parameters that a fact without a table is read with."""

    fact: str
    stamp: str
    span: Span | None
    business: bool
    given: tuple[tuple[str, str | float], ...]


@dataclass(slots=True)
class Draft:
    """A statement being written: conditions and joins gathered while its pieces are put in words."""

    query: Query
    reading: Reading
    db: str
    promises: Promises
    places: Places | None
    bound: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    joins: dict[str, None] = field(default_factory=dict)
    where: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)  # columns worked out where the contacts of a journey are read
    inside: list[str] = field(default_factory=list)  # of `where`, what says that a stored row lies in the period

    @property
    def now(self) -> datetime:
        """The present moment, which `statement` has made sure of."""
        if self.query.now is None:
            raise refuse("no_now")
        return self.query.now

    def bind(self, name: str, kind: str, value: Any) -> str:
        """Bind a value of one of the engine's types; its placeholder."""
        self.bound[name] = value
        return f"{{{name}:{kind}}}"

    def instant(self, name: str, value: datetime) -> str:
        """Bind an instant, to the millisecond; its placeholder."""
        return self.bind(name, INSTANT, value)

    def end(self, span: Span) -> str:
        """The end of a row's span, which for an open row is the present moment."""
        return f"ifNull({span.end}, {self.instant('now', self.now)})" if span.open else span.end

    def dimension(self, name: str) -> str:
        """The value of a row in a dimension."""
        return self._joined(dimension.value(self.reading.fact, name, self.placing))

    def among(self, name: str, values: Sequence[str], prefix: str) -> str:
        """Whether a row's value in a dimension is one of these; of a journey's row it is asked of its contact."""
        placing, read = self.placing, FACTS[self.reading.fact].read
        if read is not None and of_contacts(self.reading.fact):
            placing = replace(placing, at=FACTS[read.tables[0]].stamp)
        return self._joined(dimension.among(self.reading.fact, name, values, prefix, placing))

    def _joined(self, found: tuple[str, tuple[str, ...]]) -> str:
        for join in found[1]:
            self.join(join)
        return found[0]

    @property
    def placing(self) -> Placing:
        """How the rows are placed: by their own stamp, which lies in the period asked about where that is what they are counted by."""
        fact = FACTS[self.reading.fact]
        period = (self.query.since, self.query.until) if self.reading.stamp == fact.stamp or fact.view else (None, None)
        return Placing(self.places, fact.stamp, self.bind, *period)

    def join(self, name: str) -> None:
        """Join a relation of the registry, after those it needs."""
        for needed in JOINS[name].needs:
            self.joins[needed] = None
        self.joins[name] = None


def table(fact: str) -> str:
    """A fact's table, as SQL names it."""
    return "`order`" if fact == "order" else fact
