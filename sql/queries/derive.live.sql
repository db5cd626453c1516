-- The live events of the subjects that were never corrected, in their order. The log is kept in the order of its first three columns,
-- so that only ties are sorted; ord never goes back within a subject, and a subject's instants never go back along it.
INSERT INTO live_event
SELECT rowNumberInAllBlocks() + 1 AS ord, *
FROM
(
    SELECT
    day, subject_hash, subject, time, sequence, type, source, sipHash64(source, id) AS mark,
    channel, mode, direction, queue, agent, stint, role, customer, case, reason, author, automatic, relation, state, domain,
    team, site, brand, segment, customer_type, device, language, motive, journey_type, outcome,
    if({unread}, '', data) AS data   -- of most events no fact reads it
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE NOT corrected)
        AND batch <= {upto:UInt64}
        AND NOT retracted
        AND (
            record = '' OR (sipHash64(source, record), revision) NOT IN (SELECT record_hash, revision FROM live_superseded){spared}
        )
    ORDER BY day, subject_hash, time, sequence, type_rank, source, id
)
