-- The agent-days that the subjects of the present span touch, as they are and as they were.
-- What an agent did or was touches the days that begins on it, and, as a stretch there may decide how long another one lasts, the days
-- those reach in turn. A capacity touches every day up to that of the next one of its domain.
INSERT INTO live_agent_day
WITH
    touched AS (SELECT subject_hash, day FROM live_span WHERE written),
    -- Those of them that are or were agents: few, so that little of the table is read. Rows that are gone are among them, whatever their
    -- version: a derivation that is done again after a crash finds them gone already.
    changed AS
    (
        SELECT subject_hash, day FROM presence WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM touched)
        UNION DISTINCT
        SELECT subject_hash, day FROM capacity WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM touched)
        UNION DISTINCT
        SELECT subject_hash, day FROM focus WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM touched)
        UNION DISTINCT
        SELECT subject_hash, day FROM reference WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM touched) AND kind = 'agent'
    ),
    near AS
    (
        SELECT key, day
        FROM agent_reach
        WHERE key IN (SELECT subject_hash FROM changed) AND key = agent_hash
            AND ((key, day) IN (SELECT subject_hash, day FROM changed) OR (key, from_day) IN (SELECT subject_hash, day FROM changed))
    )
SELECT DISTINCT agent_hash, day
FROM agent_reach
WHERE key != agent_hash AND key IN (SELECT subject_hash FROM touched)
UNION ALL
SELECT DISTINCT agent_hash, day
FROM agent_reach
WHERE key IN (SELECT key FROM near) AND key = agent_hash
    AND ((key, day) IN (SELECT key, day FROM near) OR (key, from_day) IN (SELECT key, day FROM near))
UNION ALL
SELECT DISTINCT agent_hash, agent_reach.day
FROM agent_reach
INNER JOIN
(
    SELECT said.subject_hash AS subject_hash, min(said.day) AS since, max(ifNull(live.day, toDate('2149-06-06'))) AS until
    FROM
    (
        SELECT subject_hash, domain, day
        FROM capacity
        WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM touched)
    ) AS said
    ASOF LEFT JOIN
    (
        SELECT subject_hash, domain, day
        FROM capacity FINAL
        WHERE subject_hash IN (SELECT subject_hash FROM touched)
    ) AS live ON live.subject_hash = said.subject_hash AND live.domain = said.domain AND live.day > said.day
    GROUP BY subject_hash
) AS stated ON stated.subject_hash = agent_reach.key
WHERE key IN (SELECT subject_hash FROM changed) AND key = agent_hash AND agent_reach.day >= since AND agent_reach.day <= until
