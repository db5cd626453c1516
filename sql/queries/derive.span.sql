-- The pairs to be read for the touched subjects, except for agents (derive.agent) and what else has days of its own and was corrected
-- (derive.again): of those not all are written that are read (derive.written).
INSERT INTO live_span
SELECT
    arrayJoin(if(kind = 2, arrayFilter(d -> d != toDate('2149-06-06'), days), touched_days)) AS day,
    subject_hash,
    days[-1] = toDate('2149-06-06') AS corrected,
    1 AS written
FROM
(
    SELECT subject_hash, max(kind) AS kind, groupUniqArray(day) AS touched_days
    FROM live_touched
    GROUP BY subject_hash
) AS touched
INNER JOIN
(
    SELECT key AS subject_hash, arraySort(groupUniqArray(day)) AS days
    FROM reach
    WHERE key IN (SELECT subject_hash FROM live_touched) AND key = subject_hash
    GROUP BY key
) AS reached USING subject_hash
WHERE kind = 2 OR (kind = 0 AND NOT corrected)
