-- Days: credits less what is due, nothing left?
SELECT
    at, toString(toDate(credited.stated_at, {zone:String})) AS what, min(credited.stated_at) AS stated_at,
    sum(given_cents) = sum(due_cents) AS ok, 1 AS weight
FROM {credited} AS credited
GROUP BY at, what
