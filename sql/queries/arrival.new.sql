-- The balance of a staged batch in which every event is new (see arrival.count).
SELECT
    part, source, count() AS received, received AS stored, 0 AS duplicate, 0 AS quarantined, 0 AS corrected, 0 AS stale, 0 AS conflicts,
    received AS written
FROM staging
GROUP BY part, source
ORDER BY part, source
