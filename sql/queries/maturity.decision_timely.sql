-- Decisions that fell due: evaluated by their date?
SELECT at, key AS what, assumeNotNull(due) AS stated_at, ifNull(evaluated_at <= due, 0) AS ok, 1 AS weight
FROM
(
    SELECT at, taken.key AS key, due, evaluated_at
    FROM (SELECT at, key, {instant due_at} AS due FROM {latest decision.taken}) AS taken
    LEFT JOIN (SELECT key, minOrNull(acted_at) AS evaluated_at FROM {ever act} WHERE kind = 'decision.evaluated' GROUP BY key) AS judged USING key
)
WHERE due < at AND due >= at - toIntervalDay({days})
