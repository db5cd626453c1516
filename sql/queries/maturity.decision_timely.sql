-- Decisions that fell due: evaluated by their date?
SELECT at, key AS what, assumeNotNull(due) AS stated_at, ifNull(evaluated_at <= due, 0) AS ok, 1 AS weight
FROM
(
    SELECT key, due, told_at, evaluated_at
    FROM (SELECT key, {instant due_at} AS due, acted_at AS told_at FROM {all act} WHERE kind = 'decision.taken') AS taken
    LEFT JOIN (SELECT key, minOrNull(acted_at) AS evaluated_at FROM {all act} WHERE kind = 'decision.evaluated' GROUP BY key) AS judged USING key
    WHERE due IS NOT NULL
)
{within assumeNotNull(due)}
WHERE told_at < at
