-- What did one agent do for one contact: did it ring, was it taken, how long did each phase last?
-- Grain: one row for each stint of an interaction: the events of one agent's part in it.
-- Touched by: the events of its interaction and nothing else.
-- Durations are those of ended phases; where the vendor measured one, its figure stands instead.
-- ended_at: when the last phase ended; a measured stint that no event ended, ended when it was measured.
-- first_released_at, wrapup_at, wrapup_ended_at: when it was first let go of, its first wrap-up began, and ended.
-- taken_at: when it was first accepted (opened, it need not have been offered); rung_at: the last ring up to then.
-- ring_result: what the last ring led to. A refusal or a miss implies a ring even if the vendor did not report one.
SELECT
    toDate(first_at) AS day, part.subject_hash AS subject_hash, contact.interaction AS interaction, part.stint AS stint,
    contact.source, contact.channel, contact.mode, contact.direction,
    part.queue AS queue, part.agent AS agent, part.role AS role,
    contact.customer, contact.brand, contact.segment, contact.customer_type, contact.device, contact.language, contact.motive,
    contact.journey_type,
    first_at AS started_at, rang_at, accepted_at, released_at, taken_at, first_released_at, wrapup_at, wrapup_ended_at,
    if(empty(arrayFilter(ms -> ms <= ifNull(toUnixTimestamp64Milli(taken_at), 0), part.rings) AS before), NULL,
        fromUnixTimestamp64Milli(before[-1], 'UTC')) AS rung_at,
    if(notEmpty(phases) AND phases[-1].3 = '', fromUnixTimestamp64Milli(phases[-1].2, 'UTC'), measured_at) AS ended_at,
    if(result_ord > rang_ord AND (rang_ord > 0 OR last_result != 'accepted'), last_result, '') AS ring_result,
    ifNull(part.ring_ms, arraySum((a, b) -> if(a.3 = 'ring', b.2 - a.2, 0), arrayPopBack(phases), arrayPopFront(phases))) AS ring_ms,
    ifNull(part.talk_ms, arraySum((a, b) -> if(a.3 = 'talk', b.2 - a.2, 0), arrayPopBack(phases), arrayPopFront(phases))) AS talk_ms,
    ifNull(part.hold_ms, arraySum((a, b) -> if(a.3 = 'hold', b.2 - a.2, 0), arrayPopBack(phases), arrayPopFront(phases))) AS hold_ms,
    ifNull(part.wrap_ms, arraySum((a, b) -> if(a.3 = 'wrap', b.2 - a.2, 0), arrayPopBack(phases), arrayPopFront(phases))) AS wrap_ms,
    measured_at IS NOT NULL AS measured
FROM live_stint AS part
INNER JOIN live_interaction AS contact ON contact.subject_hash = part.subject_hash
