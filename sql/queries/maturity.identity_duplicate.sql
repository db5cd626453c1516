-- Pairs of records that were checked: by the last verdict one person, kept apart?
SELECT at, key AS what, max(acted_at) AS stated_at, argMax(value, {stamp acted_at act}) = 'duplicate' AS ok, 1 AS weight
FROM (SELECT act, key, value, acted_at FROM {rows act} WHERE kind = 'identity.labelled' AND value IN ('duplicate', 'distinct')) {within acted_at}
GROUP BY at, key
