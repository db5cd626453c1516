-- The stretches of work that were in focus (layer 4).
INSERT INTO live_agent_piece
SELECT agent_hash, agent, 4, subject_hash, stint, channel, phase, greatest(begins, looked_at), least(ends, left_at), 0, 0, began
FROM live_agent_piece AS piece
INNER JOIN
(
    SELECT
        subject_hash AS agent_hash, stint, toUnixTimestamp64Milli(started_at) AS looked_at,
        ifNull(toUnixTimestamp64Milli(ended_at), looked_at + {open_ms:Int64}) AS left_at
    FROM focus FINAL
    WHERE day IN (SELECT day FROM live_agent_from) AND (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_from)
) AS looked USING (agent_hash, stint)
WHERE layer = 1 AND looked_at < ends AND left_at > begins
