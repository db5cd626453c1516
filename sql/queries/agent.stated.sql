-- The agent-days in hand (kind 0); where they are cut, as a statement about the agent (team, site) begins or his team moves (1: agent.moved);
-- and the capacities that were ever stated of their agents, which cut them too (2): as lcm(1..25) ÷ capacity, the weight of one contact of
-- that domain.
SELECT agent_hash, day, 0 AS kind, toInt64(0) AS at, toUInt64(0) AS sequence, toUInt64(0) AS statement, '' AS domain, toInt64(0) AS weight
FROM live_agent_chunk
UNION ALL
SELECT subject_hash, day, 1, toUnixTimestamp64Milli(valid_from), sequence, statement, '', 0
FROM reference FINAL
WHERE kind = 'agent' AND (day, subject_hash) IN (SELECT day, agent_hash FROM live_agent_chunk)
{moved}
UNION ALL
SELECT subject_hash, day, 2, toUnixTimestamp64Milli(valid_from), sequence, statement, toString(domain),
    if(capacity > 0, greatest(toInt64(round(26771144400 / capacity)), 1), 0)
FROM capacity FINAL
WHERE subject_hash IN (SELECT agent_hash FROM live_agent_chunk)
