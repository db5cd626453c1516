-- The agent-days in hand, cut where a statement about the agent (team, site) or a capacity begins, or where his team moves (agent.moved);
-- with the capacities that hold there, as lcm(1..25) ÷ capacity: the weight of one contact of that domain.
INSERT INTO live_agent_window
SELECT
    agent_hash, day, piece.3 AS part, piece.1 AS lo, piece.2 AS hi,
    arrayDistinct(so_far.4) AS domains,
    arrayMap(d -> arrayLast(s -> s.4 = d, so_far).5, domains) AS weights
FROM
(
    SELECT agent_hash, day, piece, arrayFilter(s -> s.1 <= midnight + piece.1, stated) AS so_far
    FROM
    (
        SELECT
            agent_hash, day, stated,
            toUnixTimestamp(toDateTime(day, 'UTC')) * toInt64(1000) AS midnight,
            arraySort(arrayDistinct(arrayConcat([toInt64(0), toInt64(86400000)],
                arrayFilter(ms -> ms > 0 AND ms < 86400000, arrayMap(at -> at - midnight, cuts))))) AS borders,
            arrayJoin(arrayZip(arrayPopBack(borders), arrayPopFront(borders), arrayMap(n -> n - 1, arrayEnumerate(arrayPopBack(borders))))) AS piece
        FROM
        (
            SELECT
                agent_hash,
                groupUniqArrayIf(day, kind = 0) AS days,
                groupUniqArrayIf(at, kind > 0) AS cuts,
                arraySort(groupArrayIf((at, sequence, statement, domain, weight), kind = 2)) AS stated
            FROM
            (
                SELECT agent_hash, day, 0 AS kind, toInt64(0) AS at, toUInt64(0) AS sequence, toUInt64(0) AS statement, '' AS domain,
                    toInt64(0) AS weight
                FROM live_agent_chunk
                UNION ALL
                SELECT subject_hash, day, 1, toUnixTimestamp64Milli(valid_from), sequence, statement, '', 0
                FROM reference FINAL
                WHERE kind = 'agent' AND (day, subject_hash) IN (SELECT day, agent_hash FROM live_agent_chunk)
                {moved}
                UNION ALL
                SELECT subject_hash, day, 2, toUnixTimestamp64Milli(valid_from), sequence, statement, toString(domain),
                    if(capacity > 0, greatest(toInt64(round(26771144400 / capacity)), 1), 0)
                FROM capacity FINAL
                WHERE subject_hash IN (SELECT agent_hash FROM live_agent_chunk)
            )
            GROUP BY agent_hash
        )
        ARRAY JOIN days AS day
    )
)
