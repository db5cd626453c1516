-- Which agent-days the work, presence and focus just written lie on, and from which day each reaches there.
-- What has no end may last {open_ms} milliseconds, nothing counts for longer than {most_ms}. `stretches` are those of the facts that were
-- written at all (sql/agent_time.py).
INSERT INTO live_agent_reach
SELECT from_day, subject_hash, agent_hash, arrayJoin(arrayMap(n -> from_day + n, range(dateDiff('day', from_day, last_day) + 1))) AS day
FROM
(
    SELECT
        subject_hash, agent_hash, day AS from_day,
        toDate(greatest(started_at, least(ifNull(ended_at, started_at + toIntervalMillisecond({open_ms:Int64})),
            started_at + toIntervalMillisecond({most_ms:Int64})) - toIntervalMillisecond(1))) AS last_day
    FROM ({stretches})
)
