-- Visits of known customers: a decision logged for that person on that day?
SELECT
    at, customer AS what, seen_at AS stated_at,
    (customer, toDate(seen_at, {zone:String})) IN
    (
        SELECT customer, toDate(acted_at, {zone:String}) FROM {rows act} WHERE kind = 'personalisation.decided' AND arm != 'control'
    ) AS ok,
    1 AS weight
FROM (SELECT customer, seen_at FROM {rows touch} WHERE kind = 'session.visited' AND customer != '') {within seen_at}
