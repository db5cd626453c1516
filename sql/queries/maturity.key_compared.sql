-- The last three months: was the key compared with the last channel?
SELECT at, toString(stretch) AS what, at - toIntervalDay(31 * stretch) AS stated_at, has(told, stretch) AS ok, 1 AS weight
FROM
(
    SELECT at, groupUniqArrayIf(intDiv(dateDiff('second', acted_at, at), 2678400), kind = 'kpi.reported') AS told
    FROM (SELECT kind, acted_at FROM {rows act} WHERE kind = 'credit.given' OR (kind = 'kpi.reported' AND key = 'last_vs_key')) {within acted_at}
    GROUP BY at
    HAVING countIf(kind = 'credit.given') > 0
)
ARRAY JOIN [0, 1, 2] AS stretch
