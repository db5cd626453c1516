-- Which revisions of the records in hand are no longer the highest of their record.
INSERT INTO live_superseded
SELECT record_hash, revision
FROM
(
    SELECT DISTINCT sipHash64(source, record) AS record_hash, revision
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span) AND record != '' AND batch <= {upto:UInt64}
) AS held
INNER JOIN
(
    SELECT record_hash, max(revision) AS latest
    FROM record
    WHERE record_hash IN
    (
        SELECT sipHash64(source, record)
        FROM event
        WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span) AND record != '' AND batch <= {upto:UInt64}
    )
    GROUP BY record_hash
) AS known USING record_hash
WHERE revision < latest
