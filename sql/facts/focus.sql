-- Which of the contacts in hand did an agent look at, and when?
-- Grain: one row for each live agent.focus; n counts from 1 in each (agent, day of its start).
-- Touched by: the agent's events from the last sign-out before to the first sign-out after.
-- A focus lasts until the next one, the next sign-in or the next sign-out.
SELECT
    day, subject_hash, agent, row_number() OVER (PARTITION BY subject_hash, day ORDER BY ord) AS n,
    source, stint, time AS started_at, if(next_ord = 0, NULL, next_at) AS ended_at
FROM
(
    SELECT
        day, subject_hash, substring(subject, position(subject, '/') + 1) AS agent, source, stint, type, time, ord,
        leadInFrame(ord) OVER after AS next_ord,
        leadInFrame(time) OVER after AS next_at
    FROM live_event
    WHERE type IN ('agent.focus', 'agent.signed_in', 'agent.signed_out')
    WINDOW after AS (PARTITION BY subject_hash ORDER BY ord ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
)
WHERE type = 'agent.focus'
