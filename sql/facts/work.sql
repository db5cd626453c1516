-- When was an agent busy with a contact, and in which phase?
-- Grain: one row for each phase of a stint, in the order of its events.
-- Touched by: the events of its interaction and nothing else.
-- A phase lasts until the next event of its stint that sets one; the last one may not have ended.
SELECT
    toDate(started_at) AS day, part.subject_hash AS subject_hash, contact.interaction AS interaction, part.stint AS stint, n,
    contact.source, contact.channel, contact.mode, contact.direction,
    part.queue AS queue, part.agent AS agent, part.role AS role,
    contact.customer, contact.brand, contact.segment, contact.customer_type, contact.device, contact.language, contact.motive,
    contact.journey_type,
    step.3 AS phase,
    fromUnixTimestamp64Milli(step.2, 'UTC') AS started_at,
    if(n_step = last_step, NULL, fromUnixTimestamp64Milli(ended_ms, 'UTC')) AS ended_at
FROM
(
    SELECT subject_hash, stint, queue, agent, role, step, n, ended_ms, n_step, length(phases) AS last_step
    FROM live_stint
    ARRAY JOIN
        phases AS step,
        arrayEnumerate(phases) AS n_step,
        arrayCumSum(a -> a.3 != '', phases) AS n,
        if(empty(phases), [], arrayPushBack(arrayMap(a -> a.2, arrayPopFront(phases)), 0)) AS ended_ms
    WHERE step.3 != ''
) AS part
INNER JOIN live_interaction AS contact ON contact.subject_hash = part.subject_hash
