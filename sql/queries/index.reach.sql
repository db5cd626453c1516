-- Which days each subject and each record reaches, from the stored events of some batches.
INSERT INTO reach
SELECT DISTINCT key, day, subject_hash
FROM
(
    SELECT subject_hash AS key, day, subject_hash FROM event WHERE batch IN {batches:Array(UInt64)}
    UNION ALL
    SELECT sipHash64(source, record) AS key, day, subject_hash FROM event WHERE batch IN {batches:Array(UInt64)} AND record != ''
)
