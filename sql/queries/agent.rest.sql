-- What was cut at the end of a session goes on in the next ones it reaches.
INSERT INTO live_agent_piece
SELECT agent_hash, agent, 1, subject_hash, stint, channel, phase, opens, least(closes, rest), 0, unended, began
FROM live_agent_piece AS piece
INNER JOIN (SELECT agent_hash, opens, closes FROM live_agent_session WHERE layer = 2) AS session USING agent_hash
WHERE rest > 0 AND opens >= ends AND opens < rest
