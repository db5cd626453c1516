-- Insights: days until a decision that names them.
SELECT at, key AS what, since AS stated_at, ifNull(taken_at < at, 0) AS ok, {waited since taken_at} AS weight
FROM
(
    SELECT at, found.key AS key, found.since AS since, taken_at
    FROM {register insight} AS found
    LEFT JOIN
    (
        SELECT {text insight} AS named, minOrNull(acted_at) AS taken_at FROM {ever act} WHERE kind = 'decision.taken' GROUP BY named
    ) AS taken ON named = found.key
)
WHERE since >= at - toIntervalDay({days})
