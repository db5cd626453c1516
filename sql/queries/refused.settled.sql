-- The lines that a replay took out of quarantine no longer stand in for what they were.
INSERT INTO refused (batch, line, record_hash, revision, low, high, settled)
SELECT {batch:UInt64}, line, record_hash, revision, low, high, true
FROM refused
WHERE NOT settled AND line IN (SELECT line FROM quarantine WHERE batch = {batch:UInt64} AND state = 'stored')
