-- Directions: an indicator with owner, formula and source?
SELECT at, key AS what, since AS stated_at, ifNull(defined, 0) > 0 AS ok, 1 AS weight
FROM {register department} AS part
LEFT JOIN
(
    SELECT at, {text department} AS key, countIf({text owner} != '' AND {text formula} != '' AND {text origin} != '') AS defined
    FROM {register kpi}
    GROUP BY at, key
) AS kpi USING (at, key)
