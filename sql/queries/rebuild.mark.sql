-- The subjects that have corrected events, from the stored events of some batches (see derive.mark).
INSERT INTO reach
SELECT DISTINCT subject_hash, toDate('2149-06-06'), subject_hash
FROM event
WHERE batch IN {batches:Array(UInt64)} AND again
