-- Per source: what was received against what became of it.
SELECT source, sum(received) AS left, sum(toInt64(stored)) + sum(toInt64(duplicate)) + sum(quarantined) AS right
FROM batch
GROUP BY source
ORDER BY source
