-- Who has been seen, from stored events. What comes twice is made one by the table.
INSERT INTO identity
SELECT
    reinterpretAsUInt128(sipHash128(source, id)) AS identity,
    bitShiftLeft(toUInt128(revision), 64) + bitNot(content) AS rank,
    subject_hash
FROM arriving
