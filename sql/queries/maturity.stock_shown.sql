-- Products in stock in stores: shown on the web?
SELECT
    at, concat(site, ' ', product) AS what, max(told_at) AS stated_at, countIf(kind = 'offer.shown' AND channel IN ('web', '')) > 0 AS ok,
    1 AS weight
FROM (SELECT toString(site) AS site, toString(product) AS product, stated_at AS told_at, kind, channel FROM {rows offer} WHERE site != '' AND kind IN ('offer.stocked', 'offer.shown'))
{within told_at}
GROUP BY at, site, product
HAVING countIf(kind = 'offer.stocked') > 0
