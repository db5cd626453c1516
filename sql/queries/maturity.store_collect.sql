-- Stores: a web order collected in the window?
SELECT at, key AS what, ifNull(last_at, at) AS stated_at, last_at IS NOT NULL AS ok, 1 AS weight
FROM {stores} AS shop
LEFT JOIN
(
    SELECT at, toString(site) AS key, maxOrNull(done_at) AS last_at
    FROM (SELECT site, assumeNotNull(collected_at) AS done_at FROM {rows order} WHERE channel = 'web' AND collected_at IS NOT NULL) {within done_at}
    GROUP BY at, key
) AS told USING (at, key)
WHERE at IN (SELECT at FROM (SELECT placed_at FROM {rows order}) {within placed_at})
