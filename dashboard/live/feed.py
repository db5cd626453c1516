"""How each source keeps up: when it last said something, how long it is usually silent at this time of the week, and whether it is late.

A source that is silent at night every night is not late at night; one that speaks every few seconds at this hour is late after minutes.
So the silence of now is compared with those of the same weekday and time in the past weeks. A source that tells now and then, such as the
register of what a company decides, has no silence that it always keeps: it is compared with its long ones. An installation may set its own
threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median_high, median_low
from zoneinfo import ZoneInfo

from dashboard.live.memory import Memory
from dashboard.setting import Settings
from sql import standing
from sql.clickhouse import Store

WEEKS = 6
QUARTER = timedelta(minutes=15)
AROUND = range(-2, 3)  # quarters of an hour looked at around this time of the week
BACK = timedelta(weeks=1)  # a silence that was older at the first of these weeks is not known
ENOUGH = 3  # weeks in which its silence is known: a source of fewer has no rhythm
SELDOM_S = 6 * 3600.0  # who is silent for longer in half of the weeks has silences of all lengths
TIMES = 3  # so many times its usual silence makes a source late
LEAST_S = 120.0  # nobody is called late sooner


@dataclass(frozen=True, slots=True)
class Feed:
    """A source: the instant of its latest event; after how many seconds of silence it is late (None: it has no rhythm to judge by).

    `usual_s` is None where its silences are not known, and where a limit was set in the place of what is usual.
    """

    name: str
    at: datetime
    silent_s: float
    usual_s: float | None = None
    limit_s: float | None = None

    @property
    def late(self) -> bool:
        """Whether it has been silent for longer than it may."""
        return self.limit_s is not None and self.silent_s > self.limit_s


def feeds(store: Store, memory: Memory, settings: Settings, now: datetime) -> tuple[Feed, ...]:
    """Every source that has sent an event, by name. What is usual is asked once in a quarter of an hour."""
    quarter = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER
    usual = memory.recall(("usual", quarter), QUARTER.total_seconds(), lambda: _usual(store, settings.zone, quarter))
    return tuple(_feed(each, usual, settings.late, now) for each in standing.sources(store))


def _feed(source: standing.Source, usual: Mapping[str, float], declared: Mapping[str, int], now: datetime) -> Feed:
    silent, known = max(0.0, (now - source.at).total_seconds()), usual.get(source.name)
    if source.name in declared:
        return Feed(source.name, source.at, silent, None, float(declared[source.name]))
    if known is None:
        return Feed(source.name, source.at, silent)
    return Feed(source.name, source.at, silent, known, max(LEAST_S, TIMES * known))


def _usual(store: Store, zone: str, quarter: datetime) -> dict[str, float]:
    """By source, its usual silence around this time of the week; those that are heard for fewer than three weeks have none."""
    weeks = [[_back(quarter, zone, week) + step * QUARTER for step in AROUND] for week in range(1, WEEKS + 1)]
    silences = standing.silences(store, [at for week in weeks for at in week], BACK)
    longest = {source: [max(said[at] for at in week) for week in weeks if said.keys() >= {*week}] for source, said in silences.items()}
    return {source: _longest(found) for source, found in longest.items() if len(found) >= ENOUGH}


def _longest(weeks: list[float]) -> float:
    """Of the longest silences of some weeks the one in the middle (the lower of two), so that holidays and failures do not count; of a
    source that speaks seldom the longest but one."""
    return sorted(weeks)[-2] if median_high(weeks) > SELDOM_S else median_low(weeks)


def _back(at: datetime, zone: str, weeks: int) -> datetime:
    """The same local time of the same weekday, so many weeks ago."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(weeks=weeks)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
