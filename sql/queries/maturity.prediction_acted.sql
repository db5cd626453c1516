-- Customers flagged by models: acted upon?
SELECT at, 'all' AS what, at AS stated_at, part.1 AS ok, part.2 AS weight
FROM
(
    SELECT
        at, sumIf({number flagged}, kind = 'model.scored') AS flagged, least(toFloat64(countIf(kind = 'personalisation.decided')), flagged) AS done
    FROM (SELECT * FROM {rows act} WHERE kind = 'model.scored' OR (kind = 'personalisation.decided' AND model != '' AND arm != 'control')) {within acted_at}
    GROUP BY at
    HAVING flagged >= 30
)
ARRAY JOIN [(1, done), (0, flagged - done)] AS part
