-- The highest revision of each vendor record, from stored events.
INSERT INTO record
SELECT sipHash64(source, record) AS record_hash, max(revision)
FROM arriving
WHERE record != ''
GROUP BY record_hash
