-- The agent-days that the contacts of the present span touch, as they are and as they were. A contact is in the span with all its days.
INSERT INTO live_agent_day
SELECT DISTINCT agent_hash, day
FROM contact_reach
PREWHERE contact_hash IN (SELECT subject_hash FROM live_span WHERE written)
WHERE from_day IN (SELECT day FROM live_span WHERE written)
