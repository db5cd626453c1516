-- Decisions taken for a customer's voice that fell due: did an evaluation conclude? One that could not be evaluated closes no loop.
SELECT at, key AS what, assumeNotNull(due) AS stated_at, ifNull(evaluated_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT at, taken.key AS key, due, evaluated_at
    FROM (SELECT at, key, {instant due_at} AS due FROM {latest decision.taken} WHERE {text cause} = 'customer') AS taken
    LEFT JOIN
    (
        SELECT key, minOrNull(acted_at) AS evaluated_at FROM {ever act} WHERE kind = 'decision.evaluated' AND value IN {conclusive} GROUP BY key
    ) AS judged USING key
)
WHERE due < at AND due >= at - toIntervalDay({days})
