-- Products shown: with a stock of at most an hour?
SELECT at, concat(site, ' ', product) AS what, max(told_at) AS stated_at, argMax(age_s, (told_at, offer)) <= 3600 AS ok, 1 AS weight
FROM
(
    SELECT toString(site) AS site, toString(product) AS product, stated_at AS told_at, assumeNotNull(age_s) AS age_s, offer
    FROM {rows offer}
    WHERE kind = 'offer.shown' AND site != '' AND age_s IS NOT NULL
)
{within told_at}
GROUP BY at, site, product
