-- The (day, subject) pairs that some batches wrote to. `kind` says what must be read again around them (sql/derivation.py).
INSERT INTO live_touched
SELECT day, subject_hash, max({kind}) AS kind, max(again) AS corrected, max(record != '') AS filed
FROM event
WHERE batch IN {batches:Array(UInt64)}
GROUP BY day, subject_hash
