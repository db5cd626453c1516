-- The days on which something began that lies on the agent-days in hand (near = 1), and those that decide how long that lasts.
INSERT INTO live_agent_from
WITH
    near AS
    (
        SELECT DISTINCT agent_hash, from_day
        FROM agent_reach
        WHERE key IN (SELECT agent_hash FROM live_agent_chunk) AND key = agent_hash AND (key, day) IN (SELECT agent_hash, day FROM live_agent_chunk)
    )
SELECT agent_hash, day, max(near) AS near
FROM
(
    SELECT agent_hash, from_day AS day, 1 AS near
    FROM near
    UNION ALL
    SELECT agent_hash, from_day AS day, 0 AS near
    FROM agent_reach
    WHERE key IN (SELECT agent_hash FROM live_agent_chunk) AND key = agent_hash AND (key, day) IN (SELECT agent_hash, from_day FROM near)
)
GROUP BY agent_hash, day
