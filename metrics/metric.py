"""The vocabulary in which a metric is declared. Read this first.

A metric is one frozen literal in `metrics/catalog`. Nothing a reader sees has a default: whoever adds a metric has to say in both
languages what it is called, what it means, why anyone looks at it and how it is computed, and where that definition comes from.

A metric's numbers are built from parts. A part names one fact, the instant of that fact which counts it, and an aggregate over
its rows. Parts are mergeable states (a count, a sum, a sketch, a table of deaths and censorings): what makes one number of them is
said by the kind, and is done once, in `metrics/finish.py`, after everything has been added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "Better",
    "Case",
    "Choice",
    "Counter",
    "Interval",
    "Kind",
    "Metric",
    "Number",
    "Parameter",
    "Part",
    "Source",
    "Span",
    "Target",
    "Text",
    "Unit",
]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in French."""

    en: str
    fr: str

    def __getitem__(self, language: str) -> str:
        """The words in `language` ("en" or "fr"); any other language is a KeyError."""
        if language == "fr":
            return self.fr
        if language == "en":
            return self.en
        raise KeyError(language)


class Kind(StrEnum):
    """How a metric adds up: its mergeable state, and how the state becomes a figure.

    ====================  ============================================  ==================================================
    kind                  state                                         figure
    ====================  ============================================  ==================================================
    COUNT                 a number of rows                              the number; 0 when there is none
    SUM                   a sum and the number of rows summed           the sum; no value when nothing was summed
    RATIO                 two sums, top and bottom                      top / bottom; no value when bottom is 0
    QUANTILE              a sketch of relative error 1 % and a number   the quantile; no value without rows
    CURVE                 ends and censorings per second of waiting     1 - product-limit survival at the horizon
    LEVEL                 rows open at an instant                       their number, at the end of each bucket or now
    EXTREME               the largest value, open at an instant or in   that value; no value when there is nothing
                          a period
    DISTINCT              a set of keys, seen in a period or open now   the size of the set
    ====================  ============================================  ==================================================
    """

    COUNT = "count"
    SUM = "sum"
    RATIO = "ratio"
    QUANTILE = "quantile"
    CURVE = "curve"
    LEVEL = "level"
    EXTREME = "extreme"
    DISTINCT = "distinct"


class Unit(StrEnum):
    """What a value is counted in. A SHARE is between 0 and 1 in every figure and target; only the display makes it a percentage."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    PER_ORDER = "per_order"
    PER_JOURNEY = "per_journey"
    AT_ONCE = "at_once"


class Better(StrEnum):
    """Which way is good: up, down, inside the target, or neither (a volume is not a merit)."""

    HIGHER = "higher"
    LOWER = "lower"
    WITHIN = "within"
    NEITHER = "neither"


class Interval(StrEnum):
    """Where the low and high of a figure come from.

    WILSON: 95 % interval of a proportion. GREENWOOD: 95 % log(-log) interval of a product-limit estimate. BOUNDS: what the figure may
    still become, whatever happens to the undecided. NONE: the kind has none.
    """

    WILSON = "wilson"
    GREENWOOD = "greenwood"
    BOUNDS = "bounds"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """A standard, book or article on the shelf (`metrics/source.py`) that a definition leans on."""

    title: str
    author: str
    address: str


@dataclass(frozen=True, slots=True)
class Target:
    """The bar a metric is judged against: good at or above `low`, at or below `high`; None leaves that side open. In the metric's unit."""

    low: float | None
    high: float | None
    why: Text


@dataclass(frozen=True, slots=True)
class Counter:
    """The metric to read beside another, by its id, and why: what gives way where the other is pushed for its own sake."""

    metric: str
    why: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of a parameter, in words."""

    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Number:
    """The allowed range of a number parameter, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """What a reader may change about a metric: one of some choices, or a number within a range."""

    name: str
    text: Text
    default: str | float
    allowed: tuple[Choice, ...] | Number

    @property
    def kind(self) -> str:
        """ "choice" or "number"."""
        return "number" if isinstance(self.allowed, Number) else "choice"


@dataclass(frozen=True, slots=True)
class Case:
    """SQL that depends on a choice parameter: one text for each allowed value."""

    parameter: str
    of: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of time measured on a row: from `start` to `end`, or to the present moment while `end` is empty and `open` is set.

    The part's SQL may then say `span_ms`: its length in milliseconds, in elapsed time, in opening hours where the metric has a `clock`
    parameter set to business, or sliced to the bucket where the stamp is "sliced". NULL where it cannot be measured.
    """

    start: str
    end: str
    open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One aggregate over one fact.

    fact   what is counted, as named in `metrics/fact.py`
    stamp  the instant of the row that says in which period it counts: a column; "sliced": the span counts where it truly lies;
           "open": the row counts at every instant of its span at which it is looked at (levels and extremes)
    sql    the aggregate. `{name}` stands for a parameter of the metric, bound and never pasted; `{person}` for who the customer
           is once merged ids are one; `{over everyone}` for the window of all groups asked about; `{promise_s}` for the seconds
           within which the row's channel promises an answer (`metrics/promise.py`), NULL where it promises nothing; `{now}`
    span   the interval `span_ms` measures, if any
    """

    fact: str
    stamp: str | Case
    sql: str | Case
    span: Span | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One number with one meaning. See `Kind` for what the parts have to be.

    top        what is counted, summed, sketched…; several parts (of different facts) are added
    bottom     what a ratio is divided by; the number of rows a sum, a quantile or an extreme rests on; the censorings of a curve
    undecided  rows that may still join the top (interval BOUNDS only)
    people     how many people a ratio of times rests on: its number then, in place of the bottom, as small cells are counted in people
    counter    what to read beside it, so that it is not improved at another's expense; None where nothing gives way
    promised   whether each channel's bar is the share it promises (`metrics/promise.py`), in place of one target
    opt_in     the name under which an installation has to opt in to it (`[agent_time]` in its settings); without that it has no value
    example    the worked example's name in metrics/example: checked by the tests, printed in the handbook
    id         the variable's name in the catalogue, filled in by the registry
    """

    name: Text
    definition: Text
    why: Text
    formula: Text
    kind: Kind
    unit: Unit
    better: Better
    top: tuple[Part, ...]
    bottom: tuple[Part, ...]
    undecided: tuple[Part, ...] = ()
    people: tuple[Part, ...] = ()
    interval: Interval
    parameters: tuple[Parameter, ...]
    source: Source
    target: Target | None
    owner: Text
    example: str
    counter: Counter | None = None
    promised: bool = False
    opt_in: str = ""
    id: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts: top, bottom, undecided, people."""
        return self.top + self.bottom + self.undecided + self.people

    @property
    def roles(self) -> list[tuple[str, Part]]:
        """Each part with the name of its role: top, bottom, undecided, people, numbered from the second of a role on."""
        named: list[tuple[str, Part]] = []
        for role, parts in (("top", self.top), ("bottom", self.bottom), ("undecided", self.undecided), ("people", self.people)):
            named += [(role if index == 0 else f"{role}{index + 1}", part) for index, part in enumerate(parts)]
        return named

    @property
    def standing(self) -> bool:
        """Whether it counts what stands open at an instant, so that it is known (and may be 0) at every instant."""
        return self.kind in (Kind.LEVEL, Kind.DISTINCT) and all(part.stamp == "open" for part in self.parts)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts the metric reads, each once."""
        return tuple(dict.fromkeys(part.fact for part in self.parts))

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)
