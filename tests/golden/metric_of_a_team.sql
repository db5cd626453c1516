WITH
    dateDiff('millisecond', entered_at, left_at) AS span_ms
SELECT
    transform(placed_by, {by_team_places:Array(String)}, {by_team_places_team:Array(String)}, '') AS team,
    transform(placed_by, {by_site_places:Array(String)}, {by_site_places_site:Array(String)}, '') AS site,
    countIf(reason = 'abandoned') AS abandon_rate_top,
    count() AS abandon_rate_bottom
FROM stay FINAL
WHERE
    channel IN {only_channel:Array(String)} AND
    placed_by IN {scope_team_places:Array(String)} AND
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    entered_at >= {since:DateTime64(3, 'UTC')} AND
    entered_at < {until:DateTime64(3, 'UTC')}
GROUP BY team, site
ORDER BY team, site
