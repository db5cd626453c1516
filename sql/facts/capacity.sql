-- How many contacts at once may an agent be given in a channel domain, and since when?
-- Grain: one row for each live agent.capacity; of several at one instant with one sequence, only the last in the order of events.
-- Touched by: that event, and others about the same agent at the same instant.
-- A capacity holds until the next one of its domain; one below 0.001 or above 1000000 says that none is known any more.
SELECT
    day, subject_hash, substring(subject, position(subject, '/') + 1) AS agent, domain, mark AS statement,
    time AS valid_from, sequence,
    if((JSONExtract(data, 'capacity', 'Float64') AS said) >= 0.001 AND said <= 1000000, said, 0) AS capacity
FROM live_event
WHERE type = 'agent.capacity'
ORDER BY ord DESC
LIMIT 1 BY subject_hash, domain, valid_from, sequence
