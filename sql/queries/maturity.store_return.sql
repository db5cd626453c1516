-- Stores: a web order returned in the window?
SELECT at, key AS what, ifNull(last_at, at) AS stated_at, last_at IS NOT NULL AS ok, 1 AS weight
FROM {stores} AS shop
LEFT JOIN
(
    SELECT at, toString(site) AS key, maxOrNull(acted_at) AS last_at
    FROM (SELECT site, acted_at FROM {rows act} WHERE kind = 'order.returned' AND site != '' AND thing IN (SELECT thing FROM {rows order} WHERE channel = 'web'))
    {within acted_at}
    GROUP BY at, key
) AS told USING (at, key)
WHERE at IN (SELECT at FROM (SELECT placed_at FROM {rows order}) {within placed_at})
