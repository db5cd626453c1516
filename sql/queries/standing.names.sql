-- What queues, teams, sites and agents are called today: the latest statement that gives a name.
SELECT kind, key, argMax(said.name, (valid_from, sequence, statement)) AS called
FROM reference AS said FINAL
WHERE kind IN ('queue', 'team', 'site', 'agent') AND said.name != ''
GROUP BY kind, key
