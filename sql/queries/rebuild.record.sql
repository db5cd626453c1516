-- The highest revisions of vendor records that only events know whose retention has ended.
INSERT INTO record
SELECT record_hash, max(revision)
FROM retired
WHERE record_hash != 0
GROUP BY record_hash
