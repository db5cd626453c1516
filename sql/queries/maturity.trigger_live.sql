-- Triggers: did they send in the window?
SELECT at, key AS what, since AS stated_at, ifNull(sent, 0) > 0 AS ok, 1 AS weight
FROM {register trigger} AS known
LEFT JOIN
(
    SELECT at, toString(rule) AS key, count() AS sent FROM (SELECT * FROM {rows act} WHERE kind = 'solicitation.sent') {within acted_at} GROUP BY at, key
) AS told USING (at, key)
