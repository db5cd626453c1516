-- What came of each source so far, in events.
SELECT
    source, sum(received) AS received, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(quarantined) AS quarantined,
    sum(corrected) AS corrected, sum(stale) AS stale, sum(conflicts) AS conflicts
FROM batch
GROUP BY source
ORDER BY source
