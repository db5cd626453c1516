"""What indicators are computed from: each measure is one statement that lists the things it counts (sql/queries/maturity.<measure>.sql).

A statement gives, for every instant asked about (`at`), one row for each thing: what it is, when it was stated, whether it is as it should
be (`ok`) and its weight. Counting is the same for all measures of a kind, and the rows behind a figure are the same statement, unfolded.

The statements are written with a few words that are put into SQL here:

    {rows act}        the rows of a fact within reach of the windows, under the asker's scope;  {all act}: without a beginning
    {within acted_at} one row for each instant whose window holds that moment;  {register kpi}: what stood in a register at each instant
    {text owner} {number budget} {flag local} {instant due_at} {texts channels}   a field of `data`
    {stores} {credited} {counted} {identified} {gained …} {waited a b}            what several measures share
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from metrics.maturity.model import Kind, Model
from metrics.maturity.score import Reading
from metrics.maturity.uplift import uplift
from metrics.query import Pairs, Refused, Scope
from sql.clickhouse import QUESTION, Store, load

INSTANT = "DateTime64(3, 'UTC')"
MARGIN = timedelta(days=60)  # how long before a window something may have begun that ends in it
AT_ONCE = 2
TOGETHER = 16  # measures of one statement
MOST_ROWS = 200

# Which of brand and site a fact knows; what it does not know cannot be told for an entity limited by it.
KNOWS: Mapping[str, frozenset[str]] = {
    "interaction": frozenset({"brand"}), "rating": frozenset({"brand"}), "work": frozenset({"brand"}),
    "order": frozenset({"brand", "site"}), "touch": frozenset({"brand", "site"}), "act": frozenset({"brand", "site"}),
    "offer": frozenset({"brand", "site"}), "reference": frozenset({"brand", "site"}),
}  # fmt: skip
_DATA = {
    "text": "JSONExtractString(data, '{}')",
    "number": "JSONExtractFloat(data, '{}')",
    "flag": "JSONExtractBool(data, '{}')",
    "texts": "JSONExtract(data, '{}', 'Array(String)')",
    "instant": "parseDateTime64BestEffortOrNull(JSONExtractString(data, '{}'), 3, 'UTC')",
}
_ATS = f"{{ats:Array({INSTANT})}}"
_SHARED = {
    "families": "('satisfaction', 'return', 'acquisition', 'retention', 'churn')",
    "stores": "(SELECT at, key FROM {register site} WHERE {text category} = 'store')",
    "credited": """(
    SELECT at, `order`, placed_at, amount_cents, given_cents, parties
    FROM
    (
        SELECT at, `order`, placed_at, amount_cents
        FROM {rows order} {within placed_at}
        WHERE placed_at < at - toIntervalDay(1) AND ifNull(cancelled_at >= at, 1)
    ) AS bought
    LEFT JOIN
    (
        SELECT at, `order`, sumOrNull(amount_cents) AS given_cents, uniqExactIf(party, party != '') AS parties
        FROM (SELECT `order`, amount_cents, party, acted_at FROM {rows act} WHERE kind = 'credit.given')
        ARRAY JOIN arrayFilter(m -> acted_at < m, {ats}) AS at
        GROUP BY at, `order`
    ) AS given USING (at, `order`)
    WHERE at IN (SELECT at FROM (SELECT acted_at FROM {rows act} WHERE kind = 'credit.given') {within acted_at})
)""",
    "counted": """(
    SELECT concat(found.site, ' ', found.product) AS what, found.stated_at AS counted_at, assumeNotNull(found.quantity) AS counted,
        told.available AS shown, told.quantity AS shown_quantity
    FROM (SELECT * FROM {rows offer} WHERE kind = 'offer.counted' AND quantity IS NOT NULL) AS found
    ASOF JOIN (SELECT * FROM {rows offer} WHERE kind = 'offer.shown') AS told
        ON told.site = found.site AND told.product = found.product AND told.stated_at <= found.stated_at
)""",
    "identified": """(
    SELECT bought.`order` AS `order`, bought.channel AS channel, bought.placed_at AS placed_at, bought.amount_cents AS amount_cents,
        known_at
    FROM
    (
        SELECT `order`, channel, placed_at, amount_cents, if(ifNull(one.person, '') = '', placed.customer, one.person) AS who
        FROM {rows order} AS placed LEFT JOIN {db}person AS one ON one.customer = placed.customer
    ) AS bought
    LEFT JOIN
    (
        SELECT if(ifNull(one.person, '') = '', said.customer, one.person) AS who, minOrNull(acted_at) AS known_at
        FROM (SELECT customer, acted_at FROM {all act} WHERE kind = 'customer.identified') AS said
        LEFT JOIN {db}person AS one ON one.customer = said.customer
        GROUP BY who
    ) AS known USING who
)""",
}
# A customer counts once for each rule, from the first time it decided about him: several decisions are not several people.
_GAINED = """SELECT
    at, rule AS what, min(acted_at) AS stated_at,
    argMin(ifNull(bought_at >= acted_at AND bought_at <= acted_at + toIntervalDay(7), 0), (acted_at, treated)) AS ok,
    argMin(treated, (acted_at, treated)) AS weight
