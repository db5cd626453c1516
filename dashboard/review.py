"""What a steering committee is told about a period: each number with its movement, its limits and its verdict, and each by channel.

`review` asks five questions, whatever the number of metrics: the period, the one before, the weeks that make the natural limits, and the
first two again by channel. Weeks, not months, make the limits: twenty points are needed before chance can be known, and twenty months of
history are rarely there. The weeks before the period make the limits; the weeks of the period are judged by them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.period import Ask, Period, local_day, midnight, weeks
from metrics.change import Change, Movement, apart, change, improved, movement
from metrics.dimension import has, within
from metrics.judge import EXACT, Verdict, judge
from metrics.limit import ENOUGH, Limits, limits, signals
from metrics.metric import Kind, Metric, Target
from metrics.mix import Explanation, explain
from metrics.promise import PROMISES, Promises, aim
from metrics.query import Grain, Query, Scope
from metrics.registry import metric
from metrics.result import Figure, Result

NONE = Figure(None, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One metric over the period: `weeks` are the Mondays of `series`, of which those from position `since` on lie in the period.

    `target` is the metric's own, or what the channels' promises come to in the period where these are what it is judged by.
    """

    metric: Metric
    target: Target | None
    now: Figure
    before: Figure
    weeks: tuple[date, ...]
    series: tuple[float | None, ...]
    since: int
    limits: Limits | None
    signals: dict[int, int]
    moved: Change | None
    movement: Movement
    apart: float | None  # how many times as many cases a day it rests on as the period before, where that is too many or too few
    improved: bool | None
    verdict: Verdict

    @property
    def within(self) -> bool | None:
        """Whether chance may reach the target as things are; None without a target or limits to tell by."""
        target = self.target
        if target is None or self.limits is None or self.limits.provisional:
            return None
        return all(self.limits.hold(bar) for bar in (target.low, target.high) if bar is not None)


@dataclass(frozen=True, slots=True)
class Review:
    """A period, the one it is compared with, its lines by metric id, and by metric id and channel the figures (before, now)."""

    period: Period
    previous: Period
    zone: str
    as_of: datetime | None
    lines: dict[str, Line]
    beside: dict[str, Line]  # what to read beside them: the counter-metrics that are not among them
    channels: dict[str, dict[str, tuple[Figure, Figure]]]
    slowest: str = ""  # the source that holds `as_of` back, where others are further

    @property
    def partial(self) -> bool:
        """Whether the slowest source stopped reporting more than a day before the period ended: later contacts are still missing."""
        return self.as_of is not None and self.as_of < self.period.until(self.zone) - timedelta(days=1)

    def counter(self, line: Line) -> Line | None:
        """The line of a line's counter-metric; None where it has none."""
        name = line.metric.counter.metric if line.metric.counter else ""
        return self.lines.get(name) or self.beside.get(name)

    def explained(self, name: str) -> Explanation | None:
        """Why a ratio moved, by channel. Nothing else is put together from its channels: a curve is not what replied ÷ asked comes to."""
        if metric(name).kind is not Kind.RATIO:
            return None
        two = self.channels.get(name, {})
        return explain({code: before for code, (before, _) in two.items()}, {code: now for code, (_, now) in two.items()})


def review(
    ask: Ask,
    names: Sequence[str],
    period: Period,
    zone: str,
    today: date,
    promises: Promises = PROMISES,
    scope: Scope | None = None,
) -> Review:
    """The review of a period for the metrics named, asked through `ask`; weeks that are not over on the day `today` are left out.
    Counter-metrics that cannot be told of `scope` are left out too; of `names` all can.
    """
    previous = period.moved(-1)
    beside = dict.fromkeys(each.metric for name in names if (each := metric(name).counter) and each.metric not in names)
    every = (*names, *(name for name in beside if within(metric(name).facts, scope or Scope.all())))
    now, before = (ask(_over(every, each, zone)) for each in (period, previous))
    first, mondays, past = _past(ask, every, period, zone, today)
    figures = [_only(result, every) for result in (now, before)]
    channels = _channels(ask, names, period, previous, zone)
    targets = {name: _aim(metric(name), channels.get(name, {}), promises) for name in every}
    span = ((min(period.end, max(today, period.first + timedelta(days=1))) - period.first).days, (previous.end - previous.first).days)
    lines = {
        name: _line(metric(name), targets[name], (figures[0][name], figures[1][name]), span, mondays, past[name], first) for name in every
    }
    return Review(
        period,
        previous,
        zone,
        now.as_of,
        {name: lines[name] for name in names},
        {name: lines[name] for name in every if name not in names},
        channels,
        now.slowest,
    )


def _aim(told: Metric, channels: Mapping[str, tuple[Figure, Figure]], promises: Promises) -> Target | None:
    return aim({code: now for code, (_, now) in channels.items()}, promises) if told.promised else told.target


def _over(names: Iterable[str], period: Period, zone: str, by: tuple[str, ...] = ()) -> Query:
    return Query(metrics=tuple(names), by=by, since=period.since(zone), until=period.until(zone), zone=zone)


def _only(result: Result, names: Sequence[str]) -> dict[str, Figure]:
    row = result.rows[0].figures if result.rows else {}
    return {name: row.get(name, NONE) for name in names}


def _past(
    ask: Ask, names: Sequence[str], period: Period, zone: str, today: date
) -> tuple[int, tuple[date, ...], dict[str, tuple[float | None, ...]]]:
    """The position at which the period begins, the Mondays, and each metric's value in each of these weeks (None where there is none)."""
    over = min(period.end, today)
    inside = len([day for day in _mondays(*weeks(over, 30)) if day >= period.first])
    start, end = weeks(over, ENOUGH + inside)
    mondays = tuple(_mondays(start, end))
    asked = Query(metrics=tuple(names), since=midnight(start, zone), until=midnight(end, zone), grain=Grain.WEEK, zone=zone)
    rows = {local_day(row): row.figures for row in ask(asked).rows}
    past = {name: tuple(rows[day][name].value if day in rows and name in rows[day] else None for day in mondays) for name in names}
    return ENOUGH, mondays, past


def _mondays(start: date, end: date) -> list[date]:
    return [start + timedelta(weeks=step) for step in range((end - start).days // 7)]


def _line(
    told: Metric,
    target: Target | None,
    two: tuple[Figure, Figure],
    days: tuple[int, int],
    mondays: tuple[date, ...],
    series: tuple[float | None, ...],
    since: int,
) -> Line:
    """The line of a metric: `two` are its figures in the period and in the one before, `days` how many days of each are over."""
    now, before = two
    within = limits(series[:since])
    found = signals(series, within) if within and not within.provisional else {}
    sides = frozenset(side for at, side in found.items() if at >= since)
    moved = change(now, before)
    other = None if told.kind in EXACT else apart(now, before, days)
    said = movement(moved, sides, within is None or within.provisional, other)
    better = improved(moved, told.better) if moved else None
    return Line(told, target, now, before, mondays, series, since, within, found, moved, said, other, better, judge(told, now, target))


def _channels(ask: Ask, names: Sequence[str], period: Period, previous: Period, zone: str) -> dict[str, dict[str, tuple[Figure, Figure]]]:
    told = [name for name in names if all(has(fact, "channel") for fact in metric(name).facts)]
    if not told:
        return {}
    before, now = (
        {str(row.keys["channel"]): row.figures for row in ask(_over(told, each, zone, ("channel",))).rows} for each in (previous, period)
    )
    codes = sorted({*before, *now})
    return {name: {code: (before.get(code, {}).get(name, NONE), now.get(code, {}).get(name, NONE)) for code in codes} for name in told}
