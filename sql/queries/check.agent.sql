-- Agent time: what must add up in every agent-day, in milliseconds; each residual is a sum of absolute values, so that none hides another.
WITH 5342931457063200 AS unit
SELECT
    toInt64(sum(arraySum(`state_total.wall`))) AS busy,
    toInt64(sum(arraySum(`state_total.staffed`))) AS staffed,
    toInt64(sum(arraySum(`state_total.free`) + arraySum(`state_total.away`))) + busy AS parts,
    -- shares are counted in units: one unit off is one off
    toInt64(sum(abs(arraySum(`share_total.equal`) - shared * unit))) AS equal_off,
    toInt64(sum(abs(arraySum(`share_total.even`) - shared * unit))) AS even_off,
    toInt64(sum(abs(arraySum(`share_total.weighted`) - (shared - arraySum(`state_total.unsplit`)) * unit))) AS weighted_off,
    toInt64(sum(abs(toInt64(arraySum(`level_total.ms`)) - arraySum(`state_total.wall`)))) AS level_off,
    toInt64(sum(abs(arraySum(arrayMap((l, m) -> toInt64(l) * m, `level_total.level`, `level_total.ms`)) - arraySum(`share_total.gross`))))
        AS gross_off,
    toInt64(sum(abs(toInt64(arraySum(`state.staffed`)) - arraySum(`state_total.staffed`))
        + abs(toInt64(arraySum(`state.wall`)) - arraySum(`state_total.wall`))
        + abs(arraySum(`share.gross`) - arraySum(`share_total.gross`)) + abs(toInt64(arraySum(`level.ms`)) - arraySum(`level_total.ms`))
        + abs(toInt64(arraySum(`pair.ms`)) - arraySum(`pair_total.ms`)))) AS slot_off
FROM
(
    SELECT *, toInt128(arraySum(`state_total.wall`)) - arraySum(`share_total.alone`) AS shared
    FROM agent_day FINAL
)
