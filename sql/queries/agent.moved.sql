-- Where the team of an agent in hand moves to another site while the agent has none of his own: that changes his place too.
SELECT moved.agent_hash, moved.day, 1, toUnixTimestamp64Milli(moved.valid_from), moved.sequence, moved.statement, '', 0
FROM
(
    SELECT chunk.agent_hash, chunk.day, team.key AS key, team.valid_from AS valid_from, team.sequence AS sequence, team.statement AS statement
    FROM live_agent_chunk AS chunk
    INNER JOIN
    (
        SELECT day, key, valid_from, sequence, statement
        FROM reference FINAL
        WHERE kind = 'team' AND day IN (SELECT day FROM live_agent_chunk)
    ) AS team ON team.day = chunk.day
) AS moved
ASOF INNER JOIN
(
    SELECT subject_hash, valid_from, argMax((team, site), (sequence, statement)) AS place
    FROM reference FINAL
    WHERE kind = 'agent' AND subject_hash IN (SELECT agent_hash FROM live_agent_chunk)
    GROUP BY subject_hash, valid_from
) AS said ON said.subject_hash = moved.agent_hash AND moved.valid_from >= said.valid_from
WHERE said.place.1 = moved.key AND said.place.2 = ''
