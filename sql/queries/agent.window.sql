-- The agent-days in hand, cut where a statement about the agent (team, site) or a capacity begins; with the capacities that hold there,
-- as lcm(1..25) ÷ capacity: the weight of one contact of that domain.
INSERT INTO live_agent_window
WITH
    cut AS
    (
        SELECT agent_hash, day, arraySort(groupUniqArray(toInt64(dateDiff('millisecond', toStartOfDay(valid_from), valid_from)))) AS at
        FROM
        (
            SELECT subject_hash AS agent_hash, day, valid_from
            FROM reference FINAL
            WHERE kind = 'agent' AND (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_chunk)
            UNION ALL
            SELECT subject_hash AS agent_hash, day, valid_from
            FROM capacity FINAL
            WHERE (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_chunk)
        )
        GROUP BY agent_hash, day
    ),
    stated AS
    (
        SELECT
            subject_hash AS agent_hash,
            arraySort(groupArray((valid_from, sequence, statement, toString(domain),
                if(capacity > 0, greatest(toInt64(round(26771144400 / capacity)), 1), 0)))) AS all
        FROM capacity FINAL
        WHERE subject_hash IN (SELECT agent_hash FROM live_agent_chunk)
        GROUP BY agent_hash
    )
SELECT
    agent_hash, day, row_number() OVER (PARTITION BY agent_hash, day ORDER BY lo) - 1 AS part, lo, hi,
    arrayDistinct(so_far.4) AS domains,
    arrayMap(d -> arrayLast(s -> s.4 = d, so_far).5, domains) AS weights
FROM
(
    SELECT
        agent_hash, day,
        arrayDistinct(arrayConcat([toInt64(0)], at, [toInt64(86400000)])) AS borders,
        arrayJoin(arrayZip(arrayPopBack(borders), arrayPopFront(borders))) AS piece,
        piece.1 AS lo, piece.2 AS hi,
        arrayFilter(s -> s.1 <= toDateTime64(day, 3, 'UTC') + toIntervalMillisecond(lo), all) AS so_far
    FROM
    (
        SELECT chunk.agent_hash AS agent_hash, chunk.day AS day, cut.at AS at, stated.all AS all
        FROM live_agent_chunk AS chunk
        LEFT JOIN cut ON cut.agent_hash = chunk.agent_hash AND cut.day = chunk.day
        LEFT JOIN stated ON stated.agent_hash = chunk.agent_hash
    )
)
