-- Decisions: taken for what advisers said?
SELECT at, key AS what, max(acted_at) AS stated_at, argMax({text cause}, {stamp acted_at act}) = 'adviser' AS ok, 1 AS weight
FROM (SELECT act, key, acted_at, data FROM {rows act} WHERE kind = 'decision.taken') {within acted_at}
GROUP BY at, key
