-- Directions: two customer indicators with a target, reported in each of the last three months (31 days each, so that a report on the first of each month is one in each)?
SELECT at, key AS what, since AS stated_at, ifNull(kept, 0) >= 2 AS ok, 1 AS weight
FROM {register department} AS part
LEFT JOIN
(
    SELECT at, department AS key, countIf(ifNull(reports, 0) = 3) AS kept
    FROM
    (
        SELECT at, kpi.key AS key, {text department} AS department
        FROM {register kpi} AS kpi
        WHERE {text family} IN {families} AND JSONHas(data, 'target')
    ) AS known
    LEFT JOIN
    (
        SELECT at, key, uniqExact(intDiv(dateDiff('second', acted_at, at), 2678400)) AS reports
        FROM (SELECT key, acted_at FROM {rows act} WHERE kind = 'kpi.reported') {within acted_at}
        WHERE acted_at > at - toIntervalDay(93)
        GROUP BY at, key
    ) AS told USING (at, key)
    GROUP BY at, department
) AS kpi USING (at, key)
