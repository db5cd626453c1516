-- Directions: an indicator about customers?
SELECT at, key AS what, since AS stated_at, ifNull(client, 0) > 0 AS ok, 1 AS weight
FROM {register department} AS part
LEFT JOIN (SELECT at, {text department} AS key, countIf({text family} IN {families}) AS client FROM {register kpi} GROUP BY at, key) AS kpi
USING (at, key)
