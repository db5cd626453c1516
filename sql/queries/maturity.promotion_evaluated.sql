-- Local promotions: evaluated against comparable stores?
SELECT at, key AS what, starts_at AS stated_at, ifNull(evaluated_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT at, begun.key AS key, assumeNotNull({instant starts_at}) AS starts_at, evaluated_at
    FROM {register promotion} AS begun
    LEFT JOIN
    (
        SELECT key, minOrNull(acted_at) AS evaluated_at FROM {ever act} WHERE kind = 'promotion.evaluated' AND {text method} = 'did' GROUP BY key
    ) AS told USING key
    WHERE {flag local} AND {instant starts_at} IS NOT NULL
)
WHERE starts_at >= at - toIntervalDay({days}) AND starts_at < at
