-- How long did a contact wait in a queue, and why did the wait end?
-- Grain: one row for each entry of an interaction into a queue.
-- Touched by: the events of its interaction and nothing else.
-- A stay ends at the next leaving of its queue or of no named queue. A second entry into the queue without a leaving ends it too
-- ('system'), and so does the final closing of the interaction when it comes after the entry ('closed').
-- The windows only ever grow in one direction, so that an interaction of any length costs its length.
SELECT
    toDate(entered_at) AS day, entry.subject_hash AS subject_hash, contact.interaction AS interaction, entry.queue AS queue, n,
    contact.source, contact.channel, contact.mode, contact.direction,
    if(reason = 'answered', taker, '') AS agent,
    contact.customer, contact.brand, contact.segment, contact.customer_type, contact.device, contact.language, contact.motive,
    contact.journey_type,
    entered_at,
    multiIf(by_name, end_at, by_none, unnamed.2, contact.final_ord > ord, contact.closed_at, NULL) AS left_at,
    multiIf(by_name, end_reason, by_none, unnamed.3, contact.final_ord > ord, 'closed', '') AS reason
FROM
(
    SELECT
        *,
        end_ord != 0 AND (unnamed.1 = 0 OR end_ord < unnamed.1) AS by_name,
        unnamed.1 != 0 AS by_none
    FROM
    (
        SELECT
            subject_hash, queue, type, ord, time AS entered_at, unnamed, taker,
            countIf(type = 'interaction.entered_queue') OVER before AS n,
            leadInFrame(ord) OVER beside AS end_ord,
            leadInFrame(time) OVER beside AS end_at,
            leadInFrame(why) OVER beside AS end_reason
        FROM
        (
            SELECT
                subject_hash, ord, time, type, queue,
                if(type = 'interaction.left_queue' AND reason != '', reason, 'system') AS why,
                argMinIf((ord, time, why), ord, type = 'interaction.left_queue' AND queue = '') OVER after AS unnamed,
                argMinIf(agent, ord, type IN ('interaction.accepted', 'interaction.opened')) OVER after AS taker
            FROM live_event
            WHERE type IN ('interaction.entered_queue', 'interaction.left_queue', 'interaction.accepted', 'interaction.opened')
            WINDOW after AS (PARTITION BY subject_hash ORDER BY ord DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        )
        WHERE type IN ('interaction.entered_queue', 'interaction.left_queue')
        WINDOW
            before AS (PARTITION BY subject_hash, queue ORDER BY ord ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
            beside AS (PARTITION BY subject_hash, queue ORDER BY ord ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)
    )
    WHERE type = 'interaction.entered_queue'
) AS entry
INNER JOIN live_interaction AS contact ON contact.subject_hash = entry.subject_hash
