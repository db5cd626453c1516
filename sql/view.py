"""Views over what is stored, made anew whenever a store is opened: they are code, and the schema does not depend on them.

The views of agent time answer for any period and any buckets of local time from the same rows. They take since, until and now
(instants), grain ('' for none) and zone. A row of `agent_day` that lies wholly in one bucket of the period gives its totals; of the
others come the quarter hours that lie wholly in the period; the quarter hours that the period cuts, or the present moment, are swept
again from the row's own boundaries, cut there. So nothing is read beyond now, and no border has to be a quarter of an hour.
"""

from __future__ import annotations

from sql.agent_time import sweep
from sql.clickhouse import Store, load

AGENT = ("agent_share", "agent_state", "agent_level", "agent_pair")
# Columns of agent_share that come from rows of their own: who asks for none of them asks the view that does not read these (`_bare`).
LAYERED = ("focus_ms", "interrupted_ms", "unexplained_ms", "unended_ms")

_INSTANT = "DateTime64(3, 'UTC')"
_QUARTER = "toIntervalMillisecond(900000)"
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
    "multiIf({grain:String} = '', 1, "
    f"{{grain:String}} = 'day', toDate(from_at, {{zone:String}}) = toDate({_LAST}, {{zone:String}}), "
    f"{{grain:String}} = 'week', toMonday(from_at, {{zone:String}}) = toMonday({_LAST}, {{zone:String}}), "
    f"{{grain:String}} = 'month', toStartOfMonth(from_at, {{zone:String}}) = toStartOfMonth({_LAST}, {{zone:String}}), 0)"
)
_WHOLE = f"{_FLOOR.format(at='from_at')} >= since AND {_CEIL.format(at='to_at')} <= edge AND {_ONE_BUCKET}"
_SLOT = "(toDateTime64(day, 3, 'UTC') + toIntervalMillisecond(900000 * toInt64(slot)))"
# The rows that are not whole are looked for by their key first, without FINAL (a superset): the quarter hours of the others, most of the
# table, are then not read.
_CELL = (
    f"(day, subject_hash) IN (SELECT day, subject_hash FROM agent_day WHERE {_DAYS} AND NOT ({_WHOLE})) "
    f"AND NOT ({_WHOLE}) AND {_SLOT} >= since AND {_SLOT} + {_QUARTER} <= edge"
)
# Whether a row is one of known capacity: whatever was in hand, and, where nothing was, at least one of the agent's.
_COVERED = "(`state_total.unweighed`[1] = 0 AND (stated OR `state_total.wall`[1] > 0))"
# What the period cuts off at its beginning and at its end, where that is inside a quarter hour.
_CUT = f"""(
        SELECT
            day, subject_hash, agent, channels, weights, part, whole_covered,
            arrayJoin(arrayFilter(w -> w.1 < w.2, [
                (greatest(begin_at, since), least(to_at, edge, {_CEIL.format(at="since")})),
                (greatest(begin_at, since, {_FLOOR.format(at="edge")}, {_CEIL.format(at="since")}), least(to_at, edge))])) AS cut,
            cut.1 AS from_at,
            dateDiff('millisecond', toDateTime64(day, 3, 'UTC'), cut.1) AS lo,
            dateDiff('millisecond', toDateTime64(day, 3, 'UTC'), cut.2) AS hi,
            arrayMap(x -> bitShiftLeft(least(greatest(bitShiftRight(x, 20), lo), hi), 20) + bitAnd(x, 1048575), whole_bound) AS bound
        FROM
        (
            SELECT
                day, subject_hash, agent, channels, weights, part, from_at AS begin_at, to_at, bound AS whole_bound,
                {_COVERED} AS whole_covered
            FROM agent_day FINAL
        )
        WHERE ({_CEIL.format(at="since")} > since AND day = toDate(since)) OR ({_FLOOR.format(at="edge")} < edge AND day = toDate(edge))
    )"""


def install(store: Store) -> None:
    """Put the views in place."""
    words = {
        "{with}": _WITH,
        "{whole}": f"{_DAYS} AND {_WHOLE}",
        "{cell}": _CELL,
        "{covered}": _COVERED,
        "{at}": f"greatest(from_at, {_SLOT}) AS began_at",
    }
    for name in AGENT:
        text = load(f"view.{name}")
        for word, meant in words.items():
            text = text.replace(word, meant)
        text = text.replace("{sweep}", f"({sweep(_CUT, text.rpartition('UNION ALL')[2])})")
        parts = text.split("UNION ALL")
        bare = [part for part in parts if "`layer" not in part]
        for ending, all_ in (("", parts), ("_bare", bare)) if len(bare) < len(parts) else (("", parts),):
            # the last part is what a border inside a quarter hour takes; without such a border it is left out
            store.command(f"CREATE OR REPLACE VIEW {name}{ending} AS {'UNION ALL'.join(all_[:-1])}")
            store.command(f"CREATE OR REPLACE VIEW {name}{ending}_cut AS {'UNION ALL'.join(all_)}")
