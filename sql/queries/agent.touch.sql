-- The agent-days that the subjects of the present span touch, as they are and as they were.
-- What an agent did or was touches the days that begins on it, and, as a stretch there may decide how long another one lasts, the days
-- those reach in turn. A capacity touches every day up to that of the next one of its domain.
INSERT INTO live_agent_day
WITH
    touched AS (SELECT subject_hash, day FROM live_span WHERE written),
    near AS
    (
        SELECT key, day
        FROM agent_reach
        WHERE key = agent_hash AND ((key, day) IN (SELECT subject_hash, day FROM touched) OR (key, from_day) IN (SELECT subject_hash, day FROM touched))
    )
SELECT DISTINCT agent_hash, day
FROM agent_reach
WHERE key != agent_hash AND key IN (SELECT subject_hash FROM touched)
UNION ALL
SELECT DISTINCT agent_hash, day
FROM agent_reach
WHERE key = agent_hash AND ((key, day) IN (SELECT key, day FROM near) OR (key, from_day) IN (SELECT key, day FROM near))
UNION ALL
SELECT DISTINCT agent_hash, agent_reach.day
FROM agent_reach
INNER JOIN
(
    SELECT changed.subject_hash AS subject_hash, min(changed.day) AS since, max(ifNull(live.day, toDate('2149-06-06'))) AS until
    FROM
    (
        SELECT subject_hash, domain, day
        FROM capacity
        WHERE version = {version:UInt64} AND (subject_hash, day) IN (SELECT subject_hash, day FROM touched)
    ) AS changed
    ASOF LEFT JOIN
    (
        SELECT subject_hash, domain, day
        FROM capacity FINAL
        WHERE subject_hash IN (SELECT subject_hash FROM touched)
    ) AS live ON live.subject_hash = changed.subject_hash AND live.domain = changed.domain AND live.day > changed.day
    GROUP BY subject_hash
) AS stated ON stated.subject_hash = agent_reach.key
WHERE key = agent_hash AND agent_reach.day >= since AND agent_reach.day <= until
