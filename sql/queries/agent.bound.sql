-- The boundaries of each agent-day in hand (sql/queries/agent.sweep.sql says how they are coded): first those of each channel of it, then
-- its channels together, which get their places only once no more than {most_channels} of them are left.
WITH
    -- of a crowd, voice (which measures speak of) and the channels with the most time keep their names, the rest is one channel
    arraySlice(arraySort(if(length(known) > {most_channels:UInt64}, arrayMap((c, ms) -> (c != 'voice', -ms, c), known, spent), [])),
        1, {most_channels:UInt64} - 1).3 AS kept,
    arrayMap(c -> if(empty(kept) OR has(kept, c), c, {other:String}), known) AS names,
    -- the days on which an agent was signed in
    there AS
    (
        SELECT DISTINCT agent_hash, toDate(arrayJoin(range(intDiv(opens, 86400000), intDiv(closes - 1, 86400000) + 1)))
        FROM live_agent_session
        WHERE layer = 2 AND closes > opens
    ),
    laid AS
    (
        SELECT
            agent_hash, agent, subject_hash, arrayJoin(if(layer = 1 AND unended, [layer, 7], [layer])) AS kind, 1 AS worked, channel,
            begins, ends, began
        FROM live_agent_piece
        UNION ALL
        SELECT agent_hash, agent, 0, layer, 0, '', opens, closes, opens
        FROM live_agent_session
        WHERE closes > opens
    )
SELECT
    day, agent_hash AS subject_hash, agent, part,
    arraySort(arrayDistinct(names)) AS channels,
    -- the domain of that name, or else that of its kind, or else the one for all
    arrayMap(c -> arrayFirst(w -> w > 0, arrayConcat(arrayMap(
        d -> if(has(domains, d), known_weights[indexOf(domains, d)], 0),
        [c, transform(c, {channel:Array(String)}, {kind:Array(String)}, c), '']), [toInt64(0)])), channels) AS weights,
    arrayExists(w -> w > 0, known_weights) AS stated,
    signed,
    arraySort(arrayConcat(apart, arrayFlatten(arrayMap(
        (place, codes) -> arrayMap(x -> x + place, codes), arrayMap(c -> toInt64(indexOf(channels, c)) * 2, names), coded)))) AS bound,
    arraySort((h, t) -> t, contacts, begun_ms) AS begun,
    arraySort((h, t) -> t, contacts, ended_ms) AS ended
FROM
(
    SELECT
        day, agent_hash, any(who) AS agent, part, any(domains) AS domains, any(capacities) AS known_weights,
        -- known to have been signed in that day, or on one from which something in hand goes on
        (agent_hash, day) IN there OR max(signed_since) AS signed,
        groupArrayIf(toString(channel), worked) AS known, groupArrayIf(ms, worked) AS spent, groupArrayIf(codes, worked) AS coded,
        groupArrayArrayIf(codes, NOT worked) AS apart,
        groupArrayArray(hashes) AS contacts, groupArrayArray(firsts) AS begun_ms, groupArrayArray(lasts) AS ended_ms
    FROM
    (
        SELECT
            day, agent_hash, part, worked, channel, any(who) AS who, any(domains) AS domains, any(capacities) AS capacities,
            max((agent_hash, from_day) IN there) AS signed_since,
            sumIf(ends_ms - begins_ms, layer = 1) AS ms,
            arrayConcat(groupArray(bitShiftLeft(begins_ms, 20) + code + 1), groupArray(bitShiftLeft(ends_ms, 20) + code)) AS codes,
            groupArrayIf(subject_hash, layer = 1) AS hashes, groupArrayIf(begins_ms, layer = 1) AS firsts,
            groupArrayIf(ends_ms, layer = 1) AS lasts
        FROM
        (
            SELECT
                spread.agent AS who, spread.subject_hash AS subject_hash, kind AS layer, worked, channel, agent_hash, day, part, lo, hi, domains,
                windows.weights AS capacities,
                toDate(intDiv(began, 86400000)) AS from_day,
                bitShiftLeft(toInt64(layer), 16) AS code,
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
        GROUP BY day, agent_hash, part, worked, channel
    )
    GROUP BY day, agent_hash, part
)
