-- Stores and warehouses: a statement of stock in the last day?
SELECT at, key AS what, ifNull(last_at, at) AS stated_at, ifNull(last_at >= at - toIntervalDay(1), 0) AS ok, 1 AS weight
FROM {register site} AS place
LEFT JOIN
(
    SELECT at, toString(site) AS key, maxOrNull(stated_at) AS last_at
    FROM (SELECT site, stated_at FROM {rows offer} WHERE kind = 'offer.stocked') {within stated_at}
    GROUP BY at, key
) AS told USING (at, key)
WHERE {text category} IN ('store', 'warehouse')
    AND at IN (SELECT at FROM (SELECT stated_at FROM {rows offer} WHERE kind = 'offer.stocked' AND site != '') {within stated_at})
