-- The pairs that events of the same vendor records name: a new revision of a record may retract them, a refusal or its end changes which.
INSERT INTO live_touched
SELECT DISTINCT day, subject_hash, 2, 0, 0
FROM reach
WHERE key IN (SELECT sipHash64(source, record) FROM event WHERE batch IN {batches:Array(UInt64)} AND record != '')
    OR key IN (SELECT record_hash FROM refused WHERE batch IN {batches:Array(UInt64)})
