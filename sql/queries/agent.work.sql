-- The work that may lie on the agent-days in hand: what began on the days from which something reaches into them. `work` is the table with
-- FINAL, or where few agent-days are in hand what agent.few.sql says instead; `stint` is '' where nobody asks for it.
SELECT
    sipHash64(concat('agent/', agent)) AS agent_hash, agent, subject_hash, {stint} AS stint, channel, phase = 'hold' AS held,
    toUnixTimestamp64Milli(started_at) AS begins, toUnixTimestamp64Milli(ended_at) AS given
FROM {work}
WHERE day IN (SELECT day FROM live_agent_from WHERE near) AND agent != '' AND phase IN ('talk', 'hold', 'wrap')
    AND (agent_hash, day) IN (SELECT agent_hash, day FROM live_agent_from WHERE near)
