-- Who has been seen, from stored events whose identity is given in halves. What comes twice is made one by the table, in its own time.
INSERT INTO identity
SETTINGS optimize_on_insert = 0
SELECT
    bitShiftLeft(toUInt128(high), 64) + low AS identity,
    bitShiftLeft(toUInt128(revision), 64) + bitNot(content) AS rank,
    subject_hash
FROM arriving
