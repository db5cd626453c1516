"""The question: at once the cache key, the address in the browser and the body of the API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import Any

from metrics.refusal import Later, Refused, refuse

__all__ = ["FIRST", "LAST", "LONGEST", "SCOPE_DIMENSIONS", "Grain", "Later", "Pairs", "Query", "Refused", "Scope"]

SCOPE_DIMENSIONS = ("brand", "site", "team", "queue")

LONGEST = 500  # characters of a value: nothing longer is stored (ingest/event.py)

Pairs = tuple[tuple[str, tuple[str, ...]], ...]

# Nothing happens outside these years (ingest takes no event that does), and the engine's days do not reach far beyond them.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 2, tzinfo=UTC)


class Grain(StrEnum):
    """The length of a bucket of time, in local time of the query's zone."""

    QUARTER_HOUR = "15m"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose numbers somebody may see. An empty `only` means everything; otherwise every dimension named in it is a filter.

    `named` is the right to see what single agents did; without it figures of agents come by team, site or channel only. An agent who may
    see himself is limited by the dimension agent.
    """

    only: Pairs = ()
    named: bool = False

    @classmethod
    def all(cls) -> Scope:
        """The scope of those who may see everything."""
        return cls(named=True)

    @classmethod
    def of(cls, *, named: bool = False, **only: Iterable[str]) -> Scope:
        """A scope limited to values of brand, site, team or queue: Scope.of(team=("SAV",)). Raises Refused for any other."""
        for name in only:
            if name not in SCOPE_DIMENSIONS:
                raise refuse("scope_kind", known=", ".join(SCOPE_DIMENSIONS), name=name)
        return cls(tuple((name, tuple(sorted(set(values)))) for name, values in sorted(only.items())), named)


@dataclass(frozen=True, slots=True)
class Query:
    """A question about metrics.

    metrics     ids, in the order wanted
    by          dimensions to group by
    since,until the period [since, until), aware instants; None leaves that side open
    known_at    answer with what was known at that instant; while that may still grow, with what the facts held last (Result.known_at)
    grain, zone buckets of local time in an IANA zone
    where       (dimension, allowed values) pairs, all of which hold
    parameters  (name, value) pairs; a name may be written metric.name to reach one metric only
    scope       who asks; None is refused by `run.ask`
    now         the present moment of live metrics and open intervals; when None it is `known_at`, or taken once when asked

    Instants are kept in UTC, to the millisecond, and from 1970 to 2099, outside of which nothing lies; where and parameters are kept
    sorted: equal questions are equal objects.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    known_at: datetime | None = None
    grain: Grain | None = None
    zone: str = "Europe/Paris"
    where: Pairs = ()
    parameters: tuple[tuple[str, str | int | float], ...] = ()
    scope: Scope | None = None
    now: datetime | None = None

    def __post_init__(self) -> None:
        """Bring equal questions to equal form; an instant without an offset is refused."""
        _speakable([self.metrics, self.by, self.zone, self.grain, self.where, self.parameters])
        said = (self.since, self.until)
        for name in ("since", "until", "known_at", "now"):
            object.__setattr__(self, name, _instant(name, getattr(self, name)))
        if self.since == self.until and self.since in (FIRST, LAST) and said[0] != said[1]:
            raise refuse("outside_time")
        grain = self.grain
        if grain is not None:
            try:
                object.__setattr__(self, "grain", Grain(grain))
            except ValueError:
                raise refuse("no_grain", name=str(grain), known=", ".join(Grain)) from None
        object.__setattr__(self, "metrics", tuple(self.metrics))
        object.__setattr__(self, "by", tuple(self.by))
        merged: dict[str, set[str]] = {}
        for name, values in self.where:
            if not values:
                raise refuse("no_values", name=name)
            if any(len(value) > LONGEST for value in values):
                raise refuse("long_value", name=name, most=LONGEST)
            merged.setdefault(name, set()).update(values)
        object.__setattr__(self, "where", tuple((name, tuple(sorted(values))) for name, values in sorted(merged.items())))
        chosen = dict(self.parameters)
        if len(chosen) < len(self.parameters):
            twice = next(name for name in chosen if sum(name == each for each, _ in self.parameters) > 1)
            raise refuse("parameter_twice", name=twice)
        object.__setattr__(self, "parameters", tuple(sorted((name, _number(value)) for name, value in chosen.items())))

    def seen_by(self, scope: Scope) -> Query:
        """The same question asked by somebody else."""
        return replace(self, scope=scope)

    def names_agents(self) -> bool:
        """Whether the question tells single agents apart, by grouping or by asking for some."""
        return "agent" in self.by or any(name == "agent" for name, _ in self.where)

    def key(self) -> str:
        """A text that is equal for equal questions of equally placed viewers, and for no others."""
        return json.dumps([self._plain(), None if self.scope is None else [self.scope.only, self.scope.named]], sort_keys=True)

    def to_json(self) -> str:
        """The question without its scope: who asks is never part of what is sent."""
        return json.dumps(self._plain(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes, scope: Scope | None = None) -> Query:
        """The question in a JSON object; `scope` comes from the caller, never from the text. Raises Refused."""
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError):
            raise refuse("not_json") from None
        if not isinstance(plain, dict):
            raise refuse("no_object")
        _speakable(plain)
        return _from_plain(plain, scope)

    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"metrics": list(self.metrics), "by": list(self.by), "zone": self.zone}
        for name in ("since", "until", "known_at", "now"):
            value = getattr(self, name)
            if value is not None:
                plain[name] = value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if self.grain is not None:
            plain["grain"] = str(self.grain)
        plain["where"] = {name: list(values) for name, values in self.where}
        plain["parameters"] = dict(self.parameters)
        return plain


