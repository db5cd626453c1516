-- Staged events that name another subject than the first time, to be held in quarantine.
SELECT staging.* EXCEPT (identity, rank, content, subject_hash)
FROM staging
INNER JOIN verdict ON verdict.position = staging.position
WHERE verdict.kind = 'moved'
ORDER BY position
