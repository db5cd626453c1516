-- Products sold in several channels: priced in two?
SELECT at, key AS what, since AS stated_at, ifNull(priced, 0) >= 2 AS ok, 1 AS weight
FROM {register product} AS common
LEFT JOIN
(
    SELECT at, toString(product) AS key, uniqExact(channel) AS priced
    FROM (SELECT * FROM {rows offer} WHERE kind = 'offer.priced' AND channel != '' AND price_cents IS NOT NULL) {within stated_at}
    GROUP BY at, key
) AS seen USING (at, key)
WHERE length({texts channels}) >= 2
