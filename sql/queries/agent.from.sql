-- The days on which something began that lies on the agent-days in hand (near = 1), and those that decide how long that lasts.
-- What lies on a day began on it or before, and no longer before than it may last.
INSERT INTO live_agent_from
SELECT agent_hash, from_day.1 AS day, from_day.2 AS near
FROM
(
    SELECT
        agent_hash,
        arrayDistinct(groupArrayIf(from_day, (agent_hash, day) IN (SELECT agent_hash, day FROM live_agent_chunk))) AS near_days,
        arrayDistinct(arrayMap(r -> r.2, arrayFilter(r -> has(near_days, r.1), groupArray((day, from_day))))) AS all_days
    FROM day_reach
    WHERE agent_hash IN (SELECT agent_hash FROM live_agent_chunk)
        AND day >= (SELECT min(day) FROM live_agent_chunk) - 1 - intDiv({most_ms:Int64}, 86400000)
        AND day <= (SELECT max(day) FROM live_agent_chunk)
    GROUP BY agent_hash
)
ARRAY JOIN arrayConcat(
    arrayMap(d -> (d, 1), near_days), arrayMap(d -> (d, 0), arrayFilter(d -> NOT has(near_days, d), all_days))) AS from_day
