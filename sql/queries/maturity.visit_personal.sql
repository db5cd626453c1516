-- Visits and contacts of known customers: a decision logged for that person on that day?
SELECT at, customer AS what, seen_at AS stated_at, ifNull(decided_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT seen.customer AS customer, seen_at, decided_at
    FROM
    (
        SELECT customer, who, seen_at, toDate(seen_at, {zone:String}) AS on_day
        FROM {people (
            SELECT customer, who, seen_at FROM {rows touch} WHERE kind = 'session.visited' AND customer != ''
            UNION ALL
            SELECT customer, who, started_at AS seen_at FROM {rows interaction} WHERE direction = 'inbound' AND customer != '')}
        WHERE seen_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS seen
    LEFT JOIN
    (
        SELECT who, toDate(acted_at, {zone:String}) AS on_day, minOrNull(acted_at) AS decided_at
        FROM {people (SELECT who, acted_at FROM {rows act} WHERE kind = 'personalisation.decided' AND arm != 'control')}
        GROUP BY who, on_day
    ) AS led USING (who, on_day)
)
{within seen_at}
