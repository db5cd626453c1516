-- Lines held against lines counted; older ones expire and are left out on both sides.
WITH recent AS (SELECT DISTINCT batch FROM batch WHERE known_at > now64(3) - INTERVAL 29 DAY)
SELECT
    (SELECT toInt64(count()) FROM
        (SELECT line FROM quarantine WHERE bitShiftRight(line, 24) IN (recent) GROUP BY line HAVING countIf(state != 'held') = 0)) AS held,
    (SELECT sum(quarantined) FROM batch WHERE batch IN (recent) AND quarantined > 0)
        - (SELECT toInt64(uniqExact(line)) FROM quarantine WHERE state != 'held' AND bitShiftRight(line, 24) IN (recent)) AS counted
FROM (SELECT 1)
