-- Visits of known customers: a decision logged for that person on that day?
SELECT at, customer AS what, seen_at AS stated_at, ifNull(decided_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT seen.customer AS customer, seen_at, decided_at
    FROM
    (
        SELECT customer, seen_at, toDate(seen_at, {zone:String}) AS on_day
        FROM {rows touch}
        WHERE kind = 'session.visited' AND customer != ''
    ) AS seen
    LEFT JOIN
    (
        SELECT customer, toDate(acted_at, {zone:String}) AS on_day, minOrNull(acted_at) AS decided_at
        FROM {rows act}
        WHERE kind = 'personalisation.decided' AND arm != 'control'
        GROUP BY customer, on_day
    ) AS led USING (customer, on_day)
)
{within seen_at}
