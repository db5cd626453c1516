-- Of events that lost to one of the log, those that tell of a later revision of a vendor record than anything stored does: one a record.
-- `written` are the events of the same records that are stored with them.
SELECT argMaxIf(position, revision, NOT written) AS position
FROM (SELECT position, revision, written, sipHash64(source, record) AS record_hash FROM arriving) AS said
LEFT JOIN
(
    SELECT record_hash, max(revision) AS latest
    FROM record
    WHERE record_hash IN (SELECT sipHash64(source, record) FROM arriving)
    GROUP BY record_hash
) AS known USING record_hash
GROUP BY record_hash
HAVING maxIf(revision, NOT written) > greatest(maxIf(revision, written), ifNull(any(latest), 0))
