-- Products shown: with a stock of at most an hour? One of unknown age is not.
SELECT at, concat(site, ' ', product) AS what, max(told_at) AS stated_at, argMax(fresh, {stamp told_at offer}) AS ok, 1 AS weight
FROM
(
    SELECT toString(site) AS site, toString(product) AS product, stated_at AS told_at, ifNull(age_s <= 3600, 0) AS fresh, offer
    FROM {rows offer}
    WHERE kind = 'offer.shown' AND site != ''
)
{within told_at}
GROUP BY at, site, product
