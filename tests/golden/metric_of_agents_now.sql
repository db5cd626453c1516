SELECT
    transform(agent, {by_site_agents:Array(String)}, {by_site_agents_site:Array(String)}, '') AS site,
    sum(wall_ms) / 1000 AS occupancy_top,
    if(sum(staffed_ms) = sum(outside_ms), 0, sum(wall_ms + ready_ms) / 1000) AS occupancy_bottom,
    uniqExactIf(agent_hash, staffed_ms > 0) AS occupancy_people
FROM agent_state(since = {view_since:DateTime64(3, 'UTC')}, until = {view_until:DateTime64(3, 'UTC')}, now = {now:DateTime64(3, 'UTC')})
WHERE
    agent IN {scope_team_agents:Array(String)}
GROUP BY site
ORDER BY site
