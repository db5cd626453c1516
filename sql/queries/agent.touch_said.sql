-- The agent-days that what was said of agents touches: the days that begins on it, and, as a stretch there may decide how long another one
-- lasts, the days those reach in turn. A capacity that may have changed touches every day up to that of the next one of its domain.
INSERT INTO live_agent_day
WITH near AS
(
    SELECT agent_hash, day
    FROM day_reach
    WHERE agent_hash IN (SELECT subject_hash FROM live_agent_said)
        AND ((agent_hash, day) IN (SELECT subject_hash, day FROM live_agent_said)
            OR (agent_hash, from_day) IN (SELECT subject_hash, day FROM live_agent_said))
)
SELECT DISTINCT agent_hash, day
FROM day_reach
WHERE agent_hash IN (SELECT agent_hash FROM near)
    AND ((agent_hash, day) IN (SELECT agent_hash, day FROM near) OR (agent_hash, from_day) IN (SELECT agent_hash, day FROM near))
UNION ALL
SELECT DISTINCT agent_hash, day_reach.day
FROM day_reach
INNER JOIN
(
    SELECT said.subject_hash AS subject_hash, min(said.day) AS since, max(ifNull(live.day, toDate('2149-06-06'))) AS until
    FROM
    (
        SELECT subject_hash, domain, day
        FROM capacity
        WHERE {changed}
    ) AS said
    ASOF LEFT JOIN
    (
        SELECT subject_hash, domain, day
        FROM capacity FINAL
        WHERE subject_hash IN (SELECT subject_hash FROM live_agent_said)
    ) AS live ON live.subject_hash = said.subject_hash AND live.domain = said.domain AND live.day > said.day
    GROUP BY subject_hash
) AS stated ON stated.subject_hash = day_reach.agent_hash
WHERE agent_hash IN (SELECT subject_hash FROM live_agent_said) AND day_reach.day >= since AND day_reach.day <= until
