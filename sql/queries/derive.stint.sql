-- The stints of the live events, with the events that set a phase in their order: what `stint` and `work` are both read from.
-- A phase is ring, talk, hold, wrap, or '' for nothing; instants are milliseconds since 1970. A ring sets one only while nothing of the stint
-- is in hand: offered again during talk, hold or wrap-up, refused or missed then, the contact stays in hand. `rings` are all of them.
INSERT INTO live_stint
SELECT
    subject_hash,
    stint,
    argMinIf(e.queue, ord, e.queue != '') AS queue,
    argMinIf(e.agent, ord, e.agent != '') AS agent,
    if((argMinIf(e.role, ord, e.role != '') AS named) = '', 'primary', named) AS role,
    min(time) AS first_at,
    minOrNullIf(time, type = 'interaction.rang') AS rang_at,
    minOrNullIf(time, type IN ('interaction.accepted', 'interaction.opened')) AS accepted_at,
    minOrNullIf(time, type = 'interaction.accepted') AS taken_at,
    maxOrNullIf(time, type = 'interaction.released') AS released_at,
    minOrNullIf(time, type = 'interaction.released') AS first_released_at,
    minOrNullIf(time, type = 'interaction.wrapup_started') AS wrapup_at,
    minOrNullIf(time, type = 'interaction.wrapup_ended') AS wrapup_ended_at,
    maxIf(ord, type = 'interaction.rang') AS rang_ord,
    maxIf(ord, result != '') AS result_ord,
    argMaxIf(result, ord, result != '') AS last_result,
    maxOrNullIf(time, type = 'interaction.measured') AS measured_at,
    sumOrNull(ring) AS ring_ms,
    sumOrNull(talk) AS talk_ms,
    sumOrNull(hold) AS hold_ms,
    sumOrNull(wrap) AS wrap_ms,
    arraySort(groupArrayIf(toUnixTimestamp64Milli(time), type = 'interaction.rang')) AS rings,
    arrayMap(p -> (p.1, p.2, if(p.3 = 'unrung', '', p.3)),
        arrayFilter((p, last) -> p.3 NOT IN ('ring', 'unrung') OR last.3 NOT IN ('talk', 'hold', 'wrap'),
            arraySort(groupArrayIf((ord, toUnixTimestamp64Milli(time), phase), phase != 'other')) AS every,
            arrayFill(p -> p.3 NOT IN ('ring', 'unrung'), every))) AS phases
FROM
(
    SELECT
        subject_hash, stint, ord, time, type, queue, agent, role,
        transform(type,
            ['interaction.accepted', 'interaction.opened', 'interaction.declined', 'interaction.missed'],
            ['accepted', 'accepted', 'declined', 'missed'], '') AS result,
        transform(type,
            ['interaction.rang', 'interaction.accepted', 'interaction.opened', 'interaction.unparked', 'interaction.resumed',
             'interaction.held', 'interaction.wrapup_started', 'interaction.parked', 'interaction.released', 'interaction.declined',
             'interaction.missed', 'interaction.wrapup_ended'],
            ['ring', 'talk', 'talk', 'talk', 'talk', 'hold', 'wrap', '', '', 'unrung', 'unrung', ''], 'other') AS phase,
        if(type = 'interaction.measured', toInt64(round(if((JSONExtract(data, 'ring_s', 'Nullable(Float64)') AS ring_s) < 0, 0, ring_s) * 1000)), NULL) AS ring,
        if(type = 'interaction.measured', toInt64(round(if((JSONExtract(data, 'talk_s', 'Nullable(Float64)') AS talk_s) < 0, 0, talk_s) * 1000)), NULL) AS talk,
        if(type = 'interaction.measured', toInt64(round(if((JSONExtract(data, 'hold_s', 'Nullable(Float64)') AS hold_s) < 0, 0, hold_s) * 1000)), NULL) AS hold,
        if(type = 'interaction.measured', toInt64(round(if((JSONExtract(data, 'wrap_s', 'Nullable(Float64)') AS wrap_s) < 0, 0, wrap_s) * 1000)), NULL) AS wrap
    FROM live_event
    WHERE stint != '' AND (phase != 'other' OR type IN ('interaction.assigned', 'interaction.message', 'interaction.measured'))
) AS e
GROUP BY subject_hash, stint
