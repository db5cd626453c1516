-- Visits and contacts of known customers: a decision logged for that person on that day?
SELECT at, called AS what, seen_at AS stated_at, ifNull(decided_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT seen.called AS called, seen_at, decided_at
    FROM
    (
        SELECT called, who, seen_at, toDate(seen_at, {zone:String}) AS on_day
        FROM (
            SELECT {name customer} AS called, who, seen_at FROM {rows touch} WHERE kind = 'session.visited' AND who != 0
            UNION ALL
            SELECT {name customer} AS called, who, started_at AS seen_at FROM {rows interaction} WHERE direction = 'inbound' AND who != 0
        )
        WHERE seen_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS seen
    LEFT JOIN
    (
        SELECT who, toDate(acted_at, {zone:String}) AS on_day, minOrNull(acted_at) AS decided_at
        FROM (SELECT who, acted_at FROM {rows act} WHERE kind = 'personalisation.decided' AND arm != 'control')
        GROUP BY who, on_day
    ) AS led USING (who, on_day)
)
{within seen_at}