FROM
(
    SELECT led.customer AS customer, led.rule AS rule, led.acted_at AS acted_at, led.treated AS treated, bought.placed_at AS bought_at
    FROM
    (
        SELECT customer, toString(rule) AS rule, acted_at, arm != 'control' AND kind != 'solicitation.withheld' AS treated
        FROM {rows act}
        WHERE customer != '' AND %s
    ) AS led
    ASOF LEFT JOIN (SELECT customer, placed_at FROM {rows order} WHERE customer != '') AS bought
        ON bought.customer = led.customer AND led.acted_at <= bought.placed_at
)
{within acted_at}
WHERE acted_at < at - toIntervalDay(7)
GROUP BY at, rule, customer"""
_REGISTER = """(
    SELECT at, key, since, said AS data, in_site, in_channel, in_team
    FROM
    (
        SELECT
            at, key, argMax(data, (valid_from, sequence, statement)) AS said, min(valid_from) AS since,
            argMax(site, (valid_from, sequence, statement)) AS in_site, argMax(channel, (valid_from, sequence, statement)) AS in_channel,
            argMax(team, (valid_from, sequence, statement)) AS in_team
        FROM (SELECT * FROM {all reference} WHERE kind = '%s') ARRAY JOIN arrayFilter(m -> valid_from < m, {ats}) AS at
        GROUP BY at, key
    )
    WHERE JSONExtractString(said, 'status') != 'ended'
)"""
# How the rows of a measure are counted, by kind.
_COUNTED = "SELECT at, countIf(ok) AS top, count() AS bottom, count() AS n FROM ({rows}) GROUP BY at"
_FOLD: Mapping[Kind, str] = {
    Kind.RATE: _COUNTED,
    Kind.CENSUS: _COUNTED,
    Kind.COUNT: _COUNTED,
    Kind.MARGIN: _COUNTED,
    Kind.SUM: "SELECT at, sumIf(weight, ok) AS top, sum(weight) AS bottom, count() AS n FROM ({rows}) GROUP BY at",
    Kind.CURVE: "SELECT at, countIf(ok) AS top, count() AS bottom, count() AS n, sumMapIf([toInt64(weight)], [toUInt64(1)], ok) AS ends, "
    "sumMapIf([toInt64(weight)], [toUInt64(1)], NOT ok) AS censored FROM ({rows}) GROUP BY at",
    Kind.UPLIFT: "SELECT at, what, countIf(weight = 1 AND ok) AS won, countIf(weight = 1) AS treated, "
    "countIf(weight = 0 AND ok) AS anyway, countIf(weight = 0) AS held FROM ({rows}) GROUP BY at, what",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose scorecard: the asker's scope, an entity within it (brand or site; empty for the company), and the company's zone.

    `database` names the facts as they were known at an instant (sql.derive.as_known), the store's own when empty.
    """

    scope: Scope | None
    entity: Pairs = ()
    zone: str = "Europe/Paris"
    database: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row behind a figure."""

    what: str
    at: datetime
    ok: bool
    weight: float


Readings = dict[tuple[str, int], Reading]


def readings(store: Store, model: Model, instants: Sequence[datetime], asked: Asked) -> dict[datetime, Readings]:
    """What every measure of the model found in the window before each instant (UTC), by (measure, days). What found nothing is absent."""
    _check(asked)
    bars = {(bar.measure, bar.days, bar.kind) for criterion in model.criteria for bar in criterion.tests}
    found: dict[datetime, Readings] = {at: {} for at in instants}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for job in [pool.submit(_read, store, part, instants, asked, model.scoring.minimum) for part in _parts(bars)]:
            for (measure, days), readings_ in job.result().items():
                for at, reading in readings_.items():
                    if at in found:
                        found[at][measure, days] = reading
    return found


def _parts(bars: Iterable[tuple[str, int, Kind]]) -> list[tuple[tuple[str, int, Kind], ...]]:
    """The measures in the statements that ask them: those that are only counted TOGETHER at a time, as each statement costs by itself."""
    alone, counted = [], defaultdict(list)
    for bar in sorted(bars):
        if bar[2] in (Kind.CURVE, Kind.UPLIFT):
            alone.append((bar,))
        else:
            counted[bar[1]].append(bar)
    return [tuple(each[at : at + TOGETHER]) for each in counted.values() for at in range(0, len(each), TOGETHER)] + alone


def things(store: Store, measure: str, days: int, at: datetime, asked: Asked, most: int = MOST_ROWS) -> tuple[Thing, ...]:
    """The rows behind a figure, those that are not as they should be first, the latest of each first."""
    _check(asked)
    written = _statement(measure, days, [at], asked)
    if written is None:
        return ()
    text, values = written
    sql = f"SELECT what, stated_at, ok, weight FROM ({text}) ORDER BY ok, stated_at DESC, what LIMIT {most:d}"
    rows = store.rows(sql, values, QUESTION)
    return tuple(Thing(str(row["what"]), row["stated_at"], bool(row["ok"]), float(row["weight"])) for row in rows)


def verdicts(store: Store, decisions: Iterable[str], at: datetime, asked: Asked) -> dict[str, str]:
    """The measured effect of decisions, by id: improved, unchanged, worsened or not_evaluable; what was not evaluated by `at` is absent.

    A committee's decisions are the company's: nobody whose scope is a part of it is told.
    """
    _check(asked)
    wanted = sorted(set(decisions))
    if not wanted or (asked.scope is not None and asked.scope.only):
        return {}
    text = load("decision.verdict").replace("{db}", f"`{asked.database}`." if asked.database else "")
    return {str(row["key"]): str(row["verdict"]) for row in store.rows(text, {"keys": wanted, "until": at}, QUESTION)}


def shown(measure: str, days: int, asked: Asked) -> str:
    """The statement of a measure as it runs, for the reader who wants to see it."""
    written = _statement(measure, days, [datetime(2026, 1, 1)], asked)  # noqa: DTZ001 - never run, only shown
    return written[0] if written else ""


def _check(asked: Asked) -> None:
    if asked.scope is None:
        raise Refused("A scorecard needs to say who asks: give it a scope.")
    for name, _ in (*asked.scope.only, *asked.entity):
        if name not in ("brand", "site"):
            raise Refused(f"Maturity is told for the company, a brand or a site; it is not known by {name}.")


def _read(
    store: Store, bars: Sequence[tuple[str, int, Kind]], instants: Sequence[datetime], asked: Asked, minimum: int
) -> dict[tuple[str, int], dict[datetime, Reading]]:
    """What some measures of one window found, by (measure, days) and instant, from one statement."""
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for measure, days, kind in bars:
        written = _statement(measure, days, instants, asked)
        if written is not None:
            texts[measure] = _FOLD[kind].replace("{rows}", written[0])
            values |= written[1]
    if not texts:
        return {}
    (_, days, kind) = bars[0]
    if kind in (Kind.UPLIFT, Kind.CURVE):
        [(measure, text)] = texts.items()
        rows = store.rows(text, values, QUESTION)
        return {(measure, days): _best(rows, minimum) if kind is Kind.UPLIFT else _followed(rows)}
    union = "\nUNION ALL\n".join(
        f"SELECT '{measure}' AS measure, at, toFloat64(top) AS top, toFloat64(bottom) AS bottom, n FROM ({text})"
        for measure, text in texts.items()
    )
    found: dict[tuple[str, int], dict[datetime, Reading]] = defaultdict(dict)
    for row in store.rows(union, values, QUESTION):
        found[row["measure"], days][row["at"]] = Reading(row["top"], row["bottom"], int(row["n"]))
    return found


def _followed(rows: Iterable[Mapping[str, Any]]) -> dict[datetime, Reading]:
    """Those followed until something ended or the instant came, by days."""
    return {row["at"]: Reading(row["top"], row["bottom"], row["n"], _pairs(row["ends"]), _pairs(row["censored"])) for row in rows}


def _pairs(value: Any) -> tuple[tuple[int, int], ...]:
    keys, numbers = value.values() if isinstance(value, dict) else value
    return tuple((int(key), int(number)) for key, number in zip(keys, numbers, strict=True))


def _best(rows: Iterable[Mapping[str, Any]], minimum: int) -> dict[datetime, Reading]:
    """Of the rules with a control group at each instant, the one whose gain has the highest lower bound; one of fewer than `minimum`
    people, of which nothing is known, stands behind all others."""
    found: dict[datetime, Reading] = {}
    for row in rows:
        gain = uplift((row["won"], row["treated"]), (row["anyway"], row["held"]))
        if gain is None:
            continue
        n = int(row["treated"]) + int(row["held"])
        one = Reading(float(row["won"]), float(row["treated"]), n, value=gain[0], low=gain[1], high=gain[2])
        best = found.get(row["at"])
        if best is None or (best.n >= minimum, best.low or 0.0) < (n >= minimum, gain[1]):
            found[row["at"]] = one
    return found


def _statement(measure: str, days: int, instants: Sequence[datetime], asked: Asked) -> tuple[str, dict[str, Any]] | None:
    """The statement of a measure with its values; None where a fact does not know the entity asked about."""
    text = re.sub(r"^--[^\n]*\n", "", load(f"maturity.{measure}")).strip()
    text = re.sub(r"\{gained ([^}]*)\}", lambda found: _GAINED % found[1], text)
    for word, meant in _SHARED.items():
        text = text.replace(f"{{{word}}}", meant)
    text = re.sub(r"\{waited (\w+) (\w+)\}", _waited, text)
    text = re.sub(r"\{register (\w+)\}", lambda found: _REGISTER % found[1], text)
    text = re.sub(r"\{(text|number|flag|texts|instant) (\w+)\}", lambda found: _DATA[found[1]].format(found[2]), text)
    facts = set(re.findall(r"\{(?:rows|all) (\w+)\}", text))
    limited = {name for name, _ in (*(asked.scope.only if asked.scope else ()), *asked.entity)}
    if any(not limited <= KNOWS[fact] for fact in facts):
        return None
    values: dict[str, Any] = {
        "ats": list(instants), "since": min(instants) - timedelta(days=days) - MARGIN, "until": max(instants),
        "days": days, "zone": asked.zone,
    }  # fmt: skip
    scoped = []
    for prefix, pairs in (("scope", asked.scope.only if asked.scope else ()), ("entity", asked.entity)):
        for name, wanted in pairs:
            scoped.append(f" AND {name} IN {{{prefix}_{name}:Array(String)}}")
            values[f"{prefix}_{name}"] = list(wanted)
    reach = f"day >= toDate({{since:{INSTANT}}}) AND day <= toDate({{until:{INSTANT}}})"
    rows = f"(SELECT * FROM {{db}}`\\1` FINAL WHERE {reach}{''.join(scoped)})"
    text = re.sub(r"\{rows (\w+)\}", rows, text)
    text = re.sub(r"\{all (\w+)\}", rows.replace(f"day >= toDate({{since:{INSTANT}}}) AND ", ""), text)
    text = re.sub(r"\{within ([^{}]+?)\}", _within, text)
    text = text.replace("{ats}", _ATS).replace("{db}", f"`{asked.database}`." if asked.database else "")
    used = set(re.findall(r"\{(\w+):", text))
    return text, {name: value for name, value in values.items() if name in used}


def _within(found: re.Match[str]) -> str:
    moment, _, more = found[1].partition(", ")
    held = f"arrayFilter(m -> {moment} < m AND {moment} >= m - toIntervalDay({{days:UInt16}}), {_ATS})"
    # two arrays joined beside each other would have to be of one length: the second is joined to the first's rows
    return f"ARRAY JOIN {held} AS at" + (f" ARRAY JOIN {more}" if more else "")


def _waited(found: re.Match[str]) -> str:
    begun, ended = found[1], found[2]
    return (
        f"toInt64(if(ifNull({ended} < at, 0), ceil(dateDiff('second', {begun}, assumeNotNull({ended})) / 86400), "
        f"floor(dateDiff('second', {begun}, at) / 86400)))"
    )
