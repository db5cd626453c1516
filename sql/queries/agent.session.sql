-- When the agents in hand were signed in (layer 2), and ready in some channel domain (layer 3): presence without its seams.
-- A session knows when the next one begins; one of no length at 0 stands before the first.
INSERT INTO live_agent_session
SELECT agent_hash, agent, layer, session.1 AS opens, session.2 AS closes, session.3 AS next_opens
FROM
(
    SELECT
        agent_hash, any(agent) AS agent, layer,
        -- whoever ends a state at the instant another begins is not away between them: beginnings come first
        arraySort(groupArrayArray([begins * 2, ends * 2 + 1])) AS bounds,
        arrayCumSum(arrayMap(b -> if(b % 2 = 0, 1, -1), bounds)) AS deep,
        arrayMap(b -> intDiv(b, 2), arrayFilter((b, n) -> b % 2 = 0 AND n = 1, bounds, deep)) AS opened,
        arrayMap(b -> intDiv(b, 2), arrayFilter((b, n) -> b % 2 = 1 AND n = 0, bounds, deep)) AS closed,
        arrayJoin(arrayZip(arrayPushFront(opened, 0), arrayPushFront(closed, 0), arrayPushBack(opened, 0))) AS session
    FROM
    (
        SELECT
            subject_hash AS agent_hash, agent, arrayJoin(if(state IN {ready:Array(String)}, [2, 3], [2])) AS layer,
            toUnixTimestamp64Milli(started_at) AS begins,
            least(ifNull(toUnixTimestamp64Milli(ended_at), begins + {open_ms:Int64}), begins + {most_ms:Int64}) AS ends
        FROM presence FINAL
        WHERE day IN (SELECT day FROM live_agent_from) AND (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_from)
            AND state NOT IN {off:Array(String)} AND ends > begins
    )
    GROUP BY agent_hash, layer
)