_FIELDS = {"metrics", "by", "since", "until", "known_at", "grain", "zone", "where", "parameters", "now"}


def _from_plain(plain: Mapping[str, Any], scope: Scope | None) -> Query:
    unknown = sorted(set(plain) - _FIELDS)
    if unknown:
        raise refuse("no_field", name=unknown[0], known=", ".join(sorted(_FIELDS)))
    where, parameters = plain.get("where", {}), plain.get("parameters", {})
    if not isinstance(where, dict) or not isinstance(parameters, dict):
        raise refuse("no_objects")
    for name, value in parameters.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise refuse("parameter_kind", name=name)
    return Query(
        metrics=_texts("metrics", plain.get("metrics", [])),
        by=_texts("by", plain.get("by", [])),
        since=_parsed("since", plain.get("since")),
        until=_parsed("until", plain.get("until")),
        known_at=_parsed("known_at", plain.get("known_at")),
        grain=None if plain.get("grain") == "" else plain.get("grain"),
        zone=_zone(plain.get("zone")),
        where=tuple((name, _texts(name, values)) for name, values in where.items()),
        parameters=tuple(parameters.items()),
        scope=scope,
        now=_parsed("now", plain.get("now")),
    )


def _speakable(said: object) -> None:
    """Refuse what no text can hold: a sentence that repeats it could not be sent, nor could the engine be asked about it."""
    try:
        json.dumps(said, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise refuse("half_character") from None


def _zone(value: object) -> str:
    if value is None or value == "":
        return "Europe/Paris"
    if not isinstance(value, str):
        raise refuse("zone_kind", value=repr(value))
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise refuse("no_texts", name=name)


def _parsed(name: str, value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise refuse("no_instant", name=name, value=str(value)) from None


def _instant(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise refuse("no_offset", name=name, value=value.isoformat())
    value = min(max(value, FIRST), LAST).astimezone(UTC)
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def _number(value: str | float) -> str | int | float:
    """Numbers written as text are numbers, so that a question read back from an address equals the one written to it."""
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    try:
        number = float(value)
    except ValueError:
        return value
    if not isfinite(number):
        return value
    return int(number) if number.is_integer() else number
