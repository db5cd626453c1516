"""Made-up working days of agents, as the facts agent time is made of; the rivals the sweep is measured against; what the pages ask."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from dashboard.agent.extra import POLICY
from dashboard.agent.hour import by_hour
from dashboard.agent.quality import looked_at, quality
from dashboard.agent.span import Span
from dashboard.agent.tally import STATE, Ask, levels, pairs, tallies
from metrics import run
from metrics.query import Query, Scope
from metrics.registry import metrics
from metrics.result import Result
from sql import agent_sweep, agent_time
from sql.clickhouse import Store
from sql.derivation import SLICE, prepare

SINCE = datetime(2026, 9, 1, tzinfo=UTC)
ZONE = "Europe/Paris"
SUMMER = timedelta(hours=2)  # by which midnight in Paris comes before that of UTC
CHANNELS = ("voice", "chat", "email", "social")
_MOMENT = "toDateTime64('2026-09-01 08:00:00', 3, 'UTC') + toIntervalDay(intDiv(number, {agents:UInt64}) % {days:UInt64})"
_WORK = f"""
INSERT INTO work (day, subject_hash, interaction, stint, n, source, channel, agent, role, phase, started_at, ended_at, version, gone)
SELECT
    toDate(started_at), sipHash64(number), concat('i', toString(number)) AS interaction, concat(interaction, '/1'), 1, 'bench',
    ['voice', 'chat', 'email', 'social'][cityHash64(number, 'channel') % 4 + 1], concat('a', toString(number % {{agents:UInt64}})),
    'primary', 'talk', {_MOMENT} + toIntervalMillisecond(cityHash64(number, 'start') % 28800000) AS started_at,
    started_at + toIntervalMillisecond(60000 + cityHash64(number, 'length') % 1080000), {{version:UInt64}}, 0
FROM numbers({{segments:UInt64}})
WHERE {{from_agent:UInt64}} <= number % {{agents:UInt64}} AND number % {{agents:UInt64}} < {{to_agent:UInt64}}
    AND intDiv(number, {{agents:UInt64}}) % {{days:UInt64}} >= {{from_day:UInt64}}
"""
_PRESENCE = f"""
INSERT INTO presence (day, subject_hash, agent, domain, n, source, state, started_at, ended_at, version, gone)
SELECT
    toDate(started_at), sipHash64(concat('agent/', agent)), concat('a', toString(number % {{agents:UInt64}})) AS agent, '', 1, 'bench',
    'ready', {_MOMENT} AS started_at, started_at + toIntervalMinute(520), 1, 0
FROM numbers({{agents:UInt64}} * {{days:UInt64}})
"""
_CAPACITY = """
INSERT INTO capacity (day, subject_hash, agent, domain, statement, valid_from, sequence, capacity, version, gone)
SELECT
    toDate('2026-08-01'), sipHash64(concat('agent/', agent)), concat('a', toString(intDiv(number, 3))) AS agent,
    ['voice', 'chat', 'email'][number % 3 + 1], number, toDateTime64('2026-08-01 00:00:00', 3, 'UTC'), number,
    [1, 3, 5][number % 3 + 1], 1, 0
FROM numbers({agents:UInt64} * 3)
"""
_TEAMS = """
INSERT INTO reference (day, subject_hash, kind, key, statement, valid_from, sequence, team, version)
SELECT
    toDate(at), sipHash64(concat('agent/', key)), 'agent', concat('a', toString(number)) AS key, number * 2 + step, at, 0,
    concat('team-', toString((number + step) % 20)), 1
FROM (SELECT number, arrayJoin(if(number % 10 = 0, [0, 1], [0])) AS step, toDateTime64('2025-08-01 00:00:00', 3, 'UTC')
    + toIntervalMonth(6 * step) AS at FROM numbers({agents:UInt64}))
"""
_FROM = {"work": "interaction.accepted", "presence": "agent.state"}  # events that a fact is made of
_SLICES = """
SELECT subject_hash, intDiv(sum(events) OVER (ORDER BY first_day, subject_hash ROWS UNBOUNDED PRECEDING) - events, {{size:UInt64}})
FROM (SELECT subject_hash, min(day) AS first_day, 2 * count() AS events FROM ({written}) GROUP BY subject_hash)
"""
_CONTACT = "contact.contact"
_CONTACTS = """
INSERT INTO interaction
    (day, first_day, subject_hash, interaction, source, channel, started_at, last_at, asked_at, replied_at, closed_at, version, gone)
