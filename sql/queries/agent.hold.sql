-- The stretches of hold by what they say of their reason: 5 because another contact interrupted, 6 nothing.
INSERT INTO live_agent_piece
SELECT agent_hash, agent, if(reason = 'interrupted', 5, 6), subject_hash, stint, channel, phase, begins, ends, 0, 0, began
FROM live_agent_piece AS piece
LEFT JOIN
(
    SELECT subject_hash, stint, toUnixTimestamp64Milli(held_at) AS began, max(toString(hold.reason)) AS reason
    FROM hold FINAL
    WHERE day IN (SELECT day FROM live_agent_from WHERE near)
        AND subject_hash IN (SELECT subject_hash FROM live_agent_piece WHERE phase = 'hold')
    GROUP BY subject_hash, stint, began
) AS said USING (subject_hash, stint, began)
WHERE layer = 1 AND phase = 'hold' AND ifNull(reason, '') IN ('', 'interrupted')
