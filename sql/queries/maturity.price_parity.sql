-- Products on a day with prices on the web and in store: one price, beside listed exceptions?
SELECT at, concat(product, ' ', toString(on_day)) AS what, max(last_at) AS stated_at, uniqExactIf(price, NOT excepted) <= 1 AS ok, 1 AS weight
FROM
(
    SELECT
        at, product, toDate(stated_at, {zone:String}) AS on_day, channel, argMax(price_cents, {stamp stated_at offer}) AS price,
        argMax(listed, {stamp stated_at offer}) AS excepted, max(stated_at) AS last_at
    FROM
    (
        SELECT toString(product) AS product, channel, site, price_cents, listed, stated_at, offer
        FROM {rows offer}
        WHERE kind = 'offer.priced' AND channel IN ('web', 'store') AND price_cents IS NOT NULL
    )
    {within stated_at}
    GROUP BY at, product, on_day, channel, site
)
GROUP BY at, product, on_day
HAVING uniqExact(channel) = 2
