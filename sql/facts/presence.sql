-- In which state was an agent, in which channel domain, when?
-- Grain: one row for each sign-in and each state of an agent; n counts from 1 in each (agent, domain, day of its start).
-- Touched by: the agent's events from the last sign-out before to the first sign-out after.
-- signed_in lasts until the first state (of any domain) or the next sign-in; a state until the next of its domain; a sign-out ends all.
SELECT
    day, subject_hash, agent, domain,
    row_number() OVER (PARTITION BY subject_hash, domain, day ORDER BY ord) AS n,
    source,
    if(type = 'agent.signed_in', 'signed_in', state) AS state,
    time AS started_at,
    multiIf(end_ord != 0 AND (out.1 = 0 OR end_ord < out.1), end_at, out.1 != 0, out.2, NULL) AS ended_at
FROM
(
    SELECT
        *,
        if(type = 'agent.signed_in', next.1, next_ord) AS end_ord,
        if(type = 'agent.signed_in', next.2, next_at) AS end_at
    FROM
    (
        SELECT
            day, subject_hash, substring(subject, position(subject, '/') + 1) AS agent, domain, source, type, state, time, ord,
            leadInFrame(ord) OVER beside AS next_ord,
            leadInFrame(time) OVER beside AS next_at,
            (leadInFrame(ord) OVER whole, leadInFrame(time) OVER whole) AS next,
            argMinIf((ord, time), ord, type = 'agent.signed_out') OVER after AS out
        FROM live_event
        WHERE type IN ('agent.signed_in', 'agent.state', 'agent.signed_out')
        WINDOW
            beside AS (PARTITION BY subject_hash, type, domain ORDER BY ord ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING),
            whole AS (PARTITION BY subject_hash ORDER BY ord ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING),
            after AS (PARTITION BY subject_hash ORDER BY ord DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    WHERE type != 'agent.signed_out'
)
