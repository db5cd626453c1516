-- The highest revision of each vendor record, from the stored events of some batches.
INSERT INTO record
SELECT sipHash64(source, record) AS record_hash, max(revision)
FROM event
WHERE batch IN {batches:Array(UInt64)} AND record != ''
GROUP BY record_hash
