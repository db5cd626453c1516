-- Who has been seen, from the stored events of some batches.
INSERT INTO identity
SELECT
    reinterpretAsUInt128(sipHash128(source, id)) AS identity,
    max(bitShiftLeft(toUInt128(revision), 64) + bitNot(content)) AS rank,
    any(subject_hash) AS subject_hash
FROM event
WHERE batch IN {batches:Array(UInt64)}
GROUP BY identity
