WITH
    dateDiff('millisecond', entered_at, left_at) AS span_ms
SELECT
    ifNull(if(agent != '', agent_team, queue_team), '') AS team,
    coalesce(nullIf(if(agent != '', agent_site, queue_site), ''), team_site, '') AS site,
    countIf(reason = 'abandoned') AS abandon_rate_top,
    count() AS abandon_rate_bottom
FROM stay FINAL
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
) AS agent_stated ON agent_key = agent AND agent_from <= entered_at
ASOF LEFT JOIN
(
    SELECT
        key AS queue_key,
        valid_from AS queue_from,
        argMax(team, (sequence, statement)) AS queue_team,
        argMax(site, (sequence, statement)) AS queue_site,
        argMax(brand, (sequence, statement)) AS queue_brand,
        argMax(calendar, (sequence, statement)) AS queue_calendar
    FROM reference FINAL
    WHERE kind = 'queue'
    GROUP BY key, valid_from
) AS queue_stated ON queue_key = queue AND queue_from <= entered_at
ASOF LEFT JOIN
(
    SELECT
        key AS team_key,
        valid_from AS team_from,
        argMax(site, (sequence, statement)) AS team_site
    FROM reference FINAL
    WHERE kind = 'team'
    GROUP BY key, valid_from
) AS team_stated ON team_key = ifNull(if(agent != '', agent_team, queue_team), '') AND team_from <= entered_at
WHERE
    channel IN {only_channel:Array(String)} AND
    ifNull(if(agent != '', agent_team, queue_team), '') IN {scope_team:Array(String)} AND
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    entered_at >= {since:DateTime64(3, 'UTC')} AND
    entered_at < {until:DateTime64(3, 'UTC')}
GROUP BY team, site
ORDER BY team, site
