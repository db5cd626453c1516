-- Promotions begun a day ago at least: live in all their channels within a day?
SELECT at, key AS what, starts_at AS stated_at, notEmpty(wanted) AND hasAll(arrayMap(l -> l.1, arrayFilter(l -> l.2 <= starts_at + toIntervalDay(1), live)), wanted) AS ok, 1 AS weight
FROM
(
    SELECT at, begun.key AS key, assumeNotNull({instant starts_at}) AS starts_at, {texts channels} AS wanted, live
    FROM {register promotion} AS begun
    LEFT JOIN (SELECT toString(promotion) AS key, groupArray((toString(channel), stated_at)) AS live FROM {rows offer} WHERE kind = 'offer.promoted' GROUP BY key) AS told
    USING key
    WHERE NOT {flag local} AND {instant starts_at} IS NOT NULL
)
WHERE starts_at >= at - toIntervalDay({days}) AND starts_at < at - toIntervalDay(1)
