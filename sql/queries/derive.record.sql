-- The other pairs that events of the same vendor records name: a new revision of a record may retract them, a refusal or its end changes
-- which.
INSERT INTO live_touched
SELECT day, subject_hash, max({kind}) AS kind, 0, 0
FROM event
WHERE (day, subject_hash) IN
(
    SELECT day, subject_hash
    FROM reach
    WHERE (key IN (SELECT sipHash64(source, record) FROM event WHERE batch IN {batches:Array(UInt64)} AND record != '')
            OR key IN (SELECT record_hash FROM refused WHERE batch IN {batches:Array(UInt64)}))
        AND (day, subject_hash) NOT IN (SELECT day, subject_hash FROM live_touched)
)
GROUP BY day, subject_hash
