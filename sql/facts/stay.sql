-- How long did a contact wait in a queue, and why did the wait end?
-- Grain: one row for each entry of an interaction into a queue.
-- Touched by: the events of its interaction and nothing else.
-- A stay ends at the next leaving of its queue. A second entry into the queue without a leaving ends it too ('system'), and so does the
-- final closing of the interaction when it comes after the entry ('closed'). A leaving that names no queue is of the last stay that is
-- open: one answer is one. It ends those before it too, for another reason ('overflow'), unless they have a leaving of their own later.
-- The steps of a visit are entries (why is '') and leavings of one queue, in order; each entry looks at the step after it.
-- What orders entries by window has few columns: those of the contact are joined last.
SELECT
    toDate(entered_at) AS day, entry.subject_hash AS subject_hash, contact.interaction AS interaction, entry.queue AS queue, n,
    contact.source, contact.channel, contact.mode, contact.direction,
    if(reason = 'answered', ifNull(taker.agent, ''), '') AS agent,
    contact.customer, contact.brand, contact.segment, contact.customer_type, contact.device, contact.language, contact.motive,
    contact.journey_type,
    step.2 AS entered_at,
    ended_before OR (NOT is_last AND next.3 != '') AS by_name,
    multiIf(by_name, next.2, unnamed_ord IS NOT NULL, unnamed_at, contact.final_ord > step.1, contact.closed_at, NULL) AS left_at,
    multiIf(by_name, if(next.3 = '', 'system', next.3), unnamed_ord IS NOT NULL, if(is_last, assumeNotNull(unnamed_why), 'overflow'),
        contact.final_ord > step.1, 'closed', '') AS reason
FROM
(
    SELECT
        visit.subject_hash AS subject_hash, queue, n, step, next, visit.ord AS ord,
        unnamed.ord AS unnamed_ord, unnamed.time AS unnamed_at, unnamed.why AS unnamed_why,
        next.1 != 0 AND (unnamed.ord IS NULL OR next.1 < unnamed.ord) AS ended_before,
        visit.ord = maxIf(visit.ord, NOT ended_before) OVER (PARTITION BY visit.subject_hash, unnamed.ord) AS is_last
    FROM
    (
        SELECT subject_hash, queue, step, next, n, step.1 AS ord
        FROM
        (
            SELECT
                subject_hash, queue,
                arraySort(groupArray((ord, time, if(type = 'interaction.entered_queue', '', if(reason = '', 'system', toString(reason)))))) AS steps
            FROM live_event
            WHERE type IN ('interaction.entered_queue', 'interaction.left_queue')
            GROUP BY subject_hash, queue
        )
        ARRAY JOIN
            steps AS step,
            arrayPushBack(arrayPopFront(steps), (0, toDateTime64(0, 3, 'UTC'), '')) AS next,
            arrayCumSum(one -> one.3 = '', steps) AS n
        WHERE step.3 = ''
    ) AS visit
    ASOF LEFT JOIN
    (
        SELECT subject_hash, ord, time, if(reason = '', 'system', toString(reason)) AS why
        FROM live_event
        WHERE type = 'interaction.left_queue' AND queue = ''
    ) AS unnamed ON unnamed.subject_hash = visit.subject_hash AND unnamed.ord > visit.ord
) AS entry
ASOF LEFT JOIN
(
    SELECT subject_hash, ord, agent
    FROM live_event
    WHERE type IN ('interaction.accepted', 'interaction.opened') AND role IN ('', 'primary')
) AS taker ON taker.subject_hash = entry.subject_hash AND taker.ord > entry.ord
INNER JOIN live_interaction AS contact ON contact.subject_hash = entry.subject_hash
