-- Promotions begun in the window, each with where it was live: channel, since when, store, by the centre.
SELECT at, key, in_site, local, wanted, starts_at, ends_at, live
FROM
(
    SELECT
        at, key, toString(in_site) AS in_site, {flag local} AS local, {texts channels} AS wanted,
        assumeNotNull({instant starts_at}) AS starts_at, {instant ends_at} AS ends_at
    FROM {register promotion}
    WHERE {instant starts_at} IS NOT NULL
) AS said
LEFT JOIN
(
    SELECT toString(promotion) AS key, groupArray((toString(channel), stated_at, toString(site), central)) AS live
    FROM {rows offer}
    WHERE kind = 'offer.promoted'
    GROUP BY key
) AS told USING key
WHERE starts_at >= at - toIntervalDay({days}) AND starts_at < at
