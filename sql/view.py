"""Views over what is stored, made anew whenever a store is opened: they are code, and the schema does not depend on them.

The views of agent time answer for any period and any buckets of local time from the same rows. They take since, until and now
(instants); those called `_by` also grain and zone, and each of their rows lies in one such bucket. A row of `agent_day` that lies wholly
in the period (and in one bucket of it) gives its totals; of the others come the quarter hours that lie wholly in the period; the quarter
hours that the period cuts, or the present moment, are swept again from the row's own boundaries, cut there. So nothing is read beyond now,
and no border has to be a quarter of an hour. Of one agent's day or two that such a border cuts, as the present moment does, all is swept
again: it is little, and one part of a view is planned in two thirds of the time that two take.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from itertools import product

from sql.clickhouse import Store, load

AGENT = ("agent_share", "agent_state", "agent_level", "agent_pair")
# Columns of agent_share that come from rows of their own: who asks for none of them asks the view that does not read these (`_bare`).
LAYERED = ("focus_ms", "interrupted_ms", "unexplained_ms", "unended_ms")

_INSTANT = "DateTime64(3, 'UTC')"
_WITH = f"""WITH
    5342931457063200 AS unit,
    {{since:{_INSTANT}}} AS since,
    least({{until:{_INSTANT}}}, {{now:{_INSTANT}}}) AS edge"""
# the quarter hour an instant lies in, and the end of the one that ends there or holds it
_FLOOR = "fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli({at}), 900000) * 900000, 'UTC')"
_CEIL = "fromUnixTimestamp64Milli(intDiv(toUnixTimestamp64Milli({at}) + 899999, 900000) * 900000, 'UTC')"
_DAYS = "day >= toDate(since) AND day <= toDate(edge)"
_LAST = "to_at - toIntervalMillisecond(1)"
_ONE_BUCKET = (
    "multiIf("
    f"{{grain:String}} = 'day', toDate(from_at, {{zone:String}}) = toDate({_LAST}, {{zone:String}}), "
    f"{{grain:String}} = 'week', toMonday(from_at, {{zone:String}}) = toMonday({_LAST}, {{zone:String}}), "
    f"{{grain:String}} = 'month', toStartOfMonth(from_at, {{zone:String}}) = toStartOfMonth({_LAST}, {{zone:String}}), 0)"
)
_INSIDE = f"from_at >= {_CEIL.format(at='since')} AND to_at <= {_FLOOR.format(at='edge')}"
# in milliseconds, whole numbers: as instants it takes twice as long, and there are a hundred of them to a day
_SLOT_MS = "(86400000 * toInt64(day) + 900000 * slot)"
_SLOT = f"fromUnixTimestamp64Milli({_SLOT_MS}, 'UTC')"
_WITHIN = f"{_SLOT_MS} >= toUnixTimestamp64Milli(since) AND {_SLOT_MS} + 900000 <= toUnixTimestamp64Milli(edge)"


def _rows(whole: str, others: str) -> dict[str, str]:
    """Which rows of `agent_day` give their totals, and which their quarter hours; `others` finds the latter, or more, by their key."""
    cell = f"{_DAYS} AND {others} AND NOT ({whole}) AND {_WITHIN}"
    return {"{whole}": f"{_DAYS} AND {whole}", "{cell}": cell}


# Without buckets only a row of the first or the last day may not be whole. With buckets, those that are not are looked for without FINAL
# (a superset): the quarter hours of the others, most of the table, are then not read. By hours every row is taken by its quarter hours,
# each of which lies in one bucket, whichever are asked for: no row is whole. What is swept has no buckets.
FINE, SWEPT = "_fine", "_swept"
_FORMS = {
    "": _rows(_INSIDE, "(day = toDate(since) OR day = toDate(edge))"),
    "_by": _rows(
        f"{_INSIDE} AND {_ONE_BUCKET}",
        f"(day, subject_hash) IN (SELECT day, subject_hash FROM agent_day WHERE {_DAYS} AND NOT ({_INSIDE} AND {_ONE_BUCKET}))",
    ),
    FINE: {"{cell}": f"{_DAYS} AND {_WITHIN}"},
}
# Whether anything of a row is of known capacity: some capacity of the agent is known, and presence too, which it is a share of. (Rows of
# before `stated` say so by what was in hand.)
_COVERED = "((stated OR `state_total.wall`[1] > `state_total.unweighed`[1]) AND `state_total.staffed`[1] > `state_total.outside`[1])"
# What the period cuts off at its beginning and at its end, where that is inside a quarter hour. In milliseconds: instants would be
# converted anew at each use, and the engine plans all of it for every question.
_FROM, _TO = "toUnixTimestamp64Milli(since)", "toUnixTimestamp64Milli(edge)"
_FROM_UP, _TO_DOWN = f"intDiv({_FROM} + 899999, 900000) * 900000", f"intDiv({_TO}, 900000) * 900000"
_SWEPT = f"""(
        SELECT
            day, subject_hash, agent, channels, weights, bound, {_COVERED} AS whole_covered, from_at,
            toInt64(toUnixTimestamp(day)) * 1000 AS midnight,
            greatest(toUnixTimestamp64Milli(from_at), {_FROM}) - midnight AS lo,
            least(toUnixTimestamp64Milli(to_at), {_TO}) - midnight AS hi
        FROM agent_day FINAL
        WHERE {_DAYS} AND lo < hi
    )"""
_CUT = f"""(
        SELECT
            day, subject_hash, agent, channels, weights, whole_covered, bound,
            fromUnixTimestamp64Milli(cut.1, 'UTC') AS from_at, cut.1 - midnight AS lo, cut.2 - midnight AS hi
        FROM
        (
            SELECT
                day, subject_hash, agent, channels, weights, bound, {_COVERED} AS whole_covered,
                toInt64(toUnixTimestamp(day)) * 1000 AS midnight,
                toUnixTimestamp64Milli(from_at) AS begins, toUnixTimestamp64Milli(to_at) AS ends
            FROM agent_day FINAL
            WHERE ({_FROM} % 900000 > 0 AND day = toDate(since)) OR ({_TO} % 900000 > 0 AND day = toDate(edge))
        )
        ARRAY JOIN [
            (greatest(begins, {_FROM}), least(ends, {_TO}, {_FROM_UP})),
            (greatest(begins, {_FROM_UP}, {_TO_DOWN}), least(ends, {_TO}))] AS cut
        WHERE cut.1 < cut.2
    )"""


def install(store: Store) -> None:
    """Put the views in place: `<name>[_by | _fine][_bare][_cut]` and `<name>_swept`. Their comment is a mark of all their texts, so that
    those that are there as they should be are left alone: making them takes longer than all the rest of opening a store."""
    texts: dict[str, str] = {}
    for name, form in product(AGENT, _FORMS):
        parts = _text(name, form).split("UNION ALL")
        bare = [part for part in parts if "`layer" not in part]
        for ending, all_ in (("", parts), ("_bare", bare)) if len(bare) < len(parts) else (("", parts),):
            # the last part is what a border inside a quarter hour takes; without such a border it is left out
            texts[f"{name}{form}{ending}_cut"] = "UNION ALL".join(all_)
            texts[f"{name}{form}{ending}"] = "UNION ALL".join(all_[:-1])
    texts |= {f"{name}{SWEPT}": _text(name, SWEPT) for name in AGENT}
    mark = sha256("".join(texts.values()).encode()).hexdigest()
    there = "SELECT count() FROM system.tables WHERE database = {db:String} AND engine = 'View' AND comment = {mark:String}"
    if store.value(there, {"db": store.database, "mark": mark}) != len(texts):
        for view, text in texts.items():
            store.command(f"CREATE OR REPLACE VIEW {view} AS {text} COMMENT '{mark}'")


@cache
def _text(name: str, form: str) -> str:
    """A view with all the parts that it has in this form."""
    opening, text = load(f"view.{name}").split("{with}")
    parts = text.split("UNION ALL")
    parts = parts[-1:] if form == SWEPT else [part for part in parts if "{whole}" not in part or form != FINE]
    text = f"{opening}{_WITH}{'UNION ALL'.join(parts)}"
    words = _FORMS.get(form, {}) | {"{covered}": _COVERED, "{at}": f"greatest(from_at, {_SLOT}) AS began_at"}
    for word, meant in words.items():
        text = text.replace(word, meant)
    rows = _SWEPT if form == SWEPT else _CUT
    return text.replace("{sweep}", f"({load('agent.sweep').replace('{rows}', rows)})")
