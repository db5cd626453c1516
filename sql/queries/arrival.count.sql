-- The balance of the staged batch, in events, by part (what one caller sent) and source.
SELECT
    part,
    source,
    count() AS received,
    countIf(kind IN ('new', 'corrected')) AS stored,
    countIf(kind IN ('duplicate', 'stale', 'conflict')) AS duplicate,
    countIf(kind = 'moved') AS quarantined,
    countIf(kind = 'corrected') AS corrected,
    countIf(kind = 'stale') AS stale,
    countIf(kind = 'conflict') AS conflicts,
    countIf(written) AS written
FROM verdict
GROUP BY part, source
ORDER BY part, source
