-- Of events that lost to one of the log, those that tell of a revision of a vendor record that nothing else tells of, neither what is stored
-- with them (`written`) nor the log nor what has left it: one a record and revision. Every one is needed, not only the highest: where a later
-- one is short of a refused event (record.spared), it is the one before that decides.
SELECT min(position) AS position
FROM (SELECT position, revision, written, sipHash64(source, record) AS record_hash FROM arriving) AS said
GROUP BY record_hash, revision
HAVING NOT max(written) AND (record_hash, revision) NOT IN
(
    SELECT sipHash64(source, record), revision
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key IN (SELECT sipHash64(source, record) FROM arriving))
        AND record != '' AND sipHash64(source, record) IN (SELECT sipHash64(source, record) FROM arriving)
    UNION ALL
    SELECT record_hash, revision FROM retired WHERE record_hash IN (SELECT sipHash64(source, record) FROM arriving)
)
