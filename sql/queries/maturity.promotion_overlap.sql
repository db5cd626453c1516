-- Promotions that have been live in a channel: in another one too, before they ended?
SELECT
    at, key AS what, starts_at AS stated_at,
    arrayUniq(arrayMap(l -> l.1, arrayFilter(l -> l.1 != '' AND l.2 < at AND ifNull(l.2 < ends_at, 1), live)) AS channels) >= 2 AS ok, 1 AS weight
FROM {begun}
WHERE notEmpty(channels)
