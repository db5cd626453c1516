-- The five families of the customer direction: reported in the window?
SELECT at, family AS what, at AS stated_at, has(reported, family) AS ok, 1 AS weight
FROM
(
    SELECT at, groupUniqArray(known.family) AS reported
    FROM
    (
        SELECT at, kpi.key AS key, {text family} AS family
        FROM {register kpi} AS kpi
        WHERE (at, {text department}) IN (SELECT at, key FROM {register department} WHERE {text category} = 'customer')
    ) AS known
    LEFT SEMI JOIN
    (
        SELECT at, key FROM (SELECT key, acted_at FROM {rows act} WHERE kind = 'kpi.reported') {within acted_at}
    ) AS told USING (at, key)
    GROUP BY at
)
ARRAY JOIN ['satisfaction', 'return', 'acquisition', 'retention', 'churn'] AS family
