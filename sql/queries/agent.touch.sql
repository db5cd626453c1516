-- The agent-days that the contacts of the present span touch, as they are and as they were.
INSERT INTO live_agent_day
SELECT DISTINCT agent_hash, day
FROM agent_reach
PREWHERE key IN (SELECT subject_hash FROM live_span WHERE written)
WHERE key != agent_hash
