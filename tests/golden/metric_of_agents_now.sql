SELECT
    coalesce(nullIf(agent_site, ''), team_site, '') AS site,
    sum(wall_ms) / 1000 AS occupancy_top,
    if(sum(staffed_ms) = sum(outside_ms), 0, sum(wall_ms + ready_ms) / 1000) AS occupancy_bottom,
    uniqExactIf(agent_hash, staffed_ms > 0) AS occupancy_people
FROM agent_state(since = {view_since:DateTime64(3, 'UTC')}, until = {view_until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')})
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
ASOF LEFT JOIN
(
    SELECT
        key AS team_key,
        valid_from AS team_from,
        argMax(site, (sequence, statement)) AS team_site
    FROM reference FINAL
    WHERE kind = 'team'
    GROUP BY key, valid_from
) AS team_stated ON team_key = ifNull(agent_team, '') AND team_from <= began_at
WHERE
    ifNull(agent_team, '') IN {scope_team:Array(String)}
GROUP BY site
ORDER BY site
