-- The identities whose retention has ended, above every revision that may still come (sql/verdict.py: RETIRED).
INSERT INTO identity
SELECT identity, bitNot(toUInt128(0)) AS rank, 0 AS subject_hash
FROM retired
