-- The work, presence and focus just written, and the last day that each may lie on: what has no end may last {open_ms} milliseconds, nothing
-- counts for longer than {most_ms}. `stretches` are those of the facts that were written at all (sql/agent_time.py).
SELECT
    day, subject_hash, agent_hash,
    toDate(greatest(started_at, least(ifNull(ended_at, started_at + toIntervalMillisecond({open_ms:Int64})),
        started_at + toIntervalMillisecond({most_ms:Int64})) - toIntervalMillisecond(1))) AS last_day
FROM ({stretches})
