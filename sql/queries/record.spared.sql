-- Forms of events that are not the latest of their vendor record and stand all the same, as every later revision is short of an event that
-- was refused: of that event itself, or of one whose id could not be read, which may be any. A refusal is over when its line was stored, or
-- when the event came in that revision or a later one by another way. Asked for the records in hand.
WITH
    short AS
    (
        SELECT record_hash, revision, identity
        FROM
        (
            SELECT record_hash, revision, bitShiftLeft(toUInt128(high), 64) + low AS identity
            FROM refused
            WHERE NOT settled AND batch <= {upto:UInt64} AND record_hash IN ({records})
                AND line NOT IN (SELECT line FROM refused WHERE settled AND batch <= {upto:UInt64})
        ) AS held
        LEFT JOIN
        (
            SELECT identity, toUInt128(bitShiftRight(max(rank), 64)) + 1 AS beyond
            FROM identity
            WHERE identity IN (SELECT bitShiftLeft(toUInt128(high), 64) + low FROM refused)
            GROUP BY identity
        ) AS known USING identity
        WHERE revision >= ifNull(beyond, 0)
    ),
    said AS
    (
        SELECT DISTINCT sipHash64(source, record) AS record_hash, reinterpretAsUInt128(sipHash128(source, id)) AS identity, revision
        FROM event
        WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key IN (SELECT record_hash FROM short))
            AND record != '' AND sipHash64(source, record) IN (SELECT record_hash FROM short) AND batch <= {upto:UInt64}
    )
SELECT record_hash, identity, revision
FROM
(
    SELECT
        record_hash, said.identity AS identity, said.revision AS revision,
        later > revision AND (record_hash, later, identity) NOT IN (SELECT record_hash, revision, identity FROM short)
            AND (record_hash, later) NOT IN (SELECT record_hash, revision FROM short WHERE identity = 0) AS takes_back
    FROM said
    INNER JOIN
    (
        SELECT DISTINCT record_hash, revision AS later FROM said
        UNION DISTINCT
        SELECT record_hash, revision AS later FROM retired WHERE record_hash IN (SELECT record_hash FROM short)
    ) AS told USING record_hash
)
GROUP BY record_hash, identity, revision
HAVING NOT max(takes_back)
