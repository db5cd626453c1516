-- Decisions: taken for what advisers said?
SELECT at, key AS what, acted_at AS stated_at, {text cause} = 'adviser' AS ok, 1 AS weight
FROM (SELECT * FROM {rows act} WHERE kind = 'decision.taken') {within acted_at}
