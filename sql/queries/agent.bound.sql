-- The boundaries of each agent-day in hand (sql/queries/agent.sweep.sql says how they are coded). `names` are those of the channels `here`.
WITH
    (SELECT arraySort(groupUniqArray(toString(channel))) FROM live_agent_piece) AS known,
    -- the days on which an agent was signed in
    there AS
    (
        SELECT DISTINCT agent_hash, toDate(arrayJoin(range(intDiv(opens, 86400000), intDiv(closes - 1, 86400000) + 1)))
        FROM live_agent_session
        WHERE layer = 2 AND closes > opens
    ),
    laid AS
    (
        SELECT agent_hash, agent, subject_hash, layer, toInt64(indexOf(known, toString(channel))) AS place, begins, ends, began
        FROM live_agent_piece
        UNION ALL
        SELECT agent_hash, agent, subject_hash, 7, toInt64(indexOf(known, toString(channel))) AS place, begins, ends, began
        FROM live_agent_piece
        WHERE layer = 1 AND unended
        UNION ALL
        SELECT agent_hash, agent, 0, layer, toInt64(0) AS place, opens AS begins, closes AS ends, opens AS began
        FROM live_agent_session
        WHERE closes > opens
    )
SELECT
    day, agent_hash AS subject_hash, agent, part, channels,
    -- the domain of that name, or else that of its kind, or else the one for all
    arrayMap(c -> arrayFirst(w -> w > 0, arrayConcat(arrayMap(
        d -> if(has(domains, d), known_weights[indexOf(domains, d)], 0),
        [c, transform(c, {channel:Array(String)}, {kind:Array(String)}, c), '']), [toInt64(0)])), channels) AS weights,
    arrayExists(w -> w > 0, known_weights) AS stated,
    signed,
    arraySort(arrayMap(x -> bitAnd(x, 9223372036854710273)
        + bitShiftLeft(toInt64(channel_of[indexOf(here, bitAnd(bitShiftRight(x, 1), 32767))]), 1), coded)) AS bound,
    begun, ended
FROM
(
    SELECT
        *,
        {names} AS names,
        arraySort(arrayDistinct(names)) AS channels,
        arrayMap(name -> indexOf(channels, name), names) AS channel_of
    FROM
    (
        SELECT
            day, agent_hash, any(who) AS agent, part, lo, hi, any(domains) AS domains, any(capacities) AS known_weights,
            -- known to have been signed in that day, or on one from which something in hand goes on
            max((agent_hash, day) IN there OR (agent_hash, from_day) IN there) AS signed,
            arraySort(groupUniqArrayIf(place, layer = 1)) AS here,
            arrayConcat(groupArray(bitShiftLeft(begins_ms, 20) + code + 1), groupArray(bitShiftLeft(ends_ms, 20) + code)) AS coded,
            arraySort((h, t) -> t, groupArrayIf(subject_hash, layer = 1) AS contacts, groupArrayIf(begins_ms, layer = 1)) AS begun,
            arraySort((h, t) -> t, contacts, groupArrayIf(ends_ms, layer = 1)) AS ended
        FROM
        (
            SELECT
                spread.agent AS who, spread.subject_hash AS subject_hash, layer, place, agent_hash, day, part, lo, hi, domains,
                windows.weights AS capacities,
                toDate(intDiv(began, 86400000)) AS from_day,
                bitShiftLeft(toInt64(layer), 16) + bitShiftLeft(place, 1) AS code,
                toUnixTimestamp(toDateTime(day, 'UTC')) * toInt64(1000) AS midnight,
                greatest(begins - midnight, lo) AS begins_ms,
                least(ends - midnight, hi) AS ends_ms
            FROM
            (
                SELECT *, toDate(intDiv(begins, 86400000)) + arrayJoin(range(intDiv(ends - 1, 86400000) - intDiv(begins, 86400000) + 1)) AS on_day
                FROM laid
            ) AS spread
            INNER JOIN live_agent_window AS windows ON windows.agent_hash = spread.agent_hash AND windows.day = spread.on_day
        )
        WHERE begins_ms < ends_ms
        GROUP BY day, agent_hash, part, lo, hi
    )
)
