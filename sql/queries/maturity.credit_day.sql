-- Days: credits less orders, nothing left?
SELECT
    at, toString(toDate(placed_at, {zone:String})) AS what, min(placed_at) AS stated_at,
    sum(ifNull(given_cents, 0)) = sum(amount_cents) AS ok, 1 AS weight
FROM {credited}
GROUP BY at, what
