-- What became of some decisions: the last evaluation of each that was evaluated by an instant.
SELECT key, argMax(value, (acted_at, act)) AS verdict, max(acted_at) AS evaluated_at
FROM {db}act FINAL
WHERE kind = 'decision.evaluated' AND key IN {keys:Array(String)} AND acted_at < {until:DateTime64(3, 'UTC')}
GROUP BY key
