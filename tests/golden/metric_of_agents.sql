SELECT
    transform(agent, {by_team_agents:Array(String)}, {by_team_agents_team:Array(String)}, '') AS team,
    channel,
    toStartOfDay(began_at, {zone:String}) AS at,
    (sum(alone_ms) + toInt64(intDiv(sum(equal_part), 5342931457063200)) + toFloat64(sum(equal_part) % 5342931457063200) / 5342931457063200) / 1000 AS agent_time_equal_top,
    uniqExactIf(agent_hash, gross_ms > 0) AS agent_time_equal_bottom,
    sum(gross_ms) / 1000 AS agent_time_gross_top
FROM agent_share_by_bare(since = {view_since:DateTime64(3, 'UTC')}, until = {view_until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')}, grain = {grain:String}, zone = {zone:String})
GROUP BY team, channel, at
ORDER BY team, channel, at
