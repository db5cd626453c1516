-- What the entries of a register are called: the latest statement that gives a name.
SELECT key, argMax(said.name, (valid_from, sequence, statement)) AS called
FROM reference AS said FINAL
WHERE kind = {kind:String} AND said.name != ''
GROUP BY key
