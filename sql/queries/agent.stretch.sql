-- The stretches of one fact that were just written, and count: whose they are, and how long.
SELECT day, subject_hash, {agent} AS agent_hash, started_at, ended_at
FROM {fact}
WHERE version = {version:UInt64} AND gone = 0 AND {counting} AND {touched}
