-- Local promotions: relayed by the centre on two digital channels, for their store, before they began?
SELECT
    at, key AS what, starts_at AS stated_at,
    in_site != '' AND arrayUniq(arrayMap(l -> l.1, arrayFilter(l -> l.2 < starts_at AND (l.3 = '' OR l.3 = in_site), live))) >= 2 AS ok, 1 AS weight
FROM
(
    SELECT at, begun.key AS key, toString(begun.in_site) AS in_site, assumeNotNull({instant starts_at}) AS starts_at, live
    FROM {register promotion} AS begun
    LEFT JOIN
    (
        SELECT toString(promotion) AS key, groupArray((toString(channel), stated_at, toString(site))) AS live
        FROM {rows offer}
        WHERE kind = 'offer.promoted' AND central AND channel IN ('web', 'app', 'email', 'sms', 'social', 'messaging')
        GROUP BY key
    ) AS told USING key
    WHERE {flag local} AND {instant starts_at} IS NOT NULL
)
WHERE starts_at >= at - toIntervalDay({days}) AND starts_at < at
