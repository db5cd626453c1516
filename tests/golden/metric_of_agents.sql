SELECT
    ifNull(agent_team, '') AS team,
    channel,
    toStartOfDay(began_at, {zone:String}) AS at,
    (toInt64(intDiv(sum(equal_units), 5342931457063200)) + toFloat64(sum(equal_units) % 5342931457063200) / 5342931457063200) / 1000 AS agent_time_equal_top,
    uniqExactIf(agent_hash, gross_ms > 0) AS agent_time_equal_bottom,
    sum(gross_ms) / 1000 AS agent_time_gross_top,
    uniqExactIf(agent_hash, gross_ms > 0) AS agent_time_gross_bottom
FROM agent_share_by_bare(since = {view_since:DateTime64(3, 'UTC')}, until = {view_until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')}, grain = {grain:String}, zone = {zone:String})
ASOF LEFT JOIN
(
    SELECT
        key AS agent_key,
        valid_from AS agent_from,
        argMax(team, (sequence, statement)) AS agent_team,
        argMax(site, (sequence, statement)) AS agent_site
    FROM reference FINAL
    WHERE kind = 'agent'
    GROUP BY key, valid_from
) AS agent_stated ON agent_key = agent AND agent_from <= began_at
GROUP BY team, channel, at
ORDER BY team, channel, at
