-- The teams an agent was in: each statement about him that gives one, of several at one instant the last.
SELECT valid_from, argMax(said.team, (sequence, statement)) AS team
FROM reference AS said FINAL
WHERE kind = 'agent' AND key = {agent:String}
GROUP BY valid_from
ORDER BY valid_from
