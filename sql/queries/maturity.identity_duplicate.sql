-- Pairs of records that were checked: one person kept apart?
SELECT at, key AS what, acted_at AS stated_at, value = 'duplicate' AS ok, 1 AS weight
FROM (SELECT * FROM {rows act} WHERE kind = 'identity.labelled') {within acted_at}
