-- The live events of subjects with corrections: of each identity the highest revision, then the smallest content; none if that one is
-- a retraction, or if its vendor record has a later revision. Their subjects are read whole, so every row of an identity is here.
-- Who wins is found from few columns first (the rank is that of `identity`): sorting whole rows would cost three times as much.
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
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE corrected)
        AND batch <= {upto:UInt64}
        AND (sipHash128(source, id), bitShiftLeft(toUInt128(revision), 64) + bitNot(content)) IN
        (
            SELECT sipHash128(source, id) AS identity, max(bitShiftLeft(toUInt128(revision), 64) + bitNot(content))
            FROM event
            WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE corrected) AND batch <= {upto:UInt64}
            GROUP BY identity
        )
        AND NOT retracted
        AND (
            record = '' OR (sipHash64(source, record), revision) NOT IN (SELECT record_hash, revision FROM live_superseded){spared}
        )
    ORDER BY day, subject_hash, time, sequence, type_rank, source, id
)
