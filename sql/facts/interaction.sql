-- What was each contact of a customer: where it came from, who it belonged to, when it was answered, how it ended?
-- Grain: one row for each interaction that has a live interaction.* event.
-- Touched by: its own events and nothing else.
-- Order is that of `ord`, which never goes back in time within a subject: the first by order is the earliest, the last the latest.
-- started_at is the first `started`, or else the first event: a vendor that closes before it opens is seen as such. first_day is that of the
-- first event, whatever it is.
SELECT
    toDate(started_at) AS day, subject_hash, interaction,
    source, channel, mode, direction, queue, agent, customer, case, brand, segment, customer_type, device, language, motive,
    journey_type, outcome,
    ifNull(opened_at, first_at) AS started_at, toDate(first_at) AS first_day, last_at,
    queued_at, answered_at,
    if(empty(arrayFilter(at -> replied_at IS NULL OR at <= replied_at, hand_offs) AS before_reply), NULL, arrayMax(before_reply))
        AS handed_off_at,
    asked_at, replied_at, promised_at,
    if(reopened_ord > closed_ord, NULL, last_closed_at) AS closed_at,
    first_closed_at,
    if(reopened_ord = 0, 0, arrayCount((was, is) -> was.2 AND NOT is.2, arrayPopBack(arraySort(ends) AS sorted), arrayPopFront(sorted)))
        AS reopens,
    transfers, escalations, agents, messages_in, messages_out,
    if(reopened_ord > closed_ord, 0, closed_ord) AS final_ord   -- for the facts that ask whether something came before the final closing
FROM
(
    SELECT
        subject_hash,
        substring(any(subject) AS named, position(named, '/') + 1) AS interaction,
        argMin(e.source, ord) AS source,
        argMinIf(e.channel, ord, e.channel != '') AS channel,
        argMinIf(e.mode, ord, e.mode != '') AS mode,
        argMinIf(e.direction, ord, e.direction != '') AS direction,
        argMinIf(e.queue, ord, type = 'interaction.entered_queue' AND e.queue != '') AS queue,
        argMinIf(e.agent, ord, (type IN ('interaction.accepted', 'interaction.opened') AND e.role IN ('', 'primary')) AS took) AS agent,
        argMaxIf(e.customer, ord, e.customer != '') AS customer,
        argMaxIf(e.case, ord, e.case != '') AS case,
        argMinIf(e.brand, ord, e.brand != '') AS brand,
        argMaxIf(e.segment, ord, e.segment != '') AS segment,
        argMaxIf(e.customer_type, ord, e.customer_type != '') AS customer_type,
        argMinIf(e.device, ord, e.device != '') AS device,
        argMaxIf(e.language, ord, e.language != '') AS language,
        argMaxIf(e.motive, ord, e.motive != '') AS motive,
        argMinIf(e.journey_type, ord, e.journey_type != '') AS journey_type,
        argMaxIf(e.outcome, ord, e.outcome != '') AS outcome,
        min(time) AS first_at,
        max(time) AS last_at,
        minOrNullIf(time, type = 'interaction.started') AS opened_at,
        minOrNullIf(time, type = 'interaction.entered_queue') AS queued_at,
        minOrNullIf(time, took) AS answered_at,
        groupArrayIf(time, type = 'interaction.handed_off') AS hand_offs,
        minOrNullIf(time, type = 'interaction.message' AND author = 'customer') AS asked_at,
        argMaxOrNullIf(
            if(type = 'interaction.classified', parseDateTime64BestEffortOrNull(JSONExtractString(data, 'promised_at'), 3, 'UTC'), NULL)
                AS promised, ord, promised IS NOT NULL) AS promised_at,
        minOrNullIf(time, type = 'interaction.closed') AS first_closed_at,
        maxOrNullIf(time, type = 'interaction.closed') AS last_closed_at,
        maxIf(ord, type = 'interaction.closed') AS closed_ord,
        maxIf(ord, type = 'interaction.reopened') AS reopened_ord,
        groupArrayIf((ord, type = 'interaction.closed'), type IN ('interaction.closed', 'interaction.reopened')) AS ends,
        countIf((type = 'interaction.left_queue' AND reason = 'transferred')
            OR (type = 'interaction.linked' AND relation = 'transfer')) AS transfers,
        countIf(type = 'interaction.escalated') AS escalations,
        length(arrayDistinct(groupArrayIf(e.agent, type IN ('interaction.accepted', 'interaction.opened') AND e.agent != ''))) AS agents,
        countIf(type = 'interaction.message' AND author = 'customer') AS messages_in,
        countIf(type = 'interaction.message' AND author = 'agent' AND NOT automatic) AS messages_out
    FROM live_event AS e
    WHERE startsWith(type, 'interaction.')
    GROUP BY subject_hash
) AS seen
LEFT JOIN
(
    SELECT subject_hash, min(time) AS replied_at
    FROM live_event
    INNER JOIN
    (
        SELECT subject_hash, min(ord) AS asked
        FROM live_event
        WHERE type = 'interaction.message' AND author = 'customer'
        GROUP BY subject_hash
    ) AS question USING subject_hash
    WHERE type = 'interaction.message' AND author = 'agent' AND NOT automatic AND ord > asked
    GROUP BY subject_hash
) AS reply USING subject_hash
