WITH
    dateDiff('millisecond', entered_at, left_at) AS span_ms
SELECT
    if(
        agent != '',
        transform(agent, {by_team_agents:Array(String)}, {by_team_agents_team:Array(String)}, ''),
        transform(queue, {by_team_queues:Array(String)}, {by_team_queues_team:Array(String)}, '')
    ) AS team,
    if(
        agent != '',
        transform(agent, {by_site_agents:Array(String)}, {by_site_agents_site:Array(String)}, ''),
        transform(queue, {by_site_queues:Array(String)}, {by_site_queues_site:Array(String)}, '')
    ) AS site,
    countIf(reason = 'abandoned') AS abandon_rate_top,
    count() AS abandon_rate_bottom
FROM stay FINAL
WHERE
    channel IN {only_channel:Array(String)} AND
    if(
        agent != '',
        agent IN {scope_team_agents:Array(String)},
        queue IN {scope_team_queues:Array(String)}
    ) AND
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    entered_at >= {since:DateTime64(3, 'UTC')} AND
    entered_at < {until:DateTime64(3, 'UTC')}
GROUP BY team, site
ORDER BY team, site