SELECT day, day, subject_hash, interaction, source, channel, started_at, ended_at, started_at, ended_at, ended_at, 1, 0 FROM work FINAL
"""
_RATINGS = """
INSERT INTO rating (day, subject_hash, interaction, source, given_at, instrument, scale, score, version, gone)
SELECT day, subject_hash, interaction, source, ended_at, 'csat', 5, 1 + cityHash64(subject_hash, 'score') % 5, 1, 0 FROM work FINAL
WHERE cityHash64(subject_hash, 'rated') % 20 = 0
"""
_NUMBERED = """
SELECT max(number) FROM
(
    SELECT row_number() OVER (ORDER BY agent, at) AS number
    FROM (SELECT agent, arrayJoin([started_at, assumeNotNull(ended_at)]) AS at FROM work)
)
"""


def make(store: Store, segments: int, agents: int, days: int) -> None:
    """Stretches of work spread evenly over agents and days, eight hours a day, one session a day, stated capacities, and twenty teams, of
    which a tenth of the agents changed theirs."""
    prepare(store)
    size = {"agents": agents, "days": days}
    store.command(_PRESENCE, size)
    store.command(_CAPACITY, size)
    store.command(_TEAMS, size)
    store.command(_WORK, size | {"segments": segments, "version": 1, "from_agent": 0, "to_agent": agents, "from_day": 0})


def touch(store: Store, segments: int, agents: int, days: int, part: float, version: int, *, last: bool) -> int:
    """Store the work of a part of all agent-days anew: some agents' of every day, or more agents' of the last day. The version it has."""
    size = {"agents": agents, "days": days, "segments": segments, "version": version, "from_agent": 0}
    many = round(agents * part * (days if last else 1))
    store.command(_WORK, size | {"to_agent": min(many, agents), "from_day": days - 1 if last else 0})
    return version


def forget(store: Store) -> None:
    """Empty what is made of these facts, as where everything is made: what two makings leave behind each other nobody has to read."""
    for table in agent_time.TABLES:
        store.command(f"TRUNCATE TABLE {table}")


def spent() -> float:
    """Processor seconds of this process so far: what a busy machine takes away does not count."""
    return time.process_time()


def computed(store: Store, version: int) -> dict[str, float]:
    """Processor seconds that making the agent-days of a version takes: all of it, and the sweep alone. In slices, as a derivation cuts them
    (sql/queries/derive.slice.sql): each of these stretches is told by two events, as it begins and as it ends."""
    written = " UNION ALL ".join(
        f"SELECT '{type_}' AS type, day, subject_hash FROM {fact} WHERE version = {version:d}" for fact, type_ in _FROM.items()
    )
    types = {row["type"] for row in store.rows(f"SELECT DISTINCT type FROM ({written})")}
    store.command("TRUNCATE TABLE live_slice")
    store.command(f"INSERT INTO live_slice {_SLICES.format(written=written)}", {"size": SLICE})
    noting = 0.0
    for number in range(store.value("SELECT max(slice) FROM live_slice") + 1):
        store.command("TRUNCATE TABLE live_span")
        store.command(
            f"INSERT INTO live_span SELECT DISTINCT day, subject_hash, 0, 1 FROM ({written}) "
            f"WHERE subject_hash IN (SELECT subject_hash FROM live_slice WHERE slice = {number:d})"
        )
        started = spent()
        agent_time.note(store, types, version)
        noting += spent() - started
    inside: list[float] = []
    swept = agent_sweep.swept

    def timed(bounds: object) -> object:
        started = spent()
        found = swept(bounds)
        inside.append(spent() - started)
        return found

    agent_sweep.swept = timed
    try:
        started = spent()
        agent_time.refresh(store, version)
        return {"all": noting + spent() - started, "sweep": sum(inside)}
    finally:
        agent_sweep.swept = swept


def numbered(store: Store) -> float:
    """Processor seconds the engine takes to number the boundaries in the order of agents and instants."""
    started = spent()
    store.value(_NUMBERED)
    return spent() - started


def with_pandas(store: Store, agents: int) -> float:
    """Processor seconds of a sweep in pandas of the first agents: quarter hours as boundaries, running counts, sums by quarter hour."""
    names = [f"a{number}" for number in range(agents)]
    rows = store.table("SELECT agent, channel, started_at, ended_at FROM work WHERE agent IN {names:Array(String)}", {"names": names})
    frame = rows.to_pandas()
    started = spent()
    for _, mine in frame.groupby("agent"):
        _swept(mine)
    return spent() - started


def _swept(mine: pd.DataFrame) -> pd.DataFrame:
    quarter = pd.date_range(mine.started_at.min().floor("15min"), mine.ended_at.max().ceil("15min"), freq="15min")
    begin = pd.DataFrame({"at": mine.started_at, "channel": mine.channel, "step": 1})
    end = pd.DataFrame({"at": mine.ended_at, "channel": mine.channel, "step": -1})
    border = pd.DataFrame({"at": quarter, "channel": CHANNELS[0], "step": 0})
    steps = pd.concat([begin, end, border]).pivot_table(index="at", columns="channel", values="step", aggfunc="sum", fill_value=0)
    counts = steps.reindex(columns=list(CHANNELS), fill_value=0).cumsum()
    long = pd.Series(np.append(np.diff(counts.index.to_numpy()).astype("timedelta64[ms]").astype(np.int64), 0), index=counts.index)
    n, present = counts.sum(axis=1), counts > 0
    m = present.sum(axis=1)
    found = {
        "gross": counts.mul(long, axis=0),
        "open": present.mul(long, axis=0),
        "alone": present.mul(long.where(m == 1, 0), axis=0),
        "equal": counts.div(n.where(n > 0), axis=0).mul(long, axis=0),
        "even": present.div(m.where(m > 0), axis=0).mul(long, axis=0),
    }
    for place, one in enumerate(CHANNELS):
        for other in CHANNELS[place + 1 :]:
            found[f"{one} + {other}"] = (present[one] & present[other]).mul(long).to_frame()
    found["wall"] = long.where(n > 0, 0).to_frame()
    found["level"] = pd.get_dummies(n).mul(long, axis=0)
    return pd.concat(found, axis=1).groupby(counts.index.floor("15min")).sum()


def spread(store: Store, days: int, months: int) -> None:
    """The agent-days of these days again, of other contacts, earlier and earlier, so that there are `months` times as many; and what
    became of the contacts of the last days."""
    columns = [row["name"] for row in store.rows("DESCRIBE TABLE agent_day") if row["name"] not in ("day", "from_at", "to_at", _CONTACT)]
    names = ", ".join(f"`{name}`" for name in columns)
    for back in range(1, months):
        store.command(
            f"INSERT INTO agent_day (day, from_at, to_at, `{_CONTACT}`, {names}) SELECT day - {{back:UInt32}}, "
            f"from_at - toIntervalDay({{back:UInt32}}), to_at - toIntervalDay({{back:UInt32}}), "
            f"arrayMap(c -> intHash64(bitXor(c, {{back:UInt32}})), `{_CONTACT}`), {names} FROM agent_day FINAL WHERE day >= {{since:Date}}",
            {"back": back * days, "since": SINCE.date()},
        )
    store.command("OPTIMIZE TABLE agent_day FINAL")  # as the engine does by itself once a partition is five minutes old
    store.command(_CONTACTS)
    store.command(_RATINGS)


def questions(store: Store, days: int, months: int) -> dict[str, Callable[[Ask], object]]:
    """What pages ask, by the days of Paris: of all months by team, by agent, the profile, the pairs, the rules of vendors, quality and the
    hours (of the last days); and of one agent's day, whole and while it goes on. Each is told what to ask with."""
    since, until = period(days, months)
    base = Query(("agent_time_wall",), since=since, until=until, scope=Scope.all(), now=until)
    one = replace(base, since=SINCE - SUMMER, until=SINCE - SUMMER + timedelta(days=1), where=(("agent", ("a5",)),))
    so_far = replace(one, now=SINCE + timedelta(hours=12, minutes=7, seconds=13))
    span = Span("13m", (since + SUMMER).date(), (until + SUMMER).date(), ZONE)
    rules = tuple(name for name in metrics() if name.startswith(POLICY))
    return {
        "all by team": lambda ask: tallies(ask, base, "team", "equal"),
        "all by agent": lambda ask: tallies(ask, base, "agent", "equal"),
        "profile": lambda ask: levels(ask, base),
        "pairs": lambda ask: pairs(ask, base),
        "rules": lambda ask: ask(replace(base, metrics=rules)),
        "hours": lambda ask: by_hour(ask, replace(base, zone=ZONE), span, "equal"),
        "quality": lambda ask: quality(ask, base, looked_at(ask, base, span)),
        "one day": lambda ask: ask(replace(one, metrics=STATE)),
        "one day by channel": lambda ask: ask(replace(one, metrics=("agent_time_gross", "agent_time_equal"), by=("channel",))),
        "one day's profile": lambda ask: levels(ask, one),
        "one day so far": lambda ask: ask(replace(so_far, metrics=STATE)),
        "one day so far by channel": lambda ask: ask(replace(so_far, metrics=("agent_time_gross", "agent_time_equal"), by=("channel",))),
        "one day's profile so far": lambda ask: levels(ask, so_far),
    }


def timed(store: Store, question: Callable[[Ask], object], times: int) -> list[float]:
    """The 95th percentile of the seconds of each query that a question consists of, asked so many times."""
    spent_s: list[list[float]] = []

    def ask(query: Query) -> Result:
        started = time.perf_counter()
        found = run.ask(store, query)
        spent_s[-1].append(time.perf_counter() - started)
        return found

    for _ in range(times + 1):
        spent_s.append([])
        question(ask)
    return [sorted(each)[int(times * 0.95) - 1] for each in zip(*spent_s[1:], strict=True)]


def period(days: int, months: int) -> tuple[datetime, datetime]:
    """From the first to the last of them."""
    return SINCE - timedelta(days=days * (months - 1)) - SUMMER, SINCE + timedelta(days=days) - SUMMER
