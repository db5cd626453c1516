-- The verdict on each staged event: what it is beside what was stored before and beside what stands before it in this batch.
-- written: goes to the log. Equal revision, other content: the smaller content hash wins, and a conflict is counted.
-- moved: names another subject than the first time; it takes no part in what follows.
INSERT INTO verdict
WITH
    known AS
    (
        SELECT identity, max(rank) AS rank, any(subject_hash) AS subject_hash
        FROM identity
        WHERE identity IN (SELECT identity FROM staging WHERE {all:Bool} OR position IN {suspects:Array(UInt64)})
        GROUP BY identity
    ),
    repeated AS (SELECT identity FROM staging GROUP BY identity HAVING count() > 1),
    placed AS
    (
        SELECT
            position, part, source, staging.identity AS identity, staging.subject_hash AS subject_hash, content, staging.rank AS rank,
            ifNull(known.rank, toUInt128(0)) AS stored, known.subject_hash AS stored_subject
        FROM staging
        LEFT JOIN known ON staging.identity = known.identity
    ),
    settled AS
    (
        SELECT *, ifNull(stored_subject, subject_hash) AS first_subject, stored AS before
        FROM placed
        WHERE identity NOT IN (repeated)
        UNION ALL
        SELECT
            *,
            greatest(stored, ifNull(max(if(subject_hash = first_subject, rank, 0))
                OVER (PARTITION BY identity ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS before
        FROM
        (
            SELECT
                *,
                ifNull(stored_subject, first_value(subject_hash) OVER (PARTITION BY identity ORDER BY position ROWS UNBOUNDED PRECEDING))
                    AS first_subject
            FROM placed
            WHERE identity IN (repeated)
        )
    )
SELECT
    position,
    part,
    source,
    before != 0 AS again,
    multiIf(
        subject_hash != first_subject, 'moved',
        NOT again, 'new',
        bitShiftRight(rank, 64) > bitShiftRight(before, 64), 'corrected',
        bitShiftRight(rank, 64) < bitShiftRight(before, 64), 'stale',
        rank = before, 'duplicate',
        'conflict') AS kind,
    kind != 'moved' AND rank > before AS written
FROM settled
