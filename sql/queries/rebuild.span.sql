-- Every pair there is.
INSERT INTO live_span
SELECT DISTINCT day, subject_hash, subject_hash IN (SELECT key FROM reach WHERE day = toDate('2149-06-06')) AS corrected, 1 AS written
FROM reach
WHERE key = subject_hash AND day != toDate('2149-06-06')
