-- The pairs to be read for touched subjects whose days stand for themselves (agents, teams, touches…; no contact, no order) and that were
-- corrected: all their days, as a revision may be outdated by one of another day.
INSERT INTO live_held
SELECT arrayJoin(arrayFilter(d -> d != toDate('2149-06-06'), days)) AS day, subject_hash, 1 AS corrected
FROM
(
    SELECT key AS subject_hash, groupUniqArray(day) AS days
    FROM reach
    WHERE key IN (SELECT subject_hash FROM live_touched WHERE kind < 2) AND key = subject_hash
    GROUP BY key
    HAVING max(day) = toDate('2149-06-06')
)
